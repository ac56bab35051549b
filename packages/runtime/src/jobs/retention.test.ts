import { manualClock } from '@common/connector-core';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { migrateState } from '../move/migrate-state.ts';
import { createFlowRunner } from '../schedules/flow-runner.ts';
import type { SqlStore } from '../sql-store.ts';
import { sqlStores } from '../testing/sql-stores.ts';
import { createWebhookInbox } from '../webhooks/webhook-inbox.ts';
import { createWebhookOutbox } from '../webhooks/webhook-outbox.ts';
import { sqlJobEngine } from './sql-job-engine.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 0, 31);
const clock = manualClock(now);
const patiently = { timeout: 20_000 };

const run = (store: SqlStore, statement: ReturnType<typeof sql>) =>
  store.transaction((state) =>
    statement.execute(
      (state as unknown as { database: Parameters<typeof statement.execute>[0] }).database,
    ),
  );

const idsOf = async (store: SqlStore, table: string, column = 'id') => {
  const { rows } = await run(store, sql`select ${sql.ref(column)} as id from ${sql.table(table)}`);
  return (rows as { id: string }[]).map(({ id }) => id).sort();
};

/** One row per name, so many days old. */
type Ages = Readonly<Record<string, number>>;

async function each(ages: Ages, insert: (name: string, at: number) => Promise<unknown>) {
  for (const [name, days] of Object.entries(ages)) await insert(name, now - days * day);
}

