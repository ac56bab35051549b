// A process that runs flows of 200 steps: `flow-child.ts <folder> [stops]`. One that stops does so (SIGSTOP) on its way.
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { sqlJobEngine } from '../jobs/sql-job-engine.ts';
import { createFlowRunner } from '../schedules/flow-runner.ts';
import { sqliteStore } from '../sqlite-store.ts';

const [folder = '', stops] = process.argv.slice(2);
const store = sqliteStore({ path: join(folder, 'state.db') });
const engine = sqlJobEngine({ store, pollMs: 20, heartbeatMs: 1000 });
const runner = createFlowRunner({
  store,
  engine,
  leaseMs: 2000,
  flows: {
    count: ({ tenant }) => ({
      async run({ signal }) {
        const key = { tenant, flow: 'count' };
        let done = 0;
        while (!signal.aborted) {
          // A step of the flow and its checkpoint are one transaction, as a page of a sync is.
          done = await store.transaction(async (state) => {
            const before = Number((await state.checkpoints.get(key, 'full')) ?? 0);
            await state.checkpoints.set(key, 'full', Math.min(before + 1, 200));
            return before + 1;
          });
          if (done > 200) break;
          if (done % 20 !== 0) continue;
          process.stdout.write(`${tenant}:${done}\n`);
          // Not inside a transaction, which would keep the file locked.
          await setImmediate();
          if (stops !== undefined) process.kill(process.pid, 'SIGSTOP');
        }
        return { inserted: 200 };
      },
    }),
  },
});
runner.start();
process.stdout.write('ready\n');
