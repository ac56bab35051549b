import { afterEach, describe, expect, it } from 'vitest';
import {
  createSapCaller,
  newItem,
  newOrder,
  type SapCaller,
  v2,
  v4,
} from './sap-caller.fixture.ts';
import type { SapSandboxOptions } from './sap-options.ts';
import { type SapSandbox, startSapSandbox } from './sap-sandbox.ts';

let sandbox: SapSandbox;

async function start(options: SapSandboxOptions = {}): Promise<SapCaller> {
  sandbox = await startSapSandbox({ products: 20, purchaseOrders: 2, ...options });
  const call = createSapCaller(sandbox);
  await call.signIn();
  return call;
}

afterEach(() => sandbox.close());

const orders = `${v2.order}/A_PurchaseOrder`;
const itemPath = (order: string, item = '10') =>
  `${v2.order}/A_PurchaseOrderItem(PurchaseOrder='${order}',PurchaseOrderItem='${item}')`;
const linePath = (order: string, line = '1') =>
  `${v2.order}/A_PurchaseOrderScheduleLine(PurchasingDocument='${order}',PurchasingDocumentItem='10',ScheduleLine='${line}')`;
const codesOf = (answer: {
  json: { error: { innererror: { errordetails: { code: string }[] } } };
}) => answer.json.error.innererror.errordetails.map(({ code }) => code);

async function createOrder(
  call: SapCaller,
  changes: Record<string, unknown> = {},
): Promise<string> {
  const answer = await call('POST', orders, newOrder(changes));
  expect(answer.status, answer.text).toBe(201);
  return answer.json.d.PurchaseOrder;
}

