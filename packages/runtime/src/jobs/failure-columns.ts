import { ConnectorError, redact } from '@common/connector-core';

const mostCharacters = 2000;

/** What rows keep of a failure: nothing secret, and not too much of it. */
export function failureColumns(error: unknown): {
  readonly error_code: string;
  readonly error_message: string;
} {
  const message = error instanceof Error ? error.message : 'Unknown failure.';
  return {
    error_code: ConnectorError.isInstance(error) ? error.code : 'ERR_INTERNAL',
    error_message: redact(message).slice(0, mostCharacters),
  };
}
