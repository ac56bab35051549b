import type { Checkpoint, IErpConnector } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import {
  type Item,
  type MemoryConnectorOptions,
  memoryConnector,
} from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';
import type { SyncOptions } from './sync-options.ts';
import type { SyncPlan } from './sync-plan.ts';

function setUp(
  options: {
    readonly source?: MemoryConnectorOptions;
    readonly target?: MemoryConnectorOptions;
    readonly sync?: Partial<SyncOptions<Item, Item>>;
  } = {},
) {
  const source = memoryConnector({ id: 'a', ...options.source });
  const target = memoryConnector({ id: 'b', ...options.target });
  const store = memoryStore();
  const sync = createSync<Item, Item>({
    id: 'flow',
    source: source.connector,
    target: target.connector,
    entity: 'item',
    store,
    clock: fakeClock(),
    random: () => 0.5,
    ...options.sync,
  });
  return { source, target, store, sync };
}

const item = (name: string, quantity = '1.000'): Item => ({ name, quantity });
const changes = ({ changes }: SyncPlan) =>
  changes.map(({ action, key, reason }) => `${action} ${key}: ${reason}`).sort();

async function changedWorld(options: Parameters<typeof setUp>[0] = {}) {
  const world = setUp(options);
  for (const key of ['s1', 's2', 's3', 's4']) world.source.put(key, item(key));
  await world.sync.run();
  world.source.put('s1', { name: 's1', note: 'x' });
  world.source.remove('s2');
  world.source.put('s5', item('s5'));
  return world;
}

