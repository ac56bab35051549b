import { type CallOptions, ConnectorError } from '@common/connector-core';
import type { SalesforceFields } from '../salesforce-entity.ts';
import { salesforceError } from '../salesforce-error.ts';
import type { SalesforceSession } from '../salesforce-session.ts';
import { cellsOf, lineOf } from './bulk-csv.ts';
import { abandonJob, type BulkJob, endOfJob, jobError, jobOf, readJob } from './bulk-job.ts';
import { type BulkCells, readCsvFile } from './read-csv-file.ts';
import { rowTokens, type TokenOf } from './row-tokens.ts';
import { isRefusal } from './running-jobs.ts';

/** What is to be written by one operation. */
export interface IngestRequest {
  readonly object: string;
  readonly operation: 'insert' | 'update' | 'upsert' | 'delete';
  /** What `upsert` goes by, and what tells new rows in the results where they have it. */
  readonly externalIdField?: string | undefined;
  /** Rows of `update` and `delete` have their `Id`. */
  readonly rows: readonly SalesforceFields[];
}

/** What became of a row. */
export type IngestOutcome =
  | { readonly status: 'done'; readonly id: string; readonly isCreated: boolean }
  /** `refused`: no job was made of it, or nobody looked at a row of it; another way may take the row. */
  | { readonly status: 'failed' | 'unknown' | 'refused'; readonly error: ConnectorError };

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
  const cells = request.rows.map(cellsOf);
  const columns = [...new Set(cells.flatMap((row) => [...row.keys()]))];
  const tokenOf = rowTokens(request, columns);
  const rows = cells.map((row) => ({
    token: tokenOf((name) => row.get(name) ?? ''),
    line: lineOf(columns.map((name) => row.get(name) ?? '')),
  }));
  const header = lineOf(columns);
  const outcomes: IngestOutcome[] = [];
  for (const part of splitBySize(rows, maxJobBytes - Buffer.byteLength(header))) {
    try {
      outcomes.push(...(await runJob(session, request, { header, rows: part, tokenOf }, call)));
    } catch (error) {
      if (outcomes.length === 0 || !ConnectorError.isInstance(error)) throw error;
      outcomes.push(...part.map(() => ({ status: 'failed', error }) as const));
    }
  }
  return outcomes;
}

interface Row {
  /** What tells it in the results. */
  readonly token: string;
  /** Of the file, with its line feed. */
  readonly line: string;
}

function splitBySize(rows: readonly Row[], maxBytes: number): Row[][] {
  const parts: Row[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const bytes = Buffer.byteLength(row.line);
    if (size + bytes > maxBytes) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(row);
    size += bytes;
  }
  return parts;
}

interface File {
  readonly header: string;
  readonly rows: readonly Row[];
  readonly tokenOf: TokenOf;
}

async function runJob(
  session: SalesforceSession,
  request: IngestRequest,
  file: File,
  call: IngestOptions,
): Promise<readonly IngestOutcome[]> {
  const all = (outcome: IngestOutcome) => file.rows.map(() => outcome);
  const first = await createJob(session, request, call).catch((error: unknown) => {
    if (!ConnectorError.isInstance(error) || !isRefusal(error)) throw error;
    return error;
  });
  if (ConnectorError.isInstance(first)) return all({ status: 'refused', error: first });
  const id = await uploadJob(session, { first, request, file }, call);
  try {
    const refusal = await closeJob(session, id, call);
    if (refusal !== undefined) return all({ status: 'failed', error: refusal });
    const job = await endOfJob(session, { kind: 'ingest', id }, call);
    return await outcomesOf(session, job, file, call);
  } catch (error) {
    // From here on Salesforce works on the rows, whether or not anybody hears of it.
    session.runningJobs.unheard(request.object);
    await abandonJob(session, { kind: 'ingest', id });
    const unknown = new ConnectorError({
      code: 'ERR_OUTCOME_UNKNOWN',
      category: 'transient',
      retryable: false,
      outcomeUnknown: true,
      message: `Nobody knows yet what became of the records: the Bulk API job ${id} was begun and its end was not heard. Read them back before writing again.`,
      system: 'salesforce',
      cause: error,
    });
    return all({ status: 'unknown', error: unknown });
  }
}

/** @returns its id */
async function createJob(
  session: SalesforceSession,
  { object, operation, externalIdField }: IngestRequest,
  call: CallOptions,
): Promise<string> {
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
  return jobOf(answer.json()).id;
}

/** Gives a job its file; it is not begun yet. A file that was not taken whole is sent in a new job. */
async function uploadJob(
  session: SalesforceSession,
  {
    first,
    request,
    file,
  }: { readonly first: string; readonly request: IngestRequest; readonly file: File },
  call: IngestOptions,
): Promise<string> {
  for (let id = first, attempt = 1; ; attempt += 1) {
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
      id = await createJob(session, request, call);
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

async function* bytesOf({ header, rows }: File): AsyncGenerator<Uint8Array> {
  let text = header;
  for (const { line } of rows) {
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

async function outcomesOf(
  session: SalesforceSession,
  job: BulkJob,
  { rows, tokenOf }: File,
  call: IngestOptions,
): Promise<readonly IngestOutcome[]> {
  const waiting = Map.groupBy(rows.keys(), (index) => rows[index]?.token);
  const outcomes = new Array<IngestOutcome | undefined>(rows.length);
  const settle = (row: BulkCells, outcome: IngestOutcome): void => {
    const index = waiting.get(tokenOf((name) => row[name] ?? ''))?.shift();
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
    const status = isRefusal(error) ? 'refused' : 'failed';
    for (const row of await readResults(session, job, 'unprocessedrecords', call)) {
      settle(row, { status, error });
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
