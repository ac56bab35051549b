import { maxDigits, tooManyDigits } from './decimal-error.ts';

/** An integer: a number while it is safe, a bigint beyond. Always in the smaller of the two forms. */
export type Unscaled = number | bigint;

const maxSafe = BigInt(Number.MAX_SAFE_INTEGER);

/** Powers of ten that are safe integers. */
const safePowersOfTen: readonly number[] = Array.from({ length: 16 }, (_, n) => 10 ** n);

/** 10^n as a bigint. */
function bigPowerOfTen(exponent: number): bigint {
  // A product of two decimals of the largest size is the most that is ever needed.
  if (exponent > 2 * maxDigits) throw tooManyDigits();
  return 10n ** BigInt(exponent);
}

/** The smaller form of an integer. */
export function reduce(value: bigint): Unscaled {
  return value <= maxSafe && value >= -maxSafe ? Number(value) : value;
}

/** value × 10^exponent. */
export function scaleUp(value: Unscaled, exponent: number): Unscaled {
  if (exponent === 0) return value;
  if (typeof value === 'number' && exponent < 16) {
    const product = value * (safePowersOfTen[exponent] as number);
    // A product beyond 2^53 may be wrong, but never looks safe: rounding to double is monotonic.
    if (Number.isSafeInteger(product)) return product;
  }
  return reduce(BigInt(value) * bigPowerOfTen(exponent));
}

export function addUnscaled(left: Unscaled, right: Unscaled): Unscaled {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return reduce(BigInt(left) + BigInt(right));
}

export function multiplyUnscaled(left: Unscaled, right: Unscaled): Unscaled {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right;
    if (Number.isSafeInteger(product)) return product;
  }
  return reduce(BigInt(left) * BigInt(right));
}
