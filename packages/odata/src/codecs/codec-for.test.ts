import { parseJson } from '@common/connector-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codecFor } from './codec-for.ts';

describe('V2 wire forms', () => {
  test.each([
    ['Edm.Decimal', undefined, '100.50', '100.50', '100.50'],
    ['Edm.DateTime', 'date', '/Date(1767225600000)/', '2026-01-01', '/Date(1767225600000)/'],
    ['Edm.DateTime', 'date', '/Date(-62135596800000)/', '0001-01-01', '/Date(-62135596800000)/'],
    ['Edm.DateTime', 'date', '/Date(-1)/', '1969-12-31', '/Date(-86400000)/'],
    ['Edm.DateTime', 'date', '/Date(1767225600000+0000)/', '2026-01-01', '/Date(1767225600000)/'],
    [
      'Edm.DateTime',
      undefined,
      '/Date(1767227400001)/',
      '2026-01-01T00:30:00.001',
      '/Date(1767227400001)/',
    ],
    [
      'Edm.DateTimeOffset',
      undefined,
      '/Date(1767225600123+0000)/',
      '2026-01-01T00:00:00.123Z',
      '/Date(1767225600123+0000)/',
    ],
    [
      'Edm.DateTimeOffset',
      undefined,
      '/Date(1767225600000+0060)/',
      '2026-01-01T00:00:00Z',
      '/Date(1767225600000+0000)/',
    ],
    [
      'Edm.DateTimeOffset',
      undefined,
      '/Date(-1000-0330)/',
      '1969-12-31T23:59:59Z',
      '/Date(-1000+0000)/',
    ],
    ['Edm.Time', undefined, 'PT12H30M00S', '12:30:00', 'PT12H30M00S'],
    ['Edm.Time', undefined, 'PT5M', '00:05:00', 'PT00H05M00S'],
    ['Edm.Int64', undefined, '9007199254740993', '9007199254740993', '9007199254740993'],
    ['Edm.Double', undefined, '1.5', 1.5, '1.5'],
    ['Edm.Boolean', undefined, true, true, true],
    ['Edm.Binary', undefined, '//4=', '//4=', '//4='],
  ] as const)('%s (%s) %s is %s', (type, display, wire, value, back) => {
    const codec = codecFor({ type, display, version: 'v2' });
    expect(codec.decode(wire)).toBe(value);
    expect(codec.encode(value)).toBe(back);
  });

  test('trap: dates before 1970 have negative ticks (cloud-sdk-js#2589)', () => {
    const codec = codecFor({ type: 'Edm.DateTime', display: 'date', version: 'v2' });
    expect(codec.decode('/Date(-2208988800000)/')).toBe('1900-01-01');
  });

  test('trap: a day stays the same day in every time zone of the machine', () => {
    const codec = codecFor({ type: 'Edm.DateTime', display: 'date', version: 'v2' });
    const zone = process.env.TZ;
    try {
      for (const one of ['Pacific/Kiritimati', 'America/Los_Angeles', 'UTC']) {
        process.env.TZ = one;
        expect(codec.decode('/Date(1767225600000)/')).toBe('2026-01-01');
        expect(codec.encode('2026-01-01')).toBe('/Date(1767225600000)/');
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  test('trap: decimals are sent as strings, never as numbers (cloud-sdk-js#4044)', () => {
    const codec = codecFor({ type: 'Edm.Decimal', version: 'v2' });
    expect(JSON.stringify({ NetPriceAmount: codec.encode('100.00') })).toBe(
      '{"NetPriceAmount":"100.00"}',
    );
  });

  test('instants with more digits than V2 carries are refused, not cut', () => {
    const codec = codecFor({ type: 'Edm.DateTimeOffset', version: 'v2' });
    expect(codec.encode('2026-01-01T00:00:00.1230000Z')).toBe('/Date(1767225600123+0000)/');
    expect(() => codec.encode('2026-01-01T00:00:00.1234Z')).toThrow('at most milliseconds');
  });
});

describe('V4 wire forms', () => {
  test.each([
    ['Edm.Decimal', 100.5, '100.5', '100.5'],
    ['Edm.Decimal', '12345678901234567.891', '12345678901234567.891', '12345678901234567.891'],
    ['Edm.Decimal', 1e-7, '0.0000001', '0.0000001'],
    ['Edm.Decimal', 1e21, '1000000000000000000000', '1000000000000000000000'],
    ['Edm.Decimal', '-1.50E+2', '-150', '-150'],
    ['Edm.Int64', 42, '42', '42'],
    ['Edm.Int64', '9223372036854775807', '9223372036854775807', '9223372036854775807'],
    ['Edm.Date', '2026-01-01', '2026-01-01', '"2026-01-01"'],
    [
      'Edm.DateTimeOffset',
      '2026-01-01T01:00:00.1234567+01:00',
      '2026-01-01T00:00:00.1234567Z',
      '"2026-01-01T00:00:00.1234567Z"',
    ],
    ['Edm.TimeOfDay', '12:30:00', '12:30:00', '"12:30:00"'],
    ['Edm.Double', 'INF', Number.POSITIVE_INFINITY, '"INF"'],
    ['Edm.Binary', '__4', '//4=', '"__4="'],
    [
      'Edm.Guid',
      '00505681-0000-1ed8-9bb0-000000000001',
      '00505681-0000-1ed8-9bb0-000000000001',
      '"00505681-0000-1ed8-9bb0-000000000001"',
    ],
    ['Collection(Edm.Decimal)', [1.5, null], ['1.5', null], '[1.5,null]'],
    ['Ns.Color', 'Yellow', 'Yellow', '"Yellow"'],
  ])('%s %j is %j, sent as %s', (type, wire, value, sent) => {
    const codec = codecFor({ type, version: 'v4' });
    expect(codec.decode(wire)).toEqual(value);
    expect(JSON.stringify(codec.encode(value))).toBe(sent);
  });

  test('trap: DateTimeOffset keeps seven digits (cloud-sdk-js#2608, #5361)', () => {
    const codec = codecFor({ type: 'Edm.DateTimeOffset', version: 'v4' });
    expect(codec.decode('2026-01-31T23:59:59.9999999Z')).toBe('2026-01-31T23:59:59.9999999Z');
  });

  test.each([
    ['Edm.Decimal', '007.50', '7.50'],
    ['Edm.Decimal', '-000', '-0'],
    ['Edm.Int64', '-007', '-7'],
  ])('%s %s is sent as %s: JSON knows no leading zeros', (type, value, sent) => {
    expect(JSON.stringify(codecFor({ type, version: 'v4' }).encode(value))).toBe(sent);
  });

  test('an Int64 beyond the safe integers that a double holds by chance is read as its digits', () => {
    const codec = codecFor({ type: 'Edm.Int64', version: 'v4' });
    for (const digits of ['9007199254740992', '638000000000000000', '-1000000000000000000']) {
      expect(codec.decode(parseJson(digits))).toBe(digits);
    }
  });

  test('an Int64 that a double has rounded is not sent', () => {
    const codec = codecFor({ type: 'Edm.Int64', version: 'v4' });
    expect(() => codec.encode(Number('9007199254740993'))).toThrow('Edm.Int64');
  });

  test('decimals are strings where IEEE754Compatible is agreed', () => {
    const codec = codecFor({ type: 'Edm.Decimal', version: 'v4', ieee754Compatible: true });
    expect(codec.encode('1.10')).toBe('1.10');
  });
});

describe('a value that does not have its form', () => {
  test.each([
    ['Edm.Decimal', 'secret'],
    ['Edm.Decimal', '1.'],
    ['Edm.Decimal', '.5'],
    ['Edm.Decimal', '-'],
    ['Edm.Decimal', ''],
    ['Edm.Decimal', true],
    ['Edm.DateTime', '/Date()/'],
    ['Edm.DateTime', '/Date(1e3)/x'],
    ['Edm.DateTime', '/Date(99999999999999999)/'],
    ['Edm.DateTimeOffset', '2026-13-01T00:00:00Z'],
    ['Edm.Time', 'PT25H'],
    ['Edm.Int64', '1.5'],
    ['Edm.Boolean', 'yes'],
    ['Edm.Binary', '***'],
    ['Edm.Int32', ' '],
    ['Edm.Int32', '0x10'],
    ['Edm.Double', ' '],
    ['Edm.Double', '0b1'],
    ['Edm.Double', 'Infinity'],
    ['Edm.Double', 'constructor'],
    // The same instant in UTC is in the year 10000 or before the year 0.
    ['Edm.DateTimeOffset', '9999-12-31T23:59:59-01:00'],
    ['Edm.DateTimeOffset', '9999-12-31T23:59:60Z'],
    ['Edm.DateTimeOffset', '0000-01-01T00:00:00+00:01'],
    ['Edm.DateTimeOffset', '2026-01-01T00:00:00+24:00'],
    ['Edm.DateTimeOffset', '2026-01-01T00:00:00-01:60'],
  ])('%s %j is refused, and not repeated', (type, wire) => {
    expect(() => codecFor({ type, version: 'v2' }).decode(wire)).toThrow(
      expect.objectContaining({ code: 'ERR_MAPPING', category: 'mapping' }),
    );
    expect(() => codecFor({ type, version: 'v2' }).decode(wire)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});

describe('both directions are inverse', () => {
  const instant = fc
    .date({
      min: new Date('0001-01-01'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString().replace(/\.?0*Z$/, 'Z'));

  test('dates and instants of V2 agree with the language', () => {
    const offset = codecFor({ type: 'Edm.DateTimeOffset', version: 'v2' });
    const dateTime = codecFor({ type: 'Edm.DateTime', version: 'v2' });
    const day = codecFor({ type: 'Edm.DateTime', display: 'date', version: 'v2' });
    fc.assert(
      fc.property(instant, (text) => {
        expect(offset.encode(text)).toBe(`/Date(${Date.parse(text)}+0000)/`);
        expect(offset.decode(offset.encode(text))).toBe(text);
        expect(dateTime.decode(dateTime.encode(text.slice(0, -1)))).toBe(text.slice(0, -1));
        expect(day.decode(day.encode(text.slice(0, 10)))).toBe(text.slice(0, 10));
      }),
    );
  });

  test('instants with any offset agree with the language, to its milliseconds', () => {
    const codec = codecFor({ type: 'Edm.DateTimeOffset', version: 'v4' });
    const offset = fc
      .tuple(fc.constantFrom('+', '-'), fc.nat({ max: 23 }), fc.nat({ max: 59 }))
      .map(([sign, ...parts]) => sign + parts.map((n) => String(n).padStart(2, '0')).join(':'));
    const edge = fc.constantFrom('0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z');
    fc.assert(
      fc.property(fc.oneof(instant, edge), offset, (text, zone) => {
        const written = text.replace('Z', zone);
        const expected = new Date(written).toISOString();
        const inRange = /^\d{4}-/.test(expected);
        if (!inRange) expect(() => codec.decode(written)).toThrow('Edm.DateTimeOffset');
        else expect(codec.decode(written)).toBe(expected.replace(/\.?0*Z$/, 'Z'));
      }),
    );
  });

  test('whole numbers of any size survive V4, as the HTTP client parses them', () => {
    const form = { version: 'v4', type: 'Edm.Int64' } as const;
    const any = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const round = fc
      .tuple(fc.integer(), fc.nat({ max: 9 }))
      .map(([n, e]) => BigInt(n) * 10n ** BigInt(e));
    fc.assert(
      fc.property(fc.oneof(any, round), (number) => {
        const body = JSON.stringify({ a: codecFor(form).encode(String(number)) });
        expect(body).toBe(`{"a":${number}}`);
        expect(codecFor(form).decode((parseJson(body) as { a: unknown }).a)).toBe(String(number));
      }),
    );
  });

  test('decimals of V4 keep every digit through JSON', () => {
    const codec = codecFor({ type: 'Edm.Decimal', version: 'v4' });
    fc.assert(
      fc.property(fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,20})?$/), (text) => {
        expect(JSON.stringify({ a: codec.encode(text) })).toBe(`{"a":${text}}`);
      }),
    );
  });

  test('times', () => {
    const codec = codecFor({ type: 'Edm.Time', version: 'v2' });
    fc.assert(
      fc.property(instant, (text) => {
        expect(codec.decode(codec.encode(text.slice(11, -1)))).toBe(text.slice(11, -1));
      }),
    );
  });
});
