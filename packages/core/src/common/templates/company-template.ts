import { defineTemplate } from '../../mapping/index.ts';

/** Company on Common ↔ canonical company. `external_id` is the partner's number in our ERP. */
export const commonCompanyTemplate = defineTemplate({
  id: 'common.company',
  version: 1,
  vendor: { system: 'common', entity: 'company' },
  canonical: { entity: 'company' },
  fields: [
    { vendor: 'name', canonical: 'name', required: true },
    {
      vendor: 'company_type',
      canonical: 'role',
      codec: { kind: 'enum', values: { buyer: 'buyer', seller: 'seller', both: 'both' } },
      when: {
        vendor: { path: 'company_type', in: ['buyer', 'seller', 'both'] },
        canonical: { path: 'role', present: true },
      },
    },
    { vendor: 'country', canonical: 'country' },
    { vendor: 'external_id', canonical: 'externalReference' },
    {
      vendor: 'updated_at',
      canonical: 'changedAt',
      codec: { kind: 'instant' },
      direction: 'decode',
    },
  ],
});
