import type { SyncCounts } from '../engine/sync-report.ts';
import type { FlowKey } from './flow-key.ts';

/** One run in the history of a flow. */
export interface RunRecord extends FlowKey {
  readonly runId: string;
  readonly mode: 'incremental' | 'full' | 'replay';
  /** `running` of a run that is over means that its process died. */
  readonly status: 'running' | 'done' | 'failed' | 'aborted';
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly updatedAt: number;
  /** What was committed so far. */
  readonly counts: SyncCounts;
  /** Code of the error that ended the run. */
  readonly errorCode: string | undefined;
}
