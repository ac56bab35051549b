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
