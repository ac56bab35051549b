import type { EntityDefinition, EntityName } from './entity-definition.ts';
import { date, flag, list, number, readOnly, required, shape, text } from './field.ts';
import { listEntities } from './list-entities.ts';
import { transactionEntities } from './transaction-entities.ts';

const otherEntities: readonly EntityDefinition[] = [
  {
    name: 'CompanyInfo',
    kind: 'single',
    hasCdc: false,
    hasWebhook: false,
    fields: {
      CompanyName: required(text(1_024)),
      LegalName: text(1_024),
      CompanyAddr: shape,
      CustomerCommunicationAddr: shape,
      CustomerCommunicationEmailAddr: shape,
      LegalAddr: shape,
      Email: shape,
      PrimaryPhone: shape,
      WebAddr: shape,
      Country: readOnly(text()),
      CompanyStartDate: readOnly(date),
      FiscalYearStartMonth: text(),
      SupportedLanguages: readOnly(text()),
      DefaultTimeZone: readOnly(text()),
      EmployerId: text(),
      NameValue: readOnly(list),
    },
  },
  {
    name: 'Preferences',
    kind: 'single',
    hasCdc: false,
    fields: {
      AccountingInfoPrefs: shape,
      ProductAndServicesPrefs: shape,
      SalesFormsPrefs: shape,
      EmailMessagesPrefs: shape,
      VendorAndPurchasesPrefs: shape,
      TimeTrackingPrefs: shape,
      TaxPrefs: shape,
      CurrencyPrefs: shape,
      ReportPrefs: shape,
      OtherPrefs: shape,
    },
  },
  {
    name: 'Attachable',
    kind: 'attachment',
    hasWebhook: false,
    fields: {
      FileName: text(1_000),
      Note: text(2_000),
      Category: text(100),
      ContentType: text(100),
      Size: readOnly(number),
      FileAccessUri: readOnly(text()),
      TempDownloadUri: readOnly(text()),
      AttachableRef: list,
      PlaceName: text(2_000),
      Lat: text(100),
      Long: text(100),
      Tag: text(2_000),
      IncludeOnSend: flag,
    },
  },
];

/** Every entity of the sandbox. */
export const entities: readonly EntityDefinition[] = [
  ...listEntities,
  ...transactionEntities,
  ...otherEntities,
];

const byName = new Map(entities.map((definition) => [definition.name.toLowerCase(), definition]));

/** Path segments are in lower case, entity names in queries in any. */
export const findEntity = (name: string): EntityDefinition | undefined =>
  byName.get(name.toLowerCase());

export const entityOf = (name: EntityName): EntityDefinition => byName.get(name.toLowerCase())!;

/** What a property named `…Ref` points at, wherever it stands; others are not checked. */
export const referenceTargets: Readonly<Record<string, EntityName>> = {
  APAccountRef: 'Account',
  ARAccountRef: 'Account',
  AccountRef: 'Account',
  AgencyRef: 'TaxAgency',
  AssetAccountRef: 'Account',
  BankAccountRef: 'Account',
  CCAccountRef: 'Account',
  ClassRef: 'Class',
  CustomerRef: 'Customer',
  DefaultTaxCodeRef: 'TaxCode',
  DepartmentRef: 'Department',
  DepositToAccountRef: 'Account',
  DiscountAccountRef: 'Account',
  ExpenseAccountRef: 'Account',
  IncomeAccountRef: 'Account',
  ItemAccountRef: 'Account',
  ItemRef: 'Item',
  PaymentMethodRef: 'PaymentMethod',
  PrefVendorRef: 'Vendor',
  PurchaseTaxCodeRef: 'TaxCode',
  SalesTaxCodeRef: 'TaxCode',
  SalesTermRef: 'Term',
  TaxCodeRef: 'TaxCode',
  TaxRateRef: 'TaxRate',
  TermRef: 'Term',
  TxnTaxCodeRef: 'TaxCode',
  VendorRef: 'Vendor',
};
