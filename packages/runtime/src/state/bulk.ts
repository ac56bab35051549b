import type { CompiledQuery, Kysely } from 'kysely';

/** Rows of one statement where each value is a parameter. Few sizes, so that each is compiled and prepared once. */
const sizes = [256, 32, 4, 1] as const;
/** Rows of one statement where each column is a parameter. */
const mostRows = 4096;

/** A statement over many rows. */
export type BulkStatement =
  | {
      readonly parameters: 'values';
      /** The statement for so many rows, its parameters in the order of the rows. */
      readonly compile: (count: number) => CompiledQuery;
    }
  /** One array for each column, any number of rows. */
  | { readonly parameters: 'columns'; readonly query: CompiledQuery };

/** @param compile - the statement for `count` rows; compiled once per size */
export function valuesStatement(compile: (count: number) => CompiledQuery): BulkStatement {
  const compiled = new Map<number, CompiledQuery>();
  return {
    parameters: 'values',
    compile(count) {
      const known = compiled.get(count);
      if (known !== undefined) return known;
      const query = compile(count);
      compiled.set(count, query);
      return query;
    },
  };
}

/** What a statement runs over. */
export interface BulkOptions<Item> {
  readonly items: readonly Item[];
  /** Of items with the same key only the last counts. */
  readonly keyOf?: (item: Item) => string | undefined;
  /** Parameters before those of the items. */
  readonly before?: readonly unknown[];
  /** Parameters behind those of the items. */
  readonly after?: readonly unknown[];
  readonly parametersOf: (item: Item, parameters: unknown[]) => void;
}

/** Runs a statement over all items, in chunks, and answers the rows of all. */
export async function runBulk<Item, Row>(
  db: Kysely<unknown>,
  statement: BulkStatement,
  options: BulkOptions<Item>,
): Promise<Row[]> {
  const { items: all, keyOf, before = [], after = [], parametersOf } = options;
  const items = keyOf === undefined ? all : lastOfEach(all, keyOf);
  const rows: Row[] = [];

  async function run(query: CompiledQuery, parameters: readonly unknown[]): Promise<void> {
    const result = await db.executeQuery({
      ...query,
      parameters: [...before, ...parameters, ...after],
    });
    for (const row of result.rows) rows.push(row as Row);
  }

  if (statement.parameters === 'columns') {
    for (let from = 0; from < items.length; from += mostRows) {
      await run(statement.query, columnsOf(items.slice(from, from + mostRows), parametersOf));
    }
    return rows;
  }
  let from = 0;
  for (const size of sizes) {
    for (; items.length - from >= size; from += size) {
      const parameters: unknown[] = [];
      for (let index = from; index < from + size; index += 1) {
        parametersOf(items[index] as Item, parameters);
      }
      await run(statement.compile(size), parameters);
    }
  }
  return rows;
}

function columnsOf<Item>(
  items: readonly Item[],
  parametersOf: (item: Item, parameters: unknown[]) => void,
): readonly unknown[][] {
  const columns: unknown[][] = [];
  for (const item of items) {
    const values: unknown[] = [];
    parametersOf(item, values);
    for (let index = 0; index < values.length; index += 1) {
      const column = columns[index];
      if (column === undefined) columns.push([values[index]]);
      else column.push(values[index]);
    }
  }
  return columns;
}

// PostgreSQL refuses a statement that would write a row twice.
function lastOfEach<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string | undefined,
): readonly Item[] {
  const last = new Map<string | undefined, Item>();
  for (const item of items) last.set(keyOf(item), item);
  return last.size === items.length ? items : [...last.values()];
}
