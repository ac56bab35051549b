import { basic, type PurchaseOrder, type WriteResult } from '@common/connector-core';
import {
  type SapSandbox,
  type SapSandboxOptions,
  startSapSandbox,
} from '@common/connector-sandbox/sap';
import { afterEach, describe, expect, it } from 'vitest';
import { type SapConnector, sap } from './sap-connector.ts';
import type { SapOptions } from './sap-options.ts';
import { referenceOf } from './sap-reference.ts';

let sandbox: SapSandbox;
const open: SapConnector[] = [];

async function start(
  options: SapSandboxOptions = {},
  settings: Partial<SapOptions> = {},
): Promise<SapConnector> {
  sandbox = await startSapSandbox({ products: 30, purchaseOrders: 12, suppliers: 3, ...options });
  return connect(settings);
}

function connect(settings: Partial<SapOptions> = {}): SapConnector {
  const connector = sap({
    baseUrl: sandbox.url,
    client: '100',
    auth: basic({ username: 'COMM_USER', password: 'sandbox-password' }),
    // Tests do not wait: jitter of zero makes every back-off end at once.
    random: () => 0,
    ...settings,
  });
  open.push(connector);
  return connector;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((connector) => connector.disconnect()));
  await sandbox.close();
});

const newOrder = (change: Partial<PurchaseOrder> = {}): PurchaseOrder => ({
  orderType: 'NB',
  companyCode: '1010',
  purchasingOrganization: '1010',
  purchasingGroup: '001',
  supplier: '17300001',
  currency: 'EUR',
  lines: [
    {
      lineNumber: '10',
      product: 'MZ-FG-000001',
      quantity: '5.125',
      unit: { code: 'C62', vendorCode: 'PC' },
      unitPrice: '100.10',
      plant: '1010',
      deliveryDate: '2026-03-01',
    },
    {
      lineNumber: '20',
      product: 'MZ-FG-000002',
      quantity: '12.000',
      unitPrice: '7.00',
      plant: '1010',
      deliveryDate: '2026-03-02',
    },
  ],
  ...change,
});

async function writeOne(
  connector: SapConnector,
  change: Parameters<SapConnector['write']>[1][number],
): Promise<WriteResult> {
  const [result] = await connector.write('purchaseOrder', [change as never]);
  return result!;
}

async function create(connector: SapConnector, order = newOrder()): Promise<string> {
  const result = await writeOne(connector, { op: 'upsert', record: order });
  expect(result.status).toBe('created');
  return result.key!;
}

