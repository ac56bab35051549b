import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { createGovernor } from './governor.ts';

/** Work that ends when it is told to. */
function task() {
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { work: () => done, finish };
}

describe('concurrency', () => {
  it('is never exceeded, and a place that gets free is used', async () => {
    const clock = manualClock();
    const governor = createGovernor({ concurrency: 2, clock });
    const tasks = [task(), task(), task()];
    const runs = tasks.map(({ work }) => governor.run(work));
    await clock.advance(0);
    expect([governor.running, governor.waiting]).toEqual([2, 1]);
    tasks[0]?.finish();
    await clock.advance(0);
    expect([governor.running, governor.waiting]).toEqual([2, 0]);
    for (const { finish } of tasks) finish();
    await Promise.all(runs);
    await clock.advance(0);
    expect(governor.running).toBe(0);
  });

  it('is given back by work that fails', async () => {
    const governor = createGovernor({ concurrency: 1, clock: manualClock() });
    await expect(governor.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(governor.run(async () => 'yes')).resolves.toBe('yes');
  });

  it('lets interactive work go before backfill', async () => {
    const governor = createGovernor({ concurrency: 1, clock: manualClock() });
    const order: string[] = [];
    const run = (name: string, priority: 'interactive' | 'backfill') =>
      governor.run(
        async () => {
          order.push(name);
        },
        { priority },
      );
    await Promise.all([
      run('first', 'backfill'),
      run('backfill 1', 'backfill'),
      run('backfill 2', 'backfill'),
      run('interactive', 'interactive'),
    ]);
    expect(order).toEqual(['first', 'interactive', 'backfill 1', 'backfill 2']);
  });
});

describe('a caller that aborts while it waits', () => {
  it('leaves at once, never runs, and blocks nobody', async () => {
    const clock = manualClock();
    const governor = createGovernor({ concurrency: 1, clock });
    const { work, finish } = task();
    const running = governor.run(work);
    const controller = new AbortController();
    let ran = false;
    const waiting = governor.run(
      async () => {
        ran = true;
      },
      { signal: controller.signal },
    );
    await clock.advance(0);
    controller.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    expect(governor.waiting).toBe(0);
    finish();
    await running;
    await clock.advance(0);
    expect(ran).toBe(false);
  });

  it('leaves no timer behind', async () => {
    const clock = manualClock();
    const governor = createGovernor({ clock });
    governor.observe({ status: 429, retryAfterMs: 30_000, latencyMs: 1, repeated: false });
    const controller = new AbortController();
    const waiting = governor.run(async () => 1, { signal: controller.signal });
    await clock.advance(1);
    expect(clock.sleeping).toBe(1);
    controller.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    expect(clock.sleeping).toBe(0);
  });
});

describe('rate', () => {
  it('holds in every stretch of time, not only between full seconds', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({
      concurrency: 100,
      rate: { requests: 5, perMs: 1000 },
      clock,
    });
    const starts: number[] = [];
    const all: Promise<void>[] = [];
    const call = () =>
      all.push(
        governor.run(async () => {
          starts.push(clock.now());
        }),
      );
    for (let index = 0; index < 3; index += 1) call();
    await clock.advance(900);
    for (let index = 0; index < 20; index += 1) call();
    await clock.runUntil(Promise.all(all));
    expect(starts).toHaveLength(23);
    for (const start of starts) {
      expect(starts.filter((at) => at >= start && at < start + 1000).length).toBeLessThanOrEqual(5);
    }
    // Nothing is wasted either: 23 starts at 5 a second.
    expect(starts.at(-1)).toBeLessThanOrEqual(5000);
  });

  it('forgets nothing too early of starts that lie close together', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ rate: { requests: 2, perMs: 1000 }, clock });
    const starts: number[] = [];
    const call = () => governor.run(async () => void starts.push(clock.now()));
    void call();
    await clock.advance(5);
    void call();
    await clock.runUntil(Promise.all([call(), call()]));
    for (const start of starts) {
      expect(starts.filter((at) => at >= start && at < start + 1000).length).toBeLessThanOrEqual(2);
    }
    expect(starts).toEqual([0, 5, 1005, 1005]);
  });

  it('counts repetitions, too', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ rate: { requests: 2, perMs: 1000 }, clock });
    await governor.run(async () => governor.observe({ latencyMs: 1, repeated: true }));
    let startedAt = -1;
    await clock.runUntil(
      governor.run(async () => {
        startedAt = clock.now();
      }),
    );
    expect(startedAt).toBe(1000);
  });
});

describe('Retry-After', () => {
  const pauseOf = async (status: number, retryAfterMs: number): Promise<number> => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock });
    governor.observe({ status, retryAfterMs, latencyMs: 1, repeated: false });
    let startedAt = -1;
    await clock.runUntil(
      governor.run(async () => {
        startedAt = clock.now();
      }),
    );
    return startedAt;
  };

  it('of a 429 or 503 pauses everyone until then', async () => {
    expect(await pauseOf(429, 3000)).toBe(3000);
    expect(await pauseOf(503, 3000)).toBe(3000);
  });

  it('of other answers pauses nobody', async () => {
    expect(await pauseOf(301, 3000)).toBe(0);
  });

  it('of an hour pauses for a minute at most', async () => {
    expect(await pauseOf(429, 3_600_000)).toBe(60_000);
  });

  it('that is prolonged meanwhile is waited for to its end', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock });
    const tell = (retryAfterMs: number) =>
      governor.observe({ status: 429, retryAfterMs, latencyMs: 1, repeated: false });
    tell(1000);
    const run = governor.run(async () => clock.now());
    await clock.advance(500);
    tell(2000);
    expect(await clock.runUntil(run)).toBe(2500);
  });
});
