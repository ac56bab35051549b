/** What was done with the records of a run. */
export interface SyncCounts {
  /** Records that came from the source. */
  readonly read: number;
  /** Records (or parts) that were created at the target. */
  readonly inserted: number;
  readonly updated: number;
  /** Records (or parts) that needed no write: not changed, or our own write coming back. */
  readonly unchanged: number;
  readonly deleted: number;
  /** Deletions that were more than the flow may make, see `deletes` and `approveDeletes`. */
  readonly withheld: number;
  /** Records (or parts) that are in the dead letters. */
  readonly failed: number;
  /** Writes that were sent again after a failure that may pass. */
  readonly retried: number;
  /** Records that the mapping left out. */
  readonly skipped: number;
}

/** The answer of a run. */
export interface SyncReport extends SyncCounts {
  readonly runId: string;
  readonly mode: 'incremental' | 'full';
  /** Whether it went on where an earlier run had stopped. */
  readonly resumed: boolean;
  readonly pages: number;
  /** Whether it ended at `maxPages`, before the end of the source. */
  readonly hasMore: boolean;
  /** ISO instant, UTC, at which the run was done. */
  readonly synced_at: string;
}

/** Told after every page. */
export interface SyncProgress extends SyncCounts {
  readonly tenant: string;
  readonly flow: string;
  readonly phase: 'recover' | 'sync' | 'replay';
  /** Records that the source has, where it tells. */
  readonly total: number | undefined;
}

/** The counters of a run while it counts. */
export type MutableCounts = { -readonly [Name in keyof SyncCounts]: SyncCounts[Name] };

export function noCounts(): MutableCounts {
  return {
    read: 0,
    inserted: 0,
    updated: 0,
    unchanged: 0,
    deleted: 0,
    withheld: 0,
    failed: 0,
    retried: 0,
    skipped: 0,
  };
}
