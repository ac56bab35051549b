import type { FlowKey } from './flow-key.ts';

/** Where a record failed. */
export type DeadLetterStage = 'read' | 'decode' | 'map' | 'validate' | 'write';

/**
 * A record that could not be synced. It holds no payload: replay reads the record again from the
 * source.
 */
export interface DeadLetter extends FlowKey {
  /** Stable: the same record of the same flow has the same id. */
  readonly id: string;
  readonly stage: DeadLetterStage;
  /** The source entity. */
  readonly entity: string;
  readonly op: 'upsert' | 'delete';
  /** Key of the source record or part. */
  readonly key: string;
  /** Key to read the source record by; absent when the source could not tell it. */
  readonly sourceKey: string | undefined;
  readonly attempts: number;
  readonly error: {
    readonly code: string;
    readonly category: string;
    /** Redacted. */
    readonly message: string;
    readonly path: string | undefined;
    readonly retryable: boolean;
  };
  /** Digest of what was to be written, where it came that far. */
  readonly digest: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly status: 'open' | 'discarded';
  /** Why it was discarded. */
  readonly reason: string | undefined;
}

/** Which dead letters to list. */
export interface DeadLetterQuery {
  readonly status?: DeadLetter['status'] | undefined;
  readonly stage?: DeadLetterStage | undefined;
  /** Only letters that a retry may help. */
  readonly retryable?: boolean | undefined;
  /** Continue behind this id. */
  readonly after?: string | undefined;
  /** @default 100 */
  readonly limit?: number | undefined;
}
