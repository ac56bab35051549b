import { leaseLost, type StateStore } from '@common/connector-sync';
import type { Kysely } from 'kysely';
import {
  type SqlDatabase,
  type SqliteDatabaseOptions,
  sqliteDatabase,
} from './sqlite/sqlite-database.ts';
import { migrate } from './state/migrations.ts';
import { type SqlStateTransaction, sqlState } from './state/sql-state.ts';
import type { StateSchema } from './state/state-schema.ts';

/** State in a SQLite file. */
export interface SqliteStore extends StateStore {
  /** The file, to be shared with `tableTarget`. */
  readonly database: SqlDatabase;
}

/**
 * Durable state in one file, through `node:sqlite`: no server, no dependency to install. A commit is
 * on disk when it returns. Several processes may share the file; a flow runs in one of them at a time.
 *
 * @throws ConnectorError on first use: `ERR_CONFIGURATION` on Node.js older than 22.13 or for state of
 * a newer version; `ERR_STORE_BUSY`; `ERR_STORE_CLOSED`
 */
export function sqliteStore(options: SqliteDatabaseOptions): SqliteStore {
  const database = sqliteDatabase(options);
  let ready: Promise<void> | undefined;
  let state: { readonly db: Kysely<unknown>; readonly of: SqlStateTransaction } | undefined;

  function stateOf(db: Kysely<unknown>): SqlStateTransaction {
    if (state?.db !== db) state = { db, of: sqlState(db) };
    return state.of;
  }

  async function prepare(): Promise<void> {
    ready ??= database.transaction((db) => migrate({ db, dialect: 'sqlite' }));
    try {
      await ready;
    } catch (error) {
      // A locked file may be free the next time.
      ready = undefined;
      throw error;
    }
  }

  return {
    database,
    durable: database.durable,
    async transaction(work, { lease, readOnly } = {}) {
      await prepare();
      return database.transaction(
        async (db) => {
          if (lease !== undefined) {
            const row = await (db as Kysely<StateSchema>)
              .selectFrom('sync_lease')
              .select('token')
              .where('tenant', '=', lease.tenant)
              .where('scope', '=', lease.scope)
              .executeTakeFirst();
            if (row?.token !== lease.token) throw leaseLost(lease);
          }
          return work(stateOf(db));
        },
        { readOnly },
      );
    },
    close: () => database.close(),
  };
}
