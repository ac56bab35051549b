// A syncing process of a crash run: runs its flows again and again, until it is killed. Started by
// `crash-world.ts`.
import { flushCompileCache } from 'node:module';
import { ConnectorError, systemClock } from '@common/connector-core';
import { openStore } from '../packages/runtime/src/index.ts';
import { createSync, type SyncReport } from '../packages/sync/src/index.ts';
import { type CrashTraffic, crashConnectors } from './crash-connectors.ts';
import { workByPgBoss } from './crash-jobs.ts';
import type { WorkerCommand, WorkerOrder, WorkerReport } from './crash-messages.ts';

const order = JSON.parse(process.argv[2] ?? '{}') as WorkerOrder;
const { vendorUrl, storeUrl, schema, first, leaseMs, engine, isLast } = order;
const flows = [...order.flows.slice(first), ...order.flows.slice(0, first)];
// Waits are shortened, not left out: the vendors are on this machine.
const speed = 20;
const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  systemClock.sleep(milliseconds / speed, signal);
/** For calls: time runs faster. */
const fastClock = { now: () => Date.now() * speed, sleep };
/** For flows: leases live in the time of all processes. */
const clock = { now: Date.now, sleep };
const store = openStore({ url: storeUrl, schema });
const tell = (report: WorkerReport): void => void process.send?.(report);

const traffic: CrashTraffic = { begun: 0, pending: 0 };

const syncs = flows.map((flow) => {
  const { source, target } = crashConnectors({ vendorUrl, flow, clock: fastClock, traffic });
  // What the source removes in a run is little of all that is linked, but much at its beginning.
  const deletes = { maxCount: 1_000_000 };
  return createSync({ id: flow, source, target, entity: 'item', store, clock, leaseMs, deletes });
});

async function run(sync: (typeof syncs)[number]): Promise<SyncReport | undefined> {
  try {
    const report = await sync.run();
    tell({ kind: 'ran', flow: sync.id, resumed: report.resumed });
    return report;
  } catch (error) {
    if (!ConnectorError.isInstance(error)) throw error;
    tell({ kind: 'ended', flow: sync.id, code: error.code });
    if (order.restsWhenRefused && error.code === 'ERR_LEASE_LOST') await new Promise(() => {});
    // Anything else says that a person is needed.
    if (!error.retryable && error.code !== 'ERR_LEASE_LOST') throw error;
    return undefined;
  }
}

const isIdle = (report: SyncReport | undefined): boolean =>
  report !== undefined && report.inserted + report.updated + report.deleted + report.failed === 0;

/** Every flow until there is nothing left to do, or until more runs do not help. */
async function finish(): Promise<void> {
  for (const sync of syncs) {
    for (let runs = 0; runs < 100 && !isIdle(await run(sync)); runs += 1) {
      await systemClock.sleep(50);
    }
  }
  await store.close();
  tell({ kind: 'done' });
  process.disconnect();
}

async function work(): Promise<void> {
  for (;;) {
    for (const sync of syncs) {
      // One process has nothing else to do.
      while ((await run(sync)) === undefined && engine === 'in-process')
        await systemClock.sleep(20);
    }
    await systemClock.sleep(20);
  }
}

process.on('message', (command: WorkerCommand) => {
  if (command === 'look') return tell({ kind: 'looked', ...traffic });
  const workOnJobs = () => workByPgBoss({ store, storeUrl, schema, syncs, tell });
  (isLast ? finish() : engine === 'pg-boss' ? workOnJobs() : work()).catch((error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    tell({ kind: 'failure', error: text });
    process.disconnect();
  });
});
process.on('disconnect', () => process.exit(0));
// Now: one that is killed never gets to it.
flushCompileCache();
tell({ kind: 'ready' });
