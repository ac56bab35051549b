import { entityOf } from '../model/entities.ts';
import type { EntityDefinition } from '../model/entity-definition.ts';
import { type JsonObject, textAt } from '../model/json-object.ts';
import type { Company } from './company.ts';
import { post } from './postings.ts';
import type { Row } from './row.ts';

const holders = (
  [
    'Invoice',
    'Estimate',
    'SalesReceipt',
    'CreditMemo',
    'Payment',
    'Bill',
    'VendorCredit',
    'BillPayment',
    'PurchaseOrder',
    'JournalEntry',
    'Item',
    'Customer',
    'Account',
  ] as const
).map(entityOf);

const mergedBy: Readonly<Record<string, readonly string[]>> = {
  Customer: ['CustomerRef', 'EntityRef'],
  Vendor: ['VendorRef', 'PrefVendorRef', 'EntityRef'],
  Item: ['ItemRef'],
  Account: [
    'AccountRef',
    'IncomeAccountRef',
    'ExpenseAccountRef',
    'AssetAccountRef',
    'DepositToAccountRef',
    'BankAccountRef',
  ],
};

/** The same object when nothing pointed at the record that is gone. */
function repointed(
  record: JsonObject,
  definition: EntityDefinition,
  fromId: string,
  into: Row,
): JsonObject {
  const keys = mergedBy[definition.name] ?? [];
  const name = textAt(into.record, definition.nameField ?? 'Name');
  let isChanged = false;
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const isHit = keys.includes(key) && (inner as JsonObject | null)?.value === fromId;
        if (!isHit) return [key, walk(inner)];
        isChanged = true;
        return [key, { value: into.id, name }];
      }),
    );
  };
  const next = walk(record) as JsonObject;
  return isChanged ? next : record;
}

/** Makes what points at a record that is gone point at the one it was merged into. */
export function repoint(
  company: Company,
  merged: { readonly definition: EntityDefinition; readonly fromId: string; readonly into: Row },
): void {
  const { definition, fromId, into } = merged;
  for (const { name } of holders) {
    for (const row of company.rows(name)) {
      const record = row.isDeleted ? row.record : repointed(row.record, definition, fromId, into);
      if (record === row.record) continue;
      row.record = record;
      post(company, row);
    }
  }
}
