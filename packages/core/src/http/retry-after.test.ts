import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './retry-after.ts';

const now = Date.UTC(2026, 0, 1);
const parse = (value: string, date?: string) =>
  parseRetryAfter({ 'retry-after': value, ...(date === undefined ? {} : { date }) }, now);

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7000],
    [' 120 ', 120_000],
    ['1.5', 1500],
    ['3600', 3_600_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:59:30 GMT', 0],
  ])('%s is so many milliseconds', (value, expected) => {
    expect(parse(value)).toBe(expected);
  });

  it.each(['', '-5', 'soon', '5s', 'Never', '1e3', '0x10', 'NaN'])('%j is nothing', (value) => {
    expect(parse(value)).toBeUndefined();
  });

  it('as a date without a zone is in GMT, wherever this machine is', () => {
    const zone = process.env.TZ;
    process.env.TZ = 'America/Los_Angeles';
    try {
      expect(parse('Thu Jan  1 00:00:30 2026')).toBe(30_000);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it('as a date is counted by the clock of the server, where it tells it', () => {
    const serverDate = 'Thu, 01 Jan 2026 01:00:00 GMT';
    expect(parse('Thu, 01 Jan 2026 01:00:10 GMT', serverDate)).toBe(10_000);
    expect(parse('Thu, 01 Jan 2026 00:00:10 GMT', 'no date')).toBe(10_000);
  });

  it('may be absent', () => {
    expect(parseRetryAfter({}, now)).toBeUndefined();
  });
});
