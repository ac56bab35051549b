import { oneOf, wholeNumber } from '../check.ts';
import type { CodecKind } from '../codec.ts';
import { refuse } from '../refuse.ts';

/** A whole number; canonical: number. */
export interface IntegerCodecOptions {
  readonly kind: 'integer';
  /** @default 'number' */
  readonly vendorType?: 'number' | 'text' | undefined;
  /** Fills the vendor's text with leading zeros to this length (SAP NUMC, which has no sign). Needs `vendorType: 'text'`. */
  readonly zeroPad?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

const anySafe = wholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

export const integerCodec: CodecKind<IntegerCodecOptions> = {
  kind: 'integer',
  options: {
    vendorType: oneOf(['number', 'text']),
    zeroPad: wholeNumber(1, 20),
    min: anySafe,
    max: anySafe,
  },
  verify: ({ zeroPad, vendorType, min, max }, path, problems) => {
    if (zeroPad !== undefined && vendorType !== 'text') {
      problems.push({ path: `${path}.zeroPad`, message: 'needs vendorType "text".' });
    }
    if (min !== undefined && max !== undefined && min > max) {
      problems.push({ path: `${path}.max`, message: 'must not be less than min.' });
    }
  },
  create: ({
    vendorType = 'number',
    zeroPad = 0,
    min = Number.MIN_SAFE_INTEGER,
    max = Number.MAX_SAFE_INTEGER,
  }) => {
    const checked = (value: unknown): number => {
      if (!Number.isSafeInteger(value)) return refuse('expected a whole number');
      const number = value as number;
      if (number < min || number > max) return refuse(`must lie between ${min} and ${max}`);
      return number;
    };
    return {
      decode: (value) => {
        if (typeof value !== 'string') return checked(value);
        if (value === '') return undefined;
        if (!/^-?\d+$/.test(value)) return refuse('expected the digits of a whole number');
        return checked(Number(value) + 0);
      },
      encode: (value) => {
        const number = checked(value);
        if (number < 0 && zeroPad > 0) {
          return refuse('a negative number cannot be filled with zeros');
        }
        return vendorType === 'text' ? String(number).padStart(zeroPad, '0') : number;
      },
      sample: (random) =>
        random.integer(
          Math.max(min, zeroPad > 0 ? 0 : -9999),
          Math.min(max, zeroPad > 0 ? 10 ** Math.min(zeroPad, 6) - 1 : 999_999),
        ),
      describe: (_input, output) => `written as ${typeof output === 'string' ? 'text' : 'number'}`,
    };
  },
};
