import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';
import type { SeededRandom } from '../../toolkit/seeded-random.ts';
import { notFound } from '../salesforce-error.ts';
import type { BulkJob } from './bulk-job.ts';

export interface BulkOptions {
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  /** How often a job is looked at before it goes one state on. */
  readonly polls: number;
  /** After how many seconds of the clock it is done in any case. */
  readonly seconds: number;
  /** Rows of a results page unless the client asks for fewer. */
  readonly resultRows: number;
  /** Why the job that is worked on next fails as a whole, if it is to. */
  readonly takeFailure: () => string | undefined;
}

// Jobs and their results are kept for a week.
const keptMs = 7 * 24 * 60 * 60 * 1_000;

/** A job by its id. @throws SalesforceError NOT_FOUND */
export function findJob<Job extends BulkJob>(
  jobs: ReadonlyMap<string, Job>,
  id: string | undefined,
  clock: SandboxClock,
): Job {
  const job = jobs.get(id ?? '');
  if (!job || clock.now() - job.createdMs > keptMs) throw notFound();
  return job;
}
