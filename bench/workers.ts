import { randomUUID } from 'node:crypto';
import { openStore, type SqlStore } from '@common/connector-runtime';
import { createFlowRunner, type PgBossEngine, pgBossEngine } from '@common/connector-runtime/jobs';
import { findPostgres, startPostgres } from '../packages/runtime/src/testing/postgres-server.ts';
import { type Child, startChild } from './child.ts';
import { type Row, ratioRow } from './row.ts';

/** Runs at the same time in one process. */
const concurrency = 4;
const vendorMs = 100;
const childFile = new URL('./workers-child.ts', import.meta.url);

interface Load {
  readonly workers: number;
  readonly tenants: number;
  readonly pages: number;
  /** What the vendor takes for a page. */
  readonly latencyMs: number;
  /** Measures the second run of every tenant: its tables are there, and no record has changed. */
  readonly isSecond?: boolean;
}

/**
 * The catalogues of many tenants, on 1, 2 and 4 worker processes that share one PostgreSQL. The vendor
 * takes 100 ms for a page, so a worker is idle most of the time: how much more do more of them do?
 * And without a vendor to wait for: what this machine does at most, database and workers together.
 */
export async function benchWorkers(): Promise<Row[]> {
  const bin = findPostgres();
  if (bin === undefined) return [];
  const server = await startPostgres({ bin, isDurable: true });
  try {
    const load = { tenants: 48, pages: 8, latencyMs: vendorMs };
    const pagesPerSecond = async (workers: number) =>
      (await runsPerSecond(server.url, { ...load, workers })) * load.pages;
    const one = await pagesPerSecond(1);
    const two = await pagesPerSecond(2);
    const four = await pagesPerSecond(4);
    const short = { workers: 4, tenants: 100, pages: 1, latencyMs: 0, isSecond: true };
    const runs = await runsPerSecond(server.url, short);
    const unit = 'pages/s';
    const beside = { unit, peer: '1 worker', peerValue: one };
    return [
      ratioRow(
        {
          ...{ name: '1 worker, a vendor of 100 ms', value: one, unit },
          // As many calls as may be under way at once, and nothing else to do.
          ...{ peer: `${concurrency} calls at a time`, peerValue: (1000 / vendorMs) * concurrency },
        },
        { atLeast: 0.7 },
      ),
      ratioRow({ ...beside, name: '2 workers', value: two }, { atLeast: 1.4 }),
      ratioRow({ ...beside, name: '4 workers', value: four }, { atLeast: 2.8 }),
      {
        ...{ name: 'runs that change nothing, no vendor', value: runs, unit: 'runs/s' },
        ...{ peer: '4 workers, pages of 100 ms', peerValue: four, ratio: runs / four },
        ...{ bar: 'reported', pass: true },
      },
    ];
  } finally {
    await server.close();
  }
}

async function runsPerSecond(url: string, load: Load): Promise<number> {
  const schema = `workers_${randomUUID().slice(0, 8)}`;
  const store = openStore({ url, schema });
  const engine = pgBossEngine({ store, url, schema: `${schema}_jobs` });
  const settings = [url, schema, load.pages, load.latencyMs, concurrency].map(String);
  const children: Child[] = [];
  try {
    await order(store, engine, load.tenants);
    for (let worker = 0; worker < load.workers; worker += 1) {
      children.push(startChild(childFile, settings));
    }
    await Promise.all(children.map((child) => child.told('ready ')));
    let ended = allDone(children, load.tenants);
    let start = performance.now();
    for (const child of children) child.tell('start');
    await ended;
    if (load.isSecond === true) {
      ended = allDone(children, load.tenants);
      start = performance.now();
      await order(store, engine, load.tenants);
      await ended;
    }
    return (load.tenants * 1000) / (performance.now() - start);
  } finally {
    await Promise.all(children.map((child) => child.kill()));
    await engine.close();
    await store.close();
  }
}

/** Somebody wants the catalogue of every tenant. */
async function order(store: SqlStore, engine: PgBossEngine, tenants: number): Promise<void> {
  const runner = createFlowRunner({ store, engine, flows: {} });
  const orders = Array.from({ length: tenants }, (_, tenant) =>
    runner.run({ tenant: `t${tenant}`, connection: 'erp', flow: 'catalogue' }),
  );
  await Promise.all(orders);
}

function allDone(children: readonly Child[], tenants: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const done = new Set<string>();
  for (const child of children) {
    child.listen((message) => {
      const [status = '', tenant = ''] = message.split(' ');
      if (status === 'failed') reject(new Error(message));
      if (status === 'done') done.add(tenant);
      if (done.size === tenants) resolve();
    });
  }
  return promise;
}

if (import.meta.main) console.table(await benchWorkers());
