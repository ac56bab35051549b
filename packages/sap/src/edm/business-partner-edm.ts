import { defineEntityType } from '@common/connector-odata';

// Names and types: API_BUSINESS_PARTNER as S/4HANA publishes it. There is no LastChangeDateTime here.
const server = { creatable: false, updatable: false } as const;
const serverDate = { type: 'Edm.DateTime', display: 'date', ...server } as const;
const serverText = { type: 'Edm.String', ...server } as const;

const address = defineEntityType({
  name: 'A_BusinessPartnerAddress',
  key: ['BusinessPartner', 'AddressID'],
  properties: {
    BusinessPartner: 'Edm.String',
    AddressID: 'Edm.String',
    ValidityStartDate: { type: 'Edm.DateTimeOffset', ...server },
    ValidityEndDate: { type: 'Edm.DateTimeOffset', ...server },
    FullName: serverText,
  },
  navigations: {
    to_EmailAddress: {
      type: defineEntityType({
        name: 'A_AddressEmailAddress',
        key: ['AddressID', 'Person', 'OrdinalNumber'],
        properties: { EmailAddress: 'Edm.String', IsDefaultEmailAddress: 'Edm.Boolean' },
      }),
      many: true,
    },
  },
});

const role = defineEntityType({
  name: 'A_BusinessPartnerRole',
  key: ['BusinessPartner', 'BusinessPartnerRole'],
  properties: {
    BusinessPartner: 'Edm.String',
    BusinessPartnerRole: 'Edm.String',
    ValidFrom: 'Edm.DateTimeOffset',
    ValidTo: 'Edm.DateTimeOffset',
  },
});

const companyOf = (name: string, partner: 'Customer' | 'Supplier') =>
  defineEntityType({
    name,
    key: [partner, 'CompanyCode'],
    properties: { [partner]: 'Edm.String', CompanyCode: 'Edm.String' },
  });

const supplierType = defineEntityType({
  name: 'A_Supplier',
  key: ['Supplier'],
  properties: {
    Supplier: serverText,
    SupplierName: serverText,
    PostingIsBlocked: 'Edm.Boolean',
    PurchasingIsBlocked: 'Edm.Boolean',
    DeletionIndicator: 'Edm.Boolean',
  },
  navigations: {
    to_SupplierCompany: { type: companyOf('A_SupplierCompany', 'Supplier'), many: true },
  },
});

const customerType = defineEntityType({
  name: 'A_Customer',
  key: ['Customer'],
  properties: {
    Customer: serverText,
    CustomerName: serverText,
    PostingIsBlocked: 'Edm.Boolean',
    DeletionIndicator: 'Edm.Boolean',
  },
  navigations: {
    to_CustomerCompany: { type: companyOf('A_CustomerCompany', 'Customer'), many: true },
  },
});

export const businessPartnerType = defineEntityType({
  name: 'A_BusinessPartner',
  key: ['BusinessPartner'],
  properties: {
    BusinessPartner: 'Edm.String',
    Customer: serverText,
    Supplier: serverText,
    BusinessPartnerName: serverText,
    BusinessPartnerFullName: serverText,
    BusinessPartnerUUID: { type: 'Edm.Guid', ...server },
    CreationDate: serverDate,
    CreationTime: { type: 'Edm.Time', ...server },
    LastChangeDate: serverDate,
    LastChangeTime: { type: 'Edm.Time', ...server },
    BusinessPartnerIsBlocked: 'Edm.Boolean',
    IsMarkedForArchiving: 'Edm.Boolean',
    ETag: serverText,
  },
  navigations: {
    to_BusinessPartnerAddress: { type: address, many: true },
    to_BusinessPartnerRole: { type: role, many: true },
    to_Customer: { type: customerType, many: false },
    to_Supplier: { type: supplierType, many: false },
  },
});
