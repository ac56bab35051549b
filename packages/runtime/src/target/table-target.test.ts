import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WriteChange } from '@common/connector-core';
import { createSync, reconcile } from '@common/connector-sync';
import { CompiledQuery } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { SqlStore } from '../sql-store.ts';
import { type Numbered, numberSource } from '../testing/number-source.ts';
import { sqlStores } from '../testing/sql-stores.ts';
import { type TableTarget, tableTarget } from './table-target.ts';

for (const stores of await sqlStores()) {
  const folder = mkdtempSync(join(tmpdir(), 'table-target-'));
  afterAll(async () => {
    await stores.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const json = stores.name === 'SQLite' ? 'record' : 'record::json';
  let store: SqlStore;
  beforeEach(() => {
    store = stores.create();
  });

  const rows = (sql: string) =>
    store.database.transaction(async (db) => (await db.executeQuery(CompiledQuery.raw(sql))).rows);

  function syncTo(target: TableTarget, textOf?: (number: number) => string) {
    const source = numberSource({ count: 1200, pageSize: 500, ...(textOf && { textOf }) });
    const sync = createSync<Numbered, Numbered>({
      id: 'items',
      source,
      target,
      entity: 'item',
      store,
    });
    return { source, sync };
  }

  describe(`a table in ${stores.name} as a target`, () => {
    it('has one row per record, with columns for queries', async () => {
      const target = tableTarget({ table: 'item', store, columns: { label: 'text', none: 'a.b' } });
      const { sync } = syncTo(target);
      expect(await sync.run()).toMatchObject({ read: 1200, inserted: 1200 });
      expect(await target.count()).toBe(1200);
      expect(await rows("select * from item where label = 'Item 7'")).toEqual([
        {
          key: '000007',
          label: 'Item 7',
          none: null,
          record: expect.stringContaining('"text":"Item 7"'),
        },
      ]);
    });

    it('gets a column that is named later, filled from the records that are there', async () => {
      await syncTo(tableTarget({ table: 'item', store })).sync.run();
      const columns = { label: 'text', none: 'no.way' };
      const { sync } = syncTo(tableTarget({ table: 'item', store, columns }));
      expect(await sync.run()).toMatchObject({ inserted: 0, updated: 0 });
      expect(await tableTarget({ table: 'item', store, columns }).count()).toBe(1200);
      expect(await rows("select key, label, none from item where label = 'Item 1199'")).toEqual([
        { key: '001199', label: 'Item 1199', none: null },
      ]);
      expect(await rows('select key from item where label is null')).toEqual([]);
    });

    it('has columns of fields of an element of a list', async () => {
      const columns = { street: 'addresses[1].street', lines: 'addresses' };
      const target = tableTarget({ table: 'customer', store, columns });
      const addresses = [{ street: 'A 1' }, { street: 'B 2' }];
      await target.write(
        'customer',
        [{ op: 'upsert', key: 'c', record: { addresses } as never }],
        {},
      );
      expect(await rows('select street, lines from customer')).toEqual([
        { street: 'B 2', lines: JSON.stringify(addresses) },
      ]);
    });

    it.each(['addresses[kind=billing].city', 'a..b', 'a[0', ''])(
      'refuses the path "%s"',
      (path) => {
        expect(() => tableTarget({ table: 'item', store, columns: { city: path } })).toThrow(
          expect.objectContaining({ code: 'ERR_CONFIGURATION', path: 'columns.city' }),
        );
      },
    );

    it.each(['key', 'Record'])('refuses a second column named %s', (name) => {
      expect(() => tableTarget({ table: 'item', store, columns: { [name]: 'text' } })).toThrow(
        expect.objectContaining({
          code: 'ERR_CONFIGURATION',
          path: `columns.${name}`,
          message: `Every table has a column "${name}" already. Give the column of text another name.`,
        }),
      );
    });

    it('is brought up to date row by row', async () => {
      const target = tableTarget({ table: 'item', store });
      await syncTo(target).sync.run();
      const later = syncTo(target, (number) => (number < 3 ? 'changed' : `Item ${number}`));
      expect(await later.sync.run()).toMatchObject({ updated: 3, unchanged: 1197, inserted: 0 });
      expect(await target.get('item', '000002')).toMatchObject({ text: 'changed' });
      expect(await target.get('item', 'nothing')).toBeUndefined();
    });

    it('loses its row when the record is deleted', async () => {
      const target = tableTarget({ table: 'item', store });
      await target.write('item', [
        { op: 'upsert', key: 'a', record: {} },
        { op: 'upsert', key: 'b', record: {} },
      ]);
      expect(await target.write('item', [{ op: 'delete', key: 'a' }])).toEqual([
        { status: 'deleted', key: 'a' },
      ]);
      expect(await target.count()).toBe(1);
    });

    it('can be compared with its source', async () => {
      const target = tableTarget({ table: 'item', store });
      const { source, sync } = syncTo(target);
      await sync.run();
      await rows("delete from item where key = '000005'");
      await rows(
        `update item set record = '{"number":"000006","text":"other"}' where key = '000006'`,
      );
      const report = await reconcile({
        left: { from: source, entity: 'item' },
        right: { from: target, entity: 'item' },
      });
      expect(report).toMatchObject({ compared: 1199, missing: 1, extra: 0, different: 1 });
      expect(report.details).toEqual([
        { kind: 'missing', leftKey: '000005', rightKey: '000005', fields: [] },
        { kind: 'different', leftKey: '000006', rightKey: '000006', fields: ['text'] },
      ]);
    });

    it('may have a file of its own', async () => {
      const target = tableTarget({ table: 'odd "name"', path: join(folder, 'own.db') });
      expect(await syncTo(target).sync.run()).toMatchObject({ inserted: 1200 });
      expect(await target.count()).toBe(1200);
      await target.close();
    });

    it('in the file of the store has a page exactly when the page is committed', async () => {
      const target = tableTarget({ table: 'item', store });
      let commits = 0;
      const failing = {
        ...store,
        transaction: ((work, options) =>
          store.transaction(async (state) => {
            const result = await work(state);
            const isPage = (await state.checkpoints.get(flow, 'full')) !== undefined;
            if (isPage && options?.readOnly !== true) commits += 1;
            if (commits === 2) throw new Error('the disk is full');
            return result;
          }, options)) as typeof store.transaction,
      };
      const flow = { tenant: 'default', flow: 'items' };
      const source = numberSource({ count: 1200, pageSize: 500 });
      const settings = { id: 'items', source, target, entity: 'item' } as const;
      const sync = createSync({ ...settings, store: failing });
      await expect(sync.run()).rejects.toMatchObject({ message: 'the disk is full' });
      expect(await target.count()).toBe(500);
      expect((await sync.runs())[0]?.counts).toMatchObject({ read: 500, inserted: 500 });

      expect(await createSync({ ...settings, store }).run()).toMatchObject({
        read: 700,
        inserted: 700,
      });
      expect(await target.count()).toBe(1200);
    });

    it('is made in the transaction of its first page, and anew when that is rolled back', async () => {
      const target = tableTarget<Numbered>({ table: 'item', store });
      const write = (key: string, end: () => void) =>
        store.transaction(async (state) => {
          const source = { system: 'numbers', entity: 'item', key };
          const record: Numbered = { source, number: key, text: '' };
          const change = { op: 'upsert', key, record } as const;
          // A page of a transaction that wrote before: the table is there, and not yet to stay.
          await target.writeWithin?.(state, 'item', [change]);
          await target.writeWithin?.(state, 'item', [change]);
          end();
        });
      const fail = () => {
        throw new Error('rolled back');
      };
      await expect(write('a', fail)).rejects.toThrow('rolled back');
      await expect(write('b', fail)).rejects.toThrow('rolled back');
      await write('c', () => {});
      await write('d', () => {});
      expect(await rows('select key from item order by key')).toEqual([{ key: 'c' }, { key: 'd' }]);
    });

    it('applies changes of one row in their order', async () => {
      const target = tableTarget({ table: 'item', store });
      const put = (key: string, text: string): WriteChange<Numbered> => ({
        op: 'upsert',
        key,
        record: { number: key, text },
      });
      await target.write('item', [put('a', '1'), { op: 'delete', key: 'a' }, put('a', '2')]);
      await target.write('item', [put('b', '1'), put('b', '2'), { op: 'delete', key: 'b' }]);
      expect(await rows(`select key, ${json} ->> 'text' as text from item`)).toEqual([
        { key: 'a', text: '2' },
      ]);
    });

    it('answers records of the type that it was made for', async () => {
      const target = tableTarget<Numbered>({ table: 'item', store });
      await syncTo(target).sync.run();
      const record = await target.get('item', '000007');
      expect(record?.number.length).toBe(6);
      const texts: string[] = [];
      for await (const page of target.list('item'))
        texts.push(...page.records.map(({ text }) => text));
      expect(texts).toHaveLength(1200);
    });

    it('needs a place', () => {
      expect(() => tableTarget({ table: 'item' })).toThrow(
        expect.objectContaining({ code: 'ERR_CONFIGURATION' }),
      );
    });
  });
}
