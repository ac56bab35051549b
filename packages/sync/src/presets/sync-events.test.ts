import type { ConnectorEvent } from '@common/connector-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSync } from '../engine/create-sync.ts';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type Item, memoryConnector } from '../testing/memory-connector.ts';
import { bothWays } from './both-ways.ts';
import { linkedUpdates } from './linked-updates.ts';
import { syncEvents } from './sync-events.ts';

/**
 * Purchase orders of an ERP and a network, kept the same; amendments of the network, which name the order
 * in `name` and the new quantity, change the order in the ERP.
 */
function purchaseOrders() {
  const erp = memoryConnector({ id: 'erp' });
  const network = memoryConnector({ id: 'network' });
  const proposals = memoryConnector({ id: 'network', entity: 'amendment' });
  const shared = { store: memoryStore(), clock: fakeClock(), random: () => 0.5 };
  const pair = bothWays({
    ...shared,
    id: 'orders',
    left: erp.connector,
    right: network.connector,
    entity: 'item',
    compare: ['name', 'quantity'],
    conflicts: 'right',
  });
  const toNetwork = createSync(pair.toRight);
  const toErp = createSync(pair.toLeft);
  const amendments = createSync(
    linkedUpdates<Item, Item>({
      ...shared,
      id: 'amendments',
      source: proposals.connector,
      target: erp.connector,
      entity: { source: 'amendment', target: 'item' },
      records: { space: 'orders', side: 'right' },
      fields: ['name', 'quantity'],
      keyOf: ({ name }) => name,
      update: ({ quantity = '0' }) => ({ record: { quantity } }),
    }),
  );
  const poll = async () => {
    const reports = [];
    for (const sync of [toNetwork, toErp, amendments]) reports.push(await sync.run());
    return reports;
  };
  const events = async (...told: readonly ConnectorEvent[]) => [
    await syncEvents(toErp, told, { entity: 'item' }),
    await syncEvents(amendments, told, { entity: 'amendment' }),
  ];
  const orders = (side: typeof erp) =>
    [...side.live().values()].map(({ name, quantity }) => `${name}: ${quantity}`).sort();
  return { erp, network, proposals, poll, events, orders };
}

const event = (entity: string, key: string | undefined, op: 'upsert' | 'delete' = 'upsert') =>
  ({ id: `${entity}/${key}`, type: `${entity}.changed`, entity, key, op }) as ConnectorEvent;

describe('an event', () => {
  it('brings its record at once; when it comes again it does nothing, and neither does the next run', async () => {
    const { erp, network, poll, events } = purchaseOrders();
    network.put('n1', { name: 'Bolts', quantity: '5.000' });
    const told = event('item', 'n1');
    expect((await events(told))[0]).toMatchObject({ inserted: 1 });
    const again = await events(told, told);
    expect(again).toMatchObject([{ unchanged: 1, inserted: 0, updated: 0 }, undefined]);
    await poll();
    expect(erp.log).toEqual(['create erp-1']);
    expect(network.log).toEqual([]);
  });

  it('of another entity is nobody’s', async () => {
    const { events } = purchaseOrders();
    expect(await events(event('invoice', '1'))).toEqual([undefined, undefined]);
  });

  it.each([
    ['without a key', event('item', undefined)],
    ['of a deletion', event('item', 'n1', 'delete')],
  ])('%s makes a run', async (_kind, told) => {
    const { network, erp, events, poll, orders } = purchaseOrders();
    network.put('n1', { name: 'Bolts', quantity: '5.000' });
    await poll();
    network.remove('n1');
    network.put('n2', { name: 'Nuts', quantity: '1.000' });
    await events(told);
    expect(orders(erp)).toEqual(['Nuts: 1.000']);
  });

  it('of an amendment that comes before its order waits for it', async () => {
    const { erp, network, proposals, poll, events, orders } = purchaseOrders();
    network.put('n1', { name: 'Bolts', quantity: '5.000' });
    proposals.put('a1', { name: 'n1', quantity: '7.000' });
    expect((await events(event('amendment', 'a1')))[1]).toMatchObject({ failed: 1 });
    await poll();
    await poll();
    expect(orders(erp)).toEqual(['Bolts: 7.000']);
    expect(orders(network)).toEqual(['Bolts: 7.000']);
  });
});

describe('webhooks and polling together', () => {
  const change = fc.record({
    kind: fc.constantFrom('order', 'amendment'),
    key: fc.integer({ min: 1, max: 4 }),
    quantity: fc.integer({ min: 1, max: 9 }),
  });
  const command = fc.oneof(
    { weight: 5, arbitrary: fc.record({ change, told: fc.integer({ min: 0, max: 2 }) }) },
    { weight: 2, arbitrary: fc.constant({ late: true as const }) },
    { weight: 2, arbitrary: fc.constant({ poll: true as const }) },
  );

  it('agree at rest whatever was lost, late or told twice; each thing is done once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 25 }), async (commands) => {
        const { erp, network, proposals, poll, events, orders } = purchaseOrders();
        const late: ConnectorEvent[] = [];
        let amended = 0;
        for (const step of commands) {
          if ('poll' in step) await poll();
          else if ('late' in step) await events(...late.splice(0).reverse());
          else {
            const { kind, key, quantity } = step.change;
            let told: ConnectorEvent;
            if (kind === 'order') {
              network.put(`n${key}`, { name: `Order ${key}`, quantity: `${quantity}.000` });
              told = event('item', `n${key}`);
            } else {
              amended += 1;
              proposals.put(`a${amended}`, { name: `n${key}`, quantity: `${quantity}.500` });
              told = event('amendment', `a${amended}`);
            }
            // Not at all, at once, or twice and late.
            if (step.told === 1) await events(told);
            if (step.told === 2) late.push(told, told);
          }
        }
        for (let round = 0; round < 4; round += 1) await poll();
        expect(orders(erp)).toEqual(orders(network));
        const [erpLog, networkLog] = [erp.log.length, network.log.length];
        expect(erp.live().size).toBe(network.live().size);
        await events(...late);
        await poll();
        expect([erp.log.length, network.log.length]).toEqual([erpLog, networkLog]);
      }),
      { numRuns: 100 },
    );
  });
});
