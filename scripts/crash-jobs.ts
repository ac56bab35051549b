import { ConnectorError, systemClock } from '@common/connector-core';
import type { SqlStore } from '../packages/runtime/src/index.ts';
import { pgBossEngine } from '../packages/runtime/src/jobs/pg-boss-engine.ts';
import { createFlowRunner } from '../packages/runtime/src/schedules/flow-runner.ts';
import type { Sync } from '../packages/sync/src/index.ts';
import type { WorkerReport } from './crash-messages.ts';

/** Works on the flows as a worker of an app does: the runner decides who runs what. Never ends. */
export async function workByPgBoss(options: {
  readonly store: SqlStore;
  readonly storeUrl: string;
  readonly schema: string | undefined;
  readonly syncs: readonly Sync[];
  readonly tell: (report: WorkerReport) => void;
}): Promise<never> {
  const { store, storeUrl, schema = 'crash', syncs, tell } = options;
  const engine = pgBossEngine({ store, url: storeUrl, schema: `${schema}_jobs`, pollMs: 200 });
  const runner = createFlowRunner({
    store,
    engine,
    flows: Object.fromEntries(syncs.map((sync) => [sync.id, () => sync])),
    work: { concurrency: 2 },
    retry: { attempts: 1000, baseMs: 50, maxMs: 500 },
    onEnd({ flow, status, errorCode = 'ERR_INTERNAL' }) {
      if (status === 'done') tell({ kind: 'ran', flow, resumed: false });
      else tell({ kind: 'ended', flow, code: errorCode });
      // A run that is not tried again needs a person.
      if (status === 'failed') tell({ kind: 'failure', error: `${flow}: ${errorCode}` });
    },
  });
  runner.start();
  for (;;) {
    // Somebody wants every flow run, all the time. One that waits already is not queued twice.
    for (const { id } of syncs) {
      await runner.run({ tenant: id, connection: 'crash', flow: id }).catch((error: unknown) => {
        if (!ConnectorError.isInstance(error) || !error.retryable) throw error;
        tell({ kind: 'ended', flow: id, code: `order: ${error.code}` });
      });
    }
    await systemClock.sleep(500);
  }
}
