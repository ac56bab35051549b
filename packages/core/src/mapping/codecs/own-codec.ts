import type { JsonValue } from '../../contract/json.ts';
import { json, required, someText } from '../check.ts';
import type { CodecKind } from '../codec.ts';

/** A codec of the plugin's or the tenant's own, given by name to `compileTemplate`. */
export interface OwnCodecOptions {
  readonly kind: 'own';
  /** Name in the option `codecs` of `compileTemplate`. */
  readonly name: string;
  /** Passed to the factory of the codec. */
  readonly options?: JsonValue | undefined;
}

export const ownCodec: CodecKind<OwnCodecOptions> = {
  kind: 'own',
  options: { name: required(someText), options: json },
  create: ({ name, options }, { codecs }) => {
    const create = codecs[name];
    if (create === undefined) {
      throw new TypeError(`The codec "${name}" is not among the given codecs.`);
    }
    const codec = create(options);
    // Called as methods, so that an own codec may use `this`.
    return {
      decode: (value, context) => codec.decode(value, context),
      encode: (value, context) => codec.encode(value, context),
      sample: (random) => codec.sample(random),
      describe: (input, output, direction) =>
        codec.describe?.(input, output, direction) ?? `converted by ${name}`,
      ...(codec.empty === undefined ? {} : { empty: codec.empty }),
    };
  },
};
