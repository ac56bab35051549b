import type { IErpConnector } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { crashingProcess } from '../testing/crashing.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type MemoryConnectorOptions, memoryConnector } from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';
import type { SyncOptions } from './sync-options.ts';

function setUp(
  options: { readonly source?: MemoryConnectorOptions; readonly sync?: Partial<SyncOptions> } = {},
) {
  const source = memoryConnector({ id: 'a', pageSize: 10, ...options.source });
  const target = memoryConnector({ id: 'b', capabilities: { maxBatchSize: 50 } });
  const store = memoryStore();
  const clock = fakeClock();
  const flow = (store_ = store, connector: IErpConnector = source.connector) =>
    createSync({
      id: 'flow',
      source: connector,
      target: target.connector,
      entity: 'item',
      store: store_,
      clock,
      random: () => 0.5,
      ...options.sync,
    });
  const fill = (count: number) => {
    for (let number = 0; number < count; number += 1) {
      source.put(`s${String(number).padStart(4, '0')}`, { name: `Item ${number}` });
    }
  };
  const forget = (count: number) => {
    for (const key of [...source.live().keys()].slice(0, count)) source.forget(key);
  };
  return { source, target, store, clock, flow, sync: flow(), fill, forget };
}

const listOnly = { capabilities: { changes: 'none', deletesVisible: false } } as const;

describe('records that vanish from a source that shows no deletions', () => {
  it('are deleted by a run that reads everything', async () => {
    const { source, target, sync, fill } = setUp({ source: listOnly });
    fill(30);
    await sync.run();
    source.forget('s0003');
    source.forget('s0029');
    source.put('s0030', { name: 'new' });
    expect(await sync.run()).toMatchObject({ deleted: 2, inserted: 1, unchanged: 28, withheld: 0 });
    expect(target.live().size).toBe(29);
    expect(await sync.run()).toMatchObject({ deleted: 0, unchanged: 29 });
  });

  it('are found by a full run of a source with changes too, not by an incremental one', async () => {
    const { source, target, sync, fill } = setUp({
      source: { capabilities: { deletesVisible: false } },
    });
    fill(30);
    await sync.run();
    source.forget('s0003');
    expect(await sync.run()).toMatchObject({ deleted: 0 });
    expect(await sync.run({ mode: 'full' })).toMatchObject({ deleted: 1 });
    expect(target.live().size).toBe(29);
  });

  it('are found when the source has forgotten the position of the last run', async () => {
    let isExpired = false;
    const { source, target, sync, fill } = setUp({ source: { expired: () => isExpired } });
    fill(30);
    await sync.run();
    source.forget('s0003');
    source.put('s0004', { name: 'changed' });
    isExpired = true;
    expect(await sync.run()).toMatchObject({ mode: 'full', deleted: 1, updated: 1 });
    isExpired = false;
    source.put('s0005', { name: 'changed' });
    expect(await sync.run()).toMatchObject({ mode: 'incremental', read: 1, updated: 1 });
    expect(target.live().size).toBe(29);
  });

  it('a record that the list only skipped is synced, not deleted', async () => {
    let skipped: string | undefined;
    const { source, target, sync, fill } = setUp({
      source: { ...listOnly, listed: (keys) => keys.filter((key) => key !== skipped) },
    });
    fill(30);
    await sync.run();
    skipped = 's0007';
    source.put('s0007', { name: 'changed meanwhile' });
    expect(await sync.run()).toMatchObject({ deleted: 0, updated: 1 });
    expect([...target.live().values()].map(({ name }) => name)).toContain('changed meanwhile');
  });

  it('one that its changes do not show yet is not gone, though it cannot be asked for', async () => {
    let hidden: string | undefined;
    const { source, target, store, flow, fill } = setUp({
      source: { capabilities: { deletesVisible: false, get: false } },
    });
    // A source with a safety lag shows an edited record later: meanwhile no change of it is told.
    const { connector } = source;
    const lagging: IErpConnector = {
      ...connector,
      async *changes(entity, since) {
        for await (const page of connector.changes(entity, since)) {
          const changes = page.changes.filter(
            (change) => change.op === 'delete' || change.record.source?.key !== hidden,
          );
          yield { ...page, changes };
        }
      },
    };
    const sync = flow(store, lagging);
    fill(30);
    await sync.run();
    hidden = 's0003';
    expect(await sync.run({ mode: 'full' })).toMatchObject({ deleted: 0 });
    expect(target.live().size).toBe(30);
  });

  it('one that cannot be decoded is there', async () => {
    const { sync, target, fill, source } = setUp({
      source: { ...listOnly, undecodable: (key) => key === 's0001' && state.broken },
    });
    const state = { broken: false };
    fill(30);
    await sync.run();
    state.broken = true;
    expect(await sync.run()).toMatchObject({ deleted: 0, failed: 1 });
    expect(target.live().size).toBe(30);
    expect(source.live().size).toBe(30);
  });

  it('are left alone where detection is off, and in a shared identity map', async () => {
    for (const sync of [
      { deletes: { detect: false } },
      { link: { space: 'items', side: 'left' } },
    ] as const) {
      const world = setUp({ source: listOnly, sync });
      world.fill(30);
      await world.sync.run();
      world.source.forget('s0003');
      expect(await world.sync.run()).toMatchObject({ deleted: 0, withheld: 0 });
    }
  });

  it('are found after a kill in the middle, whatever the lives before had seen', async () => {
    for (let deathAt = 1; ; deathAt += 1) {
      const world = setUp({ source: listOnly });
      world.fill(24);
      await world.sync.run();
      world.source.forget('s0001');
      world.source.forget('s0022');
      const life = crashingProcess(deathAt);
      const died = await world
        .flow(life.store(world.store))
        .run()
        .then(
          () => false,
          () => true,
        );
      world.clock.advance(120_000);
      await world.sync.run();
      expect([...world.target.live().keys()]).toHaveLength(22);
      const left = await world.store.transaction((state) =>
        state.checkpoints.get({ tenant: 'default', flow: 'flow' }, 'fullRead/1'),
      );
      expect(left).toBe(undefined);
      if (!died) return;
    }
  });
});

