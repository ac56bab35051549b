import { type CallOptions, ConnectorError } from '@common/connector-core';
import type { SalesforceFields } from '../salesforce-entity.ts';
import { salesforceError } from '../salesforce-error.ts';
import type { SalesforceSession } from '../salesforce-session.ts';
import { cellsOf, lineOf } from './bulk-csv.ts';
import { abandonJob, type BulkJob, endOfJob, jobError, jobOf, readJob } from './bulk-job.ts';
import { type BulkCells, readCsvFile } from './read-csv-file.ts';

/** What is to be written by one operation. */
export interface IngestRequest {
  readonly object: string;
  readonly operation: 'insert' | 'update' | 'upsert' | 'delete';
  /** For `upsert`. */
  readonly externalIdField?: string | undefined;
  /** Rows of `update` and `delete` have their `Id`. */
  readonly rows: readonly SalesforceFields[];
}

/** What became of a row. */
export type IngestOutcome =
  | { readonly status: 'done'; readonly id: string; readonly isCreated: boolean }
  | { readonly status: 'failed' | 'unknown'; readonly error: ConnectorError };

export interface IngestOptions extends CallOptions {
  readonly entity?: string | undefined;
  /** @default 100 MB, the most that a job takes (Bulk API 2.0 limits) */
  readonly maxJobBytes?: number | undefined;
}

const mostJobBytes = 100_000_000;
const chunkBytes = 65_536;
const uploadAttempts = 3;

/**
 * Writes rows by jobs of the Bulk API 2.0 and answers an outcome for each, in order. A job that is
 * complete says nothing about its rows: the outcomes are in three files, in no order.
 *
 * @throws ConnectorError only when nothing was begun
 */
export async function ingestRecords(
  session: SalesforceSession,
  request: IngestRequest,
  { maxJobBytes = mostJobBytes, ...call }: IngestOptions = {},
): Promise<readonly IngestOutcome[]> {
  const rows = request.rows.map(cellsOf);
  const columns = [...new Set(rows.flatMap((cells) => [...cells.keys()]))];
  const lines = rows.map((cells) => lineOf(columns.map((name) => cells.get(name) ?? '')));
  const header = lineOf(columns);
  const outcomes: IngestOutcome[] = [];
  for (const part of splitBySize(lines, maxJobBytes - Buffer.byteLength(header))) {
    try {
      outcomes.push(...(await runJob(session, request, { columns, header, lines: part }, call)));
    } catch (error) {
      if (outcomes.length === 0 || !ConnectorError.isInstance(error)) throw error;
      outcomes.push(...part.map(() => ({ status: 'failed', error }) as const));
    }
  }
  return outcomes;
}

function splitBySize(lines: readonly string[], maxBytes: number): string[][] {
  const parts: string[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const bytes = Buffer.byteLength(line);
    if (size + bytes > maxBytes) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(line);
    size += bytes;
  }
  return parts;
}

interface File {
  readonly columns: readonly string[];
  readonly header: string;
  readonly lines: readonly string[];
}

async function runJob(
  session: SalesforceSession,
  request: IngestRequest,
  file: File,
  call: IngestOptions,
): Promise<readonly IngestOutcome[]> {
  const id = await uploadJob(session, request, file, call);
  try {
    const refusal = await closeJob(session, id, call);
    if (refusal !== undefined) {
      return file.lines.map(() => ({ status: 'failed', error: refusal }) as const);
    }
    const job = await endOfJob(session, { kind: 'ingest', id }, call);
    return await outcomesOf(session, job, file, call);
  } catch (error) {
    // From here on Salesforce works on the rows, whether or not anybody hears of it.
    const unknown = new ConnectorError({
      code: 'ERR_OUTCOME_UNKNOWN',
      category: 'transient',
      retryable: false,
      outcomeUnknown: true,
      message: `Nobody knows yet what became of the records: the Bulk API job ${id} was begun and its end was not heard. Read them back before writing again.`,
      system: 'salesforce',
      cause: error,
    });
    return file.lines.map(() => ({ status: 'unknown', error: unknown }) as const);
  }
}

/** A job with its file, not begun yet. A file that was not taken whole is sent in a new job. */
async function uploadJob(
  session: SalesforceSession,
  { object, operation, externalIdField }: IngestRequest,
  file: File,
  call: IngestOptions,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await session
      .request({
        ...call,
        method: 'POST',
        path: '/jobs/ingest',
        operation: 'createBulkJob',
        json: {
          object,
          operation,
          ...(operation === 'upsert' ? { externalIdFieldName: externalIdField } : {}),
          contentType: 'CSV',
          lineEnding: 'LF',
        },
        // A second job without a file does nothing, and is removed after 7 days.
        idempotent: true,
      })
      .catch((error: unknown) => {
        throw notBegun(error);
      });
    const { id } = jobOf(answer.json());
    try {
      await session.request({
        ...call,
        method: 'PUT',
        path: `/jobs/ingest/${encodeURIComponent(id)}/batches`,
        headers: { 'content-type': 'text/csv' },
        body: () => bytesOf(file),
        operation: 'uploadBulkJob',
        // A job takes one file: whether it has this one already is not to be seen.
        idempotent: false,
      });
      return id;
    } catch (error) {
      await abandonJob(session, { kind: 'ingest', id });
      const wasLost = ConnectorError.isInstance(error) && error.outcomeUnknown;
      if (!wasLost || attempt >= uploadAttempts || call.signal?.aborted) throw notBegun(error);
    }
  }
}