describe.each(['v2', 'v4'] as const)('purchase orders over %s', (purchaseOrderApi) => {
  const api = { purchaseOrderApi };

  it('creates an order with items and schedule lines, and reads back what was written', async () => {
    const erp = await start({}, api);
    const key = await create(
      erp,
      newOrder({ externalReference: 'CO-1', custom: { YY1_Priority_PDH: '1' } }),
    );
    expect(key).toMatch(/^45\d{8}$/);
    const order = await erp.get('purchaseOrder', key);
    expect(order).toMatchObject({
      ...newOrder({ externalReference: 'CO-1' }),
      orderNumber: key,
      custom: { YY1_Priority_PDH: '1' },
      source: { system: 'sap', entity: 'purchaseOrder', key },
    });
    expect(order?.lines[0]?.scheduleLines).toEqual([
      { scheduleLineNumber: '1', deliveryDate: '2026-03-01', quantity: '5.125' },
    ]);
  });

  it('changes quantity, price and date where they live, and leaves the rest alone', async () => {
    const erp = await start({}, api);
    const key = await create(erp);
    const before = await erp.get('purchaseOrder', key);
    const result = await writeOne(erp, {
      op: 'upsert',
      key,
      record: {
        lines: [
          { lineNumber: '10', quantity: '6.500', unitPrice: '99.95', deliveryDate: '2026-04-01' },
        ],
      } as PurchaseOrder,
    });
    expect(result).toMatchObject({ status: 'updated', key });
    const after = await erp.get('purchaseOrder', key);
    expect(after?.lines[0]).toMatchObject({
      quantity: '6.500',
      unitPrice: '99.95',
      deliveryDate: '2026-04-01',
      scheduleLines: [{ scheduleLineNumber: '1', deliveryDate: '2026-04-01', quantity: '6.500' }],
      product: 'MZ-FG-000001',
    });
    expect(after?.lines[1]).toEqual(before?.lines[1]);
  });

  it('adds a line, and marks one for deletion', async () => {
    const erp = await start({}, api);
    const key = await create(erp);
    const result = await writeOne(erp, {
      op: 'upsert',
      key,
      record: newOrder({
        lines: [
          { lineNumber: '20', quantity: '12.000', isDeleted: true },
          {
            lineNumber: '30',
            product: 'MZ-FG-000003',
            quantity: '1.000',
            unitPrice: '1.00',
            plant: '1010',
          },
        ],
      }),
    });
    expect(result.status).toBe('updated');
    const order = await erp.get('purchaseOrder', key);
    expect(order?.lines.map(({ lineNumber, isDeleted }) => [lineNumber, isDeleted])).toEqual([
      ['10', false],
      ['20', true],
      ['30', false],
    ]);
  });

  it('sends nothing when the order already is as wanted', async () => {
    const erp = await start({}, api);
    const key = await create(erp);
    sandbox.journal.clear();
    expect(await writeOne(erp, { op: 'upsert', key, record: newOrder() })).toMatchObject({
      status: 'unchanged',
      key,
    });
    expect(sandbox.journal.entries().map(({ method }) => method)).toEqual(['GET']);
  });

  it('changes all of an order or nothing', async () => {
    const erp = await start({}, api);
    const key = await create(erp);
    const before = await erp.get('purchaseOrder', key);
    const result = await writeOne(erp, {
      op: 'upsert',
      key,
      record: newOrder({
        lines: [
          { lineNumber: '10', quantity: '7.000' },
          { lineNumber: '20', quantity: '1.000', plant: '9999' },
        ],
      }),
    });
    expect(result).toMatchObject({ status: 'failed', error: { category: 'validation' } });
    expect((await erp.get('purchaseOrder', key))?.lines).toEqual(before?.lines);
  });

  it('refuses an order that somebody changed meanwhile', async () => {
    const erp = await start({}, api);
    const key = await create(erp);
    const revision = (await erp.get('purchaseOrder', key))!.source!.revision!;
    const change = (quantity: string) =>
      writeOne(erp, {
        op: 'upsert',
        key,
        record: newOrder({ lines: [{ lineNumber: '10', quantity }] }),
        expectedRevision: revision,
      });
    expect(await change('8.000')).toMatchObject({ status: 'updated' });
    expect(await change('9.000')).toMatchObject({
      status: 'failed',
      error: { code: 'ERR_CONFLICT', category: 'conflict' },
    });
  });

  it('marks all lines when an order is deleted', async () => {
    const erp = await start({}, api);
    const key = await create(erp);
    expect(await writeOne(erp, { op: 'delete', key })).toEqual({ status: 'deleted', key });
    const order = await erp.get('purchaseOrder', key);
    expect(order?.lines.every(({ isDeleted }) => isDeleted)).toBe(true);
  });

  it('says that the outcome is unknown when the answer of a create is lost, and finds the order', async () => {
    const erp = await start({}, api);
    await create(erp);
    sandbox.faults.add({ kind: 'reset-after', match: { method: 'POST' } });
    const change = { op: 'upsert', record: newOrder(), idempotencyKey: 'key 1' } as const;
    expect(await writeOne(erp, change)).toMatchObject({ status: 'unknown' });
    const found = await erp.find('purchaseOrder', { idempotencyKey: 'key 1' });
    expect(found.map(({ lines }) => lines.length)).toEqual([2]);
    expect(sandbox.state.counters().createdPurchaseOrders).toBe(2);
    expect(sandbox.faults.pending).toEqual([]);
  });

  it('tells SAP that the order was refused, with its reason, and writes the others', async () => {
    const erp = await start({}, api);
    const results = await erp.write('purchaseOrder', [
      { op: 'upsert', record: newOrder() },
      { op: 'upsert', record: newOrder({ supplier: '99999999' }) },
      { op: 'upsert', record: newOrder() },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['created', 'failed', 'created']);
    expect(results[1]).toMatchObject({ error: { code: 'ERR_VALIDATION', httpStatus: 400 } });
    expect((results[1] as { error: Error }).error.message).toContain('99999999');
  });

  it('finds what was changed since a checkpoint, from every checkpoint', async () => {
    const erp = await start({ pageSize: 5 }, { ...api, safetyLagMs: 0 });
    const pages = [];
    for await (const page of erp.changes('purchaseOrder')) pages.push(page);
    expect(pages.length).toBeGreaterThan(1);
    const all = new Set(pages.flatMap(({ changes }) => changes.map(keyOf)));
    expect(all.size).toBe(12);
    const seen = new Set<string>();
    for (const page of pages) {
      for (const change of page.changes) seen.add(keyOf(change));
      const rest = new Set(seen);
      for await (const later of erp.changes('purchaseOrder', page.checkpoint)) {
        for (const change of later.changes) rest.add(keyOf(change));
      }
      expect(rest).toEqual(all);
    }
    const changed = sandbox.actions.changeOrderQuantities({ count: 3 });
    const found = new Set<string>();
    for await (const page of erp.changes('purchaseOrder', pages.at(-1)?.checkpoint)) {
      for (const change of page.changes) found.add(keyOf(change));
    }
    expect([...found]).toEqual(expect.arrayContaining(changed.map((item) => item.purchaseOrder)));
  });

  it('reads only the company codes of its settings', async () => {
    const erp = await start({ purchaseOrders: 40 }, { ...api, companyCodes: ['1010'] });
    const codes = new Set<string | undefined>();
    for await (const page of erp.list('purchaseOrder', { pageSize: 7 })) {
      for (const { companyCode } of page.records) codes.add(companyCode);
    }
    expect([...codes]).toEqual(['1010']);
  });

  it('warns as SAP does about a date in the past', async () => {
    const erp = await start({}, api);
    const lines = [{ ...newOrder().lines[0]!, deliveryDate: '2020-01-01' }];
    const result = await writeOne(erp, { op: 'upsert', record: newOrder({ lines }) });
    expect(result.status).toBe('created');
    expect(result).toMatchObject({ warnings: [expect.stringMatching(/past/i)] });
  });
});

type Change = { readonly op: string; readonly key?: string; readonly record?: PurchaseOrder };
const keyOf = (change: Change) => change.key ?? change.record?.source?.key ?? '';

describe('the SAP connector', () => {
  it('needs 21 requests for 20 creates', async () => {
    const erp = await start();
    sandbox.journal.clear();
    const changes = Array.from(
      { length: 20 },
      () => ({ op: 'upsert', record: newOrder() }) as const,
    );
    const results = await erp.write('purchaseOrder', changes);
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['created']));
    expect(sandbox.journal.entries()).toHaveLength(21);
  });

  it('keeps the idempotency key in the field that the settings name', async () => {
    const erp = await start({}, { referenceField: 'CorrespncExternalReference' });
    await writeOne(erp, { op: 'upsert', record: newOrder(), idempotencyKey: 'abc' });
    const created = [...sandbox.state.purchaseOrders()].at(-1)?.header;
    expect(created?.CorrespncExternalReference).toBe(referenceOf('abc'));
    expect(
      await writeOne(erp, {
        op: 'upsert',
        record: newOrder({ externalReference: 'CO-1' }),
        idempotencyKey: 'def',
      }),
    ).toMatchObject({ status: 'failed', error: { path: 'referenceField' } });
  });

  it('reads products with all descriptions and plants, whatever is in their numbers', async () => {
    const erp = await start({ products: 600 });
    const products = [];
    for await (const page of erp.list('product', { pageSize: 300 })) products.push(...page.records);
    expect(products).toHaveLength(600);
    expect(new Set(products.map(({ productNumber }) => productNumber)).size).toBe(600);
    const odd = products.filter(({ productNumber }) => /[ /]/.test(productNumber));
    expect(odd.length).toBeGreaterThan(0);
    for (const { productNumber } of odd) {
      expect((await erp.get('product', productNumber))?.productNumber).toBe(productNumber);
    }
    expect(products[0]?.descriptions?.map(({ language }) => language)).toEqual(
      expect.arrayContaining(['en', 'de']),
    );
    expect(products[0]?.description).toBe(
      products[0]?.descriptions?.find(({ language }) => language === 'en')?.text,
    );
    expect(products[0]?.grossWeight).toMatch(/^\d+\.\d{3}$/);
  });

  it('creates a product once, however often it is written', async () => {
    const erp = await start();
    const record = {
      productNumber: 'NEW/1 A',
      description: 'New part',
      productType: 'FERT',
      productGroup: 'L001',
      baseUnit: { code: 'C62', vendorCode: 'PC' },
      grossWeight: '1.250',
      weightUnit: { code: 'KGM', vendorCode: 'KG' },
    };
    const write = async (change: object = {}) =>
      (await erp.write('product', [{ op: 'upsert', record: { ...record, ...change } }]))[0];
    expect(await write()).toMatchObject({ status: 'created', key: 'NEW/1 A' });
    expect(await write()).toMatchObject({ status: 'unchanged', key: 'NEW/1 A' });
    expect(await write({ grossWeight: '1.500', description: 'New text' })).toMatchObject({
      status: 'updated',
    });
    expect(await erp.get('product', 'NEW/1 A')).toMatchObject({
      grossWeight: '1.500',
      description: 'New text',
    });
  });

  it.each(['customer', 'supplier'] as const)('reads, creates and changes a %s', async (entity) => {
    const erp = await start({ customers: 3 });
    const record = {
      name: 'Miller & Sons',
      addresses: [{ street: "O'Neil Street", city: 'Berlin', postalCode: '10115', country: 'DE' }],
      vatNumber: 'DE123456789',
      companyCodes: [{ companyCode: '1010', paymentTerms: '0001' }],
    };
    const [created] = await erp.write(entity, [{ op: 'upsert', record }]);
    expect(created).toMatchObject({ status: 'created' });
    const key = created!.key!;
    expect(await erp.get(entity, key)).toMatchObject({ ...record, kind: 'organization' });
    const [changed] = await erp.write(entity, [
      { op: 'upsert', key, record: { ...record, name: 'Miller' } },
    ]);
    expect(changed).toMatchObject({ status: 'updated', key });
    expect((await erp.get(entity, key))?.name).toBe('Miller');
    const keys: string[] = [];
    for await (const page of erp.list(entity)) {
      keys.push(...page.records.map(({ source }) => source!.key));
    }
    expect(keys).toContain(key);
  });

  it('sees a business partner that was created and never changed', async () => {
    const erp = await start({ customers: 3 }, { safetyLagMs: 0 });
    let checkpoint = {};
    for await (const page of erp.changes('customer')) checkpoint = page.checkpoint;
    const [created] = await erp.write('customer', [
      { op: 'upsert', record: { name: 'Late', addresses: [{ country: 'DE' }] } },
    ]);
    const found: (string | undefined)[] = [];
    for await (const page of erp.changes('customer', checkpoint)) {
      for (const change of page.changes) {
        if (change.op === 'upsert') found.push(change.record.source?.key);
      }
    }
    expect(found).toContain(created?.key);
  });

  it('describes the fields of the live system, the customer’s own included', async () => {
    const erp = await start();
    const { key, fields } = await erp.describe('product');
    expect(key).toEqual(['Product']);
    expect(fields.find(({ name }) => name === 'GrossWeight')).toMatchObject({
      canonical: 'grossWeight',
      type: 'Edm.Decimal',
      precision: 13,
      scale: 3,
      custom: false,
    });
    expect(fields.some(({ custom, name }) => custom && name.startsWith('YY1_'))).toBe(true);
  });

  it('names what an unknown field or entity could be', async () => {
    const erp = await start();
    const read = async () => {
      const where = [{ field: 'colour', operator: 'eq', value: 'red' }] as const;
      for await (const page of erp.list('product', { where })) void page;
    };
    await expect(read()).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED_QUERY', path: 'colour' });
    await expect(erp.get('invoice' as 'product', '1')).rejects.toMatchObject({
      code: 'ERR_UNKNOWN_ENTITY',
      message: expect.stringContaining('purchaseOrder'),
    });
  });
});

