import { type Kysely, sql } from 'kysely';
import type { SqlDialect } from '../state/sql-database.ts';

/** A table as it is in a database. */
export interface StoredTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly isText: boolean }[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
}

interface ColumnRow {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  /** Position in the primary key, from 1; 0 for others. */
  readonly position: number;
}

/** The tables of a database (PostgreSQL: of the schema of the connection), in the order of their names. */
export async function storedTables(
  db: Kysely<unknown>,
  dialect: SqlDialect,
): Promise<readonly StoredTable[]> {
  const { rows } = await (dialect === 'sqlite' ? ofSqlite : ofPostgres).execute(db);
  const byTable = Map.groupBy(rows, ({ table }) => table);
  return [...byTable].map(([name, columns]) => ({
    name,
    columns: columns.map((column) => ({
      name: column.name,
      isText: /text|char/i.test(column.type),
    })),
    key: columns
      .filter(({ position }) => position > 0)
      .toSorted((a, b) => a.position - b.position)
      .map((column) => column.name),
  }));
}

const ofSqlite = sql<ColumnRow>`
  select s.name as "table", c.name as name, c.type as type, c.pk as position
  from sqlite_schema s join pragma_table_info(s.name) c
  where s.type = 'table' and s.name not like 'sqlite\\_%' escape '\\'
  order by s.name, c.cid
`;

const ofPostgres = sql<ColumnRow>`
  select t.relname as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
    coalesce(array_position(i.indkey::int2[], a.attnum), -1) + 1 as position
  from pg_class t
  join pg_namespace n on n.oid = t.relnamespace and n.nspname = current_schema()
  join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  left join pg_index i on i.indrelid = t.oid and i.indisprimary
  where t.relkind in ('r', 'p')
  order by t.relname collate "C", a.attnum
`;
