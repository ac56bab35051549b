import { ConnectorError } from '@common/connector-core';

/** The error of an operation that did not happen because its change set was undone. */
export function rolledBack(culprit: ConnectorError): ConnectorError {
  return new ConnectorError({
    code: 'ERR_ROLLED_BACK',
    category: culprit.category,
    retryable: culprit.retryable,
    notExecuted: true,
    message: `Undone, because another operation of its change set failed. ${culprit.message}`,
    cause: culprit,
  });
}

/** The error of an operation that the service did not reach. */
export function notRun(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_NOT_RUN',
    category: 'transient',
    notExecuted: true,
    message: 'Not run, because the service stopped at an earlier failure. Send it again.',
  });
}

/** The error of an operation whose answer is missing. */
export function outcomeUnknown(cause?: unknown): ConnectorError {
  const reason =
    cause === undefined
      ? 'The answer to the batch has no part for it; the address of the service or of the operation may be wrong.'
      : 'The answer to the batch was lost or could not be read.';
  return new ConnectorError({
    code: 'ERR_OUTCOME_UNKNOWN',
    category: 'transient',
    retryable: false,
    outcomeUnknown: true,
    message: `${reason} Read the record back before writing it again.`,
    cause,
  });
}
