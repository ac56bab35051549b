// Products of doubles are off in the 16th digit: 1.005 × 100 is to be 100.5.
const exact = (value: number): number => Number(value.toPrecision(15));

function roundHalfUp(value: number): number {
  const magnitude = Math.abs(value);
  // Only near a half does the last digit matter, and finding it is slow.
  const isNearHalf = Math.abs((magnitude % 1) - 0.5) < 1e-4;
  return Math.sign(value) * Math.round(isNearHalf ? exact(magnitude) : magnitude);
}

/** An amount as whole cents; what is no number counts as nothing. */
export function toCents(amount: unknown): number {
  const value = Number(amount ?? 0);
  return Number.isFinite(value) ? roundHalfUp(value * 100) : 0;
}

/** Cents as the number that JSON carries. */
export const fromCents = (cents: number): number => cents / 100;

/** Cents times a factor (a rate, a share), rounded half up. */
export const scaleCents = (cents: number, factor: number): number => roundHalfUp(cents * factor);

/** Quantity times price, as cents. */
export const multiplyToCents = (quantity: number, unitPrice: number): number =>
  roundHalfUp(exact(quantity * unitPrice) * 100);
