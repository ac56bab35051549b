import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@common/connector-runtime';
import { type JobEngine, pgBossEngine, sqlJobEngine } from '@common/connector-runtime/jobs';
import { createPgBoss, type PgBossJob } from '../packages/runtime/src/jobs/pg-boss-library.ts';
import { findPostgres, startPostgres } from '../packages/runtime/src/testing/postgres-server.ts';
import { type Row, ratioRow } from './row.ts';

const jobs = 4000;
const tenants = 200;
const batch = 500;
const concurrency = 50;

/** Jobs a second. */
interface Rates {
  readonly enqueued: number;
  readonly done: number;
}

/**
 * Jobs that do nothing: what an engine takes for each. Enqueued in batches; done by themselves, each
 * ended by a commit that is on disk, tenants in turn. The peer is pg-boss as it is, with the same batches
 * and as many workers, each of which ends its own job: no tenants, no fencing of a worker that was stopped.
 */
export async function benchJobs(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-jobs-'));
  const bin = findPostgres();
  const server = bin === undefined ? undefined : await startPostgres({ bin, isDurable: true });
  try {
    const file = openStore({ url: join(folder, 'jobs.db') });
    const sqlite = await ratesOf(sqlJobEngine({ store: file }));
    await file.close();
    if (server === undefined) return rowsOf('sqlJobEngine on SQLite', sqlite, undefined);
    const { url } = server;
    const bare = await ratesOfBare(url);
    const store = openStore({ url });
    const boss = await ratesOf(pgBossEngine({ store, url, schema: 'jobs' }));
    await store.close();
    return [
      ...rowsOf('sqlJobEngine on SQLite', sqlite, bare),
      ...rowsOf('pgBossEngine', boss, bare),
    ];
  } finally {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of the peer. Another is that of a page: with a vendor's 100 ms a process does some 40 of them a second. */
const bars = { enqueued: 0.3, done: 0.25 };

function rowsOf(name: string, rates: Rates, bare: Rates | undefined): Row[] {
  return (['enqueued', 'done'] as const).map((kind) => {
    const figures = { name: `${name}, jobs ${kind}`, value: rates[kind], unit: 'jobs/s' };
    if (bare !== undefined) {
      const peer = { peer: 'pg-boss as it is', peerValue: bare[kind] };
      return ratioRow({ ...figures, ...peer }, { atLeast: bars[kind] });
    }
    const nobody = { peer: 'none: PostgreSQL is not installed', peerValue: 0, ratio: 0 };
    return { ...figures, ...nobody, bar: 'none', pass: true };
  });
}

async function ratesOf(engine: JobEngine): Promise<Rates> {
  const request = (index: number) => ({
    queue: 'bench',
    tenant: `t${index % tenants}`,
    data: { index },
  });
  // Makes the tables and the queue.
  await engine.enqueue([{ ...request(0), runAt: Date.now() + 3_600_000 }]);
  const enqueueMs = await timed(async () => {
    for (let from = 0; from < jobs; from += batch) {
      await engine.enqueue(Array.from({ length: batch }, (_, index) => request(from + index)));
    }
  });
  const doneMs = await timed(async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let left = jobs;
    engine.work(
      'bench',
      async () => {
        left -= 1;
        if (left === 0) resolve();
      },
      { concurrency, tenantConcurrency: 2 },
    );
    await promise;
  });
  await engine.close();
  return { enqueued: perSecond(enqueueMs), done: perSecond(doneMs) };
}

/** What the peer is asked for, beside what our own engine uses. */
interface Bare {
  insert(queue: string, jobs: object[]): Promise<unknown>;
  fetch(queue: string, options: { batchSize: number }): Promise<readonly PgBossJob[]>;
  complete(queue: string, id: string): Promise<unknown>;
}

async function ratesOfBare(url: string): Promise<Rates> {
  const boss = await createPgBoss({ url, schema: 'bare', monitorSeconds: 60 });
  await boss.start();
  await boss.createQueue('bench');
  const bare = boss as unknown as Bare;
  const enqueueMs = await timed(async () => {
    for (let from = 0; from < jobs; from += batch) {
      const data = (_: unknown, index: number) => ({ data: { index: from + index } });
      await bare.insert('bench', Array.from({ length: batch }, data));
    }
  });
  const doneMs = await timed(async () => {
    for (;;) {
      const fetched = await bare.fetch('bench', { batchSize: concurrency });
      if (fetched.length === 0) return;
      await Promise.all(fetched.map(({ id }) => bare.complete('bench', id)));
    }
  });
  await boss.stop({ graceful: false, close: true });
  return { enqueued: perSecond(enqueueMs), done: perSecond(doneMs) };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const perSecond = (milliseconds: number): number => (jobs / milliseconds) * 1000;

if (import.meta.main) console.table(await benchJobs());
