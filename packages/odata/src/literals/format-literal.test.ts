import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ODataVersion } from './edm-type.ts';
import { formatLiteral } from './format-literal.ts';
import { parseLiteral } from './parse-literal.ts';
import { encodePath, encodeQuery } from './percent-encoding.ts';

describe('a literal is written as the version wants it', () => {
  test.each([
    ['Edm.String', "O'Neil", "'O''Neil'", "'O''Neil'"],
    ['Edm.String', '', "''", "''"],
    ['Edm.Decimal', '100.50', '100.50M', '100.50'],
    ['Edm.Decimal', '-0.001', '-0.001M', '-0.001'],
    ['Edm.Int64', '9223372036854775807', '9223372036854775807L', '9223372036854775807'],
    ['Edm.Int32', 42, '42', '42'],
    ['Edm.Boolean', false, 'false', 'false'],
    ['Edm.Double', 1.5, '1.5d', '1.5'],
    ['Edm.Single', 1.5, '1.5f', '1.5'],
    [
      'Edm.Guid',
      '00505681-0000-1ed8-9bb0-000000000001',
      "guid'00505681-0000-1ed8-9bb0-000000000001'",
      '00505681-0000-1ed8-9bb0-000000000001',
    ],
    [
      'Edm.DateTimeOffset',
      '2026-01-01T00:00:00.1234567Z',
      "datetimeoffset'2026-01-01T00:00:00.1234567Z'",
      '2026-01-01T00:00:00.1234567Z',
    ],
    [
      'Edm.DateTimeOffset',
      '2026-01-01T01:00:00+01:00',
      "datetimeoffset'2026-01-01T00:00:00Z'",
      '2026-01-01T00:00:00Z',
    ],
    ['Edm.Binary', '//4=', "X'FFFE'", "binary'__4'"],
    ['Edm.String', null, 'null', 'null'],
  ])('%s %j is %s in V2 and %s in V4', (type, value, v2, v4) => {
    expect(formatLiteral({ value, type, version: 'v2' })).toBe(v2);
    expect(formatLiteral({ value, type, version: 'v4' })).toBe(v4);
  });

  test.each([
    ['Edm.DateTime', '2026-01-01', 'v2', "datetime'2026-01-01T00:00:00'"],
    ['Edm.DateTime', '2026-01-01T12:30:00Z', 'v2', "datetime'2026-01-01T12:30:00'"],
    ['Edm.DateTime', '2026-01-01T12:30:00+02:00', 'v2', "datetime'2026-01-01T10:30:00'"],
    ['Edm.Time', '12:30:00', 'v2', "time'PT12H30M00S'"],
    ['Edm.Date', '2026-01-01', 'v4', '2026-01-01'],
    ['Edm.TimeOfDay', '12:30', 'v4', '12:30:00'],
    ['Edm.Duration', 'P1DT2H', 'v4', "duration'P1DT2H'"],
    [
      'Microsoft.Dynamics.DataEntities.NoYes',
      'Yes',
      'v4',
      "Microsoft.Dynamics.DataEntities.NoYes'Yes'",
    ],
  ] as const)('%s %j in %s is %s', (type, value, version, expected) => {
    expect(formatLiteral({ value, type, version })).toBe(expected);
  });

  test.each([
    ['down', '2026-01-01T00:00:59.9999999Z', '2026-01-01T00:00:59Z'],
    ['up', '2026-01-01T00:00:59.0000001Z', '2026-01-01T00:01:00Z'],
    ['up', '2026-01-01T00:00:59.000Z', '2026-01-01T00:00:59Z'],
    ['up', '9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.9999999Z'],
  ] as const)('trap: an instant is in whole seconds on demand, %s', (wholeSeconds, value, text) => {
    const literal = formatLiteral({
      value,
      type: 'Edm.DateTimeOffset',
      version: 'v2',
      wholeSeconds,
    });
    expect(literal).toBe(`datetimeoffset'${text}'`);
  });

  test.each([
    ['Edm.Decimal', '12,50'],
    ['Edm.Date', '2026-02-30'],
    ['Edm.DateTime', 'yesterday'],
    ['Edm.Guid', '1234'],
    ['Edm.Int32', '1.5'],
  ])('%s refuses %j without repeating it', (type, value) => {
    expect(() => formatLiteral({ value, type, version: 'v2' })).toThrow(
      expect.objectContaining({
        code: 'ERR_MAPPING',
        message: expect.not.stringContaining(String(value)),
      }),
    );
  });

  test('a complex value has no literal', () => {
    expect(() => formatLiteral({ value: { a: 1 }, type: 'Ns.Address', version: 'v4' })).toThrow(
      expect.objectContaining({ code: 'ERR_UNSUPPORTED_QUERY' }),
    );
  });
});

