import { type CallOptions, ConnectorError } from '@common/connector-core';
import { salesforceError } from '../salesforce-error.ts';
import type { SalesforceSession } from '../salesforce-session.ts';

/** What Salesforce says about a job. */
export interface BulkJob {
  readonly id: string;
  readonly state: 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
  readonly errorMessage?: string | undefined;
}

/** `/jobs/ingest` or `/jobs/query`. */
export type JobKind = 'ingest' | 'query';

const pauseMs = { first: 1_000, most: 30_000 };
/** A job goes on while Salesforce does not answer: asking again is better than not knowing its end. */
const mostSilences = 8;

/** @throws ConnectorError `ERR_INVALID_RESPONSE` for anything that is no job */
export function jobOf(body: unknown): BulkJob {
  const { id, state, errorMessage } = (body ?? {}) as Record<string, unknown>;
  if (typeof id === 'string' && typeof state === 'string') {
    return {
      id,
      state: state as BulkJob['state'],
      ...(typeof errorMessage === 'string' ? { errorMessage } : {}),
    };
  }
  throw new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    retryable: false,
    message:
      'What Salesforce answered is no job of the Bulk API. Check instanceUrl and apiVersion.',
    system: 'salesforce',
  });
}

export async function readJob(
  session: SalesforceSession,
  { kind, id }: { readonly kind: JobKind; readonly id: string },
  call: CallOptions,
): Promise<BulkJob> {
  const answer = await session.request({
    ...call,
    method: 'GET',
    path: `/jobs/${kind}/${encodeURIComponent(id)}`,
    operation: 'bulkJob',
  });
  return jobOf(answer.json());
}

/** Asks, with growing pauses, until the job has ended: jobs take seconds to hours. */
export async function endOfJob(
  session: SalesforceSession,
  job: { readonly kind: JobKind; readonly id: string },
  call: CallOptions,
): Promise<BulkJob> {
  let silences = 0;
  for (let waitMs = pauseMs.first; ; waitMs = Math.min(waitMs * 2, pauseMs.most)) {
    let toldMs = 0;
    try {
      const found = await readJob(session, job, call);
      if (found.state === 'JobComplete' || found.state === 'Failed' || found.state === 'Aborted') {
        return found;
      }
      silences = 0;
    } catch (error) {
      silences += 1;
      const mayPass = ConnectorError.isInstance(error) && error.retryable;
      if (!mayPass || silences > mostSilences) throw error;
      toldMs = error.retryAfterMs ?? 0;
    }
    await session.sleep(Math.max(waitMs, toldMs), call.signal);
  }
}

/**
 * Ends a job that nobody waits for. Best effort, and not bound to the caller's signal, which may have
 * aborted: a job that is left Open or finished costs nothing and is removed after 7 days.
 */
export async function abandonJob(
  session: SalesforceSession,
  { kind, id }: { readonly kind: JobKind; readonly id: string },
): Promise<void> {
  const path = `/jobs/${kind}/${encodeURIComponent(id)}`;
  const about = { path, operation: 'abortBulkJob' } as const;
  await session
    .request({ ...about, method: 'PATCH', json: { state: 'Aborted' }, idempotent: true })
    .catch(() => undefined);
}

/** Why a job came to nothing: `InvalidBatch : Field name not found : Foo`. */
export function jobError({ state, errorMessage = '' }: BulkJob): ConnectorError {
  if (state === 'Aborted') {
    return new ConnectorError({
      code: 'ERR_TRANSIENT',
      category: 'transient',
      message: 'Somebody aborted the job in Salesforce (Setup, Bulk Data Load Jobs). Write again.',
      notExecuted: true,
      system: 'salesforce',
    });
  }
  const [, code = 'FAILED_JOB', message = errorMessage] =
    /^\s*(\w+)\s*:\s*([\s\S]*)$/.exec(errorMessage) ?? [];
  const isBroken = /^(?:InvalidBatch|ClientInputError|InvalidRow)$/i.test(code);
  const error = salesforceError([{ code, message, fields: [] }], isBroken ? 400 : 503);
  return error.with({ system: 'salesforce' });
}
