import { describe, expect, expectTypeOf, test } from 'vitest';
import { defineEntityType } from '../entity/entity-type.ts';
import { createODataClient } from './create-odata-client.ts';
import type { ODataClientOptions } from './odata-client.ts';
import { type Answer, type SeenRequest, startServer } from './start-server.fixture.ts';

const item = defineEntityType({
  name: 'A_PurchaseOrderItem',
  key: ['PurchaseOrder', 'PurchaseOrderItem'],
  properties: {
    PurchaseOrder: 'Edm.String',
    PurchaseOrderItem: 'Edm.String',
    NetPriceAmount: { type: 'Edm.Decimal', scale: 3 },
    OrderQuantity: 'Edm.Decimal',
  },
});
const order = defineEntityType({
  name: 'A_PurchaseOrder',
  key: ['PurchaseOrder'],
  properties: {
    PurchaseOrder: 'Edm.String',
    PurchaseOrderDate: { type: 'Edm.DateTime', display: 'date' },
    CreationDate: { type: 'Edm.DateTime', display: 'date', creatable: false, updatable: false },
    LastChangeDateTime: { type: 'Edm.DateTimeOffset', creatable: false, updatable: false },
    ReleaseIsNotCompleted: 'Edm.Boolean',
  },
  navigations: { to_PurchaseOrderItem: { type: item, many: true } },
});

const servicePath = '/sap/opu/odata/sap/API_PURCHASEORDER_PROCESS_SRV';

