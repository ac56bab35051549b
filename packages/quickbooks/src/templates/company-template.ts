import type { MappingTemplate } from '@common/connector-core/mapping';
import { addressFields, changedAt, countries, countryField, text } from './quickbooks-codecs.ts';

/** CompanyInfo → company: the company that the realm is. */
export const companyTemplate: MappingTemplate = {
  id: 'quickbooks.company',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'CompanyInfo' },
  canonical: { entity: 'company' },
  fields: [
    { vendor: 'CompanyName', canonical: 'name', codec: text(1024), required: true },
    countryField('Country', 'country'),
    ...addressFields('CompanyAddr', 'address'),
    { vendor: 'HomeCurrency', canonical: 'currency', codec: { kind: 'currency' } },
    changedAt,
  ],
  tables: countries,
};
