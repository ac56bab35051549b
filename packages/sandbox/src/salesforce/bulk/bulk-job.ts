import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import type { RecordInput } from '../data/record-input.ts';
import { formatDatetime } from '../data/wire-value.ts';
import { badRequest } from '../salesforce-error.ts';
import { type CsvFormat, type Delimiter, delimiters, type LineEnding } from './csv.ts';

type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

/** What both kinds of job have. */
export interface BulkJob {
  readonly id: string;
  readonly object: string;
  readonly operation: string;
  readonly format: CsvFormat;
  readonly apiVersion: number;
  readonly createdMs: number;
  readonly createdById: string;
  readonly origin: string | undefined;
  state: JobState;
  changedMs: number;
  /** When the data were complete: from then on the job is worked on. */
  queuedMs: number | undefined;
  polls: number;
  errorMessage: string | undefined;
}

/** How a CSV is written, out of the description of a job. @throws SalesforceError INVALIDJOB */
export function readFormat(input: RecordInput): CsvFormat {
  const { columnDelimiter = 'COMMA', lineEnding = 'LF', contentType = 'CSV' } = input;
  const fits =
    Object.hasOwn(delimiters, String(columnDelimiter)) &&
    (lineEnding === 'LF' || lineEnding === 'CRLF') &&
    contentType === 'CSV';
  if (!fits) {
    throw badRequest(
      'INVALIDJOB',
      `InvalidJob : unsupported format ${String(contentType)}, ${String(columnDelimiter)}, ${String(lineEnding)}`,
    );
  }
  return { columnDelimiter: columnDelimiter as Delimiter, lineEnding: lineEnding as LineEnding };
}

/**
 * Goes one state on, when it is time: by polls, or by the clock. Gives whether the work is to be
 * done now.
 */
export function advanceJob(
  job: BulkJob,
  options: { readonly nowMs: number; readonly polls: number; readonly seconds: number },
): boolean {
  if (job.state !== 'UploadComplete' && job.state !== 'InProgress') return false;
  const { nowMs, polls, seconds } = options;
  job.polls += 1;
  const isOverdue = nowMs - (job.queuedMs ?? nowMs) >= seconds * 1_000;
  if (!isOverdue && job.polls < polls) return false;
  job.polls = 0;
  job.changedMs = nowMs;
  if (job.state === 'UploadComplete' && !isOverdue) {
    job.state = 'InProgress';
    return false;
  }
  return true;
}

/** What the description of either kind of job tells. */
export const describeJob = (job: BulkJob) => ({
  id: job.id,
  operation: job.operation,
  object: job.object,
  createdById: job.createdById,
  createdDate: formatDatetime(job.createdMs),
  systemModstamp: formatDatetime(job.changedMs),
  state: job.state,
  concurrencyMode: 'Parallel',
  contentType: 'CSV',
  apiVersion: job.apiVersion,
  lineEnding: job.format.lineEnding,
  columnDelimiter: job.format.columnDelimiter,
});

/** The list of jobs, on one page. */
export const listOfJobs = (records: readonly object[]): SandboxResponse => ({
  status: 200,
  body: { done: true, records, nextRecordsUrl: null },
});

/** Whether nothing happens to a job any more. */
export const isOver = ({ state }: BulkJob): boolean =>
  state === 'JobComplete' || state === 'Failed' || state === 'Aborted';

/** The `INVALIDJOBSTATE` of what a job is not ready for, or no more. */
export const wrongState = (job: BulkJob, wanted: string) =>
  badRequest('INVALIDJOBSTATE', `InvalidJobState : ${wanted}; the job is ${job.state}`);
