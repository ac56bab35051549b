import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { createGovernor, type Governor } from './governor.ts';
import type { Priority } from './governor-lanes.ts';

const second = 1000;

/** Runs many pieces of work, and notes what started when. */
function recorder(governor: Governor, clock: ReturnType<typeof manualClock>, takesMs = 0) {
  const started: { readonly name: string; readonly at: number; readonly waitMs: number }[] = [];
  const call = (name: string, priority: Priority, cost?: number): Promise<void> => {
    const askedAt = clock.now();
    return governor.run(
      async () => {
        started.push({ name, at: clock.now(), waitMs: clock.now() - askedAt });
        if (takesMs > 0) await clock.sleep(takesMs);
      },
      { priority, cost },
    );
  };
  const of = (name: string) => started.filter((start) => start.name === name);
  return { call, of, started };
}

const percentile = (values: number[], share: number): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

describe('interactive work while a backfill of 1,000 waits', () => {
  it('waits little for a place', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock, concurrency: 10 });
    const { call, of } = recorder(governor, clock, second);
    const all = Array.from({ length: 1000 }, () => call('backfill', 'backfill'));
    for (let index = 0; index < 50; index += 1) {
      await clock.advance(second);
      all.push(call('interactive', 'interactive'));
    }
    await clock.runUntil(Promise.all(all));
    expect(
      percentile(
        of('interactive').map(({ waitMs }) => waitMs),
        0.95,
      ),
    ).toBe(0);
    expect(of('backfill')).toHaveLength(1000);
  });

  it('finds a tenth of the rate unused', async () => {
    const clock = manualClock(0);
    const rate = { requests: 100, perMs: 60 * second };
    const { call, of } = recorder(createGovernor({ clock, concurrency: 200, rate }), clock);
    const all = Array.from({ length: 1000 }, () => call('backfill', 'backfill'));
    await clock.advance(second);
    expect(of('backfill')).toHaveLength(90);
    // The tenth would be the turn of backfill.
    for (let index = 0; index < 9; index += 1) all.push(call('interactive', 'interactive'));
    await clock.advance(0);
    expect(of('interactive').map(({ waitMs }) => waitMs)).toEqual(new Array(9).fill(0));
    await clock.runUntil(Promise.all(all));
  });
});

describe('backfill while interactive work never ends', () => {
  it('gets every tenth start, of the places and of the rate', async () => {
    const clock = manualClock(0);
    const rate = { requests: 20, perMs: second };
    const governor = createGovernor({ clock, concurrency: 20, rate });
    const { call, started } = recorder(governor, clock);
    const all: Promise<void>[] = [];
    for (let index = 0; index < 1000; index += 1) {
      all.push(call('interactive', 'interactive'), call('backfill', 'backfill'));
    }
    await clock.advance(20 * second);
    const during = started.filter(({ at }) => at >= second && at < 20 * second);
    const share = during.filter(({ name }) => name === 'backfill').length / during.length;
    expect(share).toBeCloseTo(0.1, 1);
    expect(share).toBeGreaterThan(0.08);
    // And nothing is wasted by it.
    expect(during.length).toBeGreaterThanOrEqual(19 * 20);
    await clock.runUntil(Promise.all(all));
  });

  it('is served in the order in which it came', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock, concurrency: 1 });
    const { call, started } = recorder(governor, clock);
    const names = Array.from({ length: 30 }, (_, index) => `${index}`);
    await Promise.all(names.map((name) => call(name, 'backfill')));
    expect(started.map(({ name }) => name)).toEqual(names);
  });

  it('has the whole of a small limit when nobody else wants it', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({
      clock,
      concurrency: 2,
      rate: { requests: 4, perMs: second },
    });
    const { call, of } = recorder(governor, clock);
    await clock.runUntil(Promise.all(Array.from({ length: 4 }, () => call('b', 'backfill'))));
    expect(of('b').map(({ at }) => at)).toEqual([0, 0, 0, 0]);
  });
});

