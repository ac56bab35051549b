import { type CallOptions, ConnectorError } from '@common/connector-core';
import type { SalesforceSession } from '../salesforce-session.ts';
import { endOfJob } from './bulk-job.ts';

/**
 * Jobs that work on although nobody waits for them: a process was killed, or went away. They write what
 * was true when they were made, so nothing newer is written before they have ended.
 */
export interface RunningJobs {
  /** Waits until no job of this user works on an object. Looks once, and again after `unheard`. */
  settle(object: string, call: CallOptions): Promise<void>;
  /** The end of a job on this object was not heard. */
  unheard(object: string): void;
}

interface ListedJob {
  readonly id: string;
  readonly object?: unknown;
  readonly state?: unknown;
  readonly createdById?: unknown;
}

export function createRunningJobs(session: () => SalesforceSession): RunningJobs {
  const settled = new Set<string>();
  return {
    async settle(object, call) {
      if (settled.has(object)) return;
      for (const id of await runningJobs(session(), object, call)) {
        await endOfJob(session(), { kind: 'ingest', id }, call);
      }
      settled.add(object);
    },
    unheard: (object) => void settled.delete(object),
  };
}

/** Ids of the jobs on an object that this user has begun and that have not ended. */
async function runningJobs(
  session: SalesforceSession,
  object: string,
  call: CallOptions,
): Promise<readonly string[]> {
  const found: ListedJob[] = [];
  try {
    for await (const { records } of session.queryMore('/jobs/ingest?jobType=V2Ingest', {
      ...call,
      operation: 'bulkJobs',
    })) {
      found.push(...(records as unknown as readonly ListedJob[]).filter(isRunning));
    }
  } catch (error) {
    // Who may not use the Bulk API has no jobs.
    if (ConnectorError.isInstance(error) && isRefusal(error)) return [];
    throw error;
  }
  if (found.length === 0) return [];
  const { userId } = await session.signedIn(call);
  const own = found.filter(({ createdById }) => sameId(createdById, userId));
  return own.map(({ id }) => id);

  function isRunning(job: ListedJob): boolean {
    return job.object === object && (job.state === 'UploadComplete' || job.state === 'InProgress');
  }
}

const sameId = (id: unknown, other: string): boolean =>
  String(id).slice(0, 15) === other.slice(0, 15);

/** Whether the Bulk API is not for this object or user: then records go another way. */
export const isRefusal = ({ category }: ConnectorError): boolean =>
  ['validation', 'permission', 'configuration', 'not-found', 'unsupported'].includes(category);
