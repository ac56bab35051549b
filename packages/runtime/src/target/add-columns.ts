import { type Kysely, sql } from 'kysely';
import { columnValue, type TableColumn } from './table-column.ts';

const rowsAtOnce = 1000;

/** Gives a table of an earlier run the columns that it lacks, filled from the records. */
export async function addColumns(
  db: Kysely<unknown>,
  options: { readonly table: string; readonly columns: readonly TableColumn[] },
): Promise<void> {
  const table = sql.table(options.table);
  const present = await sql<{ name: string }>`pragma table_info(${table})`.execute(db);
  const names = new Set(present.rows.map(({ name }) => name.toLowerCase()));
  const missing = options.columns.filter(({ name }) => !names.has(name.toLowerCase()));
  if (missing.length === 0) return;
  for (const { name } of missing) {
    await sql`alter table ${table} add column ${sql.ref(name)} text`.execute(db);
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
