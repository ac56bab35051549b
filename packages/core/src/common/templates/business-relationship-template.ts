import { defineTemplate } from '../../mapping/index.ts';

/** Business relationship on Common ↔ canonical one. */
export const commonBusinessRelationshipTemplate = defineTemplate({
  id: 'common.businessRelationship',
  version: 1,
  vendor: { system: 'common', entity: 'business_relationship' },
  canonical: { entity: 'businessRelationship' },
  fields: [
    { vendor: 'buyer_company_id', canonical: 'buyer', required: true },
    { vendor: 'seller_company_id', canonical: 'seller', required: true },
    {
      vendor: 'status',
      canonical: 'status',
      codec: {
        kind: 'enum',
        values: { invited: 'invited', active: 'active', suspended: 'suspended', ended: 'ended' },
      },
      required: true,
    },
    { vendor: 'invited_email', canonical: 'invitedEmail' },
    {
      vendor: 'updated_at',
      canonical: 'changedAt',
      codec: { kind: 'instant' },
      direction: 'decode',
    },
  ],
});
