import type { MappingTemplate } from '@common/connector-core/mapping';
import { changedAt, custom, text, unit } from './salesforce-codecs.ts';

/** Product2 ↔ product. Prices are records of their own. */
export const productTemplate: MappingTemplate = {
  id: 'salesforce.product',
  version: 1,
  vendor: { system: 'salesforce', entity: 'Product2' },
  canonical: { entity: 'product' },
  fields: [
    { vendor: 'ProductCode', canonical: 'productNumber', codec: text(255), required: true },
    { vendor: 'Name', canonical: 'description', codec: text(255) },
    { vendor: 'Family', canonical: 'productGroup', codec: text(255) },
    { vendor: 'QuantityUnitOfMeasure', canonical: 'baseUnit', codec: unit },
    {
      vendor: 'IsActive',
      canonical: 'isMarkedForDeletion',
      codec: { kind: 'flag', true: false, false: true },
      // Salesforce makes inactive products, which nobody can sell.
      vendorDefault: true,
    },
    changedAt,
  ],
  custom,
};
