import { defineTemplate } from '@common/connector-core/mapping';

/** How a product of ACME and a canonical product become each other. */
export const acmeProductTemplate = defineTemplate({
  id: 'acme.product',
  version: 1,
  vendor: { system: 'acme', entity: 'products' },
  canonical: { entity: 'product' },
  fields: [
    { vendor: 'sku', canonical: 'productNumber', required: true },
    { vendor: 'name', canonical: 'description' },
    { vendor: 'group', canonical: 'productGroup' },
    {
      vendor: 'uom',
      canonical: 'baseUnit',
      codec: { kind: 'unit', units: { PCE: 'C62', KG: 'KGM' } },
    },
    {
      vendor: 'net_weight',
      canonical: 'netWeight',
      codec: { kind: 'decimal', precision: 20, scale: 3 },
    },
    {
      vendor: 'weight_uom',
      canonical: 'weightUnit',
      codec: { kind: 'unit', units: { KG: 'KGM', GR: 'GRM' } },
    },
    { vendor: 'blocked', canonical: 'isMarkedForDeletion', codec: { kind: 'boolean' } },
    { vendor: 'modified', canonical: 'changedAt', codec: { kind: 'instant' }, direction: 'decode' },
  ],
});