async function serve(
  answer: (request: SeenRequest) => Answer,
  options: Partial<ODataClientOptions> = {},
) {
  const server = await startServer(answer);
  const client = createODataClient({ http: server.http, servicePath, version: 'v2', ...options });
  return { server, client, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const wireOrder = {
  __metadata: { uri: 'https://x', type: 'API.A_PurchaseOrderType', etag: 'W/"1"' },
  PurchaseOrder: '4500000001',
  PurchaseOrderDate: '/Date(1767225600000)/',
  LastChangeDateTime: '/Date(1767225600123+0000)/',
  ReleaseIsNotCompleted: false,
  YY1_Text_PDH: 'custom',
  YY1_Date_PDH: '/Date(1767225600000)/',
  to_PurchaseOrderItem: {
    results: [
      {
        __metadata: { uri: 'https://y' },
        PurchaseOrder: '4500000001',
        PurchaseOrderItem: '10',
        NetPriceAmount: '100.500',
        to_Undeclared: { results: [{ __metadata: {}, A: '1' }] },
        to_ScheduleLine: { __deferred: { uri: 'https://z' } },
      },
    ],
  },
  to_PurchaseOrderNote: { __deferred: { uri: 'https://n' } },
};

describe('an entity is read', () => {
  test('exactly and typed, without the envelope', async () => {
    await using fixture = await serve(() => ({ body: { d: wireOrder } }));
    const found = await fixture.client.get({
      entity: order,
      key: '4500000001',
      query: { expand: ['to_PurchaseOrderItem'], select: ['PurchaseOrder'] },
    });
    expect(found).toMatchObject({ etag: 'W/"1"', messages: [] });
    expect(found?.record).toEqual({
      PurchaseOrder: '4500000001',
      PurchaseOrderDate: '2026-01-01',
      LastChangeDateTime: '2026-01-01T00:00:00.123Z',
      ReleaseIsNotCompleted: false,
      YY1_Text_PDH: 'custom',
      YY1_Date_PDH: '2026-01-01T00:00:00',
      to_PurchaseOrderItem: [
        {
          PurchaseOrder: '4500000001',
          PurchaseOrderItem: '10',
          NetPriceAmount: '100.500',
          to_Undeclared: [{ A: '1' }],
        },
      ],
    });
    expectTypeOf(found!.record.ReleaseIsNotCompleted).toEqualTypeOf<boolean | null | undefined>();
    expectTypeOf(found!.record.PurchaseOrder).toEqualTypeOf<string | null | undefined>();
    expect(fixture.server.requests[0]?.url).toBe(
      `${servicePath}/A_PurchaseOrder('4500000001')?$select=PurchaseOrder,to_PurchaseOrderItem&$expand=to_PurchaseOrderItem`,
    );
  });

  test('that is missing is undefined', async () => {
    await using fixture = await serve(() => ({
      status: 404,
      body: { error: { code: 'X', message: { lang: 'en', value: 'Resource not found' } } },
    }));
    expect(await fixture.client.get({ entity: order, key: '1' })).toBeUndefined();
    expect(await fixture.client.delete({ entity: order, key: '1' })).toEqual({
      existed: false,
      messages: [],
    });
  });

  test('that does not come with a good answer is no missing one', async () => {
    await using fixture = await serve(() => ({ headers: { 'content-type': 'application/json' } }));
    await expect(fixture.client.get({ entity: order, key: '1' })).rejects.toMatchObject({
      code: 'ERR_INVALID_RESPONSE',
      message: expect.stringContaining('HTTP 200, but the record'),
    });
  });

  test('from a service that is not activated is a configuration error', async () => {
    await using fixture = await serve(() => ({
      status: 404,
      body: { error: { code: '/IWFND/MED/170', message: { value: 'No service found' } } },
    }));
    await expect(fixture.client.get({ entity: order, key: '1' })).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('/IWFND/MAINT_SERVICE'),
    });
  });

  test('trap: a login page with status 200 is an authentication error', async () => {
    await using fixture = await serve(() => ({
      headers: { 'content-type': 'text/html' },
      body: '<html><form action="/saml2">',
    }));
    await expect(fixture.client.get({ entity: order, key: '1' })).rejects.toMatchObject({
      code: 'ERR_AUTHENTICATION_FAILED',
      category: 'authentication',
    });
  });

  test('trap: a slash in a material number is encoded', async () => {
    await using fixture = await serve(() => ({ body: { d: { Product: 'A/B 1' } } }));
    await fixture.client.get({ entity: 'A_Product', key: 'A/B 1' });
    expect(fixture.server.requests[0]?.url).toBe(`${servicePath}/A_Product('A%2FB%201')`);
  });

  test('whose value has the wrong form names the path, not the value', async () => {
    const bad = { results: [{ NetPriceAmount: 'secret' }] };
    await using fixture = await serve(() => ({ body: { d: { to_PurchaseOrderItem: bad } } }));
    await expect(fixture.client.get({ entity: order, key: '1' })).rejects.toMatchObject({
      code: 'ERR_MAPPING',
      path: 'to_PurchaseOrderItem[0].NetPriceAmount',
      message: expect.not.stringContaining('secret'),
    });
  });

  test('in V4 without annotations, with all digits', async () => {
    await using fixture = await serve(
      () => ({
        body: '{"@odata.context":"$metadata#X","@odata.etag":"W/\\"2\\"","Net":12345678901234567.89,"At":"2026-01-01T00:00:00.1234567Z","_Item@odata.navigationLink":"x","_Item":[{"@odata.etag":"e","Q":1.5}],"SAP__Messages":[{"code":"M/1","message":"Check","numericSeverity":3}]}',
      }),
      { version: 'v4' },
    );
    const type = defineEntityType({
      name: 'PurchaseOrder',
      key: ['PurchaseOrder'],
      properties: { Net: 'Edm.Decimal', At: 'Edm.DateTimeOffset' },
    });
    const found = await fixture.client.get({ entity: type, key: '1' });
    expect(found).toMatchObject({
      etag: 'W/"2"',
      record: {
        Net: '12345678901234567.89',
        At: '2026-01-01T00:00:00.1234567Z',
        _Item: [{ Q: 1.5 }],
      },
      messages: [{ code: 'M/1', message: 'Check', severity: 'warning' }],
    });
    expect(found?.record).not.toHaveProperty(['@odata.context']);
    expect(fixture.server.requests[0]?.headers).toMatchObject({ 'odata-maxversion': '4.0' });
  });
});