describe('a plan', () => {
  it('says what would be created, changed field by field and deleted, and why', async () => {
    const { sync } = await changedWorld();
    const plan = await sync.plan();
    expect(changes(plan)).toEqual([
      'create s5: new',
      'delete s2: deleted at the source',
      'update s1: changed',
    ]);
    expect(plan.changes.find(({ key }) => key === 's1')).toMatchObject({
      targetKey: 'b-1',
      fields: [
        { field: 'note', to: 'x' },
        { field: 'quantity', from: '1.000' },
      ],
    });
    expect(plan).toMatchObject({ read: 3, withheld: 0, hasMore: false, failures: [] });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('changes nothing anywhere, and is the same when it is made again', async () => {
    const { source, target, store, sync } = await changedWorld();
    const state = () =>
      store.transaction(async (at) => [
        await at.checkpoints.get({ tenant: 'default', flow: 'flow' }, 'incremental'),
        await at.links.list({ tenant: 'default', space: 'flow:flow' }, { limit: 100 }),
        await at.journal.list({ tenant: 'default', flow: 'flow' }),
        await at.runs.list({ tenant: 'default', flow: 'flow' }, 100),
      ]);
    const before = [await state(), [...target.log], [...source.log]];
    const first = await sync.plan();
    const second = await sync.plan();
    expect([await state(), target.log, source.log]).toEqual(before);
    expect(second.fingerprint).toBe(first.fingerprint);
  });

  it('comes to the same as a run', async () => {
    const planned = await changedWorld();
    const run = await changedWorld();
    await planned.sync.apply(await planned.sync.plan());
    await run.sync.run();
    expect(planned.target.log.sort()).toEqual(run.target.log.sort());
    expect([...planned.target.live().values()]).toEqual([...run.target.live().values()]);
    // And leaves nothing for the next one.
    expect(await planned.sync.run()).toMatchObject({ read: 0, inserted: 0, updated: 0 });
  });

  it('of a full run says what is not at the source any more, and what is withheld', async () => {
    const { source, sync, target } = await changedWorld({
      source: { capabilities: { changes: 'none', deletesVisible: false } },
    });
    const plan = await sync.plan({ mode: 'full' });
    expect(changes(plan)).toEqual([
      'create s5: new',
      'delete s2: not at the source any more',
      'update s1: changed',
    ]);
    expect(plan.unchanged).toBe(2);
    expect(await sync.apply(plan)).toMatchObject({ inserted: 1, updated: 1, deleted: 1, read: 5 });
    expect(target.live().size).toBe(4);
    for (const key of ['s1', 's3', 's4', 's5']) source.forget(key);
    expect(await sync.plan({ mode: 'full' })).toMatchObject({ changes: [], withheld: 4 });
  });

  it('names records that would fail', async () => {
    const { source, sync } = setUp({ source: { undecodable: (key) => key === 's1' } });
    source.put('s1', item('s1'));
    const plan = await sync.plan();
    expect(plan.failures).toMatchObject([{ key: 's1', stage: 'decode', code: 'ERR_MAPPING' }]);
    expect(await sync.apply(plan)).toMatchObject({ failed: 1 });
  });

  it('a record that comes twice is planned once, as it was last', async () => {
    const { source, sync, target } = setUp({ source: { capabilities: { changes: 'timestamp' } } });
    for (let number = 0; number < 8; number += 1) source.put(`s${number}`, item(`s${number}`));
    const { connector } = source;
    const twice = createSync<Item, Item>({
      id: 'twice',
      source: {
        ...connector,
        async *changes(...read: Parameters<NonNullable<typeof connector.changes>>) {
          for await (const page of connector.changes!(...read)) {
            yield page;
            yield { ...page, changes: [...page.changes].reverse() };
          }
        },
      } as typeof connector,
      target: target.connector,
      entity: 'item',
      store: memoryStore(),
    });
    const plan = await twice.plan();
    expect(plan.changes).toHaveLength(8);
    expect(await twice.apply(plan)).toMatchObject({ inserted: 8 });
    expect(target.live().size).toBe(8);
    expect((await sync.plan()).changes).toHaveLength(8);
  });

  it('ends behind so many records, and the next one goes on there', async () => {
    const { source, sync, target } = setUp({
      source: { capabilities: { changes: 'none', deletesVisible: false } },
    });
    for (let number = 0; number < 9; number += 1) source.put(`s${number}`, item(`s${number}`));
    const sizes: number[] = [];
    for (let hasMore = true; hasMore; ) {
      const plan = await sync.plan({ mode: 'full', atMost: 3 });
      sizes.push(plan.changes.length);
      hasMore = plan.hasMore;
      await sync.apply(plan);
    }
    expect(sizes).toEqual([3, 3, 3]);
    expect(target.live().size).toBe(9);
    expect(await sync.run()).toMatchObject({ unchanged: 9, inserted: 0, resumed: false });
  });

  it('of a queue is applied, and then acknowledged', async () => {
    const { source, sync } = setUp({ source: { capabilities: { changes: 'event' } } });
    source.put('s1', item('s1'));
    const plan = await sync.plan();
    expect(source.acknowledged).toEqual([]);
    expect(await sync.apply(plan)).toMatchObject({ inserted: 1 });
    expect(source.acknowledged).toEqual(['s1']);
  });

  it('is applied although the position of the source moves with every search, as those of vendors do', async () => {
    const source = memoryConnector({ id: 'a' });
    let now = 0;
    async function* changes(entity: string, since: Checkpoint | undefined) {
      for await (const page of source.connector.changes(entity, since)) {
        now += 1;
        yield { ...page, checkpoint: { ...page.checkpoint, searchedAt: now } };
      }
    }
    const { sync, target } = setUp({
      sync: { source: { ...source.connector, changes } as IErpConnector },
    });
    source.put('s1', item('one'));
    expect(await sync.apply(await sync.plan())).toMatchObject({ inserted: 1 });
    source.put('s1', item('two'));
    expect(await sync.apply(await sync.plan())).toMatchObject({ updated: 1 });
    expect([...target.live().values()]).toMatchObject([{ name: 'two' }]);
    expect(await sync.run()).toMatchObject({ read: 0 });
  });

  it('clears the dead letter of a record that is gone, as a run does', async () => {
    const { source, sync } = setUp({ target: { fault: () => 'rejected' } });
    source.put('s1', item('s1'));
    await sync.run();
    source.remove('s1');
    await sync.apply(await sync.plan());
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('counts what is unchanged once, in a record of which a part has changed too', async () => {
    const lines = (...quantities: string[]) =>
      quantities.map((quantity, index) => ({ lineNumber: `${index}`, quantity }));
    const { source, sync } = setUp({
      sync: {
        mapping: {
          map: (order) =>
            (order.lines ?? []).map((line) => ({
              key: `${order.source?.key}/${line.lineNumber}`,
              part: { name: order.name, lines: [line] } as Item,
              record: { name: order.name, quantity: line.quantity },
            })),
        },
      },
    });
    source.put('s1', { name: 's1', lines: lines('1', '1', '1') });
    await sync.run();
    source.put('s1', { name: 's1', lines: lines('1', '1', '2') });
    const plan = await sync.plan();
    expect(plan).toMatchObject({ read: 1, unchanged: 2 });
    expect(await sync.apply(plan)).toMatchObject({ read: 1, unchanged: 2, updated: 1 });
  });

  it('of a queue is a page, and says that there may be more', async () => {
    const { source, sync, target } = setUp({ source: { capabilities: { changes: 'event' } } });
    for (let number = 0; number < 7; number += 1) source.put(`s${number}`, item(`s${number}`));
    for (let hasMore = true; hasMore; ) {
      const plan = await sync.plan();
      await sync.apply(plan);
      hasMore = plan.hasMore;
    }
    expect(target.live().size).toBe(7);
  });
});

describe('a plan that is stale is refused, and nothing is written', () => {
  const refused = async (
    move: (world: Awaited<ReturnType<typeof changedWorld>>) => Promise<unknown> | unknown,
    options: Parameters<typeof setUp>[0] = {},
  ) => {
    const world = await changedWorld(options);
    const plan = await world.sync.plan();
    await move(world);
    const written = world.target.log.length;
    await expect(world.sync.apply(plan)).rejects.toMatchObject({ code: 'ERR_PLAN_STALE' });
    expect(world.target.log.length).toBe(written);
  };

  it('the source has moved on', () => refused(({ source }) => source.put('s1', item('other'))));
  it('the source has other values of a record that is to be created', () =>
    refused(({ source }) => source.put('s5', item('s5', '2.000')), {
      source: { capabilities: { changes: 'none', deletesVisible: false } },
    }));
  it('the source has another record', () => refused(({ source }) => source.put('s9', item('9'))));
  it('the target has moved on', () => refused(({ target }) => target.put('b-1', item('theirs'))));
  it('a run was made meanwhile', () => refused(({ sync }) => sync.run()));
  it('it was applied already', () => refused(async ({ sync }) => sync.apply(await sync.plan())));
  it('it was altered', async () => {
    const world = await changedWorld();
    const plan = await world.sync.plan();
    await expect(world.sync.apply({ ...plan, selection: { mode: 'full' } })).rejects.toMatchObject({
      code: 'ERR_PLAN_STALE',
    });
  });

  it('a plan of another flow is refused too', async () => {
    const world = await changedWorld();
    const plan = await world.sync.plan();
    await expect(world.sync.apply({ ...plan, flow: 'other' })).rejects.toThrow(
      /of the flow "other"/,
    );
  });
});

describe('a plan of chosen records', () => {
  it('compares them with the target as it is, whatever the state says', async () => {
    const { source, target, sync } = setUp();
    for (const key of ['s1', 's2', 's3']) source.put(key, item(key));
    await sync.run();
    target.put('b-1', { ...item('s1'), name: 'drifted' });
    target.forget('b-2');
    expect((await sync.plan({ mode: 'full' })).changes).toEqual([]);
    const plan = await sync.plan({ keys: ['s1', 's2', 's3'] });
    expect(changes(plan)).toEqual(['create s2: missing at the target', 'update s1: repair']);
    expect(plan.changes.find(({ key }) => key === 's1')?.fields).toEqual([
      { field: 'name', from: 'drifted', to: 's1' },
    ]);
    expect(await sync.apply(plan)).toMatchObject({ updated: 1, inserted: 1, unchanged: 1 });
    expect([...target.live().values()].map(({ name }) => name).sort()).toEqual(['s1', 's2', 's3']);
  });
});
