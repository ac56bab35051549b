import {
  apiKey,
  basic,
  type CallOptions,
  type ConnectorObserver,
  createGovernor,
  oauth2ClientCredentials,
  observeConnector,
} from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { collect, newOrder, type OpenSap, openSap } from './open-sap.fixture.ts';
import type { SapConnector } from './sap-connector.ts';
import type { SapEntities } from './sap-entities.ts';

const orders = (count: number) =>
  Array.from({ length: count }, () => ({ op: 'upsert', record: newOrder() }) as const);

const created = (count: number) => Array<string>(count).fill('created');

/** The sandbox's OAuth client. */
const oauth = ({ sandbox: { settings } }: OpenSap) =>
  oauth2ClientCredentials({
    tokenUrl: settings.tokenUrl,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
  });

/** Every member that sends something, called once. */
const calls: readonly (readonly [
  name: string,
  call: (erp: SapConnector, options: CallOptions) => Promise<unknown>,
])[] = [
  ['testConnection', (erp, options) => erp.testConnection(options)],
  ['describe', (erp, options) => erp.describe('product', options)],
  ['get', (erp, options) => erp.get('product', 'MZ-FG-000001', options)],
  ['get of a customer', (erp, options) => erp.get('customer', '10100001', options)],
  ['list', (erp, options) => collect(erp.list('product', {}, options))],
  ['find', (erp, options) => erp.find('product', { productNumber: 'X' }, options)],
  ['changes', (erp, options) => collect(erp.changes('purchaseOrder', undefined, options))],
  [
    'native',
    async (erp, options) => {
      const { service } = await erp.native();
      const client = service('/sap/opu/odata/sap/API_SALES_ORDER_SRV', 'v2');
      return client.count({ entity: 'A_SalesOrder', ...options });
    },
  ],
];

describe('a session', () => {
  it('needs 21 requests for 20 creates', async () => {
    await using sap = await openSap();
    const results = await sap.erp.write('purchaseOrder', orders(20));
    expect(results.map(({ status }) => status)).toEqual(created(20));
    expect(sap.sandbox.journal.entries()).toHaveLength(21);
  });

  it.each(['v2', 'v4'] as const)(
    'trap: a CSRF token that expires on the way is fetched anew, and nothing is written twice (%s)',
    async (purchaseOrderApi) => {
      await using sap = await openSap({}, { purchaseOrderApi });
      sap.sandbox.faults.add({ kind: 'stale-csrf', after: 15 });
      const results = await sap.erp.write('purchaseOrder', orders(60));
      expect(results.map(({ status }) => status)).toEqual(created(60));
      expect(sap.sandbox.faults.pending).toEqual([]);
      expect(sap.sandbox.state.counters().createdPurchaseOrders).toBe(60);
      const refused = sap.sandbox.journal.count({ method: 'POST', status: 403 });
      expect(refused).toBeGreaterThan(0);
      expect(sap.sandbox.journal.entries()).toHaveLength(60 + refused + 2);
    },
  );

  it('trap: a missing authorisation is a 403 as well, and is not taken for a stale token', async () => {
    await using sap = await openSap();
    await sap.erp.write('purchaseOrder', orders(1));
    sap.sandbox.actions.revokeRole({ service: 'API_PURCHASEORDER_PROCESS_SRV' });
    sap.sandbox.journal.clear();
    expect(await sap.erp.write('purchaseOrder', orders(1))).toMatchObject([
      { status: 'failed', error: { code: 'ERR_PERMISSION_DENIED', category: 'permission' } },
    ]);
    expect(sap.sandbox.journal.entries()).toHaveLength(1);
  });

  it('trap: a token of OAuth client credentials that expires is fetched anew, in the middle of a read or write', async () => {
    await using sap = await openSap({ tokenLifetimeSeconds: 600 });
    const erp = sap.connect({ auth: oauth(sap), pageSize: 10 });
    sap.sandbox.faults.add({ kind: 'expired-token', after: 2 });
    expect((await collect(erp.list('product'))).flatMap(({ records }) => records)).toHaveLength(30);
    sap.sandbox.faults.add({ kind: 'expired-token', after: 5 });
    const results = await erp.write('purchaseOrder', orders(20));
    expect(results.map(({ status }) => status)).toEqual(created(20));
    expect(sap.sandbox.faults.pending).toEqual([]);
    expect(sap.sandbox.journal.count({ operation: 'token' })).toBe(3);
  });

  it('also takes an API key, as the API Business Hub does', async () => {
    await using sap = await openSap();
    const auth = apiKey({ header: 'APIKey', value: sap.sandbox.settings.apiKey });
    expect(await sap.connect({ auth }).get('product', 'MZ-FG-000001')).toBeDefined();
  });

  it('says client and language with every call', async () => {
    await using sap = await openSap({}, { pageSize: 10, language: 'DE' });
    await collect(sap.erp.list('product'));
    await sap.erp.write('purchaseOrder', orders(1));
    const queries = sap.sandbox.journal.entries().map(({ query }) => new URLSearchParams(query));
    expect(queries.length).toBeGreaterThan(4);
    for (const query of queries) {
      expect([query.get('sap-client'), query.get('sap-language')]).toEqual(['100', 'DE']);
    }
  });
});

