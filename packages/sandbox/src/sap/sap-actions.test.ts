import { afterEach, describe, expect, it } from 'vitest';
import { createSapCaller, newOrder, v2 } from './sap-caller.fixture.ts';
import type { SapSandboxOptions } from './sap-options.ts';
import { type SapSandbox, startSapSandbox } from './sap-sandbox.ts';

const opened: SapSandbox[] = [];

async function start(options: SapSandboxOptions = {}): Promise<SapSandbox> {
  const sandbox = await startSapSandbox({ products: 300, purchaseOrders: 40, ...options });
  opened.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((sandbox) => sandbox.close()));
});

const dump = (sandbox: SapSandbox): string =>
  JSON.stringify([
    [...sandbox.state.products()],
    [...sandbox.state.suppliers()],
    [...sandbox.state.purchaseOrders()],
  ]);

describe('the seed', () => {
  it('gives the same system for the same seed and another for another', async () => {
    const [first, second, third] = [
      await start({ seed: 7 }),
      await start({ seed: 7 }),
      await start({ seed: 8 }),
    ];
    for (const sandbox of [first, second]) {
      sandbox.actions.changeProducts({ count: 10 });
      sandbox.actions.markProductsForDeletion({ count: 5 });
      sandbox.actions.changeOrderQuantities({ count: 5 });
    }
    expect(dump(second)).toBe(dump(first));
    expect(dump(third)).not.toBe(dump(first));
  });

  it('has ties and 7-digit fractions among change times, all before the start', async () => {
    const sandbox = await start({ products: 2_000 });
    const times = [...sandbox.state.products()].map(({ product }) =>
      String(product.LastChangeDateTime),
    );
    expect(new Set(times).size).toBeLessThan(times.length);
    expect(times.some((time) => !time.endsWith('0000Z'))).toBe(true);
    expect(times.every((time) => time < sandbox.clock.iso())).toBe(true);
    const seconds = Map.groupBy(times, (time) => time.slice(0, 19));
    expect(Math.max(...[...seconds.values()].map((group) => group.length))).toBeGreaterThan(20);
    expect([...times].sort()).not.toEqual(times);
  });

  it('numbers suppliers, customers and orders, each order with 2–5 items whose lines add up', async () => {
    const sandbox = await start({ suppliers: 3, customers: 2, currencies: ['EUR', 'USD'] });
    const suppliers = [...sandbox.state.suppliers()].map(({ Supplier }) => Supplier);
    expect(suppliers).toEqual(['17300001', '17300002', '17300003']);
    const orders = [...sandbox.state.purchaseOrders()];
    expect(orders[0]!.header.PurchaseOrder).toBe('4500000000');
    expect(new Set(orders.map(({ header }) => header.DocumentCurrency))).toEqual(
      new Set(['EUR', 'USD']),
    );
    for (const { items } of orders) {
      expect(items.length).toBeGreaterThanOrEqual(2);
      expect(items.length).toBeLessThanOrEqual(5);
      for (const { item, scheduleLines } of items) {
        expect(scheduleLines.map((line) => line.ScheduleLineOrderQuantity)).toEqual([
          item.OrderQuantity,
        ]);
        expect(item.NetPriceAmount).toMatch(/^\d+\.\d{2}0$/);
      }
    }
  });

  it('keeps every ordered material in the plant of its item', async () => {
    const sandbox = await start();
    const plants = new Map(
      [...sandbox.state.products()].map(({ product, plants: list }) => [
        product.Product,
        list.map(({ Plant }) => Plant),
      ]),
    );
    for (const { items } of sandbox.state.purchaseOrders()) {
      for (const { item } of items) expect(plants.get(item.Material!)).toContain(item.Plant);
    }
  });
});

