import { oneOf, required, someText } from '../check.ts';
import type { CodecKind } from '../codec.ts';
import { refuse, refuseForNow } from '../refuse.ts';

/** The key of another record, translated between the two sides by a `ReferenceResolver`. */
export interface ReferenceCodecOptions {
  readonly kind: 'reference';
  /** The entity that the key belongs to, for example `supplier`. */
  readonly entity: string;
  /** What happens to a key that the resolver does not know. @default 'refuse' */
  readonly unknown?: 'refuse' | 'keep' | 'omit' | undefined;
}

export const referenceCodec: CodecKind<ReferenceCodecOptions> = {
  kind: 'reference',
  options: { entity: required(someText), unknown: oneOf(['refuse', 'keep', 'omit']) },
  create: ({ entity, unknown = 'refuse' }) => {
    const translated = (found: string | undefined, key: string): string | undefined => {
      if (found !== undefined) return found;
      if (unknown === 'keep') return key;
      if (unknown === 'omit') return undefined;
      return refuseForNow(`no counterpart of this ${entity} is known; bring ${entity} over first`);
    };
    const missing = () =>
      refuse(`the key of a ${entity} needs \`references\` to be translated; pass a resolver`);
    return {
      decode: (value, { references }) => {
        if (typeof value !== 'string') return refuse(`expected the key of a ${entity} as text`);
        if (value === '') return undefined;
        if (references === undefined) return missing();
        return translated(references.toCanonical(entity, value), value);
      },
      encode: (value, { references }) => {
        if (typeof value !== 'string') return refuse(`expected the key of a ${entity} as text`);
        if (value === '') return undefined;
        if (references === undefined) return missing();
        return translated(references.toVendor(entity, value), value);
      },
      sample: (random) => random.text(10, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'),
      describe: () => `key of ${entity} translated`,
    };
  },
};
