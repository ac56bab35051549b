import type { MappingTemplate } from '@common/connector-core/mapping';
import { amount, changedAt, custom, id } from './salesforce-codecs.ts';

/** PricebookEntry ↔ price, an entity of this connector. */
export const priceTemplate: MappingTemplate = {
  id: 'salesforce.price',
  version: 1,
  vendor: { system: 'salesforce', entity: 'PricebookEntry' },
  canonical: { entity: 'price' },
  fields: [
    { vendor: 'Pricebook2Id', canonical: 'priceBook', codec: id },
    { vendor: 'Product2Id', canonical: 'product', codec: id, required: true },
    { vendor: 'CurrencyIsoCode', canonical: 'currency', codec: { kind: 'currency' } },
    { vendor: 'UnitPrice', canonical: 'unitPrice', codec: amount, required: true },
    {
      vendor: 'IsActive',
      canonical: 'isActive',
      codec: { kind: 'boolean' },
      vendorDefault: true,
    },
    {
      vendor: 'UseStandardPrice',
      canonical: 'usesStandardPrice',
      codec: { kind: 'boolean' },
    },
    changedAt,
  ],
  custom,
};
