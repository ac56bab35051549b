import { entities } from '../model/entities.ts';
import type { EntityDefinition, EntityName } from '../model/entity-definition.ts';
import { type JsonObject, textAt } from '../model/json-object.ts';
import { createLinkBook, type LinkBook } from './link-book.ts';
import type { Row } from './row.ts';
import { createRunningTotals, type RunningTotals } from './running-totals.ts';

/** What a company is from the start. */
export interface QuickbooksCompany {
  readonly realmId: string;
  /** @default 'Sandbox Company' */
  readonly name?: string | undefined;
  /** @default 'US' */
  readonly country?: string | undefined;
  /** @default 'USD' */
  readonly homeCurrency?: string | undefined;
  /** Whether other currencies can be used. @default false */
  readonly multiCurrency?: boolean | undefined;
  /** Last day of the closed books, `2025-12-31`. @default open */
  readonly closingDate?: string | undefined;
  /** The company assigns no document numbers. @default false */
  readonly customNumbers?: boolean | undefined;
}

export type CompanyStatus = 'active' | 'suspended' | 'no-administrator';

/** The books of one realm. */
export interface Company {
  readonly realmId: string;
  readonly settings: QuickbooksCompany;
  readonly homeCurrency: string;
  status: CompanyStatus;
  /** Grows with every change; whatever was derived from the rows is old then. */
  version: number;
  /** Units of the home currency for one of the other. */
  readonly exchangeRates: Map<string, number>;
  readonly links: LinkBook;
  /** Debits in cents of the home currency, by id of the account. */
  readonly accounts: RunningTotals;
  /** Open cents by `Customer/1` or `Vendor/1`. */
  readonly parties: RunningTotals;
  /** Thousandths of quantity by id of the item. */
  readonly stock: RunningTotals;
  /** The row, deleted or not. */
  find(entity: EntityName, id: string): Row | undefined;
  /** The row unless it was deleted. */
  live(entity: EntityName, id: string | undefined): Row | undefined;
  /** All rows, deleted ones too, by age. */
  rows(entity: EntityName): IterableIterator<Row>;
  insert(row: {
    readonly definition: EntityDefinition;
    readonly record: JsonObject;
    readonly at: number;
    readonly id?: string | undefined;
  }): Row;
  /** Who has a unique name or number. */
  readonly uniqueKeys: Map<string, Row>;
  /** The next free document number of a range. */
  nextNumber(range: string): string;
  /** The account with this subtype that was there first, of those that are still there. */
  accountBySubType(subType: string): string;
}

export function createCompany(settings: QuickbooksCompany): Company {
  const tables = new Map<string, Map<string, Row>>(entities.map(({ name }) => [name, new Map()]));
  const lastIds = new Map<string, number>();
  const lastNumbers = new Map<string, number>();
  const accountIds = new Map<string, string>();

  // Transactions share one sequence, as they do at the vendor.
  const nextId = ({ kind, name }: EntityDefinition): string => {
    const sequence = kind === 'transaction' ? kind : name;
    const id = (lastIds.get(sequence) ?? 0) + 1;
    lastIds.set(sequence, id);
    return String(id);
  };

  return {
    realmId: settings.realmId,
    settings,
    homeCurrency: settings.homeCurrency ?? 'USD',
    status: 'active',
    version: 0,
    exchangeRates: new Map([
      ['EUR', 1.08],
      ['GBP', 1.27],
      ['CAD', 0.73],
      ['USD', 1],
    ]),
    links: createLinkBook(),
    accounts: createRunningTotals(),
    parties: createRunningTotals(),
    stock: createRunningTotals(),
    uniqueKeys: new Map(),
    find: (entity, id) => tables.get(entity)!.get(id),
    live(entity, id) {
      const row = id === undefined ? undefined : tables.get(entity)!.get(id);
      return row?.isDeleted ? undefined : row;
    },
    rows: (entity) => tables.get(entity)!.values(),
    insert({ definition, record, at, id = nextId(definition) }) {
      const row: Row = {
        definition,
        id,
        key: `${definition.name}/${id}`,
        record,
        syncToken: 0,
        createdAt: at,
        changedAt: at,
        isDeleted: false,
        isDeposited: false,
      };
      tables.get(definition.name)!.set(id, row);
      return row;
    },
    nextNumber(range) {
      const number = (lastNumbers.get(range) ?? 1_000) + 1;
      lastNumbers.set(range, number);
      return String(number);
    },
    accountBySubType(subType) {
      const accounts = tables.get('Account')!;
      const known = accountIds.get(subType);
      if (known !== undefined && !accounts.get(known)!.isDeleted) return known;
      let gone: string | undefined;
      for (const { id, record, isDeleted } of accounts.values()) {
        if (textAt(record, 'AccountSubType') !== subType) continue;
        gone ??= id;
        if (isDeleted) continue;
        accountIds.set(subType, id);
        return id;
      }
      // Merged into an account of another kind: what is posted is kept, and shown nowhere.
      if (gone !== undefined) return gone;
      throw new RangeError(`The chart of accounts has no ${subType}`);
    },
  };
}
