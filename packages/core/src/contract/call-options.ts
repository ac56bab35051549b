/** What every asynchronous member of a connector accepts. */
export interface CallOptions {
  /**
   * Stops the call: pending waits end, open requests are closed, and the promise rejects with a
   * `ConnectorError` of code `ERR_ABORTED`. A `write` that has begun answers instead, for its
   * results must not be lost: `failed` with `ERR_ABORTED` for what was not sent, `unknown` for what
   * was under way.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Ties log lines, spans and audit records of one business operation together.
   * @default a random UUID per call
   */
  readonly correlationId?: string | undefined;
  /**
   * Who asks for it, for example a user id: goes into audit records, never to the vendor.
   * @default what the audit was told
   */
  readonly actor?: string | undefined;
  /**
   * Who goes first when calls wait for the vendor's budget.
   * @default 'interactive'
   */
  readonly priority?: 'interactive' | 'backfill' | undefined;
}

/** Options of `write`. */
export interface WriteOptions extends CallOptions {
  /**
   * Checks the changes as far as the vendor allows without storing anything; results carry the
   * outcome that a real write would have.
   * @default false
   */
  readonly dryRun?: boolean | undefined;
}
