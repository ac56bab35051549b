import { afterEach, describe, expect, it } from 'vitest';
import {
  type CommonSandbox,
  type CommonSandboxOptions,
  startCommonSandbox,
} from './common-sandbox.ts';
import type { CommonPurchaseOrder } from './purchase-order.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes are inspected field by field
  readonly body: any;
}

let sandbox: CommonSandbox;
let token: string;

afterEach(() => sandbox.close());

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(`${sandbox.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : null };
}

async function login(clientId = 'common-demo', clientSecret = 'common-demo-secret') {
  const answer = await call('POST', '/auth/login', {
    client_id: clientId,
    client_secret: clientSecret,
  });
  token = answer.body.access_token;
  return answer;
}

async function start(options: CommonSandboxOptions = {}): Promise<void> {
  sandbox = await startCommonSandbox(options);
  await login();
}

const sellerId = (index = 0): string =>
  sandbox.state.companies().filter(({ company_type }) => company_type === 'seller')[index]!.id;

const newOrder = (more: object = {}) => ({
  po_number: '4500000001',
  seller_company_id: sellerId(),
  product_id: '6f1f1c2e-37a5-4c0b-9d8e-1a2b3c4d5e6f',
  quantity: '12.5',
  unit_price: '9.99',
  unit: 'EA',
  delivery_date: '2026-03-31',
  delivery_location: 'Hamburg',
  ...more,
});

async function create(more: object = {}): Promise<CommonPurchaseOrder> {
  const answer = await call('POST', '/purchase-orders', newOrder(more));
  expect(answer.status).toBe(201);
  return answer.body;
}

const expectInvalid = (answer: Answer, detail: string): void => {
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ error_code: 'VALIDATION_ERROR', detail });
};

describe('auth', () => {
  it('hands out a JWT for client credentials', async () => {
    await start({ accessTokenSeconds: 900 });
    const { status, body } = await login();
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'bearer', expires_in: 900 });
    const claims = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString());
    expect(claims).toMatchObject({ sub: 'common-demo', company_id: sandbox.settings.company_id });
    expect(claims.exp - claims.iat).toBe(900);
  });

  it('refuses wrong credentials, with the standard body', async () => {
    await start();
    const answer = await call('POST', '/auth/login', { client_id: 'x', client_secret: 'y' });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      error_code: 'INVALID_CREDENTIALS',
      detail: 'client_id or client_secret is wrong',
      request_id: answer.headers.get('x-request-id'),
      timestamp: sandbox.clock.iso(),
    });
    expectInvalid(
      await call('POST', '/auth/login', { client_id: 'x' }),
      'client_secret: must be a text that is not empty',
    );
  });

  it('refreshes an access token, keeping the refresh token', async () => {
    await start();
    const first = (await login()).body;
    const { status, body } = await call('POST', '/auth/refresh', {
      refresh_token: first.refresh_token,
    });
    expect(status).toBe(200);
    expect(body.refresh_token).toBe(first.refresh_token);
    expect(body.access_token).not.toBe(first.access_token);
    token = body.access_token;
    expect((await call('GET', '/companies')).status).toBe(200);
    const wrong = await call('POST', '/auth/refresh', { refresh_token: first.access_token });
    expect([wrong.status, wrong.body.error_code]).toEqual([401, 'INVALID_TOKEN']);
  });

  it.each([
    ['no token', undefined],
    ['another scheme', 'Basic YTpi'],
    ['a forged token', 'Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.AAAA'],
  ])('refuses %s on every secured endpoint', async (_name, authorization) => {
    await start();
    const headers = authorization === undefined ? {} : { authorization };
    for (const [method, path] of [
      ['POST', '/purchase-orders'],
      ['GET', '/purchase-orders'],
      ['GET', '/purchase-orders/x'],
      ['PUT', '/purchase-orders/x'],
      ['POST', '/purchase-orders/x/seller-confirm'],
      ['PUT', '/purchase-orders/x/propose-changes'],
      ['PUT', '/purchase-orders/x/approve-changes'],
      ['GET', '/erp-sync/status'],
      ['GET', '/erp-sync/pending-updates'],
      ['POST', '/erp-sync/acknowledge'],
      ['POST', '/erp-sync/webhook-test'],
      ['GET', '/companies'],
      ['GET', '/business-relationships'],
      ['POST', '/business-relationships/invite-supplier'],
    ] as const) {
      const answer = await fetch(`${sandbox.url}/api/v1${path}`, { method, headers });
      expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(await answer.json()).toMatchObject({ error_code: 'INVALID_TOKEN' });
    }
  });

  it('lets tokens expire by its clock', async () => {
    await start({ accessTokenSeconds: 60 });
    sandbox.clock.advance(59_000);
    expect((await call('GET', '/companies')).status).toBe(200);
    sandbox.clock.advance(1_000);
    expect((await call('GET', '/companies')).status).toBe(401);
    await login();
    expect((await call('GET', '/companies')).status).toBe(200);
  });

  it('kills the token of a call hit by expired-token, for good', async () => {
    await start();
    sandbox.faults.add({ kind: 'expired-token' });
    expect((await call('GET', '/companies')).status).toBe(401);
    expect((await call('GET', '/companies')).status).toBe(401);
    expect(sandbox.faults.injected.byKind).toEqual({ 'expired-token': 1 });
    await login();
    expect((await call('GET', '/companies')).status).toBe(200);
  });

  it('words injected statuses as the API would', async () => {
    await start();
    sandbox.faults.add({ kind: 'status', status: 429, retryAfter: 3 });
    const answer = await call('GET', '/companies');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3']);
    expect(answer.body).toMatchObject({ error_code: 'RATE_LIMITED' });
  });
});

describe('creating an order', () => {
  it('answers the whole order, decimals as strings with fixed places', async () => {
    await start();
    const answer = await call('POST', '/purchase-orders', newOrder());
    const { id } = answer.body;
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/api/v1/purchase-orders/${id}`);
    expect(answer.body).toEqual({
      id,
      po_number: '4500000001',
      buyer_company_id: sandbox.settings.company_id,
      seller_company_id: sellerId(),
      product_id: '6f1f1c2e-37a5-4c0b-9d8e-1a2b3c4d5e6f',
      quantity: '12.500',
      unit_price: '9.99',
      total_amount: '124.88',
      unit: 'EA',
      delivery_date: '2026-03-31',
      delivery_location: 'Hamburg',
      status: 'pending',
      amendment_status: 'none',
      proposed_quantity: null,
      amendment_reason: null,
      erp_sync_status: 'pending',
      created_at: '2026-01-05T08:00:00.001Z',
      updated_at: '2026-01-05T08:00:00.001Z',
    });
    expect((await call('GET', `/purchase-orders/${id}`)).body).toEqual(answer.body);
  });

  it('does not insist on unique order numbers, so that doubled writes show', async () => {
    await start();
    await create();
    await create();
    expect(sandbox.state.orders().map(({ po_number }) => po_number)).toEqual([
      '4500000001',
      '4500000001',
    ]);
  });

  it.each([
    [{ quantity: '1.2345' }, 'quantity: has more than 3 decimal places'],
    [{ quantity: 0 }, 'quantity: must be more than 0'],
    [{ quantity: '-1' }, 'quantity: must be more than 0'],
    [{ quantity: '1e3' }, 'quantity: must be a decimal such as "12.5"'],
    [{ quantity: '1234567890123' }, 'quantity: has more than 12 digits before the point'],
    [{ unit_price: 1.999 }, 'unit_price: has more than 2 decimal places'],
    [{ unit_price: null }, 'unit_price: must be a decimal such as "12.5"'],
    [{ delivery_date: '2026-02-30' }, 'delivery_date: must be a date such as "2026-01-31"'],
    [{ delivery_date: '31.01.2026' }, 'delivery_date: must be a date such as "2026-01-31"'],
    [{ product_id: 'TG11' }, 'product_id: must be a UUID'],
    [
      { seller_company_id: '00000000-0000-4000-8000-000000000000' },
      'seller_company_id: there is no such seller',
    ],
    [
      { buyer_company_id: '00000000-0000-4000-8000-000000000000' },
      'buyer_company_id: the order must belong to your company',
    ],
    [{ po_number: '' }, 'po_number: must be a text that is not empty'],
    [{ po_number: undefined }, 'po_number: is required'],
    [
      { status: 'open' },
      'status: must be one of draft, pending, confirmed, in_transit, delivered, cancelled, declined',
    ],
    [{ id: 'x' }, 'id: is set by the server'],
    [
      { total_amount: '1.00' },
      'total_amount: is computed by the server; quantity × unit_price is 124.88',
    ],
    [{ colour: 'red' }, 'colour: unknown field'],
  ])('refuses %j', async (more, detail) => {
    await start();
    expectInvalid(await call('POST', '/purchase-orders', newOrder(more)), detail);
    expect(sandbox.state.orders()).toEqual([]);
  });

  it('refuses what is no JSON object', async () => {
    await start();
    expectInvalid(await call('POST', '/purchase-orders', '{"a":'), 'The request body is not JSON');
    expectInvalid(await call('POST', '/purchase-orders', []), 'The body must be a JSON object');
  });
});

