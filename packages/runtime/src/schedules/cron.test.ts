import { describe, expect, it } from 'vitest';
import { recurrence } from './cron.ts';

function times(cron: string, timeZone: string, from: string, count: number): string[] {
  const schedule = recurrence(cron, timeZone);
  const found: string[] = [];
  for (let at = schedule.after(Date.parse(from)); at !== undefined && found.length < count; ) {
    found.push(new Date(at).toISOString().slice(0, 16));
    at = schedule.after(at);
  }
  return found;
}

describe('a cron expression with a time zone', () => {
  it('keeps the time of day of the place, summer and winter', () => {
    expect(times('0 6 * * *', 'Europe/Berlin', '2026-03-28T00:00Z', 3)).toEqual([
      '2026-03-28T05:00',
      '2026-03-29T04:00',
      '2026-03-30T04:00',
    ]);
    expect(times('0 6 * * *', 'America/New_York', '2026-10-31T12:00Z', 2)).toEqual([
      '2026-11-01T11:00',
      '2026-11-02T11:00',
    ]);
  });

  it('runs a time of day that is skipped in spring right after the gap, once', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', 2)).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  it('runs a time of day that happens twice in autumn once, a list of times too', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
    expect(times('30 2,14 * * *', 'Europe/Berlin', '2026-10-24T22:00Z', 3)).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T13:30',
      '2026-10-26T01:30',
    ]);
  });

  it('goes on every half hour through both changes, with no gap in real time', () => {
    for (const from of ['2026-03-29T00:00Z', '2026-10-25T00:00Z']) {
      const found = times('*/30 * * * *', 'Europe/Berlin', from, 8).map((at) =>
        Date.parse(`${at}Z`),
      );
      const gaps = found.slice(1).map((at, index) => at - (found[index] ?? 0));
      expect(new Set(gaps)).toEqual(new Set([1_800_000]));
    }
  });

  it.each([
    ['Europe/Berlin', '2026-10-24T12:00Z'],
    ['Europe/Berlin', '2026-03-28T12:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T00:00Z'],
    ['America/Santiago', '2026-09-05T00:00Z'],
  ])(
    'has the same times from wherever it is asked, through the change of %s at %s',
    (zone, from) => {
      const start = Date.parse(from);
      const end = start + 2 * 86_400_000;
      for (const cron of ['30 2 * * *', '0 0 * * *', '45 1,2 * * *', '0 * * * *', '*/15 * * * *']) {
        const schedule = recurrence(cron, zone);
        const all: number[] = [];
        for (let at = schedule.after(start); at !== undefined && at <= end; ) {
          all.push(at);
          at = schedule.after(at);
        }
        for (let asked = start; asked < (all.at(-1) ?? 0); asked += 600_000) {
          expect(schedule.after(asked), cron).toBe(all.find((at) => at > asked));
        }
      }
    },
  );

  it('knows zones of half an hour, and the last day of a month', () => {
    expect(times('0 9 * * *', 'Asia/Kolkata', '2026-01-01T00:00Z', 1)).toEqual([
      '2026-01-01T03:30',
    ]);
    expect(times('0 0 L * *', 'UTC', '2026-02-01T00:00Z', 2)).toEqual([
      '2026-02-28T00:00',
      '2026-03-31T00:00',
    ]);
  });

  it('may never come', () => {
    expect(times('0 0 30 2 *', 'UTC', '2026-01-01T00:00Z', 1)).toEqual([]);
  });

  it.each(['', 'every day', '* * *', '61 * * * *', '* * * * * * *', '2026-01-01T00:00:00'])(
    'refuses %j in words',
    (cron) => {
      expect(() => recurrence(cron, 'UTC')).toThrow(/is no cron expression/);
    },
  );

  it('refuses a time zone that nobody knows', () => {
    expect(() => recurrence('* * * * *', 'Europe/Berln')).toThrow(
      'The time zone "Europe/Berln" is not known',
    );
  });
});
