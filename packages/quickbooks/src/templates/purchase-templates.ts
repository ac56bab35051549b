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

const item = 'ItemBasedExpenseLineDetail';
const account = 'AccountBasedExpenseLineDetail';

// A line with a product is bought by item, any other is booked to an account.
const ofItem = {
  vendor: { path: 'DetailType', equals: item },
  canonical: { path: 'product', present: true },
} as const;
const ofAccount = {
  vendor: { path: 'DetailType', equals: account },
  canonical: { path: 'product', present: false },
} as const;

const lineFields: readonly FieldMapping[] = [
  lineNumber,
  { vendor: 'DetailType', constant: item, when: { canonical: ofItem.canonical } },
  { vendor: 'DetailType', constant: account, when: { canonical: ofAccount.canonical } },
  { vendor: 'Description', canonical: 'description', codec: text(4000) },
  { vendor: `${item}.ItemRef.value`, canonical: 'product' },
  { vendor: `${item}.UnitPrice`, canonical: 'unitPrice', codec: lineAmount, when: ofItem },
  { vendor: `${item}.TaxCodeRef.value`, canonical: 'taxCode', when: ofItem },
  { vendor: `${account}.TaxCodeRef.value`, canonical: 'taxCode', when: ofAccount },
];

const header: readonly FieldMapping[] = [
  { vendor: 'VendorRef.value', canonical: 'supplier', required: true },
  { ...currency, required: 'decode' },
  { vendor: 'SalesTermRef.value', canonical: 'paymentTerms' },
  changedAt,
];

const names = ['PrivateNote', 'LinkedTxn', 'APAccountRef', 'DepartmentRef'];

/** Bill ↔ supplierInvoice. */
export const supplierInvoiceTemplate: MappingTemplate = {
  id: 'quickbooks.supplierInvoice',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'Bill' },
  canonical: { entity: 'supplierInvoice' },
  fields: [
    ...header,
    ...invoiceFields,
    noCreditMemo,
    {
      vendor: 'Line',
      canonical: 'lines',
      each: [
        ...lineFields,
        { vendor: `${item}.Qty`, canonical: 'quantity', codec: quantity, when: ofItem },
        { vendor: 'Amount', canonical: 'netAmount', codec: lineAmount, required: true },
        { vendor: `${account}.AccountRef.value`, canonical: 'account', when: ofAccount },
      ],
    },
  ],
  custom: { prefix: customFieldPrefix, names },
};

/** VendorCredit ↔ vendorCredit. It has neither a day when it is due nor terms. */
export const vendorCreditTemplate: MappingTemplate = {
  ...supplierInvoiceTemplate,
  id: 'quickbooks.vendorCredit',
  vendor: { system: 'quickbooks', entity: 'VendorCredit' },
  canonical: { entity: 'vendorCredit' },
  fields: creditMemoFields(supplierInvoiceTemplate, ['paymentTerms']),
};

// The other states of an order have no counterpart: they are left as they are.
const known = {
  vendor: { path: 'POStatus', present: true },
  canonical: { path: 'status', in: ['confirmed', 'delivered'] },
} as const;

/** PurchaseOrder ↔ purchaseOrder. A line without product passes its account through `custom`. */
export const purchaseOrderTemplate: MappingTemplate = {
  id: 'quickbooks.purchaseOrder',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'PurchaseOrder' },
  canonical: { entity: 'purchaseOrder' },
  fields: [
    ...header,
    { vendor: 'DocNumber', canonical: 'orderNumber', codec: text(21) },
    { vendor: 'TxnDate', canonical: 'orderDate', codec: { kind: 'date' } },
    {
      vendor: 'POStatus',
      canonical: 'status',
      codec: { kind: 'enum', values: { Open: 'confirmed', Closed: 'delivered' } },
      when: known,
    },
    { vendor: 'TotalAmt', canonical: 'totalAmount', codec: amount, direction: 'decode' },
    {
      vendor: 'Line',
      canonical: 'lines',
      each: [
        ...lineFields,
        {
          vendor: `${item}.Qty`,
          canonical: 'quantity',
          codec: quantity,
          default: '1.000',
          when: ofItem,
        },
        { canonical: 'quantity', constant: '1.000', direction: 'decode', when: ofAccount },
        { vendor: 'Amount', canonical: 'netAmount', codec: lineAmount },
        {
          vendor: `${account}.AccountRef.value`,
          canonical: 'custom.AccountRef',
          when: ofAccount,
        },
      ],
    },
  ],
  custom: {
    prefix: customFieldPrefix,
    names: [...names, 'DueDate', 'Memo', 'POEmail', 'ShipAddr'],
  },
};