describe('reading is the inverse of writing', () => {
  const digits = (max: bigint) => fc.bigInt({ min: -max, max: max - 1n }).map(String);
  const date = fc
    .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((value) => value.toISOString());
  const decimal = fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.stringMatching(/^\d{0,9}$/))
    .map(([whole, fraction]) => (fraction === '' ? `${whole}` : `${whole}.${fraction}`));
  const values: readonly (readonly [string, ODataVersion | 'both', fc.Arbitrary<unknown>])[] = [
    ['Edm.String', 'both', fc.string({ unit: 'grapheme' })],
    ['Edm.Decimal', 'both', decimal],
    ['Edm.Int64', 'both', digits(2n ** 63n)],
    ['Edm.Int32', 'both', fc.integer()],
    ['Edm.Boolean', 'both', fc.boolean()],
    ['Edm.Guid', 'both', fc.uuid()],
    ['Edm.Double', 'both', fc.double()],
    ['Edm.DateTimeOffset', 'both', date.map((text) => text.replace(/\.?0*Z$/, 'Z'))],
    ['Edm.DateTime', 'v2', date.map((text) => text.replace(/\.?0*Z$/, ''))],
    ['Edm.Date', 'v4', date.map((text) => text.slice(0, 10))],
    ['Edm.TimeOfDay', 'v4', date.map((text) => text.slice(11, 19))],
    ['Edm.Time', 'v2', date.map((text) => text.slice(11, 19))],
    ['Edm.Binary', 'both', fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))],
  ];
  test.each(
    values.flatMap(([type, version, arbitrary]) =>
      (version === 'both' ? (['v2', 'v4'] as const) : [version]).map(
        (one) => [type, one, arbitrary] as const,
      ),
    ),
  )('%s in %s, also through a URL', (type, version, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const text = formatLiteral({ value, type, version });
        for (const encoded of [encodePath(text), encodeQuery(text)]) {
          expect(encoded).not.toMatch(/[\s+#"<>]/);
          expect(parseLiteral({ text: encoded, type, version })).toEqual({ type, value });
        }
      }),
    );
  });
});

describe('the type of a literal is told by its form', () => {
  test.each([
    ["'42'", 'v2', 'Edm.String', '42'],
    ['42', 'v2', 'Edm.Int32', 42],
    ['42L', 'v2', 'Edm.Int64', '42'],
    ['42.5m', 'v2', 'Edm.Decimal', '42.5'],
    ["datetime'2026-01-01T00:00:00'", 'v2', 'Edm.DateTime', '2026-01-01T00:00:00'],
    ["time'PT12H'", 'v2', 'Edm.Time', '12:00:00'],
    ["X'ff'", 'v2', 'Edm.Binary', '/w=='],
    ['2026-01-01', 'v4', 'Edm.Date', '2026-01-01'],
    ['2026-01-01T00:00:00Z', 'v4', 'Edm.DateTimeOffset', '2026-01-01T00:00:00Z'],
    ['12:00:00', 'v4', 'Edm.TimeOfDay', '12:00:00'],
    ['42', 'v4', 'Edm.Int32', 42],
    ['42.5', 'v4', 'Edm.Decimal', '42.5'],
    ["Sales.Pattern'Yellow'", 'v4', 'Sales.Pattern', 'Yellow'],
    ['null', 'v4', 'Edm.String', null],
  ] as const)('%s in %s', (text, version, type, value) => {
    expect(parseLiteral({ text, version })).toEqual({ type, value });
  });

  test.each([
    ["datetime'2026-01-01T00:00:00Z'", 'v2'],
    ["'O'Neil'", 'v2'],
    ["'O'Neil'", 'v4'],
    ['%zz', 'v4'],
    ['wrong', 'v4'],
    ["guid'1'", 'v2'],
  ] as const)('%s in %s is none', (text, version) => {
    expect(() => parseLiteral({ text, version })).toThrow(
      expect.objectContaining({ code: 'ERR_VALIDATION' }),
    );
  });
});
