import { createHash } from 'node:crypto';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { StoredTable } from './stored-tables.ts';

/** A row, as JavaScript has it. */
export type StoredRow = Readonly<Record<string, string | number | null>>;

/** What to read of a table. */
export interface TableSelection {
  readonly table: StoredTable;
  /** Only rows with this value. */
  readonly only?: { readonly column: string; readonly value: string } | undefined;
  /** Rows of all tenants: they go along with one tenant and stay where they are, too. */
  readonly isShared?: boolean | undefined;
}

const pageSize = 1000;

/** The rows in the order of their keys, page by page. */
export async function* tablePages(
  db: Kysely<unknown>,
  options: TableSelection & {
    /** Begins behind the row with this key. */
    readonly after?: readonly unknown[] | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): AsyncGenerator<readonly StoredRow[]> {
  const { table, only, signal } = options;
  const columns = sql.join(table.columns.map(({ name }) => sql.ref(name)));
  const key = sql.join(table.key.map((name) => sql.ref(name)));
  let { after } = options;
  for (;;) {
    signal?.throwIfAborted();
    const conditions: RawBuilder<unknown>[] = [sql`1 = 1`];
    if (only !== undefined) conditions.push(sql`${sql.ref(only.column)} = ${only.value}`);
    if (after !== undefined) conditions.push(sql`(${key}) > (${sql.join([...after])})`);
    const { rows } = await sql<StoredRow>`
      select ${columns} from ${sql.table(table.name)}
      where ${sql.join(conditions, sql` and `)} order by ${key} limit ${sql.lit(pageSize)}
    `.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = keyOf(table, last);
    yield rows;
  }
}

export function keyOf(table: StoredTable, row: StoredRow): readonly unknown[] {
  return table.key.map((name) => row[name]);
}

/** Number of the rows, and a digest over them in the order of their keys: the same in every database. */
export async function tableDigest(
  db: Kysely<unknown>,
  selection: TableSelection & { readonly signal?: AbortSignal | undefined },
): Promise<{ readonly rows: number; readonly digest: string }> {
  const hash = createHash('sha256');
  const names = selection.table.columns.map(({ name }) => name).toSorted();
  let rows = 0;
  for await (const page of tablePages(db, selection)) {
    rows += page.length;
    for (const row of page) hash.update(`${JSON.stringify(names.map((name) => row[name]))}\n`);
  }
  return { rows, digest: hash.digest('base64url') };
}
