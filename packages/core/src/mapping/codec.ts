import type { JsonValue } from '../contract/json.ts';
import type { Check, TemplateProblem } from './check.ts';
import type { MappingDirection } from './mapping-template.ts';
import type { RandomSource } from './random-source.ts';
import type { ReferenceResolver } from './reference-resolver.ts';

/** What a conversion may ask beyond the value. */
export interface MappingContext {
  /** Translates the keys of `reference` codecs. */
  readonly references?: ReferenceResolver | undefined;
}

/**
 * Both directions of one conversion. Values are never null or undefined when they come in; a codec
 * answers `undefined` for "empty", and calls `refuse` with the rule that a bad value breaks.
 */
export interface Codec {
  decode(value: unknown, context: MappingContext): unknown;
  encode(value: unknown, context: MappingContext): unknown;
  /** What the vendor gets for a canonical null. @default null */
  readonly empty?: JsonValue;
  /** A valid canonical value, such that `decode(encode(value))` is that value. */
  sample(random: RandomSource): unknown;
  /** In words, what was done, for `explain`. Called only when input and output differ. */
  describe?(input: unknown, output: unknown, direction: MappingDirection): string;
}

/** What codecs are made from besides their options. */
export interface CodecEnvironment {
  readonly lookups: { readonly [name: string]: readonly (readonly [string, string])[] };
  readonly codecs: { readonly [name: string]: OwnCodecFactory };
}

/** Makes an own codec of the `options` in the template. */
export type OwnCodecFactory = (options: JsonValue | undefined) => Codec;

/** A kind of codec: the options that its data may have, and how it is made from them. */
export interface CodecKind<Options extends { readonly kind: string }> {
  readonly kind: Options['kind'];
  /** A check for every option but `kind`; marks which ones are required. */
  readonly options: { readonly [name in Exclude<keyof Options, 'kind'>]-?: Check };
  /** What concerns several options at once. */
  verify?(options: Options, path: string, problems: TemplateProblem[]): void;
  create(options: Options, environment: CodecEnvironment): Codec;
}
