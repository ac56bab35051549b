import {
  checkScale,
  decimalError,
  maxDigits,
  tooManyDigits,
  wouldLoseDigits,
} from './decimal-error.ts';
import { divideUnscaled } from './divide-unscaled.ts';
import type { Rounding } from './rounding.ts';
import { addUnscaled, multiplyUnscaled, scaleUp, type Unscaled } from './unscaled.ts';

/** What a decimal can be made of. A number must be a safe integer: other doubles are not exact. */
export type DecimalInput = Decimal | string | number | bigint | { toFixed(): string };

/** Where to cut, and what to do with the digits behind. */
export interface RoundingOptions {
  /** Decimal places, 0 to 1000. */
  readonly scale: number;
  readonly rounding: Rounding;
}

// Sign, digits, fraction, exponent of a JSON number.
const grammar = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

/**
 * An exact decimal number, immutable: a scaled safe integer, a bigint beyond. It has no trailing
 * zeros of its own (`1.50` is `1.5`); places are a matter of writing, see `toFixed`.
 *
 * All methods throw a `ConnectorError` with code `ERR_INVALID_DECIMAL` for what is not a decimal,
 * for more than 1000 digits, and where digits would be lost without a rounding.
 */
export class Decimal {
  static readonly zero: Decimal = new Decimal(0, 0);

  /** Decimal places of the shortest notation: 1 for `1.50`, 0 for `100`. */
  readonly scale: number;
  readonly #unscaled: Unscaled;

  private constructor(unscaled: Unscaled, scale: number) {
    this.#unscaled = unscaled;
    this.scale = scale;
  }

  /** Makes a decimal of a text, a safe integer, a bigint, or another library's decimal. */
  static from(value: DecimalInput): Decimal {
    if (value instanceof Decimal) return value;
    if (typeof value === 'string') return Decimal.parse(value);
    if (typeof value === 'number') {
      if (!Number.isSafeInteger(value)) {
        throw decimalError(
          'A number that is not a safe integer is not exact; pass the decimal as text.',
        );
      }
      return new Decimal(value === 0 ? 0 : value, 0);
    }
    if (typeof value === 'bigint') return Decimal.parse(value.toString());
    if (typeof value === 'object' && value !== null && typeof value.toFixed === 'function') {
      return Decimal.parse(value.toFixed());
    }
    throw decimalError(`A decimal cannot be made of ${value === null ? 'null' : typeof value}.`);
  }

  /**
   * Reads a text: sign, digits, optional fraction, optional exponent as in JSON (`-12.50`, `1e3`).
   * Nothing else: no blanks, no thousands separators, no `NaN`.
   */
  static parse(text: string): Decimal {
    if (text.length > maxDigits + 8) throw tooManyDigits();
    const parts = grammar.exec(text);
    if (parts === null) {
      throw decimalError(
        'A text is not a decimal; write it like "-12.50": digits, a point, no separators, no blanks.',
      );
    }
    const fraction = parts[3] ?? '';
    const digits = (parts[2] as string) + fraction;
    const scale = fraction.length - Number(parts[4] ?? 0);
    const size = digits.length < 16 ? Number(digits) : BigInt(digits);
    const signed = parts[1] === '-' ? -size : size;
    return scale >= 0 ? Decimal.#of(signed, scale) : Decimal.#of(scaleUp(signed, -scale), 0);
  }

