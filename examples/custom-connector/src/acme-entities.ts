import { type EntityCapabilities, type Product, unknownEntity } from '@common/connector-core';
import { compileTemplate } from '@common/connector-core/mapping';
import { acmeProductTemplate } from './templates/acme-product-template.ts';

export type AcmeEntities = { product: Product };

/** What every record of ACME has; the rest is the template's. */
export type AcmeRow = { readonly id: string; readonly rev: number; readonly modified: string };

/** Names the system and the entity in errors and in `source` of a record. */
export const about = { system: 'acme', entity: 'product' };

/** What ACME can do with products. */
export const productCapabilities: EntityCapabilities = {
  ...{ list: true, get: true, create: true, update: true, delete: false },
  ...{ changes: 'timestamp', deletesVisible: false, idempotency: 'native' },
  ...{ filterable: [], maxPageSize: 200, maxBatchSize: 1 },
};

export const productMapping = compileTemplate<Product, AcmeRow>(acmeProductTemplate);

/** The key of a row, and what tells whether it has changed. */
export const identify = ({ id, rev }: AcmeRow) => ({ key: id, revision: String(rev) });

/** @throws ConnectorError `ERR_UNKNOWN_ENTITY` */
export function assertEntity(entity: string): void {
  if (entity !== 'product') throw unknownEntity({ ...about, entity, known: ['product'] });
}
