import { randomUUID } from 'node:crypto';
import {
  type Clock,
  ConnectorError,
  type JsonValue,
  type Logger,
  redact,
  systemClock,
} from '@common/connector-core';
import type { StateTransaction } from '@common/connector-sync';
import { CompiledQuery } from 'kysely';
import { jobSchedules } from '../schedules/job-schedules.ts';
import type { SqlStore } from '../sql-store.ts';
import { gathered } from './gathered.ts';
import { jobDataText } from './job-data.ts';
import type {
  Job,
  JobEngine,
  JobHandler,
  JobRequest,
  JobWorker,
  WorkOptions,
} from './job-engine.ts';
import { jobLost } from './job-lost.ts';
import {
  createPgBoss,
  type PgBossDatabase,
  type PgBossJob,
  type PgBossLike,
} from './pg-boss-library.ts';
import { retryDelay } from './retry-delay.ts';
import { alreadyWorked, databaseOf } from './sql-job-engine.ts';
import { startWorker, type WorkSource } from './start-worker.ts';

/** Options of `pgBossEngine`. */
export interface PgBossEngineOptions {
  /** The state, in the same PostgreSQL database as the jobs: a job and what it is about are one transaction. */
  readonly store: SqlStore;
  /** Where pg-boss keeps its tables: the URL of that database. */
  readonly url?: string | undefined;
  /** A `PgBoss` of the app's own in place of a URL. Who made it stops it. */
  readonly boss?: PgBossLike | undefined;
  /**
   * Schema of pg-boss's tables, in small letters; as in the options of `boss`.
   * @default 'pgboss'
   */
  readonly schema?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /** From 0 up to 1, for jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
  /**
   * How often it is looked for jobs of other processes.
   * @default 1000
   */
  readonly pollMs?: number | undefined;
  /**
   * The wait after the first failure of a job; doubles up to 5 minutes.
   * @default 1000
   */
  readonly retryBaseMs?: number | undefined;
}

/** `pgBossEngine`, with its start. */
export interface PgBossEngine extends JobEngine {
  /**
   * Starts pg-boss, makes its tables and these queues. Happens by itself too; call it at the start of the
   * app to learn early that something is wrong, and so that no transaction waits for it.
   *
   * @param queues - @default those of this package
   */
  prepare(queues?: readonly string[]): Promise<void>;
}

/** The least that pg-boss takes. A dead worker's jobs are given out 10 to 12 s later. */
const heartbeatSeconds = 10;
const monitorSeconds = 2;
const ownQueues = ['flow', 'inbox', 'outbox'];

/** A try: a later one of the same job has another count. */
interface BossJob extends Job {
  readonly count: number;
}

/**
 * Jobs on pg-boss 12.30.0, for any number of processes and machines. Needs the packages `pg` and
 * `pg-boss`. No LISTEN/NOTIFY: with it, retries wait for a slow fallback.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for a store that is not PostgreSQL, and without url and boss
 */
