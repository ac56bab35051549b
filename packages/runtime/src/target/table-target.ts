import {
  ConnectorError,
  type ErpRecord,
  type RecordPage,
  type RecordQuery,
  type WriteChange,
  type WriteResult,
} from '@common/connector-core';
import type { SyncTarget } from '@common/connector-sync';
import { type Kysely, sql } from 'kysely';
import { type SqlDatabase, sqliteDatabase } from '../sqlite/sqlite-database.ts';
import { type BulkStatement, bulkStatement, runBulk } from '../state/bulk.ts';

/** Options of `tableTarget`. */
export interface TableTargetOptions {
  /** Name of the table; it is made if it is not there. */
  readonly table: string;
  /** A file of its own. */
  readonly path?: string | undefined;
  /** Shares the file of `sqliteStore({ path })`. */
  readonly store?: { readonly database: SqlDatabase } | undefined;
  /**
   * Fields to have as columns of their own, for queries: column name to path, for example
   * `{ plant: 'plants.0.plant' }`. They hold text, so decimals stay exact. The whole record is in
   * the column `record` as JSON in any case.
   */
  readonly columns?: { readonly [column: string]: string } | undefined;
}

/** A table as a target, readable for `reconcile`. */
export interface TableTarget extends SyncTarget {
  count(): Promise<number>;
  get(entity: string, key: string): Promise<ErpRecord | undefined>;
  list(entity: string, query?: RecordQuery): AsyncIterable<RecordPage>;
  /** Closes a file of its own; a shared one is closed with its store. */
  close(): Promise<void>;
}

interface TableRow {
  readonly key: string;
  readonly record: string;
}

const defaultPageSize = 1000;

/**
 * Writes records into a table of a SQLite file, one row each, for apps that want the records
 * themselves. The key of a row is that of the source record (or part): a repeated write changes
 * nothing.
 */
export function tableTarget(options: TableTargetOptions): TableTarget {
  const { table, columns = {}, store, path } = options;
  if (store === undefined && path === undefined) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: 'tableTarget needs a path, or a store to share the file with.',
    });
  }
  const database = store?.database ?? sqliteDatabase({ path: path ?? '' });
  const extra = Object.entries(columns).map(([name, at]) => ({ name, segments: at.split('.') }));
  let put: BulkStatement | undefined;
  let ready: Promise<void> | undefined;

  async function createTable(db: Kysely<unknown>): Promise<void> {
    let builder = db.schema
      .createTable(table)
      .ifNotExists()
      .addColumn('key', 'text', (column) => column.primaryKey());
    for (const { name } of extra) builder = builder.addColumn(name, 'text');
    await builder
      .addColumn('record', 'text', (column) => column.notNull())
      .modifyEnd(sql`without rowid`)
      .execute();
  }

  async function within<Result>(
    work: (db: Kysely<Record<string, TableRow>>) => Promise<Result>,
    isReadOnly: boolean,
  ): Promise<Result> {
    ready ??= database.transaction(createTable);
    await ready;
    return database.transaction((db) => work(db as Kysely<Record<string, TableRow>>), {
      readOnly: isReadOnly,
    });
  }

  function putStatement(db: Kysely<Record<string, TableRow>>): BulkStatement {
    const names = ['key', ...extra.map(({ name }) => name), 'record'];
    const row = Object.fromEntries(names.map((name) => [name, ''])) as unknown as TableRow;
    return bulkStatement((count) =>
      db
        .insertInto(table)
        .values(new Array(count).fill(row))
        .onConflict((conflict) =>
          conflict
            .column('key')
            .doUpdateSet((excluded) =>
              Object.fromEntries(
                names.slice(1).map((name) => [name, excluded.ref(`excluded.${name}` as never)]),
              ),
            ),
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
    idempotency: 'upsert',
    maxBatchSize: 2000,
    async write(_entity, changes) {
      return within(async (db) => {
        put ??= putStatement(db);
        const upserts = changes.filter(({ op }) => op === 'upsert');
        await runBulk(db as Kysely<unknown>, put, { items: upserts, parametersOf });
        for (const { op, key } of changes) {
          if (op === 'delete') await db.deleteFrom(table).where('key', '=', key).execute();
        }
        return changes.map(
          ({ op, key = '' }): WriteResult => ({
            status: op === 'delete' ? 'deleted' : 'updated',
            key,
          }),
        );
      }, false);
    },
    async get(entity, key) {
      const row = await within(
        (db) =>
          db.selectFrom(table).select(['key', 'record']).where('key', '=', key).executeTakeFirst(),
        true,
      );
      return row === undefined ? undefined : recordOf(table, entity, row);
    },
    async *list(entity, query = {}) {
      const { pageSize = defaultPageSize } = query;
      let after = query.after === undefined ? undefined : String(query.after.key);
      for (;;) {
        const rows = await within((db) => {
          let select = db.selectFrom(table).select(['key', 'record']);
          if (after !== undefined) select = select.where('key', '>', after);
          return select.orderBy('key').limit(pageSize).execute();
        }, true);
        const last = rows.at(-1);
        if (last === undefined) return;
        after = last.key;
        yield {
          records: rows.map((row) => recordOf(table, entity, row)),
          checkpoint: { key: last.key },
        };
      }
    },
    async count() {
      const row = await within(
        (db) =>
          db
            .selectFrom(table)
            .select((count) => count.fn.countAll().as('count'))
            .executeTakeFirstOrThrow(),
        true,
      );
      return Number(row.count);
    },
    async close() {
      if (store === undefined) await database.close();
    },
  };
}

function recordOf(table: string, entity: string, { key, record }: TableRow): ErpRecord {
  return { ...JSON.parse(record), source: { system: table, entity, key } };
}

function columnValue(record: ErpRecord, segments: readonly string[]): string | null {
  let value: unknown = record;
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null) return null;
    value = (value as Readonly<Record<string, unknown>>)[segment];
  }
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
