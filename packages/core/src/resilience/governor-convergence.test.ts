import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { memoryBudgetStore } from './budget-memory.ts';
import { createGovernor } from './governor.ts';
import { simulatedVendor, startWorkers } from './simulated-vendor.fixture.ts';

const second = 1000;

describe('a server that allows 20 requests a second', () => {
  it.each([1, 4])('is found out within 15 s by 10 workers in %s processes', async (processes) => {
    const clock = manualClock(0);
    const vendor = simulatedVendor(clock, 20);
    const store = memoryBudgetStore();
    const teams = Array.from({ length: processes }, () => {
      const shared = processes > 1 ? { store, name: 'vendor:1' } : undefined;
      return startWorkers(createGovernor({ clock, concurrency: 40, shared }), vendor, {
        count: 10 / processes,
      });
    });
    await clock.advance(15 * second);
    expect(vendor.rate('sent', 10 * second, 15 * second)).toBeGreaterThan(10);
    expect(vendor.rate('sent', 10 * second, 15 * second)).toBeLessThan(30);
    // And it stays so, with few requests wasted.
    await clock.advance(45 * second);
    const accepted = vendor.rate('accepted', 15 * second, 60 * second);
    expect(accepted).toBeGreaterThan(14);
    expect(vendor.rate('sent', 15 * second, 60 * second)).toBeLessThan(accepted * 1.25);
    const stopping = teams.map((team) => team.stop());
    await clock.runUntil(Promise.all(stopping));
    expect(clock.sleeping).toBe(0);
  });

  it('is used in full again after a blip', async () => {
    const clock = manualClock(0);
    const vendor = simulatedVendor(clock, 20);
    const team = startWorkers(createGovernor({ clock }), vendor, { count: 10 });
    await clock.advance(15 * second);
    vendor.ratePerSecond = 2;
    await clock.advance(5 * second);
    expect(vendor.rate('sent', 18 * second, 20 * second)).toBeLessThan(6);
    vendor.ratePerSecond = 20;
    await clock.advance(15 * second);
    expect(vendor.rate('sent', 30 * second, 35 * second)).toBeGreaterThan(10);
    expect(vendor.rate('sent', 30 * second, 35 * second)).toBeLessThan(30);
    await clock.runUntil(team.stop());
  });
});

describe('a server that drops from 10,000 to 10 requests a second', () => {
  it('is followed within 12 s', async () => {
    const clock = manualClock(0);
    const vendor = simulatedVendor(clock, 10_000, () => 1);
    const governor = createGovernor({ clock, concurrency: 10 });
    const team = startWorkers(governor, vendor, { count: 10 });
    await clock.advance(1 * second);
    expect(vendor.rate('accepted', 0, second)).toBeGreaterThan(9_000);
    expect(governor.state?.().ratePerSecond).toBeUndefined();
    vendor.ratePerSecond = 10;
    await clock.advance(12 * second);
    expect(vendor.rate('sent', 11 * second, 13 * second)).toBeGreaterThan(3);
    expect(vendor.rate('sent', 11 * second, 13 * second)).toBeLessThan(20);
    await clock.runUntil(team.stop());
  });
});

