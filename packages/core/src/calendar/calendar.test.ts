import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOfDays, daysOfDate, isIsoDate } from './calendar.ts';

const anyDay = fc.integer({ min: -719_528, max: 2_932_896 });
/** What the platform thinks of a day; an independent calendar. */
const platformDate = (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10);

describe('the calendar agrees with Date', () => {
  it('on every day of the years 0 to 9999 that is tried, in both directions', () => {
    fc.assert(
      fc.property(anyDay, (days) => {
        const date = platformDate(days);
        expect(dateOfDays(days)).toBe(date);
        const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
        expect(daysOfDate(year, month, day)).toBe(days);
      }),
      { numRuns: 20_000 },
    );
  });

  it('on which dates exist', () => {
    const part = (max: number) =>
      fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    const year = fc.integer({ min: 0, max: 9999 }).map((n) => String(n).padStart(4, '0'));
    fc.assert(
      fc.property(year, part(13), part(32), (y, m, d) => {
        const text = `${y}-${m}-${d}`;
        const parsed = new Date(`${text}T00:00:00Z`);
        const exists = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
        expect(isIsoDate(text)).toBe(exists);
      }),
      { numRuns: 20_000 },
    );
  });

  it('knows no day outside the years 0 to 9999', () => {
    expect([dateOfDays(-719_529), dateOfDays(2_932_897), dateOfDays(Number.NaN)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
