import type {
  CallOptions,
  ErpRecord,
  JsonValue,
  RecordPage,
  RecordQuery,
  WriteChange,
  WriteIdempotency,
  WriteOptions,
  WriteResult,
} from '@common/connector-core';
import type { StateStore, StateTransaction } from '../state/state-store.ts';

/**
 * How a target keeps a repeated write from happening twice: as connectors do, or
 *
 * - `upsert`: the engine gives every record its key, writing it again changes nothing;
 * - `position`: what was written after the last committed position is undone by `resume`.
 */
export type TargetIdempotency = WriteIdempotency | 'upsert' | 'position';

/** What a flow writes to. `connectorTarget` makes one of any connector. */
export interface SyncTarget {
  readonly idempotency: TargetIdempotency;
  /**
   * Whether an update may carry the changed fields only, `null` for those that were cleared, as
   * `IErpConnector.write` takes them. Without it updates are whole records.
   * @default false
   */
  readonly patches?: boolean | undefined;
  /**
   * Whether records can be deleted.
   * @default true
   */
  readonly deletes?: boolean | undefined;
  /** Most changes that the engine gives to one `write`. */
  readonly maxBatchSize: number;
  /**
   * From how many changes of one `write` on the target has a faster way: then short pages of the source
   * are put together, up to `maxBatchSize`.
   * @default each page of the source is written by itself
   */
  readonly bulkFrom?: number | undefined;
  /** The contract of `IErpConnector.write`. */
  write(
    entity: string,
    changes: readonly WriteChange[],
    options?: WriteOptions,
  ): Promise<readonly WriteResult[]>;
  get?(entity: string, key: string, options?: CallOptions): Promise<ErpRecord | undefined>;
  /** Accepts `{ idempotencyKey }` when `idempotency` is `external-reference`. */
  find?(
    entity: string,
    reference: Readonly<Record<string, string>>,
    options?: CallOptions,
  ): Promise<readonly ErpRecord[]>;
  list?(entity: string, query?: RecordQuery, options?: CallOptions): AsyncIterable<RecordPage>;
  /** Whether the target is in the store's own database, so that `writeWithin` can be used. */
  isWithin?(store: StateStore): boolean;
  /**
   * Writes all changes, in their order, in the transaction that stores their outcome: both happen or
   * neither. For targets with `upsert`; what it throws ends the run.
   */
  writeWithin?(
    state: StateTransaction,
    entity: string,
    changes: readonly WriteChange[],
  ): Promise<void>;
  /** Makes everything written so far durable and says where it ends. Stored with the checkpoint. */
  position?(): Promise<JsonValue>;
  /** Goes back to a committed position; `undefined` means to begin behind what is there. Called before a run writes. */
  resume?(position: JsonValue | undefined): Promise<void>;
}