describe('creating a purchase order over V2', () => {
  it('gives the number, the location and what was sent deep', async () => {
    const call = await start();
    const answer = await call(
      'POST',
      orders,
      newOrder({
        to_PurchaseOrderItem: {
          results: [
            newItem({
              to_ScheduleLine: {
                results: [
                  {
                    ScheduleLineDeliveryDate: '/Date(1772323200000)/',
                    ScheduleLineOrderQuantity: '2',
                  },
                  {
                    ScheduleLineDeliveryDate: '2026-03-08T00:00:00',
                    ScheduleLineOrderQuantity: '3.000',
                  },
                ],
              },
            }),
            newItem(),
            newItem({ PurchaseOrderItem: '00045' }),
            newItem(),
          ],
        },
      }),
    );
    expect(answer.status).toBe(201);
    const order = answer.json.d;
    expect(order.PurchaseOrder).toBe('4500000002');
    expect(answer.headers.get('location')).toBe(`${sandbox.url}${orders}('4500000002')`);
    const items = order.to_PurchaseOrderItem.results;
    expect(items.map((item: { PurchaseOrderItem: string }) => item.PurchaseOrderItem)).toEqual([
      '10',
      '20',
      '45',
      '50',
    ]);
    expect(items[0].OrderQuantity).toBe('5.000');
    expect(items[0].NetPriceAmount).toBe('100.500');
    expect(
      items[0].to_ScheduleLine.results.map((line: Record<string, string>) => [
        line.ScheduleLine,
        line.ScheduleLineDeliveryDate,
        line.ScheduleLineOrderQuantity,
      ]),
    ).toEqual([
      ['1', '/Date(1772323200000)/', '2.000'],
      ['2', `/Date(${Date.UTC(2026, 2, 8)})/`, '3.000'],
    ]);
  });

  it('takes defaults from supplier and material, and a delivery date after today', async () => {
    const call = await start({ defaultDeliveryDays: 14 });
    const order = newOrder();
    delete order.PurchasingGroup;
    delete order.DocumentCurrency;
    const number = (await call('POST', orders, order)).json.d.PurchaseOrder;
    const { json } = await call.get(
      `${orders}('${number}')?$expand=to_PurchaseOrderItem/to_ScheduleLine`,
    );
    expect(json.d).toMatchObject({
      PurchasingGroup: '001',
      DocumentCurrency: 'EUR',
      PaymentTerms: '0004',
      CreatedByUser: 'COMM_USER',
    });
    const [item] = json.d.to_PurchaseOrderItem.results;
    expect(item.PurchaseOrderQuantityUnit).not.toBe('');
    expect(item.PurchaseOrderItemText).not.toBe('');
    expect(item.to_ScheduleLine.results).toHaveLength(1);
    expect(item.to_ScheduleLine.results[0]).toMatchObject({
      ScheduleLineOrderQuantity: '5.000',
      ScheduleLineDeliveryDate: `/Date(${Date.UTC(2026, 0, 19)})/`,
    });
  });

  it('creates a doubled order when the same body comes twice', async () => {
    const call = await start();
    await createOrder(call);
    await createOrder(call);
    const references = [...sandbox.state.purchaseOrders()].map(
      ({ header }) => header.CorrespncExternalReference,
    );
    expect(references.filter((reference) => reference === 'EXT-1')).toHaveLength(2);
  });

  it('tells everything that is wrong at once, and keeps nothing', async () => {
    const call = await start();
    const before = sandbox.state.counters();
    const answer = await call(
      'POST',
      orders,
      newOrder({
        CompanyCode: '9999',
        Supplier: '999',
        to_PurchaseOrderItem: [newItem({ Material: 'NONE', Plant: '9999', OrderQuantity: '0' })],
      }),
    );
    expect(answer.status).toBe(400);
    expect(codesOf(answer)).toEqual([
      'F5/165',
      '06/321',
      '06/136',
      'M3/305',
      'ME/083',
      '06/022',
      '/IWBEP/CX_MGW_BUSI_EXCEPTION',
    ]);
    expect(answer.json.error).toMatchObject({
      code: 'F5/165',
      message: { lang: 'en', value: 'Company code 9999 does not exist' },
      innererror: { application: { service_id: 'API_PURCHASEORDER_PROCESS_SRV' } },
    });
    expect(answer.json.error.innererror.timestamp).toMatch(/^\d{14}\.\d{7}$/);
    expect(answer.headers.get('dataserviceversion')).toBe('1.0');
    expect(sandbox.state.counters()).toMatchObject({
      purchaseOrders: before.purchaseOrders,
      purchaseOrderItems: before.purchaseOrderItems,
    });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ['a missing company code', { CompanyCode: '' }, {}, 'ME/083'],
    ['a missing purchasing organisation', { PurchasingOrganization: '' }, {}, 'ME/083'],
    ['an unknown purchasing organisation', { PurchasingOrganization: '4711' }, {}, '06/040'],
    [
      'the purchasing organisation of another company',
      { PurchasingOrganization: '1710' },
      {},
      '06/295',
    ],
    ['an unknown purchasing group', { PurchasingGroup: '999' }, {}, '06/041'],
    ['an unknown document type', { PurchaseOrderType: 'XX' }, {}, '06/043'],
    ['an unknown currency', { DocumentCurrency: 'XXX' }, {}, 'SG/105'],
    ['a blocked supplier', { Supplier: '17390001' }, {}, '06/024'],
    ['no items', { to_PurchaseOrderItem: [] }, {}, '06/261'],
    ['a missing plant', {}, { Plant: '' }, 'ME/083'],
    ['a plant of another company', {}, { Plant: '1710' }, '06/138'],
    [
      'a material that the plant does not keep',
      {},
      { Material: 'MZ-FG-000002', Plant: '1020' },
      'M3/351',
    ],
    ['a quantity that is not positive', {}, { OrderQuantity: '-1' }, '06/022'],
    ['a price unit of zero', {}, { NetPriceQuantity: '0' }, '06/215'],
    ['a price unit of measure that does not fit', {}, { OrderPriceUnit: 'KG' }, 'ME/307'],
    ['an order unit that does not fit', {}, { PurchaseOrderQuantityUnit: 'KG' }, 'ME/306'],
    ['an unknown unit', {}, { PurchaseOrderQuantityUnit: 'XYZ' }, 'BM/302'],
    ['no price', {}, { NetPriceAmount: '0' }, 'ME/083'],
    [
      'an item without material and account assignment',
      {},
      {
        Material: '',
        PurchaseOrderItemText: 'Advice',
        MaterialGroup: 'P001',
        PurchaseOrderQuantityUnit: 'H',
      },
      'ME/062',
    ],
  ])('refuses %s', async (_name, header, item, code) => {
    const call = await start({ blockedSuppliers: 1 });
    const { json } = await call.get(
      `${v2.product}/A_Product?$filter=BaseUnit eq 'PC'&$top=1&$select=Product`,
    );
    const material = json.d.results[0].Product;
    const answer = await call(
      'POST',
      orders,
      newOrder({
        to_PurchaseOrderItem: [newItem({ Material: material, ...item })],
        ...header,
      }),
    );
    expect(answer.status).toBe(400);
    expect(codesOf(answer)).toContain(code);
  });

  it('takes an item without material with its account assignment', async () => {
    const call = await start();
    const number = await createOrder(call, {
      to_PurchaseOrderItem: [
        {
          PurchaseOrderItemText: 'Advice',
          MaterialGroup: 'P001',
          AccountAssignmentCategory: 'K',
          Plant: '1010',
          OrderQuantity: '8',
          PurchaseOrderQuantityUnit: 'H',
          NetPriceAmount: '120',
          to_AccountAssignment: [{ CostCenter: '0010101101', GLAccount: '65100000' }],
        },
      ],
    });
    const { json } = await call.get(`${itemPath(number)}/to_AccountAssignment`);
    expect(json.d.results[0]).toMatchObject({
      AccountAssignmentNumber: '1',
      CostCenter: '10101101',
      Quantity: '8.000',
      PurgDocNetAmount: '960.000',
    });
  });

  it('warns in sap-message when the delivery date lies in the past', async () => {
    const call = await start();
    const answer = await call(
      'POST',
      orders,
      newOrder({
        to_PurchaseOrderItem: [
          newItem({
            to_ScheduleLine: [
              { ScheduleLineDeliveryDate: '/Date(0)/', ScheduleLineOrderQuantity: '5' },
            ],
          }),
          newItem({
            to_ScheduleLine: [
              { ScheduleLineDeliveryDate: '/Date(0)/', ScheduleLineOrderQuantity: '6' },
            ],
          }),
        ],
      }),
    );
    expect(answer.status).toBe(201);
    const message = JSON.parse(answer.headers.get('sap-message')!);
    expect(message).toMatchObject({
      code: '06/039',
      severity: 'warning',
      target: 'ScheduleLineDeliveryDate',
    });
    expect(message.details.map(({ code }: { code: string }) => code)).toEqual(['ME/075', '06/039']);
    expect(answer.json.d.to_PurchaseOrderItem.results[1].OrderQuantity).toBe('6.000');
  });
});

