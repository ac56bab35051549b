import type { ReconcileReport, SyncCounts } from '@common/connector-sync';

/** What one step did, over all processes that worked on it. */
export interface FlowReport extends Omit<SyncCounts, 'skipped' | 'withheld'> {
  readonly name: string;
  /** Seconds that runs of the flow took. */
  readonly seconds: number;
}

/** `quickstart-report.json`. */
export interface Report {
  readonly seed: number;
  /** Records that should be on a side and are not, by the sandboxes' own state. */
  readonly lost: number;
  /** Records that are there more than once, by the sandboxes' own state. */
  readonly doubled: number;
  readonly requests: number;
  readonly seconds: number;
  readonly faults: { readonly injected: number; readonly byKind: Readonly<Record<string, number>> };
  readonly flows: readonly FlowReport[];
  readonly reconcile: readonly Omit<ReconcileReport, 'details'>[];
}

/** Whether nothing was lost, doubled, refused or found to differ. */
export function isClean(report: Report): boolean {
  return (
    report.lost === 0 &&
    report.doubled === 0 &&
    report.flows.every(({ failed }) => failed === 0) &&
    report.reconcile.every(
      ({ missing, extra, different, unreadable }) => missing + extra + different + unreadable === 0,
    )
  );
}

export function formatReport(report: Report): string {
  const flows = report.flows.map((flow) => [
    flow.name,
    flow.read,
    flow.inserted,
    flow.updated,
    flow.unchanged,
    flow.deleted,
    flow.failed,
    flow.retried,
    flow.seconds.toFixed(1),
  ]);
  const flowTitles = 'step read inserted updated unchanged deleted failed retried seconds'.split(
    ' ',
  );
  const reconcile = report.reconcile.map((row) => [
    row.entity,
    row.compared,
    row.missing,
    row.extra,
    row.different,
  ]);
  const kinds = Object.entries(report.faults.byKind).map(([kind, count]) => `${kind} ${count}`);
  return [
    '',
    table([flowTitles, ...flows]),
    '',
    table(['reconcile compared missing extra different'.split(' '), ...reconcile]),
    '',
    `${report.requests} requests, ${report.faults.injected} faults injected${kinds.length ? ` (${kinds.join(', ')})` : ''}, ${report.seconds.toFixed(1)} s, seed ${report.seed}`,
    `lost ${report.lost}, doubled ${report.doubled}`,
  ].join('\n');
}

function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => String(row[column]).length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0
            ? String(cell).padEnd(widths[column] ?? 0)
            : String(cell).padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}
