import { unknownEntity } from '../connector/unknown-entity.ts';
import type { EntityCapabilities } from '../contract/connector-capabilities.ts';
import type { Amendment } from '../entities/amendment.ts';
import type { BusinessRelationship } from '../entities/business-relationship.ts';
import type { Company } from '../entities/company.ts';
import type { PurchaseOrder } from '../entities/purchase-order.ts';

/** The entities of the Common connector. */
export type CommonEntities = {
  readonly company: Company;
  readonly businessRelationship: BusinessRelationship;
  readonly purchaseOrder: PurchaseOrder;
  readonly amendment: Amendment;
};

const readOnly = {
  list: true,
  get: true,
  create: false,
  update: false,
  delete: false,
  changes: 'none',
  deletesVisible: false,
  maxPageSize: 200,
  maxBatchSize: 1,
  idempotency: 'none',
} as const;

// Common has no deletion: an order that is not wanted any more is cancelled, which is a status.
const writable = {
  ...readOnly,
  create: true,
  update: true,
  changes: 'event',
  idempotency: 'native',
} as const;

/** What can be done with each entity. */
export const commonCapabilities = {
  company: {
    ...readOnly,
    findBy: ['externalReference'],
    filterable: ['externalReference', 'role'],
  },
  businessRelationship: { ...readOnly, filterable: ['status'] },
  purchaseOrder: {
    ...writable,
    findBy: ['orderNumber'],
    filterable: ['orderNumber', 'supplier', 'buyer', 'status', 'changedAt'],
  },
  amendment: { ...writable, filterable: ['status', 'changedAt'] },
} as const satisfies { readonly [E in keyof CommonEntities]: EntityCapabilities };

/** @throws ConnectorError `ERR_UNKNOWN_ENTITY` */
export function assertCommonEntity(entity: string): asserts entity is keyof CommonEntities {
  if (Object.hasOwn(commonCapabilities, entity)) return;
  throw unknownEntity({ system: 'common', entity, known: Object.keys(commonCapabilities) });
}
