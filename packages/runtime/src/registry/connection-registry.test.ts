import { afterAll, describe } from 'vitest';
import { sqliteStore } from '../sqlite-store.ts';
import { registrySuite } from '../testing/registry/registry-suite.ts';
import { sqlStores } from '../testing/sql-stores.ts';

describe('the connection registry in memory', () => {
  registrySuite(async () => sqliteStore({ path: ':memory:' }));
});

for (const stores of await sqlStores()) {
  describe(`the connection registry in ${stores.name}`, () => {
    afterAll(() => stores.close());
    registrySuite(async () => stores.create());
  });
}
