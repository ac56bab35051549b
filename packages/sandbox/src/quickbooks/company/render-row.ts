import { fromCents } from '../model/cents.ts';
import type { JsonObject } from '../model/json-object.ts';
import type { VendorTime } from '../model/vendor-time.ts';
import type { Company } from './company.ts';
import { quantityOnHand } from './postings.ts';
import type { Row } from './row.ts';

const creditNormal = new Set(['Liability', 'Equity', 'Revenue']);

/** What is added up when a record is read. */
export function computedFields(company: Company, row: Row): JsonObject {
  const { definition, id, key, record } = row;
  switch (definition.name) {
    case 'Customer': {
      const Balance = fromCents(company.parties.totalOf(key));
      return { Balance, BalanceWithJobs: Balance };
    }
    case 'Vendor':
      return { Balance: fromCents(company.parties.totalOf(key)) };
    case 'Account': {
      const sign = creditNormal.has(String(record.Classification)) ? -1 : 1;
      const CurrentBalance = fromCents(sign * company.accounts.totalOf(id)) + 0;
      return { CurrentBalance, CurrentBalanceWithSubAccounts: CurrentBalance };
    }
    case 'Item':
      return record.Type === 'Inventory' ? { QtyOnHand: quantityOnHand(company, id) } : {};
    default:
      return {};
  }
}

/** A record as the API shows it. */
export function renderRow(company: Company, row: Row, time: VendorTime): JsonObject {
  const { definition, id, record, syncToken, createdAt, changedAt } = row;
  const MetaData = {
    CreateTime: time.toSecond(createdAt),
    LastUpdatedTime: time.toSecond(changedAt),
  };
  if (row.isDeleted) {
    return {
      domain: 'QBO',
      status: 'Deleted',
      Id: id,
      MetaData: { LastUpdatedTime: MetaData.LastUpdatedTime },
    };
  }
  const isTransaction = definition.kind === 'transaction';
  const computed = definition.kind === 'list' ? computedFields(company, row) : undefined;
  return {
    ...record,
    ...computed,
    domain: 'QBO',
    sparse: false,
    Id: id,
    SyncToken: String(syncToken),
    MetaData: isTransaction
      ? { ...MetaData, LastModifiedByRef: { value: 'sandbox-user-1' } }
      : MetaData,
  };
}