describe('a page in place of data', () => {
  it('trap: a login page with status 200 is a failed sign-in', async () => {
    await using sap = await openSap();
    sap.sandbox.faults.add({ kind: 'saml-login-page', times: 5 });
    await expect(sap.erp.get('product', 'MZ-FG-000001')).rejects.toMatchObject({
      category: 'authentication',
      message: expect.stringContaining('login page'),
    });
  });

  it('trap: a login page in answer to a write says nothing of the write having happened', async () => {
    await using sap = await openSap();
    await sap.erp.write('purchaseOrder', orders(1));
    sap.sandbox.faults.add({ kind: 'saml-login-page', match: { method: 'POST' } });
    expect(await sap.erp.write('purchaseOrder', orders(1))).toMatchObject([
      { status: 'failed', error: { category: 'authentication' } },
    ]);
    expect(sap.sandbox.state.counters().createdPurchaseOrders).toBe(1);
  });

  it('trap: maintenance is a 503 with a web page: it is waited for', async () => {
    await using sap = await openSap();
    sap.sandbox.faults.add({ kind: 'maintenance', times: 2 });
    expect(await sap.erp.get('product', 'MZ-FG-000001')).toBeDefined();
    sap.sandbox.faults.add({ kind: 'maintenance', times: 9 });
    await expect(sap.erp.get('product', 'MZ-FG-000001')).rejects.toMatchObject({
      category: 'transient',
      retryable: true,
      httpStatus: 503,
    });
  });
});

describe('writing many orders', () => {
  it('is as concurrent as the governor allows', async () => {
    const governor = createGovernor({ concurrency: 5 });
    let most = 0;
    const watched: typeof governor = {
      run: (work, options) =>
        governor.run(() => {
          most = Math.max(most, governor.running);
          return work();
        }, options),
      observe: (outcome) => governor.observe(outcome),
      get running() {
        return governor.running;
      },
      get waiting() {
        return governor.waiting;
      },
    };
    await using sap = await openSap({}, { governor: watched });
    const results = await sap.erp.write('purchaseOrder', orders(200));
    expect(results.map(({ status }) => status)).toEqual(created(200));
    expect(new Set(results.map(({ key }) => key)).size).toBe(200);
    expect(most).toBe(5);
  });
});

