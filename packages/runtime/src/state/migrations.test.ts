import { type Kysely, sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { sqlStores } from '../testing/sql-stores.ts';
import { migrate, schemaVersion } from './migrations.ts';

const versions = Array.from({ length: schemaVersion }, (_, index) => index + 1);

for (const stores of await sqlStores()) {
  describe(`state of an earlier version in ${stores.name}`, () => {
    afterAll(() => stores.close());

    it.each(versions)('opens: version %i', async (version) => {
      const store = stores.create();
      const { dialect } = store.database;
      await store.database.transaction(async (db: Kysely<unknown>) => {
        await migrate({ db, dialect }, version);
        await sql`
          insert into sync_link
            (tenant, space, left_key, right_key, left_digest, right_digest, version, deleted, updated_at)
          values ('t', 's', 'l', 'r', 'ld', 'rd', 1, 0, 5)
        `.execute(db);
      });
      const links = await store.transaction((state) =>
        state.links.byKeys({ tenant: 't', space: 's' }, 'left', ['l']),
      );
      expect(links).toMatchObject([
        { leftKey: 'l', rightKey: 'r', leftDigest: 'ld', rightDigest: 'rd', updatedAt: 5 },
      ]);
      const { rows } = await store.database.transaction((db) =>
        sql<{ version: number }>`select version from sync_schema order by version`.execute(db),
      );
      expect(rows.map((row) => row.version)).toEqual(versions);
    });
  });
}
