import type { ErpRecord } from './erp-record.ts';

/**
 * Fields to change: what is absent stays as it is at the target, `null` clears. A list is one field
 * with whole elements, and has no `null`. In `custom` each field is one of its own.
 */
export type RecordPatch<Record extends ErpRecord = ErpRecord> = {
  readonly [Field in keyof Record]?: Field extends keyof ErpRecord
    ? Record[Field]
    : NonNullable<Record[Field]> extends readonly unknown[]
      ? Record[Field]
      : Record[Field] | null;
};

/** What every change of one record says. */
interface WriteConditions {
  /** Fails the record with category `conflict` when the target's `source.revision` is another one. */
  readonly expectedRevision?: string | undefined;
  /**
   * The same key makes the same write: sent to the vendor where it has idempotency keys, stored
   * in a reference field where it has not.
   */
  readonly idempotencyKey?: string | undefined;
}

/** What to do with one record at the target. */
export type WriteChange<Record extends ErpRecord = ErpRecord> =
  | (WriteConditions & {
      readonly op: 'upsert';
      /** Without a key the record is created; where the entity has `upsertBy`, one with the same value there is updated. */
      readonly key?: undefined;
      readonly record: Record;
    })
  | (WriteConditions & {
      readonly op: 'upsert';
      /** The target's native key of an existing record, which is updated. */
      readonly key: string;
      readonly record: RecordPatch<Record>;
    })
  | (WriteConditions & { readonly op: 'delete'; readonly key: string });

/**
 * The outcome of one change.
 *
 * - `created`, `updated`, `deleted`: it is done, `key` is the native key (empty for a create in a
 *   dry run, where only the vendor could have told it).
 * - `unchanged`: the target already was as wanted, nothing was sent.
 * - `failed`: it certainly did not happen; `error` says why. After an abort: `ERR_ABORTED`.
 * - `unknown`: the request may or may not have taken effect (no answer came). Read the record back
 *   before writing again; never repeat blindly.
 */
export type WriteResult =
  | {
      readonly status: 'created' | 'updated' | 'unchanged' | 'deleted';
      readonly key: string;
      readonly revision?: string | undefined;
      /** Messages of the vendor that did not prevent the write, for example a SAP warning. */
      readonly warnings?: readonly string[] | undefined;
    }
  | { readonly status: 'failed'; readonly key?: string | undefined; readonly error: Error }
  | { readonly status: 'unknown'; readonly key?: string | undefined; readonly error: Error };
