import { randomUUID } from 'node:crypto';
import { type Clock, ConnectorError, type Logger, systemClock } from '@common/connector-core';
import { processOwner, type StateTransaction } from '@common/connector-sync';
import { type Kysely, type SqlBool, sql } from 'kysely';
import { jobSchedules } from '../schedules/job-schedules.ts';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';
import { jobDataText } from './job-data.ts';
import type { JobEngine, JobHandler, JobRequest, JobWorker, WorkOptions } from './job-engine.ts';
import { jobLost } from './job-lost.ts';
import {
  beatJobs,
  type ClaimedJob,
  claimJobs,
  completeJob,
  failJob,
  hasWork,
  insertJobs,
  returnJob,
} from './job-rows.ts';
import { pruner } from './prune-rows.ts';
import { retryDelay } from './retry-delay.ts';
import { startWorker, type WorkSource } from './start-worker.ts';

/** Options of `sqlJobEngine`. */
export interface SqlJobEngineOptions {
  /** The store whose database has the jobs. */
  readonly store: SqlStore;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /** From 0 up to 1, for jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
  /**
   * How often it is looked for jobs of other processes, and for schedules that are due. Jobs of this
   * process begin at once.
   * @default 1000
   */
  readonly pollMs?: number | undefined;
  /**
   * A worker that is silent for so long has lost its jobs. One that was killed on this machine is
   * noticed at once.
   * @default 30_000
   */
  readonly heartbeatMs?: number | undefined;
  /**
   * The wait after the first failure of a job; doubles up to 5 minutes.
   * @default 1000
   */
  readonly retryBaseMs?: number | undefined;
  /**
   * How long jobs that failed for good are kept.
   * @default 2_592_000_000 (30 days)
   */
  readonly keepFailedMs?: number | undefined;
}

/**
 * Jobs in the process that works, kept in the database of the state: a SQLite file, or PostgreSQL. No
 * server, nothing to install. Several processes may share the database.
 */
export function sqlJobEngine(options: SqlJobEngineOptions): JobEngine {
  const { store, clock = systemClock, logger, random = Math.random } = options;
  const { pollMs = 1000, heartbeatMs = 30_000, retryBaseMs = 1000 } = options;
  const { keepFailedMs = 30 * 86_400_000 } = options;
  const owner = processOwner();
  const workers = new Map<string, ReturnType<typeof startWorker>>();
  const backoff = { baseMs: retryBaseMs, maxMs: 300_000, random };

  const within = <Result>(
    work: (db: Kysely<StateSchema>, state: SqlStateTransaction) => Promise<Result>,
    readOnly = false,
  ): Promise<Result> =>
    store.transaction(
      (state) => {
        const sql = state as SqlStateTransaction;
        return work(sql.database as Kysely<StateSchema>, sql);
      },
      { readOnly, repeat: 'always' },
    );

  async function enqueue(
    jobs: readonly JobRequest[],
    { within: state }: { readonly within?: StateTransaction | undefined } = {},
  ): Promise<readonly string[]> {
    const now = clock.now();
    const rows = jobs.map(({ id = randomUUID(), queue, tenant, data, runAt, attempts = 20 }) => ({
      id,
      queue,
      tenant,
      status: 'waiting' as const,
      run_at: runAt ?? now,
      attempt: 0,
      attempts,
      data: jobDataText(data),
      owner: null,
      beat_until: 0,
      error_code: null,
      created_at: now,
    }));
    if (state === undefined) await within((db) => insertJobs(db, rows));
    else await insertJobs(databaseOf(state), rows);
    // Not yet committed, maybe: in a file the look takes its turn after that, and on a server it comes again.
    for (const queue of new Set(jobs.map((job) => job.queue))) workers.get(queue)?.wake();
    return rows.map(({ id }) => id);
  }

  const prune = pruner({
    ...{ store, clock, logger },
    oldRows: (now) => [
      {
        table: 'job',
        key: ['id'],
        isOld: sql<SqlBool>`status = 'failed' and run_at < ${now - keepFailedMs}`,
      },
    ],
  });

  function sourceOf(queue: string, tenantConcurrency: number): WorkSource<ClaimedJob> {
    let after = '';
    return {
      async claim(limit) {
        await prune();
        const now = clock.now();
        if (!(await within((db) => hasWork(db, { queue, owner, now }), true))) return [];
        const claimed = await within(async (db, { lock }) => {
          await lock('jobs', queue);
          const place = { queue, owner, now, heartbeatMs, limit, tenantConcurrency, after };
          return claimJobs(db, place);
        });
        after = claimed.at(-1)?.tenant ?? after;
        return claimed;
      },
      beat: (jobs) => within((db) => beatJobs(db, jobs, clock.now() + heartbeatMs)),
      complete: (job) => within((db) => completeJob(db, job)),
      fail: (job, error) =>
        within((db) =>
          failJob(db, job, {
            runAt: clock.now() + retryDelay(error, job.attempt, backoff),
            errorCode: ConnectorError.isInstance(error) ? error.code : 'ERR_INTERNAL',
          }),
        ),
      giveBack: (job) => within((db) => returnJob(db, job, clock.now())),
    };
  }

  const schedules = jobSchedules({ store, enqueue, clock, logger, pollMs });

  return {
    durable: store.durable,
    schedules,
    enqueue,
    wake: (queue) => workers.get(queue)?.wake(),
    work(queue: string, handler: JobHandler, work: WorkOptions = {}): JobWorker {
      if (workers.has(queue)) throw alreadyWorked(queue);
      const { concurrency = 4, tenantConcurrency = 2 } = work;
      const source = sourceOf(queue, tenantConcurrency);
      const worker = startWorker({
        source,
        handler,
        concurrency,
        clock,
        logger,
        pollMs,
        beatMs: heartbeatMs / 3,
      });
      workers.set(queue, worker);
      const stopWatching = schedules.watch();
      return {
        async close() {
          workers.delete(queue);
          await stopWatching();
          await worker.close();
        },
      };
    },
    async cancel({ queue, id }) {
      const wasThere = await within(async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('job')
          .where('id', '=', id)
          .where('queue', '=', queue)
          .executeTakeFirst();
        return numDeletedRows === 1n;
      });
      workers.get(queue)?.abort(id, jobLost(id));
      return wasThere;
    },
    async close() {
      const open = [...workers.values()];
      workers.clear();
      await schedules.close();
      await Promise.all(open.map((worker) => worker.close()));
    },
  };
}

export function databaseOf(state: StateTransaction): Kysely<StateSchema> {
  const { database } = state as Partial<SqlStateTransaction>;
  if (database !== undefined) return database as Kysely<StateSchema>;
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message:
      'The transaction is of a store that has no SQL database. Use the store that the job engine was made with.',
    path: 'within',
  });
}

export function alreadyWorked(queue: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `This engine already works on the queue ${queue}. Close the other worker first, or raise its concurrency.`,
    path: 'queue',
  });
}
