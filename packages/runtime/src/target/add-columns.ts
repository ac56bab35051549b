import { type Kysely, sql } from 'kysely';
import type { SqlDialect } from '../state/sql-database.ts';
import { columnValue, type TableColumn } from './table-column.ts';

const rowsAtOnce = 1000;

interface TableShape {
  readonly table: string;
  readonly columns: readonly TableColumn[];
  readonly dialect: SqlDialect;
}

/** The columns that a table lacks; `undefined` when it is not there. */
export async function missingColumns(
  db: Kysely<unknown>,
  options: TableShape,
): Promise<readonly TableColumn[] | undefined> {
  const isSqlite = options.dialect === 'sqlite';
  const present = await (isSqlite
    ? sql<{ name: string }>`pragma table_info(${sql.table(options.table)})`
    : sql<{ name: string }>`
        select column_name as name from information_schema.columns
        where table_schema = current_schema() and table_name = ${options.table}
      `
  ).execute(db);
  // PostgreSQL tells Label from label.
  const fold = (name: string) => (isSqlite ? name.toLowerCase() : name);
  const names = new Set(present.rows.map(({ name }) => fold(name)));
  if (names.size === 0) return undefined;
  return options.columns.filter(({ name }) => !names.has(fold(name)));
}

/** Gives a table of an earlier run the columns that it lacks, filled from the records. */
export async function addColumns(db: Kysely<unknown>, options: TableShape): Promise<void> {
  const table = sql.table(options.table);
  const missing = (await missingColumns(db, options)) ?? [];
  if (missing.length === 0) return;
  for (const { name } of missing) {
    await db.schema.alterTable(options.table).addColumn(name, 'text').execute();
  }
  for (let after = ''; ; ) {
    const { rows } = await sql<{ key: string; record: string }>`
      select key, record from ${table} where key > ${after} order by key limit ${sql.lit(rowsAtOnce)}
    `.execute(db);
    for (const { key, record } of rows) {
      const content = JSON.parse(record);
      const values = missing.map(
        ({ name, segments }) => sql`${sql.ref(name)} = ${columnValue(content, segments)}`,
      );
      await sql`update ${table} set ${sql.join(values)} where key = ${key}`.execute(db);
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.key;
  }
}
