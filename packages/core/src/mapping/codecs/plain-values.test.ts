import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../decimal/decimal.ts';
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

describe('text', () => {
  it.each<[string, CodecOptions, string, string | undefined, string | undefined]>([
    ['as it is', { kind: 'text' }, ' a ', ' a ', ' a '],
    ['empty is no value', { kind: 'text' }, '', undefined, undefined],
    ['trimmed', { kind: 'text', trim: true }, '  a b ', 'a b', 'a b'],
    ['trimmed, zeros kept', { kind: 'text', trim: true }, ' 007', '007', '007'],
    ['blanks are no value when trimmed', { kind: 'text', trim: true }, '   ', undefined, undefined],
    ['filled with zeros', { kind: 'text', zeroPad: 10 }, '0000017300', '17300', '0000017300'],
    [
      'letters are not filled',
      { kind: 'text', zeroPad: 10 },
      'EWM17-SU01',
      'EWM17-SU01',
      'EWM17-SU01',
    ],
    ['all zeros stay one zero', { kind: 'text', zeroPad: 3 }, '000', '0', '000'],
    ['zeros stripped', { kind: 'text', stripZeros: true }, '00010', '10', '10'],
    [
      'in lower case, upper at the vendor',
      { kind: 'text', vendorCase: 'upper', case: 'lower' },
      'EN',
      'en',
      'EN',
    ],
    ['in upper case', { kind: 'text', vendorCase: 'upper' }, 'ab', 'AB', 'AB'],
  ])('%s', (_name, codec, vendor, canonical, back) => {
    expect(decode(codec, vendor)).toBe(canonical);
    if (canonical !== undefined) expect(encode(codec, canonical)).toBe(back);
  });

  it('refuses what is too long for the vendor, or cuts it when told so', () => {
    expect(() => encode({ kind: 'text', maxLength: 3 }, 'abcd')).toThrow(/at most 3 characters/);
    expect(encode({ kind: 'text', maxLength: 3, overflow: 'cut' }, 'abcd')).toBe('abc');
    expect(decode({ kind: 'text', maxLength: 3 }, 'abcd')).toBe('abcd');
  });

  it('does not cut a character of two units in the middle', () => {
    const note: CodecOptions = { kind: 'text', maxLength: 3, overflow: 'cut' };
    expect(encode(note, 'ab😀')).toBe('ab');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const cut = encode(note, text) as string;
        expect(cut.isWellFormed()).toBe(true);
        expect(text.startsWith(cut)).toBe(true);
        expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, 2));
        expect(cut.length).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('reads an id that is a whole number as text and writes the number', () => {
    const id: CodecOptions = { kind: 'text', vendorType: 'integer' };
    expect(decode(id, 4711)).toBe('4711');
    expect(encode(id, '4711')).toBe(4711);
    for (const bad of ['', '1e3', '007', '1.5', '90071992547409930']) {
      expect(() => encode(id, bad)).toThrow(/digits of a whole number/);
    }
  });

  it.each([5, true, {}, []])(
    'refuses %j: silently making text of it would hide a mistake',
    (value) => {
      expect(() => decode({ kind: 'text' }, value)).toThrow(/expected text/);
      expect(() => encode({ kind: 'text' }, value)).toThrow(/expected text/);
    },
  );
});

