import { type Rounding, roundings } from '../../decimal/rounding.ts';
import { check, isObject, oneOf, required, shape, trueOrFalse, wholeNumber } from '../check.ts';
import { scopedPath } from '../check-path.ts';
import type { CodecKind } from '../codec.ts';
import { amountCodec } from './amount-codec.ts';
import { fixedDecimal } from './fixed-decimal.ts';

/** An exact decimal; canonical: text in plain notation, `12.50`. */
export interface DecimalCodecOptions {
  readonly kind: 'decimal';
  /**
   * Exactly so many places, on both sides: 3 for quantities; for amounts those of their currency,
   * `{ currencyField: 'currency' }`. @default as many as needed
   */
  readonly scale?: number | CurrencyScale | undefined;
  /**
   * At least so many canonical places, more where the number has them: for prices, which may be finer
   * than the currency. Instead of `scale`.
   */
  readonly minScale?: number | CurrencyScale | undefined;
  /** Places on the vendor's side where they differ, for example SAP prices with 3. @default `scale` */
  readonly vendorScale?: number | undefined;
  /** Digits that the vendor's field has in all. A larger number is refused. */
  readonly precision?: number | undefined;
  /** What happens to digits beyond the scale. @default 'exact': the value is refused */
  readonly rounding?: Rounding | undefined;
  /** What the vendor sends and takes. @default 'text' */
  readonly vendorType?: 'text' | 'number' | undefined;
  /** Whether the vendor writes the minus behind (`12.50-`), as SAP does in IDocs and BAPIs. @default false */
  readonly trailingMinus?: boolean | undefined;
  /**
   * How the vendor writes an amount, where it is not plain: `minor` counts the smallest unit (EUR 1.50
   * is `150`, JPY 150 is `150`), `shifted` writes every currency with 2 places (JPY 1500 is `15.00`), as
   * SAP's tables do. Needs `scale: { currencyField }`.
   */
  readonly vendorAmount?: 'minor' | 'shifted' | undefined;
}

/** The places of the currency that another field of the record names: EUR 2, JPY 0, KWD 3 (ISO 4217). */
export interface CurrencyScale {
  /** Canonical path of the currency: `currency`, or `^.currency` from within the lines of a document. */
  readonly currencyField: string;
}

const fixedPlaces = wholeNumber(0, 100);
const currencyPlaces = shape({ currencyField: required(scopedPath) });
const places = check(
  (value, path, problems) =>
    (isObject(value) ? currencyPlaces : fixedPlaces)(value, path, problems),
  () => ({ anyOf: [fixedPlaces.schema(), currencyPlaces.schema()] }),
);

export const decimalCodec: CodecKind<DecimalCodecOptions> = {
  kind: 'decimal',
  options: {
    scale: places,
    minScale: places,
    vendorScale: wholeNumber(0, 100),
    precision: wholeNumber(1, 1000),
    rounding: oneOf(roundings),
    vendorType: oneOf(['text', 'number']),
    trailingMinus: trueOrFalse,
    vendorAmount: oneOf(['minor', 'shifted']),
  },
  verify: ({ scale, minScale, vendorScale, vendorAmount }, path, problems) => {
    if (scale !== undefined && minScale !== undefined) {
      problems.push({ path: `${path}.minScale`, message: 'cannot be used together with scale.' });
    }
    if (vendorAmount === undefined) return;
    if (typeof scale !== 'object') {
      const message = "needs the currency: scale: { currencyField: 'currency' }.";
      problems.push({ path: `${path}.vendorAmount`, message });
    }
    if (vendorScale !== undefined) {
      const message = 'cannot be used together with vendorAmount, which says the places.';
      problems.push({ path: `${path}.vendorScale`, message });
    }
  },
  asks: (options) => {
    const field = currencyFieldOf(options);
    return field === undefined ? [] : [{ canonical: field }];
  },
  create: (options) => {
    const { kind: _, scale, minScale, vendorAmount, ...rest } = options;
    if (typeof scale !== 'object' && typeof minScale !== 'object') {
      return fixedDecimal({ ...rest, scale, minScale });
    }
    return amountCodec({ ...rest, isExact: typeof scale === 'object', vendorAmount });
  },
};

/** The canonical path of the currency that a decimal's places depend on. */
const currencyFieldOf = ({ scale, minScale }: DecimalCodecOptions): string | undefined =>
  [scale, minScale].find((places) => typeof places === 'object')?.currencyField;
