import type { ErpRecord, WriteChange } from '@common/connector-core';
import type { BatchOperation, ODataRecord } from '@common/connector-odata';

/** A change that writes a record. */
export type Upsert = Extract<WriteChange, { readonly op: 'upsert' }>;

/** What is particular to writing one entity. */
export interface EntityWriter {
  /** The native key, where it is the writer's to choose: a repeated create then finds the record. */
  ownKey?(record: ErpRecord): string | undefined;
  /** The canonical record in the shape that the template writes; an update has the stored one beside it. */
  prepare(record: ErpRecord, stored?: ODataRecord): object;
  /** The body of a create. */
  toCreate(vendor: ODataRecord, change: Upsert): ODataRecord;
  /** What an update compares with the stored record. `vendor` is `record` as the template writes it. */
  toUpdate(vendor: ODataRecord, stored: ODataRecord, record: ErpRecord): ODataRecord;
  /** Children that the record marks as deleted and that are stored without the mark. */
  deletions(record: ErpRecord, stored: ODataRecord): readonly BatchOperation[];
}
