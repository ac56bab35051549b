/** A share that a source has in the total of a target. */
export interface Part {
  readonly target: string;
  readonly amount: number;
}

/** Totals that follow their sources: balances of accounts, customers and vendors, stock. */
export interface RunningTotals {
  /** Replaces what a source contributes. */
  set(source: string, parts: readonly Part[]): void;
  totalOf(target: string): number;
  partsOf(source: string): readonly Part[];
}

export function createRunningTotals(): RunningTotals {
  const bySource = new Map<string, readonly Part[]>();
  const totals = new Map<string, number>();

  const add = (parts: readonly Part[], sign: 1 | -1): void => {
    for (const { target, amount } of parts) {
      totals.set(target, (totals.get(target) ?? 0) + sign * amount);
    }
  };

  return {
    set(source, parts) {
      add(bySource.get(source) ?? [], -1);
      add(parts, 1);
      if (parts.length === 0) bySource.delete(source);
      else bySource.set(source, parts);
    },
    totalOf: (target) => totals.get(target) ?? 0,
    partsOf: (source) => bySource.get(source) ?? [],
  };
}
