import { type KyselyPlugin, sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { sqlJobEngine } from '../jobs/sql-job-engine.ts';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import { sqliteStores, testPostgres } from '../testing/sql-stores.ts';
import { createFlowRunner } from './flow-runner.ts';

const postgres = await testPostgres();
const sqlite = sqliteStores();
afterAll(async () => {
  await postgres.close();
  await sqlite.close();
});

const flow = { tenant: 'acme', connection: 'sap', flow: 'catalogue' };

/** The same store, that waits behind the given read of a run. */
function slow(store: SqlStore, nth: number, afterRead: () => Promise<void>): SqlStore {
  let reads = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (!result.rows.some((row) => 'lane' in row && 'status' in row)) return result;
      reads += 1;
      if (reads === nth) await afterRead();
      return result;
    },
  };
  return {
    ...store,
    transaction: (work, options) =>
      store.transaction((state) => {
        const own = state as SqlStateTransaction;
        return work({ ...own, database: own.database.withPlugin(plugin) } as SqlStateTransaction);
      }, options),
  };
}

const kinds = [postgres, sqlite];

describe.each(kinds)('flows of many workers on $name', { timeout: 60_000 }, (stores) => {
  it('run once at a time each, and no more of a tenant than its share', async () => {
    const store = stores.create();
    const active = new Map<string, number>();
    const most = new Map<string, number>();
    const count = (name: string, by: number) => {
      const now = (active.get(name) ?? 0) + by;
      active.set(name, now);
      most.set(name, Math.max(most.get(name) ?? 0, now));
    };
    const workers = Array.from({ length: 4 }, () => {
      const own = stores.another(store);
      const engine = sqlJobEngine({ store: own, pollMs: 5 });
      const runner = createFlowRunner({
        ...{ store: own, engine, work: { concurrency: 4, tenantConcurrency: 2 } },
        flows: {
          items: ({ tenant, connection }) => ({
            async run() {
              for (const name of [tenant, `${tenant}/${connection}`]) count(name, 1);
              // Long enough for everybody else to come along.
              for (let turn = 0; turn < 3; turn += 1) await own.transaction(async () => undefined);
              for (const name of [tenant, `${tenant}/${connection}`]) count(name, -1);
            },
          }),
        },
      });
      runner.start();
      return { engine, runner };
    });
    const flows = ['a', 'b', 'c', 'd'].flatMap((connection) =>
      ['t1', 't2'].map((tenant) => ({ tenant, connection, flow: 'items' })),
    );
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(
        flows.map((flow, index) =>
          workers[(index + round) % 4]?.runner.run({ ...flow, options: { round } }),
        ),
      );
    }
    const [first] = workers;
    for (const flow of flows) {
      await expect
        .poll(async () => (await first?.runner.history(flow))?.map(({ status }) => status), {
          timeout: 50_000,
        })
        .toEqual(Array.from({ length: 5 }, () => 'done'));
    }
    for (const flow of flows) expect(most.get(`${flow.tenant}/${flow.connection}`)).toBe(1);
    for (const tenant of ['t1', 't2']) expect(most.get(tenant)).toBeLessThanOrEqual(2);
    for (const { engine, runner } of workers) {
      await runner.close();
      await engine.close();
    }
  });
});

// A file has one writer, and PGlite one connection: there nobody comes in between.
describe.runIf(postgres.url !== undefined)('a run that is cancelled when a worker comes', () => {
  it.each([1, 2])('is cancelled or begun, never both: it waits behind read %i', async (nth) => {
    const store = postgres.create();
    const engine = sqlJobEngine({ store, pollMs: 20 });
    let begun = 0;
    const catalogue = () => ({
      async run() {
        begun += 1;
      },
    });
    const worker = createFlowRunner({ store, engine, flows: { catalogue } });
    const read = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const reading = slow(store, nth, () => {
      read.resolve();
      return goOn.promise;
    });
    const orders = createFlowRunner({ store: reading, engine, flows: {} });
    const { id } = await worker.run(flow);
    const cancelling = orders.cancel({ tenant: 'acme', id });
    await read.promise;
    worker.start();
    await expect
      .poll(async () => begun > 0 || (await waitsForLock(store)), { timeout: 20_000 })
      .toBe(true);
    goOn.resolve();
    const { status } = await cancelling;
    await worker.close();
    await engine.close();
    expect(status === 'cancelled').toBe(begun === 0);
    const stored = await worker.get({ tenant: 'acme', id });
    expect(stored?.status).toBe(begun === 0 ? 'cancelled' : 'done');
  });
});

async function waitsForLock(store: SqlStore): Promise<boolean> {
  return store.transaction(
    async (state) => {
      const { rows } = await sql`
        select 1 from pg_locks where locktype = 'advisory' and not granted
      `.execute((state as SqlStateTransaction).database);
      return rows.length > 0;
    },
    { readOnly: true },
  );
}
