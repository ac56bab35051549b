import type { EntityDefinition } from '../model/entity-definition.ts';
import type { JsonObject } from '../model/json-object.ts';

/** A stored record. Deleted ones stay, for CDC. */
export interface Row {
  readonly definition: EntityDefinition;
  readonly id: string;
  /** `Invoice/12`. */
  readonly key: string;
  /** Everything but Id, SyncToken, MetaData and what is computed when it is read. */
  record: JsonObject;
  syncToken: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  changedAt: number;
  isDeleted: boolean;
  /** Part of a bank deposit. */
  isDeposited: boolean;
}
