import { type Kysely, sql } from 'kysely';
import type { SqlDialect } from '../state/sql-database.ts';
import { columnValue, type TableColumn } from './table-column.ts';

const rowsAtOnce = 1000;

/** Gives a table of an earlier run the columns that it lacks, filled from the records. */
export async function addColumns(
  db: Kysely<unknown>,
  options: {
    readonly table: string;
    readonly columns: readonly TableColumn[];
    readonly dialect: SqlDialect;
  },
): Promise<void> {
  const table = sql.table(options.table);
  const isSqlite = options.dialect === 'sqlite';
  const present = await (isSqlite
    ? sql<{ name: string }>`pragma table_info(${table})`
    : sql<{ name: string }>`
        select column_name as name from information_schema.columns
        where table_schema = current_schema() and table_name = ${options.table}
      `
  ).execute(db);
  // PostgreSQL tells Label from label.
  const fold = (name: string) => (isSqlite ? name.toLowerCase() : name);
  const names = new Set(present.rows.map(({ name }) => fold(name)));
  const missing = options.columns.filter(({ name }) => !names.has(fold(name)));
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
