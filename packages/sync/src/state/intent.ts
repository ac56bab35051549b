import type { FlowKey } from './flow-key.ts';

/**
 * A write that was decided and may have been sent. It is stored before the write and removed in the
 * transaction that stores the outcome; whatever is found at start has an unknown outcome.
 */
export interface Intent extends FlowKey {
  readonly space: string;
  /** Key of the source record or part. */
  readonly key: string;
  /** Key of the source record. */
  readonly sourceKey: string;
  readonly op: 'create' | 'update' | 'delete';
  readonly idempotencyKey: string;
  /** Native key at the target, where it is known. */
  readonly targetKey: string | undefined;
  /** See `MappedRecord.targetPart`. */
  readonly targetPart: string | undefined;
  readonly sourceDigest: string;
  readonly targetDigest: string;
  /** The record as JSON, only where resolving the outcome means to send it again. */
  readonly body: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** What both sides have field by field if the write takes effect, see `Link`; only the engine reads it. */
  readonly shadow?: string | undefined;
}
