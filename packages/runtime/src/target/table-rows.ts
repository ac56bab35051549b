import { ConnectorError, type ErpRecord, type WriteChange } from '@common/connector-core';
import { type Kysely, sql } from 'kysely';
import { type BulkStatement, runBulk, valuesStatement } from '../state/bulk.ts';
import { rowsOfColumns } from '../state/bulk-statements.ts';
import type { SqlDialect, SqlLock } from '../state/sql-database.ts';
import { addColumns, missingColumns } from './add-columns.ts';
import { columnValue, segmentsOf } from './table-column.ts';

/** A row without the columns that were asked for. */
export interface TableRow {
  readonly key: string;
  readonly record: string;
}

/** The table of a target, by name. */
export type TableSchema = Record<string, TableRow>;

/** Writes records as rows. All of it runs in the transaction that `db` is in. */
export interface TableRows {
  /** Answers whether everything was there already. */
  create(db: Kysely<TableSchema>, lock: SqlLock): Promise<boolean>;
  /** In the order of the changes. */
  write(db: Kysely<TableSchema>, changes: readonly WriteChange[]): Promise<void>;
}

/**
 * @throws ConnectorError `ERR_CONFIGURATION` for a column that every table has, or a path that is none
 */
export function tableRows(
  table: string,
  options: {
    readonly columns: { readonly [column: string]: string };
    readonly dialect: SqlDialect;
  },
): TableRows {
  const { columns, dialect } = options;
  const extra = Object.entries(columns).map(([name, at]) => ({
    name,
    at,
    segments: segmentsOf(name, at),
  }));
  const taken = extra.find(({ name }) => ['key', 'record'].includes(name.toLowerCase()));
  if (taken !== undefined) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `Every table has a column "${taken.name}" already. Give the column of ${taken.at} another name.`,
      path: `columns.${taken.name}`,
    });
  }
  let put: BulkStatement | undefined;

  function putStatement(db: Kysely<TableSchema>): BulkStatement {
    const names = ['key', ...extra.map(({ name }) => name), 'record'];
    if (dialect === 'postgres') {
      const replaced = names.slice(1).map((name) => sql`${sql.ref(name)} = ${excluded(name)}`);
      const query = sql`
        insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})
        ${rowsOfColumns(names.map(() => 'text'))}
        on conflict (key) do update set ${sql.join(replaced)}
      `.compile(db);
      return { parameters: 'columns', query };
    }
    const row = Object.fromEntries(names.map((name) => [name, ''])) as unknown as TableRow;
    return valuesStatement((count) =>
      db
        .insertInto(table)
        .values(new Array(count).fill(row))
        .onConflict((conflict) =>
          conflict
            .column('key')
            .doUpdateSet(Object.fromEntries(names.slice(1).map((name) => [name, excluded(name)]))),
        )
        .compile(),
    );
  }

  function parametersOf(change: WriteChange, parameters: unknown[]): void {
    const record: ErpRecord = change.op === 'upsert' ? change.record : {};
    parameters.push(change.key);
    for (const { segments } of extra) parameters.push(columnValue(record, segments));
    parameters.push(JSON.stringify(record));
  }

  return {
    async create(db, lock) {
      const shape = { table, columns: extra, dialect };
      const missing = await missingColumns(db as Kysely<unknown>, shape);
      if (missing?.length === 0) return true;
      await lock('table', table);
      let builder = db.schema
        .createTable(table)
        .ifNotExists()
        .addColumn('key', 'text', (column) => column.primaryKey());
      for (const { name } of extra) builder = builder.addColumn(name, 'text');
      builder = builder.addColumn('record', 'text', (column) => column.notNull());
      if (dialect === 'sqlite') builder = builder.modifyEnd(sql`without rowid`);
      await builder.execute();
      await addColumns(db as Kysely<unknown>, shape);
      return false;
    },
    async write(db, changes) {
      put ??= putStatement(db);
      // Changes of one kind together; a row that is written and deleted keeps its order.
      for (let from = 0, to = 0; from < changes.length; from = to) {
        const op = changes[from]?.op;
        while (changes[to]?.op === op && to < changes.length) to += 1;
        const items = from === 0 && to === changes.length ? changes : changes.slice(from, to);
        if (op === 'upsert') {
          await runBulk(db as Kysely<unknown>, put, {
            items,
            keyOf: ({ key }) => key,
            parametersOf,
          });
        } else {
          for (const { key = '' } of items) {
            await db.deleteFrom(table).where('key', '=', key).execute();
          }
        }
      }
    },
  };
}

function excluded(column: string) {
  return sql`${sql.ref(`excluded.${column}`)}`;
}