for (const stores of await sqlStores()) {
  afterAll(() => stores.close());

  describe(`what is over is forgotten in ${stores.name}`, () => {
    it('runs after 30 days, the last of each flow and those that wait never', async () => {
      const store = stores.create();
      const addRun = (id: string, status: string, at: number) =>
        run(
          store,
          sql`insert into flow_run (tenant, id, lane, connection, flow, cause, status, due_at, next_at,
            queued_at, attempt, interruptions, cancelled, options, ended_at)
            values ('t', ${id}, 'l', 'c', 'f', 'manual', ${status}, ${at}, ${at}, ${at}, 1, 0, 0, '{}', ${at})`,
        );
      await each({ done40: 40, failed40: 40, cancelled40: 40, done20: 20 }, (name, at) =>
        addRun(name, name.replace(/\d+/, ''), at),
      );
      const addSyncRun = (flow: string) => (name: string, at: number) =>
        run(
          store,
          sql`insert into sync_run (tenant, flow, run_id, mode, status, started_at, updated_at, counts)
            values ('t', ${flow}, ${flow + name}, 'full', ${name.replace(/\d+/, '')}, ${at}, ${at}, '{}')`,
        );
      await each({ done50: 50, done40: 40, running60: 60, done20: 20 }, addSyncRun('busy-'));
      await each({ done50: 50, done40: 40 }, addSyncRun('rare-'));
      const engine = sqlJobEngine({ store, clock });
      const runner = createFlowRunner({ store, engine, clock, flows: {} });
      runner.start();
      await expect.poll(() => idsOf(store, 'flow_run'), patiently).toEqual(['done20']);
      await expect
        .poll(() => idsOf(store, 'sync_run', 'run_id'), patiently)
        .toEqual(['busy-done20', 'busy-running60', 'rare-done40']);
      await runner.close();
      await engine.close();
    });

    it('jobs that failed for good after 30 days', async () => {
      const store = stores.create();
      await each({ failed40: 40, waiting40: 40, failed20: 20 }, (id, at) =>
        run(
          store,
          sql`insert into job (id, queue, tenant, status, run_at, attempt, attempts, data, beat_until, created_at)
            values (${id}, 'else', 't', ${id.replace(/\d+/, '')}, ${at}, 1, 1, '{}', 0, ${at})`,
        ),
      );
      const engine = sqlJobEngine({ store, clock });
      engine.work('mine', async () => undefined);
      await expect.poll(() => idsOf(store, 'job'), patiently).toEqual(['failed20', 'waiting40']);
      await engine.close();
    });

    it('events of the inbox after 7 days; a dead letter waits for somebody', async () => {
      const store = stores.create();
      await each({ done8: 8, discarded8: 8, dead90: 90, done6: 6 }, (id, at) =>
        run(
          store,
          sql`insert into inbox_event (tenant, scope, id, lane, sequence, event, status, attempts, next_at, received_at, ended_at)
            values ('t', 's', ${id}, '', 1, '{}', ${id.replace(/\d+/, '')}, 1, ${at}, ${at}, ${at})`,
        ),
      );
      const engine = sqlJobEngine({ store, clock });
      const inbox = createWebhookInbox({ store, engine, clock, handle: async () => undefined });
      inbox.start();
      await expect.poll(() => idsOf(store, 'inbox_event'), patiently).toEqual(['dead90', 'done6']);
      await inbox.close();
      await engine.close();
    });

    it('deliveries of the outbox after 7 days; a dead letter waits for somebody', async () => {
      const store = stores.create();
      await each({ done8: 8, discarded8: 8, dead90: 90, done6: 6 }, (id, at) =>
        run(
          store,
          sql`insert into outbox_delivery (tenant, endpoint, id, lane, sequence, type, body, status, attempts, next_at, created_at, ended_at)
            values ('t', 'e', ${id}, '', 1, 'x', '{}', ${id.replace(/\d+/, '')}, 1, ${at}, ${at}, ${at})`,
        ),
      );
      const engine = sqlJobEngine({ store, clock });
      const secretsOf = async () => 'whsec_';
      const outbox = createWebhookOutbox({ store, engine, clock, secretsOf });
      outbox.start();
      await expect
        .poll(() => idsOf(store, 'outbox_delivery'), patiently)
        .toEqual(['dead90', 'done6']);
      await outbox.close();
      await engine.close();
    });

    it('of those who stay, when another tenant has moved', async () => {
      const store = stores.create();
      await each({ done40: 40, done20: 20 }, async (name, at) => {
        for (const tenant of ['moved', 'stays']) {
          await run(
            store,
            sql`insert into flow_run (tenant, id, lane, connection, flow, cause, status, due_at, next_at,
              queued_at, attempt, interruptions, cancelled, options, ended_at)
              values (${tenant}, ${tenant + name}, 'l', 'c', 'f', 'manual', 'done', ${at}, ${at}, ${at}, 1, 0, 0, '{}', ${at})`,
          );
        }
      });
      await migrateState({ from: store, to: stores.create(), tenant: 'moved' });
      const engine = sqlJobEngine({ store, clock });
      const runner = createFlowRunner({ store, engine, clock, flows: {} });
      runner.start();
      await expect
        .poll(() => idsOf(store, 'flow_run'), patiently)
        .toEqual(['moveddone20', 'moveddone40', 'staysdone20']);
      await runner.close();
      await engine.close();
    });

    it('in parts, however much it is, and again every hour', async () => {
      const store = stores.create();
      const clock = manualClock(now);
      const at = now - 40 * day;
      const list = Array.from({ length: 2500 }, (_, index) => index);
      const rows = sql.join(
        list.map(
          (index) => sql`(${`j${index}`}, 'else', 't', 'failed', ${at + index}, 1, 1, '{}', 0, 0)`,
        ),
      );
      const columns = sql`(id, queue, tenant, status, run_at, attempt, attempts, data, beat_until, created_at)`;
      await run(store, sql`insert into job ${columns} values ${rows}`);
      const engine = sqlJobEngine({ store, clock, keepFailedMs: 40 * day });
      engine.work('mine', async () => undefined);
      await expect.poll(() => idsOf(store, 'job'), patiently).toHaveLength(2500);
      await expect
        .poll(async () => {
          await clock.advance(600_000);
          return (await idsOf(store, 'job')).length;
        }, patiently)
        .toBe(0);
      await engine.close();
    });
  });
}