describe.each(calls)('%s', (_name, call) => {
  it('sends nothing when it was aborted before', async () => {
    await using sap = await openSap();
    const error = { code: 'ERR_ABORTED' };
    await expect(call(sap.erp, { signal: AbortSignal.abort() })).rejects.toMatchObject(error);
    expect(sap.sandbox.journal.total).toBe(0);
  });

  it('ends when it is aborted, or disconnected, while it waits for an answer', async () => {
    await using sap = await openSap();
    const abort = new AbortController();
    for (const [options, stop] of [
      [{ signal: abort.signal }, async () => abort.abort()],
      [{}, () => sap.erp.disconnect()],
    ] as const) {
      sap.sandbox.faults.add({ kind: 'slow-headers', delayMs: 60_000 });
      const outcome = call(sap.erp, options).catch((error: unknown) => error);
      await expect.poll(() => sap.sandbox.faults.pending).toEqual([]);
      await stop();
      expect(await outcome).toMatchObject({ code: 'ERR_ABORTED' });
    }
  });
});

describe('a write', () => {
  it('writes nothing when it was aborted before', async () => {
    await using sap = await openSap();
    const writing = sap.erp.write('purchaseOrder', orders(3), { signal: AbortSignal.abort() });
    await expect(writing).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(sap.sandbox.journal.total).toBe(0);
  });

  it('is of unknown outcome for what was under way when it was aborted, and failed for the rest', async () => {
    await using sap = await openSap({}, { governor: createGovernor({ concurrency: 1 }) });
    await sap.erp.write('purchaseOrder', orders(1));
    const abort = new AbortController();
    sap.sandbox.faults.add({ kind: 'slow-headers', delayMs: 60_000 });
    const writing = sap.erp.write('purchaseOrder', orders(3), { signal: abort.signal });
    await expect.poll(() => sap.sandbox.faults.pending).toEqual([]);
    abort.abort();
    expect((await writing).map(({ status }) => status)).toEqual(['unknown', 'failed', 'failed']);
    expect(sap.sandbox.state.counters().createdPurchaseOrders).toBe(2);
  });
});

