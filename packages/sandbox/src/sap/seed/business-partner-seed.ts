import type { SeededRandom } from '../../toolkit/seeded-random.ts';
import { companyCodes } from '../model/organization.ts';
import { addDays } from '../odata/instant.ts';
import type { Store } from '../odata/store.ts';

const names = [
  'Inlandslieferant',
  'Müller Antriebe',
  'Nordic Bearings',
  'Ventilwerk',
  'Polymer Systems',
  'Ångström Metall',
  'Kesselbau Süd',
  'Precision Parts',
  'Drahtwerke',
  'Rhein Hydraulik',
];
const forms = ['GmbH', 'AG', 'KG', 'Ltd.', 'Inc.'];
const cities: readonly (readonly [
  city: string,
  postalCode: string,
  region: string,
  country: string,
])[] = [
  ['Stuttgart', '70173', 'BW', 'DE'],
  ['München', '80331', 'BY', 'DE'],
  ['Palo Alto', '94304', 'CA', 'US'],
  ['Göteborg', '41101', '', 'SE'],
  ['Wrocław', '50-001', '', 'PL'],
];

export const firstSupplierNumber = 17_300_001;
const firstCustomerNumber = 10_100_001;
/** Blocked suppliers stand apart, so that nothing seeded orders from them. */
const firstBlockedSupplierNumber = 17_390_001;

export interface BusinessPartnerSeed {
  readonly store: Store;
  readonly suppliers: number;
  readonly blockedSuppliers: number;
  readonly customers: number;
  readonly random: SeededRandom;
  readonly now: number;
}

/** Suppliers `17300001…` and customers `10100001…`, each with its business partner of the same number. */
export function seedBusinessPartners(seed: BusinessPartnerSeed): void {
  let addressId = 20_000;
  for (let index = 0; index < seed.suppliers + seed.blockedSuppliers; index += 1) {
    const isBlocked = index >= seed.suppliers;
    const number = isBlocked
      ? firstBlockedSupplierNumber + index - seed.suppliers
      : firstSupplierNumber + index;
    addressId += 1;
    const name = seedPartner(seed, { number: String(number), index, addressId, role: 'supplier' });
    seedSupplier(seed.store, { Supplier: String(number), name, isBlocked, index });
  }
  for (let index = 0; index < seed.customers; index += 1) {
    const number = String(firstCustomerNumber + index);
    addressId += 1;
    const name = seedPartner(seed, { number, index, addressId, role: 'customer' });
    seedCustomer(seed.store, { Customer: number, name });
  }
}

