import type { EntityName } from './erp-record.ts';

/** How changes of an entity are found. */
export type ChangeDetection =
  /** The vendor hands out a token that stands for a position. */
  | 'delta-token'
  /** By a change time, as keyset `(timestamp, key)` with a safety lag. */
  | 'timestamp'
  /** The source keeps a queue of changes until they are acknowledged. */
  | 'event'
  | 'none';

/** How a repeated write is kept from happening twice. */
export type WriteIdempotency =
  /** The vendor has idempotency keys. */
  | 'native'
  /** The key is stored in a reference field and read back with `find` after a lost answer. */
  | 'external-reference'
  /** There is no way to tell; a lost answer stays `unknown`. */
  | 'none';

/** What can be done with one entity. Data and behaviour must agree: the conformance suite checks. */
export interface EntityCapabilities {
  readonly list: boolean;
  readonly get: boolean;
  readonly create: boolean;
  readonly update: boolean;
  readonly delete: boolean;
  /** Field that identifies a record for an upsert without a native key, where the vendor has that. */
  readonly upsertBy?: string | undefined;
  /** References that `find` accepts. */
  readonly findBy?: readonly string[] | undefined;
  readonly changes: ChangeDetection;
  /** Whether `changes` reports deletions as `{ op: 'delete' }`. Marking for deletion is a field, not a deletion. */
  readonly deletesVisible: boolean;
  /** Canonical fields that `list` can filter by. */
  readonly filterable: readonly string[];
  /** Most records in one page. */
  readonly maxPageSize: number;
  /** Most changes that one `write` sends together; `write` itself takes any number. */
  readonly maxBatchSize: number;
  /**
   * From how many changes of one `write` on the vendor's interface for masses does the work. Whoever has
   * that many does well to give them to one `write`. Absent: there is none.
   */
  readonly bulkFrom?: number | undefined;
  readonly idempotency: WriteIdempotency;
}

/** Everything that a connector can do, as data. */
export interface ConnectorCapabilities<Entities> {
  readonly entities: { readonly [E in EntityName<Entities>]: EntityCapabilities };
  /** Names that `call` accepts. Absent: no `call`. */
  readonly operations?: readonly string[] | undefined;
  /** Whether `events` streams what the vendor publishes. */
  readonly events?: boolean | undefined;
  /** Whether `receiveWebhook` understands what the vendor sends. */
  readonly webhooks?: boolean | undefined;
  /** What `native` hands out, for example `ODataClient`. Absent: no `native`. */
  readonly native?: string | undefined;
}
