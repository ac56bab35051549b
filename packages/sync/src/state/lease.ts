/** Names what may run only once at a time: a flow, or the flows that share an identity map. */
export interface LeaseScope {
  readonly tenant: string;
  /** For example `flow:sap-orders-to-common` or `space:sap-common-orders`. */
  readonly scope: string;
}

/** The right to work on a scope until it expires. */
export interface Lease extends LeaseScope {
  /** Who has it. */
  readonly owner: string;
  /** The fencing token: grows with every new owner. A transaction with an older one is refused. */
  readonly token: number;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** What `acquire` needs. */
export interface LeaseRequest extends LeaseScope {
  readonly owner: string;
  readonly now: number;
  readonly ttlMs: number;
  /** Takes the lease from the holder of this token although it has not expired: its process is known to be dead. */
  readonly takeOver?: number | undefined;
}
