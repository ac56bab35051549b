import { ConnectorError, type Customer } from '@common/connector-core';
import type { ODataRecord } from '@common/connector-odata';
import { businessPartnerKinds } from '../templates/sap-codecs.ts';
import type { EntityWriter } from './entity-writer.ts';

// Roles for financial accounting and for purchasing or sales; the usual numbers, not verified live.
const roles = {
  supplier: ['FLVN00', 'FLVN01'],
  customer: ['FLCU00', 'FLCU01'],
} as const;

const kindOf = (stored: ODataRecord | undefined): string => {
  const { values } = businessPartnerKinds;
  return values[stored?.BusinessPartnerCategory as keyof typeof values] ?? values[2];
};

/** Customers and suppliers are created only together with their business partner. */
export function businessPartnerWriter(entity: 'customer' | 'supplier'): EntityWriter {
  const role = entity === 'supplier' ? 'to_Supplier' : 'to_Customer';
  return {
    // Which field has the name depends on the kind, which a patch need not tell.
    prepare(record, stored) {
      const kind = kindOf(stored);
      const wanted = (record as Customer).kind ?? kind;
      if (stored && wanted !== kind) throw fixedKind(entity, { kind, wanted });
      return { ...record, kind: wanted };
    },
    toCreate: (vendor) => ({
      ...vendor,
      [role]: vendor[role] ?? {},
      to_BusinessPartnerRole: roles[entity].map((BusinessPartnerRole) => ({ BusinessPartnerRole })),
    }),
    toUpdate: ({ BusinessPartnerCategory: _fixed, ...vendor }) => vendor,
    deletions: () => [],
  };
}

function fixedKind(
  entity: string,
  { kind, wanted }: { readonly kind: string; readonly wanted: string },
): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: `The ${entity} is a business partner of kind ${kind} in SAP and cannot become ${wanted}. Leave the kind out, or write another ${entity}.`,
    path: 'kind',
  });
}
