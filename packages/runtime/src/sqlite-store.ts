import { type SqlStore, sqlStore } from './sql-store.ts';
import { type SqliteDatabaseOptions, sqliteDatabase } from './sqlite/sqlite-database.ts';

/**
 * Durable state in one file, through `node:sqlite`: no server, no dependency to install. A commit is
 * on disk when it returns. Several processes may share the file; a flow runs in one of them at a time.
 *
 * @throws ConnectorError on first use: `ERR_CONFIGURATION` on Node.js older than 22.13 or for state of
 * a newer version; `ERR_STORE_BUSY`; `ERR_STORE_CLOSED`
 */
export function sqliteStore(options: SqliteDatabaseOptions): SqlStore {
  return sqlStore(sqliteDatabase(options));
}
