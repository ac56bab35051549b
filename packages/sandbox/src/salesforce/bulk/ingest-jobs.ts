import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import { type Call, type DataRoute, type Organization, readObject } from '../call.ts';
import { parseJson } from '../data/json.ts';
import type { RecordInput } from '../data/record-input.ts';
import { makeId } from '../data/salesforce-id.ts';
import { badRequest } from '../salesforce-error.ts';
import {
  advanceJob,
  type BulkJob,
  describeJob,
  isOver,
  listOfJobs,
  readFormat,
  wrongState,
} from './bulk-job.ts';
import { type BulkOptions, findJob } from './bulk-options.ts';
import { hasLineEnding, readCsv, writeCsv } from './csv.ts';
import { findUnknownColumn, type LoadResult, loadRows } from './load-rows.ts';
import { readMultipart } from './multipart.ts';

interface IngestJob extends BulkJob {
  readonly externalIdFieldName: string | undefined;
  data: string | undefined;
  header: readonly string[];
  result: LoadResult;
  /** Rows that nobody looked at. */
  unprocessed: readonly (readonly string[])[];
}

export interface IngestJobs {
  readonly routes: readonly DataRoute[];
  count(): number;
}

const operations = new Set(['insert', 'update', 'upsert', 'delete', 'hardDelete']);
const maximumBytes = 150_000_000;
const maximumMultipart = 100_000;
const nothing: LoadResult = { successful: [], failed: [] };

