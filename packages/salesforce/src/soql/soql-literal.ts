import { ConnectorError } from '@common/connector-core';

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

const escaped = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: \b and \f have escapes of their own in SOQL.
  text.replace(/[\\'\n\r\t\u0008\f]/g, (character) => escapes[character] ?? character);

/** A text as a literal: quoted, and no character of it means anything to SOQL. */
export function stringLiteral(text: string): string {
  return `'${escaped(text)}'`;
}

/** A pattern for `LIKE` that fits what begins with the text; `%` and `_` of it stand for themselves. */
export function prefixLiteral(text: string): string {
  return `'${escaped(text).replace(/[%_]/g, '\\$&')}%'`;
}

/** A decimal as it is, every digit of it. @throws ConnectorError `ERR_UNSUPPORTED_QUERY` */
export function numberLiteral(text: string): string {
  if (/^-?\d{1,40}(?:\.\d{1,40})?$/.test(text)) return text;
  throw noLiteral('a decimal in plain notation, for example "12.50"');
}

/** A day, unquoted as SOQL wants it. @throws ConnectorError `ERR_UNSUPPORTED_QUERY` */
export function dateLiteral(day: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day))) return day;
  throw noLiteral('a day, for example "2026-01-31"');
}

/**
 * An instant in UTC with milliseconds, unquoted as SOQL wants it. In an offset, `+` would have to be
 * encoded.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_QUERY`
 */
export function instantLiteral(instant: string | Date): string {
  const time =
    instant instanceof Date
      ? instant.getTime()
      : /^\d{4}-\d\d-\d\dT/.test(instant)
        ? Date.parse(instant)
        : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw noLiteral('an instant, for example "2026-01-31T12:00:00Z"');
}

/** The name of an object or field, with its relationships: `Account.Owner.Name`. */
export function nameLiteral(name: string): string {
  if (/^[A-Za-z]\w{0,79}(?:\.[A-Za-z]\w{0,79}){0,5}$/.test(name)) return name;
  throw noLiteral('the name of an object or a field, for example "Account.Name"');
}

/** Shows nothing of the value: it may be personal. */
function noLiteral(expected: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNSUPPORTED_QUERY',
    category: 'unsupported',
    message: `A value of the query is not ${expected}.`,
    system: 'salesforce',
  });
}