describe('an entity is created', () => {
  const created = {
    status: 201,
    headers: {
      location: `https://host${servicePath}/A_PurchaseOrder('4500000001')`,
      'sap-message':
        '{"code":"06/1","message":"Delivery date is past","severity":"warning","target":"","details":[{"code":"06/2","message":"Price is low","severity":"info","target":"Net"}]}',
    },
    body: { d: wireOrder },
  };

  test('with its children (deep insert), decimals as strings, read-only fields left out', async () => {
    await using fixture = await serve(() => created);
    const result = await fixture.client.create({
      entity: order,
      data: {
        PurchaseOrderDate: '2026-01-01',
        CreationDate: '2026-01-01',
        YY1_Text_PDH: 'custom',
        Missing: undefined,
        to_PurchaseOrderItem: [
          { PurchaseOrderItem: '10', NetPriceAmount: '100.00', OrderQuantity: '5' },
        ],
      },
    });
    expect(fixture.server.requests[0]?.body).toBe(
      '{"PurchaseOrderDate":"/Date(1767225600000)/","YY1_Text_PDH":"custom","to_PurchaseOrderItem":{"results":[{"PurchaseOrderItem":"10","NetPriceAmount":"100.00","OrderQuantity":"5"}]}}',
    );
    expect(result).toMatchObject({
      location: created.headers.location,
      etag: 'W/"1"',
      record: { PurchaseOrder: '4500000001' },
      messages: [
        { code: '06/1', severity: 'warning' },
        { code: '06/2', severity: 'info', target: 'Net' },
      ],
    });
  });

  test('in V4 with numbers that keep their digits, and a bare list of children', async () => {
    await using fixture = await serve(
      () => ({ status: 204, headers: { 'odata-entityid': "X('1')" } }),
      { version: 'v4' },
    );
    const result = await fixture.client.create({
      entity: { ...order, navigations: { _Item: { type: item, many: true } } },
      data: { _Item: [{ NetPriceAmount: '12345678901234567.890' }] },
    });
    expect(fixture.server.requests[0]?.body).toBe(
      '{"_Item":[{"NetPriceAmount":12345678901234567.890}]}',
    );
    expect(result).toEqual({
      record: undefined,
      etag: undefined,
      location: "X('1')",
      messages: [],
    });
  });

  test('below another one', async () => {
    await using fixture = await serve(() => ({ status: 201, body: { d: {} } }));
    await fixture.client.create({
      entity: item,
      via: { entity: order, key: '45', navigation: 'to_PurchaseOrderItem' },
      data: {},
    });
    expect(fixture.server.requests[0]?.url).toBe(
      `${servicePath}/A_PurchaseOrder('45')/to_PurchaseOrderItem`,
    );
  });

  test('but answered unreadably: the write has happened, so the outcome must be read back', async () => {
    await using fixture = await serve(() => ({
      status: 201,
      body: { d: { PurchaseOrderDate: 'nonsense' } },
    }));
    await expect(fixture.client.create({ entity: order, data: {} })).rejects.toMatchObject({
      code: 'ERR_MAPPING',
      outcomeUnknown: true,
    });
  });

  test('or refused: all messages of the answer are told', async () => {
    await using fixture = await serve(() => ({
      status: 400,
      body: {
        error: {
          code: '06/010',
          message: { lang: 'en', value: 'Material X is unknown' },
          innererror: {
            transactionid: 'C83CB3D2',
            errordetails: [
              {
                code: '06/010',
                message: 'Material X is unknown',
                severity: 'error',
                target: 'Material',
              },
              { code: '06/011', message: 'Plant 1 is unknown', severity: 'error' },
              { code: '/IWBEP/CX_MGW_BUSI_EXCEPTION', message: 'An exception was raised' },
            ],
          },
        },
      },
    }));
    const failure = fixture.client.create({ entity: order, data: {} });
    await expect(failure).rejects.toMatchObject({
      code: 'ERR_VALIDATION',
      category: 'validation',
      vendorCode: '06/010',
      requestId: 'C83CB3D2',
      path: 'Material',
      entity: 'A_PurchaseOrder',
      message:
        'HTTP 400, 06/010: Material X is unknown | Plant 1 is unknown (06/011). Correct the data.',
    });
  });
});

