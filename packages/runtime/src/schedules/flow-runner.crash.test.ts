import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CompiledQuery } from 'kysely';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { JobEngine } from '../jobs/job-engine.ts';
import { pgBossEngine } from '../jobs/pg-boss-engine.ts';
import { sqlJobEngine } from '../jobs/sql-job-engine.ts';
import { openStore } from '../open-store.ts';
import type { SqlStore } from '../sql-store.ts';
import { testPostgres } from '../testing/sql-stores.ts';
import { createFlowRunner, type FlowRunner } from './flow-runner.ts';

const program = fileURLToPath(new URL('../testing/flow-child.ts', import.meta.url));
const postgres = await testPostgres();
afterAll(() => postgres.close());

const children = new Set<ChildProcess>();
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  for (const end of ends.splice(0).reverse()) await end();
});

/** A worker process; `said` resolves when it is in the middle of a run. */
function start(...place: string[]): { child: ChildProcess; said: Promise<void> } {
  const child = spawn(
    process.execPath,
    ['--conditions=@common/source', '--disable-warning=ExperimentalWarning', program, ...place],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.add(child);
  const said = new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes(':')) resolve();
    });
  });
  return { child, said };
}

const flows = ['a', 'b', 'c', 'd'].map((tenant) => ({ tenant, connection: 'erp', flow: 'count' }));

/** Orders a run of each flow, in a process that does not work itself. */
async function order(store: SqlStore, engine: JobEngine): Promise<FlowRunner> {
  ends.push(
    () => store.close(),
    () => engine.close(),
  );
  const orders = createFlowRunner({ store, engine, flows: {} });
  for (const flow of flows) await orders.run(flow);
  return orders;
}

async function untilDone(orders: FlowRunner): Promise<void> {
  const latest = async () =>
    (await Promise.all(flows.map((flow) => orders.history(flow)))).map(([run]) => run?.status);
  while ((await latest()).some((status) => status !== 'done')) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

async function checkRuns(orders: FlowRunner): Promise<void> {
  for (const flow of flows) {
    const runs = await orders.history(flow);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ status: 'done', counts: { inserted: 200 } });
  }
}

describe('runs of processes that are killed are taken over, and no flow is stuck', () => {
  it('in a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flow-crash-'));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const url = join(folder, 'state.db');
    const store = openStore({ url });
    const orders = await order(store, sqlJobEngine({ store }));
    for (let kills = 0; kills < 3; kills += 1) {
      const { child, said } = start(url, 'goes');
      await said;
      child.kill('SIGKILL');
    }
    // The last one is stopped, not killed: it holds its leases until they end.
    const zombie = start(url, 'stops');
    await zombie.said;
    start(url, 'goes');
    await untilDone(orders);
    zombie.child.kill('SIGCONT');
    await checkRuns(orders);
  }, 60_000);

  it.runIf(postgres.url !== undefined)(
    'on pg-boss',
    async () => {
      const url = postgres.url ?? '';
      const schema = `flow_crash_${process.pid}`;
      const store = openStore({ url, schema });
      const engine = pgBossEngine({ store, url, schema: `${schema}_jobs` });
      const orders = await order(store, engine);
      for (let kills = 0; kills < 2; kills += 1) {
        const { child, said } = start(url, 'goes', schema);
        await said;
        child.kill('SIGKILL');
        // Its heartbeat is 10 s old at once.
        const age = `update ${schema}_jobs.job set heartbeat_on = heartbeat_on - interval '10 seconds' where state = 'active'`;
        await store.database.transaction((db) => db.executeQuery(CompiledQuery.raw(age)));
      }
      start(url, 'goes', schema);
      await untilDone(orders);
      await checkRuns(orders);
    },
    60_000,
  );
});
