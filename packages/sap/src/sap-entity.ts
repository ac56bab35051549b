import type { EntityCapabilities, RecordCondition } from '@common/connector-core';
import type { MappingTemplate } from '@common/connector-core/mapping';
import type { EntityType, Expand, ODataVersion } from '@common/connector-odata';

/** How an entity is read and written: where it lives and what identifies it. */
export interface SapEntity {
  readonly name: 'product' | 'customer' | 'supplier' | 'purchaseOrder';
  readonly servicePath: string;
  readonly version: ODataVersion;
  readonly type: EntityType;
  readonly expand: Expand;
  readonly template: MappingTemplate;
  /** The key property that reads are ordered by. */
  readonly orderProperty: string;
  /** The property whose value is the key of the canonical record. */
  readonly keyProperty: string;
  /** What every read is restricted to, by property name. */
  readonly conditions: readonly RecordCondition[];
  /** Canonical field → property. */
  readonly filterable: Readonly<Record<string, string>>;
  /** Where the time of the last change is: one instant, or date and time apart. */
  readonly changeTime: 'instant' | 'date-and-time';
  readonly capabilities: EntityCapabilities;
}

/** Capabilities that the entities share. */
export const sharedCapabilities = {
  list: true,
  get: true,
  create: true,
  update: true,
  delete: false,
  changes: 'timestamp',
  deletesVisible: false,
  maxPageSize: 5000,
  maxBatchSize: 1,
} as const;
