import type { CallOptions } from './call-options.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { ErpRecord } from './erp-record.ts';

/** A page of a full read. */
export interface RecordPage<Record extends ErpRecord = ErpRecord> {
  readonly records: readonly Record[];
  /** Records of the page that could not be decoded. They are never dropped silently. */
  readonly failures?: readonly RecordFailure[] | undefined;
  /** `list(entity, { ...query, after: checkpoint })` continues behind this page. */
  readonly checkpoint: Checkpoint;
  /** How many records the whole read has, where the vendor tells. */
  readonly totalCount?: number | undefined;
}

/** A record that arrived but could not be turned into a canonical one. */
export interface RecordFailure {
  /** The native key, where it could be read. */
  readonly key?: string | undefined;
  /** Category `mapping` or `validation`; names the path and the rule. */
  readonly error: Error;
}

/** What happened to a record at the source. */
export type RecordChange<Record extends ErpRecord = ErpRecord> =
  | { readonly op: 'upsert'; readonly record: Record }
  | { readonly op: 'delete'; readonly key: string };

/** A page of changes. */
export interface ChangePage<Record extends ErpRecord = ErpRecord> {
  readonly changes: readonly RecordChange<Record>[];
  readonly failures?: readonly RecordFailure[] | undefined;
  /** `changes(entity, checkpoint)` continues behind this page; it may repeat records, never skip one. */
  readonly checkpoint: Checkpoint;
  /**
   * Present when the source wants to be told (a queue, pending updates). Call it once the page's
   * records are safe, never before; calling it twice is harmless.
   */
  acknowledge?(options?: CallOptions): Promise<void>;
}
