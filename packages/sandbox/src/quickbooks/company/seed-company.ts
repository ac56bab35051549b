import type { SeededRandom } from '../../toolkit/seeded-random.ts';
import { entityOf } from '../model/entities.ts';
import type { EntityName } from '../model/entity-definition.ts';
import type { JsonObject } from '../model/json-object.ts';
import type { Records } from './records.ts';
import type { Row } from './row.ts';

/** How many records there are from the start, beside the chart of accounts, terms and taxes. */
export interface SeedCounts {
  readonly customers: number;
  readonly vendors: number;
  readonly employees: number;
  readonly items: number;
  readonly invoices: number;
  readonly payments: number;
  readonly bills: number;
  readonly purchaseOrders: number;
}

const accounts: readonly (readonly [name: string, type: string, subType: string])[] = [
  ['Checking', 'Bank', 'Checking'],
  ['Savings', 'Bank', 'Savings'],
  ['Accounts Receivable (A/R)', 'Accounts Receivable', 'AccountsReceivable'],
  ['Undeposited Funds', 'Other Current Asset', 'UndepositedFunds'],
  ['Inventory Asset', 'Other Current Asset', 'Inventory'],
  ['Accounts Payable (A/P)', 'Accounts Payable', 'AccountsPayable'],
  ['Mastercard', 'Credit Card', 'CreditCard'],
  ['Sales Tax Payable', 'Other Current Liability', 'GlobalTaxPayable'],
  ['Opening Balance Equity', 'Equity', 'OpeningBalanceEquity'],
  ['Retained Earnings', 'Equity', 'RetainedEarnings'],
  ['Sales of Product Income', 'Income', 'SalesOfProductIncome'],
  ['Services', 'Income', 'ServiceFeeIncome'],
  ['Discounts given', 'Income', 'DiscountsRefundsGiven'],
  ['Cost of Goods Sold', 'Cost of Goods Sold', 'SuppliesMaterialsCogs'],
  ['Office Expenses', 'Expense', 'OfficeGeneralAdministrativeExpenses'],
  ['Rent or Lease', 'Expense', 'RentOrLeaseOfBuildings'],
];
const firstNames = ['Amy', 'Bill', 'Carmen', 'Dieter', 'Elif', 'Freya', 'Geeta', 'Hannah'] as const;
const lastNames = [
  'Lauterbach',
  'Windsor',
  "O'Brien",
  'Müller',
  'Sato',
  'Okafor',
  'Smith',
] as const;
const trades = ['Bakery', 'Bird Sanctuary', 'Design', 'Garden', 'Hydraulics', 'Optics'] as const;
const cities = [
  ['Mountain View', 'CA', '94043'],
  ['Bayshore', 'NY', '11706'],
  ['Tucson', 'AZ', '85705'],
] as const;

