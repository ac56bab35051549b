import { type StateStore, stateStoreConformance } from '@common/connector-sync';
import { afterAll, describe, expect, it } from 'vitest';
import type { SqlStore } from './sql-store.ts';
import { sqlStores } from './testing/sql-stores.ts';

for (const stores of await sqlStores()) {
  describe(`the store in ${stores.name}`, () => {
    afterAll(() => stores.close());

    stateStoreConformance({
      describe,
      it,
      expect,
      create: async () => stores.create(),
      async reopen(store: StateStore) {
        await store.close();
        return stores.another(store as SqlStore);
      },
    });
  });
}
