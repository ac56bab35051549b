import { type SqlStore, sqlStore } from '../sql-store.ts';
import { type PostgresDatabaseOptions, postgresDatabase } from './postgres-database.ts';

/** Options of `postgresStore`. */
export type PostgresStoreOptions = PostgresDatabaseOptions;

/**
 * Durable state in PostgreSQL 13 or newer, for any number of processes and machines. Needs the package
 * `pg`. A commit is on the server's disk when it returns. A connection that is lost is opened again, and
 * what was certainly not stored is repeated where the work allows it.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` without a URL or a pool; on first use also without `pg`
 * and for state of a newer version; `ERR_STORE_UNAVAILABLE` (with `outcomeUnknown` after a commit
 * whose answer was lost); `ERR_STORE_BUSY`; `ERR_STORE_UNUSABLE`; `ERR_STORE_FULL`; `ERR_STORE_CLOSED`
 */
export function postgresStore(options: PostgresStoreOptions): SqlStore {
  return sqlStore(postgresDatabase(options));
}
