import {
  type CommonSandbox,
  type CommonSandboxOptions,
  startCommonSandbox,
} from '@common/connector-sandbox/common';
import { afterEach, describe, expect, it } from 'vitest';
import type { CommonClient } from './common-client.ts';
import { type CommonClientOptions, createCommonClient } from './create-common-client.ts';

const companyId = 'b7f6c1de-3f0a-4c5e-9a51-2d6c8e0f1a10';
const sellerClient = { clientId: 'seller', clientSecret: 'seller-secret' };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(
  options: CommonSandboxOptions = {},
  change: Partial<CommonClientOptions> = {},
): Promise<{ sandbox: CommonSandbox; client: CommonClient }> {
  const sandbox = await startCommonSandbox(options);
  const client = clientOf(sandbox, change);
  closers.push(() => client.close(), sandbox.close);
  return { sandbox, client };
}

function clientOf(sandbox: CommonSandbox, change: Partial<CommonClientOptions> = {}): CommonClient {
  return createCommonClient({
    baseUrl: sandbox.url,
    clientId: sandbox.settings.client_id,
    clientSecret: sandbox.settings.client_secret,
    companyId: sandbox.settings.company_id,
    // Waits of the back-off have their own tests.
    retry: { baseDelayMs: 0, throttleBaseDelayMs: 0 },
    ...change,
  });
}

const sellerOf = (sandbox: CommonSandbox) =>
  sandbox.state.companies().find((company) => company.external_id === '17300001')?.id as string;

const orderOf = (sandbox: CommonSandbox, poNumber = '4500000001-10') => ({
  po_number: poNumber,
  buyer_company_id: companyId,
  seller_company_id: sellerOf(sandbox),
  product_id: '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  quantity: '5.000',
  unit_price: '100.00',
  unit: 'C62',
  delivery_date: '2026-12-01',
});

async function collect<T>(pages: AsyncIterable<{ readonly items: readonly T[] }>): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page.items);
  return items;
}

describe('signing in', () => {
  it('happens once for many first calls', async () => {
    const { sandbox, client } = await start({ records: 3 });
    await Promise.all(Array.from({ length: 10 }, () => client.purchaseOrders.list()));
    expect(sandbox.journal.count({ operation: 'login' })).toBe(1);
    expect(sandbox.journal.count({ operation: 'listPurchaseOrders' })).toBe(10);
  });

  it('can be asked for, and refreshed, for its own sake', async () => {
    const { client } = await start();
    const token = await client.auth.login();
    expect(token).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
    const renewed = await client.auth.refresh({ refreshToken: token.refresh_token as string });
    expect(renewed.access_token).not.toBe(token.access_token);
  });

  it('is renewed by the refresh token when the access token ends in the middle', async () => {
    const { sandbox, client } = await start({ records: 3 });
    await client.erpSync.status();
    sandbox.faults.add({ kind: 'expired-token' });
    await Promise.all([1, 2, 3, 4].map(() => client.purchaseOrders.list()));
    expect(sandbox.journal.count({ operation: 'refresh' })).toBe(1);
    expect(sandbox.journal.count({ operation: 'login' })).toBe(1);
  });

  it('starts over when the refresh token is refused', async () => {
    const { sandbox, client } = await start({ refreshTokenSeconds: 10 });
    await client.erpSync.status();
    sandbox.clock.advance(20_000);
    sandbox.faults.add({ kind: 'expired-token' });
    await client.erpSync.status();
    expect(sandbox.journal.count({ operation: 'refresh', status: 401 })).toBe(1);
    expect(sandbox.journal.count({ operation: 'login', status: 200 })).toBe(2);
  });

  it('ends after one recovery when Common answers 401 for ever', async () => {
    const { sandbox, client } = await start();
    sandbox.faults.add({
      kind: 'status',
      status: 401,
      times: 100,
      match: { operation: 'getSyncStatus' },
    });
    await expect(client.erpSync.status()).rejects.toMatchObject({
      code: 'ERR_AUTHENTICATION_FAILED',
      category: 'authentication',
      vendorCode: 'INVALID_TOKEN',
    });
    expect(sandbox.journal.count({ operation: 'getSyncStatus' })).toBe(2);
  });

  it('says which credentials to check when they are wrong, without showing them', async () => {
    const { client } = await start({}, { clientSecret: 'canary-secret' });
    const error = await client.erpSync.status().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ERR_AUTHENTICATION_FAILED', httpStatus: 401 });
    expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain(
      'canary',
    );
  });

  it('refuses a token of another company before anything is read with it', async () => {
    const { sandbox, client } = await start(
      {},
      { companyId: '6f1c2a4e-0f1b-4c8e-9a55-0d7d3c1e2b10' },
    );
    await expect(client.purchaseOrders.list()).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      path: 'companyId',
    });
    expect(sandbox.journal.count({ operation: 'listPurchaseOrders' })).toBe(0);
  });
});

