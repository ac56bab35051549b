import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parseHttpDate } from './parse-http-date.ts';

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The three forms of RFC 9110, 5.6.7. */
const forms = {
  'IMF-fixdate': (date: Date) => date.toUTCString(),
  'RFC 850': (date: Date) => {
    const [, day, month, year, time] = date.toUTCString().split(' ');
    return `${weekdays[date.getUTCDay()]}, ${day}-${month}-${year?.slice(2)} ${time} GMT`;
  },
  asctime: (date: Date) => {
    const [weekday, day, month, year, time] = date.toUTCString().split(' ');
    return `${weekday?.slice(0, 3)} ${month} ${day?.replace(/^0/, ' ')} ${time} ${year}`;
  },
};

describe('a date of HTTP', () => {
  it.each(Object.entries(forms))('in the form of %s is read in every time zone', (_name, write) => {
    const date = fc
      .date({ min: new Date('2000-01-01'), max: new Date('2049-12-31'), noInvalidDate: true })
      .map((at) => new Date(at.setUTCMilliseconds(0)));
    const place = fc.constantFrom('UTC', 'America/Los_Angeles', 'Asia/Kolkata');
    fc.assert(
      fc.property(date, place, (at, name) => {
        process.env.TZ = name;
        expect(parseHttpDate(write(at))).toBe(at.getTime());
      }),
    );
  });

  it.each([
    ['Thu, 01 Jan 2026 00:00:30 +0000', Date.UTC(2026, 0, 1, 0, 0, 30)],
    ['Thu, 01-Jan-2026 00:00:30 GMT', Date.UTC(2026, 0, 1, 0, 0, 30)],
    ['Thu, 01 Jan 2026 00:00:30', Date.UTC(2026, 0, 1, 0, 0, 30)],
    [' Thu, 01 Jan 2026 00:00:30 GMT ', Date.UTC(2026, 0, 1, 0, 0, 30)],
  ])('may be %s', (text, at) => {
    process.env.TZ = 'America/Los_Angeles';
    expect(parseHttpDate(text)).toBe(at);
  });

  it.each([
    '',
    '0',
    '-1',
    '7',
    'soon',
    'Never',
    'May',
    'Thu',
    'Thu, soon',
    '2026-01-01',
    undefined,
  ])('is not %j', (text) => {
    expect(parseHttpDate(text)).toBeUndefined();
  });
});
