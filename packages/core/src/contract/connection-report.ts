/** One thing that `testConnection` looked at. */
export interface ConnectionCheck {
  /**
   * `settings`, `network`, `tls`, `service`, `credentials`, `permission`, or a name of the vendor's own,
   * for example `company`.
   */
  readonly name: string;
  readonly ok: boolean;
  /** In words for the person who set the connection up: what was found and, if it failed, what to do. */
  readonly message: string;
}

/** The answer of `testConnection`. It reports what is wrong; it does not throw for a bad connection. */
export interface ConnectionReport {
  readonly ok: boolean;
  readonly checks: readonly ConnectionCheck[];
  /** Round trip of the last check in milliseconds. */
  readonly latencyMs: number;
  /** What the other side says it is, where it tells, for example `S4H/100`. */
  readonly system?: string | undefined;
}
