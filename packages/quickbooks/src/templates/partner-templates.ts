import type { FieldMapping, MappingTemplate } from '@common/connector-core/mapping';
import {
  addressFields,
  changedAt,
  countries,
  countryField,
  currency,
  customFieldPrefix,
  inactive,
  text,
} from './quickbooks-codecs.ts';

const partnerFields: readonly FieldMapping[] = [
  { vendor: 'DisplayName', canonical: 'name', codec: text(500), required: true },
  { vendor: 'CompanyName', canonical: 'name2', codec: text(100) },
  { vendor: 'PrimaryEmailAddr.Address', canonical: 'email', codec: text(100) },
  { vendor: 'PrimaryPhone.FreeFormNumber', canonical: 'phone', codec: text(30) },
  currency,
  { vendor: 'Active', canonical: 'isMarkedForDeletion', codec: inactive },
  changedAt,
];

const personNames = [
  'Title',
  'GivenName',
  'MiddleName',
  'FamilyName',
  'Suffix',
  'PrintOnCheckName',
];

/** Customer ↔ customer. */
export const customerTemplate: MappingTemplate = {
  id: 'quickbooks.customer',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'Customer' },
  canonical: { entity: 'customer' },
  fields: [
    { vendor: 'Id', canonical: 'customerNumber', direction: 'decode' },
    ...partnerFields,
    { vendor: 'SalesTermRef.value', canonical: 'paymentTerms' },
    ...addressFields('BillAddr', 'addresses[kind=billing]'),
    countryField('BillAddr.Country', 'addresses[kind=billing].country'),
    ...addressFields('ShipAddr', 'addresses[kind=shipping]'),
    countryField('ShipAddr.Country', 'addresses[kind=shipping].country'),
  ],
  custom: {
    prefix: customFieldPrefix,
    names: [
      ...personNames,
      'Notes',
      'Taxable',
      'ResaleNum',
      'ParentRef',
      'Job',
      'PaymentMethodRef',
    ],
  },
  tables: countries,
};

/** Vendor ↔ supplier. Tax identifiers are masked when read, so they are not mapped. */
export const supplierTemplate: MappingTemplate = {
  id: 'quickbooks.supplier',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'Vendor' },
  canonical: { entity: 'supplier' },
  fields: [
    { vendor: 'Id', canonical: 'supplierNumber', direction: 'decode' },
    ...partnerFields,
    { vendor: 'AcctNum', canonical: 'externalReference', codec: text(100) },
    { vendor: 'TermRef.value', canonical: 'paymentTerms' },
    ...addressFields('BillAddr', 'addresses[kind=billing]'),
    countryField('BillAddr.Country', 'addresses[kind=billing].country'),
  ],
  custom: {
    prefix: customFieldPrefix,
    names: [...personNames, 'Vendor1099', 'APAccountRef'],
  },
  tables: countries,
};
