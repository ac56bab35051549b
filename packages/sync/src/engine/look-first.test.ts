import { describe, expect, it } from 'vitest';
import { bothWays } from '../presets/both-ways.ts';
import { memoryStore } from '../state/memory-store.ts';
import { endRestore, markRestored } from '../state/restore-mark.ts';
import { crashingProcess } from '../testing/crashing.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import {
  type Item,
  type MemoryConnector,
  type MemoryConnectorOptions,
  memoryConnector,
} from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';
import type { SyncOptions } from './sync-options.ts';

/** A source of seven records and a target; `lose` puts the state of before the first run back. */
function world(
  capabilities: MemoryConnectorOptions['capabilities'],
  options: MemoryConnectorOptions = {},
  more: Partial<SyncOptions> = {},
) {
  const source = memoryConnector({ id: 'source', entity: 'item' });
  const target = memoryConnector({
    id: 'target',
    entity: 'item',
    ...options,
    ...(capabilities && { capabilities }),
  });
  const put = (number: number, name: string) =>
    source.put(`s${number}`, { name, externalReference: `R${number}` } as Item);
  for (let number = 1; number <= 7; number += 1) put(number, `Item ${number}`);
  let store = memoryStore();
  const sync = (again: Partial<SyncOptions> = {}) =>
    createSync({
      id: 'items',
      entity: 'item',
      source: source.connector,
      target: target.connector,
      store,
      clock: fakeClock(),
      ...more,
      ...again,
    });
  return {
    source,
    target,
    put,
    sync,
    store: () => store,
    async lose() {
      store = memoryStore();
      await markRestored({ store });
    },
  };
}

const names = ({ live }: MemoryConnector) => [...live().values()].map(({ name }) => name).sort();
const all = Array.from({ length: 7 }, (_, index) => `Item ${index + 1}`);

