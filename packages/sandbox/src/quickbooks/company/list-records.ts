import { businessRule, missing } from '../fault/refusals.ts';
import type { EntityDefinition } from '../model/entity-definition.ts';
import { type JsonObject, referenceAt, textAt } from '../model/json-object.ts';
import type { Company } from './company.ts';

const deletedSuffix = / \(deleted(-\d+)?\)$/;

const classifications: Readonly<Record<string, string>> = {
  Bank: 'Asset',
  'Accounts Receivable': 'Asset',
  'Other Current Asset': 'Asset',
  'Fixed Asset': 'Asset',
  'Other Asset': 'Asset',
  'Accounts Payable': 'Liability',
  'Credit Card': 'Liability',
  'Other Current Liability': 'Liability',
  'Long Term Liability': 'Liability',
  Equity: 'Equity',
  Income: 'Revenue',
  'Other Income': 'Revenue',
  'Cost of Goods Sold': 'Expense',
  Expense: 'Expense',
  'Other Expense': 'Expense',
};

const defaults: Readonly<Record<string, JsonObject>> = {
  Customer: {
    Taxable: false,
    Job: false,
    BillWithParent: false,
    PreferredDeliveryMethod: 'None',
  },
  Vendor: { Vendor1099: false },
  Employee: { BillableTime: false },
  Item: { Type: 'Service', Taxable: false, TrackQtyOnHand: false, UnitPrice: 0, PurchaseCost: 0 },
  Account: { SubAccount: false },
  Class: { SubClass: false },
  Department: { SubDepartment: false },
  Term: { Type: 'STANDARD' },
  TaxAgency: { TaxTrackedOnSales: true, TaxTrackedOnPurchases: false },
};

function fullName(record: JsonObject): string | undefined {
  const parts = ['Title', 'GivenName', 'MiddleName', 'FamilyName', 'Suffix'];
  const name = parts.map((part) => textAt(record, part)).filter(Boolean);
  return name.length > 0 ? name.join(' ') : textAt(record, 'CompanyName');
}

function checkItem(company: Company, record: JsonObject): void {
  const type = textAt(record, 'Type');
  const requireAll = (names: readonly string[]): void => {
    for (const name of names) if (record[name] === undefined) throw missing(name);
  };
  if (type === 'Service') requireAll(['IncomeAccountRef']);
  if (type === 'NonInventory' && record.ExpenseAccountRef === undefined) {
    requireAll(['IncomeAccountRef']);
  }
  if (type !== 'Inventory') return;
  if (record.TrackQtyOnHand !== true) throw missing('TrackQtyOnHand');
  requireAll([
    'QtyOnHand',
    'InvStartDate',
    'AssetAccountRef',
    'IncomeAccountRef',
    'ExpenseAccountRef',
  ]);
  const accountTypes = {
    AssetAccountRef: 'Other Current Asset',
    IncomeAccountRef: 'Income',
    ExpenseAccountRef: 'Cost of Goods Sold',
  };
  for (const [name, accountType] of Object.entries(accountTypes)) {
    const account = company.live('Account', referenceAt(record, name));
    if (textAt(account?.record ?? {}, 'AccountType') !== accountType) {
      throw businessRule(`${name} of an inventory item must be of type ${accountType}`, name);
    }
  }
}

function placeInTree(
  company: Company,
  definition: EntityDefinition,
  record: JsonObject,
  name: string,
): JsonObject {
  const parentId = referenceAt(record, 'ParentRef');
  if (parentId === undefined) return { FullyQualifiedName: name };
  const parent = company.live(definition.name, parentId)!.record;
  return {
    FullyQualifiedName: `${textAt(parent, 'FullyQualifiedName')}:${name}`,
    Level: Number(parent.Level ?? 0) + 1,
  };
}

/** Fills in what QuickBooks fills in, and checks what belongs to one record alone. */
export function completeListRecord(
  company: Company,
  definition: EntityDefinition,
  input: JsonObject,
): JsonObject {
  const nameField = definition.nameField!;
  const hasCurrency = 'CurrencyRef' in definition.fields;
  const record: Record<string, unknown> = {
    ...defaults[definition.name],
    ...(hasCurrency ? { CurrencyRef: { value: company.homeCurrency } } : {}),
    Active: true,
    ...input,
  };
  const given = textAt(record, nameField) ?? (nameField === 'DisplayName' ? fullName(record) : '');
  const bare = given?.replace(deletedSuffix, '');
  if (!bare) throw missing(nameField);
  if (/[:\t\n]/.test(bare))
    throw businessRule(`${nameField} must not contain : or tabs`, nameField);
  const name = record.Active === false ? `${bare} (deleted)` : bare;
  record[nameField] = name;
  if ('PrintOnCheckName' in definition.fields) {
    record.PrintOnCheckName ??= textAt(record, 'CompanyName') ?? bare;
  }
  if (definition.isTree) {
    delete record.Level;
    Object.assign(record, placeInTree(company, definition, record, name));
  }
  if (definition.name === 'Customer') record.Job = record.ParentRef !== undefined;
  if (definition.name === 'Item') checkItem(company, record);
  if (definition.name === 'Account') {
    const type = textAt(record, 'AccountType');
    if (type === undefined) throw missing('AccountType');
    record.Classification = classifications[type];
    record.AccountSubType ??= type.replaceAll(' ', '');
  }
  return record;
}