describe('purchase orders', () => {
  it('are created, read, changed, and answer what Common stored', async () => {
    const { sandbox, client } = await start();
    const created = await client.purchaseOrders.create(orderOf(sandbox));
    expect(created).toMatchObject({
      ...orderOf(sandbox),
      total_amount: '500.00',
      status: 'pending',
      amendment_status: 'none',
      erp_sync_status: 'pending',
    });
    const changed = await client.purchaseOrders.update(created.id, { quantity: '7.250' });
    expect(changed).toMatchObject({ quantity: '7.250', total_amount: '725.00', unit: 'C62' });
    expect(await client.purchaseOrders.get(created.id)).toEqual(changed);
  });

  it('that do not exist are undefined', async () => {
    const { client } = await start();
    expect(await client.purchaseOrders.get('6f1c2a4e-0f1b-4c8e-9a55-0d7d3c1e2b10')).toBe(undefined);
  });

  it('are confirmed by their seller', async () => {
    const { sandbox, client } = await start();
    const order = await client.purchaseOrders.create(orderOf(sandbox));
    expect(await client.purchaseOrders.sellerConfirm(order.id)).toMatchObject({
      status: 'confirmed',
    });
  });

  it('are amended by proposal and decision', async () => {
    const { sandbox, client } = await start();
    const { id } = await client.purchaseOrders.create(orderOf(sandbox));
    expect(
      await client.purchaseOrders.proposeChanges(id, {
        proposed_quantity: '6.000',
        proposed_quantity_unit: 'C62',
        amendment_reason: 'short of steel',
      }),
    ).toMatchObject({
      amendment_status: 'proposed',
      proposed_quantity: '6.000',
      amendment_reason: 'short of steel',
      quantity: '5.000',
    });
    expect(
      await client.purchaseOrders.approveChanges(id, { approve: true, buyer_notes: 'fine' }),
    ).toMatchObject({ amendment_status: 'approved', quantity: '6.000' });
    expect(sandbox.state.amendments()).toMatchObject([{ approve: true, buyer_notes: 'fine' }]);
  });

  it.each([
    [{ status: 'confirmed' }, 2],
    [{ po_number: 'CO-000003' }, 1],
    [{ updated_since: '2026-01-05T08:00:00.004Z' }, 4],
    [{ buyer_company_id: companyId }, 5],
    [{ seller_company_id: '6f1c2a4e-0f1b-4c8e-9a55-0d7d3c1e2b10' }, 0],
  ])('are filtered by %j', async (filter, count) => {
    const { sandbox, client } = await start({ records: 5 });
    sandbox.actions.confirmOrders({ count: 2 });
    expect((await client.purchaseOrders.list(filter)).items).toHaveLength(count);
  });

  it('are read page by page, only as far as they are asked for', async () => {
    const { sandbox, client } = await start({ records: 25 });
    const ids = await collect(client.purchaseOrders.pages({ page_size: 10 }));
    expect(new Set(ids.map((order) => order.id)).size).toBe(25);
    sandbox.journal.clear();
    for await (const page of client.purchaseOrders.pages({ page_size: 10 })) {
      expect(page.items).toHaveLength(10);
      break;
    }
    expect(sandbox.journal.count({ operation: 'listPurchaseOrders' })).toBe(1);
  });
});