describe('values in a body', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a JSON number for a decimal', { OrderQuantity: 5 }],
    ['more decimal places than declared', { OrderQuantity: '5.0001' }],
    ['more digits than declared', { OrderQuantity: '12345678901' }],
    ['a text that is too long', { Plant: '10100' }],
    ['a text for a flag', { IsFinallyInvoiced: 'X' }],
    ['letters in a number', { PurchaseOrderItem: 'A1' }],
    ['a number for a text', { Material: 5 }],
    ['a property that does not exist', { Menge: '5' }],
  ])('refuses %s and names the property', async (_name, item) => {
    const call = await start();
    const answer = await call('POST', orders, newOrder({ to_PurchaseOrderItem: [newItem(item)] }));
    expect(answer.status).toBe(400);
    expect(answer.json.error.message.value).toMatch(
      new RegExp(`^Property '${Object.keys(item)[0]}'`),
    );
  });

  it('ignores server-maintained properties, or refuses them', async () => {
    const readOnly = { CreationDate: '/Date(0)/', CreatedByUser: 'ME' };
    const call = await start();
    const number = await createOrder(call, readOnly);
    const { json } = await call.get(`${orders}('${number}')`);
    expect(json.d.CreatedByUser).toBe('COMM_USER');
    await sandbox.close();
    const strict = await start({ readOnlyProperties: 'reject' });
    const answer = await strict('POST', orders, newOrder(readOnly));
    expect(answer.status).toBe(400);
    expect(answer.json.error.message.value).toContain("'CreationDate'");
  });

  it('refuses broken JSON and other content types', async () => {
    const call = await start();
    const broken = await call('POST', orders, '{"CompanyCode":');
    expect(broken.json.error.code).toBe('CX_SXML_PARSE_ERROR');
    const xml = await call('POST', orders, '<entry/>', { 'content-type': 'application/atom+xml' });
    expect(xml.status).toBe(415);
  });

  it('keeps custom fields for both versions', async () => {
    const call = await start();
    const number = await createOrder(call, { YY1_CommonOrderId_PDH: 'c-1', YY1_Priority_PDH: '3' });
    const { json } = await call.get(`${v4}/PurchaseOrder('${number}')`);
    expect(json).toMatchObject({ YY1_CommonOrderId_PDH: 'c-1', YY1_Priority_PDH: 3 });
  });
});

