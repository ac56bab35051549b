import { businessFault, type SapFault } from './fault.ts';
import { compareValues } from './literal.ts';
import type { Property, Row, Value } from './model.ts';

/** Rows of one kind, with indexes by whatever fields a navigation joins on. */
export interface Table {
  readonly name: string;
  readonly size: number;
  /** Every field with its initial value. */
  readonly initial: Row;
  get(key: Row): Row | undefined;
  /** Missing fields get their initial values. @throws SapFault when the key exists */
  insert(values: Row): Row;
  /** Puts a changed row in the place of the one with this key. */
  replace(row: Row, changes: Row): Row;
  remove(row: Row): void;
  /** Rows whose fields have these values, in order of the key. */
  find(fields: readonly string[], values: Row): readonly Row[];
  /** All rows in order of the key. Not to be changed. */
  rows(): readonly Row[];
  /** All rows in another order; remembered until something is written. */
  sorted(orderName: string, compare: (left: Row, right: Row) => number): readonly Row[];
  compareKeys(left: Row, right: Row): number;
}

/** Undoes what was written since; kept by the store while a change set runs. */
export type UndoLog = (undo: () => void) => void;

const separator = '\u0000';

const alreadyExists = (key: readonly Value[]): SapFault =>
  businessFault([
    { code: 'SY/530', message: `The entry ${key.join('/')} already exists`, severity: 'error' },
  ]);

export function createTable(definition: {
  readonly name: string;
  readonly keys: readonly Property[];
  readonly initial: Row;
  readonly onWrite: UndoLog;
}): Table {
  const { name, keys, initial, onWrite } = definition;
  const keyFields = keys.map(({ field }) => field);
  const byKey = new Map<string, Row>();
  const indexes = new Map<string, { fields: readonly string[]; rows: Map<string, Row[]> }>();
  const orders = new Map<string, readonly Row[]>();

  const idOf = (fields: readonly string[], row: Row): string => {
    if (fields.length === 1) return String(row[fields[0]!]);
    let id = '';
    for (const field of fields) id += `${row[field] as Value}${separator}`;
    return id;
  };
  const compareKeys = (left: Row, right: Row): number => {
    for (const key of keys) {
      const order = compareValues(left[key.field]!, right[key.field]!, key);
      if (order !== 0) return order;
    }
    return 0;
  };
  const addToIndex = (index: { fields: readonly string[]; rows: Map<string, Row[]> }, row: Row) => {
    const id = idOf(index.fields, row);
    const bucket = index.rows.get(id);
    if (!bucket) {
      index.rows.set(id, [row]);
      return;
    }
    const isLast = compareKeys(bucket.at(-1)!, row) < 0;
    bucket.push(row);
    if (!isLast) bucket.sort(compareKeys);
  };
  const removeFromIndexes = (row: Row): void => {
    for (const index of indexes.values()) {
      const id = idOf(index.fields, row);
      const bucket = index.rows.get(id)?.filter((other) => other !== row) ?? [];
      if (bucket.length > 0) index.rows.set(id, bucket);
      else index.rows.delete(id);
    }
  };
  const put = (row: Row, previous: Row | undefined): void => {
    if (previous) removeFromIndexes(previous);
    byKey.set(idOf(keyFields, row), row);
    for (const index of indexes.values()) addToIndex(index, row);
    orders.clear();
  };
  const drop = (row: Row): void => {
    byKey.delete(idOf(keyFields, row));
    removeFromIndexes(row);
    orders.clear();
  };

  const table: Table = {
    name,
    get size() {
      return byKey.size;
    },
    initial,
    get: (key) => byKey.get(idOf(keyFields, key)),
    insert(values) {
      const row = { ...initial, ...values };
      if (byKey.has(idOf(keyFields, row))) throw alreadyExists(keyFields.map((key) => row[key]!));
      put(row, undefined);
      onWrite(() => drop(row));
      return row;
    },
    replace(row, changes) {
      // The caller may hold an older state of the row; what was written since must stay.
      const current = byKey.get(idOf(keyFields, row)) ?? row;
      const changed = { ...current, ...changes };
      put(changed, current);
      onWrite(() => put(current, changed));
      return changed;
    },
    remove(row) {
      drop(row);
      onWrite(() => put(row, undefined));
    },
    find(fields, values) {
      const id = fields.join();
      let index = indexes.get(id);
      if (!index) {
        index = { fields, rows: new Map() };
        for (const row of byKey.values()) addToIndex(index, row);
        indexes.set(id, index);
      }
      return index.rows.get(idOf(fields, values)) ?? [];
    },
    rows: () => table.sorted('', compareKeys),
    sorted(orderName, compare) {
      let rows = orders.get(orderName);
      if (!rows) {
        rows = [...byKey.values()].sort(compare);
        orders.set(orderName, rows);
      }
      return rows;
    },
    compareKeys,
  };
  return table;
}