function seedPartner(
  { store, random, now }: BusinessPartnerSeed,
  partner: {
    readonly number: string;
    readonly index: number;
    readonly addressId: number;
    readonly role: 'supplier' | 'customer';
  },
): string {
  const { number: BusinessPartner, index, role } = partner;
  const isSupplier = role === 'supplier';
  const OrganizationBPName1 = `${names[index % names.length]} ${isSupplier ? 'Lieferant' : 'Kunde'} ${index + 1} ${forms[index % forms.length]}`;
  // Change times are a date and a time apart here, on the hundred days before the start.
  const LastChangeDate = addDays(new Date(now).toISOString().slice(0, 10), -1 - (index % 100));
  const LastChangeTime = `${String(index % 24).padStart(2, '0')}:${String((index * 7) % 60).padStart(2, '0')}:30`;
  const [CityName, PostalCode, Region, Country] = cities[index % cities.length]!;
  const AddressID = String(partner.addressId);
  const validFrom = `${addDays(LastChangeDate, -900)}T00:00:00.0000000Z`;
  const validTo = '9999-12-31T00:00:00.0000000Z';
  store.table('businessPartner').insert({
    BusinessPartner,
    ...(isSupplier ? { Supplier: BusinessPartner } : { Customer: BusinessPartner }),
    BusinessPartnerCategory: '2',
    BusinessPartnerGrouping: 'BP02',
    BusinessPartnerFullName: OrganizationBPName1,
    BusinessPartnerName: OrganizationBPName1,
    BusinessPartnerUUID: random.uuid(),
    CorrespondenceLanguage: Country === 'DE' ? 'DE' : 'EN',
    CreatedByUser: 'MZ_MASTER',
    CreationDate: addDays(LastChangeDate, -900),
    CreationTime: '08:15:00',
    LastChangeDate,
    LastChangeTime,
    LastChangedByUser: 'MZ_MASTER',
    OrganizationBPName1,
    SearchTerm1: isSupplier ? 'SUPPLIER' : 'CUSTOMER',
    ETag: `MZ_MASTER${LastChangeDate.replaceAll('-', '')}${LastChangeTime.replaceAll(':', '')}`,
  });
  store.table('businessPartnerAddress').insert({
    BusinessPartner,
    AddressID,
    ValidityStartDate: validFrom,
    ValidityEndDate: validTo,
    AddressUUID: random.uuid(),
    AddressTimeZone: 'CET',
    CityName,
    Country,
    FullName: OrganizationBPName1,
    HouseNumber: String(1 + (index % 90)),
    Language: Country === 'DE' ? 'DE' : 'EN',
    PostalCode,
    Region,
    StreetName: 'Industriestraße',
  });
  store.table('addressEmailAddress').insert({
    AddressID,
    OrdinalNumber: '1',
    IsDefaultEmailAddress: true,
    EmailAddress: `office${BusinessPartner}@example.com`,
    SearchEmailAddress: `OFFICE${BusinessPartner}@EX`,
  });
  store.table('addressPhoneNumber').insert({
    AddressID,
    OrdinalNumber: '1',
    DestinationLocationCountry: Country,
    IsDefaultPhoneNumber: true,
    PhoneNumber: `711 ${BusinessPartner}`,
    InternationalPhoneNumber: `+49711${BusinessPartner}`,
  });
  for (const BusinessPartnerRole of isSupplier ? ['FLVN00', 'FLVN01'] : ['FLCU00', 'FLCU01']) {
    store
      .table('businessPartnerRole')
      .insert({ BusinessPartner, BusinessPartnerRole, ValidFrom: validFrom, ValidTo: validTo });
  }
  store.table('businessPartnerTaxNumber').insert({
    BusinessPartner,
    BPTaxType: `${Country}0`,
    BPTaxNumber: `${Country}${BusinessPartner}0`,
  });
  return OrganizationBPName1;
}

function seedSupplier(
  store: Store,
  supplier: {
    readonly Supplier: string;
    readonly name: string;
    readonly isBlocked: boolean;
    readonly index: number;
  },
): void {
  const { Supplier, name, isBlocked, index } = supplier;
  store.table('supplier').insert({
    Supplier,
    CreatedByUser: 'MZ_MASTER',
    CreationDate: '2020-03-02',
    SupplierAccountGroup: 'SUPL',
    SupplierFullName: name,
    SupplierName: name,
    PurchasingIsBlocked: isBlocked,
    VATRegistration: `DE${Supplier}0`,
  });
  for (const { companyCode, purchasingOrganization } of companyCodes) {
    store.table('supplierCompany').insert({
      Supplier,
      CompanyCode: companyCode,
      CompanyCodeName: `Company ${companyCode}`,
      PaymentTerms: '0004',
      PaymentMethodsList: 'TU',
      ReconciliationAccount: '21100000',
    });
    store.table('supplierPurchasingOrg').insert({
      Supplier,
      PurchasingOrganization: purchasingOrganization,
      PaymentTerms: '0004',
      PurchaseOrderCurrency: 'EUR',
      PurchasingGroup: '001',
      IncotermsClassification: index % 2 === 0 ? 'CIF' : 'FCA',
      IncotermsLocation1: 'Stuttgart',
      MaterialPlannedDeliveryDurn: '10',
    });
  }
}

function seedCustomer(
  store: Store,
  { Customer, name }: { readonly Customer: string; readonly name: string },
): void {
  store.table('customer').insert({
    Customer,
    CreatedByUser: 'MZ_MASTER',
    CreationDate: '2020-03-02',
    CustomerAccountGroup: 'CUST',
    CustomerFullName: name,
    CustomerName: name,
    VATRegistration: `DE${Customer}0`,
  });
  for (const { companyCode } of companyCodes) {
    store.table('customerCompany').insert({
      Customer,
      CompanyCode: companyCode,
      PaymentTerms: '0001',
      ReconciliationAccount: '12100000',
    });
    store.table('customerSalesArea').insert({
      Customer,
      SalesOrganization: companyCode,
      DistributionChannel: '10',
      Division: '00',
      Currency: 'EUR',
      CustomerPaymentTerms: '0001',
      ShippingCondition: '01',
    });
  }
}
