import { Decimal } from './decimal.ts';
import { decimalError, maxDigits, wouldLoseDigits } from './decimal-error.ts';
import type { Rounding } from './rounding.ts';

export interface NormalizeDecimalOptions {
  /** Exactly so many places. @default as many as the number needs */
  readonly scale?: number | undefined;
  /** Digits that the whole number may have, as in SQL's `DECIMAL(precision, scale)`. @default 1000 */
  readonly precision?: number | undefined;
  /** @default 'exact' */
  readonly rounding?: Rounding | undefined;
}

const zero = 48;
const nine = 57;
const point = 46;
const minus = 45;
const zeros = '0'.repeat(32);

/**
 * Writes a decimal text in plain notation with a fixed number of places, without making an object of
 * it. Same grammar, rules and errors as {@link Decimal}.
 */
export function normalizeDecimal(text: string, options: NormalizeDecimalOptions = {}): string {
  const { scale, precision, rounding = 'exact' } = options;
  const normal =
    scale === undefined ? Decimal.parse(text).toString() : withScale(text, scale, rounding);
  if (precision !== undefined && countDigits(normal) > precision) {
    throw decimalError(`A decimal has more than ${precision} digits, which is all that fits.`);
  }
  return normal;
}

function withScale(text: string, scale: number, rounding: Rounding): string {
  const length = text.length;
  const start = text.charCodeAt(0) === minus ? 1 : 0;
  let pointAt = -1;
  let isZero = true;
  for (let index = start; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= zero && code <= nine) {
      if (code !== zero) isZero = false;
    } else if (code === point && pointAt === -1) {
      pointAt = index;
    } else {
      return slow(text, scale, rounding);
    }
  }
  const integerEnd = pointAt === -1 ? length : pointAt;
  const places = pointAt === -1 ? 0 : length - pointAt - 1;
  const hasLeadingZero = text.charCodeAt(start) === zero && integerEnd - start > 1;
  // Whatever is unusual takes the general path; it also makes the errors.
  if (
    integerEnd === start ||
    (pointAt !== -1 && places === 0) ||
    hasLeadingZero ||
    length > maxDigits ||
    (isZero && start === 1) ||
    scale > zeros.length
  ) {
    return slow(text, scale, rounding);
  }
  if (places === scale) return text;
  if (places < scale) {
    return (pointAt === -1 ? `${text}.` : text) + zeros.slice(0, scale - places);
  }
  for (let index = length - 1; index > integerEnd + scale; index -= 1) {
    if (text.charCodeAt(index) !== zero) {
      if (rounding === 'exact') throw wouldLoseDigits(scale);
      return slow(text, scale, rounding);
    }
  }
  return scale === 0 ? text.slice(0, integerEnd) : text.slice(0, integerEnd + 1 + scale);
}

const slow = (text: string, scale: number, rounding: Rounding) =>
  Decimal.parse(text).toFixed(scale, rounding);

/** Digits of a plain notation, the zero before the point not counted. */
function countDigits(plain: string): number {
  let digits = plain.length;
  const start = plain.charCodeAt(0) === minus ? 1 : 0;
  digits -= start;
  if (plain.includes('.')) digits -= 1;
  if (plain.charCodeAt(start) === zero && plain.length > start + 1) digits -= 1;
  return digits;
}
