/** The two sides of an identity map. */
export type LinkSide = 'left' | 'right';

/**
 * A row of the identity map: two records (or parts of records) that stand for the same thing, and
 * the digests of both as they were synced last.
 */
export interface Link {
  /** Unique in its space, for example `4500000001/10`. */
  readonly leftKey: string;
  readonly rightKey: string;
  /** `10` where the left key stands for a part of a record, `4500000001/10`. */
  readonly leftPart: string | undefined;
  readonly rightPart: string | undefined;
  /** Digest of the left side's compared fields. Empty: not known, the next sight of it is written. */
  readonly leftDigest: string;
  readonly rightDigest: string;
  /**
   * Digests of the fields that each side had at the last agreement, as the engine writes them; stores
   * keep the text. Absent: not known, whole records are written.
   */
  readonly leftShadow?: string | undefined;
  readonly rightShadow?: string | undefined;
  /** Counts the writes; part of the idempotency keys, so that a later write is never taken for an earlier one. */
  readonly version: number;
  /** A tombstone: the pair was deleted. Kept so that the version goes on if the record comes back. */
  readonly deleted: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly updatedAt: number;
}

/** Names an identity map. */
export interface LinkSpace {
  readonly tenant: string;
  readonly space: string;
}
