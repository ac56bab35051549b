import type { MappingTemplate } from '@common/connector-core/mapping';
import {
  changedAt,
  currency,
  inactive,
  lineAmount,
  lineNumber,
  text,
} from './quickbooks-codecs.ts';

/** JournalEntry ↔ journalEntry. `SignedAmount` is made of `PostingType` and `Amount`. */
export const journalEntryTemplate: MappingTemplate = {
  id: 'quickbooks.journalEntry',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'JournalEntry' },
  canonical: { entity: 'journalEntry' },
  fields: [
    { vendor: 'DocNumber', canonical: 'entryNumber', codec: text(21) },
    { vendor: 'TxnDate', canonical: 'postingDate', codec: { kind: 'date' }, required: true },
    { ...currency, required: 'decode' },
    { vendor: 'PrivateNote', canonical: 'headerText', codec: text(4000) },
    changedAt,
    {
      vendor: 'Line',
      canonical: 'lines',
      each: [
        lineNumber,
        { vendor: 'DetailType', constant: 'JournalEntryLineDetail' },
        { vendor: 'SignedAmount', canonical: 'amount', codec: lineAmount, required: true },
        { vendor: 'Description', canonical: 'text', codec: text(4000) },
        {
          vendor: 'JournalEntryLineDetail.AccountRef.value',
          canonical: 'account',
          required: true,
        },
        { vendor: 'JournalEntryLineDetail.ClassRef.value', canonical: 'costCenter' },
        { vendor: 'JournalEntryLineDetail.DepartmentRef.value', canonical: 'profitCenter' },
        { vendor: 'JournalEntryLineDetail.TaxCodeRef.value', canonical: 'taxCode' },
        {
          vendor: 'JournalEntryLineDetail.Entity.EntityRef.value',
          canonical: 'partner',
          direction: 'decode',
        },
      ],
      custom: { names: ['Entity'] },
    },
  ],
  custom: { names: ['Adjustment', 'ExchangeRate'] },
};

/** Account ↔ account. */
export const accountTemplate: MappingTemplate = {
  id: 'quickbooks.account',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'Account' },
  canonical: { entity: 'account' },
  fields: [
    { vendor: 'AcctNum', canonical: 'accountNumber', codec: text(20) },
    { vendor: 'Name', canonical: 'name', codec: text(100), required: true },
    { vendor: 'Description', canonical: 'description', codec: text(100) },
    { vendor: 'AccountType', canonical: 'accountType' },
    { vendor: 'AccountSubType', canonical: 'accountSubType' },
    { vendor: 'Classification', canonical: 'classification', direction: 'decode' },
    { ...currency },
    {
      vendor: 'CurrentBalance',
      canonical: 'balance',
      codec: { kind: 'decimal', minScale: { currencyField: 'currency' } },
      direction: 'decode',
    },
    { vendor: 'ParentRef.value', canonical: 'parent' },
    { vendor: 'Active', canonical: 'isMarkedForDeletion', codec: inactive },
    changedAt,
  ],
  custom: { names: ['SubAccount', 'TaxCodeRef'] },
};

/** TaxCode → tax. QuickBooks keeps them itself: they are read only. */
export const taxTemplate: MappingTemplate = {
  id: 'quickbooks.tax',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'TaxCode' },
  canonical: { entity: 'tax' },
  fields: [
    { vendor: 'Name', canonical: 'name', codec: text(100), required: true },
    { vendor: 'Description', canonical: 'description', codec: text(100) },
    { vendor: 'Taxable', canonical: 'isTaxable', codec: { kind: 'boolean' } },
    { vendor: 'TaxGroup', canonical: 'isGroup', codec: { kind: 'boolean' } },
    { vendor: 'Active', canonical: 'isMarkedForDeletion', codec: inactive },
    {
      vendor: 'SalesTaxRateList.TaxRateDetail',
      canonical: 'salesRates',
      each: [{ vendor: 'TaxRateRef.value', canonical: 'rate', required: true }],
    },
    {
      vendor: 'PurchaseTaxRateList.TaxRateDetail',
      canonical: 'purchaseRates',
      each: [{ vendor: 'TaxRateRef.value', canonical: 'rate', required: true }],
    },
    changedAt,
  ],
};