describe('an entity is changed', () => {
  test.each([
    ['204 without a body', { status: 204, headers: { etag: 'W/"3"' } }, undefined],
    ['200 with a body', { status: 200, body: { d: wireOrder } }, '4500000001'],
  ])('and %s is a success', async (_, answer, number) => {
    await using fixture = await serve(() => answer);
    const result = await fixture.client.update({
      entity: order,
      key: '4500000001',
      ifMatch: 'W/"1"',
      data: {
        PurchaseOrder: '4500000001',
        PurchaseOrderDate: '2026-01-02',
        to_PurchaseOrderItem: [],
      },
    });
    expect(result.record?.PurchaseOrder).toBe(number);
    const [request] = fixture.server.requests;
    expect(request).toMatchObject({
      method: 'PATCH',
      headers: { 'if-match': 'W/"1"' },
      // The key and navigations do not belong into an update (cloud-sdk-js#3776).
      body: '{"PurchaseOrderDate":"/Date(1767312000000)/"}',
    });
  });

  test('by MERGE where PATCH is not known, and by PUT as a whole', async () => {
    await using fixture = await serve(() => ({ status: 204 }), { updateMethod: 'MERGE' });
    await fixture.client.update({ entity: 'A', key: '1', data: { b: null } });
    await fixture.client.replace({ entity: 'A', key: '1', data: { b: 1 } });
    expect(fixture.server.requests.map(({ method, body }) => [method, body])).toEqual([
      ['MERGE', '{"b":null}'],
      ['PUT', '{"b":1}'],
    ]);
  });

  test.each([412, 428])('and %i is a conflict', async (status) => {
    await using fixture = await serve(() => ({ status }));
    await expect(
      fixture.client.delete({ entity: order, key: '1', ifMatch: 'W/"0"' }),
    ).rejects.toMatchObject({ code: 'ERR_CONFLICT', category: 'conflict' });
  });
});

describe('functions and actions', () => {
  test('of V2 take literals in the query', async () => {
    await using fixture = await serve(() => ({ body: { d: { GetPDF: { Binary: 'AA==' } } } }));
    const { value } = await fixture.client.call({
      name: 'GetPDF',
      kind: 'function',
      parameters: { PurchaseOrder: "4'5", Net: '1.50' },
      types: { Net: 'Edm.Decimal' },
    });
    expect(value).toEqual({ Binary: 'AA==' });
    expect(fixture.server.requests[0]).toMatchObject({
      method: 'GET',
      url: `${servicePath}/GetPDF?PurchaseOrder='4''5'&Net=1.50M`,
    });
  });

  test('of V2 that change data are POSTed, still with literals in the query', async () => {
    await using fixture = await serve(() => ({
      body: { d: { results: [{ __metadata: {}, A: 1 }] } },
    }));
    const { value } = await fixture.client.call({
      name: 'releaseApprovalRequest',
      kind: 'action',
      parameters: { SalesOrder: '1' },
    });
    expect(value).toEqual([{ A: 1 }]);
    expect(fixture.server.requests[0]).toMatchObject({
      method: 'POST',
      url: `${servicePath}/releaseApprovalRequest?SalesOrder='1'`,
      body: '',
    });
  });

  test('of V4 are bound to an entity; actions take a body', async () => {
    await using fixture = await serve(() => ({ body: { '@odata.context': 'x', value: [1, 2] } }), {
      version: 'v4',
    });
    const bound = { boundTo: { entity: order, key: '45' } };
    const read = await fixture.client.call({
      ...bound,
      name: 'SAP__self.Get',
      kind: 'function',
      parameters: { Day: '2026-01-01' },
      types: { Day: 'Edm.Date' },
    });
    expect(read.value).toEqual([1, 2]);
    await fixture.client.call({
      ...bound,
      name: 'SAP__self.Set',
      kind: 'action',
      parameters: { Net: '1.50' },
      types: { Net: 'Edm.Decimal' },
    });
    expect(fixture.server.requests.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['GET', `${servicePath}/A_PurchaseOrder('45')/SAP__self.Get(Day=2026-01-01)`, ''],
      ['POST', `${servicePath}/A_PurchaseOrder('45')/SAP__self.Set`, '{"Net":1.50}'],
    ]);
  });
});

describe('counting', () => {
  test('reads the bare number', async () => {
    await using fixture = await serve(() => ({
      headers: { 'content-type': 'text/plain' },
      body: '\uFEFF37',
    }));
    const filter = "Supplier eq 'a&b'";
    expect(await fixture.client.count({ entity: order, query: { filter } })).toBe(37);
    expect(fixture.server.requests[0]?.url).toBe(
      `${servicePath}/A_PurchaseOrder/$count?$filter=Supplier%20eq%20'a%26b'`,
    );
  });

  test('refuses what is no number', async () => {
    await using fixture = await serve(() => ({ body: { d: 1 } }));
    await expect(fixture.client.count({ entity: order })).rejects.toMatchObject({
      code: 'ERR_INVALID_RESPONSE',
    });
  });
});

describe('every call can be aborted', () => {
  test('while the server thinks', async () => {
    const controller = new AbortController();
    await using fixture = await serve(() => {
      controller.abort();
      return new Promise<never>(() => {}) as never;
    });
    await expect(
      fixture.client.get({ entity: order, key: '1', signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });
});