/** Bulk API 2.0: loads of CSV data. */
export function createIngestJobs(organization: Organization, options: BulkOptions): IngestJobs {
  const { clock, random } = options;
  const { schema } = organization;
  const jobs = new Map<string, IngestJob>();

  /** Why a job cannot be worked on at all. */
  const problemOf = (job: IngestJob): string | undefined => {
    const failure = options.takeFailure();
    if (failure !== undefined) return failure;
    if (!hasLineEnding(job.data ?? '', job.format)) {
      return `ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is ${job.format.lineEnding}`;
    }
    const unknown = findUnknownColumn(organization, schema.object(job.object)!, job.header);
    return unknown === undefined ? undefined : `InvalidBatch : Field name not found : ${unknown}`;
  };

  const carryOut = (job: IngestJob): void => {
    const [header = [], ...rows] = readCsv(job.data ?? '', job.format);
    job.header = header;
    job.unprocessed = rows;
    job.errorMessage = problemOf(job);
    if (job.errorMessage !== undefined) {
      job.state = 'Failed';
      return;
    }
    const type = schema.object(job.object)!;
    job.result = loadRows(organization, { ...job, type }, { header, rows }, random.fork(job.id));
    job.unprocessed = [];
    job.state = 'JobComplete';
  };

  const advance = (job: IngestJob): void => {
    const { polls, seconds } = options;
    if (advanceJob(job, { nowMs: clock.now(), polls, seconds })) carryOut(job);
  };

  const describe = (job: IngestJob, isDetailed: boolean) => {
    const { successful, failed } = job.result;
    return {
      ...describeJob(job),
      ...(job.externalIdFieldName === undefined
        ? {}
        : { externalIdFieldName: job.externalIdFieldName }),
      contentUrl: `services/data/v${job.apiVersion.toFixed(1)}/jobs/ingest/${job.id}/batches`,
      ...(isDetailed
        ? {
            jobType: 'V2Ingest',
            retries: 0,
            totalProcessingTime: successful.length + failed.length,
            apiActiveProcessingTime: successful.length,
            apexProcessingTime: 0,
            numberRecordsProcessed: successful.length + failed.length,
            numberRecordsFailed: failed.length,
            ...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
          }
        : {}),
    };
  };

  const open = (call: Call, input: RecordInput): IngestJob => {
    const { object, operation, externalIdFieldName } = input;
    const type = schema.object(String(object));
    if (!type)
      throw badRequest('INVALIDENTITY', `InvalidEntity : Unable to find object: ${String(object)}`);
    if (!operations.has(String(operation))) {
      throw badRequest('INVALIDJOB', `InvalidJob : Unsupported operation: ${String(operation)}`);
    }
    const keyField = type.field(String(externalIdFieldName ?? ''));
    if (operation === 'upsert' && !(keyField?.externalId || keyField?.name === 'Id')) {
      throw badRequest('INVALIDJOB', 'InvalidJob : Must specify valid externalIdFieldName');
    }
    const now = clock.now();
    const job: IngestJob = {
      id: makeId('750', jobs.size + 1),
      object: type.name,
      operation: String(operation),
      externalIdFieldName: operation === 'upsert' ? keyField?.name : undefined,
      format: readFormat(input),
      apiVersion: Number(call.version),
      createdMs: now,
      createdById: call.session.userId,
      origin: call.tx.author.origin,
      state: 'Open',
      changedMs: now,
      queuedMs: undefined,
      polls: 0,
      errorMessage: undefined,
      data: undefined,
      header: [],
      result: nothing,
      unprocessed: [],
    };
    jobs.set(job.id, job);
    return job;
  };

  const complete = (job: IngestJob): void => {
    job.state = 'UploadComplete';
    job.queuedMs = clock.now();
    job.changedMs = clock.now();
  };

  const create = (call: Call): SandboxResponse => {
    const contentType = call.request.headers['content-type'] ?? '';
    if (!contentType.startsWith('multipart/')) {
      return { status: 200, body: describe(open(call, readObject(call)), false) };
    }
    const parts = readMultipart(call.request.text(), contentType);
    const data = parts.get('content')!;
    if (data.length > maximumMultipart) {
      throw badRequest(
        'INVALID_MULTIPART_REQUEST',
        'The content is longer than 100,000 characters',
      );
    }
    const job = open(call, parseJson(parts.get('job')!) as RecordInput);
    job.data = data;
    complete(job);
    return { status: 200, body: describe(job, false) };
  };

  const jobOf = (call: Call): IngestJob => findJob(jobs, call.params.id, clock);

  const upload = (call: Call): SandboxResponse => {
    const job = jobOf(call);
    if (job.state !== 'Open') throw wrongState(job, 'Data are taken while the job is Open');
    if (job.data !== undefined) throw wrongState(job, 'Data were uploaded already');
    if (call.request.body.length > maximumBytes) {
      throw badRequest('INVALID_BATCH', 'InvalidBatch : The data are larger than 150 MB');
    }
    job.data = call.request.text();
    return { status: 201 };
  };

  const change = (call: Call): SandboxResponse => {
    const job = jobOf(call);
    const { state } = readObject(call);
    if (state === 'UploadComplete' && job.state === 'Open') complete(job);
    else if (state === 'Aborted' && !isOver(job)) {
      const [header = [], ...rows] = readCsv(job.data ?? '', job.format);
      Object.assign(job, { header, unprocessed: rows, state: 'Aborted', changedMs: clock.now() });
    } else throw wrongState(job, `It cannot become ${String(state)}`);
    return { status: 200, body: describe(job, false) };
  };

  const csvAnswer = (
    job: IngestJob,
    header: readonly string[],
    rows: readonly (readonly string[])[],
  ): SandboxResponse => ({
    status: 200,
    headers: { 'content-type': 'text/csv' },
    body: writeCsv([header, ...rows], job.format),
  });
  const ended = (call: Call): IngestJob => {
    const job = jobOf(call);
    if (isOver(job)) return job;
    throw wrongState(job, 'There are no results yet');
  };

  const path = '/jobs/ingest';
  const one = `${path}/:id`;
  return {
    count: () => jobs.size,
    routes: [
      { method: 'POST', path, operation: 'createIngestJob', handle: create },
      {
        method: 'GET',
        path,
        operation: 'listIngestJobs',
        handle: () => listOfJobs([...jobs.values()].map((job) => describe(job, false))),
      },
      {
        method: 'GET',
        path: one,
        operation: 'readIngestJob',
        handle(call) {
          const job = jobOf(call);
          advance(job);
          return { status: 200, body: describe(job, true) };
        },
      },
      { method: 'PATCH', path: one, operation: 'changeIngestJob', handle: change },
      {
        method: 'DELETE',
        path: one,
        operation: 'deleteIngestJob',
        handle(call) {
          const job = jobOf(call);
          if (job.state === 'InProgress') throw wrongState(job, 'It cannot be deleted');
          jobs.delete(job.id);
          return { status: 204 };
        },
      },
      { method: 'PUT', path: `${one}/batches`, operation: 'uploadIngestData', handle: upload },
      {
        method: 'GET',
        path: `${one}/successfulResults`,
        operation: 'readSuccessfulResults',
        handle(call) {
          const job = ended(call);
          return csvAnswer(job, ['sf__Id', 'sf__Created', ...job.header], job.result.successful);
        },
      },
      {
        method: 'GET',
        path: `${one}/failedResults`,
        operation: 'readFailedResults',
        handle(call) {
          const job = ended(call);
          return csvAnswer(job, ['sf__Id', 'sf__Error', ...job.header], job.result.failed);
        },
      },
      {
        method: 'GET',
        path: `${one}/unprocessedrecords`,
        operation: 'readUnprocessedRecords',
        handle(call) {
          const job = ended(call);
          return csvAnswer(job, job.header, job.unprocessed);
        },
      },
    ],
  };
}