describe('what people do in the system', () => {
  it('changes and marks different products, later than everything else', async () => {
    const sandbox = await start();
    const before = sandbox.clock.iso();
    const changed = sandbox.actions.changeProducts({ count: 20 });
    const marked = sandbox.actions.markProductsForDeletion({ count: 10 });
    expect(new Set([...changed, ...marked]).size).toBe(30);
    const since = [...sandbox.state.products()].filter(
      ({ product }) => String(product.LastChangeDateTime) > before,
    );
    expect(since.map(({ product }) => product.Product).sort()).toEqual(
      [...changed, ...marked].sort(),
    );
    expect(since.filter(({ product }) => product.IsMarkedForDeletion).length).toBe(10);
    expect(() => sandbox.actions.changeProducts({ count: 300 })).toThrow(
      /only 270 products are left/,
    );
  });

  it('archives records, which no service shows any more', async () => {
    const sandbox = await start({ products: 3, purchaseOrders: 3 });
    const call = createSapCaller(sandbox);
    const keys = async (path: string, key: string): Promise<string[]> =>
      (await call.get(path)).json.d.results.map((row: Record<string, unknown>) => row[key]);
    const products = `${v2.product}/A_Product`;
    const orders = `${v2.order}/A_PurchaseOrder`;
    const [first = '', ...others] = await keys(products, 'Product');
    const [, second = ''] = await keys(orders, 'PurchaseOrder');
    sandbox.actions.archive({ table: 'product', keys: [first] });
    sandbox.actions.archive({ table: 'purchaseOrder', keys: [second] });
    expect(await keys(products, 'Product')).toEqual(others);
    expect(await keys(orders, 'PurchaseOrder')).not.toContain(second);
    expect(() => sandbox.actions.archive({ table: 'product', keys: [first] })).toThrow(
      'keys: not all of them are a Product',
    );
  });

  it('makes changes that become visible late, with a change time that has passed', async () => {
    const sandbox = await start();
    const before = sandbox.clock.iso();
    const [late] = sandbox.actions.changeProducts({ count: 1, stampedMsAgo: 60_000 });
    const [order] = sandbox.actions.changeOrderQuantities({ count: 1, stampedMsAgo: 60_000 });
    const found = [...sandbox.state.products()].find(({ product }) => product.Product === late);
    const changed = [...sandbox.state.purchaseOrders()].find(
      ({ header }) => header.PurchaseOrder === order!.purchaseOrder,
    );
    expect(String(found!.product.LastChangeDateTime) < before).toBe(true);
    expect(String(changed!.header.LastChangeDateTime) < before).toBe(true);
  });

  it('changes quantities of orders that SAP itself made, with their schedule lines and headers', async () => {
    const sandbox = await start();
    const call = createSapCaller(sandbox);
    await call.signIn();
    await call('POST', `${v2.order}/A_PurchaseOrder`, newOrder());
    const start_ = sandbox.clock.iso();
    const changes = sandbox.actions.changeOrderQuantities({ count: 40 });
    expect(changes.map(({ purchaseOrder }) => purchaseOrder)).not.toContain('4500000040');
    const orders = new Map(
      [...sandbox.state.purchaseOrders()].map((order) => [
        String(order.header.PurchaseOrder),
        order,
      ]),
    );
    for (const { purchaseOrder, purchaseOrderItem, quantity, previousQuantity } of changes) {
      const { header, items } = orders.get(purchaseOrder)!;
      const found = items.find(({ item }) => item.PurchaseOrderItem === purchaseOrderItem)!;
      expect(quantity).not.toBe(previousQuantity);
      expect(found.item.OrderQuantity).toBe(quantity);
      expect(found.scheduleLines[0]!.ScheduleLineOrderQuantity).toBe(quantity);
      expect(String(header.LastChangeDateTime) > start_).toBe(true);
    }
    const only = sandbox.actions.changeOrderQuantities({ count: 1, orders: ['4500000040'] });
    expect(only[0]!.purchaseOrder).toBe('4500000040');
  });
});

describe('the control plane', () => {
  it('runs the actions and shows the state, past sign-in and faults', async () => {
    const sandbox = await start({ faults: { rate: 1 } });
    const post = (path: string, body: unknown) =>
      fetch(`${sandbox.url}/__sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
    const changed = (await (await post('actions/changeProducts', { count: 3 })).json()) as string[];
    expect(changed).toHaveLength(3);
    expect((await post('actions/lock', { order: '4500000001' })).status).toBe(200);
    const text = await (
      await fetch(`${sandbox.url}/__sandbox/state/purchaseOrders?format=ndjson`)
    ).text();
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(40);
    expect(lines[0].header.CorrespncExternalReference).toBe('');
    const counters = await (await fetch(`${sandbox.url}/__sandbox/state/counters`)).json();
    expect(counters).toMatchObject({ products: 300, purchaseOrders: 40, createdPurchaseOrders: 0 });
  });

  it('names calls for the journal by method and set', async () => {
    const sandbox = await start();
    const call = createSapCaller(sandbox);
    await call.signIn();
    await call.get(`${v2.product}/A_Product('MZ-FG-000001')/to_Plant`);
    await call('POST', `${v2.order}/A_PurchaseOrder`, newOrder());
    expect(sandbox.journal.entries().map(({ operation }) => operation)).toEqual([
      'GET /',
      'GET A_Product',
      'POST A_PurchaseOrder',
    ]);
  });

  it('loses the answer to a create that was carried out', async () => {
    const sandbox = await start();
    const call = createSapCaller(sandbox);
    await call.signIn();
    sandbox.faults.add({ kind: 'reset-after', match: { operation: 'POST A_PurchaseOrder' } });
    await expect(call('POST', `${v2.order}/A_PurchaseOrder`, newOrder())).rejects.toThrow();
    expect(sandbox.state.counters().createdPurchaseOrders).toBe(1);
  });
});
