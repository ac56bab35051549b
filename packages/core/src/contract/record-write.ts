import type { ErpRecord } from './erp-record.ts';

/** What to do with one record at the target. */
export type WriteChange<Record extends ErpRecord = ErpRecord> =
  | {
      readonly op: 'upsert';
      /** The target's native key of an existing record. Without it the record is created. */
      readonly key?: string | undefined;
      /** The whole record. Fields that are absent stay as they are at the target. */
      readonly record: Record;
      /** Fails the record with category `conflict` when the target's `source.revision` is another one. */
      readonly expectedRevision?: string | undefined;
      /**
       * The same key makes the same write: sent to the vendor where it has idempotency keys, stored
       * in a reference field where it has not.
       */
      readonly idempotencyKey?: string | undefined;
    }
  | {
      readonly op: 'delete';
      readonly key: string;
      readonly expectedRevision?: string | undefined;
      readonly idempotencyKey?: string | undefined;
    };

/**
 * The outcome of one change.
 *
 * - `created`, `updated`, `deleted`: it is done, `key` is the native key.
 * - `unchanged`: the target already was as wanted, nothing was sent.
 * - `failed`: it certainly did not happen; `error` says why.
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
