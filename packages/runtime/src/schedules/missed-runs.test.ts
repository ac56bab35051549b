import { describe, expect, it } from 'vitest';
import { recurrence } from './cron.ts';
import { dueTimes, type MissedRuns } from './missed-runs.ts';

const hourly = recurrence('0 * * * *', 'UTC');
const hour = 3_600_000;
const noon = Date.UTC(2026, 0, 1, 12);

function dueHours(missed: MissedRuns, { nextAt, now }: { nextAt: number; now: number }) {
  const { due, next } = dueTimes(hourly, { nextAt, now, missed });
  return { due: due.map((at) => (at - noon) / hour), next: ((next ?? 0) - noon) / hour };
}

describe('what a schedule does after nobody was there', () => {
  const fiveHoursLate = { nextAt: noon, now: noon + 4.5 * hour };

  it('once: makes up for all of it with one run', () => {
    expect(dueHours('once', fiveHoursLate)).toEqual({ due: [4], next: 5 });
  });

  it('skip: waits for the next time', () => {
    expect(dueHours('skip', fiveHoursLate)).toEqual({ due: [], next: 5 });
  });

  it('skip: a time that is a little late was not missed', () => {
    expect(dueHours('skip', { nextAt: noon, now: noon + 30_000 })).toEqual({ due: [0], next: 1 });
  });

  it('all: runs every one', () => {
    expect(dueHours('all', fiveHoursLate)).toEqual({ due: [0, 1, 2, 3, 4], next: 5 });
  });

  it('all: after years the latest 100, soon found', () => {
    const { due } = dueHours('all', { nextAt: noon, now: noon + 50_000 * hour });
    expect(due).toEqual(Array.from({ length: 100 }, (_, index) => 49_901 + index));
  });

  it('nothing before its time', () => {
    expect(dueHours('all', { nextAt: noon + hour, now: noon })).toEqual({ due: [], next: 1 });
  });
});
