import type { CompiledQuery, Kysely } from 'kysely';

/** Rows of one statement. Few sizes, so that each statement is compiled and prepared once. */
const sizes = [256, 32, 4, 1] as const;

/** A statement over many rows, compiled once per size. */
export type BulkStatement = (count: number) => CompiledQuery;

/** @param compile - the statement for `count` rows, its parameters in the order of the rows */
export function bulkStatement(compile: (count: number) => CompiledQuery): BulkStatement {
  const compiled = new Map<number, CompiledQuery>();
  return (count) => {
    const known = compiled.get(count);
    if (known !== undefined) return known;
    const query = compile(count);
    compiled.set(count, query);
    return query;
  };
}

/** Runs a statement over all items, in chunks, and answers the rows of all. */
export async function runBulk<Item, Row>(
  db: Kysely<unknown>,
  statement: BulkStatement,
  options: {
    readonly items: readonly Item[];
    /** Parameters before those of the items. */
    readonly before?: readonly unknown[];
    /** Parameters behind those of the items. */
    readonly after?: readonly unknown[];
    readonly parametersOf: (item: Item, parameters: unknown[]) => void;
  },
): Promise<Row[]> {
  const { items, before = [], after = [], parametersOf } = options;
  const rows: Row[] = [];
  let from = 0;
  for (const size of sizes) {
    for (; items.length - from >= size; from += size) {
      const parameters = [...before];
      for (let index = from; index < from + size; index += 1) {
        parametersOf(items[index] as Item, parameters);
      }
      for (const parameter of after) parameters.push(parameter);
      const result = await db.executeQuery({ ...statement(size), parameters });
      for (const row of result.rows) rows.push(row as Row);
    }
  }
  return rows;
}
