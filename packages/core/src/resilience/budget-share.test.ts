import { describe, expect, it } from 'vitest';
import { type ManualClock, manualClock } from '../clock/manual-clock.ts';
import type { Logger } from '../contract/logger.ts';
import type { BudgetState, BudgetStore } from './budget.ts';
import { memoryBudgetStore } from './budget-memory.ts';
import { createGovernor, type Governor } from './governor.ts';
import type { GovernorOptions } from './governor-options.ts';

const second = 1000;

/** Always the same numbers that look like chance. */
function dice(): () => number {
  let seed = 1;
  return () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
}

/** Several processes over one store, each with work that is never done. */
function processes(
  clock: ManualClock,
  count: number,
  options: GovernorOptions & { readonly store?: BudgetStore },
) {
  const { store = memoryBudgetStore(), ...others } = options;
  const starts: { readonly at: number; readonly worker: number }[] = [];
  const random = dice();
  const governors = Array.from({ length: count }, (_, index) =>
    createGovernor({
      clock,
      random,
      concurrency: 1000,
      ...others,
      shared: { store, name: 'vendor:1', worker: `worker ${index}` },
    }),
  );
  const call = (worker: number, takesMs = 0): Promise<void> =>
    (governors[worker] as Governor).run(async () => {
      starts.push({ at: clock.now(), worker });
      if (takesMs > 0) await clock.sleep(takesMs);
    });
  const callAll = (each: number, takesMs = 0): Promise<void>[] =>
    governors.flatMap((_, worker) => Array.from({ length: each }, () => call(worker, takesMs)));
  return { governors, starts, call, callAll };
}

describe('a budget beside another', () => {
  it('is one for the connectors that have the governor, and leaves the other alone', async () => {
    const clock = manualClock();
    const governor = createGovernor({ clock, rate: { requests: 5, perMs: second } });
    const beside = () => governor.beside?.('batches', { requests: 2, perMs: second });
    expect(beside()).toBe(beside());
    const started: string[] = [];
    const work = (name: string) => async () => void started.push(name);
    for (let n = 0; n < 5; n += 1) {
      void beside()?.run(work('batch'));
      void governor.run(work('other'));
    }
    const count = (name: string) => started.filter((one) => one === name).length;
    await clock.advance(0);
    expect([count('batch'), count('other')]).toEqual([2, 5]);
    await clock.advance(second);
    expect(count('batch')).toBe(4);
  });

  it('is shared with the processes that share the other', async () => {
    const clock = manualClock();
    const { governors } = processes(clock, 3, { rate: { requests: 500, perMs: second } });
    const starts: number[] = [];
    for (const governor of governors) {
      const batches = governor.beside?.('batches', { requests: 42, perMs: 60 * second });
      for (let n = 0; n < 200; n += 1) void batches?.run(async () => void starts.push(clock.now()));
    }
    for (let at = 0; at < 300; at += 1) await clock.advance(second);
    const most = Math.max(
      ...starts.map((from) => starts.filter((at) => at >= from && at < from + 60 * second).length),
    );
    expect(most).toBeLessThanOrEqual(42);
    expect(starts.length).toBeGreaterThan(150);
  });
});

/** A store that counts its round trips, and fails when told to. */
function watchedStore() {
  const store = memoryBudgetStore();
  const watched = {
    trips: 0,
    isDown: false,
    update: (async (budget, change) => {
      watched.trips += 1;
      if (watched.isDown) throw new Error('the disk is full');
      return store.update(budget, change);
    }) as BudgetStore['update'],
  };
  return watched;
}

