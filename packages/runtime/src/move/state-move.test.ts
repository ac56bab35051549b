import { createSync } from '@common/connector-sync';
import { afterAll, describe, expect, it } from 'vitest';
import type { SqlStore } from '../sql-store.ts';
import { tableTarget } from '../target/table-target.ts';
import { type Numbered, numberSource } from '../testing/number-source.ts';
import { sqliteStores, type TestStores, testPostgres } from '../testing/sql-stores.ts';
import { migrateState } from './migrate-state.ts';
import { reopenState } from './state-move.ts';

const sqlite = sqliteStores();
const postgres = await testPostgres();
afterAll(async () => {
  await sqlite.close();
  await postgres.close();
});

const count = 1200;

function itemsOf(store: SqlStore, tenant = 'acme') {
  return createSync<Numbered, Numbered>({
    id: 'items',
    tenant,
    source: numberSource({ count, pageSize: 400 }),
    target: tableTarget({ store, table: `item_${tenant}` }),
    entity: 'item',
    store,
  });
}

/** Whatever a process does first. */
const look = (store: SqlStore) =>
  store.transaction((state) => state.checkpoints.get({ tenant: 'acme', flow: 'items' }, 'full'), {
    readOnly: true,
  });

const moved = (place: string) =>
  expect.objectContaining({
    code: 'ERR_STORE_MOVED',
    category: 'configuration',
    retryable: false,
    message: expect.stringContaining(`was moved to ${place}`),
  });

const unfinished = expect.objectContaining({
  code: 'ERR_STORE_MOVED',
  message: expect.stringMatching(/not finished.*migrateState/),
});

/** Stores of a process that dies in its nth transaction: what was not committed is not there. */
function dyingAt(transactions: number, stores: { readonly from: SqlStore; readonly to: SqlStore }) {
  let left = transactions;
  const dying = (store: SqlStore): SqlStore => {
    const transaction: SqlStore['database']['transaction'] = (work, options) =>
      store.database.transaction(async (db, lock) => {
        const result = await work(db, lock);
        left -= 1;
        if (left < 0) throw new Error('killed');
        return result;
      }, options);
    return { ...store, database: { ...store.database, transaction } };
  };
  return { from: dying(stores.from), to: dying(stores.to) };
}

const isRefused = (work: Promise<unknown>) =>
  work.then(
    () => false,
    (error: unknown) => {
      expect(error).toEqual(expect.objectContaining({ code: 'ERR_STORE_MOVED' }));
      return true;
    },
  );

const ways: readonly {
  readonly name: string;
  readonly from: TestStores;
  readonly to: TestStores;
}[] = [
  { name: 'SQLite to PostgreSQL', from: sqlite, to: postgres },
  { name: 'PostgreSQL to SQLite', from: postgres, to: sqlite },
];

describe.each(ways)('the place that state was moved from, $name', { timeout: 60_000 }, (way) => {
  async function filled() {
    const from = way.from.create();
    await itemsOf(from).run({ mode: 'full' });
    // A process of its own that runs on.
    const old = way.from.another(from);
    await look(old);
    return { from, old, to: way.to.create() };
  }

  it('refuses a process that still runs there, and says where the state is', async () => {
    const { from, old, to } = await filled();
    await migrateState({ from, to });
    const { place } = to.database;
    await expect(itemsOf(old).run()).rejects.toEqual(moved(place));
    const flow = { tenant: 'acme', flow: 'items' };
    const write = () => old.transaction((state) => state.checkpoints.set(flow, 'full', 'x'));
    await expect(write()).rejects.toEqual(moved(place));
    expect(place).not.toMatch(/password|:\/\//);
  });

  it('refuses a process that is started there, to read too', async () => {
    const { from, to } = await filled();
    await migrateState({ from, to });
    const started = way.from.another(from);
    await expect(look(started)).rejects.toEqual(moved(to.database.place));
    await expect(migrateState({ from, to: way.to.create() })).rejects.toEqual(
      moved(to.database.place),
    );
  });

  it('refuses when the move died in the middle, and so does the new place', async () => {
    const { from, old, to } = await filled();
    const isEnough = new AbortController();
    const onProgress = ({ rows }: { readonly rows: number }) => {
      if (rows >= 1000) isEnough.abort(new Error('enough'));
    };
    const { signal } = isEnough;
    await expect(migrateState({ from, to, signal, onProgress })).rejects.toThrow('enough');
    await expect(itemsOf(old).run()).rejects.toEqual(unfinished);
    await expect(look(way.from.another(from))).rejects.toEqual(unfinished);
    await expect(look(way.to.another(to))).rejects.toEqual(unfinished);
    await migrateState({ from, to });
    await expect(itemsOf(old).run()).rejects.toEqual(moved(to.database.place));
  });

  it('never works in both places, wherever the move dies, and the move can be finished', async () => {
    const { from, old, to } = await filled();
    const hasState = async (store: SqlStore) => (await look(store)) !== undefined;
    for (let transactions = 0; ; transactions += 1) {
      const isDone = await migrateState(dyingAt(transactions, { from, to })).then(
        () => true,
        (error: Error) => {
          expect(error.message).toBe('killed');
          return false;
        },
      );
      const renewed = old.transaction((state) =>
        state.checkpoints.set({ tenant: 'acme', flow: 'other' }, 'full', 'x'),
      );
      const isOldClosed = await isRefused(renewed);
      const isNewClosed = await isRefused(look(way.to.another(to)));
      expect(isOldClosed || isNewClosed || !(await hasState(way.to.another(to)))).toBe(true);
      if (!isDone) continue;
      expect([isOldClosed, isNewClosed]).toEqual([true, false]);
      expect(transactions).toBeGreaterThan(8);
      break;
    }
    expect(await itemsOf(way.to.another(to)).run({ mode: 'full' })).toMatchObject({
      unchanged: count,
    });
  });

  it('can be opened again, by whoever says so', async () => {
    const { from, old, to } = await filled();
    await migrateState({ from, to });
    await reopenState({ store: from });
    expect(await itemsOf(old).run({ mode: 'full' })).toMatchObject({ unchanged: count });
    await expect(look(way.from.another(from))).resolves.toBeUndefined();
  });

  it('refuses the tenant that was moved, and no other', async () => {
    const { from, old, to } = await filled();
    await itemsOf(from, 'other').run({ mode: 'full' });
    await migrateState({ from, to, tenant: 'acme' });
    await expect(itemsOf(old).run()).rejects.toEqual(moved(to.database.place));
    expect(await itemsOf(old, 'other').run({ mode: 'full' })).toMatchObject({ unchanged: count });
    await reopenState({ store: from, tenant: 'acme' });
    expect(await itemsOf(old).run({ mode: 'full' })).toMatchObject({ unchanged: count });
  });

  it('is not closed by a move that never began', async () => {
    const { from, old, to } = await filled();
    await itemsOf(to, 'third').run({ mode: 'full' });
    await expect(migrateState({ from, to })).rejects.toMatchObject({ code: 'ERR_STORE_NOT_EMPTY' });
    expect(await itemsOf(old).run({ mode: 'full' })).toMatchObject({ unchanged: count });
  });
});