describe('changing an order', () => {
  it('leaves absent fields, recomputes the total, stamps and raises an update', async () => {
    await start();
    const order = await create();
    const { status, body } = await call('PUT', `/purchase-orders/${order.id}`, {
      quantity: 100,
      status: 'in_transit',
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...order,
      quantity: '100.000',
      total_amount: '999.00',
      status: 'in_transit',
      updated_at: '2026-01-05T08:00:00.002Z',
    });
    expect(sandbox.state.updates().map(({ type }) => type)).toEqual([
      'purchase_order.created',
      'purchase_order.updated',
    ]);
  });

  it('takes an order back as it was read, and does nothing when nothing changed', async () => {
    await start();
    const order = await create();
    const { status, body } = await call('PUT', `/purchase-orders/${order.id}`, order);
    expect([status, body]).toEqual([200, order]);
    expect(sandbox.state.updates()).toHaveLength(1);
    const changed = await call('PUT', `/purchase-orders/${order.id}`, { ...order, quantity: '1' });
    expect(changed.body.total_amount).toBe('9.99');
  });

  it('refuses to change what the server sets, the buyer, and unknown orders', async () => {
    await start();
    const { id } = await create();
    const path = `/purchase-orders/${id}`;
    expectInvalid(
      await call('PUT', path, { amendment_status: 'approved' }),
      'amendment_status: is set by the server',
    );
    expectInvalid(
      await call('PUT', path, { buyer_company_id: sellerId() }),
      'buyer_company_id: cannot be changed',
    );
    for (const unknown of ['00000000-0000-4000-8000-000000000000', 'x']) {
      const answer = await call('PUT', `/purchase-orders/${unknown}`, { quantity: 1 });
      expect([answer.status, answer.body.error_code]).toEqual([404, 'NOT_FOUND']);
    }
  });

  it('is confirmed from pending, repeatedly, but not from another status', async () => {
    await start();
    const { id } = await create();
    const confirm = () => call('POST', `/purchase-orders/${id}/seller-confirm`);
    expect((await confirm()).body.status).toBe('confirmed');
    expect((await confirm()).status).toBe(200);
    expect(sandbox.state.updates()).toHaveLength(2);
    await call('PUT', `/purchase-orders/${id}`, { status: 'delivered' });
    const late = await confirm();
    expect([late.status, late.body.error_code]).toEqual([409, 'CONFLICT']);
  });
});

