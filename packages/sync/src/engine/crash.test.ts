import type { ChangeDetection, WriteIdempotency } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import type { StateStore } from '../state/state-store.ts';
import { crashingProcess } from '../testing/crashing.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type Item, type MemoryConnector, memoryConnector } from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';

interface World {
  readonly source: MemoryConnector;
  readonly target: MemoryConnector;
  readonly store: StateStore;
  /** One life of the syncing process: it dies at its step `deathAt`, or comes to the end. */
  live(deathAt: number, mode?: 'incremental' | 'full'): Promise<{ died: boolean; steps: number }>;
}

function createWorld(options: {
  readonly idempotency: WriteIdempotency;
  readonly changes: ChangeDetection;
  readonly isLossy?: boolean;
}): World {
  let process = crashingProcess(Number.POSITIVE_INFINITY);
  let writes = 0;
  const crashPoint = () => process.step();
  const source = memoryConnector({
    id: 'a',
    crashPoint,
    pageSize: 3,
    capabilities: { changes: options.changes, deletesVisible: options.changes !== 'none' },
  });
  const target = memoryConnector({
    id: 'b',
    crashPoint,
    capabilities: { idempotency: options.idempotency },
    // Every third answer is lost, half of those after the write.
    fault: () => {
      writes += 1;
      if (options.isLossy !== true || writes % 3 !== 0) return undefined;
      return writes % 2 === 0 ? 'lost' : 'not-sent';
    },
  });
  const store = memoryStore();
  const clock = fakeClock();
  return {
    source,
    target,
    store,
    async live(deathAt, mode = 'incremental') {
      process = crashingProcess(deathAt);
      const sync = createSync({
        id: 'flow',
        source: source.connector,
        target: target.connector,
        entity: 'item',
        store: process.store(store),
        clock,
        random: () => 0.5,
      });
      const { died, error } = await sync.run({ mode }).then(
        () => ({ died: false, error: undefined }),
        (error: unknown) => ({ died: true, error }),
      );
      // Anything but the crash is a defect of the engine.
      if (died && !process.isDead()) throw error;
      clock.advance(120_000);
      return { died, steps: process.steps() };
    },
  };
}

function seed(world: World): void {
  for (let number = 1; number <= 5; number += 1) {
    world.source.put(`s${number}`, { name: `Item ${number}`, quantity: '1.000' });
  }
}

/** Creates, updates, a delete and a delete of something new, over three pages. */
function edit({ source }: World): void {
  source.put('s1', { name: 'Item 1', quantity: '2.000' });
  source.remove('s2');
  source.put('s6', { name: 'Item 6', quantity: '1.000' });
  source.put('s7', { name: 'Item 7', quantity: '1.000' });
  source.put('s3', { name: 'Item 3', quantity: '3.000' });
  source.put('s8', { name: 'Item 8', quantity: '1.000' });
}

const byName = (items: Iterable<Item>) =>
  [...items].map(({ name, quantity }) => `${name}: ${quantity}`).sort();

async function expectBothSidesEqual({ source, target, store }: World): Promise<void> {
  expect(byName(target.live().values())).toEqual(byName(source.live().values()));
  await store.transaction(async (state) => {
    expect(await state.journal.list({ tenant: 'default', flow: 'flow' })).toEqual([]);
    expect(await state.deadLetters.count({ tenant: 'default', flow: 'flow' })).toBe(0);
  });
}

/** What all lives together say that they did. */
async function countsOf({ store }: World) {
  const runs = await store.transaction((state) =>
    state.runs.list({ tenant: 'default', flow: 'flow' }, 100),
  );
  const sum = (name: 'inserted' | 'updated' | 'deleted') =>
    runs.reduce((total, { counts }) => total + counts[name], 0);
  return { inserted: sum('inserted'), updated: sum('updated'), deleted: sum('deleted') };
}

const createdAt = ({ target }: World) =>
  target.log.filter((entry) => entry.startsWith('create')).length;

