import type { ErpRecord, WriteChange } from '@common/connector-core';
import type { BatchOperation, ODataRecord } from '@common/connector-odata';

type Upsert = Extract<WriteChange, { readonly op: 'upsert' }>;

/** What is particular to writing one entity. */
export interface EntityWriter {
  /** The native key, where it is the writer's to choose: a repeated create then finds the record. */
  ownKey?(record: ErpRecord): string | undefined;
  /** The canonical record in the shape that the template writes. */
  prepare(record: ErpRecord): object;
  /** The body of a create. */
  toCreate(vendor: ODataRecord, change: Upsert): ODataRecord;
  /** What an update compares with the stored record. */
  toUpdate(vendor: ODataRecord, stored: ODataRecord): ODataRecord;
  /** What has to be deleted: children that the record marks, or all of them when there is no record. */
  deletions(record: ErpRecord | undefined, stored: ODataRecord): readonly BatchOperation[];
}