describe('a source that shows too little by error', () => {
  it.each([
    ['an empty list', (keys: readonly string[]) => keys.slice(0, 0)],
    ['a list that is cut off', (keys: readonly string[]) => keys.slice(0, 3)],
  ])('deletes nothing: %s', async (_name, cut) => {
    for (const get of [true, false]) {
      let isBroken = false;
      const { target, sync, fill, source } = setUp({
        source: {
          capabilities: { ...listOnly.capabilities, get },
          listed: (keys) => (isBroken ? cut(keys) : keys),
        },
      });
      fill(12);
      await sync.run();
      isBroken = true;
      source.put('s0000', { name: 'changed' });
      expect(await sync.run()).toMatchObject({ deleted: 0, failed: 0 });
      expect(target.live().size).toBe(12);
      isBroken = false;
      expect(await sync.run()).toMatchObject({ deleted: 0, withheld: 0 });
      expect(target.live().size).toBe(12);
    }
  });

  it('a source that says how many it has, and shows fewer, is not believed', async () => {
    const warnings: string[] = [];
    let isBroken = false;
    const world = setUp({
      source: { capabilities: { ...listOnly.capabilities, get: false } },
      sync: {
        logger: {
          debug() {},
          info() {},
          warn: (message: string) => void warnings.push(message),
          error() {},
        },
      },
    });
    const { connector } = world.source;
    const lossy = {
      ...connector,
      async *list(...read: Parameters<typeof connector.list>) {
        for await (const page of connector.list(...read)) {
          yield isBroken ? { ...page, records: page.records.slice(1) } : page;
        }
      },
    };
    const sync = createSync({
      id: 'lossy',
      source: lossy as typeof connector,
      target: world.target.connector,
      entity: 'item',
      store: world.store,
      logger: { debug() {}, info() {}, warn: (text) => void warnings.push(text), error() {} },
    });
    world.fill(20);
    await sync.run();
    isBroken = true;
    expect(await sync.run()).toMatchObject({ deleted: 0, withheld: 0 });
    expect(warnings.join()).toContain('the source has 20 records and showed 18');
  });
});

