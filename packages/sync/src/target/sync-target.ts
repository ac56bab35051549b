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
  /** Most changes that the engine gives to one `write`. */
  readonly maxBatchSize: number;
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
  /** Makes everything written so far durable and says where it ends. Stored with the checkpoint. */
  position?(): Promise<JsonValue>;
  /** Goes back to a committed position; `undefined` means to begin behind what is there. Called before a run writes. */
  resume?(position: JsonValue | undefined): Promise<void>;
}
