/** Exact decimal texts, such as `-12.500`; the only form in which the simulator holds amounts. */
export const decimalPattern = /^-?\d+(\.\d+)?$/;

function toUnits(text: string, scale: number): bigint {
  const point = text.indexOf('.');
  if (point < 0) return BigInt(text) * 10n ** BigInt(scale);
  const fraction = text.slice(point + 1).padEnd(scale, '0');
  return BigInt(text.slice(0, point) + fraction);
}

function fromUnits(units: bigint, scale: number): string {
  if (scale === 0) return units.toString();
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const sign = units < 0n ? '-' : '';
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export function scaleOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

function roundedDivide(numerator: bigint, divisor: bigint): bigint {
  const doubled = (numerator < 0n ? -numerator : numerator) * 2n + divisor;
  const quotient = doubled / (divisor * 2n);
  return numerator < 0n ? -quotient : quotient;
}

/** Rounds half away from zero, as ABAP does commercially. */
export function rescale(text: string, scale: number): string {
  const own = scaleOf(text);
  if (own === scale) return text;
  const units = toUnits(text, own);
  return own < scale
    ? fromUnits(units * 10n ** BigInt(scale - own), scale)
    : fromUnits(roundedDivide(units, 10n ** BigInt(own - scale)), scale);
}

export function compareDecimals(left: string, right: string): number {
  // Up to 15 digits a double keeps the order of decimals exactly.
  if (left.length <= 15 && right.length <= 15) return Number(left) - Number(right);
  const scale = Math.max(scaleOf(left), scaleOf(right));
  const difference = toUnits(left, scale) - toUnits(right, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function addDecimals(left: string, right: string): string {
  const scale = Math.max(scaleOf(left), scaleOf(right));
  return fromUnits(toUnits(left, scale) + toUnits(right, scale), scale);
}

export function subtractDecimals(left: string, right: string): string {
  return addDecimals(left, right.startsWith('-') ? right.slice(1) : `-${right}`);
}

/** `left × right ÷ divisor` at a scale. The divisor must not be zero. */
export function multiplyDecimals(
  left: string,
  right: string,
  { divisor = '1', scale }: { readonly divisor?: string; readonly scale: number },
): string {
  const product = toUnits(left, scaleOf(left)) * toUnits(right, scaleOf(right));
  const productScale = scaleOf(left) + scaleOf(right);
  const shift = scale - productScale + scaleOf(divisor);
  const divisorUnits = toUnits(divisor, scaleOf(divisor));
  return shift >= 0
    ? fromUnits(roundedDivide(product * 10n ** BigInt(shift), divisorUnits), scale)
    : fromUnits(roundedDivide(product, divisorUnits * 10n ** BigInt(-shift)), scale);
}

export const isPositive = (text: string): boolean => compareDecimals(text, '0') > 0;
