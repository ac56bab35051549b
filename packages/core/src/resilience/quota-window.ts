import type { Clock } from '../contract/clock.ts';
import type { HealthForecast, QuotaLevel } from '../contract/connector-health.ts';
import { type LimitReading, readLimitHeaders } from './limit-headers.ts';

const windowMs = 5 * 60_000;
/** Samples of a limit that are kept; closer ones replace each other, so they cover the window. */
const capacity = 128;
/** Limits that are kept: a server may name as many as it likes. */
const mostLimits = 16;
const leastSamples = 5;
const leastSpanMs = 30_000;
/** Of limits that do not tell when they are renewed: no vendor counts longer than a day. */
const horizonMs = 24 * 3_600_000;

/** Remembers what the answers of the last five minutes told about the vendor's limits. */
export interface QuotaWindow {
  /** @param headers - of an answer, names in lower case */
  observe(headers: Readonly<Record<string, string>>): void;
  levels(): readonly QuotaLevel[];
  /**
   * Which limits will be used up before they are renewed. The rule: a straight line is laid through
   * what was left (least squares) since the limit was last renewed, at most five minutes back, from
   * five samples over at least 30 seconds on. Where it falls and meets zero before the limit is
   * renewed (or within 24 hours, if the vendor tells no time), that instant is foretold. A limit of
   * which nothing is left is foretold for now.
   */
  forecasts(): readonly HealthForecast[];
}

interface Sample {
  readonly at: number;
  readonly remaining: number;
}

interface Tracked {
  latest: LimitReading & { readonly at: number };
  samples: Sample[];
}

/** Makes an empty window. */
export function createQuotaWindow(clock: Clock): QuotaWindow {
  const limits = new Map<string, Tracked>();

  const keep = (reading: LimitReading, now: number): void => {
    const latest = { ...reading, at: now };
    const known = limits.get(reading.source);
    const sample = { at: now, remaining: reading.remaining };
    if (known === undefined) {
      if (limits.size < mostLimits) limits.set(reading.source, { latest, samples: [sample] });
      return;
    }
    if (isRenewed(known.latest, reading)) known.samples = [];
    known.latest = latest;
    const recent = known.samples.filter(({ at }) => at > now - windowMs);
    const [last, previous] = [recent.at(-1), recent.at(-2)];
    if (last && previous && last.at - previous.at < windowMs / capacity) recent.pop();
    known.samples = [...recent, sample];
  };

  const current = (): readonly Tracked[] => {
    const now = clock.now();
    return [...limits.values()].filter(({ latest }) => (latest.resetsAt ?? Infinity) > now);
  };

  return {
    observe(headers) {
      const now = clock.now();
      for (const reading of readLimitHeaders(headers, now)) keep(reading, now);
    },
    levels: () =>
      current().map(({ latest: { source, limit, remaining, resetsAt, at } }) => ({
        source,
        ...(limit === undefined ? {} : { limit }),
        remaining,
        ...(resetsAt === undefined ? {} : { resetsAt: isoOf(resetsAt) }),
        at: isoOf(at),
      })),
    forecasts: () => current().flatMap((tracked) => foretell(tracked, clock.now())),
  };
}

/** Answers overtake each other, so that a limit seems to rise a little; a renewal is a leap. */
function isRenewed(before: LimitReading, now: LimitReading): boolean {
  const whole = now.limit ?? before.remaining;
  return now.remaining - before.remaining > Math.max(1, whole / 10);
}

function foretell({ latest, samples }: Tracked, now: number): HealthForecast[] {
  const { source, remaining, resetsAt } = latest;
  if (remaining === 0) {
    // Of those that tell no renewal, an old zero says nothing.
    if (resetsAt === undefined && latest.at <= now - windowMs) return [];
    const rule = `Nothing is left of ${source}. Wait until it is renewed, or ask the vendor for more.`;
    return [{ what: 'quota', at: isoOf(now), rule }];
  }
  const recent = samples.filter(({ at }) => at > now - windowMs);
  const fallPerMs = -slopeOf(recent);
  const spanMs = (recent.at(-1)?.at ?? 0) - (recent[0]?.at ?? 0);
  if (recent.length < leastSamples || spanMs < leastSpanMs || !(fallPerMs > 0)) return [];
  const emptyAt = latest.at + remaining / fallPerMs;
  if (emptyAt >= (resetsAt ?? now + horizonMs)) return [];
  const pace = Math.round(fallPerMs * 60_000 * 10) / 10;
  const rule =
    `${source} fell by ${pace} a minute in the last ${Math.round(spanMs / 1000)} s; at this pace the ` +
    `${remaining} that are left are used up before they are renewed. Slow down, or ask the vendor for more.`;
  return [{ what: 'quota', at: isoOf(Math.max(now, emptyAt)), rule }];
}

/** Of the straight line with the least squares, per millisecond. */
function slopeOf(samples: readonly Sample[]): number {
  const meanAt = meanOf(samples.map(({ at }) => at));
  const mean = meanOf(samples.map(({ remaining }) => remaining));
  let products = 0;
  let squares = 0;
  for (const { at, remaining } of samples) {
    products += (at - meanAt) * (remaining - mean);
    squares += (at - meanAt) ** 2;
  }
  return products / squares;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A vendor's reset may lie beyond what a date can hold. */
function isoOf(ms: number): string {
  return new Date(Math.min(ms, 8.64e15)).toISOString();
}
