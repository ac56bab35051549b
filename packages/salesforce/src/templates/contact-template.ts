import type { MappingTemplate } from '@common/connector-core/mapping';
import { type AddressOptions, addressFields, countryTable } from './address-fields.ts';
import { changedAt, custom, id, text } from './salesforce-codecs.ts';

/** Contact ↔ contact, an entity of this connector. */
export const contactTemplateFor = (
  options: AddressOptions & { readonly externalIdField?: string | undefined },
): MappingTemplate => ({
  id: 'salesforce.contact',
  version: 1,
  vendor: { system: 'salesforce', entity: 'Contact' },
  canonical: { entity: 'contact' },
  fields: [
    { vendor: 'AccountId', canonical: 'customer', codec: id },
    { vendor: 'Salutation', canonical: 'salutation', codec: text(40) },
    { vendor: 'FirstName', canonical: 'firstName', codec: text(40) },
    { vendor: 'LastName', canonical: 'lastName', codec: text(80), required: true },
    { vendor: 'Title', canonical: 'title', codec: text(128) },
    { vendor: 'Department', canonical: 'department', codec: text(80) },
    { vendor: 'Email', canonical: 'email', codec: text(80) },
    { vendor: 'Phone', canonical: 'phone', codec: text(40) },
    { vendor: 'MobilePhone', canonical: 'mobilePhone', codec: text(40) },
    ...(options.externalIdField === undefined
      ? []
      : [{ vendor: options.externalIdField, canonical: 'externalReference', codec: text(255) }]),
    ...addressFields('Mailing', 'address', options),
    changedAt,
  ],
  custom,
  ...countryTable(options),
});
