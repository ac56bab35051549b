// A process that runs flows of 200 steps: `flow-child.ts <url of the state> <goes|stops> [schema]`. With a
// schema it works on pg-boss. One that stops does so (SIGSTOP) on its way.
import { setImmediate } from 'node:timers/promises';
import { pgBossEngine } from '../jobs/pg-boss-engine.ts';
import { sqlJobEngine } from '../jobs/sql-job-engine.ts';
import { openStore } from '../open-store.ts';
import { createFlowRunner } from '../schedules/flow-runner.ts';

const [url = '', manner, schema] = process.argv.slice(2);
const store = openStore({ url, schema });
const engine =
  schema === undefined
    ? sqlJobEngine({ store, pollMs: 20, heartbeatMs: 1000 })
    : pgBossEngine({ store, url, schema: `${schema}_jobs`, pollMs: 20 });
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
          if (manner === 'stops') process.kill(process.pid, 'SIGSTOP');
        }
        return { inserted: 200 };
      },
    }),
  },
});
runner.start();
process.stdout.write('ready\n');
