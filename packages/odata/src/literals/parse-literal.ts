import { ConnectorError } from '@common/connector-core';
import { codecFor } from '../codecs/codec-for.ts';
import { timeCodec } from '../codecs/time-codecs.ts';
import type { EdmPrimitive, EdmType, ODataVersion } from './edm-type.ts';
import { decodePercent } from './percent-encoding.ts';
import { enumValueGrammar, primitiveGrammar, qualifiedNameGrammar } from './primitive-grammar.ts';

/** A literal and the type that its form tells. */
export interface ParsedLiteral {
  readonly type: EdmType;
  /** Canonical, as `formatLiteral` takes it. */
  readonly value: unknown;
}

const v2Prefixed: readonly (readonly [RegExp, EdmPrimitive])[] = [
  [/^datetime'([^']*)'$/i, 'Edm.DateTime'],
  [/^datetimeoffset'([^']*)'$/i, 'Edm.DateTimeOffset'],
  [/^time'([^']*)'$/i, 'Edm.Time'],
  [/^guid'([^']*)'$/i, 'Edm.Guid'],
  [/^(?:X|binary)'((?:[0-9a-fA-F]{2})*)'$/, 'Edm.Binary'],
];
const v2Suffixed: readonly (readonly [RegExp, EdmPrimitive])[] = [
  [/^([+-]?\d+(?:\.\d+)?)m$/i, 'Edm.Decimal'],
  [/^([+-]?\d{1,19})l$/i, 'Edm.Int64'],
  [/^([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)d$/i, 'Edm.Double'],
  [/^([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)f$/i, 'Edm.Single'],
];
// By form alone; the first that fits wins, so narrower forms stand first.
const v4Bare: readonly EdmPrimitive[] = [
  'Edm.Boolean',
  'Edm.Guid',
  'Edm.DateTimeOffset',
  'Edm.Date',
  'Edm.TimeOfDay',
  'Edm.Int32',
  'Edm.Int64',
  'Edm.Decimal',
];

/**
 * Reads a literal of a URL. With a `type` the literal must be one of that type.
 *
 * @throws ConnectorError `ERR_VALIDATION` when it is none
 */
export function parseLiteral(input: {
  /** As it stands in the URL, percent-encoded or not. */
  readonly text: string;
  readonly version: ODataVersion;
  readonly type?: EdmType | undefined;
}): ParsedLiteral {
  const text = decodePercent(input.text);
  const parsed =
    text === 'null'
      ? { type: input.type ?? 'Edm.String', value: null }
      : (parseString(text, input.type) ??
        (input.version === 'v2' ? parseV2(text, input.type) : parseV4(text, input.type)));
  if (parsed === undefined) {
    throw new ConnectorError({
      code: 'ERR_VALIDATION',
      category: 'validation',
      message: `The text of ${text.length} characters is no OData ${input.version === 'v2' ? 'V2' : 'V4'} literal${input.type === undefined ? '' : ` of type ${input.type}`}.`,
    });
  }
  return parsed;
}

function parseString(text: string, type: string | undefined): ParsedLiteral | undefined {
  if (type !== undefined && type !== 'Edm.String') return undefined;
  const value = unquote(text);
  return value === undefined ? undefined : { type: 'Edm.String', value };
}

/** The text inside a string literal; `undefined` when it is none or a quote in it is not doubled. */
function unquote(text: string): string | undefined {
  return /^'(?:[^']|'')*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : undefined;
}

function parseV2(text: string, type: string | undefined): ParsedLiteral | undefined {
  for (const [form, found] of [...v2Prefixed, ...v2Suffixed]) {
    const inner = (type ?? found) === found ? form.exec(text)?.[1] : undefined;
    if (inner !== undefined) return v2Value(found, inner);
  }
  if (/^[+-]?\d{1,10}$/.test(text) && /^(?:Edm\.(?:S?Byte|Int16|Int32))?$/.test(type ?? '')) {
    return { type: type ?? 'Edm.Int32', value: Number(text) };
  }
  if (/^(?:true|false|[01])$/.test(text) && (type ?? 'Edm.Boolean') === 'Edm.Boolean') {
    return { type: 'Edm.Boolean', value: text === 'true' || text === '1' };
  }
  if (/^(?:NaN|-?INF)$/.test(text)) {
    return v2Value(type === 'Edm.Single' ? 'Edm.Single' : 'Edm.Double', text);
  }
  return undefined;
}

function v2Value(type: EdmPrimitive, inner: string): ParsedLiteral | undefined {
  if (type === 'Edm.Binary') {
    return { type, value: Buffer.from(inner, 'hex').toString('base64') };
  }
  // A zone in datetime'…' is what Gateway refuses (odata2ts#435).
  if (type === 'Edm.DateTime' && !primitiveGrammar['Edm.DateTime'].test(inner)) return undefined;
  return decoded(type, inner, 'v2');
}

function parseV4(text: string, type: string | undefined): ParsedLiteral | undefined {
  const prefixed = /^([^']*)'([^']*)'$/.exec(text);
  if (prefixed !== null) {
    const [, prefix = '', inner = ''] = prefixed;
    // 4.01 lets the prefix away where the type is known.
    if (/^duration$/i.test(prefix) || (prefix === '' && type === 'Edm.Duration')) {
      return v4Value('Edm.Duration', inner, type);
    }
    if (/^binary$/i.test(prefix) || (prefix === '' && type === 'Edm.Binary')) {
      return v4Value('Edm.Binary', inner, type);
    }
    const name = prefix === '' ? type : prefix;
    if (name === undefined || name.startsWith('Edm.') || (type ?? name) !== name) return undefined;
    return qualifiedNameGrammar.test(name) && enumValueGrammar.test(inner)
      ? { type: name, value: inner }
      : undefined;
  }
  if (type !== undefined) {
    const bare = type in primitiveGrammar && !/^Edm\.(?:String|Binary|Duration)$/.test(type);
    return bare ? v4Value(type as EdmPrimitive, text, type) : undefined;
  }
  for (const candidate of v4Bare) {
    const parsed = v4Value(candidate, text, undefined);
    if (parsed !== undefined) return parsed;
  }
  return undefined;
}

function v4Value(
  found: EdmPrimitive,
  inner: string,
  type: string | undefined,
): ParsedLiteral | undefined {
  if ((type ?? found) !== found) return undefined;
  // In a URL, keywords are case-insensitive.
  const text = found === 'Edm.Boolean' ? inner.toLowerCase() : inner;
  return primitiveGrammar[found].test(text) ? decoded(found, text, 'v4') : undefined;
}

function decoded(
  type: EdmPrimitive,
  text: string,
  version: ODataVersion,
): ParsedLiteral | undefined {
  try {
    if (type === 'Edm.Time') return { type, value: timeCodec.decode(text) };
    return { type, value: codecFor({ type, version }).decode(text) };
  } catch {
    // The grammar knows values that have no canonical form: years beyond 9999, a decimal INF.
    return primitiveGrammar[type].test(text) ? { type, value: text } : undefined;
  }
}