/** Fills a company: what every one has, and as many records as wanted, always the same for a seed. */
export function seedCompany(
  records: Records,
  counts: SeedCounts,
  random: SeededRandom,
  at: number,
) {
  const { company } = records;
  const { settings, homeCurrency } = company;
  const add = (name: EntityName, body: JsonObject): Row => records.create(entityOf(name), body);
  const put = (name: EntityName, record: JsonObject, id?: string): Row =>
    company.insert({ definition: entityOf(name), record, at, id });
  const ref = ({ id }: Row) => ({ value: id });

  const address = () => {
    const [City, CountrySubDivisionCode, PostalCode] = random.pick(cities);
    const Line1 = `${random.integer(1, 999)} Main St.`;
    return { Line1, City, CountrySubDivisionCode, PostalCode, Country: 'USA' };
  };

  put('CompanyInfo', {
    CompanyName: settings.name ?? 'Sandbox Company',
    LegalName: settings.name ?? 'Sandbox Company',
    CompanyAddr: address(),
    Country: settings.country ?? 'US',
    CompanyStartDate: '2024-01-01',
    FiscalYearStartMonth: 'January',
    SupportedLanguages: 'en',
    Email: { Address: 'owner@example.com' },
    NameValue: [{ Name: 'OfferingSku', Value: 'QuickBooks Online Plus' }],
  });
  const preferences = put('Preferences', {
    AccountingInfoPrefs: {
      FirstMonthOfFiscalYear: 'January',
      UseAccountNumbers: false,
    },
    SalesFormsPrefs: {
      CustomTxnNumbers: settings.customNumbers ?? false,
      CustomField: [
        {
          CustomField: [
            { Name: 'SalesFormsPrefs.UseSalesCustom1', Type: 'BooleanType', BooleanValue: true },
          ],
        },
        {
          CustomField: [
            {
              Name: 'SalesFormsPrefs.SalesCustomName1',
              Type: 'StringType',
              StringValue: 'Reference',
            },
          ],
        },
      ],
    },
    CurrencyPrefs: {
      MultiCurrencyEnabled: settings.multiCurrency ?? false,
      HomeCurrency: { value: homeCurrency },
    },
    TaxPrefs: { UsingSalesTax: true, PartnerTaxEnabled: false },
    ReportPrefs: { ReportBasis: 'Accrual' },
  });

  for (const [Name, AccountType, AccountSubType] of accounts) {
    add('Account', { Name, AccountType, AccountSubType });
  }
  const account = (subType: string) => ({ value: company.accountBySubType(subType) });
  const net30 = add('Term', { Name: 'Net 30', DueDays: 30 });
  add('Term', { Name: 'Net 15', DueDays: 15 });
  add('Term', { Name: 'Due on receipt', DueDays: 0 });
  for (const Name of ['Cash', 'Check']) add('PaymentMethod', { Name, Type: 'NON_CREDIT_CARD' });
  add('PaymentMethod', { Name: 'Visa', Type: 'CREDIT_CARD' });
  const agency = add('TaxAgency', { DisplayName: 'California Department of Tax' });
  const rate = put('TaxRate', {
    Name: 'California',
    Description: 'Sales tax',
    Active: true,
    RateValue: 8,
    AgencyRef: ref(agency),
    SpecialTaxType: 'NONE',
    DisplayType: 'ReadOnly',
  });
  const taxCode = (Name: string, Taxable: boolean, rates: readonly JsonObject[]): JsonObject => ({
    Name,
    Description: Name,
    Active: true,
    Hidden: false,
    Taxable,
    TaxGroup: rates.length > 0,
    SalesTaxRateList: { TaxRateDetail: rates },
    PurchaseTaxRateList: { TaxRateDetail: [] },
  });
  put('TaxCode', taxCode('TAX', true, []), 'TAX');
  put('TaxCode', taxCode('NON', false, []), 'NON');
  put(
    'TaxCode',
    taxCode('California', true, [
      { TaxRateRef: ref(rate), TaxTypeApplicable: 'TaxOnAmount', TaxOrder: 0 },
    ]),
  );
  for (const Name of ['Retail', 'Wholesale']) add('Class', { Name });
  for (const Name of ['Headquarters', 'Warehouse']) add('Department', { Name });

  const person = (index: number, kind: string) => {
    const GivenName = random.pick(firstNames);
    const FamilyName = random.pick(lastNames);
    return {
      GivenName,
      FamilyName,
      DisplayName: `${FamilyName} ${random.pick(trades)} ${kind}${index}`,
      PrimaryEmailAddr: { Address: `${kind.toLowerCase()}${index}@example.com` },
      PrimaryPhone: { FreeFormNumber: `(650) 555-${String(1_000 + (index % 9_000))}` },
      BillAddr: address(),
    };
  };
  const many = (count: number, make: (index: number) => Row): readonly Row[] =>
    Array.from({ length: count }, (_, index) => make(index + 1));

  const customers = many(counts.customers, (index) =>
    add('Customer', { ...person(index, 'C'), SalesTermRef: ref(net30) }),
  );
  const vendors = many(counts.vendors, (index) =>
    add('Vendor', { ...person(index, 'V'), AcctNum: String(17_300_000 + index) }),
  );
  many(counts.employees, (index) => {
    const { BillAddr, ...rest } = person(index, 'E');
    return add('Employee', { ...rest, PrimaryAddr: BillAddr });
  });
  const items = many(counts.items, (index) => {
    const price = random.integer(100, 50_000) / 100;
    const sale = {
      Name: `Product ${String(index).padStart(4, '0')}`,
      Sku: `P-${String(index).padStart(4, '0')}`,
      UnitPrice: price,
    };
    if (index % 3 === 0) {
      return add('Item', {
        ...sale,
        Type: 'Service',
        IncomeAccountRef: account('ServiceFeeIncome'),
      });
    }
    const cost = {
      PurchaseCost: Math.round(price * 60) / 100,
      IncomeAccountRef: account('SalesOfProductIncome'),
      ExpenseAccountRef: account('SuppliesMaterialsCogs'),
    };
    if (index % 3 === 1) return add('Item', { ...sale, ...cost, Type: 'NonInventory' });
    return add('Item', {
      ...sale,
      ...cost,
      Type: 'Inventory',
      TrackQtyOnHand: true,
      QtyOnHand: random.integer(10, 500),
      InvStartDate: '2025-01-01',
      AssetAccountRef: account('Inventory'),
    });
  });

  const day = (): string =>
    new Date(at - random.integer(0, 90) * 86_400_000).toISOString().slice(0, 10);
  const itemLines = (detailType: string, priceField: string): readonly JsonObject[] =>
    Array.from({ length: random.integer(1, 3) }, () => {
      const item = random.pick(items);
      const Qty = random.integer(1, 10);
      const UnitPrice = Number(item.record[priceField] ?? 0) || 10;
      return {
        Amount: Math.round(Qty * UnitPrice * 100) / 100,
        DetailType: detailType,
        [detailType]: { ItemRef: ref(item), Qty, UnitPrice },
      };
    });

  const invoices = many(counts.invoices, () =>
    add('Invoice', {
      CustomerRef: ref(random.pick(customers)),
      TxnDate: day(),
      Line: itemLines('SalesItemLineDetail', 'UnitPrice'),
    }),
  );
  const purchase = () => ({
    VendorRef: ref(random.pick(vendors)),
    TxnDate: day(),
    Line: itemLines('ItemBasedExpenseLineDetail', 'PurchaseCost'),
  });
  many(counts.payments, (index) => {
    const invoice = invoices[(index - 1) % invoices.length]!;
    const { CustomerRef, Balance } = invoice.record;
    const linked = { LinkedTxn: [{ TxnId: invoice.id, TxnType: 'Invoice' }] };
    return add('Payment', {
      CustomerRef,
      TotalAmt: Balance,
      Line: [{ Amount: Balance, ...linked }],
    });
  });
  many(counts.bills, (index) => add('Bill', { ...purchase(), DocNumber: `B-${index}` }));
  many(counts.purchaseOrders, () => add('PurchaseOrder', purchase()));

  // At the end: the books of a closed period take no more records.
  const { closingDate } = settings;
  if (closingDate === undefined) return;
  const { AccountingInfoPrefs } = preferences.record;
  preferences.record = {
    ...preferences.record,
    AccountingInfoPrefs: { ...(AccountingInfoPrefs as JsonObject), BookCloseDate: closingDate },
  };
}