describe('after a restore of the state', () => {
  it('what was created since is found by its reference, linked and brought up to date', async () => {
    const { put, target, sync, lose, source } = world({ idempotency: 'external-reference' });
    await sync().run();
    await lose();
    put(2, 'Item 2, changed');
    put(8, 'Item 8');
    expect(await sync().run()).toMatchObject({
      mode: 'full',
      inserted: 1,
      updated: 1,
      unchanged: 6,
    });
    const expected = [...all.with(1, 'Item 2, changed'), 'Item 8'].sort();
    expect(names(target)).toEqual(expected);
    source.remove('s3');
    put(4, 'Item 4, changed');
    expect(await sync().run()).toMatchObject({ mode: 'incremental', deleted: 1, updated: 1 });
  });

  it('it looks until everything was read once, in steps and after failures too', async () => {
    let isDown = false;
    const { target, sync, lose, put } = world(
      { idempotency: 'external-reference' },
      {
        crashPoint: (name) => {
          if (isDown && name === 'target.find') throw new Error('down');
        },
      },
    );
    await sync().run();
    await lose();
    expect(await sync().run({ maxPages: 1 })).toMatchObject({ mode: 'full', hasMore: true });
    isDown = true;
    await expect(sync().run({ maxPages: 1 })).rejects.toThrow();
    isDown = false;
    expect(await sync().run({ maxPages: 1 })).toMatchObject({ mode: 'full', hasMore: true });
    expect(await sync().run()).toMatchObject({ mode: 'full', hasMore: false, inserted: 0 });
    expect(names(target)).toEqual(all);
    put(9, 'Item 9');
    expect(await sync().run()).toMatchObject({ mode: 'incremental', inserted: 1 });
    expect(target.live().size).toBe(8);
  });

  it('a target that cannot tell gets nothing: a person decides, record by record', async () => {
    const { target, sync, lose, put } = world({ idempotency: 'none', findBy: [] });
    await sync().run();
    await lose();
    put(8, 'Item 8');
    expect(await sync().run()).toMatchObject({ inserted: 0, failed: 8 });
    const { deadLetters, run } = sync();
    const letters = await deadLetters.list();
    expect(letters[0]?.error).toMatchObject({ code: 'ERR_OUTCOME_UNKNOWN', retryable: false });
    expect(letters[0]?.error.message).toContain('restored from a backup');
    for (const { id, key } of letters) {
      if (key === 's8') await deadLetters.replay(id);
      else await deadLetters.discard(id, 'is there');
    }
    await run({ mode: 'full' });
    expect(names(target)).toEqual([...all, 'Item 8']);
  });

  it.each(['none', 'native'] as const)(
    'matchBy finds them by a field that no two records share: %s',
    async (idempotency) => {
      const { target, sync, lose, put } = world(
        { idempotency, findBy: ['externalReference'] },
        {},
        { matchBy: 'externalReference' },
      );
      await sync().run();
      await lose();
      put(2, 'Item 2, changed');
      put(8, 'Item 8');
      expect(await sync().run()).toMatchObject({ inserted: 1, updated: 1, failed: 0 });
      expect(names(target)).toEqual([...all.with(1, 'Item 2, changed'), 'Item 8'].sort());
    },
  );

  it('a record that another one is linked to is not taken for it', async () => {
    const { target, sync, lose, source } = world(
      { idempotency: 'none', findBy: ['externalReference'] },
      {},
      { matchBy: 'externalReference' },
    );
    await sync().run();
    await lose();
    source.put('s8', { name: 'Item 8', externalReference: 'R7' } as Item);
    expect(await sync().run()).toMatchObject({ inserted: 0, failed: 1 });
    const [letter] = await sync().deadLetters.list();
    expect(letter?.error.message).toContain('has the same externalReference');
    await sync().deadLetters.replay();
    expect(names(target)).toEqual([...all, 'Item 8']);
  });

  it('a reference that is there twice is asked for until it is not', async () => {
    const { target, sync, lose, store } = world({ idempotency: 'external-reference' });
    await sync().run();
    await lose();
    const twice = target.connector.find?.bind(target.connector);
    let isDouble = true;
    const connector = {
      ...target.connector,
      find: async (...call: Parameters<NonNullable<typeof twice>>) => {
        const found = (await twice?.(...call)) ?? [];
        return isDouble ? [...found, ...found] : found;
      },
    };
    const origin = memoryConnector({ id: 'source', entity: 'item' });
    origin.put('s1', { name: 'Item 1' });
    const again = () =>
      createSync({
        id: 'items',
        entity: 'item',
        source: origin.connector,
        target: connector as typeof target.connector,
        store: store(),
        clock: fakeClock(),
      });
    expect(await again().run()).toMatchObject({ inserted: 0, failed: 1 });
    expect(await again().run({ mode: 'full' })).toMatchObject({ inserted: 0 });
    isDouble = false;
    await again().run({ mode: 'full' });
    expect(await again().deadLetters.list()).toEqual([]);
    expect(target.live().size).toBe(7);
  });

  it('replays and refreshes look first, plans wait for a run', async () => {
    const { target, sync, lose } = world({ idempotency: 'external-reference' });
    await sync().run();
    await lose();
    await sync().refresh(['s1', 's2']);
    expect(target.live().size).toBe(7);
    await expect(sync().plan()).rejects.toMatchObject({ code: 'ERR_PENDING_WRITES' });
    await sync().run();
    expect((await sync().plan({ mode: 'full' })).changes).toEqual([]);
    expect(target.live().size).toBe(7);
  });

  it('it can be ended: then it is created', async () => {
    const { target, sync, lose, store } = world({ idempotency: 'none', findBy: [] });
    await lose();
    await endRestore({ store: store() });
    expect(await sync().run()).toMatchObject({ inserted: 7, failed: 0 });
    expect(target.live().size).toBe(7);
  });
});