describe('several limits', () => {
  it('hold at once, weighed by cost', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({
      clock,
      concurrency: 100,
      rate: [
        { requests: 10, perMs: second },
        { requests: 50, perMs: 60 * second },
      ],
    });
    const { call, started } = recorder(governor, clock);
    const all = Array.from({ length: 60 }, () => call('two', 'interactive', 2));
    await clock.runUntil(Promise.all(all));
    const within = (from: number, lengthMs: number): number =>
      started.filter(({ at }) => at >= from && at < from + lengthMs).length * 2;
    for (const { at } of started) {
      expect(within(at, second)).toBeLessThanOrEqual(10);
      expect(within(at, 60 * second)).toBeLessThanOrEqual(50);
    }
    expect(started.at(-1)?.at).toBeLessThan(130 * second);
  });

  it('let something pass that costs more than all there is', async () => {
    const clock = manualClock(0);
    const rate = { requests: 10, perMs: second };
    const { call, of } = recorder(createGovernor({ clock, rate }), clock);
    await clock.runUntil(
      Promise.all([
        call('before', 'backfill', 5),
        call('big', 'backfill', 1000),
        call('after', 'backfill', 2),
      ]),
    );
    expect(of('big')[0]?.at).toBe(second);
    expect(of('after')[0]?.at).toBe(2 * second);
  });
});

describe('bad numbers', () => {
  it.each([
    [{ concurrency: 0 }, 'concurrency of a governor is 0. Give a number of at least 1.'],
    [{ concurrency: Number.NaN }, 'concurrency of a governor is NaN'],
    [{ rate: { requests: 0, perMs: 1000 } }, 'rate.requests of a governor is 0'],
    [{ rate: [{ requests: 1, perMs: -1 }] }, 'rate.perMs of a governor is -1'],
    [{ maxPauseMs: -1 }, 'maxPauseMs of a governor is -1'],
  ])('%j are refused', (options, message) => {
    expect(() => createGovernor(options)).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIGURATION',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('of a cost are refused', async () => {
    const run = createGovernor().run(async () => 1, { cost: -1 });
    await expect(run).rejects.toMatchObject({ code: 'ERR_CONFIGURATION', path: 'cost' });
  });
});

describe('callers that leave', () => {
  it('leave no timer behind, and those after them do not wait for them', async () => {
    const clock = manualClock(0);
    const rate = { requests: 10, perMs: second };
    const governor = createGovernor({ clock, rate, concurrency: 100 });
    const controller = new AbortController();
    const { signal } = controller;
    const all = Array.from({ length: 500 }, (_, index) =>
      governor
        .run(async () => 'ran', { signal, priority: index % 2 === 0 ? 'interactive' : 'backfill' })
        .catch((error: Error) => error.message),
    );
    await clock.advance(10);
    const stays = governor.run(async () => clock.now(), { priority: 'backfill' });
    expect([governor.waiting, clock.sleeping]).toEqual([491, 1]);
    controller.abort(new Error('left'));
    expect(governor.waiting).toBe(1);
    expect(await clock.runUntil(stays)).toBe(second);
    expect((await Promise.all(all)).filter((result) => result === 'left')).toHaveLength(490);
    expect([governor.waiting, governor.running, clock.sleeping]).toEqual([0, 0, 0]);
  });

  it('before they come are refused', async () => {
    const governor = createGovernor();
    const signal = AbortSignal.abort(new Error('left'));
    await expect(governor.run(async () => 1, { signal })).rejects.toThrow('left');
    expect(governor.waiting).toBe(0);
  });

  it('while they run are answered at once', async () => {
    const governor = createGovernor({ concurrency: 1 });
    const controller = new AbortController();
    const run = governor.run(() => new Promise(() => undefined), { signal: controller.signal });
    controller.abort(new Error('left'));
    await expect(run).rejects.toThrow('left');
    await expect(governor.run(async () => 'next')).resolves.toBe('next');
  });
});
