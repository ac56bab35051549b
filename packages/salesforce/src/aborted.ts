import { ConnectorError } from '@common/connector-core';

/** `ERR_ABORTED`. */
export function aborted({ reason }: AbortSignal): ConnectorError {
  return new ConnectorError({
    code: 'ERR_ABORTED',
    category: 'transient',
    retryable: false,
    message: 'The call was aborted by its caller.',
    system: 'salesforce',
    cause: reason,
  });
}