describe('workers that share a budget', () => {
  it('keep every limit together, in each stretch of time, and use most of it', async () => {
    const clock = manualClock(0);
    const rate = [
      { requests: 10, perMs: second },
      { requests: 300, perMs: 60 * second },
    ];
    const { starts, callAll } = processes(clock, 4, { rate });
    const all = callAll(150);
    await clock.runUntil(Promise.all(all));
    for (const { at } of starts) {
      const within = (lengthMs: number) =>
        starts.filter((start) => start.at >= at && start.at < at + lengthMs).length;
      expect(within(second)).toBeLessThanOrEqual(10);
      expect(within(60 * second)).toBeLessThanOrEqual(300);
    }
    const inFirst30 = starts.filter(({ at }) => at < 30 * second).length;
    expect(inFirst30).toBeGreaterThan(0.8 * 300);
    expect(starts.at(-1)?.at).toBeLessThan(130 * second);
  });

  it.each([
    ['second', { requests: 10, perMs: second }],
    ['minute', { requests: 300, perMs: 60 * second }],
  ])('get about the same each of a limit per %s', async (_, rate) => {
    const clock = manualClock(0);
    const { starts, callAll } = processes(clock, 4, { rate });
    // The first that comes may take all that is there, once.
    void Promise.all(callAll(1000));
    await clock.advance(60 * second);
    starts.length = 0;
    await clock.advance(180 * second);
    for (let worker = 0; worker < 4; worker += 1) {
      const share = starts.filter((start) => start.worker === worker).length / starts.length;
      expect(share).toBeGreaterThan(0.15);
      expect(share).toBeLessThan(0.35);
    }
  });

  it('take in chunks: few round trips for many requests', async () => {
    const clock = manualClock(0);
    const store = watchedStore();
    const { callAll } = processes(clock, 1, { rate: { requests: 6000, perMs: 300_000 }, store });
    await clock.runUntil(Promise.all(callAll(5000)));
    expect(store.trips).toBeLessThan(50);
  });

  it('ask about every two seconds while they have work that no rate limits', async () => {
    const clock = manualClock(0);
    const store = watchedStore();
    const { call } = processes(clock, 1, { store });
    for (let index = 0; index < 600; index += 1) {
      void call(0);
      await clock.advance(100);
    }
    expect(store.trips).toBeLessThan(60);
  });

  it('ask for nothing and sleep for nothing while they have no work', async () => {
    const clock = manualClock(0);
    const store = watchedStore();
    const { callAll } = processes(clock, 2, { rate: { requests: 10, perMs: second }, store });
    await clock.runUntil(Promise.all(callAll(10)));
    const { trips } = store;
    await clock.advance(60 * second);
    expect([store.trips - trips, clock.sleeping]).toEqual([0, 0]);
  });

  it('divide the places, and the share of one that died goes to the others', async () => {
    const clock = manualClock(0);
    const { governors, call, callAll } = processes(clock, 4, { concurrency: 10 });
    await clock.runUntil(Promise.all(callAll(1)));
    await clock.advance(2 * second);
    const all = callAll(20, 3 * second);
    await clock.advance(0);
    const running = () => governors.map((governor) => governor.running);
    expect(running().reduce((sum, count) => sum + count)).toBe(10);
    expect(Math.min(...running())).toBe(2);
    await clock.runUntil(Promise.all(all));
    // From here on only one is alive.
    await clock.advance(11 * second);
    await call(0);
    expect(governors[0]?.state?.()).toMatchObject({ workers: 1, concurrency: 10 });
  });

  it('do not lose what one that died had taken, for longer than the window', async () => {
    const clock = manualClock(0);
    const store = memoryBudgetStore();
    const rate = { requests: 10, perMs: 10 * second };
    const first = processes(clock, 1, { rate, store });
    await clock.runUntil(Promise.all(first.callAll(10)));
    const { call, starts } = processes(clock, 1, { rate, store });
    await clock.runUntil(call(0));
    expect(starts[0]?.at).toBeGreaterThanOrEqual(10 * second);
    expect(starts[0]?.at).toBeLessThan(13 * second);
  });

  it('pause together', async () => {
    const clock = manualClock(0);
    const { governors, call, starts } = processes(clock, 2, {});
    governors[0]?.observe({ status: 429, retryAfterMs: 5000, latencyMs: 1, repeated: false });
    await clock.runUntil(call(1));
    expect(starts).toEqual([{ at: 5000, worker: 1 }]);
  });

  it('begin to learn a rate with a part of the usual floor', async () => {
    const clock = manualClock(0);
    const { governors, callAll } = processes(clock, 4, {});
    await clock.runUntil(Promise.all(callAll(1)));
    await clock.advance(3 * second);
    await clock.runUntil(Promise.all(callAll(1)));
    await clock.advance(3 * second);
    for (const governor of governors) {
      for (let index = 0; index < 3; index += 1) {
        governor.observe({ status: 429, latencyMs: 1, repeated: false });
      }
      expect(governor.state?.()).toMatchObject({ workers: 4, ratePerSecond: 1.25 });
    }
  });

  it('hoard nothing after a burst', async () => {
    const clock = manualClock(0);
    const store = memoryBudgetStore();
    const { call, callAll } = processes(clock, 1, {
      rate: { requests: 6000, perMs: 300 * second },
      store,
    });
    await clock.runUntil(Promise.all(callAll(2000)));
    for (let index = 0; index < 10; index += 1) {
      await clock.advance(3 * second);
      await clock.runUntil(call(0));
    }
    const handedOut = await store.update('vendor:1', (state) => ({
      state: state as BudgetState,
      result: Object.values(state?.spent['300000'] ?? {}).reduce((sum, cost) => sum + cost, 0),
    }));
    expect(handedOut).toBeLessThan(2_010 + 20);
  });

  it('believe no pause that is longer than their own longest', async () => {
    const clock = manualClock(0);
    const store = memoryBudgetStore();
    const first = processes(clock, 1, { store });
    first.governors[0]?.observe({
      status: 429,
      retryAfterMs: 50_000,
      latencyMs: 1,
      repeated: false,
    });
    const { call, starts } = processes(clock, 1, { store, maxPauseMs: 5_000 });
    void call(0);
    await clock.advance(70 * second);
    expect(starts[0]?.at).toBe(5_000);
  });

  it('count what is sent again', async () => {
    const clock = manualClock(0);
    const { governors, call, starts } = processes(clock, 2, {
      rate: { requests: 10, perMs: second },
    });
    await clock.runUntil(call(0));
    for (let index = 0; index < 5; index += 1) {
      governors[0]?.observe({ latencyMs: 1, repeated: true });
    }
    await clock.runUntil(Promise.all([call(0), ...Array.from({ length: 9 }, () => call(1))]));
    expect(starts.filter(({ at }) => at < second).length).toBeLessThanOrEqual(5);
  });

  it('keep a tenth for interactive work', async () => {
    const clock = manualClock(0);
    const rate = { requests: 100, perMs: 60 * second };
    const { governors, call, starts } = processes(clock, 2, { rate });
    const all = governors.flatMap((governor) =>
      Array.from({ length: 200 }, () => governor.run(async () => 1, { priority: 'backfill' })),
    );
    await clock.advance(10 * second);
    void call(0);
    await clock.advance(second);
    expect(starts).toEqual([{ at: 10 * second, worker: 0 }]);
    await clock.runUntil(Promise.all(all));
  });

  it('keep to their share when the store is down, tell it once, and share again afterwards', async () => {
    const clock = manualClock(0);
    const store = watchedStore();
    const warnings: string[] = [];
    const log = (): void => undefined;
    const logger: Logger = { debug: log, info: log, error: log, warn: (m) => warnings.push(m) };
    const { starts, callAll, call } = processes(clock, 2, {
      rate: { requests: 20, perMs: second },
      store,
      logger,
    });
    await clock.runUntil(Promise.all(callAll(1)));
    await clock.advance(5 * second);
    await clock.runUntil(Promise.all([call(0), call(1)]));
    store.isDown = true;
    const from = clock.now() + second;
    const all = callAll(200);
    await clock.advance(6 * second);
    const during = starts.filter(({ at }) => at >= from && at < from + 5 * second).length;
    expect(during).toBeGreaterThan(60);
    expect(during).toBeLessThanOrEqual(130);
    expect(warnings).toHaveLength(2);
    store.isDown = false;
    await clock.runUntil(Promise.all(all));
    expect(warnings).toHaveLength(2);
  });
});
