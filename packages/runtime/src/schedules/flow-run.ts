import type { JsonValue } from '@common/connector-core';
import type { SyncCounts } from '@common/connector-sync';

/** Names a flow of a connection of a tenant: it has one active run at a time. */
export interface FlowRef {
  readonly tenant: string;
  /** `code` of the connection. */
  readonly connection: string;
  /** The name that it is registered by. */
  readonly flow: string;
}

export type FlowRunStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** One run in the history of a flow. */
export interface FlowRun extends FlowRef {
  readonly id: string;
  readonly cause: 'schedule' | 'manual';
  readonly status: FlowRunStatus;
  /** When it was to begin; milliseconds since the Unix epoch, as all times here. */
  readonly dueAt: number;
  readonly queuedAt: number;
  /** `queued`: when it is tried (again). */
  readonly nextAt: number | undefined;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** From the last start to the end. */
  readonly durationMs: number | undefined;
  readonly attempt: number;
  /** How often its process died under it. These are no tries. */
  readonly interruptions: number;
  /** What the run was asked for, for example `{ mode: 'full' }`. */
  readonly options: JsonValue;
  /** What the run has answered: counts of a sync. */
  readonly counts: Partial<SyncCounts> | undefined;
  readonly errorCode: string | undefined;
  /** Redacted. */
  readonly errorMessage: string | undefined;
}
