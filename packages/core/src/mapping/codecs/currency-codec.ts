import { someText, tableOf } from '../check.ts';
import type { CodecKind } from '../codec.ts';
import { refuse } from '../refuse.ts';
import { currencies, isCurrency } from './iso-currencies.ts';

/** A currency; canonical: ISO 4217. */
export interface CurrencyCodecOptions {
  readonly kind: 'currency';
  /** Vendor codes that are not ISO 4217, with their meaning: `{ RMB: 'CNY' }`. The first one per currency is written. */
  readonly exceptions?: { readonly [vendor: string]: string } | undefined;
}

export const currencyCodec: CodecKind<CurrencyCodecOptions> = {
  kind: 'currency',
  options: { exceptions: tableOf(someText) },
  create: ({ exceptions = {} }) => {
    const toCanonical = new Map(Object.entries(exceptions));
    const toVendor = new Map(
      [...toCanonical].map(([vendor, iso]) => [iso, vendor] as const).reverse(),
    );
    return {
      decode: (value) => {
        if (value === '') return undefined;
        const code = typeof value === 'string' ? (toCanonical.get(value) ?? value) : '';
        if (isCurrency(code)) return code;
        return refuse('expected an ISO 4217 currency code; name the vendor code in `exceptions`');
      },
      encode: (value) =>
        typeof value === 'string' && isCurrency(value)
          ? (toVendor.get(value) ?? value)
          : refuse('expected an ISO 4217 currency code'),
      sample: (random) =>
        toVendor.size > 0 && random.chance(0.2)
          ? random.pick([...toVendor.keys()])
          : random.pick(currencies.filter((code) => !toCanonical.has(code))),
      describe: () => 'currency code translated',
    };
  },
};