describe('a connector', () => {
  it('connects again after a disconnect', async () => {
    await using sap = await openSap();
    await sap.erp.write('purchaseOrder', orders(1));
    await sap.erp.disconnect();
    await sap.erp.disconnect();
    expect(await sap.erp.get('product', 'MZ-FG-000001')).toBeDefined();
    expect(await sap.erp.write('purchaseOrder', orders(1))).toMatchObject([{ status: 'created' }]);
  });

  it('does not go on with a read that was under way when it was disconnected', async () => {
    await using sap = await openSap({}, { pageSize: 10 });
    await expect(async () => {
      for await (const _page of sap.erp.list('product')) await sap.erp.disconnect();
    }).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });

  it('tells its health without a request', async () => {
    await using sap = await openSap();
    await sap.erp.get('product', 'MZ-FG-000001');
    const sent = sap.sandbox.journal.total;
    expect(sap.erp.health()).toMatchObject({ status: 'healthy', requests: 1, breaker: 'closed' });
    expect(sap.sandbox.journal.total).toBe(sent);
  });

  it('can be observed: its life, its operations, its records', async () => {
    const heard: string[] = [];
    const observer: ConnectorObserver = {
      lifecycle: ({ type, system, tenant }) => heard.push(`${type} ${system} ${tenant}`),
      operation: ({ operation, entity }) => ({
        ended: ({ ok }) => heard.push(`${operation} ${entity} ${ok}`),
      }),
      records: ({ direction, entity, succeeded }) =>
        heard.push(`${direction} ${succeeded} ${entity}`),
    };
    await using sap = await openSap({}, { observer });
    const erp = observeConnector(sap.erp, observer);
    await erp.get('product', 'MZ-FG-000001');
    await erp.disconnect();
    await erp.get('product', 'MZ-FG-000001');
    const reading = ['get A_Product true', 'read 1 product'];
    expect(heard).toEqual([
      ...['connected sap 100', ...reading, 'disconnected sap 100'],
      ...['connected sap 100', ...reading],
    ]);
  });

  it('names what an unknown entity could be, in every member', async () => {
    await using sap = await openSap();
    const name = 'invoice' as 'product';
    const error = {
      code: 'ERR_UNKNOWN_ENTITY',
      message: expect.stringContaining('purchaseOrder'),
    };
    await expect(sap.erp.get(name, '1')).rejects.toMatchObject(error);
    await expect(sap.erp.get('constructor' as 'product', '1')).rejects.toMatchObject(error);
    await expect(sap.erp.describe(name)).rejects.toMatchObject(error);
    await expect(sap.erp.write(name, [])).rejects.toMatchObject(error);
    await expect(sap.erp.find(name, {})).rejects.toMatchObject(error);
    await expect(collect(sap.erp.list(name))).rejects.toMatchObject(error);
    await expect(collect(sap.erp.changes(name))).rejects.toMatchObject(error);
  });

  it('describes the fields of the live system, the customer’s own included', async () => {
    await using sap = await openSap();
    const { key, fields } = await sap.erp.describe('product');
    expect(key).toEqual(['Product']);
    expect(fields.find(({ name }) => name === 'GrossWeight')).toMatchObject({
      canonical: 'grossWeight',
      type: 'Edm.Decimal',
      precision: 13,
      scale: 3,
      custom: false,
    });
    expect(fields.find(({ name }) => name === 'CreatedByUser')).toMatchObject({
      creatable: false,
      updatable: false,
    });
    expect(fields.some(({ custom, name }) => custom && name.startsWith('YY1_'))).toBe(true);
  });

  it.each(['v2', 'v4'] as const)(
    'describes every entity, over either service for orders (%s)',
    async (purchaseOrderApi) => {
      await using sap = await openSap({}, { purchaseOrderApi });
      const canonicalOf = async (entity: keyof SapEntities) => {
        const { fields, nativeName, key } = await sap.erp.describe(entity);
        expect(fields.length).toBeGreaterThan(20);
        expect(fields.some(({ custom }) => custom)).toBe(true);
        for (const name of key) expect(fields.map((field) => field.name)).toContain(name);
        return { nativeName, canonical: fields.flatMap((field) => field.canonical ?? []) };
      };
      const isV2 = purchaseOrderApi === 'v2';
      expect(await canonicalOf('purchaseOrder')).toMatchObject({
        nativeName: isV2 ? 'A_PurchaseOrder' : 'PurchaseOrder',
        canonical: expect.arrayContaining(['orderNumber', 'supplier', 'currency', 'isDeleted']),
      });
      for (const entity of ['customer', 'supplier'] as const) {
        expect(await canonicalOf(entity)).toMatchObject({
          nativeName: 'A_BusinessPartner',
          canonical: expect.arrayContaining([`${entity}Number`, 'kind', 'isBlocked']),
        });
      }
    },
  );

  it('says in its errors that they are of SAP, and of which record', async () => {
    await using sap = await openSap({ inactiveServices: ['API_PRODUCT_SRV'] });
    await expect(sap.erp.get('product', 'A-1')).rejects.toMatchObject({
      system: 'sap',
      key: 'A-1',
      vendorCode: '/IWFND/MED/170',
    });
    sap.sandbox.actions.revokeRole({ service: 'API_PURCHASEORDER_PROCESS_SRV' });
    const [result] = await sap.erp.write('purchaseOrder', [{ op: 'upsert', record: newOrder() }]);
    expect(result).toMatchObject({ status: 'failed', error: { system: 'sap', httpStatus: 403 } });
  });

  it('keeps passwords out of its errors', async () => {
    await using sap = await openSap();
    const auth = basic({ username: 'COMM_USER', password: 'canary-secret-1' });
    const error = await sap
      .connect({ auth })
      .get('product', '1')
      .catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error)).not.toContain('canary');
    expect(String(error)).not.toContain('canary');
  });
});
