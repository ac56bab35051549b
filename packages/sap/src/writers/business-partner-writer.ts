import type { EntityWriter } from './entity-writer.ts';

// Roles for financial accounting and for purchasing or sales; the usual numbers, not verified live.
const roles = {
  supplier: ['FLVN00', 'FLVN01'],
  customer: ['FLCU00', 'FLCU01'],
} as const;

/** Customers and suppliers are created only together with their business partner. */
export function businessPartnerWriter(entity: 'customer' | 'supplier'): EntityWriter {
  const role = entity === 'supplier' ? 'to_Supplier' : 'to_Customer';
  return {
    prepare: (record) => ({ kind: 'organization', ...record }),
    toCreate: (vendor) => ({
      ...vendor,
      [role]: vendor[role] ?? {},
      to_BusinessPartnerRole: roles[entity].map((BusinessPartnerRole) => ({ BusinessPartnerRole })),
    }),
    toUpdate: ({ BusinessPartnerCategory: _fixed, ...vendor }) => vendor,
    deletions: () => [],
  };
}
