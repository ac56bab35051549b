import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumOfProducts } from './sum-of-products.ts';

const amount = (digits: number, places: number) =>
  fc
    .integer({ min: -(10 ** digits), max: 10 ** digits })
    .map((value) => new Big(value).div(10 ** places).toFixed(places));

describe('sumOfProducts', () => {
  it('rounds each line on its own', () => {
    const lines = [
      ['0.500', '0.01'],
      ['0.500', '0.01'],
    ] as const;
    expect(sumOfProducts(lines, { scale: 2, rounding: 'half-up' })).toBe('0.02');
    expect(sumOfProducts(lines, { scale: 2, rounding: 'half-even' })).toBe('0.00');
  });

  it('is zero with its places for no lines', () => {
    expect(sumOfProducts([], { scale: 2, rounding: 'half-even' })).toBe('0.00');
  });

  it('agrees with big.js where doubles do not', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(amount(9, 3), amount(11, 2)), { maxLength: 20 }), (lines) => {
        const expected = lines.reduce(
          (sum, [quantity, price]) => sum.plus(new Big(quantity).times(price).round(2, 2)),
          new Big(0),
        );
        expect(sumOfProducts(lines, { scale: 2, rounding: 'half-even' })).toBe(
          expected.toFixed(2).replace(/^-(0\.00)$/, '$1'),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