const kinds = [
  { idempotency: 'native', changes: 'timestamp' },
  { idempotency: 'external-reference', changes: 'timestamp' },
  { idempotency: 'native', changes: 'event' },
  { idempotency: 'external-reference', changes: 'event' },
  { idempotency: 'native', changes: 'timestamp', isLossy: true },
  { idempotency: 'external-reference', changes: 'timestamp', isLossy: true },
  { idempotency: 'external-reference', changes: 'event', isLossy: true },
] as const;

describe('a process that is killed at any step and started again', () => {
  it.each(kinds)('loses and doubles nothing: %j', async (kind) => {
    for (let deathAt = 1; ; deathAt += 1) {
      const world = createWorld(kind);
      seed(world);
      await world.live(Number.POSITIVE_INFINITY);
      edit(world);
      const first = await world.live(deathAt);
      await world.live(Number.POSITIVE_INFINITY);
      await expectBothSidesEqual(world);
      // In the lives before and after, each exactly once: what was made and what was done to it.
      expect(await countsOf(world)).toEqual({ inserted: 8, updated: 2, deleted: 1 });
      if (!first.died) {
        expect(deathAt).toBeGreaterThan(40);
        return;
      }
    }
  });

  it.each(kinds)('and again while it recovers: %j', async (kind) => {
    for (let deathAt = 1; deathAt < 60; deathAt += 1) {
      for (const second of [2, 5, 8, 11, 14, 17, 20]) {
        const world = createWorld(kind);
        seed(world);
        edit(world);
        await world.live(deathAt);
        await world.live(second);
        await world.live(Number.POSITIVE_INFINITY);
        await expectBothSidesEqual(world);
        expect(await countsOf(world)).toMatchObject({ inserted: createdAt(world) });
      }
    }
  });

  it.each(kinds)('although the source changed meanwhile: %j', async (kind) => {
    for (let deathAt = 1; ; deathAt += 1) {
      const world = createWorld(kind);
      seed(world);
      await world.live(Number.POSITIVE_INFINITY);
      edit(world);
      const first = await world.live(deathAt);
      // Back to what it was; another value; gone; gone although it was being created.
      world.source.put('s1', { name: 'Item 1', quantity: '1.000' });
      world.source.put('s6', { name: 'Item 6', quantity: '6.000' });
      world.source.remove('s3');
      world.source.remove('s7');
      await world.live(Number.POSITIVE_INFINITY);
      await expectBothSidesEqual(world);
      if (!first.died) return;
    }
  });

  it.each(['timestamp', 'none'] as const)('in the middle of a full run: %s', async (changes) => {
    for (let deathAt = 1; ; deathAt += 1) {
      const world = createWorld({ idempotency: 'native', changes });
      seed(world);
      const first = await world.live(deathAt, 'full');
      await world.live(Number.POSITIVE_INFINITY, 'full');
      await expectBothSidesEqual(world);
      if (!first.died) return;
    }
  });

  it('doubles nothing at a target that cannot tell, and says which records to look for', async () => {
    for (let deathAt = 1; ; deathAt += 1) {
      const world = createWorld({ idempotency: 'none', changes: 'timestamp' });
      seed(world);
      const first = await world.live(deathAt);
      await world.live(Number.POSITIVE_INFINITY);
      await world.live(Number.POSITIVE_INFINITY, 'full');
      const arrived = byName(world.target.live().values());
      expect(new Set(arrived).size).toBe(arrived.length);
      const letters = await world.store.transaction((state) =>
        state.deadLetters.list({ tenant: 'default', flow: 'flow' }, {}),
      );
      for (const letter of letters) expect(letter.error.code).toBe('ERR_OUTCOME_UNKNOWN');
      const inDoubt = letters.map(({ key }) => `Item ${key.slice(1)}: 1.000`);
      expect(new Set([...arrived, ...inDoubt])).toEqual(
        new Set(byName(world.source.live().values())),
      );
      if (!first.died) return;
    }
  });
});