describe('amendments', () => {
  const propose = (id: string, body: object): Promise<Answer> =>
    call('PUT', `/purchase-orders/${id}/propose-changes`, body);
  const decide = (id: string, body: object): Promise<Answer> =>
    call('PUT', `/purchase-orders/${id}/approve-changes`, body);

  it('change the quantity and total when approved', async () => {
    await start();
    const { id } = await create();
    const proposed = await propose(id, {
      proposed_quantity: '20',
      proposed_quantity_unit: 'EA',
      amendment_reason: 'More demand',
    });
    expect(proposed.status).toBe(200);
    expect(proposed.body).toMatchObject({
      quantity: '12.500',
      amendment_status: 'proposed',
      proposed_quantity: '20.000',
      amendment_reason: 'More demand',
    });
    const approved = await decide(id, { approve: true, buyer_notes: 'fine' });
    expect(approved.body).toMatchObject({
      quantity: '20.000',
      total_amount: '199.80',
      amendment_status: 'approved',
      proposed_quantity: '20.000',
    });
    expect(sandbox.state.amendments()).toMatchObject([
      {
        previous_quantity: '12.500',
        proposed_quantity: '20.000',
        approve: true,
        buyer_notes: 'fine',
      },
    ]);
    expect(sandbox.state.updates().map(({ type }) => type)).toEqual([
      'purchase_order.created',
      'amendment.proposed',
      'amendment.approved',
    ]);
  });

  it('leave the order alone when rejected, and may be proposed anew', async () => {
    await start();
    const { id } = await create();
    await propose(id, { proposed_quantity: '20' });
    const rejected = await decide(id, { approve: false });
    expect(rejected.body).toMatchObject({ quantity: '12.500', amendment_status: 'rejected' });
    expect((await propose(id, { proposed_quantity: '21' })).status).toBe(200);
    expect(sandbox.state.updates().map(({ type }) => type)).toContain('amendment.rejected');
  });

  it('are proposed one at a time; the same again changes nothing', async () => {
    await start();
    const { id } = await create();
    await propose(id, { proposed_quantity: '20' });
    expect((await propose(id, { proposed_quantity: '20.000' })).status).toBe(200);
    expect(sandbox.state.updates()).toHaveLength(2);
    expect((await propose(id, { proposed_quantity: '21' })).status).toBe(409);
  });

  it('are refused on closed orders, in another unit, or with nothing to decide', async () => {
    await start();
    const { id } = await create();
    expectInvalid(
      await propose(id, { proposed_quantity: '20', proposed_quantity_unit: 'KGM' }),
      'proposed_quantity_unit: must be the unit of the order, EA',
    );
    expect((await decide(id, { approve: true })).status).toBe(409);
    expectInvalid(await decide(id, { approve: 'yes' }), 'approve: must be true or false');
    for (const status of ['cancelled', 'declined', 'delivered']) {
      await call('PUT', `/purchase-orders/${id}`, { status });
      expect((await propose(id, { proposed_quantity: '20' })).status).toBe(409);
    }
  });
});

