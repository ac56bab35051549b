import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';
import type { Row, RowReader, Value } from '../schema/object-definition.ts';
import type { Field, ObjectType, Schema } from '../schema/schema.ts';

type ChangeType = 'CREATE' | 'UPDATE' | 'DELETE' | 'UNDELETE';

/** What a transaction did to one record. */
export interface Change {
  readonly type: ObjectType;
  readonly changeType: ChangeType;
  readonly before: Row | undefined;
  readonly after: Row;
}

/** Who writes. */
export interface Author {
  readonly userId: string;
  /** Shown in change events, for example `com/salesforce/api/rest/60.0;client=Astro`. */
  readonly origin?: string | undefined;
}

/** What one call writes, all stamped with the same time. */
export interface Transaction {
  readonly author: Author;
  /** Milliseconds; the clock moves on at the first use only. */
  readonly stampMs: () => number;
  put(type: ObjectType, row: Row, changeType: ChangeType): void;
  /** A point to roll back to. */
  mark(): number;
  rollBackTo(mark: number): void;
  /** Tells the listener what was done. */
  commit(): void;
}

interface Table {
  readonly size: number;
  /** All records, deleted ones too, in the order in which they came. */
  rows(): IterableIterator<Row>;
  get(id: Value | undefined): Row | undefined;
  /** Records that are not deleted, by an indexed field. */
  find(field: Field, value: Value): readonly Row[];
}

export interface Database extends RowReader {
  table(type: ObjectType): Table;
  /** @param stampMs - the time to stamp with. @default the clock, moved on at the first write */
  begin(author: Author, stampMs?: number): Transaction;
  nextNumber(sequence: string): number;
  /** Takes records away for good, as the recycle bin does. */
  purge(type: ObjectType, id: string): void;
  /** Changes a record past all rules and events: for tests. */
  overwrite(type: ObjectType, row: Row): void;
  /** The value of a field, worked out where it is computed. */
  valueIn(field: Field, row: Row): Value;
}

type Index = Map<string, Set<string>>;

const isIndexed = (field: Field): boolean =>
  field.unique === true || field.externalId === true || field.type === 'reference';

const indexKey = (field: Field, value: Value): string =>
  field.caseSensitive || field.type === 'reference' ? String(value) : String(value).toLowerCase();

function createTable() {
  const rows = new Map<string, Row>();
  const indexes = new Map<string, { readonly field: Field; readonly index: Index }>();

  const indexRow = (field: Field, index: Index, row: Row): void => {
    const value = row[field.name];
    if (value === undefined || value === null) return;
    const key = indexKey(field, value);
    const ids = index.get(key);
    if (ids) ids.add(row.Id);
    else index.set(key, new Set([row.Id]));
  };
  const unindex = (row: Row): void => {
    for (const { field, index } of indexes.values()) {
      const value = row[field.name];
      if (value !== undefined && value !== null) index.get(indexKey(field, value))?.delete(row.Id);
    }
  };

  return {
    get size() {
      return rows.size;
    },
    rows: () => rows.values(),
    get: (id: Value | undefined) => (typeof id === 'string' ? rows.get(id) : undefined),
    find(field: Field, value: Value): readonly Row[] {
      let index = indexes.get(field.name)?.index;
      if (!index) {
        index = new Map();
        for (const row of rows.values()) indexRow(field, index, row);
        indexes.set(field.name, { field, index });
      }
      const ids = index.get(indexKey(field, value)) ?? [];
      return Array.from(ids, (id) => rows.get(id)!).filter((row) => row.IsDeleted !== true);
    },
    set(row: Row) {
      const before = rows.get(row.Id);
      if (before) unindex(before);
      rows.set(row.Id, row);
      for (const { field, index } of indexes.values()) indexRow(field, index, row);
    },
    delete(id: string) {
      const before = rows.get(id);
      if (before) unindex(before);
      rows.delete(id);
    },
  };
}

/** Holds the records of an organisation. Rows are never changed in place, so that one in hand stays as it was. */
export function createDatabase(options: {
  readonly schema: Schema;
  readonly clock: SandboxClock;
  /** Stamps are multiples of so many milliseconds. */
  readonly stampPrecisionMs: number;
  readonly onCommit: (changes: readonly Change[], author: Author, stampMs: number) => void;
}): Database {
  const { schema, clock, stampPrecisionMs, onCommit } = options;
  const tables = new Map<string, ReturnType<typeof createTable>>();
  const numbers = new Map<string, number>();
  const cutStamp = (ms: number): number => Math.floor(ms / stampPrecisionMs) * stampPrecisionMs;
  const tableNamed = (name: string) => {
    const known = tables.get(name);
    if (known) return known;
    const table = createTable();
    tables.set(name, table);
    return table;
  };
  const tableOf = ({ name }: ObjectType) => tableNamed(name);

  const database: Database = {
    table: tableOf,
    get(objectName, id) {
      const type = schema.object(objectName);
      return type && tableOf(type).get(id);
    },
    children(objectName, fieldName, id) {
      const type = schema.object(objectName);
      const field = type?.field(fieldName);
      return type && field && isIndexed(field) ? tableOf(type).find(field, id) : [];
    },
    nextNumber(sequence) {
      const number = (numbers.get(sequence) ?? 0) + 1;
      numbers.set(sequence, number);
      return number;
    },
    purge: (type, id) => tableOf(type).delete(id),
    overwrite: (type, row) => tableOf(type).set(row),
    valueIn: (field, row) =>
      field.compute ? field.compute(row, database) : (row[field.name] ?? null),
    begin(author, stampMs) {
      const changes: Change[] = [];
      let stamp = stampMs === undefined ? undefined : cutStamp(stampMs);
      return {
        author,
        stampMs() {
          stamp ??= cutStamp(clock.stampWrite());
          return stamp;
        },
        put(type, row, changeType) {
          const table = tableOf(type);
          changes.push({ type, changeType, before: table.get(row.Id), after: row });
          table.set(row);
        },
        mark: () => changes.length,
        rollBackTo(mark) {
          for (const { type, before, after } of changes.splice(mark).reverse()) {
            if (before) tableOf(type).set(before);
            else tableOf(type).delete(after.Id);
          }
        },
        commit() {
          if (changes.length > 0) onCommit(changes.splice(0), author, stamp ?? clock.now());
        },
      };
    },
  };
  return database;
}