describe('more deletions than the flow may make', () => {
  it('are withheld above a number and a share, both; everything else goes on', async () => {
    const { source, target, sync, fill, forget } = setUp({ source: listOnly });
    fill(200);
    await sync.run();
    // Above the number, not above a tenth.
    forget(20);
    expect(await sync.run()).toMatchObject({ deleted: 20, withheld: 0 });
    // Above both.
    forget(19);
    source.put('s9999', { name: 'new' });
    expect(await sync.run()).toMatchObject({ deleted: 0, withheld: 19, inserted: 1, failed: 0 });
    expect(target.live().size).toBe(181);
  });

  it('an approval is a ceiling, and for one run', async () => {
    const { target, sync, fill, forget } = setUp({ source: listOnly });
    fill(200);
    await sync.run();
    forget(50);
    expect(await sync.run()).toMatchObject({ withheld: 50 });
    await sync.approveDeletes({ atMost: 50 });
    forget(1);
    expect(await sync.run()).toMatchObject({ deleted: 0, withheld: 51 });
    // It was for that run.
    expect(await sync.run()).toMatchObject({ withheld: 51 });
    await sync.approveDeletes({ atMost: 51 });
    expect(await sync.run()).toMatchObject({ deleted: 51, withheld: 0 });
    expect(target.live().size).toBe(149);
    forget(51);
    expect(await sync.run()).toMatchObject({ deleted: 0, withheld: 51 });
  });

  it('an approval that is not needed stays for the run that needs it', async () => {
    const { sync, fill, forget } = setUp({ source: listOnly });
    fill(100);
    await sync.run();
    await sync.approveDeletes({ atMost: 100 });
    forget(1);
    expect(await sync.run()).toMatchObject({ deleted: 1 });
    forget(99);
    expect(await sync.run()).toMatchObject({ deleted: 99 });
  });

  it.each(['approved', 'replayed'])(
    'and that wait are not made for records that have come back: %s',
    async (how) => {
      const { source, target, sync, fill } = setUp({
        sync: { deletes: { maxCount: 0, maxShare: 0 } },
      });
      fill(2);
      await sync.run();
      const before = [...target.live().keys()];
      for (const key of ['s0000', 's0001']) source.remove(key);
      expect(await sync.run()).toMatchObject({ withheld: 2 });
      source.put('s0000', { name: 'Item 0, back' });
      if (how === 'approved') await sync.approveDeletes({ atMost: 2 });
      else {
        const letters = await sync.deadLetters.list();
        await sync.deadLetters.replay(letters.map(({ id }) => id));
      }
      await sync.run();
      expect(target.live()).toEqual(new Map([[before[0], { name: 'Item 0, back' }]]));
      expect(await sync.deadLetters.list()).toEqual([]);
    },
  );

  it('that the source reports wait in the dead letters, and are made when they are approved', async () => {
    const { source, target, sync, fill } = setUp();
    fill(100);
    await sync.run();
    for (let number = 0; number < 60; number += 1) {
      source.remove(`s${String(number).padStart(4, '0')}`);
    }
    source.put('s9999', { name: 'new' });
    const report = await sync.run();
    expect(report).toMatchObject({ inserted: 1, failed: 0 });
    expect(report.deleted).toBeLessThanOrEqual(10);
    expect(report.deleted + report.withheld).toBe(60);
    const { withheld } = report;
    expect(await sync.deadLetters.list({ limit: 1 })).toMatchObject([
      { op: 'delete', error: { code: 'ERR_DELETES_WITHHELD', retryable: false } },
    ]);
    // Neither the next run nor a replay of everything makes them.
    expect(await sync.run()).toMatchObject({ deleted: 0 });
    expect(await sync.deadLetters.replay()).toMatchObject({ replayed: 0 });
    await sync.approveDeletes({ atMost: withheld - 1 });
    expect(await sync.run()).toMatchObject({ deleted: 0 });
    await sync.approveDeletes({ atMost: withheld });
    expect(await sync.run()).toMatchObject({ deleted: withheld });
    expect(target.live().size).toBe(41);
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('one of them can be replayed by its id: whoever does that has decided', async () => {
    const { source, target, sync, fill } = setUp({
      sync: { deletes: { maxCount: 0, maxShare: 0 } },
    });
    fill(3);
    await sync.run();
    source.remove('s0001');
    expect(await sync.run()).toMatchObject({ deleted: 0, withheld: 1 });
    const [letter] = await sync.deadLetters.list();
    expect(await sync.deadLetters.replay(letter?.id ?? '')).toMatchObject({ delivered: 1 });
    expect(target.live().size).toBe(2);
  });

  it('refuses numbers that make no sense', async () => {
    const { sync } = setUp();
    await expect(sync.approveDeletes({ atMost: 0 })).rejects.toThrow(/above 0/);
    expect(() => setUp({ sync: { deletes: { maxShare: 10 } } })).toThrow(/between 0 and 1/);
    expect(() => setUp({ sync: { deletes: { maxCount: -1 } } })).toThrow(/from 0 on/);
  });
});

describe('an incremental run between the lives of a full one', () => {
  it('takes nothing for gone that the full run had seen, and the other way round', async () => {
    for (let deathAt = 1; ; deathAt += 1) {
      // Nobody can be asked for a single record: what is missed would be deleted.
      const world = setUp({
        source: { pageSize: 4, capabilities: { get: false, deletesVisible: false } },
        sync: { deletes: { maxCount: 1000 } },
      });
      world.fill(12);
      await world.sync.run();
      const life = crashingProcess(deathAt);
      const died = await world
        .flow(life.store(world.store))
        .run({ mode: 'full' })
        .then(
          () => false,
          () => true,
        );
      world.clock.advance(120_000);
      world.source.put('s0003', { name: 'changed' });
      expect(await world.sync.run()).toMatchObject({ deleted: 0, withheld: 0 });
      expect(await world.sync.run({ mode: 'full' })).toMatchObject({ deleted: 0, withheld: 0 });
      expect(world.target.live().size).toBe(12);
      if (!died) return;
    }
  });
});
