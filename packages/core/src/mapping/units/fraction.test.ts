import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideFractions, fraction, multiplyFractions, parseFraction } from './fraction.ts';

describe('fractions', () => {
  it.each([
    ['12', 12n, 1n],
    ['0.5', 1n, 2n],
    ['12/8', 3n, 2n],
    ['0.45359237', 45359237n, 100000000n],
    ['1.5/0.25', 6n, 1n],
  ])('%s is read in lowest terms', (text, numerator, denominator) => {
    expect(parseFraction(text)).toEqual({ numerator, denominator });
  });

  it.each(['', '0', '1/0', '-1', '1/2/3', 'x', '1.', '.5', '1e3', ' 1', '9'.repeat(41)])(
    '"%s" is none',
    (text) => {
      expect(parseFraction(text)).toBeUndefined();
    },
  );

  it('multiply and divide exactly', () => {
    const some = fc.tuple(
      fc.bigInt({ min: 1n, max: 10n ** 20n }),
      fc.bigInt({ min: 1n, max: 10n ** 20n }),
    );
    fc.assert(
      fc.property(some, some, ([a, b], [c, d]) => {
        const left = fraction(a, b);
        const right = fraction(c, d);
        expect(divideFractions(multiplyFractions(left, right), right)).toEqual(left);
        const product = multiplyFractions(left, right);
        expect(product.numerator * b * d).toBe(product.denominator * a * c);
      }),
    );
  });
});
