import { type Check, type JsonSchema, named, oneOf, required, shape } from '../check.ts';
import type { AskedField, Codec, CodecEnvironment, CodecKind } from '../codec.ts';
import type { CodecOptions } from '../codec-options.ts';
import type { MappingDirection } from '../mapping-template.ts';
import { booleanCodec } from './boolean-codec.ts';
import { currencyCodec } from './currency-codec.ts';
import { dateCodec } from './date-codec.ts';
import { decimalCodec } from './decimal-codec.ts';
import { enumCodec } from './enum-codec.ts';
import { flagCodec } from './flag-codec.ts';
import { instantCodec } from './instant-codec.ts';
import { integerCodec } from './integer-codec.ts';
import { jsonCodec } from './json-codec.ts';
import { listCodec } from './list-codec.ts';
import { lookupCodec } from './lookup-codec.ts';
import { ownCodec } from './own-codec.ts';
import { quantityCodec } from './quantity-codec.ts';
import { referenceCodec } from './reference-codec.ts';
import { textCodec } from './text-codec.ts';
import { timeCodec } from './time-codec.ts';
import { unitCodec } from './unit-codec.ts';

const kinds: {
  readonly [Kind in CodecOptions['kind']]: CodecKind<Extract<CodecOptions, { kind: Kind }>>;
} = {
  text: textCodec,
  decimal: decimalCodec,
  integer: integerCodec,
  boolean: booleanCodec,
  flag: flagCodec,
  date: dateCodec,
  time: timeCodec,
  instant: instantCodec,
  enum: enumCodec,
  lookup: lookupCodec,
  currency: currencyCodec,
  unit: unitCodec,
  reference: referenceCodec,
  quantity: quantityCodec,
  list: listCodec({
    checkOptions: named('codec', (value, path, problems) =>
      checkCodecOptions(value, path, problems),
    ),
    create: (options, environment) => createCodec(options, environment),
    asks: (options, direction) => askedFields(options, direction),
  }),
  json: jsonCodec,
  own: ownCodec,
};

const names = Object.keys(kinds);

/** Makes the codec that a field's options describe. */
export function createCodec(options: CodecOptions, environment: CodecEnvironment): Codec {
  return kindOf(options).create(options, environment);
}

const kindOf = (options: CodecOptions) => kinds[options.kind] as CodecKind<CodecOptions>;

/** The other fields that a codec needs in a direction. */
export const askedFields = (
  options: CodecOptions,
  direction: MappingDirection,
): readonly AskedField[] => kindOf(options).asks?.(options, direction) ?? [];

/** Why a codec cannot be used in both directions, if so. */
export const oneWayReason = (options: CodecOptions): string | undefined =>
  kindOf(options).oneWay?.(options);

/** Checks the options of a codec in a template. */
export const checkCodecOptions: Check = named('codec', (value, path, problems) => {
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (typeof kind !== 'string' || !names.includes(kind)) {
    shape({ kind: required(oneOf(names)) })({ kind }, path, problems);
    return;
  }
  const { options, verify } = kinds[kind as CodecOptions['kind']] as CodecKind<CodecOptions>;
  const before = problems.length;
  shape({ kind: oneOf(names), ...options })(value, path, problems);
  if (problems.length === before) verify?.(value as CodecOptions, path, problems);
});

/** The options of all kinds of codecs as JSON Schema. */
export const codecJsonSchema = (): JsonSchema => ({
  anyOf: Object.values(kinds).map(({ kind, options }) =>
    shape({ kind: required(oneOf([kind])), ...(options as Record<string, Check>) }).schema(),
  ),
});