describe('a learned rate', () => {
  it('climbs with the server, and is forgotten after ten quiet minutes', async () => {
    const clock = manualClock(0);
    const vendor = simulatedVendor(clock, 20);
    const governor = createGovernor({ clock });
    const team = startWorkers(governor, vendor, { count: 10 });
    await clock.advance(15 * second);
    vendor.ratePerSecond = 1000;
    await clock.advance(30 * second);
    // Ten places of 50 ms each.
    expect(vendor.rate('accepted', 40 * second, 45 * second)).toBeGreaterThan(150);
    await clock.runUntil(team.stop());
    expect(governor.state?.().ratePerSecond).toBeGreaterThan(20);
    await clock.advance(600 * second);
    await governor.run(async () => undefined);
    expect(governor.state?.().ratePerSecond).toBeUndefined();
  });

  it('does not climb while less is sent', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock });
    for (let index = 0; index < 3; index += 1) {
      governor.observe({ status: 429, latencyMs: 1, repeated: false });
    }
    for (let index = 0; index < 60; index += 1) {
      await clock.advance(second);
      await governor.run(async () =>
        governor.observe({ status: 200, latencyMs: 1, repeated: false }),
      );
    }
    expect(governor.state?.().ratePerSecond).toBe(5);
  });

  it('is decreased once by all refusals of one burst', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock, concurrency: 100 });
    const send = () => governor.run(() => clock.sleep(100));
    await clock.runUntil(Promise.all(Array.from({ length: 100 }, send)));
    for (let index = 0; index < 50; index += 1) {
      governor.observe({ status: 429, latencyMs: 100, repeated: false });
    }
    // 100 in half a second are 200 a second.
    expect(governor.state?.().ratePerSecond).toBeCloseTo(140);
  });

  it('does not come of a single 503, nor of failures that are no refusals', async () => {
    const governor = createGovernor({ clock: manualClock(0) });
    for (const status of [500, 404, 503, undefined, 503, 200]) {
      governor.observe({ status, latencyMs: 1, repeated: false });
    }
    expect(governor.state?.().ratePerSecond).toBeUndefined();
    governor.observe({ status: 503, latencyMs: 1, repeated: false });
    expect(governor.state?.().ratePerSecond).toBe(5);
  });

  it.each([429, 503])(
    'does not come of a %i now and then, but of the third among ten',
    (refusal) => {
      const governor = createGovernor({ clock: manualClock(0) });
      const observe = (status: number, retryAfterMs?: number) =>
        governor.observe({ status, retryAfterMs, latencyMs: 1, repeated: false });
      for (let index = 0; index < 100; index += 1) observe(index % 5 === 0 ? refusal : 200, 0);
      expect(governor.state?.().ratePerSecond).toBeUndefined();
      for (let index = 0; index < 2; index += 1) observe(refusal);
      expect(governor.state?.().ratePerSecond).toBe(5);
    },
  );

  it('comes of refusals in the own words of the vendor, too', async () => {
    const governor = createGovernor({ clock: manualClock(0) });
    for (let index = 0; index < 3; index += 1) {
      governor.observe({ throttled: true, retryAfterMs: 60_000, latencyMs: 1, repeated: false });
    }
    expect(governor.state?.()).toMatchObject({ ratePerSecond: 5, pausedUntil: 60_000 });
  });

  it('is not made where nothing is to be learned', async () => {
    const governor = createGovernor({ clock: manualClock(0), adaptive: false });
    governor.observe({ status: 429, retryAfterMs: 5000, latencyMs: 1, repeated: false });
    expect(governor.state?.()).toMatchObject({ ratePerSecond: undefined, pausedUntil: 5000 });
  });
});

describe('after a Retry-After', () => {
  it.each([1, 4])(
    'nobody sends before, and no herd comes at its end: %s processes',
    async (processes) => {
      const clock = manualClock(0);
      const vendor = simulatedVendor(clock, 20);
      vendor.retryAfterMs = 5000;
      const store = memoryBudgetStore();
      const teams = Array.from({ length: processes }, () =>
        startWorkers(
          createGovernor({ clock, concurrency: 40, shared: { store, name: 'vendor:1' } }),
          vendor,
          { count: 40 / processes },
        ),
      );
      await clock.advance(300);
      const refusedAt = vendor.log.find(({ ok }) => !ok)?.at ?? Infinity;
      const pausedFrom = refusedAt + 50;
      const pausedUntil = pausedFrom + 5000;
      await clock.advance(6000);
      // Requests that were under way when the pause was learned are no breach.
      expect(vendor.rate('sent', pausedFrom + 50, pausedUntil)).toBe(0);
      const first = vendor.log.filter(({ at }) => at >= pausedUntil && at < pausedUntil + 100);
      expect(first.length).toBeGreaterThan(0);
      // Of the 40 that wait.
      expect(first.length).toBeLessThanOrEqual(10);
      expect(first.every(({ ok }) => ok)).toBe(true);
      await clock.runUntil(Promise.all(teams.map((team) => team.stop())));
    },
  );
});

describe('the rate after a long pause', () => {
  it('begins where it was left, with nothing saved up', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock, concurrency: 1000 });
    const starts: number[] = [];
    const send = (status = 200, retryAfterMs?: number) =>
      governor.run(async () => {
        starts.push(clock.now());
        governor.observe({ status, retryAfterMs, latencyMs: 0, repeated: false });
      });
    await Promise.all(Array.from({ length: 50 }, () => send()));
    await clock.advance(10);
    for (let index = 0; index < 3; index += 1) await send(429);
    // What is saved up meanwhile is lost by the next refusal.
    await clock.advance(400);
    await send(429, 60_000);
    const rate = governor.state?.().ratePerSecond ?? 0;
    expect(rate).toBeGreaterThan(20);
    starts.length = 0;
    const pausedUntil = governor.state?.().pausedUntil ?? 0;
    void Promise.all(Array.from({ length: 1000 }, () => send()));
    await clock.advance(pausedUntil - clock.now());
    expect(starts).toEqual([pausedUntil, pausedUntil]);
    await clock.advance(2 * second);
    expect(starts.length).toBeLessThan(rate * 2 * 1.3);
    expect(starts.length).toBeGreaterThan(rate * 2 * 0.7);
  });
});

