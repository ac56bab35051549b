import type { Recurrence } from './cron.ts';

/**
 * What becomes of times at which nobody was there: `skip` them, make up for all of them `once`, or run
 * `all` of them, the latest 100.
 */
export type MissedRuns = 'skip' | 'once' | 'all';

/** A time that is late by less than this was not missed: the process was busy. */
const graceMs = 60_000;
const mostRuns = 100;

/** What is due, and when the schedule comes next. */
export interface DueTimes {
  /** Milliseconds since the Unix epoch. */
  readonly due: readonly number[];
  readonly next: number | undefined;
}

/** The times from `nextAt` up to now that are to be run. */
export function dueTimes(
  times: Recurrence,
  {
    nextAt,
    now,
    missed,
  }: { readonly nextAt: number; readonly now: number; readonly missed: MissedRuns },
): DueTimes {
  const next = times.after(now);
  if (nextAt > now) return { due: [], next: nextAt };
  const passed: number[] = [];
  // After a long time there are many: begin where the latest of them are, not at the first.
  let from = nextAt;
  for (let backMs = 60_000; ; backMs *= 4) {
    from = Math.max(nextAt, now - backMs);
    if (from === nextAt || countOf(times, from, now) > mostRuns) break;
  }
  for (let at: number | undefined = times.after(from - 1); at !== undefined && at <= now; ) {
    passed.push(at);
    at = times.after(at);
  }
  const latest = passed.at(-1) ?? nextAt;
  if (missed === 'all') return { due: passed.slice(-mostRuns), next };
  if (missed === 'skip') return { due: now - latest < graceMs ? [latest] : [], next };
  return { due: [latest], next };
}

function countOf(times: Recurrence, from: number, now: number): number {
  let count = 0;
  let at = times.after(from - 1);
  while (at !== undefined && at <= now && count <= mostRuns) {
    count += 1;
    at = times.after(at);
  }
  return count;
}
