import type { EdmPrimitive } from './edm-type.ts';

// The OASIS ABNF 4.01, one expression per rule. Ranges beyond the grammar (255 for a byte) are the
// server's business, as they are in the ABNF.
const year = String.raw`-?(?:0\d{3}|[1-9]\d{3,})`;
const date = String.raw`${year}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const clock = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;
const seconds = String.raw`(?::(?:[0-5]\d|60)(?:\.\d{1,12})?)?`;
const decimal = String.raw`[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|-?INF|NaN`;
const duration = String.raw`-?P(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?`;
const base64url = '(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}(?:==)?|[A-Za-z0-9_-]{3}=?)?';
const identifier = String.raw`[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}_]{0,127}`;
const enumMember = String.raw`(?:${identifier}|[+-]?\d{1,19})`;

const whole = (source: string, flags = '') => new RegExp(`^(?:${source})$`, flags);

/** What a V4 payload value of each type looks like, by the grammar. */
export const primitiveGrammar: Readonly<Record<EdmPrimitive, RegExp>> = {
  'Edm.Binary': whole(base64url),
  'Edm.Boolean': whole('true|false'),
  'Edm.Byte': whole(String.raw`\d{1,3}`),
  'Edm.Date': whole(date),
  'Edm.DateTime': whole(`${date}T${clock}${seconds}`),
  'Edm.DateTimeOffset': whole(`${date}T${clock}${seconds}(?:Z|[+-]${clock})`, 'i'),
  'Edm.Decimal': whole(decimal, 'i'),
  'Edm.Double': whole(decimal, 'i'),
  'Edm.Duration': whole(duration),
  'Edm.Guid': whole('[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}'),
  'Edm.Int16': whole(String.raw`[+-]?\d{1,5}`),
  'Edm.Int32': whole(String.raw`[+-]?\d{1,10}`),
  'Edm.Int64': whole(String.raw`[+-]?\d{1,19}`),
  'Edm.SByte': whole(String.raw`[+-]?\d{1,3}`),
  'Edm.Single': whole(decimal, 'i'),
  'Edm.Stream': whole(base64url),
  'Edm.String': /^.*$/s,
  'Edm.Time': whole(duration),
  'Edm.TimeOfDay': whole(clock + seconds.replace('|60', '')),
};

/** A name as the schema allows it: letters, digits, `_`; at most 128 characters. */
export const identifierGrammar = whole(identifier, 'u');

/** Members of an enum value: names or numbers, by comma. */
export const enumValueGrammar = whole(`${enumMember}(?:,${enumMember})*`, 'u');

/** A namespace-qualified name, for example `Sales.Pattern`. */
export const qualifiedNameGrammar = whole(String.raw`${identifier}(?:\.${identifier})+`, 'u');