/** Without `UploadComplete` Salesforce does nothing, so that nothing is unknown. */
function notBegun(error: unknown): unknown {
  if (!ConnectorError.isInstance(error)) return error;
  const { message, cause } = error;
  return new ConnectorError({
    ...error,
    ...{ message, cause, outcomeUnknown: false, notExecuted: true },
  });
}

async function* bytesOf({ header, lines }: File): AsyncGenerator<Uint8Array> {
  let text = header;
  for (const line of lines) {
    text += line;
    if (text.length < chunkBytes) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

/**
 * Says that the file is whole. When the answer is lost, the job tells whether it has heard it.
 *
 * @returns why the job was not begun and never will be
 */
async function closeJob(
  session: SalesforceSession,
  id: string,
  call: CallOptions,
): Promise<ConnectorError | undefined> {
  const path = `/jobs/ingest/${encodeURIComponent(id)}`;
  const about = { ...call, path, operation: 'closeBulkJob' } as const;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await session.request({ ...about, method: 'PATCH', json: { state: 'UploadComplete' } });
      return undefined;
    } catch (error) {
      const job = { kind: 'ingest', id } as const;
      // Not bound to the signal: whoever has gone is told what became of the records all the same.
      const asked = { ...call, signal: undefined };
      if ((await readJob(session, job, asked)).state !== 'Open') return undefined;
      const mayPass = ConnectorError.isInstance(error) && error.category === 'transient';
      if (mayPass && attempt < uploadAttempts && !call.signal?.aborted) continue;
      await abandonJob(session, job);
      const { state } = await readJob(session, job, asked);
      const refusal = notBegun(error);
      if (state === 'Aborted' && ConnectorError.isInstance(refusal)) return refusal;
      throw error;
    }
  }
}

/** Rows with the same content are the same to us, whichever of them is which. */
async function outcomesOf(
  session: SalesforceSession,
  job: BulkJob,
  { columns, lines }: File,
  call: IngestOptions,
): Promise<readonly IngestOutcome[]> {
  const waiting = new Map<string, number[]>();
  for (const [index, line] of lines.entries()) {
    const places = waiting.get(line);
    if (places === undefined) waiting.set(line, [index]);
    else places.push(index);
  }
  const outcomes = new Array<IngestOutcome | undefined>(lines.length);
  const settle = (row: BulkCells, outcome: IngestOutcome): void => {
    const index = waiting.get(lineOf(columns.map((name) => row[name] ?? '')))?.shift();
    if (index !== undefined) outcomes[index] = outcome;
  };

  for (const row of await readResults(session, job, 'successfulResults', call)) {
    settle(row, { status: 'done', id: row.sf__Id ?? '', isCreated: row.sf__Created === 'true' });
  }
  for (const row of await readResults(session, job, 'failedResults', call)) {
    settle(row, { status: 'failed', error: rowError(row.sf__Error ?? '') });
  }
  if (job.state !== 'JobComplete') {
    const error = jobError(job);
    for (const row of await readResults(session, job, 'unprocessedrecords', call)) {
      settle(row, { status: 'failed', error });
    }
  }
  const missing = new ConnectorError({
    code: 'ERR_OUTCOME_UNKNOWN',
    category: 'transient',
    retryable: false,
    outcomeUnknown: true,
    message: `The Bulk API job ${job.id} tells nothing about this record. Read it back before writing again.`,
    system: 'salesforce',
  });
  return Array.from(outcomes, (outcome) => outcome ?? { status: 'unknown', error: missing });
}

async function readResults(
  session: SalesforceSession,
  { id }: BulkJob,
  file: 'successfulResults' | 'failedResults' | 'unprocessedrecords',
  call: IngestOptions,
): Promise<readonly BulkCells[]> {
  const path = `/jobs/ingest/${encodeURIComponent(id)}/${file}`;
  const about = { path, operation: 'bulkResults', entity: call.entity };
  return (await readCsvFile(session, about, call)).rows;
}

/** `REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --` */
function rowError(text: string): ConnectorError {
  const [, code = '', message = text, names = ''] =
    /^(\w+):([\s\S]*?)(?::([\w, ]*))?\s*--\s*$/.exec(text) ?? /^(\w+):([\s\S]*)$/.exec(text) ?? [];
  const fields = names.split(',').map((name) => name.trim());
  return salesforceError([{ code, message, fields: fields.filter(Boolean) }]);
}
