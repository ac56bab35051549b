import type { FieldMapping, MappingTemplate } from '@common/connector-core/mapping';
import {
  amount,
  changedAt,
  creditMemoFields,
  currency,
  customFieldPrefix,
  invoiceFields,
  lineAmount,
  lineNumber,
  noCreditMemo,
  quantity,
  text,
} from './quickbooks-codecs.ts';

const detail = 'SalesItemLineDetail';
const custom = {
  prefix: customFieldPrefix,
  names: ['PrivateNote', 'CustomerMemo', 'BillEmail', 'LinkedTxn', 'ClassRef', 'DepartmentRef'],
} as const;

const lines = (fields: readonly FieldMapping[]): FieldMapping => ({
  vendor: 'Line',
  canonical: 'lines',
  each: [
    lineNumber,
    { vendor: 'DetailType', constant: detail },
    { vendor: 'Description', canonical: 'description', codec: text(4000) },
    { vendor: `${detail}.ItemRef.value`, canonical: 'product' },
    { vendor: `${detail}.UnitPrice`, canonical: 'unitPrice', codec: lineAmount },
    ...fields,
  ],
});

const header: readonly FieldMapping[] = [
  { vendor: 'CustomerRef.value', canonical: 'customer', required: true },
  { ...currency, required: 'decode' },
  { vendor: 'SalesTermRef.value', canonical: 'paymentTerms' },
  changedAt,
];

/** Invoice ↔ invoice. Totals, tax and what is open are computed by QuickBooks. */
export const invoiceTemplate: MappingTemplate = {
  id: 'quickbooks.invoice',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'Invoice' },
  canonical: { entity: 'invoice' },
  fields: [
    ...header,
    ...invoiceFields,
    noCreditMemo,
    lines([
      { vendor: `${detail}.Qty`, canonical: 'quantity', codec: quantity },
      { vendor: 'Amount', canonical: 'netAmount', codec: lineAmount, required: true },
      { vendor: `${detail}.TaxCodeRef.value`, canonical: 'taxCode' },
    ]),
  ],
  custom,
};

/** CreditMemo ↔ creditMemo. It is due at no day; what is open of it is still to be used. */
export const creditMemoTemplate: MappingTemplate = {
  ...invoiceTemplate,
  id: 'quickbooks.creditMemo',
  vendor: { system: 'quickbooks', entity: 'CreditMemo' },
  canonical: { entity: 'creditMemo' },
  fields: creditMemoFields(invoiceTemplate),
};

const orderLines = lines([
  { vendor: `${detail}.Qty`, canonical: 'quantity', codec: quantity, default: '1.000' },
  { vendor: 'Amount', canonical: 'netAmount', codec: lineAmount },
]);

const orderHeader: readonly FieldMapping[] = [
  ...header,
  { vendor: 'DocNumber', canonical: 'orderNumber', codec: text(21) },
  { vendor: 'TxnDate', canonical: 'orderDate', codec: { kind: 'date' } },
  { vendor: 'ShipDate', canonical: 'requestedDeliveryDate', codec: { kind: 'date' } },
  { vendor: 'TotalAmt', canonical: 'totalAmount', codec: amount, direction: 'decode' },
];

/** Estimate ↔ salesOrder: QuickBooks Online has no sales order. */
export const estimateTemplate: MappingTemplate = {
  id: 'quickbooks.salesOrder.estimate',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'Estimate' },
  canonical: { entity: 'salesOrder' },
  fields: [
    ...orderHeader,
    {
      vendor: 'TxnStatus',
      canonical: 'status',
      codec: {
        kind: 'enum',
        values: { Pending: 'draft', Accepted: 'open', Closed: 'invoiced', Rejected: 'cancelled' },
        aliases: { Converted: 'invoiced' },
      },
    },
    orderLines,
  ],
  custom,
};

/** SalesReceipt ↔ salesOrder, for companies that are paid at once. It has no status. */
export const salesReceiptTemplate: MappingTemplate = {
  id: 'quickbooks.salesOrder.salesReceipt',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'SalesReceipt' },
  canonical: { entity: 'salesOrder' },
  fields: [
    ...orderHeader.filter((field) => !('canonical' in field && field.canonical === 'paymentTerms')),
    orderLines,
  ],
  custom: { ...custom, names: [...custom.names, 'PaymentMethodRef', 'DepositToAccountRef'] },
};