describe('listing orders', () => {
  async function listAll(query: string, between?: (page: number) => unknown): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; page === 0 || cursor !== null; page += 1) {
      const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await call('GET', `/purchase-orders?${query}${next}`);
      expect(answer.status).toBe(200);
      ids.push(...answer.body.items.map(({ id }: CommonPurchaseOrder) => id));
      cursor = answer.body.next_cursor;
      await between?.(page);
    }
    return ids;
  }

  it('pages to the end, also when all changed at the same moment', async () => {
    await start({ records: 120, clock: { advancePerWriteMs: 0 } });
    expect(new Set(sandbox.state.orders().map(({ updated_at }) => updated_at)).size).toBe(1);
    for (const pageSize of [1, 7, 60, 120, 200]) {
      const ids = await listAll(`page_size=${pageSize}`);
      expect(ids).toHaveLength(120);
      expect(new Set(ids).size).toBe(120);
      expect(ids).toEqual([...ids].sort());
    }
    expect((await call('GET', '/purchase-orders')).body.items).toHaveLength(50);
  });

  it('misses none while orders are inserted and changed between pages', async () => {
    await start({ records: 30 });
    const before = sandbox.state.orders().map(({ id }) => id);
    const ids = await listAll('page_size=10', async (page) => {
      if (page > 1) return;
      sandbox.actions.seedOrders({ count: 3 });
      await call('PUT', `/purchase-orders/${before[page * 12]}`, { quantity: '777' });
    });
    expect(new Set(ids).size).toBe(36);
    expect(new Set(ids)).toEqual(new Set(sandbox.state.orders().map(({ id }) => id)));
  });

  it('names the same cursor again when hit by repeated-cursor', async () => {
    await start({ records: 30 });
    sandbox.faults.add({ kind: 'repeated-cursor' });
    const first = (await call('GET', '/purchase-orders?page_size=10')).body.next_cursor;
    const path = `/purchase-orders?page_size=10&cursor=${first}`;
    expect((await call('GET', path)).body.next_cursor).toBe(first);
    expect((await call('GET', path)).body.next_cursor).not.toBe(first);
  });

  it('filters', async () => {
    await start({ records: 20 });
    sandbox.actions.confirmOrders({ count: 5 });
    const orders = sandbox.state.orders();
    const pick = (test: (order: CommonPurchaseOrder) => boolean): string[] =>
      orders
        .filter(test)
        .map(({ id }) => id)
        .sort();
    const list = async (query: string): Promise<string[]> => (await listAll(query)).sort();
    const seller = orders[3]!.seller_company_id;
    const since = orders[10]!.updated_at;
    expect(await list('status=confirmed')).toEqual(pick(({ status }) => status === 'confirmed'));
    expect(await list('status=confirmed,pending')).toHaveLength(20);
    expect(await list('status=draft')).toEqual([]);
    expect(await list(`seller_company_id=${seller}`)).toEqual(
      pick(({ seller_company_id }) => seller_company_id === seller),
    );
    expect(await list(`buyer_company_id=${seller}`)).toEqual([]);
    expect(await list(`buyer_company_id=${sandbox.settings.company_id}`)).toHaveLength(20);
    expect(await list('po_number=CO-000004')).toEqual([orders[3]!.id]);
    const changed = await list(`updated_since=${since}`);
    expect(changed).toEqual(pick(({ updated_at }) => updated_at >= since));
    expect(changed).toContain(orders[10]!.id);
    expect(changed.length).toBeLessThan(20);
  });

  it.each([
    ['page_size=0', 'page_size: must be an integer from 1 to 200'],
    ['page_size=201', 'page_size: must be an integer from 1 to 200'],
    ['page_size=ten', 'page_size: must be an integer from 1 to 200'],
    ['cursor=abc', 'cursor: is not one that this API handed out'],
    ['updated_since=yesterday', 'updated_since: must be an instant such as "2026-01-31T12:00:00Z"'],
    ['seller_company_id=4', 'seller_company_id: must be a UUID'],
    ['state=open', 'state: unknown query parameter'],
  ])('refuses %s', async (query, detail) => {
    await start();
    expectInvalid(await call('GET', `/purchase-orders?${query}`), detail);
  });

  it('shows a company only what it is a party of', async () => {
    await start({ records: 40 });
    const seller = sellerId(2);
    const buyer = sandbox.settings.company_id;
    const mine = sandbox.state.orders().filter((order) => order.seller_company_id === seller);
    const other = sandbox.state.orders().find((order) => order.seller_company_id !== seller)!;
    await sandbox.close();
    await start({
      records: 40,
      clients: [{ clientId: 'seller', clientSecret: 'seller-secret', companyId: seller }],
    });
    await login('seller', 'seller-secret');
    const ids = await listAll('page_size=5');
    expect(ids.sort()).toEqual(mine.map(({ id }) => id).sort());
    expect((await call('GET', `/purchase-orders/${other.id}`)).status).toBe(404);
    const companies = (await call('GET', '/companies')).body.items as { id: string }[];
    expect(companies.map(({ id }) => id).sort()).toEqual([buyer, seller].sort());
    expect((await call('GET', '/business-relationships')).body.items).toHaveLength(1);
    expect((await call('GET', '/erp-sync/status')).body.pending).toBe(mine.length);
  });
});

