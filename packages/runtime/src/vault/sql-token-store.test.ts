import { randomBytes } from 'node:crypto';
import { type TokenStore, tokenStoreConformance } from '@common/connector-core';
import { createVault, environmentKeys, vaultTokenStore } from '@common/connector-core/vault';
import { afterAll, describe, expect, it } from 'vitest';
import type { SqlStore } from '../sql-store.ts';
import { sqlStores } from '../testing/sql-stores.ts';
import { sqlSecretStore } from './sql-secret-store.ts';

const keys = environmentKeys({
  environment: { COMMON_VAULT_KEY: randomBytes(32).toString('hex') },
});

for (const stores of await sqlStores()) {
  describe(`tokens in the vault in ${stores.name}`, () => {
    afterAll(() => stores.close());

    const storeOf = new Map<TokenStore, SqlStore>();
    const open = async (store: SqlStore): Promise<TokenStore> => {
      const vault = createVault({ secrets: sqlSecretStore({ store }), keys });
      const tokens = vaultTokenStore({ vault, tenant: 't' });
      storeOf.set(tokens, store);
      return tokens;
    };
    let first: SqlStore | undefined;
    tokenStoreConformance({
      describe,
      it,
      expect,
      create() {
        first = stores.create();
        return open(first);
      },
      reopen: () => open(stores.another(first as SqlStore)),
      close: async (opened) => {
        for (const tokens of opened) await storeOf.get(tokens)?.close();
      },
    });
  });
}
