import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSync, reconcile } from '@common/connector-sync';
import { CompiledQuery } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SqliteStore, sqliteStore } from '../sqlite-store.ts';
import { type Numbered, numberSource } from '../testing/number-source.ts';
import { tableTarget } from './table-target.ts';

let folder: string;
let store: SqliteStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'table-target-'));
  store = sqliteStore({ path: join(folder, 'state.db') });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const rows = (sql: string) =>
  store.database.transaction(async (db) => (await db.executeQuery(CompiledQuery.raw(sql))).rows);

function syncTo(target: ReturnType<typeof tableTarget>, textOf?: (number: number) => string) {
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

describe('a table as a target', () => {
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

  it('needs a place', () => {
    expect(() => tableTarget({ table: 'item' })).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIGURATION' }),
    );
  });
});