describe('updates for the ERP', () => {
  const listPending = async (query = ''): Promise<Answer['body']> =>
    (await call('GET', `/erp-sync/pending-updates${query}`)).body;

  it('stay pending until acknowledged, with the order as it is now', async () => {
    await start();
    const order = await create();
    const changed = (await call('PUT', `/purchase-orders/${order.id}`, { quantity: 3 })).body;
    const { items, next_cursor } = await listPending();
    expect(next_cursor).toBeNull();
    expect(items).toEqual([
      {
        update_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        type: 'purchase_order.created',
        occurred_at: order.updated_at,
        purchase_order: changed,
      },
      {
        update_id: expect.any(String),
        type: 'purchase_order.updated',
        occurred_at: changed.updated_at,
        purchase_order: changed,
      },
    ]);
    expect((await listPending()).items).toHaveLength(2);

    const acknowledge = (...ids: string[]): Promise<Answer> =>
      call('POST', '/erp-sync/acknowledge', { update_ids: ids });
    expect((await acknowledge(items[0].update_id)).body).toEqual({ acknowledged: 1 });
    expect((await call('GET', `/purchase-orders/${order.id}`)).body.erp_sync_status).toBe(
      'pending',
    );
    expect((await acknowledge(items[0].update_id, items[1].update_id, 'no')).body).toEqual({
      acknowledged: 1,
    });
    expect((await acknowledge(items[0].update_id)).body).toEqual({ acknowledged: 0 });
    expect((await listPending()).items).toEqual([]);
    const synced = (await call('GET', `/purchase-orders/${order.id}`)).body;
    expect(synced).toEqual({ ...changed, erp_sync_status: 'synced' });
    expect((await call('GET', '/erp-sync/status')).body).toEqual({
      pending: 0,
      acknowledged: 2,
      failed: 0,
      last_acknowledged_at: sandbox.clock.iso(),
    });
  });

  it('are paged, also while they are acknowledged, and filtered by type', async () => {
    await start({ records: 25 });
    sandbox.actions.approveAmendments({ count: 10 });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listPending(
        `?page_size=7&type=purchase_order.created,amendment.approved${cursor ? `&cursor=${cursor}` : ''}`,
      );
      const ids = page.items.map(({ update_id }: { update_id: string }) => update_id);
      seen.push(...ids);
      cursor = page.next_cursor;
      await call('POST', '/erp-sync/acknowledge', { update_ids: ids });
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(35);
    const rest = await listPending();
    expect(rest.items.map(({ type }: { type: string }) => type)).toEqual(
      Array.from({ length: 10 }, () => 'amendment.proposed'),
    );
    expect((await call('GET', '/erp-sync/pending-updates?type=order.gone')).status).toBe(400);
  });

  it('refuses a malformed acknowledgement', async () => {
    await start();
    for (const body of [{}, { update_ids: 'a' }, { update_ids: [1] }]) {
      expectInvalid(
        await call('POST', '/erp-sync/acknowledge', body),
        'update_ids: must be an array of update ids',
      );
    }
    expectInvalid(
      await call('POST', '/erp-sync/acknowledge', { update_ids: Array(1_001).fill('x') }),
      'update_ids: has more than 1000 ids',
    );
  });
});

