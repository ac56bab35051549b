import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { crashingProcess } from '../testing/crashing.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import {
  type MemoryConnector,
  type MemoryConnectorOptions,
  memoryConnector,
} from '../testing/memory-connector.ts';
import { createSync, type Sync } from './create-sync.ts';
import type { RunOptions } from './run-flow.ts';
import type { SyncReport } from './sync-report.ts';

function setUp(options: { source?: MemoryConnectorOptions; target?: MemoryConnectorOptions } = {}) {
  let reads = 0;
  const source = memoryConnector({
    id: 'a',
    onRead: () => {
      reads += 1;
    },
    ...options.source,
  });
  const target = memoryConnector({ id: 'b', ...options.target });
  const store = memoryStore();
  const clock = fakeClock();
  const flow = (state = store): Sync =>
    createSync({
      id: 'flow',
      source: source.connector,
      target: target.connector,
      entity: 'item',
      store: state,
      clock,
      random: () => 0.5,
    });
  return { source, target, store, clock, flow, readsOf: () => reads };
}

function fill({ source }: { readonly source: MemoryConnector }, count: number): void {
  for (let number = 1; number <= count; number += 1) {
    source.put(`s${String(number).padStart(3, '0')}`, { name: `Item ${number}` });
  }
}

/** Steps until there is no more, each by a sync of its own, as processes of a workflow engine do. */
async function stepThrough(
  step: (options: RunOptions) => Promise<SyncReport>,
  options: RunOptions = {},
): Promise<readonly SyncReport[]> {
  const reports: SyncReport[] = [];
  for (let steps = 0; steps < 100; steps += 1) {
    const report = await step({ maxPages: 1, ...options });
    reports.push(report);
    if (!report.hasMore) return reports;
  }
  throw new Error('The steps come to no end.');
}

const names = ({ target }: { readonly target: MemoryConnector }) =>
  [...target.live().values()].map(({ name }) => name).sort();
const sum = (reports: readonly SyncReport[], name: 'inserted' | 'deleted' | 'withheld' | 'read') =>
  reports.reduce((total, report) => total + report[name], 0);