  // Takes off trailing zeros and enforces the limit.
  static #of(value: Unscaled, places: number): Decimal {
    let unscaled = value;
    let scale = places;
    // biome-ignore lint/suspicious/noDoubleEquals: 0 and 0n are both zero
    if (unscaled == 0) return Decimal.zero;
    if (typeof unscaled === 'bigint') {
      while (scale > 0 && unscaled % 10n === 0n) {
        unscaled /= 10n;
        scale -= 1;
      }
      const safe = Number(unscaled);
      if (Number.isSafeInteger(safe)) return new Decimal(safe, checkSize(safe, scale));
      return new Decimal(unscaled, checkSize(unscaled, scale));
    }
    while (scale > 0 && unscaled % 10 === 0) {
      unscaled /= 10;
      scale -= 1;
    }
    return new Decimal(unscaled, checkSize(unscaled, scale));
  }

  /** Digits of the shortest notation without leading zeros: 2 for `1.50`, 1 for `0.007`, 3 for `100`. */
  get precision(): number {
    const digits = String(this.#unscaled);
    return this.#unscaled < 0 ? digits.length - 1 : digits.length;
  }

  add(other: DecimalInput): Decimal {
    const right = Decimal.from(other);
    const scale = Math.max(this.scale, right.scale);
    return Decimal.#of(
      addUnscaled(
        scaleUp(this.#unscaled, scale - this.scale),
        scaleUp(right.#unscaled, scale - right.scale),
      ),
      scale,
    );
  }

  sub(other: DecimalInput): Decimal {
    return this.add(Decimal.from(other).negate());
  }

  mul(other: DecimalInput): Decimal {
    const right = Decimal.from(other);
    return Decimal.#of(multiplyUnscaled(this.#unscaled, right.#unscaled), this.scale + right.scale);
  }

  /** The quotient with `scale` places. `exact` throws when it does not end there. */
  divide(other: DecimalInput, options: RoundingOptions): Decimal {
    checkScale(options.scale);
    const right = Decimal.from(other);
    if (right.isZero()) throw decimalError('A decimal cannot be divided by zero.');
    const shift = options.scale - this.scale + right.scale;
    const quotient = divideUnscaled(
      shift > 0 ? scaleUp(this.#unscaled, shift) : this.#unscaled,
      shift < 0 ? scaleUp(right.#unscaled, -shift) : right.#unscaled,
      options.rounding,
    );
    if (quotient === undefined) throw wouldLoseDigits(options.scale);
    return Decimal.#of(quotient, options.scale);
  }

  /** The same number with at most `scale` places. */
  round(options: RoundingOptions): Decimal {
    checkScale(options.scale);
    if (this.scale <= options.scale) return this;
    const quotient = divideUnscaled(
      this.#unscaled,
      scaleUp(1, this.scale - options.scale),
      options.rounding,
    );
    if (quotient === undefined) throw wouldLoseDigits(options.scale);
    return Decimal.#of(quotient, options.scale);
  }

  negate(): Decimal {
    return this.isZero() ? this : new Decimal(-this.#unscaled, this.scale);
  }

  abs(): Decimal {
    return this.#unscaled < 0 ? this.negate() : this;
  }

  /** Negative, 0 or positive, as `Array.prototype.sort` wants it. */
  compare(other: DecimalInput): -1 | 0 | 1 {
    const right = Decimal.from(other);
    const scale = Math.max(this.scale, right.scale);
    const a = scaleUp(this.#unscaled, scale - this.scale);
    const b = scaleUp(right.#unscaled, scale - right.scale);
    return a < b ? -1 : a > b ? 1 : 0;
  }

  equals(other: DecimalInput): boolean {
    const right = Decimal.from(other);
    return this.scale === right.scale && this.#unscaled === right.#unscaled;
  }

  isZero(): boolean {
    return this.#unscaled === 0;
  }

  /** Plain notation without exponent or trailing zeros: `1.5`, `-0.007`, `100`. */
  toString(): string {
    return plain(this.#unscaled, this.scale);
  }

  /**
   * Plain notation with exactly `scale` places: `1.50`.
   *
   * @param rounding What to do with more places. @default 'exact': throws
   */
  toFixed(scale: number = this.scale, rounding: Rounding = 'exact'): string {
    const rounded = this.round({ scale, rounding });
    return plain(scaleUp(rounded.#unscaled, scale - rounded.scale), scale);
  }

  toJSON(): string {
    return this.toString();
  }
}

function checkSize(unscaled: Unscaled, scale: number): number {
  if (scale > maxDigits || (typeof unscaled === 'bigint' && String(unscaled).length > maxDigits)) {
    throw tooManyDigits();
  }
  return scale;
}

function plain(unscaled: Unscaled, scale: number): string {
  if (scale === 0) return String(unscaled);
  const isNegative = unscaled < 0;
  const digits = String(isNegative ? -unscaled : unscaled).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${isNegative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}
