import { invalid } from './common-error.ts';

export interface DecimalRule {
  readonly places: number;
  /** Digits before the point, at most. */
  readonly integerDigits: number;
  readonly mayBeZero: boolean;
}

export const quantityRule: DecimalRule = { places: 3, integerDigits: 12, mayBeZero: false };
export const priceRule: DecimalRule = { places: 2, integerDigits: 13, mayBeZero: true };

/** Reads a decimal from JSON into its wire form with fixed places. @throws CommonApiError */
export function readDecimal(field: string, value: unknown, rule: DecimalRule): string {
  const text = typeof value === 'number' ? String(value) : value;
  const found = typeof text === 'string' ? /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) : null;
  if (!found) throw invalid(`${field}: must be a decimal such as "12.5"`);
  const [, sign, integer = '', fraction = ''] = found;
  if (fraction.length > rule.places) {
    throw invalid(`${field}: has more than ${rule.places} decimal places`);
  }
  const digits = integer.replace(/^0+(?=\d)/, '');
  if (digits.length > rule.integerDigits) {
    throw invalid(`${field}: has more than ${rule.integerDigits} digits before the point`);
  }
  const scaled = BigInt(digits + fraction.padEnd(rule.places, '0'));
  if (sign === '-' || (scaled === 0n && !rule.mayBeZero)) {
    throw invalid(`${field}: must be ${rule.mayBeZero ? '0 or more' : 'more than 0'}`);
  }
  return formatScaled(scaled, rule.places);
}

/** Writes `scaled / 10^places`. */
export function formatScaled(scaled: bigint, places: number): string {
  const digits = String(scaled).padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** The digits of a wire decimal as integer. */
export const toScaled = (decimal: string): bigint => BigInt(decimal.replace('.', ''));

/** Quantity (3 places) × price (2 places), rounded half to even to 2 places. */
export function totalAmount(quantity: string, unitPrice: string): string {
  const product = toScaled(quantity) * toScaled(unitPrice);
  const floor = product / 1_000n;
  const rest = product % 1_000n;
  const roundsUp = rest > 500n || (rest === 500n && floor % 2n === 1n);
  return formatScaled(roundsUp ? floor + 1n : floor, 2);
}
