import { basic, createHttpClient } from '@common/connector-core';
import { type SapSandboxOptions, startSapSandbox } from '@common/connector-sandbox/sap';
import { describe, expect, test } from 'vitest';
import {
  classifyODataError,
  createCsrfSession,
  createODataClient,
  type EntityType,
  extendEntityType,
  type ODataRecord,
  parseKey,
} from '../index.ts';

const v4Path = '/sap/opu/odata4/sap/api_purchaseorder_2/srvd_a2x/sap/purchaseorder/0001';

async function connect(options: SapSandboxOptions = {}, batch?: 'multipart' | 'json') {
  const sap = await startSapSandbox({ products: 50, purchaseOrders: 20, pageSize: 7, ...options });
  const { baseUrl, client, user, password } = sap.settings;
  const auth = basic({ username: user, password });
  const http = createHttpClient({ system: 'sap', baseUrl, auth, classify: classifyODataError });
  const shared = { http, csrf: createCsrfSession({ http }), query: { 'sap-client': client } };
  const service = (name: string) =>
    createODataClient({ ...shared, version: 'v2', servicePath: `/sap/opu/odata/sap/${name}` });
  return {
    sap,
    products: service('API_PRODUCT_SRV'),
    orders: service('API_PURCHASEORDER_PROCESS_SRV'),
    ordersV4: createODataClient({
      ...shared,
      version: 'v4',
      servicePath: v4Path,
      batch: { format: batch },
    }),
    [Symbol.asyncDispose]: async () => {
      await http.close();
      await sap.close();
    },
  };
}

type Connection = Awaited<ReturnType<typeof connect>>;

/** The entity types, their properties out of the live metadata. */
async function orderTypes({ orders }: Connection) {
  const metadata = await orders.metadata();
  const typed = (
    name: string,
    key: readonly string[],
    navigations: EntityType['navigations'] = {},
  ) => extendEntityType({ type: { name, key, properties: {}, navigations }, metadata });
  const line = typed('A_PurchaseOrderScheduleLine', [
    'PurchasingDocument',
    'PurchasingDocumentItem',
    'ScheduleLine',
  ]);
  const item = typed('A_PurchaseOrderItem', ['PurchaseOrder', 'PurchaseOrderItem'], {
    to_ScheduleLine: { many: true, type: line },
  });
  const order = typed('A_PurchaseOrder', ['PurchaseOrder'], {
    to_PurchaseOrderItem: { many: true, type: item },
  });
  return { order, item };
}

async function firstOrder(connection: Connection, order: EntityType) {
  const query = { expand: ['to_PurchaseOrderItem/to_ScheduleLine'], top: 1 };
  for await (const page of connection.orders.list({ entity: order, query })) {
    const record = page.records[0] as ODataRecord;
    const [item] = record.to_PurchaseOrderItem as readonly ODataRecord[];
    return { number: String(record.PurchaseOrder), record, item: item as ODataRecord };
  }
  throw new Error('The sandbox has no orders.');
}

