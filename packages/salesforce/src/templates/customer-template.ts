import type { MappingTemplate } from '@common/connector-core/mapping';
import { type AddressOptions, addressFields, countryTable } from './address-fields.ts';
import { changedAt, custom, text } from './salesforce-codecs.ts';

/** Account ↔ customer. */
export const customerTemplateFor = (
  options: AddressOptions & { readonly externalIdField?: string | undefined },
): MappingTemplate => ({
  id: 'salesforce.customer',
  version: 1,
  vendor: { system: 'salesforce', entity: 'Account' },
  canonical: { entity: 'customer' },
  fields: [
    { vendor: 'AccountNumber', canonical: 'customerNumber', codec: text(40) },
    { vendor: 'Name', canonical: 'name', codec: text(255), required: true },
    ...(options.externalIdField === undefined
      ? []
      : [{ vendor: options.externalIdField, canonical: 'externalReference', codec: text(255) }]),
    { vendor: 'Phone', canonical: 'phone', codec: text(40) },
    { vendor: 'CurrencyIsoCode', canonical: 'currency', codec: { kind: 'currency' } },
    ...addressFields('Billing', 'addresses[kind=billing]', options),
    ...addressFields('Shipping', 'addresses[kind=shipping]', options),
    changedAt,
  ],
  custom,
  ...countryTable(options),
});
