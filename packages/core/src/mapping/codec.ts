import type { JsonValue } from '../contract/json.ts';
import type { Check, TemplateProblem } from './check.ts';
import type { LookupTable, MappingDirection } from './mapping-template.ts';
import type { RandomSource } from './random-source.ts';
import type { LookupResolver, ReferenceResolver } from './reference-resolver.ts';

/** What a conversion may ask beyond the value. */
export interface MappingContext {
  /** Translates the keys of `reference` codecs. */
  readonly references?: ReferenceResolver | undefined;
  /** Translates the values of `lookup` codecs whose table is supplied with the call. */
  readonly lookups?: LookupResolver | undefined;
}

/**
 * Both directions of one conversion. Values are never null or undefined when they come in; a codec
 * answers `undefined` for "empty", and calls `refuse` with the rule that a bad value breaks.
 */
export interface Codec {
  /** `asked` holds the values of the fields that the kind of codec asks for; own codecs ask for none. */
  decode(value: unknown, context: MappingContext, asked?: readonly unknown[]): unknown;
  encode(value: unknown, context: MappingContext, asked?: readonly unknown[]): unknown;
  /** What the vendor gets for a canonical null. @default null */
  readonly empty?: JsonValue;
  /** A valid canonical value, such that `decode(encode(value))` is that value. */
  sample(random: RandomSource, asked?: readonly unknown[]): unknown;
  /** In words, what was done, for `explain`. Called only when input and output differ. */
  describe?(input: unknown, output: unknown, direction: MappingDirection): string;
}

/** Where the table of a `lookup` codec is: here, or brought by each call. */
export type LookupSupply = LookupTable | 'supplied';

/** What codecs are made from besides their options. */
export interface CodecEnvironment {
  readonly lookups: { readonly [name: string]: LookupSupply };
  readonly codecs: { readonly [name: string]: OwnCodecFactory };
}

/** Makes an own codec of the `options` in the template. */
export type OwnCodecFactory = (options: JsonValue | undefined) => Codec;

/**
 * Another field that a conversion needs. Of the side that is read, the value is what stands there; a
 * canonical field is converted first when decoding. A path may begin with `^.`.
 */
export type AskedField = { readonly canonical: string } | { readonly vendor: string };

/** A kind of codec: the options that its data may have, and how it is made from them. */
export interface CodecKind<Options extends { readonly kind: string }> {
  readonly kind: Options['kind'];
  /** A check for every option but `kind`; marks which ones are required. */
  readonly options: { readonly [name in Exclude<keyof Options, 'kind'>]-?: Check };
  /** What concerns several options at once. */
  verify?(options: Options, path: string, problems: TemplateProblem[]): void;
  /** The other fields that a direction needs. */
  asks?(options: Options, direction: MappingDirection): readonly AskedField[];
  /** Whether a direction only makes sense without the other, and why. */
  oneWay?(options: Options): string | undefined;
  create(options: Options, environment: CodecEnvironment): Codec;
}