describe('on a simulated S/4HANA', () => {
  test('a catalogue is read whole, by types out of the live metadata', async () => {
    await using connection = await connect();
    const { products } = connection;
    const metadata = await products.metadata({ only: ['A_Product'] });
    const product = extendEntityType({
      type: { name: 'A_Product', key: ['Product'], properties: {} },
      metadata,
    });
    const seen = new Set<unknown>();
    let total: number | undefined;
    for await (const page of products.list({ entity: product, query: { count: true } })) {
      total ??= page.totalCount;
      for (const record of page.records) {
        seen.add(record.Product);
        expect(record).toMatchObject({
          CreationDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
          LastChangeDateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        });
        expect(Object.keys(record).some((name) => /^(?:__|to_)/.test(name))).toBe(false);
      }
    }
    expect(total).toBe(50);
    expect(seen.size).toBe(50);
    expect(await products.count({ entity: product })).toBe(50);
  });

  test('an order is created with its items, changed and read back', async () => {
    await using connection = await connect();
    const { order, item } = await orderTypes(connection);
    const model = await firstOrder(connection, order);
    const { CompanyCode, PurchaseOrderType, Supplier, PurchasingOrganization } = model.record;
    const { PurchasingGroup, DocumentCurrency } = model.record;
    const { Material, Plant } = model.item;
    const created = await connection.orders.create({
      entity: order,
      data: {
        CompanyCode,
        PurchaseOrderType,
        Supplier,
        PurchasingOrganization,
        PurchasingGroup,
        DocumentCurrency,
        to_PurchaseOrderItem: [
          {
            PurchaseOrderItem: '10',
            Material,
            Plant,
            OrderQuantity: '5',
            NetPriceAmount: '100.00',
          },
        ],
      } as never,
    });
    const number = String(created.record?.PurchaseOrder);
    expect(parseKey({ url: created.location ?? '', version: 'v2' })).toMatchObject({
      value: { value: number },
    });
    const key = { PurchaseOrder: number, PurchaseOrderItem: '10' };
    await connection.orders.update({ entity: item, key, data: { OrderQuantity: '7' } as never });
    const found = await connection.orders.get({ entity: item, key });
    expect(found?.record).toMatchObject({ OrderQuantity: '7.000', NetPriceAmount: '100.000' });
  });

  test('a batch settles each operation, and a failed change set changes nothing', async () => {
    await using connection = await connect();
    const { order, item } = await orderTypes(connection);
    const { number, item: line } = await firstOrder(connection, order);
    const key = { PurchaseOrder: number, PurchaseOrderItem: line.PurchaseOrderItem };
    const change = (data: ODataRecord) => ({ op: 'update', entity: item, key, data }) as const;
    const outcomes = await connection.orders.batch({
      operations: [
        { op: 'get', entity: order, key: number },
        change({ OrderQuantity: '9' }),
        { changeSet: [change({ OrderQuantity: '10' }), change({ Plant: 'NONE' })] },
        { op: 'list', entity: item, query: { top: 3 } },
      ],
    });
    expect(outcomes.map(({ status }) => status)).toEqual([
      'succeeded',
      'succeeded',
      'rolled-back',
      'failed',
      'succeeded',
    ]);
    const found = await connection.orders.get({ entity: item, key });
    expect(found?.record).toMatchObject({ OrderQuantity: '9.000' });
  });

  test.each(['multipart', 'json'] as const)('V4 speaks as well, batches as %s', async (format) => {
    await using connection = await connect({ jsonBatch: true }, format);
    const { ordersV4 } = connection;
    const metadata = await ordersV4.metadata();
    const order = extendEntityType({
      type: { name: 'PurchaseOrder', key: ['PurchaseOrder'], properties: {} },
      metadata,
    });
    const numbers: unknown[] = [];
    for await (const page of ordersV4.list({
      entity: order,
      query: { select: ['PurchaseOrder'] },
    })) {
      numbers.push(...page.records.map(({ PurchaseOrder }) => PurchaseOrder));
    }
    expect(new Set(numbers).size).toBe(20);
    const expand = { _PurchaseOrderItem: { select: ['OrderQuantity'], top: 1 } };
    const outcomes = await ordersV4.batch({
      operations: [
        { op: 'get', entity: order, key: String(numbers[0]), query: { expand } },
        { op: 'get', entity: order, key: 'none' },
        { op: 'list', entity: order, query: { top: 2, count: true } },
      ],
    });
    expect(outcomes).toMatchObject([
      { status: 'succeeded', result: { record: { PurchaseOrder: numbers[0] } } },
      { status: 'failed', error: { code: 'ERR_NOT_FOUND' } },
      { status: 'succeeded', result: { page: { totalCount: 20 } } },
    ]);
  });

  test('20 writes in parallel are 21 requests', async () => {
    await using connection = await connect();
    const { order, item } = await orderTypes(connection);
    const { number, item: line } = await firstOrder(connection, order);
    const before = connection.sap.journal.total;
    await Promise.all(
      Array.from({ length: 20 }, () =>
        connection.orders.update({
          entity: item,
          key: { PurchaseOrder: number, PurchaseOrderItem: line.PurchaseOrderItem },
          data: { OrderQuantity: '3' } as never,
        }),
      ),
    );
    expect(connection.sap.journal.total - before).toBe(21);
  });
});