describe('a lost answer', () => {
  it('does not double what was created', async () => {
    const { sandbox, client } = await start();
    sandbox.faults.add({
      kind: 'reset-after',
      times: 2,
      match: { operation: 'createPurchaseOrder' },
    });
    const created = await client.purchaseOrders.create(orderOf(sandbox));
    expect(sandbox.state.orders().map((order) => order.id)).toEqual([created.id]);
    expect(sandbox.journal.count({ operation: 'createPurchaseOrder' })).toBe(3);
  });

  it.each(['truncate-body', 'malformed-json'])(
    'is asked for again when it comes cut (%s)',
    async (kind) => {
      const { sandbox, client } = await start();
      sandbox.faults.add({ kind, match: { operation: 'createPurchaseOrder' } });
      await client.purchaseOrders.create(orderOf(sandbox));
      expect(sandbox.state.orders()).toHaveLength(1);
    },
  );

  it('is unknown when it never comes', async () => {
    const { sandbox, client } = await start();
    sandbox.faults.add({
      kind: 'reset-after',
      times: 100,
      match: { operation: 'createPurchaseOrder' },
    });
    await expect(client.purchaseOrders.create(orderOf(sandbox))).rejects.toMatchObject({
      code: 'ERR_NETWORK',
      outcomeUnknown: true,
    });
  });

  it('of the same key across processes is the first answer, and a conflict with another body', async () => {
    const { sandbox, client } = await start();
    const other = clientOf(sandbox);
    closers.push(() => other.close());
    const idempotencyKey = 'order-1';
    const first = await client.purchaseOrders.create(orderOf(sandbox), { idempotencyKey });
    const second = await other.purchaseOrders.create(orderOf(sandbox), { idempotencyKey });
    expect(second).toEqual(first);
    await expect(
      other.purchaseOrders.create({ ...orderOf(sandbox), quantity: '6.000' }, { idempotencyKey }),
    ).rejects.toMatchObject({ code: 'ERR_CONFLICT', vendorCode: 'IDEMPOTENCY_CONFLICT' });
  });
});

describe('pending updates', () => {
  it('stay until they are acknowledged; twice is harmless', async () => {
    const { client } = await start({ records: 3 });
    const { items } = await client.erpSync.pendingUpdates();
    expect(items.map((update) => update.type)).toEqual(Array(3).fill('purchase_order.created'));
    expect(items[0]?.purchase_order.po_number).toBe('CO-000001');
    const ids = items.map((update) => update.update_id);
    expect(await client.erpSync.acknowledge(ids)).toEqual({ acknowledged: 3 });
    expect(await client.erpSync.acknowledge(ids)).toEqual({ acknowledged: 0 });
    expect((await client.erpSync.pendingUpdates()).items).toEqual([]);
    expect(await client.erpSync.status()).toMatchObject({ pending: 0, acknowledged: 3, failed: 0 });
  });

  it('are read by type', async () => {
    const { sandbox, client } = await start({ records: 5 });
    sandbox.actions.approveAmendments({ count: 2 });
    const updates = await collect(
      client.erpSync.pendingUpdatePages({ type: ['amendment.approved'], page_size: 1 }),
    );
    expect(updates.map((update) => update.type)).toEqual(Array(2).fill('amendment.approved'));
  });

  it('reach a webhook, as far as a test tells', async () => {
    const { client } = await start();
    expect(await client.erpSync.webhookTest()).toMatchObject({ delivered: false });
  });
});