describe('a process that dies while it looks, at any step', () => {
  it.each(['external-reference', 'native'] as const)(
    'doubles and loses nothing, and goes on looking: %s',
    async (idempotency) => {
      let deaths = 0;
      for (let deathAt = 1; ; deathAt += 1) {
        let process = crashingProcess(Number.POSITIVE_INFINITY);
        let writes = 0;
        const own = world(
          { idempotency, findBy: ['idempotencyKey', 'externalReference'] },
          {
            crashPoint: () => process.step(),
            // Answers are lost, half of them after the write.
            fault: () => {
              writes += 1;
              return writes % 3 === 0 ? (writes % 2 === 0 ? 'lost' : 'not-sent') : undefined;
            },
          },
          { matchBy: 'externalReference' },
        );
        const clock = fakeClock();
        const run = () => own.sync({ store: process.store(own.store()), clock }).run();
        await run();
        await own.lose();
        own.put(2, 'Item 2, changed');
        own.put(8, 'Item 8');
        process = crashingProcess(deathAt);
        const isDone = await run().then(
          () => true,
          (error: unknown) => {
            if (!process.isDead()) throw error;
            return false;
          },
        );
        process = crashingProcess(Number.POSITIVE_INFINITY);
        clock.advance(120_000);
        await run();
        await run();
        expect(names(own.target)).toEqual([...all.with(1, 'Item 2, changed'), 'Item 8'].sort());
        expect(await own.sync().deadLetters.list()).toEqual([]);
        if (isDone) break;
        deaths += 1;
      }
      expect(deaths).toBeGreaterThan(30);
    },
    30_000,
  );
});

describe('a pair of flows after a restore of their state', () => {
  it.each([
    [['toRight', 'toLeft']],
    [['toLeft', 'toRight']],
    [['toRight', 'toRight', 'toLeft']],
  ] as const)('each finds its own, and creates none of the other’s: %s', async (order) => {
    const left = memoryConnector({ id: 'left', entity: 'item' });
    const right = memoryConnector({ id: 'right', entity: 'item' });
    const store = memoryStore();
    const pair = bothWays({
      id: 'pair',
      left: left.connector,
      right: right.connector,
      entity: 'item',
      compare: ['name'],
      store,
      clock: fakeClock(),
    });
    const flows = { toRight: createSync(pair.toRight), toLeft: createSync(pair.toLeft) };
    await flows.toRight.run();
    await flows.toLeft.run();
    const linksBefore = await store.transaction((state) =>
      state.links.list({ tenant: 'default', space: 'pair' }, { limit: 100 }),
    );
    expect(linksBefore).toEqual([]);
    for (let number = 1; number <= 4; number += 1) {
      left.put(`l${number}`, { name: `Left ${number}` });
      right.put(`r${number}`, { name: `Right ${number}` });
    }
    await flows.toRight.run();
    await flows.toLeft.run();
    // Back to the empty identity map of before.
    await store.transaction(async (state) => {
      const space = { tenant: 'default', space: 'pair' };
      const links = await state.links.list(space, { limit: 100 });
      expect(links).toHaveLength(8);
      await state.links.remove(
        space,
        links.map(({ leftKey }) => leftKey),
      );
    });
    await markRestored({ store });
    left.put('l5', { name: 'Left 5' });
    right.put('r5', { name: 'Right 5' });
    for (const name of [...order, ...order]) await flows[name].run();
    const expected = [1, 2, 3, 4, 5].flatMap((number) => [`Left ${number}`, `Right ${number}`]);
    expect(names(left)).toEqual(expected.sort());
    expect(names(right)).toEqual(expected.sort());
    for (const flow of Object.values(flows)) expect(await flow.deadLetters.list()).toEqual([]);
    for (const flow of Object.values(flows)) {
      expect(await flow.run()).toMatchObject({ mode: 'incremental', inserted: 0, updated: 0 });
    }
  });
});
