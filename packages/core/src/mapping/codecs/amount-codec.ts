import { Decimal } from '../../decimal/decimal.ts';
import { normalizeDecimal } from '../../decimal/normalize-decimal.ts';
import type { Codec } from '../codec.ts';
import { refuse } from '../refuse.ts';
import { type FixedDecimalOptions, fixedDecimal } from './fixed-decimal.ts';
import { currencyMinorUnits } from './iso-currencies.ts';

interface AmountOptions extends Omit<FixedDecimalOptions, 'scale' | 'minScale'> {
  /** Whether the currency's places are all that there may be, or the least. */
  readonly isExact: boolean;
  readonly vendorAmount: 'minor' | 'shifted' | undefined;
}

/**
 * An amount with the places of its currency. Where the record does not say the currency (a patch of the
 * amount alone, a partial read), the number is carried over as it is; if the vendor's form depends on
 * the currency, it is refused.
 */
export function amountCodec({ isExact, vendorAmount, ...wire }: AmountOptions): Codec {
  const byMinorUnits = new Map<number, Codec>();
  const withoutCurrency = vendorAmount === undefined ? fixedDecimal(wire) : undefined;

  const create = (minorUnits: number): Codec => {
    if (vendorAmount !== undefined) return shiftedAmount(wire, vendorAmount, minorUnits);
    if (!isExact) return fixedDecimal({ ...wire, minScale: minorUnits });
    const fixed = fixedDecimal({ ...wire, scale: minorUnits });
    const exact = { scale: minorUnits, rounding: wire.rounding };
    return {
      ...fixed,
      // The vendor may have room for more places than the currency has.
      encode: (value, context) => fixed.encode(normalizeDecimal(textOf(value), exact), context),
    };
  };
  const codecOf = (currency: unknown): Codec => {
    if (currency === undefined || currency === null) {
      return withoutCurrency ?? refuse('the amount needs its currency in the same record');
    }
    const minorUnits = typeof currency === 'string' ? currencyMinorUnits(currency) : undefined;
    if (minorUnits === undefined) {
      return refuse('the places of the amount need an ISO 4217 currency');
    }
    const known = byMinorUnits.get(minorUnits) ?? create(minorUnits);
    byMinorUnits.set(minorUnits, known);
    return known;
  };
  return {
    decode: (value, context, asked = []) => codecOf(asked[0]).decode(value, context),
    encode: (value, context, asked = []) => codecOf(asked[0]).encode(value, context),
    sample: (random, asked = []) => codecOf(asked[0]).sample(random),
    describe: (input, output, direction) =>
      vendorAmount === undefined
        ? (fixedDecimal(wire).describe?.(input, output, direction) ?? '')
        : `${direction === 'decode' ? 'read from' : 'written in'} ${vendorForms[vendorAmount]}`,
  };
}

const vendorForms = { minor: 'minor units', shifted: 'the form with 2 places' } as const;

function textOf(value: unknown): string {
  if (typeof value === 'string' || value instanceof Decimal) return String(value);
  return refuse('expected a decimal as text; numbers lose digits');
}

/** An amount whose point the vendor puts elsewhere: canonical × 10^shift. */
function shiftedAmount(
  wire: Omit<FixedDecimalOptions, 'scale' | 'minScale'>,
  vendorAmount: 'minor' | 'shifted',
  minorUnits: number,
): Codec {
  const vendorPlaces = vendorAmount === 'minor' ? 0 : 2;
  const vendor = fixedDecimal({ ...wire, scale: vendorPlaces });
  const shift = minorUnits - vendorPlaces;
  const move = (text: string, places: number) => Decimal.parse(text).mul(`1e${places}`);
  const canonicalOf = (vendorText: string) => move(vendorText, -shift).toFixed(minorUnits);
  return {
    decode: (value, context) => {
      const text = vendor.decode(value, context);
      return text === undefined ? undefined : canonicalOf(text as string);
    },
    encode: (value, context) => {
      const amount = normalizeDecimal(textOf(value), {
        scale: minorUnits,
        rounding: wire.rounding,
      });
      return vendor.encode(move(amount, shift).toString(), context);
    },
    sample: (random) => canonicalOf(vendor.sample(random) as string),
  };
}
