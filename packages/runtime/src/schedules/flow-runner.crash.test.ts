import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sqlJobEngine } from '../jobs/sql-job-engine.ts';
import { sqliteStore } from '../sqlite-store.ts';
import { createFlowRunner } from './flow-runner.ts';

const program = fileURLToPath(new URL('../testing/flow-child.ts', import.meta.url));

let folder: string;
const children = new Set<ChildProcess>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flow-crash-'));
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  rmSync(folder, { recursive: true, force: true });
});

/** A worker process; `said` resolves when it is in the middle of a run. */
function start(...more: string[]): { child: ChildProcess; said: Promise<void> } {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@common/source',
      '--disable-warning=ExperimentalWarning',
      program,
      folder,
      ...more,
    ],
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

it('runs of processes that are killed are taken over, and no flow is stuck', async () => {
  const store = sqliteStore({ path: join(folder, 'state.db') });
  const engine = sqlJobEngine({ store });
  const orders = createFlowRunner({ store, engine, flows: {} });
  const tenants = ['a', 'b', 'c', 'd'];
  const flows = tenants.map((tenant) => ({ tenant, connection: 'erp', flow: 'count' }));
  for (const flow of flows) await orders.run(flow);

  for (let kills = 0; kills < 4; kills += 1) {
    const { child, said } = start();
    await said;
    child.kill('SIGKILL');
  }
  // The last one is stopped, not killed: it holds its leases until they end.
  const zombie = start('stops');
  await zombie.said;
  start();
  const latest = async () =>
    (await Promise.all(flows.map((flow) => orders.history(flow)))).map(([run]) => run?.status);
  while ((await latest()).some((status) => status !== 'done')) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  zombie.child.kill('SIGCONT');
  for (const flow of flows) {
    const runs = await orders.history(flow);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ status: 'done', counts: { inserted: 200 } });
  }
  await store.close();
}, 60_000);
