import { ConnectorError } from '../errors/connector-error.ts';
import type { HttpRequest } from './http-request.ts';
import { isWrite, type Operation } from './operation.ts';

/**
 * The error that the caller gets: with its context, and with the truth about a write whose answer
 * was lost.
 */
export function conclude(operation: Operation, thrown: unknown, system: string): ConnectorError {
  const { request } = operation;
  const error = ConnectorError.isInstance(thrown) ? thrown : internal(thrown);
  const lost = isWrite(request) && (operation.onWire || operation.isUncertain);
  const told = lost && !error.outcomeUnknown ? asUnknown(error, operation.isIdempotent) : error;
  return withContext(told, request, system);
}

/** The same error, saying whose it is. */
export function withContext(
  error: ConnectorError,
  { operation, entity, key }: HttpRequest,
  system: string,
): ConnectorError {
  return error.with({ system, operation, entity, key });
}

/** The same error of a write that may have taken effect. */
export function asUnknown(error: ConnectorError, isIdempotent: boolean): ConnectorError {
  const told = new ConnectorError({
    ...error,
    message: `${error.message} The write may have taken effect nevertheless: read it back before it is repeated.`,
    retryable: isIdempotent && error.retryable,
    outcomeUnknown: true,
    notExecuted: false,
    cause: error.cause,
  });
  if (error.stack !== undefined) told.stack = error.stack;
  return told;
}

function internal(cause: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INTERNAL',
    category: 'internal',
    message:
      'A part of the request pipeline failed unexpectedly. This is a defect, please report it.',
    cause,
  });
}
