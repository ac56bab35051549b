import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { common } from './common-connector.ts';
import { createCommonClient } from './create-common-client.ts';

const companyId = 'b7f6c1de-3f0a-4c5e-9a51-2d6c8e0f1a10';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Answer = { readonly status?: number; readonly body: unknown };
interface Call {
  readonly path: string;
  readonly body: string;
}

/** A server that answers what it is told; signs everybody in with a token that is no JWT. */
async function startServer(answer: (path: string) => Answer) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    calls.push({ path, body: Buffer.concat(chunks).toString() });
    const { status = 200, body } = path.endsWith('/login')
      ? { body: { access_token: 'opaque', expires_in: 3600 } }
      : answer(path);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => void server.close());
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, calls };
}

const settingsOf = (baseUrl: string) => ({
  baseUrl,
  clientId: 'c',
  clientSecret: 's',
  companyId,
  retry: { maxAttempts: 1 },
});

async function clientOf(answer: (path: string) => Answer) {
  const { address } = await startServer(answer);
  const client = createCommonClient(settingsOf(`http://${address}`));
  closers.unshift(() => client.close());
  return client;
}

async function hubOf(answer: (path: string) => Answer) {
  const server = await startServer(answer);
  const hub = common(settingsOf(`http://${server.address}`));
  closers.unshift(() => hub.disconnect());
  return { hub, calls: server.calls };
}

const order = {
  id: 'o1',
  po_number: '1',
  buyer_company_id: 'b',
  seller_company_id: 's',
  quantity: 12.5,
  status: 'on_the_moon',
  colour: 'red',
};
const pageOf = (...items: unknown[]) => ({ body: { items, next_cursor: null } });

describe('answers that Common never promised', () => {
  it('pass when they are more than we know: unknown values, unknown fields, decimals as numbers', async () => {
    const client = await clientOf(() => ({ body: order }));
    expect(await client.purchaseOrders.get('o1')).toMatchObject({
      status: 'on_the_moon',
      quantity: '12.5',
    });
  });

  it('reach the canonical record as far as it has a place for them', async () => {
    const { hub } = await hubOf(() => ({ body: order }));
    expect(await hub.get('purchaseOrder', 'o1')).toEqual({
      source: { system: 'common', entity: 'purchaseOrder', key: 'o1' },
      orderNumber: '1',
      buyer: 'b',
      supplier: 's',
      currency: 'EUR',
      lines: [{ lineNumber: '1', quantity: '12.500' }],
      custom: { status: 'on_the_moon' },
    });
  });

  it('spoil only themselves in a page', async () => {
    const items = [order, { id: 'o2' }, { ...order, id: 'o3' }];
    const page = await (await clientOf(() => pageOf(...items))).purchaseOrders.list();
    expect(page.items.map((item) => item.id)).toEqual(['o1', 'o3']);
    expect(page.invalid).toMatchObject([
      { id: 'o2', error: { code: 'ERR_INVALID_RESPONSE', path: 'items.1.po_number' } },
    ]);
  });

  it('are failures beside the records of a list, whether the shape or a value is wrong', async () => {
    const items = [order, { id: 'o2' }, { ...order, id: 'o3', quantity: 'many' }];
    const { hub } = await hubOf(() => pageOf(...items));
    for await (const page of hub.list('purchaseOrder')) {
      expect(page.records.map((record) => record.source?.key)).toEqual(['o1']);
      expect(page.failures).toMatchObject([
        { key: 'o2', error: { code: 'ERR_INVALID_RESPONSE' } },
        { key: 'o3', error: { code: 'ERR_MAPPING', path: 'lines[only].quantity' } },
      ]);
    }
  });

  it('are failures beside the changes, and acknowledged with them', async () => {
    const update = { type: 'purchase_order.updated', purchase_order: order };
    const { hub, calls } = await hubOf((path) =>
      path.endsWith('/acknowledge')
        ? { body: { acknowledged: 2 } }
        : pageOf(
            { ...update, update_id: 'u1' },
            { update_id: 'u2', type: 'purchase_order.updated' },
          ),
    );
    for await (const page of hub.changes('purchaseOrder')) {
      expect(page.changes).toHaveLength(1);
      expect(page.failures).toMatchObject([{ key: 'u2', error: { code: 'ERR_INVALID_RESPONSE' } }]);
      await page.acknowledge?.();
    }
    expect(calls.at(-1)).toEqual({
      path: '/api/v1/erp-sync/acknowledge',
      body: '{"update_ids":["u1","u2"]}',
    });
  });

  it('that are no page are refused with the path', async () => {
    const client = await clientOf(() => ({ body: { data: [] } }));
    await expect(client.purchaseOrders.list()).rejects.toMatchObject({
      code: 'ERR_INVALID_RESPONSE',
      path: 'items',
      operation: 'purchaseOrders.list',
    });
  });

  it('of a write leave its outcome unknown', async () => {
    const client = await clientOf(() => ({ body: { ok: true } }));
    await expect(client.purchaseOrders.update('o1', { unit: 'C62' })).rejects.toMatchObject({
      code: 'ERR_INVALID_RESPONSE',
      outcomeUnknown: true,
    });
  });

  it('end the reading when a cursor comes back', async () => {
    const client = await clientOf((path) => ({
      body: { items: [order], next_cursor: path.includes('cursor=A') ? 'B' : 'A' },
    }));
    let pages = 0;
    const read = async () => {
      for await (const _page of client.purchaseOrders.pages()) pages += 1;
    };
    await expect(read()).rejects.toMatchObject({ code: 'ERR_PAGINATION_LOOP' });
    expect(pages).toBe(3);
  });

  it('tell a missing order from a wrong address', async () => {
    const client = await clientOf(() => ({ status: 404, body: { message: 'no route' } }));
    await expect(client.purchaseOrders.get('o1')).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('COMMON_API_BASE_URL'),
    });
  });
});

describe('a connection test where the token does not tell its company', () => {
  const status = { pending: 0, acknowledged: 0, failed: 0 };
  const seeing = (...ids: string[]) =>
    hubOf((path) =>
      path.includes('/companies')
        ? pageOf(...ids.map((id) => ({ id, name: id })))
        : { body: status },
    );

  it('looks for the company among those that it sees', async () => {
    const { hub } = await seeing('another', companyId.toUpperCase());
    expect(await hub.testConnection()).toMatchObject({ ok: true });
  });

  it('warns that nothing would be read when it is not among them', async () => {
    const { hub } = await seeing('another');
    expect((await hub.testConnection()).checks.at(-1)).toMatchObject({
      name: 'company',
      ok: false,
      message: expect.stringContaining('COMMON_COMPANY_ID'),
    });
  });

  it('says when no secure connection comes about', async () => {
    const { address } = await startServer(() => ({ body: {} }));
    const hub = common(settingsOf(`https://${address}`));
    closers.unshift(() => hub.disconnect());
    expect((await hub.testConnection()).checks.at(-1)).toMatchObject({ name: 'tls', ok: false });
  });
});
