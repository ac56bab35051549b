import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../errors/connector-error.ts';
import { Decimal } from './decimal.ts';
import type { Rounding } from './rounding.ts';

Big.PE = 1e6;
Big.NE = -1e6;

const bigRounding = { down: 0, 'half-up': 1, 'half-even': 2 } as const;
const rounding = fc.constantFrom<keyof typeof bigRounding>('down', 'half-up', 'half-even');
const scale = fc.integer({ min: 0, max: 12 });

/** Texts of all sizes, with many at the edges: ties, nines, zeros, the end of the safe range. */
const decimalText = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.integer({ min: 0, max: 1000 }).map(String),
      fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String),
      fc.constantFrom('0', '9007199254740991', '9007199254740992', '9007199254740993', '999999'),
    ),
    fc.oneof(
      fc.constant(''),
      fc.constantFrom('.5', '.05', '.15', '.25', '.50', '.005', '.999', '.0000001', '.000'),
      fc.bigInt({ min: 0n, max: 10n ** 18n }).map((digits) => `.${digits}`),
    ),
  )
  .map((parts) => parts.join(''));

/** big.js keeps a negative zero; a decimal has one zero. */
const plain = (value: Big) => value.toFixed().replace(/^-0$/, '0');

const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
    return undefined;
  } catch (error) {
    return ConnectorError.isInstance(error) ? error.code : String(error);
  }
};

describe('Decimal agrees with big.js', () => {
  it('in 100,000 random sums, differences, products, comparisons, roundings and quotients', () => {
    fc.assert(
      fc.property(decimalText, decimalText, scale, rounding, (left, right, places, mode) => {
        const a = Decimal.parse(left);
        const b = Decimal.parse(right);
        const x = new Big(left);
        const y = new Big(right);
        const round = { scale: places, rounding: mode };
        const same =
          a.add(b).toString() === plain(x.plus(y)) &&
          a.sub(b).toString() === plain(x.minus(y)) &&
          a.mul(b).toString() === plain(x.times(y)) &&
          a.compare(b) === x.cmp(y) &&
          a.equals(b) === x.eq(y) &&
          a.negate().toString() === plain(x.neg()) &&
          a.abs().toString() === plain(x.abs()) &&
          a.round(round).toString() === plain(x.round(places, bigRounding[mode])) &&
          a.toFixed(places, mode).replace(/^-(?=[0.]*$)/, '') ===
            x.toFixed(places, bigRounding[mode]).replace(/^-(?=[0.]*$)/, '');
        if (!same) return false;
        if (b.isZero()) return y.eq(0);
        Big.DP = places;
        Big.RM = bigRounding[mode];
        return a.divide(b, round).toString() === plain(x.div(y));
      }),
      { numRuns: 100_000 },
    );
  });

  it('in reading and writing: a text survives up to leading and trailing zeros', () => {
    fc.assert(
      fc.property(decimalText, (text) => Decimal.parse(text).toString() === plain(new Big(text))),
      { numRuns: 10_000 },
    );
  });
});

describe('Decimal.parse', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['+5', '5'],
    ['007.50', '7.5'],
    ['100', '100'],
    ['1e3', '1000'],
    ['1.5E-7', '0.00000015'],
    ['-12.5e+1', '-125'],
    ['9007199254740993.25', '9007199254740993.25'],
  ])('reads %s as %s', (text, expected) => {
    expect(Decimal.parse(text).toString()).toBe(expected);
  });

  it.each([
    '',
    ' ',
    ' 1',
    '1 ',
    '1,5',
    '1.',
    '.5',
    '-',
    '+',
    '--1',
    'NaN',
    'Infinity',
    '0x10',
    '1_000',
    '1e',
    '1e5.5',
    '１',
    '1\n',
  ])('refuses %j', (text) => {
    expect(codeOf(() => Decimal.parse(text))).toBe('ERR_INVALID_DECIMAL');
  });

  it.each([
    ['digits', '1'.repeat(1001)],
    ['places', `0.${'0'.repeat(1000)}1`],
    ['a huge exponent', '1e9999'],
    ['a tiny exponent', '1e-9999'],
    ['a text of a megabyte', '1'.repeat(1_000_000)],
  ])('refuses more than 1000 digits: %s', (_name, text) => {
    expect(codeOf(() => Decimal.parse(text))).toBe('ERR_INVALID_DECIMAL');
  });

  it('never repeats the value in its message', () => {
    expect(() => Decimal.parse('4111 1111 1111 1111')).toThrow(/^(?!.*4111).*$/);
  });
});

