/** An exact ratio of two whole numbers, in lowest terms; the denominator is positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const decimalGrammar = /^(\d+)(?:\.(\d+))?$/;

/** A fraction in lowest terms. */
export function fraction(numerator: bigint, denominator: bigint): Fraction {
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** Reads `12`, `0.45359237` or `12/5`; `undefined` for anything else, and for zero. */
export function parseFraction(text: string): Fraction | undefined {
  const [over = '', under = '1', ...rest] = text.split('/');
  const top = parseDecimal(over);
  const bottom = parseDecimal(under);
  if (rest.length > 0 || top === undefined || bottom === undefined) return undefined;
  return divideFractions(top, bottom);
}

export const divideFractions = (left: Fraction, right: Fraction): Fraction =>
  fraction(left.numerator * right.denominator, left.denominator * right.numerator);

export const multiplyFractions = (left: Fraction, right: Fraction): Fraction =>
  fraction(left.numerator * right.numerator, left.denominator * right.denominator);

function parseDecimal(text: string): Fraction | undefined {
  const match = text.length <= 40 ? decimalGrammar.exec(text) : null;
  if (match === null) return undefined;
  const [, whole = '', places = ''] = match;
  const unscaled = BigInt(whole + places);
  return unscaled === 0n ? undefined : fraction(unscaled, 10n ** BigInt(places.length));
}

export function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
