import type { RandomSource } from '../random-source.ts';
import { type Fraction, greatestCommonDivisor } from '../units/fraction.ts';

/** A canonical quantity that comes out even at the vendor. */
export function sampleQuantity({
  ratio,
  scale,
  vendorScale,
  random,
}: {
  /** Vendor units per canonical unit. */
  readonly ratio: Fraction;
  readonly scale: number;
  readonly vendorScale: number;
  readonly random: RandomSource;
}): string {
  const top = ratio.numerator * 10n ** BigInt(vendorScale);
  const bottom = ratio.denominator * 10n ** BigInt(scale);
  const step = bottom / greatestCommonDivisor(top, bottom);
  const digits = String(step * BigInt(random.integer(0, 99))).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
}
