import { ConnectorError, type HttpResponse, parseJson } from '@common/connector-core';
import type { Dialect } from '../client/dialect.ts';
import type { PreparedRequest } from '../client/prepare-request.ts';
import { odataErrorOf } from '../errors/classify-odata-error.ts';
import { notRun } from './batch-error.ts';
import type { BatchEntry, BatchOutcome } from './batch-outcome.ts';
import { type PlannedEntry, planBatch } from './batch-plan.ts';
import { readJsonBatch, writeJsonBatch } from './json-batch.ts';
import { type BatchPart, type HttpPart, readMultipart } from './read-multipart.ts';
import {
  type EntryAnswer,
  isFailure,
  type PartResponse,
  settleEntry,
  unknown,
} from './settle-entry.ts';
import { writeMultipart } from './write-multipart.ts';

// Dataverse gives the whole batch the status of its first failure.
const statusOfAPart = [400, 404, 405, 409, 412, 422, 424, 428, 501];

/**
 * Sends a batch and settles every operation.
 *
 * @throws ConnectorError when the batch was refused as a whole, so that nothing has run
 */
export async function runBatch(input: {
  readonly operations: readonly BatchEntry[];
  readonly continueOnError?: boolean | undefined;
  readonly dialect: Dialect;
  readonly format: 'multipart' | 'json';
  readonly pathPrefix: string;
  readonly send: (
    request: PreparedRequest,
    context: {
      readonly operation: string;
      readonly acceptStatus: readonly number[];
      readonly idempotent: boolean;
    },
  ) => Promise<HttpResponse>;
}): Promise<BatchOutcome[]> {
  const { dialect, continueOnError = true } = input;
  const entries = planBatch(input);
  if (entries.length === 0) return [];
  const isJson = input.format === 'json' && dialect.version === 'v4';
  const request = batchRequest({ entries, isJson, dialect, continueOnError });
  const idempotent = entries.every(({ kind }) => kind === 'read');
  try {
    const response = await input.send(request, {
      operation: 'batch',
      acceptStatus: statusOfAPart,
      idempotent,
    });
    const answers = isJson
      ? readJsonAnswers(response, entries)
      : readMultipartAnswers(response, entries);
    const stops = dialect.version === 'v4' && !continueOnError;
    return settle({ entries, answers, dialect, stops });
  } catch (error) {
    // Only what the answer would have told is lost; that the caller gave up is not an outcome.
    const isLost = ConnectorError.isInstance(error) && error.outcomeUnknown && !idempotent;
    if (!isLost || error.code === 'ERR_ABORTED') throw error;
    return entries.flatMap(({ operations }) => operations.map((one) => unknown(one, error)));
  }
}

function batchRequest(input: {
  readonly entries: readonly PlannedEntry[];
  readonly isJson: boolean;
  readonly dialect: Dialect;
  readonly continueOnError: boolean;
}): PreparedRequest {
  const { entries, isJson, dialect, continueOnError } = input;
  const { contentType, body } = isJson
    ? { contentType: 'application/json', body: writeJsonBatch(entries) }
    : writeMultipart(entries);
  return {
    method: 'POST',
    path: '$batch',
    query: '',
    headers: {
      accept: isJson ? 'application/json' : 'multipart/mixed',
      'content-type': contentType,
      ...(dialect.version === 'v4' && {
        'odata-version': '4.0',
        'odata-maxversion': '4.0',
        ...(continueOnError && { prefer: 'odata.continue-on-error' }),
      }),
    },
    body,
  };
}

function settle(input: {
  readonly entries: readonly PlannedEntry[];
  readonly answers: readonly (EntryAnswer | undefined)[];
  readonly dialect: Dialect;
  readonly stops: boolean;
}): BatchOutcome[] {
  const { entries, answers, dialect } = input;
  let stopped = false;
  return entries.flatMap((entry, index) => {
    const answer = answers[index];
    if (answer !== undefined) {
      if (input.stops) stopped ||= answer.responses.some(isFailure);
      return settleEntry({ entry, answer, dialect });
    }
    return entry.operations.map(
      (operation): BatchOutcome =>
        stopped ? { status: 'not-run', id: operation.id, error: notRun() } : unknown(operation),
    );
  });
}

function readMultipartAnswers(
  response: HttpResponse,
  entries: readonly PlannedEntry[],
): (EntryAnswer | undefined)[] {
  const contentType = response.headers['content-type'] ?? '';
  if (!/^multipart\//i.test(contentType)) throw refused(response);
  const parts = lossOf(() => readMultipart({ bytes: response.bytes, contentType }), response);
  return entries.map((entry, index) => {
    const part: BatchPart | undefined = parts[index];
    if (part?.kind === 'multipart') {
      const responses = part.responses.map((one) => one && partResponse(one));
      return { responses, isSummary: false };
    }
    return (
      part?.response && {
        responses: [partResponse(part.response)],
        isSummary: entry.kind === 'change-set',
      }
    );
  });
}

function partResponse(part: HttpPart): PartResponse {
  const { status, headers, text } = part;
  return {
    id: headers['content-id'],
    status,
    headers,
    text: () => text,
    json: () => (text === '' ? undefined : parseJson(text)),
  };
}

function readJsonAnswers(
  response: HttpResponse,
  entries: readonly PlannedEntry[],
): (EntryAnswer | undefined)[] {
  const answers = lossOf(() => readJsonBatch(response.json()), response);
  if (answers === undefined) throw refused(response);
  return entries.map(({ operations }) => {
    const responses = operations.flatMap(
      (operation) => answers.find(({ id }) => id === operation.id) ?? [],
    );
    return responses.length === 0 ? undefined : { responses, isSummary: false };
  });
}

// The service has run the batch, but what it says cannot be read.
function lossOf<Result>(read: () => Result, response: HttpResponse): Result {
  try {
    return read();
  } catch (error) {
    if (response.status >= 400) throw refused(response);
    throw unreadable(response, error);
  }
}

function refused(response: HttpResponse): ConnectorError {
  if (response.status >= 400) return odataErrorOf(response, { method: 'POST', operation: 'batch' });
  return unreadable(response);
}

function unreadable(response: HttpResponse, cause?: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    retryable: false,
    outcomeUnknown: true,
    message: 'The service answered the batch with something that is no batch answer.',
    httpStatus: response.status,
    cause,
  });
}
