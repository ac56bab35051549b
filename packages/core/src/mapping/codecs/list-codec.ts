import { type Check, required, someText } from '../check.ts';
import type { AskedField, Codec, CodecEnvironment, CodecKind } from '../codec.ts';
import type { CodecOptions } from '../codec-options.ts';
import type { MappingDirection } from '../mapping-template.ts';
import { Refusal, refuse } from '../refuse.ts';

/** A list of values that are each converted alike. For lists of records see `each`. */
export interface ListCodecOptions {
  readonly kind: 'list';
  /** The codec of one value. */
  readonly of: CodecOptions;
  /** Between the values, where the vendor writes them as one text: `;` in a multi-select of Salesforce. */
  readonly separator?: string | undefined;
}

/** What a list needs of the kinds of codecs, of which it is one. */
export interface CodecKinds {
  readonly checkOptions: Check;
  readonly create: (options: CodecOptions, environment: CodecEnvironment) => Codec;
  readonly asks: (options: CodecOptions, direction: MappingDirection) => readonly AskedField[];
}

export const listCodec = (kinds: CodecKinds): CodecKind<ListCodecOptions> => ({
  kind: 'list',
  options: { of: required(kinds.checkOptions), separator: someText },
  verify: ({ of }, path, problems) => {
    const asks = kinds.asks(of, 'decode').length + kinds.asks(of, 'encode').length > 0;
    if (of.kind !== 'list' && !asks) return;
    problems.push({
      path: `${path}.of`,
      message: 'cannot be a list or a codec that needs another field.',
    });
  },
  create: ({ of, separator }, environment) => {
    const codec = kinds.create(of, environment);
    const listOf = (value: unknown): readonly unknown[] =>
      Array.isArray(value) ? value : refuse('expected a list');
    const convert = (values: readonly unknown[], one: (value: unknown) => unknown) =>
      values.map((value, index) => {
        try {
          const converted = value === null || value === undefined ? undefined : one(value);
          return converted ?? refuse('is empty');
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          throw new Refusal(`value ${index + 1} of the list: ${error.rule}`, error.mayPass);
        }
      });
    return {
      decode: (value, context) => {
        if (separator !== undefined && value === '') return undefined;
        const values =
          separator === undefined
            ? listOf(value)
            : typeof value === 'string'
              ? value.split(separator)
              : refuse(`expected values as one text, with ${separator} between`);
        return convert(values, (one) => codec.decode(one, context));
      },
      encode: (value, context) => {
        const values = convert(listOf(value), (one) => codec.encode(one, context));
        if (separator === undefined) return values;
        for (const text of values) {
          if (typeof text !== 'string') refuse('expected values that are written as text');
          if ((text as string).includes(separator)) {
            refuse(`a value must not hold ${separator}, which separates them`);
          }
        }
        return values.join(separator);
      },
      ...(separator === undefined ? { empty: [] } : { empty: '' }),
      sample: (random) =>
        // Without a value there is no text between separators.
        Array.from({ length: random.integer(1, 3) }, () => {
          for (let turn = 0; turn < 50; turn += 1) {
            const value = codec.sample(random);
            if (separator === undefined || !String(value).includes(separator)) return value;
          }
          return undefined;
        }).filter((value) => value !== undefined),
      describe: () =>
        separator === undefined ? 'list, value by value' : `list with ${separator} between`,
    };
  },
});
