import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../toolkit/create-sandbox.ts';
import { type CommonSandbox, startCommonSandbox } from './common-sandbox.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let receiver: Sandbox;
let statuses: number[];
let waits: number[];
let sandbox: CommonSandbox;

beforeEach(async () => {
  statuses = [];
  waits = [];
  receiver = await createSandbox({
    routes: [
      { method: 'POST', path: '/hook', handler: () => ({ status: statuses.shift() ?? 200 }) },
    ],
  });
  sandbox = await startCommonSandbox({
    records: 10,
    webhook: {
      url: `${receiver.url}/hook`,
      secret,
      async sleep(milliseconds) {
        waits.push(milliseconds);
      },
    },
  });
});

afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

async function post(path: string): Promise<unknown> {
  const { client_id, client_secret } = sandbox.settings;
  const login = await fetch(`${sandbox.url}/api/v1/auth/login`, {
    method: 'POST',
    body: JSON.stringify({ client_id, client_secret }),
  });
  const { access_token } = (await login.json()) as { access_token: string };
  const authorization = `Bearer ${access_token}`;
  return (
    await fetch(`${sandbox.url}/api/v1${path}`, { method: 'POST', headers: { authorization } })
  ).json();
}

const approvals = () => sandbox.state.updates().filter(({ type }) => type === 'amendment.approved');

describe('webhooks', () => {
  it('are posted, signed, when an amendment is approved, and for nothing else', async () => {
    const [amended] = sandbox.actions.approveAmendments({ count: 1 });
    await sandbox.webhooksIdle();
    const [entry, ...others] = receiver.journal.entries();
    expect(others).toEqual([]);
    const order = sandbox.state.orders().find(({ id }) => id === amended!.id);
    const update = approvals()[0]!;
    expect(JSON.parse(entry!.body)).toEqual({
      update_id: update.update_id,
      type: 'amendment.approved',
      occurred_at: update.occurred_at,
      purchase_order: { ...order, erp_sync_status: 'pending' },
    });
    const { 'webhook-id': id, 'webhook-timestamp': timestamp } = entry!.headers;
    expect(id).toBe(update.update_id);
    expect(Number(timestamp)).toBe(Math.floor(sandbox.clock.now() / 1_000));
    const expected = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(`${id}.${timestamp}.${entry!.body}`)
      .digest('base64');
    expect(entry!.headers['webhook-signature']).toBe(`v1,${expected}`);
  });

  it('acknowledge the update when answered 200', async () => {
    sandbox.actions.approveAmendments({ count: 2 });
    await sandbox.webhooksIdle();
    expect(approvals().map(({ state }) => state)).toEqual(['acknowledged', 'acknowledged']);
  });

  it('are tried again on the ladder on anything but 200, then left to polling', async () => {
    statuses.push(202, 500, 204);
    sandbox.actions.approveAmendments({ count: 1 });
    await sandbox.webhooksIdle();
    expect(waits).toEqual([5_000, 300_000, 1_800_000]);
    expect(approvals()).toMatchObject([{ state: 'acknowledged' }]);

    statuses.push(...Array(8).fill(500));
    const [failed] = sandbox.actions.approveAmendments({ count: 1, po_number_prefix: 'CO-00001' });
    await sandbox.webhooksIdle();
    expect(approvals()[1]).toMatchObject({ state: 'failed' });
    const order = sandbox.state.orders().find(({ id }) => id === failed!.id);
    expect(order?.erp_sync_status).toBe('failed');
  });

  it('keeps a failed update in the queue and counts it as failed', async () => {
    statuses.push(...Array(8).fill(500));
    sandbox.actions.approveAmendments({ count: 1 });
    await sandbox.webhooksIdle();
    const { client_id, client_secret } = sandbox.settings;
    const login = await fetch(`${sandbox.url}/api/v1/auth/login`, {
      method: 'POST',
      body: JSON.stringify({ client_id, client_secret }),
    });
    const { access_token } = (await login.json()) as { access_token: string };
    const read = async (path: string) =>
      (
        await fetch(`${sandbox.url}/api/v1/erp-sync/${path}`, {
          headers: { authorization: `Bearer ${access_token}` },
        })
      ).json();
    expect(await read('status')).toMatchObject({ pending: 11, failed: 1 });
    expect(await read('pending-updates?type=amendment.approved')).toMatchObject({
      items: [{ update_id: approvals()[0]!.update_id }],
    });
  });

  it('are tested on demand', async () => {
    expect(await post('/erp-sync/webhook-test')).toEqual({ delivered: true, status_code: 200 });
    expect(JSON.parse(receiver.journal.entries()[0]!.body)).toMatchObject({ type: 'webhook.test' });
    statuses.push(500);
    expect(await post('/erp-sync/webhook-test')).toEqual({ delivered: false, status_code: 500 });
    sandbox.actions.setWebhook({});
    expect(await post('/erp-sync/webhook-test')).toEqual({ delivered: false, status_code: null });
  });

  it('come twice and out of order when the test wants so', async () => {
    sandbox.actions.holdWebhooks();
    sandbox.actions.approveAmendments({ count: 3 });
    sandbox.actions.releaseWebhooks({ order: 'reversed' });
    await sandbox.webhooksIdle();
    const ids = approvals().map(({ update_id }) => update_id);
    sandbox.actions.redeliverWebhook({ update_id: ids[0]! });
    await sandbox.webhooksIdle();
    const received = receiver.journal.entries().map(({ headers }) => headers['webhook-id']!);
    expect([...received].sort()).toEqual([...ids, ids[0]!].sort());
  });
});
