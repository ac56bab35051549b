import { describe, expect, it } from 'vitest';
import { createRateLearner, type RateLearner } from './rate-learner.ts';

const start = Date.UTC(2026, 0, 1);

/** Sends evenly for a while, as fast as it is told to. */
function send(
  learner: RateLearner,
  { perSecond, seconds, from = start }: { perSecond: number; seconds: number; from?: number },
): number {
  const count = Math.round(perSecond * seconds);
  for (let index = 0; index < count; index += 1) {
    learner.spend({
      cost: 1,
      nowMs: from + (index * 1000) / perSecond,
      isBackfill: false,
      keepsReserve: false,
    });
  }
  return from + seconds * 1000;
}
const throttle = (learner: RateLearner, nowMs: number, pauseMs = 0) =>
  learner.throttled({ sentAt: nowMs - 1, pausedUntil: nowMs + pauseMs, nowMs });

describe('a rate learner', () => {
  it('has nothing against any rate before the first throttling', () => {
    const learner = createRateLearner(() => 1);
    const end = send(learner, { perSecond: 1000, seconds: 1 });
    expect(learner.ratePerSecond).toBe(Number.POSITIVE_INFINITY);
    expect(learner.readyAt({ nowMs: end, cost: 1, isBackfill: false, keepsReserve: false })).toBe(
      end,
    );
    learner.accepted(end);
    expect(learner.ratePerSecond).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([20, 100, 400])('takes 0.7 of the %i/s that it measured', (perSecond) => {
    const learner = createRateLearner(() => 1);
    // In the beginning of a half second, so that the measure before it decides.
    const end = send(learner, { perSecond, seconds: 10 });
    throttle(learner, end);
    expect(learner.ratePerSecond).toBeGreaterThan(0.65 * perSecond);
    expect(learner.ratePerSecond).toBeLessThan(0.75 * perSecond);
  });

  it('measures what was sent lately: an old rush counts little', () => {
    const learner = createRateLearner(() => 1);
    const rush = send(learner, { perSecond: 400, seconds: 5 });
    const end = send(learner, { perSecond: 20, seconds: 5, from: rush });
    throttle(learner, end);
    expect(learner.ratePerSecond).toBeLessThan(0.75 * 20);
  });

  it('counts idle half seconds as such', () => {
    const learner = createRateLearner(() => 1);
    const end = send(learner, { perSecond: 400, seconds: 1 });
    const later = send(learner, { perSecond: 20, seconds: 0.5, from: end + 60_000 });
    throttle(learner, later);
    expect(learner.ratePerSecond).toBeLessThan(0.1 * 400);
  });

  it('is taken to 5/s by the first throttling at most, shared among the workers', () => {
    for (const workers of [1, 4]) {
      const learner = createRateLearner(() => workers);
      throttle(learner, send(learner, { perSecond: 1, seconds: 2 }));
      expect(learner.ratePerSecond).toBe(5 / workers);
    }
  });

  it('goes down once for a burst of refusals', () => {
    const learner = createRateLearner(() => 1);
    const end = send(learner, { perSecond: 100, seconds: 5 });
    throttle(learner, end);
    const { ratePerSecond } = learner;
    learner.throttled({ sentAt: end - 5, pausedUntil: end, nowMs: end + 50 });
    expect(learner.ratePerSecond).toBe(ratePerSecond);
  });

  it('spaces what comes after: a request waits until its share has come', () => {
    const learner = createRateLearner(() => 1);
    const end = send(learner, { perSecond: 100, seconds: 5 });
    throttle(learner, end);
    const rate = learner.ratePerSecond;
    const times: number[] = [];
    for (let at = end; times.length < 70; ) {
      at = learner.readyAt({ nowMs: at, cost: 1, isBackfill: false, keepsReserve: false });
      learner.spend({ cost: 1, nowMs: at, isBackfill: false, keepsReserve: false });
      times.push(at - end);
    }
    // Two at once, the rest evenly.
    expect(times[1]).toBe(0);
    expect(times[2]).toBeGreaterThan(0);
    expect(times.at(-1)).toBeGreaterThan((67 / rate) * 1000 - 50);
    expect(times.at(-1)).toBeLessThan((67 / rate) * 1000 + 100);
  });

  it('starts nothing before the end of a pause', () => {
    const learner = createRateLearner(() => 1);
    const end = send(learner, { perSecond: 100, seconds: 5 });
    throttle(learner, end, 30_000);
    learner.spend({ cost: 2, nowMs: end, isBackfill: false, keepsReserve: false });
    const readyAt = learner.readyAt({
      nowMs: end,
      cost: 1,
      isBackfill: false,
      keepsReserve: false,
    });
    expect(readyAt).toBeGreaterThan(end + 30_000);
    expect(readyAt).toBeLessThan(end + 30_100);
  });

  it('forgets after ten minutes without throttling, not before', () => {
    const learner = createRateLearner(() => 1);
    const end = send(learner, { perSecond: 100, seconds: 5 });
    throttle(learner, end);
    const ask = (nowMs: number) =>
      learner.readyAt({ nowMs, cost: 1, isBackfill: false, keepsReserve: false });
    ask(end + 600_000);
    expect(learner.ratePerSecond).toBeLessThan(Number.POSITIVE_INFINITY);
    ask(end + 600_001);
    expect(learner.ratePerSecond).toBe(Number.POSITIVE_INFINITY);
  });
});
