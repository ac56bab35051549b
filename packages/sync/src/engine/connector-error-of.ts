import { ConnectorError } from '@common/connector-core';

/** Any thrown value as a `ConnectorError`. */
export function connectorErrorOf(thrown: unknown, signal?: AbortSignal): ConnectorError {
  if (ConnectorError.isInstance(thrown)) return thrown;
  if (signal?.aborted === true) {
    return new ConnectorError({
      code: 'ERR_ABORTED',
      category: 'transient',
      retryable: false,
      message: 'The run was aborted. What was done is stored; the next run goes on from there.',
      cause: thrown,
    });
  }
  return new ConnectorError({
    code: 'ERR_INTERNAL',
    category: 'internal',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    outcomeUnknown: true,
    cause: thrown,
  });
}
