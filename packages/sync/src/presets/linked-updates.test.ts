import { describe, expect, it } from 'vitest';
import { createSync } from '../engine/create-sync.ts';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type Item, memoryConnector, type WriteFault } from '../testing/memory-connector.ts';
import { linkedUpdates } from './linked-updates.ts';

/** Orders go from a shop to an ERP; `note` is their status, which comes back. */
function setUp(unlinked?: 'wait' | 'skip') {
  const shop = memoryConnector({ id: 'shop' });
  let fault: WriteFault | undefined;
  const erp = memoryConnector({
    id: 'erp',
    fault: () => fault,
    crashPoint: (name) => {
      if (fault !== undefined && name === 'erp.find') throw new Error('The connection was closed.');
    },
  });
  const store = memoryStore();
  const shared = { entity: 'item', store, clock: fakeClock(), random: () => 0.5 };
  const orders = createSync<Item, Item>({
    ...shared,
    id: 'orders',
    source: shop.connector,
    target: erp.connector,
    link: { space: 'orders', side: 'left' },
    compare: ['name', 'quantity'],
    mapping: { map: ({ name, quantity = '0' }) => ({ record: { name, quantity } }) },
  });
  const status = createSync(
    linkedUpdates<Item, Item>({
      ...shared,
      id: 'order-status',
      source: erp.connector,
      target: shop.connector,
      records: { space: 'orders', side: 'right' },
      fields: ['note'],
      unlinked,
      applies: ({ note }) => note !== undefined,
      update: ({ note = '' }) => ({ record: { note } }),
    }),
  );
  return {
    shop,
    erp,
    orders,
    status,
    answer(next: WriteFault | undefined) {
      fault = next;
    },
    order: () => shop.live().get('o1'),
  };
}

describe('the status of orders', () => {
  it('comes back to the order that it is of, once, and touches nothing else', async () => {
    const { shop, erp, orders, status, order } = setUp();
    shop.put('o1', { name: 'Bolts', quantity: '5.000' });
    await orders.run();
    expect(await status.run()).toMatchObject({ updated: 0, skipped: 1, failed: 0 });
    erp.put('erp-1', { name: 'BOLTS', quantity: '4.000', note: 'shipped' });
    expect(await status.run()).toMatchObject({ updated: 1, inserted: 0 });
    expect(order()).toEqual({ name: 'Bolts', quantity: '5.000', note: 'shipped' });
    erp.put('erp-1', { name: 'Bolts, long', quantity: '3.000', note: 'shipped' });
    expect(await status.run()).toMatchObject({ updated: 0, unchanged: 1 });
    // The order itself has not changed: nothing goes back.
    expect(await orders.run()).toMatchObject({ updated: 0, unchanged: 1 });
  });

  it('does not delete an order when the other side loses its own', async () => {
    const { shop, erp, orders, status } = setUp();
    shop.put('o1', { name: 'Bolts' });
    await orders.run();
    erp.put('erp-1', { name: 'Bolts', note: 'open' });
    await status.run();
    erp.remove('erp-1');
    expect(await status.run()).toMatchObject({ deleted: 0, withheld: 0, failed: 0 });
    erp.forget('erp-1');
    expect(await status.run({ mode: 'full' })).toMatchObject({ deleted: 0, withheld: 0 });
    expect(shop.live().size).toBe(1);
  });

  it('of an order that is not linked yet waits, and arrives once it is', async () => {
    const { shop, erp, orders, status, order } = setUp();
    shop.put('o1', { name: 'Bolts' });
    await orders.run();
    erp.put('erp-8', { name: 'Of somebody else' });
    erp.put('erp-9', { name: 'Of somebody else', note: 'open' });
    expect(await status.run()).toMatchObject({ inserted: 0, failed: 1, skipped: 2 });
    expect(await status.deadLetters.list()).toMatchObject([
      { key: 'erp-9', error: { code: 'ERR_MAPPING', retryable: true } },
    ]);
    erp.put('erp-1', { name: 'Bolts', note: 'shipped' });
    await status.run();
    expect(order()?.note).toBe('shipped');
    expect(shop.live().size).toBe(1);
  });

  it('of orders that are none of this integration is skipped', async () => {
    const { shop, erp, status } = setUp('skip');
    erp.put('erp-9', { name: 'Of somebody else', note: 'open' });
    expect(await status.run()).toMatchObject({ skipped: 1, failed: 0 });
    expect(shop.live().size).toBe(0);
  });

  it('is not skipped while it is in doubt whose an order is', async () => {
    const { shop, erp, orders, status, answer, order } = setUp('skip');
    shop.put('o1', { name: 'Bolts' });
    answer('lost');
    await expect(orders.run()).rejects.toThrow('closed');
    erp.put('erp-1', { name: 'Bolts', note: 'shipped' });
    await expect(status.run()).rejects.toMatchObject({ code: 'ERR_PENDING_WRITES' });
    answer(undefined);
    await orders.run();
    expect(await status.run()).toMatchObject({ updated: 1 });
    expect(order()?.note).toBe('shipped');
  });
});
