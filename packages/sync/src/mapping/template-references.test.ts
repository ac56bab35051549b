import type { ErpRecord } from '@common/connector-core';
import {
  compileTemplate,
  createLookupCache,
  defineTemplate,
  type FieldMapping,
} from '@common/connector-core/mapping';
import { describe, expect, it } from 'vitest';
import { createSync } from '../engine/create-sync.ts';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { memoryConnector } from '../testing/memory-connector.ts';
import { type TemplateMappingOptions, templateMapping } from './template-mapping.ts';

const suppliers = { space: 'suppliers', side: 'left' } as const;
const references = { supplier: { space: 'suppliers', vendor: 'left' } } as const;
const fields: readonly FieldMapping[] = [
  { vendor: 'name', canonical: 'name' },
  {
    vendor: 'LIFNR',
    canonical: 'supplier',
    codec: { kind: 'reference', entity: 'supplier' },
    required: true,
  },
];
const orderTemplate = compileTemplate<ErpRecord, ErpRecord>(
  defineTemplate({
    id: 'test.order',
    version: 1,
    vendor: { system: 'erp', entity: 'EKKO' },
    canonical: { entity: 'order' },
    fields,
  }),
);

/** Suppliers e1, e2 … of the ERP that are synced to the hub, where they are h-1, h-2 …. */
async function setUp({ count }: { readonly count: number }) {
  const store = memoryStore();
  const clock = fakeClock();
  const erp = memoryConnector({ id: 'erp' });
  const hub = memoryConnector({ id: 'h' });
  const supplierFlow = createSync({
    id: 'suppliers',
    source: erp.connector,
    target: hub.connector,
    entity: 'item',
    link: suppliers,
    store,
    clock,
  });
  const addSupplier = (key: string) => erp.put(key, { name: `Supplier ${key}` });
  for (let index = 1; index <= count; index += 1) addSupplier(`e${index}`);
  await supplierFlow.run();
  return { store, clock, supplierFlow, addSupplier };
}

function orderFlow(
  { store, clock }: Pick<Awaited<ReturnType<typeof setUp>>, 'store' | 'clock'>,
  direction: 'decode' | 'encode',
  options: TemplateMappingOptions = { references },
) {
  const source = memoryConnector({ id: 'from', pageSize: 10 });
  const target = memoryConnector({ id: 'to' });
  const sync = createSync({
    id: `orders-${direction}`,
    source: source.connector,
    target: target.connector,
    entity: 'item',
    mapping: templateMapping(orderTemplate, direction, options),
    store,
    clock,
  });
  const put = (key: string, record: object) => source.put(key, record as never);
  return { sync, put, written: () => [...target.live().values()] };
}

describe('references of a template between two systems', () => {
  it('are translated by the identity map of the flow that synced what they refer to', async () => {
    const flow = orderFlow(await setUp({ count: 3 }), 'decode');
    flow.put('o1', { name: 'one', LIFNR: 'e2' });
    flow.put('o2', { name: 'two', LIFNR: 'e3' });
    expect(await flow.sync.run()).toMatchObject({ inserted: 2, failed: 0 });
    expect(flow.written()).toEqual([
      { name: 'one', supplier: 'h-2' },
      { name: 'two', supplier: 'h-3' },
    ]);
  });

  it('are translated the other way with the same template', async () => {
    const flow = orderFlow(await setUp({ count: 2 }), 'encode');
    flow.put('o1', { name: 'one', supplier: 'h-2' });
    expect(await flow.sync.run()).toMatchObject({ inserted: 1, failed: 0 });
    expect(flow.written()).toEqual([{ name: 'one', LIFNR: 'e2' }]);
  });

  it('that nobody knows wait in the dead letters, and are tried again by the next run', async () => {
    const base = await setUp({ count: 1 });
    const flow = orderFlow(base, 'decode');
    flow.put('o1', { name: 'one', LIFNR: 'e1' });
    flow.put('o2', { name: 'two', LIFNR: 'e9' });
    expect(await flow.sync.run()).toMatchObject({ inserted: 1, failed: 1 });
    expect(await flow.sync.deadLetters.list()).toMatchObject([
      {
        stage: 'map',
        key: 'o2',
        error: {
          code: 'ERR_MAPPING',
          path: 'supplier',
          retryable: true,
          message: expect.stringContaining('bring supplier over first'),
        },
      },
    ]);

    base.addSupplier('e9');
    await base.supplierFlow.run();
    expect(await flow.sync.run()).toMatchObject({ inserted: 1, failed: 0 });
    expect(flow.written()).toContainEqual({ name: 'two', supplier: 'h-2' });
    expect(await flow.sync.deadLetters.list()).toEqual([]);
  });

  it('are not retried by themselves where the record is wrong as well', async () => {
    const flow = orderFlow(await setUp({ count: 0 }), 'decode');
    flow.put('o1', { name: 5, LIFNR: 'e9' });
    await flow.sync.run();
    expect(await flow.sync.deadLetters.list()).toMatchObject([{ error: { retryable: false } }]);
  });

  it('of a page are read at once', async () => {
    const loads: object[] = [];
    const lookup = {
      load: async (keys: object) => {
        loads.push(keys);
      },
      right: () => undefined,
      left: () => undefined,
    };
    const context = { tenant: 't', flow: 'f', signal: undefined, links: () => lookup };
    const page = ['e1', 'e2', 'e1'].map((LIFNR) => ({ LIFNR }) as ErpRecord);
    await templateMapping(orderTemplate, 'decode', { references }).prepare?.(page, context);
    expect(loads).toEqual([{ left: ['e1', 'e2'], right: [] }]);
  });

  it('need to be told which identity map knows them', async () => {
    const flow = orderFlow(await setUp({ count: 1 }), 'decode', {
      references: { product: { space: 'products', vendor: 'left' } },
    });
    flow.put('o1', { name: 'one', LIFNR: 'e1' });
    await expect(flow.sync.run()).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('references: { supplier: { space, vendor } }'),
    });
  });
});

describe('supplied tables of a template', () => {
  it('are looked up once per page', async () => {
    const calls: (readonly string[])[] = [];
    const lookups = createLookupCache({
      sources: {
        plants: async ({ values }) => {
          calls.push(values);
          return values.map((value) => [value, `plant-${value}`] as const);
        },
      },
    });
    const template = compileTemplate<ErpRecord, ErpRecord>(
      defineTemplate({
        id: 'test.stock',
        version: 1,
        vendor: { entity: 'MARC' },
        canonical: { entity: 'stock' },
        fields: [
          { vendor: 'WERKS', canonical: 'plant', codec: { kind: 'lookup', table: 'plants' } },
        ],
      }),
      { lookups: { plants: 'supplied' } },
    );
    const source = memoryConnector({ id: 'a', pageSize: 10 });
    const target = memoryConnector({ id: 'b' });
    for (const key of ['1', '2', '3']) source.put(key, { WERKS: `W${Number(key) % 2}` } as never);
    const sync = createSync({
      id: 'stock',
      source: source.connector,
      target: target.connector,
      entity: 'item',
      mapping: templateMapping(template, 'decode', { lookups }),
      store: memoryStore(),
      clock: fakeClock(),
    });
    expect(await sync.run()).toMatchObject({ inserted: 3 });
    expect([...target.live().values()]).toContainEqual({ plant: 'plant-W1' });
    expect(calls).toEqual([['W1', 'W0']]);
  });
});