export function pgBossEngine(options: PgBossEngineOptions): PgBossEngine {
  const { store, schema = 'pgboss', clock = systemClock, logger, random = Math.random } = options;
  const { pollMs = 1000, retryBaseMs = 1000 } = options;
  checkOptions(options);
  const table = `${schema}.job`;
  const backoff = { baseMs: retryBaseMs, maxMs: 300_000, random };
  const workers = new Map<string, ReturnType<typeof startWorker>>();
  const queues = new Map<string, Promise<void>>();
  let starting: Promise<PgBossLike> | undefined;

  async function start(): Promise<PgBossLike> {
    if (options.boss !== undefined) return options.boss;
    const boss = await createPgBoss({ url: options.url ?? '', schema, monitorSeconds });
    boss.on('error', (error) =>
      logger?.warn('pg-boss reports a failure; it goes on.', { reason: redact(error.message) }),
    );
    await boss.start();
    return boss;
  }

  async function started(): Promise<PgBossLike> {
    starting ??= start();
    try {
      return await starting;
    } catch (error) {
      // The server may be back the next time.
      starting = undefined;
      throw error;
    }
  }

  /** Makes a queue. Reads it too: a transaction that has pg-boss look it up might wait for itself. */
  async function withQueue(queue: string): Promise<PgBossLike> {
    const boss = await started();
    let made = queues.get(queue);
    if (made === undefined) {
      made = makeQueue(boss, queue);
      queues.set(queue, made);
      made.catch(() => queues.delete(queue));
    }
    await made;
    return boss;
  }

  /** Work on tries of jobs, in a transaction: on those that are still ours. */
  function whileOurs(
    queue: string,
    jobs: readonly BossJob[],
    work: (db: PgBossDatabase, ids: string[]) => Promise<unknown>,
  ): Promise<void> {
    return store.transaction(
      async (state) => {
        const db = databaseIn(state);
        // In one order: two that lock the same rows never wait for each other.
        const { rows } = await db.executeSql(
          `select id from ${table} where name = $1 and state = 'active'
           and (id, retry_count) in (select * from unnest($2::uuid[], $3::integer[])) order by id for update`,
          [queue, jobs.map(({ id }) => id), jobs.map(({ count }) => count)],
        );
        const ids = (rows as { readonly id: string }[]).map(({ id }) => id);
        if (ids.length > 0) await work(db, ids);
      },
      { repeat: 'always' },
    );
  }

  async function enqueue(
    jobs: readonly JobRequest[],
    { within: state }: { readonly within?: StateTransaction | undefined } = {},
  ): Promise<readonly string[]> {
    const ids: string[] = [];
    const rows = jobs.map(({ id = randomUUID(), queue, tenant, data, runAt, attempts = 20 }) => {
      ids.push(id);
      return {
        queue,
        job: {
          id,
          // As text: the JSON of PostgreSQL does not hold every character.
          data: { json: jobDataText(data) },
          retryLimit: attempts - 1,
          group: { id: `t:${tenant}` },
          ...(runAt === undefined ? {} : { startAfter: new Date(runAt).toISOString() }),
        },
      };
    });
    for (const [queue, some] of Map.groupBy(rows, (row) => row.queue)) {
      const boss = await withQueue(queue);
      const list = some.map(({ job }) => job);
      await boss.insert(queue, list, state === undefined ? {} : { db: databaseIn(state) });
      workers.get(queue)?.wake();
    }
    return ids;
  }

  function sourceOf(queue: string, tenantConcurrency: number): WorkSource<BossJob> {
    return {
      async claim(limit) {
        const boss = await withQueue(queue);
        const jobs = await boss.fetch(queue, {
          batchSize: limit,
          includeMetadata: true,
          groupConcurrency: tenantConcurrency,
        });
        return jobs.map((job) => jobOf(queue, job));
      },
      async beat(jobs) {
        const kept = new Set<string>();
        await store.transaction(
          async (state) => {
            for (const { id, count } of jobs) {
              const { rows } = await databaseIn(state).executeSql(
                `update ${table} set heartbeat_on = now() where name = $1 and id = $2 and state = 'active' and retry_count = $3 returning id`,
                [queue, id, count],
              );
              if (rows.length === 1) kept.add(id);
            }
          },
          { repeat: 'always' },
        );
        return kept;
      },
      complete: gathered(async (jobs) => {
        const boss = await started();
        await whileOurs(queue, jobs, (db, ids) => boss.complete(queue, ids, null, { db }));
      }),
      async fail(job, error) {
        const boss = await started();
        const code = ConnectorError.isInstance(error) ? error.code : 'ERR_INTERNAL';
        const delayMs = retryDelay(error, job.attempt, backoff);
        await whileOurs(queue, [job], async (db) => {
          await boss.fail(queue, job.id, { code }, { db });
          await db.executeSql(
            `update ${table} set start_after = now() + $3 * interval '1 millisecond' where name = $1 and id = $2 and state = 'retry'`,
            [queue, job.id, delayMs],
          );
        });
      },
      async giveBack(job) {
        // Without a start it is no try.
        await whileOurs(queue, [job], (db) =>
          db.executeSql(
            `update ${table} set state = 'retry', started_on = null, heartbeat_on = null, start_after = now() where name = $1 and id = $2`,
            [queue, job.id],
          ),
        );
      },
    };
  }

  const schedules = jobSchedules({ store, enqueue, clock, logger, pollMs });

  return {
    durable: true,
    schedules,
    enqueue,
    wake: (queue) => workers.get(queue)?.wake(),
    async prepare(names = ownQueues) {
      for (const name of names) await withQueue(name);
    },
    work(queue: string, handler: JobHandler, work: WorkOptions = {}): JobWorker {
      if (workers.has(queue)) throw alreadyWorked(queue);
      const { concurrency = 4, tenantConcurrency = 2 } = work;
      const source = sourceOf(queue, tenantConcurrency);
      const beatMs = (heartbeatSeconds * 1000) / 3;
      const worker = startWorker({ source, handler, concurrency, clock, logger, pollMs, beatMs });
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
      await withQueue(queue);
      const wasThere = await store.transaction(
        async (state) => {
          const { rows } = await databaseIn(state).executeSql(
            `delete from ${table} where name = $1 and id = $2 and state <= 'active' returning id`,
            [queue, id],
          );
          return rows.length === 1;
        },
        { repeat: 'always' },
      );
      workers.get(queue)?.abort(id, jobLost(id));
      return wasThere;
    },
    async close() {
      const open = [...workers.values()];
      workers.clear();
      await schedules.close();
      await Promise.all(open.map((worker) => worker.close()));
      const boss = await starting?.catch(() => undefined);
      if (options.boss === undefined) await boss?.stop({ graceful: false, close: true });
    },
  };
}

