import { leaseLost, type StateStore } from '@common/connector-sync';
import type { Kysely } from 'kysely';
import { refuseMoved } from './move/state-move.ts';
import { type BulkStatements, bulkStatements } from './state/bulk-statements.ts';
import { migrateDatabase } from './state/migrations.ts';
import type { SqlDatabase } from './state/sql-database.ts';
import { sqlState } from './state/sql-state.ts';
import type { StateSchema } from './state/state-schema.ts';

/** State in a SQL database. */
export interface SqlStore extends StateStore {
  /** The database, to be shared with `tableTarget`. */
  readonly database: SqlDatabase;
}

/** The state in a database, whichever it is. The tables are made, or brought up to date, on first use. */
export function sqlStore(database: SqlDatabase): SqlStore {
  const { dialect } = database;
  let ready: Promise<void> | undefined;
  let bulk: BulkStatements | undefined;

  async function prepare(): Promise<void> {
    ready ??= migrateDatabase(database).then(() => refuseMoved(database));
    try {
      await ready;
    } catch (error) {
      // A locked file may be free the next time, a server may be back.
      ready = undefined;
      throw error;
    }
  }

  return {
    database,
    durable: database.durable,
    async transaction(work, { lease, readOnly, repeat } = {}) {
      await prepare();
      return database.transaction(
        async (db, lock) => {
          if (lease !== undefined) {
            const rows = (db as Kysely<StateSchema>)
              .selectFrom('sync_lease')
              .select('token')
              .where('tenant', '=', lease.tenant)
              .where('scope', '=', lease.scope);
            // Locked to the end: whoever takes the lease over waits for this commit, or this one sees that it is lost.
            const isLocked = dialect === 'postgres' && readOnly !== true;
            const row = await (isLocked ? rows.forUpdate() : rows).executeTakeFirst();
            if (row?.token !== lease.token) throw leaseLost(lease);
          }
          bulk ??= bulkStatements(db, dialect);
          return work(sqlState({ database: db, dialect, lock, bulk }));
        },
        { readOnly, repeat },
      );
    },
    close: () => database.close(),
  };
}
