import type { Limit } from './governor-limit.ts';

/** Part of the rate that is left after a throttling. */
const decrease = 0.7;
/** How steeply the rate climbs again, as in CUBIC (RFC 9438, 4.1). */
const steepness = 0.4;
/** Part of the newest half second in the measured rate. */
const smoothing = 0.8;
/** The first throttling is little evidence: it takes nobody below this rate per second. */
const firstFloor = 5;
const floor = 0.5;
/** So much of a second may be sent at once after a pause, but always a request and its repetition. */
const burstS = 0.25;
const smallestBurst = 2;
/** Without throttling for so long, what was learned is old. */
const forgetMs = 10 * 60_000;

/** Finds the rate that a vendor bears. */
export interface RateLearner extends Limit {
  /**
   * A request was refused for being too many. Requests that left before the last decrease tell
   * nothing new.
   */
  throttled(refusal: {
    /** When the request left, milliseconds since the epoch. */
    readonly sentAt: number;
    /** Nothing starts before; the rate climbs from there on. */
    readonly pausedUntil: number;
    readonly nowMs: number;
  }): void;
  /** A request was not refused. */
  accepted(nowMs: number): void;
  /** `Infinity` while nothing is learned. */
  readonly ratePerSecond: number;
}

/**
 * Sends as fast as it is asked to until the vendor throttles. Then it sends evenly at 0.7 of the rate
 * measured, climbs back along a cubic curve, lingers where it was throttled, and tries more beyond.
 *
 * @param workers - how many governors share the vendor tenant; the floors are divided among them
 */
export function createRateLearner(workers: () => number): RateLearner {
  let rate = Infinity;
  let peak = 0;
  let decreasedAt = -Infinity;
  let throttledAt = -Infinity;
  let tokens = 0;
  let filledAt = 0;
  let slot = -1;
  let sent = 0;
  let smoothed = 0;

  /** Closes half seconds that are over. */
  function measure(nowMs: number): void {
    const current = Math.floor(nowMs / 500);
    if (current <= slot) return;
    const perSecond = (sent * 2) / (current - slot);
    smoothed = slot < 0 ? 0 : perSecond * smoothing + smoothed * (1 - smoothing);
    slot = current;
    sent = 0;
  }
  const measured = (): number => Math.max(smoothed, sent * 2);
  const capacity = (): number => Math.max(smallestBurst, rate * burstS);

  function fill(nowMs: number): void {
    if (nowMs <= filledAt) return;
    tokens = Math.min(capacity(), tokens + ((nowMs - filledAt) / 1000) * rate);
    filledAt = nowMs;
  }

  return {
    readyAt({ nowMs, cost }) {
      if (rate === Infinity) return nowMs;
      if (nowMs - throttledAt > forgetMs) {
        rate = Infinity;
        return nowMs;
      }
      fill(nowMs);
      const missing = Math.min(cost, capacity()) - tokens;
      // A rounding error must not become a wait of no time.
      return missing <= 1e-9
        ? nowMs
        : Math.max(nowMs, filledAt) + Math.ceil((missing / rate) * 1000);
    },
    spend({ cost, nowMs }) {
      measure(nowMs);
      sent += cost;
      if (rate === Infinity) return;
      fill(nowMs);
      tokens -= cost;
    },
    throttled({ sentAt, pausedUntil, nowMs }) {
      if (sentAt > decreasedAt) {
        decreasedAt = nowMs;
        measure(nowMs);
        const isFirst = rate === Infinity;
        peak = Math.min(rate, measured());
        rate = Math.max((isFirst ? firstFloor : floor) / workers(), peak * decrease);
        peak = Math.max(peak, rate);
        if (isFirst) tokens = smallestBurst;
        filledAt = nowMs;
      }
      throttledAt = Math.max(throttledAt, nowMs, pausedUntil);
      // After a pause all begin slowly, not with what was saved up.
      tokens = Math.min(tokens, smallestBurst);
      filledAt = Math.max(filledAt, pausedUntil);
    },
    accepted(nowMs) {
      if (rate === Infinity || nowMs <= throttledAt) return;
      measure(nowMs);
      fill(nowMs);
      const plateauS = Math.cbrt((peak * (1 - decrease)) / steepness);
      const climbed = steepness * ((nowMs - throttledAt) / 1000 - plateauS) ** 3 + peak;
      // Nobody learns that more is allowed by sending less.
      rate = Math.max(rate, Math.min(climbed, 2 * measured()));
    },
    get ratePerSecond() {
      return rate;
    },
  };
}
