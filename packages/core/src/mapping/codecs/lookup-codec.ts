import { oneOf, required, someText } from '../check.ts';
import type { CodecKind } from '../codec.ts';
import { refuse } from '../refuse.ts';

/** A value translated by a table, which stands in the template or is given by the tenant. */
export interface LookupCodecOptions {
  readonly kind: 'lookup';
  /** Name of a table in the template's `tables`, or in the option `lookups` of `compileTemplate`. */
  readonly table: string;
  /** What happens to a value that is not in the table. @default 'refuse' */
  readonly unknown?: 'refuse' | 'keep' | 'omit' | undefined;
}

export const lookupCodec: CodecKind<LookupCodecOptions> = {
  kind: 'lookup',
  options: { table: required(someText), unknown: oneOf(['refuse', 'keep', 'omit']) },
  create: ({ table, unknown = 'refuse' }, { lookups }) => {
    const rows = lookups[table] ?? [];
    const toCanonical = new Map(rows);
    // The first row of a canonical value is the one that is written.
    const toVendor = new Map(
      rows.map(([vendor, canonical]) => [canonical, vendor] as const).reverse(),
    );
    const canonicalValues = [...toVendor.keys()];
    const translate = (
      value: unknown,
      to: ReadonlyMap<string, string>,
      from: ReadonlyMap<string, string>,
    ): string | undefined => {
      if (typeof value !== 'string') return refuse('expected text');
      const found = to.get(value);
      if (found !== undefined) return found;
      if (value === '' || unknown === 'omit') return undefined;
      // Kept as it is, it would be read back as something else if the other side knows it.
      if (unknown === 'keep' && !from.has(value)) return value;
      return refuse(`expected a value of the table "${table}"; add a row to it`);
    };
    return {
      decode: (value) => translate(value, toCanonical, toVendor),
      encode: (value) => translate(value, toVendor, toCanonical),
      sample: (random) => (canonicalValues.length > 0 ? random.pick(canonicalValues) : undefined),
      describe: () => `translated by the table "${table}"`,
    };
  },
};
