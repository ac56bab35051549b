/** A line of the table: a figure of ours, the same figure of a peer in the same run, and the bar. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly peer: string;
  readonly peerValue: number;
  /** Ours over the peer's. */
  readonly ratio: number;
  /** For example `>= 7` or `<= 1.25`, of the ratio unless it names a unit. */
  readonly bar: string;
  readonly pass: boolean;
}

/** A line whose bar is of the ratio: at least so much, or at most. */
export function ratioRow(
  figures: Pick<Row, 'name' | 'value' | 'unit' | 'peer' | 'peerValue'>,
  bar: { readonly atLeast: number } | { readonly atMost: number },
): Row {
  const ratio = figures.value / figures.peerValue;
  const isMost = 'atMost' in bar;
  return {
    ...figures,
    ratio,
    bar: isMost ? `<= ${bar.atMost}` : `>= ${bar.atLeast}`,
    pass: isMost ? ratio <= bar.atMost : ratio >= bar.atLeast,
  };
}
