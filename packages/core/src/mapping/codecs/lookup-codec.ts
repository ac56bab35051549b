import { oneOf, required, someText } from '../check.ts';
import type { Codec, CodecKind, MappingContext } from '../codec.ts';
import type { LookupTable, MappingDirection } from '../mapping-template.ts';
import { refuse } from '../refuse.ts';

/** A value translated by a table, which stands in the template or is given by the tenant. */
export interface LookupCodecOptions {
  readonly kind: 'lookup';
  /** Name of a table in the template's `tables`, or in the option `lookups` of `compileTemplate`. */
  readonly table: string;
  /**
   * What happens to a value that is not in the table. `keep` needs the whole table, so it cannot be
   * used with one that is supplied with the calls. @default 'refuse'
   */
  readonly unknown?: 'refuse' | 'keep' | 'omit' | undefined;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : refuse('expected text');

export const lookupCodec: CodecKind<LookupCodecOptions> = {
  kind: 'lookup',
  options: { table: required(someText), unknown: oneOf(['refuse', 'keep', 'omit']) },
  create: (options, { lookups }) => {
    const rows = lookups[options.table] ?? [];
    return rows === 'supplied' ? suppliedLookup(options) : tableLookup(options, rows);
  },
};

function tableLookup({ table, unknown }: LookupCodecOptions, rows: LookupTable): Codec {
  const toCanonical = new Map(rows);
  // The first row of a canonical value is the one that is written.
  const toVendor = new Map(
    rows.map(([vendor, canonical]) => [canonical, vendor] as const).reverse(),
  );
  const canonicalValues = [...toVendor.keys()];
  const translate = (
    input: unknown,
    to: ReadonlyMap<string, string>,
    from: ReadonlyMap<string, string>,
  ): string | undefined => {
    const value = textOf(input);
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
}

function suppliedLookup({ table, unknown }: LookupCodecOptions): Codec {
  const translate = (
    input: unknown,
    { lookups }: MappingContext,
    direction: MappingDirection,
  ): string | undefined => {
    const value = textOf(input);
    if (value === '') return undefined;
    if (lookups === undefined) {
      return refuse(`the table "${table}" is supplied with the call; pass \`lookups\``);
    }
    const found =
      direction === 'decode' ? lookups.toCanonical(table, value) : lookups.toVendor(table, value);
    if (found !== undefined || unknown === 'omit') return found;
    return refuse(`expected a value that the source of the table "${table}" knows`);
  };
  return {
    decode: (value, context) => translate(value, context, 'decode'),
    encode: (value, context) => translate(value, context, 'encode'),
    sample: (random) => random.text(6, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'),
    describe: () => `translated by the supplied table "${table}"`,
  };
}
