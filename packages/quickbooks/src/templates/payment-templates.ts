import type { FieldMapping, MappingTemplate } from '@common/connector-core/mapping';
import { amount, changedAt, currency, lineAmount, text } from './quickbooks-codecs.ts';

const header: readonly FieldMapping[] = [
  { ...currency, required: 'decode' },
  { vendor: 'TotalAmt', canonical: 'amount', codec: amount, required: true },
  { vendor: 'TxnDate', canonical: 'paymentDate', codec: { kind: 'date' }, required: true },
  changedAt,
];

const allocations = (type: 'Invoice' | 'Bill'): FieldMapping => ({
  vendor: 'Line',
  canonical: 'allocations',
  each: [
    { vendor: 'Amount', canonical: 'amount', codec: lineAmount, required: true },
    { vendor: 'LinkedTxn[0].TxnId', canonical: 'invoice', required: true },
    { vendor: 'LinkedTxn[0].TxnType', constant: type },
  ],
});

/** Payment ↔ payment: money received from a customer. */
export const paymentTemplate: MappingTemplate = {
  id: 'quickbooks.payment',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'Payment' },
  canonical: { entity: 'payment' },
  fields: [
    { canonical: 'direction', constant: 'incoming' },
    { vendor: 'CustomerRef.value', canonical: 'partner', required: true },
    ...header,
    { vendor: 'PaymentRefNum', canonical: 'paymentNumber', codec: text(21) },
    { vendor: 'PaymentMethodRef.value', canonical: 'method' },
    { vendor: 'DepositToAccountRef.value', canonical: 'account' },
    allocations('Invoice'),
  ],
  custom: { names: ['PrivateNote', 'UnappliedAmt'] },
};

/** BillPayment ↔ billPayment: money sent to a supplier. */
export const billPaymentTemplate: MappingTemplate = {
  id: 'quickbooks.billPayment',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'BillPayment' },
  canonical: { entity: 'billPayment' },
  fields: [
    { vendor: 'VendorRef.value', canonical: 'supplier', required: true },
    ...header,
    { vendor: 'DocNumber', canonical: 'paymentNumber', codec: text(21) },
    {
      vendor: 'PayType',
      canonical: 'payType',
      codec: { kind: 'enum', values: { Check: 'check', CreditCard: 'creditCard' } },
      required: true,
    },
    {
      vendor: 'CheckPayment.BankAccountRef.value',
      canonical: 'account',
      when: {
        vendor: { path: 'PayType', equals: 'Check' },
        canonical: { path: 'payType', equals: 'check' },
      },
    },
    {
      vendor: 'CreditCardPayment.CCAccountRef.value',
      canonical: 'account',
      when: {
        vendor: { path: 'PayType', equals: 'CreditCard' },
        canonical: { path: 'payType', equals: 'creditCard' },
      },
    },
    allocations('Bill'),
  ],
  custom: { names: ['PrivateNote', 'APAccountRef'] },
};
