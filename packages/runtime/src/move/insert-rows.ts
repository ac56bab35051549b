import { type Kysely, sql } from 'kysely';
import { type BulkStatement, runBulk, valuesStatement } from '../state/bulk.ts';
import { rowsOfColumns } from '../state/bulk-statements.ts';
import type { SqlDialect } from '../state/sql-database.ts';
import type { StoredTable } from './stored-tables.ts';
import type { StoredRow } from './table-pages.ts';

/** Inserts rows as they are. */
export async function insertRows(
  db: Kysely<unknown>,
  options: {
    readonly dialect: SqlDialect;
    readonly table: StoredTable;
    readonly rows: readonly StoredRow[];
  },
): Promise<void> {
  const { dialect, table, rows } = options;
  const names = table.columns.map(({ name }) => name);
  const into = sql`insert into ${sql.table(table.name)} (${sql.join(names.map((name) => sql.ref(name)))})`;
  const statement: BulkStatement =
    dialect === 'postgres'
      ? {
          parameters: 'columns',
          query:
            sql`${into} ${rowsOfColumns(table.columns.map(({ isText }) => (isText ? 'text' : 'float8')))}`.compile(
              db,
            ),
        }
      : valuesStatement((count) => {
          const row = sql`(${sql.join(names.map(() => ''))})`;
          return sql`${into} values ${sql.join(new Array(count).fill(row))}`.compile(db);
        });
  await runBulk(db, statement, {
    items: rows,
    parametersOf(row, parameters) {
      for (const name of names) parameters.push(row[name] ?? null);
    },
  });
}
