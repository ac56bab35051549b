import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import { type Call, type DataRoute, type Organization, readObject } from '../call.ts';
import { makeId } from '../data/salesforce-id.ts';
import { toText } from '../data/wire-value.ts';
import { badRequest } from '../salesforce-error.ts';
import type { Row } from '../schema/object-definition.ts';
import { bindPath } from '../soql/resolve-path.ts';
import { type QueryOutcome, runQuery } from '../soql/run-query.ts';
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
import { writeCsv } from './csv.ts';

interface QueryJob extends BulkJob {
  readonly soql: string;
  header: readonly string[];
  rows: readonly (readonly string[])[];
}

export interface QueryJobs {
  readonly routes: readonly DataRoute[];
  count(): number;
}

const unsupported = (what: string) =>
  badRequest('INVALIDJOB', `InvalidJob : ${what} is not supported by bulk queries`);

/** Bulk API 2.0: queries whose results are CSV pages. */
export function createQueryJobs(
  organization: Organization,
  options: BulkOptions & { readonly isInRecycleBin: (row: Row) => boolean },
): QueryJobs {
  const { clock, isInRecycleBin } = options;
  const { schema, database } = organization;
  const jobs = new Map<string, QueryJob>();

  const run = (soql: string, operation: string): Extract<QueryOutcome, { kind: 'records' }> => {
    const includeDeleted = operation === 'queryAll';
    const outcome = runQuery(soql, {
      ...organization,
      basePath: '',
      pageSize: 2_000,
      includeDeleted,
      isInRecycleBin,
    });
    if (outcome.kind !== 'records') throw unsupported('COUNT');
    if (outcome.query.offset !== undefined) throw unsupported('OFFSET');
    for (const { kind } of outcome.query.select) {
      if (kind === 'child') throw unsupported('a query of children');
      if (kind === 'fields') throw unsupported('FIELDS()');
    }
    return outcome;
  };

  const carryOut = (job: QueryJob): void => {
    const failure = options.takeFailure();
    if (failure !== undefined) {
      job.state = 'Failed';
      job.errorMessage = failure;
      return;
    }
    const { query, rows, type } = run(job.soql, job.operation);
    const scope = { schema, database, soql: job.soql };
    const columns = query.select.flatMap((item) =>
      item.kind === 'path' ? [bindPath(scope, type, item.path)] : [],
    );
    job.header = columns.map(({ field, parents }) =>
      [...parents.map(({ relationshipName }) => relationshipName), field.name].join('.'),
    );
    job.rows = rows.map((row) => columns.map(({ field, valueIn }) => toText(field, valueIn(row))));
    job.state = 'JobComplete';
  };

  const describe = (job: QueryJob, isDetailed: boolean) => ({
    ...describeJob(job),
    ...(isDetailed
      ? {
          jobType: 'V2Query',
          retries: 0,
          totalProcessingTime: job.rows.length,
          numberRecordsProcessed: job.rows.length,
          ...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
        }
      : {}),
  });

  const create = (call: Call): SandboxResponse => {
    const input = readObject(call);
    const { operation, query: soql } = input;
    if ((operation !== 'query' && operation !== 'queryAll') || typeof soql !== 'string') {
      throw badRequest('INVALIDJOB', 'InvalidJob : operation and query must be given');
    }
    const { type } = run(soql, operation);
    const now = clock.now();
    const job: QueryJob = {
      id: makeId('750', 500_000 + jobs.size),
      object: type.name,
      operation,
      soql,
      format: readFormat(input),
      apiVersion: Number(call.version),
      createdMs: now,
      createdById: call.session.userId,
      origin: undefined,
      state: 'UploadComplete',
      changedMs: now,
      queuedMs: now,
      polls: 0,
      errorMessage: undefined,
      header: [],
      rows: [],
    };
    jobs.set(job.id, job);
    return { status: 200, body: describe(job, false) };
  };

  const jobOf = (call: Call): QueryJob => findJob(jobs, call.params.id, clock);

  const results = (call: Call): SandboxResponse => {
    const job = jobOf(call);
    if (job.state !== 'JobComplete') throw wrongState(job, 'There are no results');
    const locator = call.query.get('locator');
    const from = locator === null ? 0 : Number(Buffer.from(locator, 'base64url').toString());
    if (!Number.isInteger(from) || from < 0 || (locator !== null && from >= job.rows.length)) {
      throw badRequest('INVALID_QUERY_LOCATOR', 'invalid query locator');
    }
    const wanted = Number(call.query.get('maxRecords') ?? options.resultRows);
    if (!Number.isInteger(wanted) || wanted < 1) {
      throw badRequest('INVALID_INPUT', 'maxRecords must be a whole number above 0');
    }
    const until = from + Math.min(wanted, options.resultRows);
    const rows = job.rows.slice(from, until);
    const isLast = until >= job.rows.length;
    return {
      status: 200,
      headers: {
        'content-type': 'text/csv',
        'sforce-locator': isLast ? 'null' : Buffer.from(String(until)).toString('base64url'),
        'sforce-numberofrecords': String(rows.length),
      },
      // Every page has the header line.
      body: writeCsv([job.header, ...rows], job.format),
    };
  };

  const path = '/jobs/query';
  const one = `${path}/:id`;
  return {
    count: () => jobs.size,
    routes: [
      { method: 'POST', path, operation: 'createQueryJob', handle: create },
      {
        method: 'GET',
        path,
        operation: 'listQueryJobs',
        handle: () => listOfJobs([...jobs.values()].map((job) => describe(job, false))),
      },
      {
        method: 'GET',
        path: one,
        operation: 'readQueryJob',
        handle(call) {
          const job = jobOf(call);
          const { polls, seconds } = options;
          if (advanceJob(job, { nowMs: clock.now(), polls, seconds })) carryOut(job);
          return { status: 200, body: describe(job, true) };
        },
      },
      {
        method: 'PATCH',
        path: one,
        operation: 'changeQueryJob',
        handle(call) {
          const job = jobOf(call);
          const { state } = readObject(call);
          if (state !== 'Aborted' || isOver(job)) {
            throw wrongState(job, `It cannot become ${String(state)}`);
          }
          job.state = 'Aborted';
          return { status: 200, body: describe(job, false) };
        },
      },
      {
        method: 'DELETE',
        path: one,
        operation: 'deleteQueryJob',
        handle(call) {
          jobs.delete(jobOf(call).id);
          return { status: 204 };
        },
      },
      { method: 'GET', path: `${one}/results`, operation: 'readQueryResults', handle: results },
    ],
  };
}
