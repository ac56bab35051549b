import type { SyncReport } from '../engine/sync-report.ts';

/** What cost systems are told about a sync of commitments or actuals. */
export interface CostAnswer {
  readonly inserted: number;
  readonly updated: number;
  /** Records that are in the dead letters, and deletions that were withheld. */
  readonly errors: number;
  /** ISO instant, UTC: everything that the source showed until then is in. */
  readonly synced_at: string;
}

/** One answer for the runs that belong together, for example of commitments and of actuals. */
export function costAnswer(reports: readonly [SyncReport, ...SyncReport[]]): CostAnswer {
  const sum = (count: (report: SyncReport) => number) =>
    reports.reduce((total, report) => total + count(report), 0);
  return {
    inserted: sum(({ inserted }) => inserted),
    updated: sum(({ updated }) => updated),
    errors: sum(({ failed, withheld }) => failed + withheld),
    // All of them are in only up to the one that ended first.
    synced_at: reports.map(({ synced_at }) => synced_at).sort()[0] ?? '',
  };
}
