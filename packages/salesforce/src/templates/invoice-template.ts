import type { MappingTemplate } from '@common/connector-core/mapping';
import { amount, changedAt, custom, date, id, quantity, text } from './salesforce-codecs.ts';

/** Invoice with InvoiceLines (Revenue Cloud, Billing) → invoice. */
export const invoiceTemplate: MappingTemplate = {
  id: 'salesforce.invoice',
  version: 1,
  vendor: { system: 'salesforce', entity: 'Invoice' },
  canonical: { entity: 'invoice' },
  fields: [
    { vendor: 'InvoiceNumber', canonical: 'invoiceNumber', codec: text(255) },
    { vendor: 'BillingAccountId', canonical: 'customer', codec: id, required: true },
    { vendor: 'CurrencyIsoCode', canonical: 'currency', codec: { kind: 'currency' } },
    { vendor: 'InvoiceDate', canonical: 'invoiceDate', codec: date, required: true },
    { vendor: 'DueDate', canonical: 'dueDate', codec: date },
    {
      vendor: 'Status',
      canonical: 'status',
      codec: {
        kind: 'enum',
        values: { Draft: 'draft', Posted: 'open', Canceled: 'cancelled' },
        otherwise: 'open',
      },
    },
    { vendor: 'TotalAmountWithTax', canonical: 'grossAmount', codec: amount, required: true },
    { vendor: 'TotalTaxAmount', canonical: 'taxAmount', codec: amount },
    { vendor: 'Balance', canonical: 'openAmount', codec: amount },
    {
      vendor: 'InvoiceLines',
      canonical: 'lines',
      each: [
        {
          vendor: 'InvoiceLineNumber',
          canonical: 'lineNumber',
          codec: { kind: 'text', stripZeros: true },
          required: true,
        },
        { vendor: 'Product2Id', canonical: 'product', codec: id },
        { vendor: 'Description', canonical: 'description', codec: text(255) },
        { vendor: 'Quantity', canonical: 'quantity', codec: quantity },
        { vendor: 'UnitPrice', canonical: 'unitPrice', codec: amount },
        { vendor: 'LineAmount', canonical: 'netAmount', codec: amount, required: true },
      ],
      custom,
    },
    changedAt,
  ],
  custom,
};
