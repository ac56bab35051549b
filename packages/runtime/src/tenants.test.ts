import { manualClock } from '@common/connector-core';
import { afterAll, describe, expect, it } from 'vitest';
import { databaseOf, sqlJobEngine } from './jobs/sql-job-engine.ts';
import { createFlowRunner } from './schedules/flow-runner.ts';
import { sqlStores } from './testing/sql-stores.ts';
import { createWebhookInbox } from './webhooks/webhook-inbox.ts';
import { createWebhookOutbox } from './webhooks/webhook-outbox.ts';

/** Each is somebody else than the first, whatever a database or a language makes of it. */
const others = ['T1', 't1 ', "t1' or '1'='1", 't%', '', '__proto__', 'té1', 'te\u03011'];
const tables = ['flow_run', 'job_schedule', 'inbox_event', 'outbox_endpoint', 'outbox_delivery'];

// Connections have tests of their own: testing/registry/isolation-suite.ts.
for (const stores of await sqlStores()) {
  afterAll(() => stores.close());

  describe(`flows, events and deliveries of a tenant in ${stores.name}`, () => {
    it('are reached by no other, in any operation, with all names and ids', async () => {
      const clock = manualClock();
      const store = stores.create({ clock });
      const engine = sqlJobEngine({ store, clock });
      const runner = createFlowRunner({ store, engine, clock, flows: {} });
      const inbox = createWebhookInbox({ store, engine, clock, handle: async () => undefined });
      const secretsOf = async () => 'whsec_';
      const outbox = createWebhookOutbox({ store, engine, clock, secretsOf });
      const flow = { tenant: 't1', connection: 'erp', flow: 'orders' };
      const event = { scope: 's', id: 'e1' };
      const delivery = { endpoint: 'p1', id: 'm1' };
      const url = 'https://hook.example';
      await runner.schedule({ ...flow, cron: '0 6 * * *' });
      const { id } = await runner.run(flow);
      await inbox.storeFor({ tenant: 't1', scope: 's' })([{ id: 'e1', type: 'x', key: '1' }]);
      await outbox.setEndpoint({ tenant: 't1', id: 'p1', url });
      await outbox.send({ tenant: 't1', type: 'x', data: {}, id: 'm1' });
      const [schedule] = await runner.schedules('t1');
      const rows = () =>
        store.transaction(
          async (state) => {
            const found = [];
            for (const table of tables) {
              const of = databaseOf(state)
                .selectFrom(table as 'flow_run')
                .selectAll();
              found.push(await of.where('tenant', '=', 't1').execute());
            }
            return found;
          },
          { readOnly: true },
        );
      const before = await rows();
      expect(before.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1]);

      for (const tenant of others) {
        const theirs = { ...flow, tenant };
        expect(await runner.get({ tenant, id })).toBeUndefined();
        expect(await runner.history(theirs)).toEqual([]);
        expect(await runner.schedules(tenant)).toEqual([]);
        expect(await runner.usedBy({ tenant, code: 'erp' })).toEqual([]);
        await expect(runner.cancel({ tenant, id })).rejects.toMatchObject({
          code: 'ERR_NOT_FOUND',
        });
        await expect(runner.pause(theirs)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
        await expect(runner.resume(theirs)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
        expect(await runner.unschedule(theirs)).toBe(false);
        const key = { tenant, id: schedule?.id ?? '' };
        expect(await engine.schedules.get(key)).toBeUndefined();
        expect(await engine.schedules.remove(key)).toBe(false);
        expect(await inbox.list({ tenant })).toEqual([]);
        expect(await inbox.replay({ tenant, ...event })).toBe(false);
        expect(await inbox.discard({ tenant, ...event }, 'x')).toBe(false);
        expect(await inbox.replayDead(tenant)).toBe(0);
        expect(await outbox.endpoints(tenant)).toEqual([]);
        expect(await outbox.list({ tenant, endpoint: 'p1' })).toEqual([]);
        expect(await outbox.replay({ tenant, ...delivery })).toBe(false);
        expect(await outbox.discard({ tenant, ...delivery }, 'x')).toBe(false);
        expect(await outbox.removeEndpoint({ tenant, id: 'p1' })).toBe(false);
        await outbox.send({ tenant, type: 'x', data: {}, id: 'm1' });
      }
      // Nor by one that has the same of everything.
      const twin = { ...flow, tenant: 'T1' };
      await runner.schedule({ ...twin, cron: '0 6 * * *' });
      await runner.run(twin);
      await store.transaction(async (state) => {
        const theirs = databaseOf(state).updateTable('flow_run').where('tenant', '=', 'T1');
        await theirs.set({ id }).execute();
      });
      await inbox.storeFor({ tenant: 'T1', scope: 's' })([{ id: 'e1', type: 'x', key: '1' }]);
      await outbox.setEndpoint({ tenant: 'T1', id: 'p1', url });
      await outbox.send({ tenant: 'T1', type: 'x', data: {}, id: 'm1' });
      await runner.pause(twin);
      await runner.unschedule(twin);
      await runner.cancel({ tenant: 'T1', id });
      await inbox.discard({ tenant: 'T1', ...event }, 'x');
      await outbox.discard({ tenant: 'T1', ...delivery }, 'x');
      await outbox.removeEndpoint({ tenant: 'T1', id: 'p1' });
      expect(await rows()).toEqual(before);
      await engine.close();
    });
  });
}
