import { type Link, type StateStore, stateStoreConformance } from '@common/connector-sync';
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

    it('has texts in the order of their code points, whatever language the server speaks', async () => {
      const keys = ['-1', '1', '10', '2', 'A', 'B', '_', 'a', 'b', 'Ä', '€', '😀'];
      await stores.create().transaction(async (state) => {
        await state.links.put(space, [...keys].reverse().map(link));
        const listed = await state.links.list(space, { limit: 100 });
        expect(listed.map(({ leftKey }) => leftKey)).toEqual(keys);
        const behind = await state.links.list(space, { after: 'B', limit: 2 });
        expect(behind.map(({ leftKey }) => leftKey)).toEqual(['_', 'a']);
      });
    });

    it('keeps U+0000, which PostgreSQL has no place for', async () => {
      const key = 'a\u0000b\uFDD0';
      await stores.create().transaction(async (state) => {
        await state.links.put(space, [link(key), link('a')]);
        expect(await state.links.byKeys(space, 'left', [key])).toMatchObject([{ leftKey: key }]);
        await state.checkpoints.set({ tenant: key, flow: key }, key, { text: key });
        expect(await state.checkpoints.get({ tenant: key, flow: key }, key)).toEqual({ text: key });
      });
    });

    it('takes the last of rows with the same key in one call', async () => {
      await stores.create().transaction(async (state) => {
        const some = [1, 2, 3].map((version) => ({ ...link('a'), version }));
        await state.links.put(space, some);
        expect(await state.links.byKeys(space, 'left', ['a'])).toMatchObject([{ version: 3 }]);
      });
    });

    it('takes times as any clock has them', async () => {
      const request = { tenant: 't', scope: 's', owner: 'me', now: 0.25, ttlMs: 0.5 };
      const { lease } = await stores.create().transaction((state) => state.leases.acquire(request));
      expect(lease.expiresAt).toBe(0.75);
    });

    it('shows a reader one moment', async () => {
      const store = stores.create();
      const flow = { tenant: 't', flow: 'f' };
      await store.transaction((state) => state.checkpoints.set(flow, 'full', { n: 1 }));
      const writer = stores.another(store);
      const seen = store.transaction(
        async (state) => {
          const before = await state.checkpoints.get(flow, 'full');
          await write;
          return [before, await state.checkpoints.get(flow, 'full')];
        },
        { readOnly: true },
      );
      // PGlite has one connection: a writer would wait for the reader, and the reader for it.
      const write =
        stores.name === 'PGlite'
          ? Promise.resolve()
          : writer.transaction((state) => state.checkpoints.set(flow, 'full', { n: 2 }));
      expect(await seen).toEqual([{ n: 1 }, { n: 1 }]);
    });

    it('is made once, by all who come first', async () => {
      const store = stores.create();
      const all = [store, ...Array.from({ length: 4 }, () => stores.another(store))];
      const flow = { tenant: 't', flow: 'f' };
      await Promise.all(
        all.map((one, index) =>
          one.transaction((state) => state.checkpoints.set(flow, `${index}`, { index })),
        ),
      );
      expect(await store.transaction((state) => state.checkpoints.get(flow, '4'))).toEqual({
        index: 4,
      });
    });
  });
}

const space = { tenant: 't', space: 's' };

function link(leftKey: string): Link {
  return {
    leftKey,
    rightKey: leftKey,
    leftPart: undefined,
    rightPart: undefined,
    leftDigest: 'l',
    rightDigest: 'r',
    version: 1,
    deleted: false,
    updatedAt: 1,
  };
}
