import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { createGovernor } from './governor.ts';
import type { Priority } from './governor-lanes.ts';

/** A vendor that tells what is left of its 100 requests a minute. */
function setup(remaining: number) {
  const clock = manualClock(0);
  const governor = createGovernor({ clock, concurrency: 100 });
  const renewedAt = 60_000;
  let left = remaining;
  const starts: { readonly priority: Priority; readonly at: number }[] = [];
  const call = (priority: Priority): Promise<void> =>
    governor.run(
      async () => {
        starts.push({ priority, at: clock.now() });
        if (clock.now() >= renewedAt) left = 100;
        left -= 1;
        const headers = {
          'x-ratelimit-limit': '100',
          'x-ratelimit-remaining': String(Math.max(0, left)),
          'x-ratelimit-reset': String(Math.max(0, Math.ceil((renewedAt - clock.now()) / 1000))),
        };
        governor.observe({ status: 200, headers, latencyMs: 0, repeated: false });
      },
      { priority },
    );
  const many = (count: number, priority: Priority) =>
    Array.from({ length: count }, () => call(priority));
  return { clock, governor, call, many, starts, left: () => left };
}

describe('what the vendor says is left', () => {
  it('slows nobody down while it is more than half', async () => {
    const { clock, many, starts } = setup(100);
    await clock.runUntil(Promise.all(many(40, 'backfill')));
    expect(starts.every(({ at }) => at === 0)).toBe(true);
  });

  it('does not slow down backfill above the half, however long the rest of the time', async () => {
    const { clock, call, many, starts } = setup(91);
    await call('interactive');
    await clock.runUntil(Promise.all(many(30, 'backfill')));
    expect(starts.at(-1)?.at).toBe(0);
  });

  it('is left to interactive work when no more than a tenth is there', async () => {
    const { clock, call, starts } = setup(11);
    await call('interactive');
    await call('backfill');
    const waiting = call('backfill');
    await clock.advance(59_000);
    await call('interactive');
    expect(starts.filter(({ priority }) => priority === 'backfill')).toHaveLength(1);
    await clock.runUntil(waiting);
  });

  it('is not believed without a limit or a time', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock });
    const headers = { 'x-ms-ratelimit-time-remaining-xrm-requests': '600.5' };
    const call = () =>
      governor.run(
        async () => {
          governor.observe({ status: 200, headers, latencyMs: 0, repeated: false });
          return clock.now();
        },
        { priority: 'backfill' },
      );
    expect([await call(), await call()]).toEqual([0, 0]);
  });

  it('of nothing, without a time, is left to the vendor to refuse', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock });
    const headers = { 'sforce-limit-info': 'api-usage=15000/15000' };
    const call = () =>
      governor.run(async () => {
        governor.observe({ status: 200, headers, latencyMs: 0, repeated: false });
        return clock.now();
      });
    expect([await call(), await call()]).toEqual([0, 0]);
  });

  it('is made last for backfill, and a tenth is kept for interactive work', async () => {
    const { clock, call, many, starts, left } = setup(50);
    await call('interactive');
    const all = many(100, 'backfill');
    await clock.advance(30_000);
    // Half of the time, half of what backfill may use.
    expect(starts.length).toBeGreaterThan(15);
    expect(starts.length).toBeLessThan(25);
    await clock.advance(29_000);
    expect(left()).toBeGreaterThanOrEqual(9);
    expect(left()).toBeLessThanOrEqual(12);
    await call('interactive');
    expect(starts.at(-1)).toEqual({ priority: 'interactive', at: 59_000 });
    await clock.runUntil(Promise.all(all));
    expect(starts.at(-1)?.at).toBeLessThan(61_000);
  });

  it('is waited for by all when it is nothing', async () => {
    const { clock, call, starts, governor } = setup(1);
    await call('interactive');
    expect(governor.state?.().limits).toEqual([
      { source: 'x-ratelimit', limit: 100, remaining: 0, resetsAt: 60_000, windowMs: undefined },
    ]);
    await clock.runUntil(call('interactive'));
    expect(starts.at(-1)?.at).toBe(60_000);
    expect(governor.state?.().limits).toEqual([]);
  });

  it('is counted down by what is sent until the next answer', async () => {
    const { clock, governor, call } = setup(3);
    await call('interactive');
    let started = 0;
    const send = () =>
      governor.run(async () => {
        started += 1;
      });
    const all = [send(), send(), send()];
    await clock.advance(1);
    expect(started).toBe(2);
    await clock.runUntil(Promise.all(all));
  });

  it('is tried after a minute, though the vendor names a later time', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock });
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '86400' };
    await governor.run(async () =>
      governor.observe({ status: 200, headers, latencyMs: 0, repeated: false }),
    );
    expect(await clock.runUntil(governor.run(async () => clock.now()))).toBe(60_000);
  });

  it('of Salesforce, that names no time, slows down backfill only', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock });
    const headers = { 'sforce-limit-info': 'api-usage=13000/15000' };
    const call = (priority: Priority) =>
      governor.run(
        async () => {
          governor.observe({ status: 200, headers, latencyMs: 0, repeated: false });
          return clock.now();
        },
        { priority },
      );
    expect(await call('backfill')).toBe(0);
    expect(await call('interactive')).toBe(0);
    // 2,000 less the reserve of 1,500, over an hour.
    expect(await clock.runUntil(call('backfill'))).toBeCloseTo(3_600_000 / 500, -2);
  });
});