describe('a run in steps', () => {
  for (const changes of ['timestamp', 'none', 'event'] as const) {
    it(`does what one run does: changes by ${changes}`, async () => {
      const world = setUp({ source: { capabilities: { changes } } });
      fill(world, 8);
      const reports = await stepThrough((options) => world.flow().run(options));
      expect(reports.map(({ hasMore }) => hasMore)).toEqual([true, true, true, false]);
      expect(reports.map(({ read }) => read)).toEqual([3, 3, 2, 0]);
      expect(names(world)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((number) => `Item ${number}`));
      expect(await world.flow().run()).toMatchObject({ inserted: 0, hasMore: false });
    });
  }

  it('asks for no page that it does not work on', async () => {
    const world = setUp();
    fill(world, 9);
    expect(await world.flow().run({ maxPages: 2 })).toMatchObject({ pages: 2, hasMore: true });
    expect(world.readsOf()).toBe(2);
  });

  it('says that it goes on', async () => {
    const world = setUp();
    fill(world, 4);
    const reports = await stepThrough((options) => world.flow().run(options));
    expect(reports.map(({ resumed }) => resumed)).toEqual([false, true, true]);
  });

  it('may be finished by a run of the usual kind', async () => {
    const world = setUp();
    fill(world, 8);
    await world.flow().run({ maxPages: 1 });
    expect(await world.flow().run()).toMatchObject({ read: 5, hasMore: false, resumed: true });
    expect(await world.flow().run()).toMatchObject({ read: 0, resumed: false });
  });

  it('comes to an end at a source that answers an empty page whenever it is asked', async () => {
    const world = setUp();
    const { connector } = world.source;
    const { changes } = connector;
    let asked = 0;
    connector.changes = async function* (...call: Parameters<typeof changes>) {
      yield* changes(...call);
      asked += 1;
      yield { changes: [], checkpoint: { sequence: 1000 + asked } };
    };
    fill(world, 4);
    const reports = await stepThrough((options) => world.flow().run(options));
    expect(reports).toHaveLength(3);
  });

  it('compares what is linked with all that its steps were shown', async () => {
    const world = setUp({ source: { capabilities: { changes: 'none' } } });
    fill(world, 12);
    await world.flow().run();
    world.source.forget('s002');
    const reports = await stepThrough((options) => world.flow().run(options), { mode: 'full' });
    expect(reports.map(({ deleted }) => deleted)).toEqual([0, 0, 0, 0, 1]);
    expect(world.target.live().size).toBe(11);
  });

  it('all steps together delete no more than one run may', async () => {
    const world = setUp();
    fill(world, 30);
    await world.flow().run();
    for (let number = 1; number <= 12; number += 1) {
      world.source.remove(`s${String(number).padStart(3, '0')}`);
    }
    const reports = await stepThrough((options) => world.flow().run(options));
    expect(sum(reports, 'deleted')).toBeLessThanOrEqual(10);
    expect(sum(reports, 'deleted') + sum(reports, 'withheld')).toBe(12);
  });

  it('an approval holds for all of its steps, and not for the next run', async () => {
    const world = setUp();
    fill(world, 40);
    await world.flow().run();
    const remove = (from: number, to: number) => {
      for (let number = from; number <= to; number += 1) {
        world.source.remove(`s${String(number).padStart(3, '0')}`);
      }
    };
    remove(1, 14);
    await world.flow().approveDeletes({ atMost: 20 });
    const approved = await stepThrough((options) => world.flow().run(options));
    expect(sum(approved, 'deleted')).toBe(14);
    remove(15, 28);
    const next = await stepThrough((options) => world.flow().run(options));
    expect(sum(next, 'withheld')).toBeGreaterThan(0);
  });

  it('tries dead letters once, not with each step', async () => {
    const world = setUp({
      target: {
        fault: (change) =>
          change.op === 'upsert' && 'name' in change.record && change.record.name === 'Item 1'
            ? 'busy'
            : undefined,
      },
    });
    fill(world, 4);
    await world.flow().run();
    const attempts = async () =>
      (await world.flow().deadLetters.list({})).map((letter) => letter.attempts);
    expect(await attempts()).toEqual([1]);
    for (let number = 2; number <= 9; number += 1) {
      world.source.put(`s00${number}`, { name: `changed ${number}` });
    }
    await stepThrough((options) => world.flow().run(options));
    expect(await attempts()).toEqual([2]);
  });

  it('refuses a number of pages that is none', async () => {
    const { flow } = setUp();
    for (const maxPages of [0, -1, 1.5, Number.NaN]) {
      await expect(flow().run({ maxPages })).rejects.toMatchObject({
        code: 'ERR_CONFIGURATION',
        path: 'maxPages',
      });
    }
  });
});

describe('a step that dies', () => {
  it('wherever it dies, and is done again: nothing is lost and nothing doubled', async () => {
    // Deaths are counted over the whole series; each is followed by a step that lives.
    for (let deathAt = 1, isOver = false; !isOver; deathAt += 1) {
      let process = crashingProcess(deathAt);
      const crashPoint = () => process.step();
      const world = setUp({ source: { crashPoint }, target: { crashPoint } });
      fill(world, 7);
      let deaths = 0;
      await stepThrough(async (options) => {
        for (;;) {
          try {
            return await world.flow(process.store(world.store)).run(options);
          } catch (error) {
            if (!process.isDead()) throw error;
            deaths += 1;
            world.clock.advance(120_000);
            process = crashingProcess(Number.POSITIVE_INFINITY);
          }
        }
      });
      isOver = deaths === 0;
      expect(names(world)).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `Item ${number}`));
      expect(world.target.log.filter((entry) => entry.startsWith('create'))).toHaveLength(7);
    }
  });
});
