import { Decimal } from '../../decimal/decimal.ts';
import { type Rounding, roundings } from '../../decimal/rounding.ts';
import {
  type Check,
  check,
  isObject,
  oneOf,
  required,
  shape,
  someText,
  tableOf,
  trueOrFalse,
  wholeNumber,
} from '../check.ts';
import { scopedPath } from '../check-path.ts';
import type { AskedField, CodecKind, MappingContext } from '../codec.ts';
import type { MappingDirection } from '../mapping-template.ts';
import { refuse } from '../refuse.ts';
import type { Fraction } from '../units/fraction.ts';
import { fixedDecimal } from './fixed-decimal.ts';
import { type PackReader, packReader } from './pack-reader.ts';
import { sampleQuantity } from './sample-quantity.ts';

/**
 * A quantity that the two sides state in different units; canonical: text with `scale` places. Factors
 * are exact ratios. What does not come out even is refused, unless a rounding is declared.
 */
export interface QuantityCodecOptions {
  readonly kind: 'quantity';
  /** Unit of the canonical quantity: a UN/ECE code, or the canonical field that has it. */
  readonly canonicalUnit: string | { readonly field: string };
  /**
   * Unit of the vendor's quantity: a UN/ECE code, or the vendor's field that has it, with the meaning of
   * the vendor's codes. A field can only be read, so the mapping needs `direction: 'decode'`.
   */
  readonly vendorUnit:
    | string
    | {
        readonly field: string;
        readonly units?: { readonly [vendor: string]: string } | undefined;
      };
  /**
   * Conversions of single items: a `lookup` table, the item's key and the unit before (`MZ-1 BX`), what it
   * holds behind (`12 C62`, `2.5 KGM`, `1/3 MTR`). `item` is the canonical field of the key.
   */
  readonly packs?: { readonly table: string; readonly item: string } | undefined;
  /** Places of the canonical quantity. */
  readonly scale: number;
  /** Places of the vendor's quantity. @default `scale` */
  readonly vendorScale?: number | undefined;
  /** Digits that the vendor's field has in all. A larger number is refused. */
  readonly precision?: number | undefined;
  /** @default 'exact': a quantity that does not come out even is refused */
  readonly rounding?: Rounding | undefined;
  /** What the vendor sends and takes. @default 'text' */
  readonly vendorType?: 'text' | 'number' | undefined;
  /** Whether the vendor writes the minus behind. @default false */
  readonly trailingMinus?: boolean | undefined;
}

const unitOr = (field: Check): Check =>
  check(
    (value, path, problems) => (isObject(value) ? field : someText)(value, path, problems),
    () => ({ anyOf: [someText.schema(), field.schema()] }),
  );

export const quantityCodec: CodecKind<QuantityCodecOptions> = {
  kind: 'quantity',
  options: {
    canonicalUnit: required(unitOr(shape({ field: required(scopedPath) }))),
    vendorUnit: required(unitOr(shape({ field: required(scopedPath), units: tableOf(someText) }))),
    packs: shape({ table: required(someText), item: required(scopedPath) }),
    scale: required(wholeNumber(0, 100)),
    vendorScale: wholeNumber(0, 100),
    precision: wholeNumber(1, 1000),
    rounding: oneOf(roundings),
    vendorType: oneOf(['text', 'number']),
    trailingMinus: trueOrFalse,
  },
  verify: ({ canonicalUnit, vendorUnit, packs }, path, problems) => {
    if (
      packs !== undefined ||
      typeof canonicalUnit !== 'string' ||
      typeof vendorUnit !== 'string'
    ) {
      return;
    }
    if (packReader({})(canonicalUnit, vendorUnit, undefined, {}) !== undefined) return;
    problems.push({
      path: `${path}.vendorUnit`,
      message: `cannot be converted to ${canonicalUnit}: one of the UN/ECE codes has no known size, or they measure different things. Give \`packs\` if it depends on the item.`,
    });
  },
  oneWay: ({ vendorUnit }) =>
    typeof vendorUnit === 'string'
      ? undefined
      : 'the unit of the vendor is a field, which says nothing about what to write; give direction "decode", and a second field with a fixed unit for "encode".',
  asks: ({ canonicalUnit, vendorUnit, packs }, direction): readonly AskedField[] => [
    ...(typeof canonicalUnit === 'string' ? [] : [{ canonical: canonicalUnit.field }]),
    ...(typeof vendorUnit === 'string' || direction === 'encode'
      ? []
      : [{ vendor: vendorUnit.field }]),
    ...(packs === undefined ? [] : [{ canonical: packs.item }]),
  ],
  create: (options, { lookups }) => {
    const { canonicalUnit, vendorUnit, packs, scale, rounding = 'exact', ...rest } = options;
    const { kind: _, vendorScale = scale, ...wireOptions } = rest;
    const wire = fixedDecimal({ ...wireOptions, vendorScale });
    const factorOf: PackReader = packReader({
      table: packs?.table,
      supply: packs && lookups[packs.table],
    });

    const { units } = typeof vendorUnit === 'string' ? {} : vendorUnit;
    const unitCodes = units && new Map(Object.entries(units));

    const unitsOf = (asked: readonly unknown[], direction: MappingDirection) => {
      const left = [...asked];
      const canonical = typeof canonicalUnit === 'string' ? canonicalUnit : codeOf(left.shift());
      let vendor = typeof vendorUnit === 'string' ? vendorUnit : undefined;
      if (typeof vendorUnit !== 'string' && direction === 'decode') {
        const code = codeOf(left.shift());
        vendor = unitCodes === undefined ? code : unitCodes.get(code);
        if (vendor === undefined) return refuse('its unit is not in the codec’s `units`');
      }
      if (vendor === undefined) return refuse('the unit to write in is not known');
      return { canonical, vendor, item: left[0] };
    };
    const factor = (
      asked: readonly unknown[],
      direction: MappingDirection,
      context: MappingContext,
    ): Fraction => {
      const { canonical, vendor, item } = unitsOf(asked, direction);
      const [from, to] = direction === 'decode' ? [vendor, canonical] : [canonical, vendor];
      const found = factorOf(from, to, item, context);
      return found ?? refuse(`there is no known conversion from ${from} to ${to}`);
    };
    return {
      decode: (value, context, asked = []) => {
        const text = wire.decode(value, context);
        if (text === undefined) return undefined;
        return converted(text as string, factor(asked, 'decode', context), scale, rounding);
      },
      encode: (value, context, asked = []) => {
        if (typeof value !== 'string') return refuse('expected a quantity as text');
        const ratio = factor(asked, 'encode', context);
        return wire.encode(converted(value, ratio, vendorScale, rounding), context);
      },
      sample: (random, asked = []) =>
        sampleQuantity({
          ratio: factor(asked, 'encode', {}),
          scale,
          vendorScale,
          random,
        }),
      describe: () => 'converted to the other unit',
    };
  },
};

/** A unit is a canonical one, `{ code }`, or a code as text. */
function codeOf(unit: unknown): string {
  const code = isObject(unit) ? unit.code : unit;
  return typeof code === 'string' && code !== '' ? code : refuse('its unit is missing');
}

function converted(
  text: string,
  { numerator, denominator }: Fraction,
  scale: number,
  rounding: Rounding,
): string {
  const product = Decimal.parse(text).mul(String(numerator));
  return product.divide(String(denominator), { scale, rounding }).toFixed(scale);
}
