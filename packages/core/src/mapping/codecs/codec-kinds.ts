import { type Check, oneOf, required, shape } from '../check.ts';
import type { Codec, CodecEnvironment, CodecKind } from '../codec.ts';
import type { CodecOptions } from '../codec-options.ts';
import { booleanCodec } from './boolean-codec.ts';
import { currencyCodec } from './currency-codec.ts';
import { dateCodec } from './date-codec.ts';
import { decimalCodec } from './decimal-codec.ts';
import { enumCodec } from './enum-codec.ts';
import { flagCodec } from './flag-codec.ts';
import { instantCodec } from './instant-codec.ts';
import { integerCodec } from './integer-codec.ts';
import { jsonCodec } from './json-codec.ts';
import { lookupCodec } from './lookup-codec.ts';
import { ownCodec } from './own-codec.ts';
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
  json: jsonCodec,
  own: ownCodec,
};

const names = Object.keys(kinds);

/** Makes the codec that a field's options describe. */
export function createCodec(options: CodecOptions, environment: CodecEnvironment): Codec {
  const kind = kinds[options.kind] as CodecKind<CodecOptions>;
  return kind.create(options, environment);
}

/** Checks the options of a codec in a template. */
export const checkCodecOptions: Check = (value, path, problems) => {
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (typeof kind !== 'string' || !names.includes(kind)) {
    shape({ kind: required(oneOf(names)) })({ kind }, path, problems);
    return;
  }
  const { options, verify } = kinds[kind as CodecOptions['kind']] as CodecKind<CodecOptions>;
  const before = problems.length;
  shape({ kind: oneOf(names), ...options })(value, path, problems);
  if (problems.length === before) verify?.(value as CodecOptions, path, problems);
};
