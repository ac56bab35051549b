import { Decimal, type RoundingOptions } from './decimal.ts';

/**
 * Sums quantity × price over lines, each product rounded on its own, as invoices do:
 * `sumOfProducts([['2.000', '9.99']], { scale: 2, rounding: 'half-even' })` is `'19.98'`.
 *
 * @returns the sum with exactly `scale` places
 */
export function sumOfProducts(
  factors: Iterable<readonly [string, string]>,
  options: RoundingOptions,
): string {
  let sum = Decimal.zero;
  for (const [left, right] of factors) {
    sum = sum.add(Decimal.parse(left).mul(Decimal.parse(right)).round(options));
  }
  return sum.toFixed(options.scale);
}