describe('a server that gets slow without saying so', () => {
  it('gets fewer requests at a time, and all of them again when it has recovered', async () => {
    const clock = manualClock(0);
    const vendor = simulatedVendor(clock, Infinity, () => 200);
    const governor = createGovernor({ clock, concurrency: 10 });
    const team = startWorkers(governor, vendor, { count: 20 });
    await clock.advance(5 * second);
    expect(vendor.inFlight).toBe(10);
    // From four at a time on it takes twice as long, and soon more.
    vendor.latencyMs = (inFlight) => 200 * Math.max(1, inFlight - 2);
    await clock.advance(20 * second);
    expect(vendor.inFlight).toBeLessThanOrEqual(6);
    expect(governor.state?.().concurrency).toBeLessThanOrEqual(6);
    expect(governor.state?.().ratePerSecond).toBeUndefined();
    vendor.latencyMs = () => 200;
    await clock.advance(20 * second);
    expect(vendor.inFlight).toBe(10);
    await clock.runUntil(team.stop());
  });

  it('is not taken for one when long operations follow short ones', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock, concurrency: 10 });
    const observe = (operation: string, latencyMs: number) => {
      for (let index = 0; index < 50; index += 1) {
        governor.observe({ status: 200, operation, latencyMs, repeated: false });
      }
    };
    observe('get', 50);
    await clock.advance(10 * second);
    observe('report', 5000);
    expect(governor.state?.().concurrency).toBe(10);
    observe('get', 5000);
    expect(governor.state?.().concurrency).toBeLessThan(10);
  });

  it('may take its time where the difference is of no weight', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock });
    for (const latencyMs of [2, 90]) {
      await clock.advance(second);
      for (let index = 0; index < 50; index += 1) {
        governor.observe({ status: 200, latencyMs, repeated: false });
      }
    }
    expect(governor.state?.().concurrency).toBe(10);
  });

  it('is not judged by what fails fast, but by what times out', () => {
    const clock = manualClock(0);
    const learned = (status: number | undefined, latencyMs: number): number | undefined => {
      const governor = createGovernor({ clock, concurrency: 10 });
      const observe = (outcome: { status?: number | undefined; latencyMs: number }) => {
        for (let index = 0; index < 20; index += 1) {
          governor.observe({ ...outcome, repeated: false });
        }
      };
      observe({ status: 200, latencyMs: 1000 });
      observe({ status, latencyMs });
      observe({ status: 200, latencyMs: 1000 });
      return governor.state?.().concurrency;
    };
    expect(learned(500, 1)).toBe(10);
    const governor = createGovernor({ clock, concurrency: 10 });
    for (const latencyMs of [1000, 5000]) {
      for (let index = 0; index < 20; index += 1) {
        governor.observe({ status: 200, latencyMs, repeated: false });
        governor.observe({ status: 500, latencyMs: 1, repeated: false });
        governor.observe({ status: 500, latencyMs: 1, repeated: false });
      }
    }
    expect(governor.state?.().concurrency).toBeLessThan(10);
    expect(learned(undefined, 30_000)).toBeLessThan(10);
  });

  it('is judged by what was sent under the present limit only', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock, concurrency: 16 });
    const observe = (latencyMs: number, count: number) => {
      for (let index = 0; index < count; index += 1) {
        governor.observe({ status: 200, latencyMs, repeated: false });
      }
    };
    // The first is what the others are compared with.
    observe(100, 17);
    await clock.advance(10 * second);
    observe(2000, 16);
    const { concurrency } = governor.state?.() ?? {};
    expect(concurrency).toBeLessThan(16);
    // The rest of those that were under way.
    await clock.advance(second);
    observe(2000, 100);
    expect(governor.state?.().concurrency).toBe(concurrency);
  });

  it('gets more at a time only when it is asked for all that it may', async () => {
    const clock = manualClock(0);
    const governor = createGovernor({ clock, concurrency: 10 });
    const observe = (latencyMs: number) => {
      for (let index = 0; index < 30; index += 1) {
        governor.observe({ status: 200, latencyMs, repeated: false });
      }
    };
    observe(100);
    await clock.advance(10 * second);
    observe(1000);
    const { concurrency } = governor.state?.() ?? {};
    expect(concurrency).toBeLessThan(10);
    await clock.advance(10 * second);
    observe(100);
    expect(governor.state?.().concurrency).toBe(concurrency);
  });

  it('that stays slow is the usual one in the end', async () => {
    const clock = manualClock(0);
    const vendor = simulatedVendor(clock, Infinity, () => 100);
    const governor = createGovernor({ clock, concurrency: 10 });
    const team = startWorkers(governor, vendor, { count: 20 });
    await clock.advance(5 * second);
    vendor.latencyMs = () => 1000;
    await clock.advance(20 * second);
    expect(governor.state?.().concurrency).toBeLessThan(5);
    await clock.advance(600 * second);
    expect(governor.state?.().concurrency).toBe(10);
    await clock.runUntil(team.stop());
  });
});