describe('Decimal.from', () => {
  it.each([
    [12, '12'],
    [-0, '0'],
    [12345678901234567890n, '12345678901234567890'],
    ['12.50', '12.5'],
    [new Big('1e21'), '1000000000000000000000'],
    [Decimal.parse('7'), '7'],
  ])('takes %s', (value, expected) => {
    expect(Decimal.from(value).toString()).toBe(expected);
  });

  it.each([[0.1], [Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 53]])(
    'refuses the number %s, which is not exact',
    (value) => {
      expect(codeOf(() => Decimal.from(value))).toBe('ERR_INVALID_DECIMAL');
    },
  );

  it.each([[null], [undefined], [true], [{}], [[]]])('refuses %j', (value) => {
    expect(codeOf(() => Decimal.from(value as never))).toBe('ERR_INVALID_DECIMAL');
  });
});

describe('rounding', () => {
  it.each<[string, Rounding, string]>([
    ['2.5', 'half-even', '2'],
    ['3.5', 'half-even', '4'],
    ['-2.5', 'half-even', '-2'],
    ['2.5', 'half-up', '3'],
    ['-2.5', 'half-up', '-3'],
    ['2.51', 'half-even', '3'],
    ['2.9', 'down', '2'],
    ['-2.9', 'down', '-2'],
    ['-0.4', 'half-up', '0'],
    ['2.0', 'exact', '2'],
  ])('of %s %s is %s', (text, mode, expected) => {
    expect(Decimal.parse(text).round({ scale: 0, rounding: mode }).toString()).toBe(expected);
  });

  it('exact refuses to lose a digit, in round, divide and toFixed', () => {
    const value = Decimal.parse('0.125');
    expect(codeOf(() => value.round({ scale: 2, rounding: 'exact' }))).toBe('ERR_INVALID_DECIMAL');
    expect(codeOf(() => value.divide('3', { scale: 20, rounding: 'exact' }))).toBe(
      'ERR_INVALID_DECIMAL',
    );
    expect(codeOf(() => value.toFixed(2))).toBe('ERR_INVALID_DECIMAL');
    expect(value.toFixed(2, 'half-even')).toBe('0.12');
    expect(value.toFixed(5)).toBe('0.12500');
  });

  it.each([-1, 1.5, Number.NaN, 1001])('refuses the scale %s', (places) => {
    expect(codeOf(() => Decimal.zero.round({ scale: places, rounding: 'down' }))).toBe(
      'ERR_INVALID_DECIMAL',
    );
  });
});

describe('Decimal', () => {
  it('knows its scale and precision', () => {
    expect([Decimal.parse('1.50').scale, Decimal.parse('1.50').precision]).toEqual([1, 2]);
    expect([Decimal.parse('0.007').scale, Decimal.parse('0.007').precision]).toEqual([3, 1]);
    expect([Decimal.parse('-100').scale, Decimal.parse('-100').precision]).toEqual([0, 3]);
  });

  it('becomes a string in JSON, never a number', () => {
    expect(JSON.stringify({ amount: Decimal.parse('12.50') })).toBe('{"amount":"12.5"}');
  });

  it('refuses to divide by zero', () => {
    expect(codeOf(() => Decimal.from(1).divide('0.00', { scale: 2, rounding: 'down' }))).toBe(
      'ERR_INVALID_DECIMAL',
    );
  });

  it('refuses a product of more than 1000 digits', () => {
    const large = Decimal.parse('9'.repeat(600));
    expect(codeOf(() => large.mul(large))).toBe('ERR_INVALID_DECIMAL');
  });
});
