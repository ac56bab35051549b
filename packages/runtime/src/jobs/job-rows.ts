import type { JsonValue } from '@common/connector-core';
import { isProcessDead } from '@common/connector-sync';
import type { Kysely, Selectable } from 'kysely';
import { residentRows } from '../move/resident-rows.ts';
import type { StateSchema } from '../state/state-schema.ts';
import type { Job } from './job-engine.ts';

type JobRow = Selectable<StateSchema['job']>;

/** A job and the worker that has it. A later try of the same job has another number. */
export interface ClaimedJob extends Job {
  readonly attempts: number;
  readonly owner: string;
}

export interface ClaimOptions {
  readonly queue: string;
  readonly owner: string;
  readonly now: number;
  readonly heartbeatMs: number;
  readonly limit: number;
  readonly tenantConcurrency: number;
  /** The tenant that was served last. */
  readonly after: string;
}

type Db = Kysely<StateSchema>;

export async function insertJobs(db: Db, rows: readonly JobRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += 500) {
    await db
      .insertInto('job')
      .values(rows.slice(from, from + 500))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}

/** Whether a claim could bring something. Cheap: it is asked all the time. */
export async function hasWork(
  db: Db,
  { queue, owner, now }: Pick<ClaimOptions, 'queue' | 'owner' | 'now'>,
): Promise<boolean> {
  const waiting = await jobsOf(db, queue, 'waiting')
    .select('id')
    .where('run_at', '<=', now)
    .limit(1)
    .executeTakeFirst();
  if (waiting !== undefined) return true;
  const running = await jobsOf(db, queue, 'running').select(['owner', 'beat_until']).execute();
  const isDead = deadOwners(owner);
  return running.some((row) => isAbandoned(row, now, isDead));
}

/** Gives jobs to a worker: tenants take turns, none has more than its share. Call it under the lock of the queue. */
export async function claimJobs(db: Db, options: ClaimOptions): Promise<readonly ClaimedJob[]> {
  const { queue, owner, now, heartbeatMs, limit, tenantConcurrency } = options;
  const active = new Map<string, number>();
  const isDead = deadOwners(owner);
  for (const row of await jobsOf(db, queue, 'running').selectAll().execute()) {
    if (!isAbandoned(row, now, isDead)) active.set(row.tenant, (active.get(row.tenant) ?? 0) + 1);
    else if (row.attempt >= row.attempts) await endJob(db, row, 'ERR_JOB_LOST');
    else await change(db, row.id, { status: 'waiting', run_at: now, owner: null });
  }

  const claimed: ClaimedJob[] = [];
  let after = options.after;
  while (claimed.length < limit) {
    const full = [...active].filter(([, count]) => count >= tenantConcurrency);
    const next = await firstDue(db, { queue, now, after, full: full.map(([tenant]) => tenant) });
    if (next === undefined) break;
    const attempt = next.attempt + 1;
    await change(db, next.id, {
      status: 'running',
      attempt,
      owner,
      beat_until: now + heartbeatMs,
    });
    active.set(next.tenant, (active.get(next.tenant) ?? 0) + 1);
    after = next.tenant;
    claimed.push({ ...jobOf(next), attempt, attempts: next.attempts, owner });
  }
  return claimed;
}

/** Extends what the owner still has; answers the ids of that. */
export async function beatJobs(
  db: Db,
  jobs: readonly ClaimedJob[],
  beatUntil: number,
): Promise<ReadonlySet<string>> {
  const kept = new Set<string>();
  for (const job of jobs) {
    const result = await held(db, job).set({ beat_until: beatUntil }).executeTakeFirst();
    if (result.numUpdatedRows === 1n) kept.add(job.id);
  }
  return kept;
}

/** Ends a job that its owner has done. */
export async function completeJob(db: Db, job: ClaimedJob): Promise<void> {
  await db
    .deleteFrom('job')
    .where('id', '=', job.id)
    .where('owner', '=', job.owner)
    .where('attempt', '=', job.attempt)
    .execute();
}

/** Brings a job back later; for good ended when its tries are used up. */
export async function failJob(
  db: Db,
  job: ClaimedJob,
  failure: { readonly runAt: number; readonly errorCode: string },
): Promise<void> {
  const isOver = job.attempt >= job.attempts;
  await held(db, job)
    .set({
      status: isOver ? 'failed' : 'waiting',
      run_at: failure.runAt,
      owner: null,
      error_code: failure.errorCode,
    })
    .execute();
}

/** Gives a job back as if it had not been tried. */
export async function returnJob(db: Db, job: ClaimedJob, now: number): Promise<void> {
  await held(db, job)
    .set({ status: 'waiting', run_at: now, owner: null, attempt: job.attempt - 1 })
    .execute();
}

function jobsOf(db: Db, queue: string, status: JobRow['status']) {
  return db
    .selectFrom('job')
    .where('queue', '=', queue)
    .where('status', '=', status)
    .where(residentRows('job'));
}

function held(db: Db, job: ClaimedJob) {
  return db
    .updateTable('job')
    .where('id', '=', job.id)
    .where('status', '=', 'running')
    .where('owner', '=', job.owner)
    .where('attempt', '=', job.attempt);
}

async function change(db: Db, id: string, values: Partial<JobRow>): Promise<void> {
  await db.updateTable('job').set(values).where('id', '=', id).execute();
}

function endJob(db: Db, row: JobRow, errorCode: string): Promise<void> {
  return change(db, row.id, { status: 'failed', owner: null, error_code: errorCode });
}

function isAbandoned(
  row: Pick<JobRow, 'owner' | 'beat_until'>,
  now: number,
  isDead: (owner: string) => boolean,
): boolean {
  return row.beat_until <= now || (row.owner !== null && isDead(row.owner));
}

/** Asks the system once for each other worker. */
function deadOwners(own: string): (owner: string) => boolean {
  const known = new Map([[own, false]]);
  return (owner) => {
    const isDead = known.get(owner) ?? isProcessDead(owner);
    known.set(owner, isDead);
    return isDead;
  };
}

async function firstDue(
  db: Db,
  place: {
    readonly queue: string;
    readonly now: number;
    readonly after: string;
    readonly full: readonly string[];
  },
): Promise<JobRow | undefined> {
  let due = jobsOf(db, place.queue, 'waiting').selectAll().where('run_at', '<=', place.now);
  if (place.full.length > 0) due = due.where('tenant', 'not in', place.full);
  const inOrder = due.orderBy('tenant').orderBy('run_at').orderBy('created_at').limit(1);
  return (
    (await inOrder.where('tenant', '>', place.after).executeTakeFirst()) ??
    (await inOrder.executeTakeFirst())
  );
}

function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    queue: row.queue,
    tenant: row.tenant,
    data: JSON.parse(row.data) as JsonValue,
    attempt: row.attempt,
  };
}
