import type { JsonValue } from './json.ts';

/** Where a record comes from. */
export interface RecordSource {
  /** `manifest.id` of the connector, for example `sap`. */
  readonly system: string;
  /** The entity in the connector's own words, for example `purchaseOrder`. */
  readonly entity: string;
  /** The native key as one string; composite keys are joined by the connector, for example `4500000001/10`. */
  readonly key: string;
  /** Changes whenever the record changes: an ETag, a version, a change time. Compare for equality only. */
  readonly revision?: string | undefined;
}

/** What all records have. Business fields are added by each entity. */
export interface ErpRecord {
  /** Present on every record that was read; ignored when written. */
  readonly source?: RecordSource | undefined;
  /** Fields that are the customer's own (`YY1_…`, `…__c`, UDFs), by vendor name. */
  readonly custom?: { readonly [field: string]: JsonValue } | undefined;
}

/** The entities of a connector: entity name to record type. */
export type EntityMap = { readonly [entity: string]: ErpRecord };

/** The entity names of a map, as strings. */
export type EntityName<Entities> = keyof Entities & string;
