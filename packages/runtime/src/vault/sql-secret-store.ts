import { type Clock, systemClock } from '@common/connector-core';
import type { SecretStore } from '@common/connector-core/vault';
import { processOwner, type TransactionOptions } from '@common/connector-sync';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import { withSecretLease } from './secret-lease.ts';
import { secretRows } from './secret-rows.ts';

/** Options of `sqlSecretStore`. */
export interface SqlSecretStoreOptions {
  readonly store: SqlStore;
  readonly clock?: Clock | undefined;
  /** From 0 up to 1, for jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/**
 * Rows of the vault in a SQL store, for all processes that share it. The database holds encrypted text,
 * and the names of tenants, connections and secrets in the clear. It is closed with its store.
 */
export function sqlSecretStore(options: SqlSecretStoreOptions): SecretStore {
  const { store, clock = systemClock, random = Math.random } = options;
  const owner = processOwner();

  type Rows = ReturnType<typeof secretRows>;
  const within = <Result>(
    work: (rows: Rows) => Promise<Result>,
    options: TransactionOptions,
  ): Promise<Result> =>
    store.transaction(
      // The state of a SQL store always has its connection.
      (state) => work(secretRows((state as SqlStateTransaction).database)),
      options,
    );
  const read = <Result>(work: (rows: Rows) => Promise<Result>) => within(work, { readOnly: true });
  // Whether the answer to a repeated compare-and-set is that of the first cannot be known.
  const change = <Result>(work: (rows: Rows) => Promise<Result>) =>
    within(work, { repeat: 'unless-stored' });

  return {
    durable: store.durable,
    read: (address) => read((rows) => rows.read(address)),
    list: (query) => read((rows) => rows.list(query)),
    keysInUse: () => read((rows) => rows.keysInUse()),
    readKeyCheck: (keyId) => read((rows) => rows.readKeyCheck(keyId)),
    write: (secret, expectedVersion) => change((rows) => rows.write(secret, expectedVersion)),
    remove: (address, which) => change((rows) => rows.remove(address, which)),
    rewrap: (changes) => change((rows) => rows.rewrap(changes)),
    addKeyCheck: (keyId, check) => change((rows) => rows.addKeyCheck(keyId, check)),
    removeKeyCheck: (keyId) => change((rows) => rows.removeKeyCheck(keyId)),
    withLease: (address, work, lease) =>
      withSecretLease({ store, owner, clock, random }, address, work, lease),
    close: async () => undefined,
  };
}
