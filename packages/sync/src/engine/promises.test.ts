import { ConnectorError, type IErpConnector } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import type { StateStore } from '../state/state-store.ts';
import type { SyncTarget } from '../target/sync-target.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type Item, memoryConnector } from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';
import type { SyncOptions } from './sync-options.ts';

// What the README promises, against systems and surroundings that do not keep to the rules.

const item = (number: number): Item => ({ name: `Item ${number}`, quantity: '1.000' });

function setUp(options: {
  readonly source: IErpConnector;
  readonly target?: ReturnType<typeof memoryConnector>;
  readonly sync?: Partial<SyncOptions>;
}) {
  const target = options.target ?? memoryConnector({ id: 'b' });
  const store: StateStore = memoryStore();
  const clock = fakeClock();
  const sync = createSync({
    id: 'flow',
    source: options.source,
    target: target.connector,
    entity: 'item',
    store,
    clock,
    random: () => 0.5,
    ...options.sync,
  });
  return { target, store, clock, sync };
}

/** A source whose pages of changes are given. */
function pagedSource(pages: () => Iterable<{ numbers: readonly number[]; checkpoint: number }>) {
  const { connector } = memoryConnector({ id: 'a' });
  return {
    ...connector,
    async *changes() {
      for (const { numbers, checkpoint } of pages()) {
        yield {
          changes: numbers.map((number) => ({
            op: 'upsert' as const,
            record: { ...item(number), source: { system: 'a', entity: 'item', key: `s${number}` } },
          })),
          checkpoint: { checkpoint },
        };
      }
    },
  } as IErpConnector;
}

describe('a source that goes round in circles', () => {
  it('is stopped with an error that names it; what it gave is synced once', async () => {
    let pages = 0;
    const source = pagedSource(function* () {
      for (;;) {
        pages += 1;
        yield { numbers: [1, 2], checkpoint: 1 };
      }
    });
    const { sync, target } = setUp({ source });
    await expect(sync.run()).rejects.toMatchObject({
      code: 'ERR_PAGINATION_LOOP',
      system: 'a',
      entity: 'item',
    });
    expect(pages).toBeLessThan(20);
    expect(target.log).toEqual(['create b-1', 'create b-2']);
  });

  it('may show a page twice, and a record in many pages', async () => {
    const source = pagedSource(function* () {
      yield { numbers: [1, 2], checkpoint: 1 };
      yield { numbers: [1, 2], checkpoint: 1 };
      for (let page = 2; page < 30; page += 1) yield { numbers: [1, page], checkpoint: page };
    });
    const { sync, target } = setUp({ source });
    expect(await sync.run()).toMatchObject({ inserted: 29, updated: 0, failed: 0 });
    expect(target.live().size).toBe(29);
  });
});

