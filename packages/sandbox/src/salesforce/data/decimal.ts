const decimalPattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Digits and how many of them stand behind the point. */
interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

function parse(text: string): Scaled | undefined {
  const match = decimalPattern.exec(text.trim());
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(`${whole}${fraction}`);
  const units = sign === '-' ? -digits : digits;
  return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale };
}

function rescaled({ units, scale }: Scaled, wanted: number): bigint {
  if (scale <= wanted) return units * 10n ** BigInt(wanted - scale);
  const divisor = 10n ** BigInt(scale - wanted);
  const rounded = ((units < 0n ? -units : units) * 2n + divisor) / (divisor * 2n);
  return units < 0n ? -rounded : rounded;
}

function write(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const text =
    scale === 0
      ? digits
      : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '');
  return units < 0n && text !== '0' ? `-${text}` : text;
}

/**
 * An exact number without an exponent and without zeros at the end, rounded half away from zero to
 * a scale; undefined when the text is no number.
 */
export function readDecimal(text: string, scale: number): string | undefined {
  const parsed = parse(text);
  return parsed && write(rescaled(parsed, scale), scale);
}

/** How many digits stand before the point. */
export const wholeDigits = (decimal: string): number =>
  decimal.replace('-', '').split('.')[0]!.replace(/^0+/, '').length;

export function compareDecimals(left: string, right: string): number {
  // Up to 15 digits a double keeps the order of decimals exactly.
  if (left.length <= 15 && right.length <= 15) return Number(left) - Number(right);
  const [one, other] = [parse(left)!, parse(right)!];
  const scale = Math.max(one.scale, other.scale);
  const difference = rescaled(one, scale) - rescaled(other, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function addDecimals(left: string, right: string): string {
  const [one, other] = [parse(left)!, parse(right)!];
  const scale = Math.max(one.scale, other.scale);
  return write(rescaled(one, scale) + rescaled(other, scale), scale);
}

export function multiplyDecimals(left: string, right: string, scale: number): string {
  const [one, other] = [parse(left)!, parse(right)!];
  const product = { units: one.units * other.units, scale: one.scale + other.scale };
  return write(rescaled(product, scale), scale);
}
