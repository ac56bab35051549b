import { type Limit, usable } from './governor-limit.ts';
import { type LimitReading, readLimitHeaders } from './limit-headers.ts';

/** Above this share of a limit nobody is slowed down. */
const carefree = 0.5;
/** Where the vendor does not tell when a limit is renewed, the rest is spread over an hour. */
const unknownWindowMs = 3_600_000;

/** Makes what the vendor says is left last until it is renewed. */
export interface QuotaGuard extends Limit {
  /** Takes in what an answer tells of its limits. */
  observe(headers: Readonly<Record<string, string>>, nowMs: number): void;
  /** What the vendor told last, less what was sent since. */
  readings(nowMs: number): readonly LimitReading[];
}

interface Known {
  readonly reading: LimitReading;
  readonly endsAt: number;
  remaining: number;
}

/**
 * Once less than half of a limit is left, backfill is spread over the time until the limit is renewed, and
 * leaves the last tenth to interactive work. When nothing is left, all wait. Nobody waits for
 * longer than `maxPauseMs` before one tries again.
 */
export function createQuotaGuard(maxPauseMs: number): QuotaGuard {
  const known = new Map<string, Known>();
  let backfillAt = -Infinity;
  let spentAt = -Infinity;

  function forget(nowMs: number): void {
    for (const [source, { endsAt }] of known) if (endsAt <= nowMs) known.delete(source);
  }

  function opensAt({ reading, endsAt, remaining }: Known, keepsReserve: boolean, nowMs: number) {
    const { limit } = reading;
    if (remaining < 1) return reading.resetsAt === undefined ? nowMs : endsAt;
    if (!keepsReserve || (limit !== undefined && remaining >= limit * carefree)) return nowMs;
    const left = remaining - ((limit ?? 0) - usable(limit ?? 0, true));
    return left < 1 ? endsAt : backfillAt + (endsAt - nowMs) / left;
  }

  return {
    observe(headers, nowMs) {
      for (const reading of readLimitHeaders(headers, nowMs)) {
        // A number alone does not tell whether it is little.
        if (reading.limit === undefined && reading.resetsAt === undefined) continue;
        const endsAt = reading.resetsAt ?? nowMs + (reading.windowMs ?? unknownWindowMs);
        known.set(reading.source, { reading, endsAt, remaining: reading.remaining });
      }
    },
    readyAt({ nowMs, keepsReserve }) {
      if (known.size === 0) return nowMs;
      forget(nowMs);
      let at = nowMs;
      for (const quota of known.values()) at = Math.max(at, opensAt(quota, keepsReserve, nowMs));
      return Math.min(at, Math.max(nowMs, (keepsReserve ? backfillAt : spentAt) + maxPauseMs));
    },
    spend({ cost, nowMs, isBackfill }) {
      spentAt = nowMs;
      if (isBackfill) backfillAt = nowMs;
      for (const quota of known.values()) quota.remaining = Math.max(0, quota.remaining - cost);
    },
    readings(nowMs) {
      forget(nowMs);
      return [...known.values()].map(({ reading, remaining }) => ({ ...reading, remaining }));
    },
  };
}
