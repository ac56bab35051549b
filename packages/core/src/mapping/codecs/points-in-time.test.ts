import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodecOptions } from '../codec-options.ts';
import { compileTemplate } from '../compile-template.ts';
import { defineTemplate } from '../define-template.ts';

const mappingOf = (codec: CodecOptions) =>
  compileTemplate(
    defineTemplate({
      id: 'test',
      version: 1,
      vendor: { entity: 'v' },
      canonical: { entity: 'c' },
      fields: [{ vendor: 'v', canonical: 'c', codec }],
    }),
  );
const decode = (codec: CodecOptions, v: unknown) => mappingOf(codec).decode({ v }).c;
const encode = (codec: CodecOptions, c: unknown) => mappingOf(codec).encode({ c }).v;

const anyDay = fc.integer({ min: -719_162, max: 2_932_896 });
const platformDate = (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10);

describe('date', () => {
  it.each<[NonNullable<Extract<CodecOptions, { kind: 'date' }>['format']>, string]>([
    ['YYYY-MM-DD', '2026-01-31'],
    ['YYYYMMDD', '20260131'],
    ['DD.MM.YYYY', '31.01.2026'],
    ['MM/DD/YYYY', '01/31/2026'],
    ['YYYY-MM-DDTHH:mm:ss', '2026-01-31T00:00:00'],
    ['/Date(ms)/', '/Date(1769817600000)/'],
  ])('is read from and written as %s', (format, vendor) => {
    const codec: CodecOptions = { kind: 'date', format };
    expect(decode(codec, vendor)).toBe('2026-01-31');
    expect(encode(codec, '2026-01-31')).toBe(vendor);
    const mapping = mappingOf(codec);
    fc.assert(
      fc.property(anyDay, (days) => {
        const c = platformDate(days);
        return mapping.decode(mapping.encode({ c })).c === c;
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[string, CodecOptions, string]>([
    ['empty text', { kind: 'date' }, ''],
    ['zeros', { kind: 'date', format: 'YYYYMMDD' }, '00000000'],
    ['zeros with dashes', { kind: 'date' }, '0000-00-00'],
    ['blanks', { kind: 'date', format: 'YYYYMMDD' }, '        '],
  ])('is absent for %s', (_name, codec, vendor) => {
    expect(mappingOf(codec).decode({ v: vendor })).toEqual({});
  });

  it.each<[string, CodecOptions, unknown]>([
    ['30 February', { kind: 'date' }, '2026-02-30'],
    ['29 February of a common year', { kind: 'date' }, '1900-02-29'],
    ['month 13', { kind: 'date', format: 'YYYYMMDD' }, '20261301'],
    ['a time of day', { kind: 'date' }, '2026-01-31T10:00:00'],
    [
      'a time of day that would be lost',
      { kind: 'date', format: 'YYYY-MM-DDTHH:mm:ss' },
      '2026-01-31T10:00:00',
    ],
    ['ticks with a time of day', { kind: 'date', format: '/Date(ms)/' }, '/Date(1769817600001)/'],
    ['ticks without digits', { kind: 'date', format: '/Date(ms)/' }, '/Date()/'],
    [
      'ticks beyond the year 9999',
      { kind: 'date', format: '/Date(ms)/' },
      '/Date(253402300800000)/',
    ],
    ['another format', { kind: 'date', format: 'DD.MM.YYYY' }, '2026-01-31'],
    ['a number', { kind: 'date' }, 20260131],
    ['words', { kind: 'date' }, 'tomorrow'],
  ])('refuses %s', (_name, codec, vendor) => {
    expect(() => decode(codec, vendor)).toThrow(/expected a date/);
  });

  it('writes the vendor’s initial value for null', () => {
    expect(encode({ kind: 'date', format: 'YYYYMMDD' }, null)).toBe('00000000');
    expect(encode({ kind: 'date' }, null)).toBeNull();
  });
});

describe('time', () => {
  it.each<[NonNullable<Extract<CodecOptions, { kind: 'time' }>['format']>, string]>([
    ['HH:mm:ss', '09:05:00'],
    ['HHmmss', '090500'],
    ['PTnHnMnS', 'PT09H05M00S'],
  ])('is read from and written as %s', (format, vendor) => {
    expect(decode({ kind: 'time', format }, vendor)).toBe('09:05:00');
    expect(encode({ kind: 'time', format }, '09:05:00')).toBe(vendor);
  });

  it.each([
    ['PT9H5M', '09:05:00'],
    ['PT0S', '00:00:00'],
    ['PT12H30M00.0000000S', '12:30:00'],
  ])('reads the duration %s', (vendor, canonical) => {
    expect(decode({ kind: 'time', format: 'PTnHnMnS' }, vendor)).toBe(canonical);
  });

  it.each<[NonNullable<Extract<CodecOptions, { kind: 'time' }>['format']>, unknown]>([
    ['HH:mm:ss', '24:00:00'],
    ['HH:mm:ss', '9:05:00'],
    ['HH:mm:ss', '09:05:00.5'],
    ['HHmmss', '096000'],
    ['PTnHnMnS', 'PT'],
    ['PTnHnMnS', 'PT25H'],
    ['HHmmss', 90500],
  ])('refuses in %s the value %s', (format, vendor) => {
    expect(() => decode({ kind: 'time', format }, vendor)).toThrow(/expected a time of day/);
  });
});

describe('instant', () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z'],
    ['2026-01-31T12:00Z', '2026-01-31T12:00:00Z'],
    ['2026-01-31T12:00:00.1234567Z', '2026-01-31T12:00:00.1234567Z'],
    ['2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00Z'],
    ['2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00Z'],
    ['2026-01-31T23:30:00.5-0230', '2026-02-01T02:00:00.5Z'],
  ])('reads %s in UTC, no digit lost: %s', (vendor, canonical) => {
    expect(decode({ kind: 'instant' }, vendor)).toBe(canonical);
  });

  it.each<[NonNullable<Extract<CodecOptions, { kind: 'instant' }>['format']>, unknown, string]>([
    ['/Date(ms)/', '/Date(1769860800123+0000)/', '2026-01-31T12:00:00.123Z'],
    ['/Date(ms)/', '/Date(-1+0000)/', '1969-12-31T23:59:59.999Z'],
    ['epoch-milliseconds', 1769860800100, '2026-01-31T12:00:00.1Z'],
    ['epoch-seconds', 1769860800, '2026-01-31T12:00:00Z'],
    ['YYYYMMDDHHmmss', '20260131120000', '2026-01-31T12:00:00Z'],
  ])('is read from and written as %s: %s', (format, vendor, canonical) => {
    expect(decode({ kind: 'instant', format }, vendor)).toBe(canonical);
    expect(encode({ kind: 'instant', format }, canonical)).toBe(vendor);
  });

  it('reads ticks with an offset as the same point in time: the ticks are UTC already', () => {
    const codec: CodecOptions = { kind: 'instant', format: '/Date(ms)/' };
    expect(decode(codec, '/Date(1769860800000+0060)/')).toBe('2026-01-31T12:00:00Z');
  });

  it.each(['2026-01-31T12:00:00', '2026-02-30T12:00:00Z', '2026-01-31T24:00:00Z', '2026-01-31', 5])(
    'refuses %s',
    (value) => {
      expect(() => decode({ kind: 'instant' }, value)).toThrow(/expected a point in time/);
    },
  );

  it.each(['', '00000000000000', '0'])('is absent for the initial value %j', (v) => {
    expect(mappingOf({ kind: 'instant', format: 'YYYYMMDDHHmmss' }).decode({ v })).toEqual({});
  });

  it('does not take the number 0 for an initial value', () => {
    const codec: CodecOptions = { kind: 'instant', format: 'epoch-seconds' };
    expect(decode(codec, 0)).toBe('1970-01-01T00:00:00Z');
    expect(encode(codec, '1970-01-01T00:00:00Z')).toBe(0);
  });

  it('refuses to lose digits of the fraction', () => {
    const milliseconds: CodecOptions = { kind: 'instant', format: 'epoch-milliseconds' };
    expect(() => encode(milliseconds, '2026-01-31T12:00:00.1234Z')).toThrow(/would be lost/);
    const three: CodecOptions = { kind: 'instant', fractionDigits: 3 };
    expect(encode(three, '2026-01-31T12:00:00Z')).toBe('2026-01-31T12:00:00.000Z');
    expect(() => encode(three, '2026-01-31T12:00:00.1234Z')).toThrow(/would be lost/);
  });

  it('agrees with Date on any offset', () => {
    const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
    const time = fc.integer({ min: -62_000_000_000_000, max: 253_000_000_000_000 });
    const codec = mappingOf({ kind: 'instant' });
    fc.assert(
      fc.property(time, offset, (milliseconds, minutes) => {
        const local = new Date(milliseconds + minutes * 60_000).toISOString().slice(0, -1);
        const size = Math.abs(minutes);
        const pad = (value: number) => String(value).padStart(2, '0');
        const sign = minutes < 0 ? '-' : '+';
        const v = `${local}${sign}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
        const decoded = codec.decode({ v }).c as string;
        expect(new Date(decoded).getTime()).toBe(milliseconds);
      }),
      { numRuns: 5000 },
    );
  });
});
