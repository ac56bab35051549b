import { ConnectorError } from '@common/connector-core';
import type { Dialect } from '../client/dialect.ts';
import { interpretResponse } from '../client/interpret-response.ts';
import { isRead, nameOf } from '../client/operation.ts';
import { errorOf } from '../errors/classify-odata-error.ts';
import { type ErrorBody, readErrorBody } from '../errors/error-body.ts';
import { outcomeUnknown, rolledBack } from './batch-error.ts';
import type { BatchOutcome } from './batch-outcome.ts';
import type { PlannedEntry, PlannedOperation } from './batch-plan.ts';

/** An answer inside a batch, whichever format it came in. */
export interface PartResponse {
  readonly id: string | undefined;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON body without loss of digits; `undefined` when it is empty. Throws when it is none. */
  json(): unknown;
  text(): string;
}

/** What the service answered to an entry. */
export interface EntryAnswer {
  /** `undefined` for one that cannot be read. */
  readonly responses: readonly (PartResponse | undefined)[];
  /** Whether one plain answer stands for a whole change set: the way a failed one is told. */
  readonly isSummary: boolean;
}

/** The outcomes of one entry's operations. */
export function settleEntry(input: {
  readonly entry: PlannedEntry;
  readonly answer: EntryAnswer;
  readonly dialect: Dialect;
}): BatchOutcome[] {
  const { entry, answer, dialect } = input;
  const { operations } = entry;
  const [summary] = answer.responses;
  if (
    answer.isSummary &&
    summary !== undefined &&
    (summary.status >= 400 || operations.length > 1)
  ) {
    return settleFailedSet(operations, summary);
  }
  const known = new Set<string | undefined>(operations.map(({ id }) => id));
  const isNamed = answer.responses.every((one) => one === undefined || known.has(one.id));
  const answers = operations.map((operation, index) => ({
    operation,
    response: isNamed
      ? answer.responses.find((one) => one?.id === operation.id)
      : answer.responses[index],
  }));
  const culprit = answers.find(({ response }) => isFailure(response) && response?.status !== 424);
  const undone =
    entry.kind === 'change-set' && culprit?.response !== undefined
      ? rolledBack(failureOf(culprit.operation, culprit.response).error)
      : undefined;
  return answers.map(({ operation, response }): BatchOutcome => {
    if (undone !== undefined && (!isFailure(response) || response?.status === 424)) {
      return { status: 'rolled-back', id: operation.id, error: undone };
    }
    if (response === undefined) return unknown(operation);
    return isFailure(response)
      ? failureOf(operation, response)
      : success({ operation, response, dialect });
  });
}

/** The outcome of an operation that has no answer. */
export function unknown({ id }: PlannedOperation, cause?: unknown): BatchOutcome {
  return { status: 'unknown', id, error: outcomeUnknown(cause) };
}

export function isFailure(response: PartResponse | undefined): boolean {
  return response !== undefined && response.status >= 400;
}

function success(input: {
  readonly operation: PlannedOperation;
  readonly response: PartResponse;
  readonly dialect: Dialect;
}): BatchOutcome {
  const { operation, response, dialect } = input;
  const { id } = operation;
  try {
    const { status, headers } = response;
    const result = interpretResponse({
      operation: operation.operation,
      response: { status, headers, body: bodyOf(operation, response) },
      dialect,
    });
    return { status: 'succeeded', id, result };
  } catch (error) {
    if (!ConnectorError.isInstance(error)) throw error;
    // A write whose answer cannot be read has happened; a read has simply failed.
    return { status: error.outcomeUnknown ? 'unknown' : 'failed', id, error };
  }
}

function bodyOf({ operation }: PlannedOperation, response: PartResponse): unknown {
  try {
    return response.json();
  } catch (cause) {
    throw new ConnectorError({
      code: 'ERR_INVALID_RESPONSE',
      category: 'transient',
      retryable: false,
      message: `HTTP ${response.status}, but the answer to the operation is no JSON.`,
      httpStatus: response.status,
      outcomeUnknown: !isRead(operation),
      cause,
    });
  }
}

function failureOf(
  { id, operation, request }: PlannedOperation,
  response: PartResponse,
): { status: 'failed' | 'failed-dependency'; id: string; error: ConnectorError } {
  const error = errorOf({
    response,
    request: {
      method: request.method,
      operation: operation.op,
      entity: operation.op === 'call' ? operation.name : nameOf(operation.entity),
    },
    body: readErrorBody(response),
  });
  return { status: response.status === 424 ? 'failed-dependency' : 'failed', id, error };
}

// A failed change set comes back as one answer; the error names the operation by its Content-ID, or
// nobody knows which one it was.
function settleFailedSet(
  operations: readonly PlannedOperation[],
  summary: PartResponse,
): BatchOutcome[] {
  if (summary.status < 400) return operations.map((operation) => unknown(operation));
  const culpritId = contentIdOf(readErrorBody(summary)) ?? summary.id;
  const culprit = operations.find(({ id }) => id === culpritId);
  return operations.map((operation): BatchOutcome => {
    if (culprit === undefined || culprit === operation) return failureOf(operation, summary);
    const { error } = failureOf(culprit, summary);
    return { status: 'rolled-back', id: operation.id, error: rolledBack(error) };
  });
}

function contentIdOf(body: ErrorBody): string | undefined {
  const named = body.details.filter(({ contentId }) => contentId !== undefined);
  return body.contentId ?? (named.find(({ isError }) => isError) ?? named[0])?.contentId;
}