describe('testConnection', () => {
  const failed = async (connector: SapConnector) => {
    const report = await connector.testConnection();
    expect(report.ok).toBe(false);
    return report.checks.find(({ ok }) => !ok);
  };

  it('is content with a good connection', async () => {
    const erp = await start();
    expect(await erp.testConnection()).toMatchObject({ ok: true, system: 'client 100' });
  });

  it('tells a wrong password, and a wrong client', async () => {
    await start();
    const auth = basic({ username: 'COMM_USER', password: 'wrong' });
    expect(await failed(connect({ auth }))).toMatchObject({
      name: 'credentials',
      message: expect.stringContaining('client 100'),
    });
    expect(await failed(connect({ client: '999' }))).toMatchObject({ name: 'credentials' });
  });

  it('tells an address where nobody answers', async () => {
    await start();
    expect(await failed(connect({ baseUrl: 'http://127.0.0.1:9' }))).toMatchObject({
      name: 'address',
      message: expect.stringContaining('baseUrl'),
    });
  });

  it('tells a service that is not activated, and a missing role', async () => {
    await start({
      inactiveServices: ['API_PRODUCT_SRV'],
      revokedServices: ['API_BUSINESS_PARTNER'],
    });
    const report = await connect().testConnection();
    expect(report.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([
      'service',
      'permission',
    ]);
  });
});