async function makeQueue(boss: PgBossLike, queue: string): Promise<void> {
  if ((await boss.getQueue(queue)) === null) {
    await boss.createQueue(queue, {
      heartbeatSeconds,
      // The longest that pg-boss has; a run that takes longer goes on under the lease of its lane.
      expireInSeconds: 24 * 3600,
      // A job that waits is never thrown away; one that is done is of no use.
      retentionSeconds: 10 * 365 * 86_400,
      deleteAfterSeconds: 3600,
    });
  }
  // Puts the queue into pg-boss's memory.
  await boss.findJobs(queue, { id: randomUUID() });
}

function databaseIn(state: StateTransaction): PgBossDatabase {
  const database = databaseOf(state);
  return {
    async executeSql(text, values = []) {
      const { rows } = await database.executeQuery(CompiledQuery.raw(text, values));
      return { rows };
    },
  };
}

function jobOf(queue: string, job: PgBossJob): BossJob {
  const { json } = job.data as { readonly json: string };
  return {
    id: job.id,
    queue,
    tenant: (job.groupId ?? '').slice('t:'.length),
    data: JSON.parse(json) as JsonValue,
    attempt: job.retryCount + 1,
    count: job.retryCount,
  };
}

function checkOptions({ store, url, boss, schema = 'pgboss' }: PgBossEngineOptions): void {
  const message =
    store.database.dialect !== 'postgres'
      ? 'pg-boss needs the state in PostgreSQL. Use postgresStore, or sqlJobEngine for a file.'
      : (url === undefined) === (boss === undefined)
        ? 'pgBossEngine needs a url, or a boss: one of the two.'
        : /^[a-z_][a-z\d_]{0,62}$/.test(schema)
          ? undefined
          : 'The schema of pg-boss has to be small letters, digits and underscores.';
  if (message === undefined) return;
  throw new ConnectorError({ code: 'ERR_CONFIGURATION', category: 'configuration', message });
}