describe('companies and relationships', () => {
  it('are listed and found by our number', async () => {
    const { sandbox, client } = await start({ sellers: 7 });
    const all = await collect(client.companies.pages({ page_size: 3 }));
    expect(all.map((company) => company.company_type).toSorted()).toEqual([
      'buyer',
      ...Array(7).fill('seller'),
    ]);
    const found = await client.companies.list({ external_id: '17300001' });
    expect(found.items.map((company) => company.id)).toEqual([sellerOf(sandbox)]);
    expect(
      (await client.businessRelationships.list({ status: 'active', page_size: 200 })).items,
    ).toHaveLength(7);
  });

  it('grow by an invitation', async () => {
    const { client } = await start({ sellers: 0 });
    const invited = await client.businessRelationships.inviteSupplier({
      company_name: 'Steel Works',
      email: 'sales@steel.example',
      external_id: '42',
    });
    expect(invited).toMatchObject({ status: 'invited', invited_email: 'sales@steel.example' });
    const pages = client.businessRelationships.pages();
    expect(await collect(pages)).toEqual([invited]);
  });

  it('belong to the company that signed in', async () => {
    const { sandbox, client } = await start({
      clients: [{ ...sellerClient, companyId: '0c8d1d62-7d2f-5c5e-8f43-0f1a1b1c1d1e' }],
    });
    await client.purchaseOrders.create(orderOf(sandbox));
    const seller = clientOf(sandbox, {
      ...sellerClient,
      companyId: '0c8d1d62-7d2f-5c5e-8f43-0f1a1b1c1d1e',
    });
    closers.push(() => seller.close());
    expect((await seller.purchaseOrders.list()).items).toEqual([]);
  });
});

describe('an error of Common', () => {
  it.each([
    [400, 'ERR_VALIDATION', 'validation', 'VALIDATION_ERROR'],
    [403, 'ERR_PERMISSION_DENIED', 'permission', 'FORBIDDEN'],
    [404, 'ERR_NOT_FOUND', 'not-found', 'NOT_FOUND'],
    [405, 'ERR_UNSUPPORTED_OPERATION', 'unsupported', 'METHOD_NOT_ALLOWED'],
    [409, 'ERR_CONFLICT', 'conflict', 'CONFLICT'],
    [429, 'ERR_RATE_LIMITED', 'rate-limit', 'RATE_LIMITED'],
    [500, 'ERR_TRANSIENT', 'transient', 'INTERNAL_ERROR'],
    [503, 'ERR_TRANSIENT', 'transient', 'SERVICE_UNAVAILABLE'],
  ])('%i is %s, with its code and request id', async (status, code, category, vendorCode) => {
    const { sandbox, client } = await start();
    sandbox.faults.add({
      kind: 'status',
      status,
      times: 100,
      match: { operation: 'getSyncStatus' },
    });
    await expect(client.erpSync.status()).rejects.toMatchObject({
      code,
      category,
      vendorCode,
      httpStatus: status,
      system: 'common',
      operation: 'erpSync.status',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('says what was wrong with the data', async () => {
    const { sandbox, client } = await start();
    await expect(
      client.purchaseOrders.create({ ...orderOf(sandbox), quantity: '-1.000' }),
    ).rejects.toMatchObject({
      category: 'validation',
      message: expect.stringContaining('quantity: must be more than 0'),
    });
  });

  it('that does not last is not seen', async () => {
    const { sandbox, client } = await start();
    sandbox.faults.add({ kind: 'status', status: 503, times: 2 });
    sandbox.faults.add({ kind: 'reset-before', times: 1 });
    expect(await client.erpSync.status()).toMatchObject({ pending: 0 });
  });

  it('is one too when a page for people comes with status 200', async () => {
    const { sandbox, client } = await start();
    sandbox.faults.add({ kind: 'html-page', times: 100, match: { operation: 'getSyncStatus' } });
    await expect(client.erpSync.status()).rejects.toMatchObject({ code: 'ERR_UNEXPECTED_CONTENT' });
  });
});

describe('a signal', () => {
  it('ends a call at once', async () => {
    const { sandbox, client } = await start();
    await client.erpSync.status();
    sandbox.faults.add({ kind: 'slow-headers', delayMs: 20_000 });
    const abort = new AbortController();
    const call = client.erpSync.status({ signal: abort.signal });
    setImmediate(() => abort.abort());
    await expect(call).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });
});
