import { oneOf, trueOrFalse, wholeNumber } from '../check.ts';
import type { CodecKind } from '../codec.ts';
import { refuse } from '../refuse.ts';

/** Text. The codec of fields that name none. Empty text is "no value". */
export interface TextCodecOptions {
  readonly kind: 'text';
  /** Takes blanks off both ends. @default false */
  readonly trim?: boolean | undefined;
  /** The longest text that the vendor takes. A longer one is refused. */
  readonly maxLength?: number | undefined;
  /** Cuts what is longer than `maxLength`, which loses text. @default 'refuse' */
  readonly overflow?: 'refuse' | 'cut' | undefined;
  /** Case of the canonical text. @default as `vendorCase`, else unchanged */
  readonly case?: 'upper' | 'lower' | undefined;
  /** Case of the vendor's text. */
  readonly vendorCase?: 'upper' | 'lower' | undefined;
  /** Takes leading zeros off numbers (`0000017300` → `17300`), as SAP's ALPHA conversion does. */
  readonly stripZeros?: boolean | undefined;
  /** Fills numbers with leading zeros up to this length for the vendor. Implies `stripZeros`. */
  readonly zeroPad?: number | undefined;
  /** What the vendor sends: a text, or a whole number that is an id. @default 'text' */
  readonly vendorType?: 'text' | 'integer' | undefined;
}

const cases = {
  upper: (text: string) => text.toUpperCase(),
  lower: (text: string) => text.toLowerCase(),
};
const digitsOnly = /^\d+$/;
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export const textCodec: CodecKind<TextCodecOptions> = {
  kind: 'text',
  options: {
    trim: trueOrFalse,
    maxLength: wholeNumber(1, 1_000_000),
    overflow: oneOf(['refuse', 'cut']),
    case: oneOf(['upper', 'lower']),
    vendorCase: oneOf(['upper', 'lower']),
    stripZeros: trueOrFalse,
    zeroPad: wholeNumber(1, 100),
    vendorType: oneOf(['text', 'integer']),
  },
  create: (options) => {
    const { trim = false, maxLength, overflow, zeroPad, vendorType = 'text' } = options;
    const stripZeros = options.stripZeros ?? zeroPad !== undefined;
    const canonicalCase = options.case ?? options.vendorCase;
    const toCanonicalCase = canonicalCase && cases[canonicalCase];
    const toVendorCase = options.vendorCase && cases[options.vendorCase];
    const isPlain = !trim && !stripZeros && toCanonicalCase === undefined;

    const decodeText = (value: string): string | undefined => {
      let text = trim ? value.trim() : value;
      if (stripZeros && digitsOnly.test(text)) text = text.replace(/^0+(?=\d)/, '');
      if (toCanonicalCase !== undefined) text = toCanonicalCase(text);
      return text === '' ? undefined : text;
    };
    const encodeText = (value: string): string => {
      let text = trim ? value.trim() : value;
      if (toVendorCase !== undefined) text = toVendorCase(text);
      if (stripZeros && digitsOnly.test(text)) {
        text = text.replace(/^0+(?=\d)/, '').padStart(zeroPad ?? 0, '0');
      }
      if (maxLength !== undefined && text.length > maxLength) {
        if (overflow === 'cut') return cutTo(text, maxLength);
        return refuse(`the text may have at most ${maxLength} characters`);
      }
      return text;
    };

    return {
      decode: (value) => {
        if (vendorType === 'integer') {
          if (Number.isSafeInteger(value)) return String(value);
          return refuse('expected a whole number that is an id');
        }
        if (typeof value !== 'string') {
          return refuse('expected text; name a codec in the template if it is something else');
        }
        if (isPlain) return value === '' ? undefined : value;
        return decodeText(value);
      },
      encode: (value) => {
        if (typeof value !== 'string') return refuse('expected text');
        if (vendorType === 'integer') {
          const id = Number(value);
          // Number('') and Number('1e3') are numbers too, but no ids.
          if (String(id) === value && Number.isSafeInteger(id)) return id;
          return refuse('expected the digits of a whole number that is an id');
        }
        return encodeText(value);
      },
      sample: (random) => {
        if (vendorType === 'integer') return String(random.integer(1, 999_999));
        const longest = Math.min(maxLength ?? 20, zeroPad ?? 20, 20);
        if (stripZeros && random.chance()) return String(random.integer(1, 9)).repeat(longest);
        const text = random.text(random.integer(1, longest), canonicalCase && capitals);
        const cased = toCanonicalCase ? toCanonicalCase(text) : text;
        return stripZeros ? cased.replace(/^0+(?=\d)/, '') : cased;
      },
      describe: (input, output) => {
        if (typeof input !== 'string' || typeof output !== 'string') return 'id written as text';
        const steps: string[] = [];
        if (trim && input.trim() !== input) steps.push('trimmed');
        if (input.length > output.length && overflow === 'cut' && output.length === maxLength) {
          steps.push(`cut to ${maxLength} characters`);
        }
        if (stripZeros && /^0+\d/.test(input.trim())) steps.push('leading zeros taken off');
        if (zeroPad !== undefined && output.length > input.length) {
          steps.push(`filled with zeros to ${zeroPad} digits`);
        }
        if (output.toLowerCase() === input.trim().toLowerCase() && output !== input.trim()) {
          steps.push(output === output.toUpperCase() ? 'in upper case' : 'in lower case');
        }
        return steps.join(', ');
      },
    };
  },
};

/** Half of a character that takes two units would arrive as another character. */
function cutTo(text: string, length: number): string {
  const cut = text.slice(0, length);
  return text.isWellFormed() && !cut.isWellFormed() ? cut.slice(0, -1) : cut;
}
