import { ConnectorError, type HttpResponse } from '@common/connector-core';

/**
 * Reads the answer of `/$count`: a bare number, with a byte order mark on some servers.
 *
 * @throws ConnectorError `ERR_INVALID_RESPONSE` when it is none
 */
export function readCount(response: HttpResponse): number {
  const text = response
    .text()
    .replace(/^\uFEFF/, '')
    .trim();
  if (!/^\d{1,15}$/.test(text)) {
    throw new ConnectorError({
      code: 'ERR_INVALID_RESPONSE',
      category: 'transient',
      retryable: false,
      message: 'The answer of $count is no number; check that the entity set is right.',
    });
  }
  return Number(text);
}
