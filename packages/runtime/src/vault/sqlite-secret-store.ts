import { type Clock, ConnectorError, systemClock } from '@common/connector-core';
import type { SecretStore } from '@common/connector-core/vault';
import { processOwner } from '@common/connector-sync';
import { type SqliteStore, sqliteStore } from '../sqlite-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import { withSecretLease } from './secret-lease.ts';
import { secretRows } from './secret-rows.ts';

/** Where the secrets are. */
export interface SqliteSecretStoreOptions {
  /** A file of its own, made with its folder if it is not there. */
  readonly path?: string | undefined;
  /** Shares the file of `sqliteStore({ path })`. */
  readonly store?: SqliteStore | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 up to 1, for jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/**
 * Rows of the vault in a SQLite file, for all processes that share it. The file holds encrypted text,
 * and the names of tenants, connections and secrets in the clear.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` without a path and a store; as `sqliteStore` on first use
 */
export function sqliteSecretStore(options: SqliteSecretStoreOptions): SecretStore {
  const { path, clock = systemClock, random = Math.random } = options;
  if (options.store === undefined && path === undefined) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: 'sqliteSecretStore needs a path, or a store to share the file with.',
    });
  }
  const own =
    options.store === undefined ? sqliteStore({ path: path ?? '', clock, random }) : undefined;
  const store = options.store ?? (own as SqliteStore);
  const owner = processOwner();

  type Rows = ReturnType<typeof secretRows>;
  const within = <Result>(
    work: (rows: Rows) => Promise<Result>,
    readOnly = false,
  ): Promise<Result> =>
    store.transaction(
      // The state of a SQLite store always has its connection.
      (state) => work(secretRows((state as SqlStateTransaction).database)),
      { readOnly },
    );

  return {
    durable: store.durable,
    read: (address) => within((rows) => rows.read(address), true),
    list: (query) => within((rows) => rows.list(query), true),
    keysInUse: () => within((rows) => rows.keysInUse(), true),
    readKeyCheck: (keyId) => within((rows) => rows.readKeyCheck(keyId), true),
    write: (secret, expectedVersion) => within((rows) => rows.write(secret, expectedVersion)),
    remove: (address, which) => within((rows) => rows.remove(address, which)),
    rewrap: (changes) => within((rows) => rows.rewrap(changes)),
    addKeyCheck: (keyId, check) => within((rows) => rows.addKeyCheck(keyId, check)),
    removeKeyCheck: (keyId) => within((rows) => rows.removeKeyCheck(keyId)),
    withLease: (address, work, lease) =>
      withSecretLease({ store, owner, clock, random }, address, work, lease),
    close: async () => own?.close(),
  };
}
