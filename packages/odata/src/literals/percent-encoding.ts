import { ConnectorError } from '@common/connector-core';

// RFC 3986 pchar without `%`: what may stand as it is in a path segment and in a query.
const pathUnsafe = /[^A-Za-z0-9\-._~!$'()*,;=:@]/gu;
// In a query value `&`, `#` and `+` of the text itself must not be taken for syntax.
const queryUnsafe = /[^A-Za-z0-9\-._~!$'()*,;=:@/?]/gu;

const encodeCharacter = (character: string) =>
  // A lone surrogate has no UTF-8 form; it becomes the replacement character.
  encodeURIComponent(/\p{Cs}/u.test(character) ? '\uFFFD' : character);

/** Encodes a literal for a path segment: `/` as `%2F`, a space as `%20`, quotes left readable. */
export function encodePath(text: string): string {
  return text.replace(pathUnsafe, encodeCharacter);
}

/**
 * Encodes the value of a query option. A space is `%20`, never `+`: SAP V2 reads `+` as a space, V4
 * answers 400.
 */
export function encodeQuery(text: string): string {
  return text.replace(queryUnsafe, encodeCharacter);
}

/**
 * Undoes percent encoding.
 *
 * @throws ConnectorError `ERR_VALIDATION` for a broken escape
 */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ConnectorError({
      code: 'ERR_VALIDATION',
      category: 'validation',
      message: 'The text holds a broken percent escape; write "%" itself as "%25".',
      cause,
    });
  }
}
