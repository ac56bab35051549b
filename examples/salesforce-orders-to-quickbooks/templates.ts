import { defineTemplate } from '@common/connector-core/mapping';

/** A product of Salesforce as an item of QuickBooks, which has one name for it. */
export const productToItem = defineTemplate({
  id: 'example.product-to-item',
  version: 1,
  vendor: { system: 'salesforce', entity: 'product' },
  canonical: { entity: 'product' },
  fields: [
    { vendor: 'productNumber', canonical: 'productNumber', required: true },
    { vendor: 'description', canonical: 'description' },
  ],
});

/** An order of Salesforce as an invoice of QuickBooks; customer and products by their links. */
export const orderToInvoice = defineTemplate({
  id: 'example.order-to-invoice',
  version: 1,
  vendor: { system: 'salesforce', entity: 'salesOrder' },
  canonical: { entity: 'invoice' },
  fields: [
    { vendor: 'orderNumber', canonical: 'invoiceNumber', codec: { kind: 'text', maxLength: 21 } },
    {
      vendor: 'customer',
      canonical: 'customer',
      codec: { kind: 'reference', entity: 'customer' },
      required: true,
    },
    { vendor: 'currency', canonical: 'currency', codec: { kind: 'currency' }, required: true },
    { vendor: 'orderDate', canonical: 'invoiceDate', codec: { kind: 'date' }, required: true },
    { vendor: 'totalAmount', canonical: 'grossAmount', required: true },
    {
      vendor: 'lines',
      canonical: 'lines',
      each: [
        { vendor: 'lineNumber', canonical: 'lineNumber', required: true },
        {
          vendor: 'product',
          canonical: 'product',
          codec: { kind: 'reference', entity: 'product' },
        },
        { vendor: 'description', canonical: 'description' },
        { vendor: 'quantity', canonical: 'quantity' },
        { vendor: 'unitPrice', canonical: 'unitPrice' },
        { vendor: 'netAmount', canonical: 'netAmount', required: true },
      ],
    },
  ],
});
