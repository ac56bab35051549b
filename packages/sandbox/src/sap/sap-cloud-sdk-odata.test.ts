import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  sdkBatch,
  sdkChangeSet,
  sdkDate,
  sdkDecimal,
  sdkItems,
  sdkOrders,
} from './sap-cloud-sdk-orders.fixture.ts';
import { type SapSandbox, startSapSandbox } from './sap-sandbox.ts';

let sandbox: SapSandbox;

beforeAll(async () => {
  sandbox = await startSapSandbox({ products: 20, purchaseOrders: 5 });
});
afterAll(() => sandbox.close());

const destination = () => ({
  url: sandbox.url,
  username: sandbox.settings.user,
  password: sandbox.settings.password,
  sapClient: sandbox.settings.client,
  authentication: 'BasicAuthentication' as const,
});
const fields = sdkOrders.schema;

async function createOrder() {
  const order = sdkOrders
    .entityBuilder()
    .companyCode('1010')
    .purchaseOrderType('NB')
    .supplier('17300001')
    .purchasingOrganization('1010')
    .purchasingGroup('001')
    .documentCurrency('EUR')
    .purchaseOrderDate(sdkDate('2026-03-01'))
    .build();
  const item = sdkItems
    .entityBuilder()
    .purchaseOrderItem('10')
    .material('MZ-FG-000001')
    .plant('1010')
    .orderQuantity(sdkDecimal('5.125'))
    .netPriceAmount(sdkDecimal('9.99'))
    .build();
  order.toPurchaseOrderItem = [item];
  return sdkOrders.requestBuilder().create(order).execute(destination());
}

describe("SAP's own OData client", () => {
  it('reads typed orders with their items, and selects', async () => {
    const [first, ...rest] = await sdkOrders
      .requestBuilder()
      .getAll()
      .select(
        fields.PURCHASE_ORDER,
        fields.PURCHASE_ORDER_DATE,
        fields.LAST_CHANGE_DATE_TIME,
        fields.TO_PURCHASE_ORDER_ITEM,
      )
      .orderBy(fields.PURCHASE_ORDER)
      .top(3)
      .execute(destination());
    expect(rest).toHaveLength(2);
    expect(first.purchaseOrder).toBe('4500000000');
    expect(first.purchaseOrderDate.toISOString()).toMatch(/^\d{4}-\d\d-\d\dT00:00:00.000Z$/);
    const [{ header, items }] = [...sandbox.state.purchaseOrders()] as never as [
      { header: { LastChangeDateTime: string }; items: { item: { OrderQuantity: string } }[] },
    ];
    expect(first.lastChangeDateTime.toISOString().slice(0, 23)).toBe(
      header.LastChangeDateTime.slice(0, 23),
    );
    const quantities = first.toPurchaseOrderItem.map((item: { orderQuantity: object }) =>
      Number(item.orderQuantity),
    );
    expect(quantities).toEqual(items.map(({ item }) => Number(item.OrderQuantity)));
  });

  it('filters by texts and instants, and counts', async () => {
    const all = await sdkOrders.requestBuilder().getAll().execute(destination());
    const { lastChangeDateTime, purchaseOrder } = all[2];
    const since = await sdkOrders
      .requestBuilder()
      .getAll()
      .filter(fields.LAST_CHANGE_DATE_TIME.greaterOrEqual(lastChangeDateTime))
      .execute(destination());
    expect(since).toHaveLength(
      all.filter((order: (typeof since)[0]) => order.lastChangeDateTime >= lastChangeDateTime)
        .length,
    );
    const one = await sdkOrders
      .requestBuilder()
      .getAll()
      .filter(fields.PURCHASE_ORDER.equals(purchaseOrder))
      .execute(destination());
    expect(one).toHaveLength(1);
    expect(await sdkOrders.requestBuilder().getAll().count().execute(destination())).toBe(5);
  });

  it('creates by deep insert, changes, and deletes an item', async () => {
    const created = await createOrder();
    expect(created.purchaseOrder).toMatch(/^45\d{8}$/);
    const [item] = created.toPurchaseOrderItem;
    expect(item).toMatchObject({ purchaseOrderItem: '10', material: 'MZ-FG-000001' });
    expect(item.orderQuantity.toString()).toBe('5.125');
    item.orderQuantity = sdkDecimal('7.5');
    await sdkItems.requestBuilder().update(item).execute(destination());
    await sdkItems.requestBuilder().delete(item).execute(destination());
    const stored = [...sandbox.state.purchaseOrders()].find(
      ({ header }) => header.PurchaseOrder === created.purchaseOrder,
    );
    expect(stored?.items[0]?.item).toMatchObject({
      OrderQuantity: '7.500',
      PurchasingDocumentDeletionCode: 'L',
    });
  });

  it('understands every part of a batch', async () => {
    const created = await createOrder();
    created.paymentTerms = '0002';
    const key = sdkOrders.requestBuilder().getByKey;
    const [read, changed, missing] = await sdkBatch(
      key(created.purchaseOrder),
      sdkChangeSet(sdkOrders.requestBuilder().update(created)),
      key('9999999999'),
    ).execute(destination());
    expect(read.isSuccess()).toBe(true);
    expect(read.as(sdkOrders)[0].purchaseOrder).toBe(created.purchaseOrder);
    expect(changed.responses).toMatchObject([{ httpCode: 204 }]);
    expect(missing.isSuccess()).toBe(false);
    expect(missing.httpCode).toBe(404);
    const again = await key(created.purchaseOrder).execute(destination());
    expect(again.paymentTerms).toBe('0002');
  });

  it('sees a change set that failed as one answer, and nothing of it done', async () => {
    const order = await createOrder();
    const [item] = order.toPurchaseOrderItem;
    order.paymentTerms = '0003';
    item.orderQuantity = sdkDecimal('-1');
    const [answer] = await sdkBatch(
      sdkChangeSet(
        sdkOrders.requestBuilder().update(order),
        sdkItems.requestBuilder().update(item),
      ),
    ).execute(destination());
    expect(answer.isSuccess()).toBe(false);
    expect(answer.httpCode).toBe(400);
    const again = await sdkOrders
      .requestBuilder()
      .getByKey(order.purchaseOrder)
      .execute(destination());
    expect(again.paymentTerms).not.toBe('0003');
  });
});
