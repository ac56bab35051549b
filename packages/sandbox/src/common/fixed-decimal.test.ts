import Big from 'big.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatScaled, quantityRule, readDecimal, totalAmount } from './fixed-decimal.ts';

const decimal = (places: number) =>
  fc.bigInt(1n, 10n ** 14n).map((scaled) => formatScaled(scaled, places));

it('multiplies as big.js does, rounding half to even', () => {
  fc.assert(
    fc.property(decimal(3), decimal(2), (quantity, price) => {
      const exact = new Big(quantity).times(price);
      expect(totalAmount(quantity, price)).toBe(exact.round(2, Big.roundHalfEven).toFixed(2));
    }),
  );
});

it.each([
  ['0.500', '0.01', '0.00'],
  ['1.500', '0.01', '0.02'],
  ['2.500', '0.01', '0.02'],
  ['0.501', '0.01', '0.01'],
  ['999999999999.999', '9999999999999.99', '9999999999999980000000000.00'],
])('%s × %s = %s', (quantity, price, total) => {
  expect(totalAmount(quantity, price)).toBe(total);
});

it('reads its own form back unchanged', () => {
  fc.assert(
    fc.property(decimal(3), (quantity) => {
      expect(readDecimal('quantity', quantity, quantityRule)).toBe(quantity);
    }),
  );
});