describe('10,000 records that came at one instant', () => {
  it('arrive once each, although the run stops in the middle', async () => {
    const source = memoryConnector({ id: 'a', pageSize: 700 });
    for (let number = 0; number < 10_000; number += 1) {
      source.put(`s${number}`, { ...item(number), note: '2026-01-01T00:00:00Z' });
    }
    const controller = new AbortController();
    const { sync, target } = setUp({
      source: source.connector,
      target: memoryConnector({ id: 'b', capabilities: { maxBatchSize: 100 } }),
      sync: { onProgress: ({ read }) => read > 5000 && controller.abort() },
    });
    await expect(sync.run({ signal: controller.signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    expect(await sync.run()).toMatchObject({ resumed: true, failed: 0 });
    expect(target.live().size).toBe(10_000);
    expect(target.log).toHaveLength(10_000);
  });
});

describe('an acknowledgement that fails', () => {
  it('ends the run after the commit; the page comes again and is only acknowledged', async () => {
    let isDeaf = true;
    const source = memoryConnector({
      id: 'a',
      capabilities: { changes: 'event' },
      crashPoint: (name) => {
        if (isDeaf && name === 'a.acknowledge') {
          throw new ConnectorError({ code: 'ERR_NETWORK', category: 'transient', message: 'no' });
        }
      },
    });
    for (let number = 1; number <= 5; number += 1) source.put(`s${number}`, item(number));
    const { sync, target } = setUp({ source: source.connector });
    await expect(sync.run()).rejects.toMatchObject({ code: 'ERR_NETWORK' });
    expect(target.live().size).toBe(3);
    expect(source.acknowledged).toEqual([]);
    isDeaf = false;
    expect(await sync.run()).toMatchObject({ inserted: 2, unchanged: 3, failed: 0 });
    expect(source.acknowledged).toHaveLength(5);
    expect(target.log).toHaveLength(5);
  });
});

describe('a clock that jumps back', () => {
  it('neither stops a run nor loses or doubles anything', async () => {
    const source = memoryConnector({ id: 'a' });
    for (let number = 1; number <= 9; number += 1) source.put(`s${number}`, item(number));
    const world = setUp({
      source: source.connector,
      sync: { onProgress: () => world.clock.advance(-86_400_000) },
    });
    expect(await world.sync.run()).toMatchObject({ inserted: 9 });
    expect(await world.sync.run()).toMatchObject({ read: 0 });
    expect(await world.sync.run({ mode: 'full' })).toMatchObject({ unchanged: 9 });
    expect(world.target.log).toHaveLength(9);
  });
});

describe('an abort at any moment', () => {
  it.each(['native', 'external-reference'] as const)(
    'leaves what the next run goes on with: %s',
    async (idempotency) => {
      for (let abortAt = 1; ; abortAt += 1) {
        let controller = new AbortController();
        let steps = 0;
        const crashPoint = () => {
          steps += 1;
          if (steps === abortAt) controller.abort();
        };
        const source = memoryConnector({ id: 'a', crashPoint });
        for (let number = 1; number <= 7; number += 1) source.put(`s${number}`, item(number));
        const { sync, store, target } = setUp({
          source: source.connector,
          target: memoryConnector({ id: 'b', crashPoint, capabilities: { idempotency } }),
        });
        await sync.run({ signal: controller.signal }).catch((error: ConnectorError) => {
          expect(error.code).toBe('ERR_ABORTED');
        });
        const wasAborted = controller.signal.aborted;
        controller = new AbortController();
        steps = Number.POSITIVE_INFINITY;
        expect(await sync.run()).toMatchObject({ failed: 0 });
        expect(target.log).toHaveLength(7);
        const runs = await sync.runs();
        expect(runs.reduce((sum, { counts }) => sum + counts.inserted, 0)).toBe(7);
        expect(await store.transaction((state) => state.journal.list(flowKey))).toEqual([]);
        if (!wasAborted) {
          expect(abortAt).toBeGreaterThan(15);
          return;
        }
      }
    },
  );
});

const scope = { tenant: 'default', scope: 'flow:flow' };
const flowKey = { tenant: 'default', flow: 'flow' };

describe('a lease that is lost while a write is under way', () => {
  it('aborts the write, stores nothing, and says why', async () => {
    const source = memoryConnector({ id: 'a' });
    source.put('s1', item(1));
    let wasAborted = false;
    const slow: SyncTarget = {
      idempotency: 'native',
      maxBatchSize: 1,
      async write(_entity, _changes, options) {
        // Somebody else takes over; the heartbeat finds out.
        const now = world.clock.now() + 60_000;
        await world.store.transaction((state) =>
          state.leases.acquire({ ...scope, owner: 'other', now, ttlMs: 60_000 }),
        );
        await new Promise((_, reject) => {
          options?.signal?.addEventListener('abort', () => {
            wasAborted = true;
            reject(new Error('the connection was closed'));
          });
        });
        return [];
      },
    };
    const world = setUp({ source: source.connector, sync: { leaseMs: 30, target: slow } });
    await expect(world.sync.run()).rejects.toMatchObject({ code: 'ERR_LEASE_LOST' });
    expect(wasAborted).toBe(true);
    expect(await world.sync.runs()).toMatchObject([{ status: 'running', counts: { inserted: 0 } }]);
  });
});

describe('a commit that fails', () => {
  it('counts nothing of what it would have stored', async () => {
    const source = memoryConnector({ id: 'a' });
    for (let number = 1; number <= 3; number += 1) source.put(`s${number}`, item(number));
    const store = memoryStore();
    let isFull = true;
    const failing: StateStore = {
      ...store,
      transaction: (work, options) =>
        store.transaction(async (state) => {
          const result = await work(state);
          const links = await state.links.list(
            { tenant: 'default', space: 'flow:flow' },
            { limit: 1 },
          );
          if (isFull && links.length > 0) throw new Error('the disk is full');
          return result;
        }, options),
    };
    const { sync, target } = setUp({ source: source.connector, sync: { store: failing } });
    await expect(sync.run()).rejects.toMatchObject({ message: 'the disk is full' });
    expect(await sync.runs()).toMatchObject([
      { status: 'failed', counts: { read: 0, inserted: 0 } },
    ]);
    isFull = false;
    expect(await sync.run()).toMatchObject({ inserted: 3, unchanged: 3 });
    expect(target.log).toHaveLength(3);
  });
});
