import { fileURLToPath } from 'node:url';
import { type Clock, ConnectorError } from '@common/connector-core';
import { postgresStore } from './postgres/postgres-store.ts';
import type { SqlStore } from './sql-store.ts';
import { sqliteStore } from './sqlite-store.ts';

/** Options of `openStore`. */
export interface OpenStoreOptions {
  /**
   * Where the state is: `postgres://user:password@host/database`, or a SQLite file as a path
   * (`data/state.db`, `:memory:`) or a URL (`file:///var/lib/app/state.db`).
   */
  readonly url: string;
  /** Schema of the tables, PostgreSQL only. See `PostgresStoreOptions`. */
  readonly schema?: string | undefined;
  /**
   * How long to wait for others.
   * @default 30_000
   */
  readonly busyTimeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * The store that a URL names: the same app keeps its state in a file or on a server, by configuration.
 * `migrateState` moves what is there.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for another kind of URL; as `sqliteStore` and `postgresStore`
 */
export function openStore({ url, schema, ...options }: OpenStoreOptions): SqlStore {
  // JavaScript callers have no compiler to tell them, and environment variables may be absent.
  if (typeof url !== 'string' || url.trim() === '') {
    throw unusable('The URL of the store is empty. Name a file, or postgres://…');
  }
  const scheme = /^([a-z][a-z\d+.-]+):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'postgres' || scheme === 'postgresql') {
    return postgresStore({ url, schema, ...options });
  }
  if (scheme !== undefined && scheme !== 'file') {
    throw unusable(`A store at ${scheme}: is not known. Use postgres://… or the path of a file.`);
  }
  if (schema !== undefined)
    throw unusable('Only a store in PostgreSQL has a schema. Leave it out.');
  return sqliteStore({
    path: url.startsWith('file://') ? fileURLToPath(url) : url.replace(/^file:/i, ''),
    ...options,
  });
}

function unusable(message: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message,
    path: 'url',
  });
}
