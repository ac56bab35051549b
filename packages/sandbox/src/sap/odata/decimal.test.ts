import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  compareDecimals,
  multiplyDecimals,
  rescale,
  subtractDecimals,
} from './decimal.ts';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), fc.integer({ min: 0, max: 6 }))
  .map(([units, scale]) => new Big(units.toString()).div(new Big(10).pow(scale)).toFixed(scale));

describe('decimal texts', () => {
  it('add, subtract and compare as big.js does', () => {
    fc.assert(
      fc.property(decimal, decimal, (left, right) => {
        expect(new Big(addDecimals(left, right)).eq(new Big(left).plus(right))).toBe(true);
        expect(new Big(subtractDecimals(left, right)).eq(new Big(left).minus(right))).toBe(true);
        expect(Math.sign(compareDecimals(left, right))).toBe(new Big(left).cmp(right));
      }),
    );
  });

  it('keep the sign of a fraction below one', () => {
    expect(addDecimals('-0.250', '0.100')).toBe('-0.150');
    expect(rescale('-0.5', 3)).toBe('-0.500');
  });

  it('round half away from zero', () => {
    expect(rescale('2.345', 2)).toBe('2.35');
    expect(rescale('-2.345', 2)).toBe('-2.35');
    expect(multiplyDecimals('3.000', '10.05', { divisor: '100', scale: 3 })).toBe('0.302');
  });

  it('multiply as big.js does', () => {
    fc.assert(
      fc.property(decimal, decimal, (left, right) => {
        const product = new Big(left).times(right).toFixed(3, Big.roundHalfUp);
        expect(new Big(multiplyDecimals(left, right, { scale: 3 })).eq(product)).toBe(true);
      }),
    );
  });
});
