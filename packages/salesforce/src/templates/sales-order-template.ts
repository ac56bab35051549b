import type { MappingTemplate } from '@common/connector-core/mapping';
import { amount, changedAt, custom, date, id, quantity, text } from './salesforce-codecs.ts';

/** Order with OrderItems ↔ salesOrder. */
export const salesOrderTemplateFor = ({
  lineNumberField,
}: {
  readonly lineNumberField: string;
}): MappingTemplate => ({
  id: 'salesforce.salesOrder',
  version: 1,
  vendor: { system: 'salesforce', entity: 'Order' },
  canonical: { entity: 'salesOrder' },
  fields: [
    { vendor: 'OrderNumber', canonical: 'orderNumber', direction: 'decode' },
    { vendor: 'PoNumber', canonical: 'externalReference', codec: text(80) },
    { vendor: 'Type', canonical: 'orderType', codec: text(40) },
    { vendor: 'AccountId', canonical: 'customer', codec: id, required: true },
    { vendor: 'CurrencyIsoCode', canonical: 'currency', codec: { kind: 'currency' } },
    { vendor: 'EffectiveDate', canonical: 'orderDate', codec: date },
    {
      vendor: 'Status',
      canonical: 'status',
      codec: {
        kind: 'enum',
        values: { Draft: 'draft', Activated: 'open' },
        // An org may have more of them; all but drafts are activated.
        otherwise: 'open',
      },
    },
    { vendor: 'TotalAmount', canonical: 'totalAmount', codec: amount, direction: 'decode' },
    {
      vendor: 'OrderItems',
      canonical: 'lines',
      each: [
        {
          vendor: lineNumberField,
          canonical: 'lineNumber',
          codec: { kind: 'text', stripZeros: true },
          required: true,
        },
        { vendor: 'Product2Id', canonical: 'product', codec: id },
        { vendor: 'Description', canonical: 'description', codec: text(255) },
        { vendor: 'Quantity', canonical: 'quantity', codec: quantity, required: true },
        { vendor: 'UnitPrice', canonical: 'unitPrice', codec: amount },
        { vendor: 'TotalPrice', canonical: 'netAmount', codec: amount, direction: 'decode' },
      ],
      custom,
    },
    changedAt,
  ],
  custom,
});