describe('changing a purchase order over V2', () => {
  it.each(['PATCH', 'MERGE'])(
    '%s changes what is sent and moves the change time',
    async (method) => {
      const call = await start();
      const number = await createOrder(call);
      const before = (await call.get(`${orders}('${number}')`)).json.d;
      const answer = await call(method, `${orders}('${number}')`, { PaymentTerms: '0001' });
      expect(answer.status).toBe(204);
      expect(answer.text).toBe('');
      const after = (await call.get(`${orders}('${number}')`)).json.d;
      expect(after).toMatchObject({
        PaymentTerms: '0001',
        CompanyCode: '1010',
        CorrespncExternalReference: 'EXT-1',
      });
      expect(after.LastChangeDateTime > before.LastChangeDateTime).toBe(true);
    },
  );

  it('PUT resets what is not sent; POST with X-HTTP-Method stands for MERGE', async () => {
    const call = await start();
    const number = await createOrder(call);
    const put = await call('PUT', `${orders}('${number}')`, {
      PaymentTerms: '0001',
      DocumentCurrency: 'EUR',
      PurchasingGroup: '001',
    });
    expect(put.status).toBe(204);
    const after = (await call.get(`${orders}('${number}')`)).json.d;
    expect(after).toMatchObject({ CorrespncExternalReference: '', CompanyCode: '1010' });
    const merge = await call(
      'POST',
      `${orders}('${number}')`,
      { PaymentTerms: '0002' },
      { 'x-http-method': 'MERGE' },
    );
    expect(merge.status).toBe(204);
  });

  it('keeps item, schedule lines and amounts in step', async () => {
    const call = await start();
    const number = await createOrder(call);
    await call('PATCH', itemPath(number), { OrderQuantity: '8.5' });
    expect((await call.get(linePath(number))).json.d.ScheduleLineOrderQuantity).toBe('8.500');
    await call('PATCH', linePath(number), {
      ScheduleLineOrderQuantity: '4',
      ScheduleLineDeliveryDate: '/Date(1772323200000)/',
    });
    expect((await call.get(itemPath(number))).json.d.OrderQuantity).toBe('4.000');
    const created = await call('POST', `${itemPath(number)}/to_ScheduleLine`, {
      ScheduleLineOrderQuantity: '6',
      ScheduleLineDeliveryDate: '/Date(1772323200000)/',
    });
    expect(created.json.d.ScheduleLine).toBe('2');
    const item = `${v4}/PurchaseOrderItem(PurchaseOrder='${number}',PurchaseOrderItem='10')`;
    expect((await call.get(item)).json).toMatchObject({ OrderQuantity: 10, NetAmount: 1_005 });
    // A reduction takes from the last line first, then from the one before.
    await call('PATCH', itemPath(number), { OrderQuantity: '3' });
    expect((await call.get(linePath(number))).json.d.ScheduleLineOrderQuantity).toBe('3.000');
    expect((await call.get(linePath(number, '2'))).json.d.ScheduleLineOrderQuantity).toBe('0.000');
    expect((await call('DELETE', linePath(number, '2'))).status).toBe(204);
    expect((await call('DELETE', linePath(number))).status).toBe(400);
  });

  it('adds an item and sets the deletion indicator of one', async () => {
    const call = await start();
    const number = await createOrder(call);
    const added = await call('POST', `${orders}('${number}')/to_PurchaseOrderItem`, newItem());
    expect(added.json.d.PurchaseOrderItem).toBe('20');
    const direct = await call(
      'POST',
      `${v2.order}/A_PurchaseOrderItem`,
      newItem({ PurchaseOrder: number }),
    );
    expect(direct.json.d.PurchaseOrderItem).toBe('30');
    expect((await call('DELETE', itemPath(number, '20'))).status).toBe(204);
    expect((await call.get(itemPath(number, '20'))).json.d.PurchasingDocumentDeletionCode).toBe(
      'L',
    );
    const changed = await call('PATCH', itemPath(number, '20'), { OrderQuantity: '1' });
    expect(codesOf(changed)).toContain('06/115');
  });

  it('keeps the item that a new one would have replaced', async () => {
    const call = await start();
    const number = await createOrder(call);
    const answer = await call(
      'POST',
      `${orders}('${number}')/to_PurchaseOrderItem`,
      newItem({ PurchaseOrderItem: '10', OrderQuantity: '99' }),
    );
    expect(codesOf(answer)).toContain('06/046');
    expect((await call.get(itemPath(number))).json.d.OrderQuantity).toBe('5.000');
    const line = { ScheduleLine: '1', ScheduleLineOrderQuantity: '1' };
    const doubled = await call('POST', `${itemPath(number)}/to_ScheduleLine`, line);
    expect(doubled.json.error.message.value).toContain('already exists');
    expect((await call.get(linePath(number))).json.d.ScheduleLineOrderQuantity).toBe('5.000');
  });

  it('keeps texts of header and items', async () => {
    const call = await start();
    const number = await createOrder(call, {
      to_PurchaseOrderNote: [
        { TextObjectType: 'F01', Language: 'EN', PlainLongText: 'x'.repeat(300) },
      ],
    });
    const before = (await call.get(`${orders}('${number}')`)).json.d.LastChangeDateTime;
    const key = `PurchaseOrder='${number}',TextObjectType='F01',Language='EN'`;
    const note = `${v2.order}/A_PurchaseOrderNote(${key})`;
    expect((await call('PATCH', note, { PlainLongText: 'short' })).status).toBe(204);
    expect((await call.get(`${v4}/PurchaseOrderNote(${key})`)).json.PlainLongText).toBe('short');
    expect((await call.get(`${orders}('${number}')`)).json.d.LastChangeDateTime).not.toBe(before);
    expect((await call('DELETE', note)).status).toBe(204);
    expect((await call.get(note)).status).toBe(404);
  });

  it('deletes an order with its items by indicator', async () => {
    const call = await start();
    const number = await createOrder(call);
    expect((await call('DELETE', `${orders}('${number}')`)).status).toBe(204);
    expect((await call.get(itemPath(number))).json.d.PurchasingDocumentDeletionCode).toBe('L');
    expect(
      (await call.get(`${v4}/PurchaseOrder('${number}')`)).json.PurchaseOrderDeletionCode,
    ).toBe('L');
    expect(
      codesOf(await call('PATCH', `${orders}('${number}')`, { PaymentTerms: '0001' })),
    ).toContain('06/016');
  });

  it('moves the header with its items, unless told to be the trap', async () => {
    const headerTime = async (call: SapCaller, number: string) =>
      (await call.get(`${orders}('${number}')`)).json.d.LastChangeDateTime;
    for (const headerTimestampOnItemChange of [true, false]) {
      const call = await start({ headerTimestampOnItemChange });
      const number = await createOrder(call);
      const before = await headerTime(call, number);
      await call('PATCH', itemPath(number), { OrderQuantity: '6' });
      expect((await headerTime(call, number)) !== before).toBe(headerTimestampOnItemChange);
      if (headerTimestampOnItemChange) await sandbox.close();
    }
  });

  it('refuses deep updates, quantities that cannot be, and unknown entities', async () => {
    const call = await start();
    const number = await createOrder(call);
    expect(
      (await call('PATCH', `${orders}('${number}')`, { to_PurchaseOrderItem: [newItem()] })).status,
    ).toBe(400);
    expect(codesOf(await call('PATCH', itemPath(number), { OrderQuantity: '0' }))).toContain(
      '06/022',
    );
    expect((await call('PATCH', `${orders}('1')`, { PaymentTerms: '0001' })).status).toBe(404);
    expect((await call('DELETE', `${v2.product}/A_Product('MZ-FG-000001')`)).status).toBe(405);
    expect((await call('POST', `${v2.partner}/A_Supplier`, { Supplier: '1' })).status).toBe(405);
  });

  it('lets open orders of a material go on after it was marked for deletion', async () => {
    const call = await start();
    const order = await createOrder(call);
    sandbox.actions.markProductsForDeletion({ count: 20 });
    const changed = await call('PATCH', itemPath(order), { OrderQuantity: '6' });
    expect(changed.status, changed.text).toBe(204);
    const anew = await call('POST', orders, newOrder());
    expect(anew.status).toBe(400);
    expect(codesOf(anew)).toContain('M3/024');
  });

  it('does not reduce an item that is fully delivered', async () => {
    const call = await start();
    const number = await createOrder(call);
    await call('PATCH', itemPath(number), { IsCompletelyDelivered: true });
    expect(codesOf(await call('PATCH', itemPath(number), { OrderQuantity: '1' }))).toContain(
      '06/103',
    );
    expect(
      codesOf(await call('PATCH', linePath(number), { ScheduleLineOrderQuantity: '1' })),
    ).toContain('06/103');
    expect((await call('PATCH', itemPath(number), { OrderQuantity: '9' })).status).toBe(204);
  });

  it('refuses to change what somebody else has open', async () => {
    const call = await start();
    const number = await createOrder(call);
    sandbox.actions.lock({ order: number, user: 'BUYER7' });
    const locked = await call('PATCH', itemPath(number), { OrderQuantity: '9' });
    expect(locked.status).toBe(400);
    expect(locked.json.error.code).toBe('06/048');
    expect(locked.json.error.message.value).toContain('is being processed by BUYER7');
    sandbox.actions.unlock({ order: number });
    expect((await call('PATCH', itemPath(number), { OrderQuantity: '9' })).status).toBe(204);
    sandbox.faults.add({ kind: 'lock' });
    expect((await call('PATCH', itemPath(number), { OrderQuantity: '8' })).json.error.code).toBe(
      '06/048',
    );
    expect((await call.get(itemPath(number))).json.d.OrderQuantity).toBe('9.000');
  });

  it('takes If-Match: * though orders have no ETag', async () => {
    const call = await start();
    const number = await createOrder(call);
    const answer = await call(
      'PATCH',
      `${orders}('${number}')`,
      { PaymentTerms: '0001' },
      { 'if-match': '*' },
    );
    expect(answer.status).toBe(204);
    expect((await call.get(`${orders}('${number}')`)).headers.get('etag')).toBeNull();
  });
});