describe('decimal', () => {
  const amount: CodecOptions = { kind: 'decimal', scale: 2 };

  it.each([
    ['100.5', '100.50'],
    ['100.500', '100.50'],
    ['-0.00', '0.00'],
    ['007', '7.00'],
    [100.5, '100.50'],
    [1e21, '1000000000000000000000.00'],
    [-3, '-3.00'],
    [12n, '12.00'],
    [new Big('1.10'), '1.10'],
    [Decimal.parse('1.1'), '1.10'],
    ['', undefined],
  ])('reads %s as %s', (vendor, canonical) => {
    expect(decode(amount, vendor)).toBe(canonical);
  });

  it.each(['1,50', ' 1', 'abc', '1.505', Number.NaN, Number.POSITIVE_INFINITY, true, {}])(
    'refuses %s',
    (value) => {
      expect(() => decode(amount, value)).toThrow(expect.objectContaining({ code: 'ERR_MAPPING' }));
    },
  );

  it('refuses a number whose digits a double made up', () => {
    expect(() => decode({ kind: 'decimal' }, 0.1 + 0.2)).toThrow(/read it as text/);
    expect(decode({ kind: 'decimal' }, 0.3)).toBe('0.3');
  });

  it('rounds only when told so', () => {
    expect(decode({ ...amount, rounding: 'half-even' }, '1.505')).toBe('1.50');
    expect(decode({ ...amount, rounding: 'half-up' }, '1.505')).toBe('1.51');
    expect(decode({ ...amount, rounding: 'down' }, '-1.509')).toBe('-1.50');
  });

  it.each([
    ['10.000', '10.00'],
    ['1.234', '1.234'],
    ['5', '5.00'],
    ['-0.0', '0.00'],
  ])('with a minimum of places reads %s as %s and loses nothing', (vendor, canonical) => {
    const price: CodecOptions = { kind: 'decimal', minScale: 2, vendorScale: 3 };
    expect(decode(price, vendor)).toBe(canonical);
    expect(Decimal.parse(encode(price, canonical) as string).equals(vendor)).toBe(true);
  });

  it('writes the places of the vendor and respects the size of its field', () => {
    const price: CodecOptions = { kind: 'decimal', scale: 2, vendorScale: 3, precision: 6 };
    expect(encode(price, '999.99')).toBe('999.990');
    expect(() => encode(price, '1000.00')).toThrow(/more than 6 digits/);
  });

  it('writes a number only when it holds every digit', () => {
    const number: CodecOptions = { kind: 'decimal', scale: 2, vendorType: 'number' };
    expect(encode(number, '0.10')).toBe(0.1);
    expect(() => encode(number, '9007199254740993.25')).toThrow(/more digits than a number holds/);
  });

  it('reads and writes the minus behind', () => {
    const idoc: CodecOptions = { kind: 'decimal', scale: 2, trailingMinus: true };
    expect(decode(idoc, '  12.50-')).toBe('-12.50');
    expect(decode(idoc, '12.50 ')).toBe('12.50');
    expect(encode(idoc, '-12.50')).toBe('12.50-');
  });

  it('refuses a canonical number: it may have lost digits already', () => {
    expect(() => encode(amount, 1.5)).toThrow(/numbers lose digits/);
  });

  it('survives writing and reading for every decimal that fits', () => {
    const value = fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }).map((digits) =>
      new Big(digits.toString())
        .div(1000)
        .toFixed(3)
        .replace(/^-(0\.000)$/, '$1'),
    );
    const mapping = mappingOf({ kind: 'decimal', scale: 3, vendorScale: 5 });
    fc.assert(
      fc.property(value, (c) => mapping.decode(mapping.encode({ c })).c === c),
      { numRuns: 2000 },
    );
  });
});

describe('integer', () => {
  it('fills the vendor text with zeros and reads it back', () => {
    const numc: CodecOptions = { kind: 'integer', vendorType: 'text', zeroPad: 5 };
    expect(encode(numc, 10)).toBe('00010');
    expect(decode(numc, '00010')).toBe(10);
    expect(decode(numc, '')).toBeUndefined();
  });

  it('has no sign in front of zeros that fill it', () => {
    const numc: CodecOptions = { kind: 'integer', vendorType: 'text', zeroPad: 5 };
    expect(() => encode(numc, -10)).toThrow(/negative/);
  });

  it('survives writing and reading, with any filling', () => {
    const zeroPad = fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined });
    fc.assert(
      fc.property(fc.maxSafeInteger(), zeroPad, (number, filled) => {
        const codec: CodecOptions = { kind: 'integer', vendorType: 'text', zeroPad: filled };
        const value = filled === undefined ? number : Math.abs(number);
        expect(decode(codec, encode(codec, value))).toBe(value);
      }),
    );
  });

  it.each(['1.0', '1e3', ' 1', 'x', 1.5, '9007199254740993', true])('refuses %j', (value) => {
    expect(() => decode({ kind: 'integer' }, value)).toThrow(/whole number/);
  });

  it('keeps to its bounds in both directions', () => {
    const days: CodecOptions = { kind: 'integer', min: 0, max: 999 };
    expect(() => decode(days, -1)).toThrow(/between 0 and 999/);
    expect(() => encode(days, 1000)).toThrow(/between 0 and 999/);
    expect(Object.is(decode(days, '-0'), 0)).toBe(true);
  });
});

describe('boolean and flag', () => {
  it('boolean takes true and false and nothing that looks like it', () => {
    expect(decode({ kind: 'boolean' }, false)).toBe(false);
    for (const value of ['true', 1, 0, 'X', '']) {
      expect(() => decode({ kind: 'boolean' }, value)).toThrow(/true or false/);
    }
  });

  it.each<[string, CodecOptions, unknown, unknown]>([
    ['SAP', { kind: 'flag' }, 'X', ''],
    ['NetSuite', { kind: 'flag', true: 'T', false: 'F' }, 'T', 'F'],
    ['numbers', { kind: 'flag', true: 1, false: 0 }, 1, 0],
    ['turned round', { kind: 'flag', true: false, false: true }, false, true],
  ])('flag of %s', (_name, codec, on, off) => {
    expect([decode(codec, on), decode(codec, off)]).toEqual([true, false]);
    expect([encode(codec, true), encode(codec, false)]).toEqual([on, off]);
    expect(() => decode(codec, 'maybe')).toThrow(/expected/);
    expect(() => encode(codec, 'maybe')).toThrow(/true or false/);
  });
});

describe('json', () => {
  it('passes any value on as it is', () => {
    const value = { a: [1, null, { b: 'x' }] };
    expect(decode({ kind: 'json' }, value)).toBe(value);
    expect(encode({ kind: 'json' }, value)).toBe(value);
  });
});