describe('repeating a write', () => {
  it('answers the first answer to the same key and body, and does it once', async () => {
    await start();
    const key = { 'idempotency-key': 'order-1' };
    const first = await call('POST', '/purchase-orders', newOrder(), key);
    const again = await call('POST', '/purchase-orders', newOrder(), key);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(sandbox.state.orders()).toHaveLength(1);
  });

  it('refuses the key with another body or path', async () => {
    await start();
    const key = { 'idempotency-key': 'order-1' };
    const { body } = await call('POST', '/purchase-orders', newOrder(), key);
    const other = await call('POST', '/purchase-orders', newOrder({ quantity: 1 }), key);
    expect([other.status, other.body.error_code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    const confirm = await call('POST', `/purchase-orders/${body.id}/seller-confirm`, '', key);
    expect(confirm.status).toBe(409);
    expect(sandbox.state.orders()).toMatchObject([{ status: 'pending' }]);
  });

  it('replays errors too, and every other write', async () => {
    await start();
    const bad = { 'idempotency-key': 'bad' };
    expect((await call('POST', '/purchase-orders', {}, bad)).status).toBe(400);
    expect((await call('POST', '/purchase-orders', {}, bad)).status).toBe(400);
    const { id } = await create();
    const key = { 'idempotency-key': 'amend' };
    const path = `/purchase-orders/${id}/propose-changes`;
    const first = await call('PUT', path, { proposed_quantity: '5' }, key);
    await call('PUT', `/purchase-orders/${id}/approve-changes`, { approve: true });
    const again = await call('PUT', path, { proposed_quantity: '5' }, key);
    expect(again.body).toEqual(first.body);
    expect(sandbox.state.orders()[0]).toMatchObject({ amendment_status: 'approved' });
  });

  it('finds the order of a lost answer, by key and by number', async () => {
    await start();
    sandbox.faults.add({ kind: 'reset-after', match: { operation: 'createPurchaseOrder' } });
    const key = { 'idempotency-key': 'lost' };
    await expect(call('POST', '/purchase-orders', newOrder(), key)).rejects.toThrow('fetch failed');
    expect(sandbox.state.orders()).toHaveLength(1);
    const found = await call('GET', '/purchase-orders?po_number=4500000001');
    expect(found.body.items).toEqual(sandbox.state.orders());
    const again = await call('POST', '/purchase-orders', newOrder(), key);
    expect([again.status, again.body]).toEqual([201, found.body.items[0]]);
    expect(sandbox.state.orders()).toHaveLength(1);
  });
});

describe('companies and relationships', () => {
  it('lists the buyer and the sellers by their ERP numbers', async () => {
    await start({ sellers: 3 });
    const { items } = (await call('GET', '/companies')).body;
    expect(items).toHaveLength(4);
    const sellers = (await call('GET', '/companies?company_type=seller')).body.items;
    expect(sellers.map(({ external_id }: { external_id: string }) => external_id).sort()).toEqual([
      '17300001',
      '17300002',
      '17300003',
    ]);
    expect(sellers[0]).toEqual({
      id: expect.any(String),
      name: expect.any(String),
      company_type: 'seller',
      country: expect.stringMatching(/^[A-Z]{2}$/),
      external_id: expect.any(String),
      created_at: '2026-01-05T08:00:00.000Z',
      updated_at: '2026-01-05T08:00:00.000Z',
    });
    const found = (await call('GET', '/companies?external_id=17300002')).body.items;
    expect(found).toHaveLength(1);
  });

  it('invites a supplier: a company and a relationship that is invited', async () => {
    await start({ sellers: 2 });
    const invitation = { company_name: 'New GmbH', email: 'sales@new.example', external_id: '99' };
    const { status, body } = await call(
      'POST',
      '/business-relationships/invite-supplier',
      invitation,
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({
      buyer_company_id: sandbox.settings.company_id,
      status: 'invited',
      invited_email: 'sales@new.example',
    });
    const invited = await call('GET', '/business-relationships?status=invited');
    expect(invited.body.items).toEqual([body]);
    expect((await call('GET', '/business-relationships?status=active')).body.items).toHaveLength(2);
    const company = (await call('GET', '/companies?external_id=99')).body.items[0];
    expect(company).toMatchObject({ id: body.seller_company_id, name: 'New GmbH' });
    await create({ seller_company_id: company.id });
    const again = await call('POST', '/business-relationships/invite-supplier', invitation);
    expect(again.status).toBe(409);
    expectInvalid(
      await call('POST', '/business-relationships/invite-supplier', { ...invitation, email: 'x' }),
      'email: must be an e-mail address',
    );
  });
});

describe('other calls', () => {
  it('are 404 or 405 with the standard body', async () => {
    await start();
    const gone = await call('GET', '/orders');
    expect([gone.status, gone.body.error_code]).toEqual([404, 'NOT_FOUND']);
    const wrong = await call('DELETE', '/companies');
    expect([wrong.status, wrong.body.error_code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
  });
});

describe('seeds and actions', () => {
  const everything = () => ({
    orders: sandbox.state.orders(),
    companies: sandbox.state.companies(),
    updates: sandbox.state.updates(),
    amendments: sandbox.state.amendments(),
  });

  it('make the same data for the same seed, other data for another', async () => {
    const options = { records: 50, sellers: 5 };
    const runs = [];
    for (const seed of [4, 4, 5]) {
      await start({ ...options, seed });
      sandbox.actions.approveAmendments({ count: 10 });
      runs.push(everything());
      await sandbox.close();
    }
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]!.orders).not.toEqual(runs[2]!.orders);
  });

  it('seed orders of products that exist in the ERP', async () => {
    await start();
    const numbers = ['TG11', { product_number: 'RM20', unit: 'KGM' }];
    sandbox.actions.seedOrders({ count: 30, product_numbers: numbers });
    sandbox.actions.seedOrders({ count: 2, prefix: 'X-' });
    const orders = sandbox.state.orders();
    // UUIDv5 of TG11 and RM20 in the namespace of the company, by another implementation.
    const units = new Map(orders.slice(0, 30).map(({ product_id, unit }) => [product_id, unit]));
    expect([...units].sort()).toEqual([
      ['7ee32c32-0ae8-5111-8792-79ade285ab80', 'EA'],
      ['8db41aa5-4633-5df6-9a25-2e593af2c7b6', 'KGM'],
    ]);
    expect(orders.map(({ po_number }) => po_number).slice(28)).toEqual([
      'CO-000029',
      'CO-000030',
      'X-000001',
      'X-000002',
    ]);
    expect(sandbox.actions.seedOrders({ count: 1 }).created).toBe(1);
    expect(sandbox.state.orders().at(-1)?.po_number).toBe('CO-000031');
  });

  it('approve amendments on distinct orders with another quantity', async () => {
    await start({ records: 40 });
    const before = new Map(sandbox.state.orders().map((order) => [order.id, order.quantity]));
    const amended = sandbox.actions.approveAmendments({ count: 15, po_number_prefix: 'CO-' });
    expect(new Set(amended.map(({ id }) => id)).size).toBe(15);
    for (const { id, previous_quantity, proposed_quantity } of amended) {
      const order = sandbox.state.orders().find((candidate) => candidate.id === id);
      expect(order).toMatchObject({ quantity: proposed_quantity, amendment_status: 'approved' });
      expect(previous_quantity).toBe(before.get(id));
      expect(proposed_quantity).not.toBe(previous_quantity);
    }
    expect(sandbox.actions.approveAmendments({ count: 5, po_number_prefix: 'SAP' })).toEqual([]);
  });

  it('are reached over the control plane, and so is the state', async () => {
    await start();
    const post = async (name: string, body: object) =>
      (
        await fetch(`${sandbox.url}/__sandbox/actions/${name}`, {
          method: 'POST',
          body: JSON.stringify(body),
        })
      ).json();
    expect(await post('seedOrders', { count: 12 })).toMatchObject({ created: 12 });
    expect(await post('proposeAmendments', { count: 4 })).toHaveLength(4);
    expect(await post('approveProposed', { count: 3, approve: false })).toHaveLength(3);
    expect(await post('seedOrders', { count: -1 })).toEqual({
      error: 'count: must be a whole number of 0 or more, not -1',
    });
    const dump = async (name: string) =>
      (await fetch(`${sandbox.url}/__sandbox/state/${name}`)).json();
    expect(await dump('orders')).toEqual(sandbox.state.orders());
    expect(await dump('counters')).toMatchObject({ orders: 12, amendments: 4, updates: 19 });
  });
});