describe('purchase orders over V4', () => {
  const order = {
    CompanyCode: '1010',
    PurchaseOrderType: 'NB',
    Supplier: '17300001',
    PurchasingOrganization: '1010',
    PurchasingGroup: '001',
    _PurchaseOrderItem: [
      {
        Material: 'MZ-FG-000001',
        OrderQuantity: 2.5,
        Plant: '1010',
        NetPriceAmount: 10.25,
        _PurchaseOrderScheduleLineTP: [
          { ScheduleLineDeliveryDate: '2026-03-01', ScheduleLineOrderQuantity: 2.5 },
        ],
      },
    ],
  };

  it('creates deep, changes with the ETag and answers with the entity', async () => {
    const call = await start();
    const created = await call('POST', `${v4}/PurchaseOrder`, order);
    expect(created.status).toBe(201);
    const number = created.json.PurchaseOrder;
    expect(created.headers.get('location')).toBe(`${sandbox.url}${v4}/PurchaseOrder('${number}')`);
    const [item] = created.json._PurchaseOrderItem;
    expect(item._PurchaseOrderScheduleLineTP[0].ScheduleLineDeliveryDate).toBe('2026-03-01');
    expect(item.NetAmount).toBe(25.63);

    const path = `${v4}/PurchaseOrderItem(PurchaseOrder='${number}',PurchaseOrderItem='10')`;
    expect((await call('PATCH', path, { OrderQuantity: 3 })).status).toBe(428);
    const etag = item['@odata.etag'];
    const changed = await call('PATCH', path, { OrderQuantity: 3 }, { 'if-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.json.OrderQuantity).toBe(3);
    const stale = await call('PATCH', path, { OrderQuantity: 4 }, { 'if-match': etag });
    expect(stale.status).toBe(412);
    const minimal = await call(
      'PATCH',
      path,
      { OrderQuantity: 4 },
      { 'if-match': '*', prefer: 'return=minimal' },
    );
    expect(minimal.status).toBe(204);
    expect((await call.get(itemPath(number))).json.d.OrderQuantity).toBe('4.000');
    expect((await call('DELETE', path, undefined, { 'if-match': '*' })).status).toBe(204);
    expect((await call.get(path)).json.PurchasingDocumentDeletionCode).toBe('L');
  });

  it('takes decimals as strings only with IEEE754Compatible', async () => {
    const call = await start();
    const quoted = {
      ...order,
      _PurchaseOrderItem: [
        {
          ...order._PurchaseOrderItem[0],
          OrderQuantity: '2.500',
          NetPriceAmount: '10.25',
          _PurchaseOrderScheduleLineTP: undefined,
        },
      ],
    };
    const refused = await call('POST', `${v4}/PurchaseOrder`, quoted);
    expect(refused.status).toBe(400);
    expect(refused.json.error.message).toBe("Property 'OrderQuantity' has invalid value '2.500'");
    const taken = await call('POST', `${v4}/PurchaseOrder`, quoted, {
      'content-type': 'application/json;IEEE754Compatible=true',
    });
    expect(taken.status).toBe(201);
  });

  it('puts warnings into SAP__Messages and errors into the V4 envelope', async () => {
    const call = await start();
    const late = {
      ...order,
      _PurchaseOrderItem: [
        {
          ...order._PurchaseOrderItem[0],
          _PurchaseOrderScheduleLineTP: [
            { ScheduleLineDeliveryDate: '2020-01-01', ScheduleLineOrderQuantity: 2.5 },
          ],
        },
      ],
    };
    const created = await call('POST', `${v4}/PurchaseOrder`, late);
    expect(created.json.SAP__Messages).toEqual([
      expect.objectContaining({
        code: '06/039',
        numericSeverity: 3,
        target: 'ScheduleLineDeliveryDate',
      }),
    ]);
    const wrong = await call('POST', `${v4}/PurchaseOrder`, {
      ...order,
      Supplier: '1',
      CompanyCode: '0001',
      DocumentCurrency: 'EUR',
    });
    expect(wrong.status).toBe(400);
    expect(wrong.json.error).toMatchObject({
      code: 'F5/165',
      message: 'Company code 0001 does not exist',
      '@SAP__common.ExceptionCategory': 'Provider_Application_Error',
      details: [
        { code: '06/321', '@SAP__common.Severity': 'error', '@SAP__common.numericSeverity': 4 },
        { code: '06/138' },
      ],
    });
    expect(wrong.json.error.innererror.ErrorDetails['@SAP__common.TransactionId']).toMatch(
      /^[0-9A-F]{32}$/,
    );
  });
});

describe('sales orders', () => {
  const sales = `${v2.sales}/A_SalesOrder`;
  const body = {
    SalesOrderType: 'OR',
    SalesOrganization: '1010',
    DistributionChannel: '10',
    OrganizationDivision: '00',
    SoldToParty: '10100001',
    PurchaseOrderByCustomer: 'C-1',
    to_Item: { results: [{ Material: 'MZ-FG-000001', RequestedQuantity: '3' }] },
  };

  it('need the current ETag to be changed', async () => {
    const call = await start();
    const created = await call('POST', sales, body);
    expect(created.status).toBe(201);
    expect(created.json.d.to_Item.results[0]).toMatchObject({
      SalesOrderItem: '10',
      RequestedQuantity: '3.000',
    });
    const path = `${sales}('${created.json.d.SalesOrder}')`;
    const { headers, json } = await call.get(path);
    const etag = headers.get('etag')!;
    expect(etag).toMatch(/^W\/"datetimeoffset'/);
    expect(json.d.__metadata.etag).toBe(etag);
    const change = { PurchaseOrderByCustomer: 'C-2' };
    expect((await call('PATCH', path, change)).status).toBe(428);
    expect((await call('PATCH', path, change, { 'if-match': etag })).status).toBe(204);
    expect((await call('PATCH', path, change, { 'if-match': etag })).status).toBe(412);
    expect((await call('PATCH', path, change, { 'if-match': '*' })).status).toBe(204);
    const fresh = (await call.get(path)).headers.get('etag')!;
    expect((await call.get(path, { 'if-none-match': fresh })).status).toBe(304);
  });

  it('refuse an unknown customer or material', async () => {
    const call = await start();
    const answer = await call('POST', sales, {
      ...body,
      SoldToParty: '1',
      to_Item: [{ Material: 'X', RequestedQuantity: '0' }],
    });
    expect(codesOf(answer)).toEqual(expect.arrayContaining(['VP/151', 'V1/382', 'V1/384']));
  });
});

describe('master data', () => {
  it('makes a supplier from a business partner that orders can use', async () => {
    const call = await start();
    const created = await call('POST', `${v2.partner}/A_BusinessPartner`, {
      BusinessPartnerCategory: '2',
      BusinessPartnerGrouping: 'BP02',
      OrganizationBPName1: 'New Supplier GmbH',
      to_BusinessPartnerRole: [{ BusinessPartnerRole: 'FLVN01' }],
      to_BusinessPartnerAddress: {
        results: [
          { Country: 'DE', CityName: 'Köln', to_EmailAddress: [{ EmailAddress: 'a@example.com' }] },
        ],
      },
      to_Supplier: {
        SupplierAccountGroup: 'SUPL',
        to_SupplierPurchasingOrg: [
          { PurchasingOrganization: '1010', PurchaseOrderCurrency: 'EUR' },
        ],
      },
    });
    expect(created.status, created.text).toBe(201);
    const { BusinessPartner, Supplier } = created.json.d;
    expect(Supplier).toBe(BusinessPartner);
    expect(created.json.d.to_Supplier.SupplierName).toBe('New Supplier GmbH');
    const address = created.json.d.to_BusinessPartnerAddress.results[0];
    expect(address.to_EmailAddress.results[0].EmailAddress).toBe('a@example.com');
    await createOrder(call, { Supplier });
  });

  it('moves the change time of the product with its parts, of the partner with its own', async () => {
    const call = await start();
    const path = `${v2.product}/A_Product('MZ-FG-000001')`;
    const before = (await call.get(path)).json.d.LastChangeDateTime;
    await call(
      'PATCH',
      `${v2.product}/A_ProductDescription(Product='MZ-FG-000001',Language='EN')`,
      { ProductDescription: 'New' },
    );
    expect((await call.get(path)).json.d.LastChangeDateTime).not.toBe(before);
    await call('PATCH', `${v2.partner}/A_Supplier('17300003')`, { PurchasingIsBlocked: true });
    const { json } = await call.get(`${v2.partner}/A_BusinessPartner('17300003')`);
    expect(json.d.LastChangeDate).toBe(`/Date(${Date.UTC(2026, 0, 5)})/`);
    expect(codesOf(await call('POST', orders, newOrder({ Supplier: '17300003' })))).toContain(
      '06/024',
    );
  });

  it('refuses a product that exists', async () => {
    const call = await start();
    const answer = await call('POST', `${v2.product}/A_Product`, {
      Product: 'mz-fg-000001',
      ProductType: 'FERT',
      BaseUnit: 'PC',
    });
    expect(answer.status).toBe(400);
    expect(answer.json.error.message.value).toContain('already exists');
  });
});
