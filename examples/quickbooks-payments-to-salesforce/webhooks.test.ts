import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ErpRecord, oauth2RefreshToken } from '@common/connector-core';
import { nodeHandler } from '@common/connector-core/webhooks';
import { quickbooks, quickbooksWebhooks } from '@common/connector-quickbooks';
import { sqlDeliveryLog, sqliteStore } from '@common/connector-runtime';
import { sqlJobEngine } from '@common/connector-runtime/jobs';
import { createWebhookInbox } from '@common/connector-runtime/webhooks';
import { startQuickbooksSandbox } from '@common/connector-sandbox/quickbooks';
import { expect, it } from 'vitest';

it('one address for all companies: each event is kept for its tenant, and read with its connection', async () => {
  const realms = { acme: '9341453172000001', beta: '9341453172000002' };
  const tenants = Object.fromEntries(Object.entries(realms).map(([name, id]) => [id, name]));
  const companies = Object.values(realms).map((realmId) => ({ realmId }));
  const sandbox = await startQuickbooksSandbox({ companies, customers: 1 });
  const { tokenUrl, clientId, clientSecret, webhookVerifierToken } = sandbox.settings;
  const connections = Object.fromEntries(
    companies.map(({ realmId }) => {
      const { refreshToken } = sandbox.actions.connect({ realmId });
      const auth = oauth2RefreshToken({ tokenUrl, clientId, clientSecret, refreshToken });
      return [realmId, quickbooks({ baseUrl: sandbox.url, realmId, auth })];
    }),
  );

  const store = sqliteStore({ path: ':memory:' });
  const engine = sqlJobEngine({ store });
  const seen: Record<string, readonly (ErpRecord | undefined)[]> = {};
  const inbox = createWebhookInbox({
    store,
    engine,
    async handle({ tenant: realmId = '', entity, key = '' }, { tenant }) {
      if (entity !== 'customer') return;
      // Events bring no data.
      const record = await connections[realmId]?.get(entity, key);
      seen[tenant] = [...(seen[tenant] ?? []), record];
    },
  });
  const receive = quickbooksWebhooks({
    verifierTokens: webhookVerifierToken,
    deliveries: sqlDeliveryLog({ store }),
  });
  const server = createServer(
    nodeHandler({
      receive,
      // All of a request or nothing, before Intuit gets its answer.
      store: (events) =>
        store.transaction(async (state) => {
          for (const [realmId = '', own] of Map.groupBy(events, ({ tenant }) => tenant)) {
            const place = { tenant: tenants[realmId] ?? 'unknown', scope: 'quickbooks' };
            await inbox.add({ ...place, laneOf: () => realmId, events: own }, state);
          }
        }),
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  inbox.start();

  try {
    const { port } = server.address() as AddressInfo;
    sandbox.actions.setWebhook({ url: `http://127.0.0.1:${port}/quickbooks` });
    sandbox.actions.holdWebhooks();
    for (const [name, realmId] of Object.entries(realms)) {
      const fields = { CompanyName: `Customer of ${name}` };
      sandbox.actions.change({ realmId, entity: 'Customer', id: '1', fields });
    }
    sandbox.actions.releaseWebhooks({});
    await sandbox.webhooksIdle();
    const [delivery, ...others] = sandbox.state.webhooks();
    expect(others).toEqual([]);
    sandbox.actions.redeliverWebhook({ id: delivery?.id ?? '' });
    await sandbox.webhooksIdle();
    await expect.poll(() => Object.keys(seen).length, { timeout: 30_000 }).toBe(2);
    expect(seen).toMatchObject({
      acme: [{ name2: 'Customer of acme' }],
      beta: [{ name2: 'Customer of beta' }],
    });
  } finally {
    await inbox.close();
    await engine.close();
    server.close();
    await Promise.all(Object.values(connections).map((connection) => connection.disconnect()));
    await sandbox.close();
    await store.close();
  }
});
