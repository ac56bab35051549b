import type { Rounding } from './rounding.ts';
import { reduce, type Unscaled } from './unscaled.ts';

/** The rounded quotient, or `undefined` when `exact` was asked for and a remainder is left. */
export function divideUnscaled(
  dividend: Unscaled,
  divisor: Unscaled,
  rounding: Rounding,
): Unscaled | undefined {
  if (typeof dividend === 'number' && typeof divisor === 'number') {
    const isNegative = dividend < 0 !== divisor < 0;
    const size = Math.abs(dividend);
    const unit = Math.abs(divisor);
    // Exact for safe integers: the remainder is, and so is a division that leaves none.
    const remainder = size % unit;
    if (remainder !== 0 && rounding === 'exact') return undefined;
    let quotient = (size - remainder) / unit;
    if (roundsAway(quotient % 2 === 1, remainder - (unit - remainder), rounding)) quotient += 1;
    return isNegative && quotient !== 0 ? -quotient : quotient;
  }
  const big = BigInt(dividend);
  const divisorBig = BigInt(divisor);
  const isNegative = big < 0n !== divisorBig < 0n;
  const size = big < 0n ? -big : big;
  const unit = divisorBig < 0n ? -divisorBig : divisorBig;
  let quotient = size / unit;
  const remainder = size - quotient * unit;
  if (remainder !== 0n && rounding === 'exact') return undefined;
  if (roundsAway(quotient % 2n === 1n, remainder * 2n - unit, rounding)) quotient += 1n;
  return reduce(isNegative ? -quotient : quotient);
}

/** `beyondHalf`: negative below the tie, 0 on it, positive above. */
function roundsAway(isOdd: boolean, beyondHalf: number | bigint, rounding: Rounding): boolean {
  if (rounding === 'down' || rounding === 'exact') return false;
  if (beyondHalf > 0) return true;
  // biome-ignore lint/suspicious/noDoubleEquals: 0 and 0n are both a tie
  return beyondHalf == 0 && (rounding === 'half-up' || isOdd);
}
