import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  compareDecimals,
  multiplyDecimals,
  readDecimal,
  wholeDigits,
} from './decimal.ts';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(6))
  .map(([units, scale]) => ({ units, scale, text: readDecimal(`${units}e-${scale}`, 6)! }));

describe('an exact number', () => {
  it.each([
    ['1.005', 2, '1.01'],
    ['-1.005', 2, '-1.01'],
    ['1.2E3', 0, '1200'],
    ['-0.001', 2, '0'],
    ['.5', 1, '0.5'],
    ['5.', 1, '5'],
    ['000.10', 3, '0.1'],
    ['1e-7', 3, '0'],
  ])('%s at %i places is %s', (text, scale, expected) => {
    expect(readDecimal(text, scale)).toBe(expected);
  });

  it.each(['', '.', 'x', '1,5', '--1', '1e', 'NaN', '0x1'])('is not %j', (text) => {
    expect(readDecimal(text, 2)).toBeUndefined();
  });

  it('adds, multiplies and compares as whole numbers do', () => {
    fc.assert(
      fc.property(decimal, decimal, (one, other) => {
        const units = ({ units, scale }: typeof one): bigint => units * 10n ** BigInt(6 - scale);
        const sum = readDecimal(`${units(one) + units(other)}e-6`, 6);
        expect(addDecimals(one.text, other.text)).toBe(sum);
        const product = readDecimal(`${one.units * other.units}e-${one.scale + other.scale}`, 12);
        expect(multiplyDecimals(one.text, other.text, 12)).toBe(product);
        const difference = units(one) - units(other);
        const sign = difference < 0n ? -1 : difference > 0n ? 1 : 0;
        expect(Math.sign(compareDecimals(one.text, other.text))).toBe(sign);
      }),
    );
  });

  it('counts its digits before the point', () => {
    expect(['0.5', '-12.5', '100', '0'].map(wholeDigits)).toEqual([0, 2, 3, 0]);
  });
});
