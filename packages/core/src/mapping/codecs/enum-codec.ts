import { oneOf, required, someText, tableOf } from '../check.ts';
import type { CodecKind } from '../codec.ts';
import { didYouMean } from '../nearest-name.ts';
import { refuse } from '../refuse.ts';

/** One of a fixed set of values, spelt in one way by the vendor and in another by us. */
export interface EnumCodecOptions {
  readonly kind: 'enum';
  /** Vendor value → canonical value, one to one: `{ A: 'open', B: 'closed' }`. */
  readonly values: { readonly [vendor: string]: string };
  /** More vendor values that are read as one of the canonical values, and never written. */
  readonly aliases?: { readonly [vendor: string]: string } | undefined;
  /** The canonical value that unknown vendor values are read as. @default they are refused */
  readonly otherwise?: string | undefined;
  /** What the vendor sends and takes: codes as text, or whole numbers (option sets). @default 'text' */
  readonly vendorType?: 'text' | 'integer' | undefined;
}

export const enumCodec: CodecKind<EnumCodecOptions> = {
  kind: 'enum',
  options: {
    values: required(tableOf(someText)),
    aliases: tableOf(someText),
    otherwise: someText,
    vendorType: oneOf(['text', 'integer']),
  },
  verify: ({ values, aliases = {}, otherwise, vendorType }, path, problems) => {
    for (const vendor of vendorType === 'integer' ? Object.keys(values) : []) {
      if (Number.isSafeInteger(Number(vendor)) && String(Number(vendor)) === vendor) continue;
      const message = 'must be a whole number, as vendorType says.';
      problems.push({ path: `${path}.values.${vendor}`, message });
    }
    const vendorOf = new Map<string, string>();
    for (const [vendor, canonical] of Object.entries(values)) {
      const other = vendorOf.get(canonical);
      if (other === undefined) vendorOf.set(canonical, vendor);
      else {
        problems.push({
          path: `${path}.values.${vendor}`,
          message: `gives "${canonical}", as "${other}" does already; move one of them to aliases.`,
        });
      }
    }
    const canonicalValues = [...vendorOf.keys()];
    const known = (canonical: string, at: string) => {
      if (vendorOf.has(canonical)) return;
      const hint = didYouMean(canonical, canonicalValues);
      problems.push({ path: `${path}.${at}`, message: `must be a value of \`values\`.${hint}` });
    };
    if (canonicalValues.length === 0) {
      problems.push({ path: `${path}.values`, message: 'must not be empty.' });
    }
    for (const [vendor, canonical] of Object.entries(aliases))
      known(canonical, `aliases.${vendor}`);
    if (otherwise !== undefined) known(otherwise, 'otherwise');
  },
  create: ({ values, aliases = {}, otherwise, vendorType = 'text' }) => {
    const toCanonical = new Map([...Object.entries(aliases), ...Object.entries(values)]);
    const toVendor = new Map(
      Object.entries(values).map(([vendor, canonical]) => [
        canonical,
        vendorType === 'integer' ? Number(vendor) : vendor,
      ]),
    );
    const canonicalValues = [...toVendor.keys()];
    return {
      decode: (value) => {
        if (typeof value !== 'string' && typeof value !== 'number') {
          return refuse(`expected one of the codes ${[...toCanonical.keys()].join(', ')}`);
        }
        const canonical = toCanonical.get(String(value));
        if (canonical !== undefined) return canonical;
        // An empty text is "no value", unless the table gives it a meaning.
        if (value === '') return undefined;
        return (
          otherwise ?? refuse(`expected one of the codes ${[...toCanonical.keys()].join(', ')}`)
        );
      },
      encode: (value) =>
        toVendor.get(value as string) ?? refuse(`expected one of ${canonicalValues.join(', ')}`),
      sample: (random) => random.pick(canonicalValues),
      describe: (input, _output, direction) =>
        direction === 'decode' && !toCanonical.has(String(input))
          ? 'unknown code, read as the value for all others'
          : 'code translated',
    };
  },
};
