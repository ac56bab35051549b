import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startCommonSandbox } from '@common/connector-sandbox/common';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectorEvent } from '../contract/connector-event.ts';
import { nodeHandler } from '../webhooks/adapters/node-handler.ts';
import { common } from './common-connector.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A hub and a server for its webhooks. */
async function start(options: { readonly secret: string }) {
  // Webhooks are signed with the sender's time.
  const sandbox = await startCommonSandbox({ clock: { startAt: Date.now(), mode: 'ticking' } });
  closers.push(sandbox.close);
  const hub = common({
    baseUrl: sandbox.url,
    clientId: sandbox.settings.client_id,
    clientSecret: sandbox.settings.client_secret,
    companyId: sandbox.settings.company_id,
    webhook: { secrets: options.secret },
  });
  closers.push(() => hub.disconnect());
  const events: ConnectorEvent[] = [];
  const receive = hub.receiveWebhook;
  if (receive === undefined) throw new Error('no receiveWebhook');
  const store = async (more: readonly ConnectorEvent[]) => void events.push(...more);
  const server = createServer(nodeHandler({ receive, store })).listen(0, '127.0.0.1');
  closers.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
  return { sandbox, hub, events, url };
}

describe('webhooks of Common', () => {
  it('name the amendment of an order, each update once, also when it is sent again', async () => {
    const { sandbox, events, url } = await start({ secret });
    sandbox.actions.seedOrders({ count: 3 });
    sandbox.actions.setWebhook({ url, secret });
    const amended = sandbox.actions.approveAmendments({ count: 2 });
    await sandbox.webhooksIdle();
    for (const { id } of [...sandbox.state.webhooks()]) {
      sandbox.actions.redeliverWebhook({ update_id: id });
    }
    await sandbox.webhooksIdle();

    const approved = events.filter(({ type }) => type === 'amendment.approved');
    expect(approved.map(({ entity, key, op }) => ({ entity, key, op }))).toEqual(
      expect.arrayContaining(
        amended.map(({ id }) => ({ entity: 'amendment', key: id, op: 'upsert' })),
      ),
    );
    expect(approved).toHaveLength(2);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(sandbox.state.webhooks().length).toBeGreaterThan(events.length);
  });

  it('tell a test from an update', async () => {
    const { sandbox, hub, events, url } = await start({ secret });
    sandbox.actions.setWebhook({ url, secret });
    expect(await hub.call('testWebhook', {})).toMatchObject({ delivered: true });
    expect(events).toMatchObject([{ type: 'webhook.test', entity: undefined, key: undefined }]);
  });

  it('are refused with 401 when another secret signed them', async () => {
    const { sandbox, hub, events, url } = await start({ secret: `whsec_${'A'.repeat(32)}` });
    sandbox.actions.setWebhook({ url, secret });
    expect(await hub.call('testWebhook', {})).toMatchObject({ delivered: false, status_code: 401 });
    expect(events).toEqual([]);
  });
});
