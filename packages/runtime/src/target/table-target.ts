import {
  ConnectorError,
  type ErpRecord,
  type RecordPage,
  type RecordQuery,
  type WriteResult,
} from '@common/connector-core';
import type { SyncTarget } from '@common/connector-sync';
import type { Kysely } from 'kysely';
import { sqliteDatabase } from '../sqlite/sqlite-database.ts';
import type { SqlDatabase } from '../state/sql-database.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import { type TableRow, type TableSchema, tableRows } from './table-rows.ts';

/** Options of `tableTarget`. */
export interface TableTargetOptions {
  /** Name of the table; it is made if it is not there. */
  readonly table: string;
  /** A SQLite file of its own. */
  readonly path?: string | undefined;
  /** Shares the database of `openStore({ url })`. */
  readonly store?: { readonly database: SqlDatabase } | undefined;
  /**
   * Fields to have as columns of their own, for queries: column name to path, for example
   * `{ plant: 'plants[0].plant' }`. They hold text, so decimals stay exact. The whole record is in
   * the column `record` as JSON in any case. A column that is named later is added and filled from it.
   */
  readonly columns?: { readonly [column: string]: string } | undefined;
}

/** A table as a target, readable for `reconcile` and for apps. */
export interface TableTarget<Item extends ErpRecord = ErpRecord> extends SyncTarget {
  count(): Promise<number>;
  get(entity: string, key: string): Promise<Item | undefined>;
  list(entity: string, query?: RecordQuery): AsyncIterable<RecordPage<Item>>;
  /** Closes a file of its own; a shared one is closed with its store. */
  close(): Promise<void>;
}

const defaultPageSize = 1000;

/**
 * Writes records into a table of a SQLite file or of PostgreSQL, one row each, for apps that want the records
 * themselves. The key of a row is that of the source record (or part): a repeated write changes
 * nothing. In the database of the flow's store a page is written in the transaction that commits it.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` without a path and a store, or for a column named `key` or `record`, or a path that is none
 */
export function tableTarget<Item extends ErpRecord = ErpRecord>(
  options: TableTargetOptions,
): TableTarget<Item> {
  const { table, columns = {}, store, path } = options;
  if (store === undefined && path === undefined) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: 'tableTarget needs a path, or a store to share the database with.',
    });
  }
  const database = store?.database ?? sqliteDatabase({ path: path ?? '' });
  const rows = tableRows(table, { columns, dialect: database.dialect });
  let isMade = false;
  let madeIn: unknown;

  async function within<Result>(
    work: (db: Kysely<TableSchema>) => Promise<Result>,
    isReadOnly: boolean,
  ): Promise<Result> {
    const transaction = <Value>(
      run: (db: Kysely<TableSchema>) => Promise<Value>,
      readOnly = false,
    ) =>
      database.transaction((db) => run(db as Kysely<TableSchema>), { readOnly, repeat: 'always' });
    if (!isMade) {
      await database.transaction((db, lock) => rows.create(db as Kysely<TableSchema>, lock), {
        repeat: 'always',
      });
    }
    isMade = true;
    return transaction(work, isReadOnly);
  }

  return {
    idempotency: 'upsert',
    maxBatchSize: 2000,
    async write(_entity, changes) {
      await within((db) => rows.write(db, changes), false);
      return changes.map(
        ({ op, key = '' }): WriteResult => ({
          status: op === 'delete' ? 'deleted' : 'updated',
          key,
        }),
      );
    },
    isWithin: (other) => store !== undefined && 'database' in other && other.database === database,
    async writeWithin(state, _entity, changes) {
      const { database: connection, lock } = state as SqlStateTransaction;
      const db = connection as Kysely<TableSchema>;
      // What this transaction makes may yet be rolled back; what was there before it stays.
      if (!isMade) {
        const wasThere = await rows.create(db, lock);
        if (wasThere && madeIn !== state) isMade = true;
        else madeIn = state;
      }
      await rows.write(db, changes);
    },
    async get(entity, key) {
      const row = await within(
        (db) =>
          db.selectFrom(table).select(['key', 'record']).where('key', '=', key).executeTakeFirst(),
        true,
      );
      return row === undefined ? undefined : recordOf<Item>(table, entity, row);
    },
    async *list(entity, query = {}) {
      const { pageSize = defaultPageSize } = query;
      let after = query.after === undefined ? undefined : String(query.after.key);
      for (;;) {
        const found = await within((db) => {
          let select = db.selectFrom(table).select(['key', 'record']);
          if (after !== undefined) select = select.where('key', '>', after);
          return select.orderBy('key').limit(pageSize).execute();
        }, true);
        const last = found.at(-1);
        if (last === undefined) return;
        after = last.key;
        yield {
          records: found.map((row) => recordOf<Item>(table, entity, row)),
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

function recordOf<Item extends ErpRecord>(
  table: string,
  entity: string,
  { key, record }: TableRow,
): Item {
  return { ...JSON.parse(record), source: { system: table, entity, key } };
}
