import type { FieldMapping, MappingTemplate } from '@common/connector-core/mapping';
import { businessPartnerKinds, number, text } from './sap-codecs.ts';

/** Where customers and suppliers differ. */
interface Names {
  readonly entity: 'customer' | 'supplier';
  readonly number: 'Customer' | 'Supplier';
  /** The to-one navigation to the role's own record. */
  readonly role: 'to_Customer' | 'to_Supplier';
  readonly companies: 'to_CustomerCompany' | 'to_SupplierCompany';
}

// Each category has name fields of its own. Those of groups are not verified against a live system.
const nameFields = (
  [
    ['1', 'person', 'LastName', 'FirstName'],
    ['2', 'organization', 'OrganizationBPName1', 'OrganizationBPName2'],
    ['3', 'group', 'GroupBusinessPartnerName1', 'GroupBusinessPartnerName2'],
  ] as const
).flatMap(([category, kind, name, name2]): readonly FieldMapping[] => {
  const when = {
    vendor: { path: 'BusinessPartnerCategory', equals: category },
    canonical: { path: 'kind', equals: kind },
  };
  return [
    { vendor: name, canonical: 'name', codec: text(40), when },
    { vendor: name2, canonical: 'name2', codec: text(40), when },
  ];
});

const addressFields: readonly FieldMapping[] = [
  { vendor: 'StreetName', canonical: 'street', codec: text(60) },
  { vendor: 'HouseNumber', canonical: 'houseNumber', codec: text(10) },
  { vendor: 'PostalCode', canonical: 'postalCode', codec: text(10) },
  { vendor: 'CityName', canonical: 'city', codec: text(40) },
  { vendor: 'Region', canonical: 'region', codec: text(3) },
  { vendor: 'Country', canonical: 'country', codec: text(3) },
];

const partnerTemplate = (names: Names): MappingTemplate => ({
  id: `sap.${names.entity}`,
  version: 1,
  vendor: { system: 'sap', entity: 'A_BusinessPartner' },
  canonical: { entity: names.entity },
  fields: [
    {
      vendor: names.number,
      canonical: `${names.entity}Number`,
      codec: number,
      direction: 'decode',
    },
    {
      vendor: 'BusinessPartnerCategory',
      canonical: 'kind',
      codec: businessPartnerKinds,
      required: true,
    },
    ...nameFields,
    {
      vendor: 'BusinessPartnerIDByExtSystem',
      canonical: 'externalReference',
      codec: text(20),
    },
    { vendor: 'to_BusinessPartnerAddress', canonical: 'addresses', each: addressFields },
    {
      vendor: 'to_BusinessPartnerAddress[0].to_EmailAddress[0].EmailAddress',
      canonical: 'email',
      codec: text(241),
      direction: 'decode',
    },
    { vendor: `${names.role}.VATRegistration`, canonical: 'vatNumber', codec: text(20) },
    {
      vendor: `${names.role}.${names.companies}`,
      canonical: 'companyCodes',
      each: [
        { vendor: 'CompanyCode', canonical: 'companyCode', codec: text(4), required: true },
        { vendor: 'ReconciliationAccount', canonical: 'reconciliationAccount', codec: number },
        { vendor: 'PaymentTerms', canonical: 'paymentTerms', codec: text(4) },
      ],
    },
    {
      vendor: 'BusinessPartnerIsBlocked',
      canonical: 'isBlocked',
      codec: { kind: 'boolean' },
    },
    {
      vendor: 'IsMarkedForArchiving',
      canonical: 'isMarkedForDeletion',
      codec: { kind: 'boolean' },
    },
    {
      vendor: 'CreationDate',
      canonical: 'createdOn',
      codec: { kind: 'date' },
      direction: 'decode',
    },
  ],
  custom: { prefix: 'YY1_' },
});

/** A_BusinessPartner in the role of a customer ↔ customer. */
export const customerTemplate = partnerTemplate({
  entity: 'customer',
  number: 'Customer',
  role: 'to_Customer',
  companies: 'to_CustomerCompany',
});

/** A_BusinessPartner in the role of a supplier ↔ supplier. */
export const supplierTemplate = partnerTemplate({
  entity: 'supplier',
  number: 'Supplier',
  role: 'to_Supplier',
  companies: 'to_SupplierCompany',
});
