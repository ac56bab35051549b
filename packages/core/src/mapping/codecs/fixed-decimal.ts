import { Decimal } from '../../decimal/decimal.ts';
import { normalizeDecimal } from '../../decimal/normalize-decimal.ts';
import type { Codec } from '../codec.ts';
import { refuse } from '../refuse.ts';
import type { DecimalCodecOptions } from './decimal-codec.ts';

/** A decimal whose places are the same in all records. */
export interface FixedDecimalOptions
  extends Omit<DecimalCodecOptions, 'kind' | 'scale' | 'minScale' | 'vendorAmount'> {
  readonly scale?: number | undefined;
  readonly minScale?: number | undefined;
}

export function fixedDecimal(options: FixedDecimalOptions): Codec {
  const {
    scale,
    minScale = 0,
    precision,
    rounding = 'exact',
    trailingMinus = false,
    vendorType,
  } = options;
  const vendorScale = options.vendorScale ?? scale;
  const canonicalForm = { scale, rounding };
  const vendorForm = { scale: vendorScale, precision, rounding };
  const samplePlaces = Math.min(scale ?? 4, vendorScale ?? 4);

  const canonicalOf = (text: string): string => {
    const normal = normalizeDecimal(text, canonicalForm);
    return minScale > 0 && placesOf(normal) < minScale
      ? normalizeDecimal(normal, { scale: minScale })
      : normal;
  };
  const decodeText = (text: string): string | undefined => {
    if (text === '') return undefined;
    if (trailingMinus) {
      const trimmed = text.trim();
      return canonicalOf(trimmed.endsWith('-') ? `-${trimmed.slice(0, -1)}` : trimmed);
    }
    return canonicalOf(text);
  };

  return {
    decode: (value) =>
      typeof value === 'string' ? decodeText(value) : canonicalOf(textOfNumber(value)),
    encode: (value) => {
      if (typeof value !== 'string' && !(value instanceof Decimal)) {
        return refuse('expected a decimal as text; numbers lose digits');
      }
      const text = normalizeDecimal(String(value), vendorForm);
      if (vendorType === 'number') {
        const number = Number(text);
        if (Decimal.parse(String(number)).equals(text)) return number;
        return refuse('the decimal has more digits than a number holds');
      }
      return trailingMinus && text.startsWith('-') ? `${text.slice(1)}-` : text;
    },
    sample: (random) => {
      const digits = Math.min(precision ?? 15, vendorType === 'number' ? 15 : 30);
      const room = Math.min(digits - (vendorScale ?? samplePlaces), 11);
      const whole = String(random.integer(0, 10 ** Math.max(room, 0) - 1));
      const places = samplePlaces > 0 ? `.${random.text(samplePlaces, '0123456789')}` : '';
      const text = `${random.chance(0.2) ? '-' : ''}${whole}${places}`;
      return canonicalOf(text);
    },
    describe: (input, output) => {
      const exact = (value: unknown) =>
        Decimal.parse(
          String(value)
            .trim()
            .replace(/^(.*)-$/, '-$1'),
        );
      const places = placesOf(String(output).replace('-', ''));
      return exact(input).equals(exact(output))
        ? `written with ${places} places`
        : `rounded ${rounding} to ${places} places`;
    },
  };
}

const placesOf = (plain: string): number => {
  const point = plain.indexOf('.');
  return point === -1 ? 0 : plain.length - point - 1;
};

/** The exact text of a number, a bigint, or another library's decimal. */
function textOfNumber(value: unknown): string {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return String(value);
    const text = String(value);
    // 15 significant digits survive text → double → text; with more the last may be made up.
    if (Number.isFinite(value) && text.replace(/e.*$|^-?0\.0*|\D/g, '').length <= 15) return text;
    return refuse('the number has more digits than a double holds; read it as text');
  }
  if (typeof value === 'bigint' || hasToFixed(value)) return Decimal.from(value).toString();
  return refuse('expected a decimal as text or number');
}

const hasToFixed = (value: unknown): value is { toFixed(): string } =>
  typeof value === 'object' && typeof (value as { toFixed?: unknown }).toFixed === 'function';
