import {
  type CommonSandbox,
  type CommonSandboxOptions,
  startCommonSandbox,
} from '@common/connector-sandbox/common';
import { afterEach, describe, expect, it } from 'vitest';
import { goesOnOrRefuses } from '../../../../testing/any-checkpoint.ts';
import { collect } from '../../../../testing/collect.ts';
import type { WriteChange, WriteResult } from '../contract/record-write.ts';
import type { Amendment } from '../entities/amendment.ts';
import { entitySchemas } from '../entities/canonical-entities.ts';
import type { PurchaseOrder } from '../entities/purchase-order.ts';
import { recordingObserver } from '../observe/observer.fixture.ts';
import { type CommonConnector, type CommonOptions, common } from './common-connector.ts';
import { splitOrderLines } from './split-order-lines.ts';

const companyId = 'b7f6c1de-3f0a-4c5e-9a51-2d6c8e0f1a10';
const missingKey = '6f1c2a4e-0f1b-4c8e-9a55-0d7d3c1e2b10';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(
  options: CommonSandboxOptions = {},
  change: Partial<CommonOptions> = {},
): Promise<{ sandbox: CommonSandbox; hub: CommonConnector }> {
  const sandbox = await startCommonSandbox(options);
  const hub = connect(sandbox, change);
  closers.push(sandbox.close);
  return { sandbox, hub };
}

function connect(sandbox: CommonSandbox, change: Partial<CommonOptions> = {}): CommonConnector {
  const hub = common({
    baseUrl: sandbox.url,
    clientId: sandbox.settings.client_id,
    clientSecret: sandbox.settings.client_secret,
    companyId: sandbox.settings.company_id,
    retry: { baseDelayMs: 0, throttleBaseDelayMs: 0 },
    ...change,
  });
  closers.unshift(() => hub.disconnect());
  return hub;
}

const sellerOf = (sandbox: CommonSandbox) =>
  sandbox.state.companies().find((company) => company.external_id === '17300001')?.id as string;

function orderOf(
  sandbox: CommonSandbox,
  change: Partial<PurchaseOrder> = {},
  lineChange: Partial<PurchaseOrder['lines'][number]> = {},
): PurchaseOrder {
  return {
    orderNumber: '4500000001-10',
    buyer: companyId,
    supplier: sellerOf(sandbox),
    currency: 'EUR',
    lines: [
      {
        lineNumber: '1',
        product: '2ed6657d-e927-568b-95e1-2665a8aea6a2',
        quantity: '5.000',
        unit: { code: 'C62' },
        unitPrice: '100.00',
        deliveryDate: '2026-12-01',
        deliveryLocation: 'Hamburg',
        ...lineChange,
      },
    ],
    ...change,
  };
}

async function write<E extends 'purchaseOrder' | 'amendment'>(
  hub: CommonConnector,
  entity: E,
  change: WriteChange<E extends 'amendment' ? Amendment : PurchaseOrder>,
): Promise<WriteResult> {
  const [result] = await hub.write(entity, [change as never]);
  return result as WriteResult;
}

async function createOrder(hub: CommonConnector, record: PurchaseOrder): Promise<string> {
  const result = await write(hub, 'purchaseOrder', { op: 'upsert', record });
  if (result.status !== 'created') throw new Error(`not created but ${JSON.stringify(result)}`);
  return result.key;
}

describe('reading', () => {
  it('gives an order of Common as one with one line', async () => {
    const { sandbox, hub } = await start();
    const key = await createOrder(hub, orderOf(sandbox));
    const order = await hub.get('purchaseOrder', key);
    expect(order).toEqual({
      source: {
        system: 'common',
        entity: 'purchaseOrder',
        key,
        revision: '2026-01-05T08:00:00.001Z',
      },
      ...orderOf(sandbox, { status: 'pending' }, { netAmount: '500.00' }),
      totalAmount: '500.00',
      changedAt: '2026-01-05T08:00:00.001Z',
    });
    expect(await hub.get('purchaseOrder', missingKey)).toBe(undefined);
  });

  it('lists orders in pages of any size, each checkpoint continues behind its page', async () => {
    const { hub } = await start({ records: 25 });
    const pages = await collect(hub.list('purchaseOrder', { pageSize: 10 }));
    expect(pages.map((page) => page.records.length)).toEqual([10, 10, 5]);
    const after = pages[1]?.checkpoint as NonNullable<(typeof pages)[0]>['checkpoint'];
    expect(await collect(hub.list('purchaseOrder', { pageSize: 10, after }))).toEqual([pages[2]]);
    const end = pages[2]?.checkpoint as typeof after;
    expect(await collect(hub.list('purchaseOrder', { after: end }))).toEqual([]);
  });

  it('goes on from any checkpoint, or refuses it', async () => {
    const { hub } = await start({ records: 2 });
    // Whether Common handed a cursor out, it says itself.
    const refusals = ['ERR_INVALID_CHECKPOINT', 'ERR_VALIDATION'];
    await goesOnOrRefuses((after) => hub.list('purchaseOrder', { after }), refusals);
    await goesOnOrRefuses((checkpoint) => hub.changes('purchaseOrder', checkpoint));
  });

  it('refuses a checkpoint that it did not make', async () => {
    const { hub } = await start();
    await expect(collect(hub.list('purchaseOrder', { after: { page: 3 } }))).rejects.toMatchObject({
      code: 'ERR_INVALID_CHECKPOINT',
      category: 'configuration',
      message: expect.stringContaining('none of a list. Pass one of a page unchanged'),
    });
  });

  it.each([
    [{ field: 'orderNumber', operator: 'eq', value: 'CO-000002' }, 1],
    [{ field: 'status', operator: 'eq', value: 'confirmed' }, 2],
    [{ field: 'buyer', operator: 'eq', value: companyId }, 5],
    [{ field: 'changedAt', operator: 'ge', value: '2026-01-05T08:00:00.006Z' }, 2],
    [{ field: 'changedAt', operator: 'gt', value: '2026-01-05T08:00:00.006Z' }, 1],
    [{ field: 'changedAt', operator: 'lt', value: '2026-01-05T08:00:00.006Z' }, 3],
    [{ field: 'changedAt', operator: 'gt', value: '2026-01-05T08:00:00.005999Z' }, 2],
    [{ field: 'changedAt', operator: 'le', value: '2026-01-05T08:00:00.005999Z' }, 3],
    [{ field: 'changedAt', operator: 'eq', value: '2026-01-05T08:00:00.0060001Z' }, 0],
    [{ field: 'changedAt', operator: 'lt', value: '2026-01-05T08:00:00.0060001Z' }, 4],
  ] as const)('filters orders by %j', async (condition, count) => {
    const { sandbox, hub } = await start({ records: 5 });
    sandbox.actions.confirmOrders({ count: 2 });
    const pages = await collect(hub.list('purchaseOrder', { where: [condition] }));
    expect(pages.flatMap((page) => page.records)).toHaveLength(count);
  });

  it.each([
    ['purchaseOrder', { field: 'paymentTerms', operator: 'eq', value: 'Z030' }],
    ['purchaseOrder', { field: 'status', operator: 'ne', value: 'draft' }],
    ['purchaseOrder', { field: 'changedAt', operator: 'ge', value: 'yesterday' }],
    ['company', { field: 'changedAt', operator: 'ge', value: '2026-01-01T00:00:00Z' }],
  ] as const)(
    'refuses to filter %s by %j instead of reading too much',
    async (entity, condition) => {
      const { sandbox, hub } = await start();
      await expect(collect(hub.list(entity, { where: [condition] }))).rejects.toMatchObject({
        code: 'ERR_UNSUPPORTED_QUERY',
        path: condition.field,
      });
      expect(sandbox.journal.total).toBe(0);
    },
  );

  it('finds orders by number and companies by our number of them', async () => {
    const { sandbox, hub } = await start({ records: 5 });
    const orders = await hub.find('purchaseOrder', { orderNumber: 'CO-000003' });
    expect(orders.map((order) => order.orderNumber)).toEqual(['CO-000003']);
    const companies = await hub.find('company', { externalReference: '17300001' });
    expect(companies.map((company) => company.source?.key)).toEqual([sellerOf(sandbox)]);
    await expect(hub.find('amendment', { reason: 'x' })).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED_QUERY',
    });
  });

  it('gives companies, relationships and amendments that are canonical', async () => {
    const { sandbox, hub } = await start({ records: 5, sellers: 3 });
    sandbox.actions.approveAmendments({ count: 2 });
    const counts = { company: 4, businessRelationship: 3, amendment: 2, purchaseOrder: 5 } as const;
    for (const [entity, count] of Object.entries(counts)) {
      const name = entity as keyof typeof counts;
      const records = (await collect(hub.list(name))).flatMap((page) => [...page.records]);
      expect(records, entity).toHaveLength(count);
      for (const record of records) {
        entitySchemas[name].parse(record);
        expect(await hub.get(name, record.source?.key as string)).toEqual(record);
      }
      expect(await hub.get(name, missingKey)).toBe(undefined);
    }
  });

  it('names the entities that it has when it is asked for another', async () => {
    const { hub } = await start();
    await expect(hub.get('invoice' as 'company', '1')).rejects.toMatchObject({
      code: 'ERR_UNKNOWN_ENTITY',
      message: expect.stringContaining('purchaseOrder'),
    });
  });
});

describe('writing orders', () => {
  it('creates, changes what differs, and sends nothing when nothing differs', async () => {
    const { sandbox, hub } = await start();
    const key = await createOrder(hub, orderOf(sandbox));
    const changed = orderOf(sandbox, {}, { quantity: '7.500' });
    expect(await write(hub, 'purchaseOrder', { op: 'upsert', key, record: changed })).toMatchObject(
      {
        status: 'updated',
        key,
        revision: '2026-01-05T08:00:00.002Z',
      },
    );
    expect(sandbox.journal.entries({ method: 'PUT' }).map((entry) => entry.body)).toEqual([
      '{"quantity":"7.500"}',
    ]);
    expect(await write(hub, 'purchaseOrder', { op: 'upsert', key, record: changed })).toMatchObject(
      {
        status: 'unchanged',
        key,
      },
    );
    expect(sandbox.journal.count({ method: 'PUT' })).toBe(1);
  });

  it('leaves alone what the record does not tell', async () => {
    const { sandbox, hub } = await start();
    const key = await createOrder(hub, orderOf(sandbox));
    const record: PurchaseOrder = {
      supplier: sellerOf(sandbox),
      orderNumber: '4500000001-10',
      currency: 'EUR',
      lines: [{ lineNumber: '1', quantity: '9.000' }],
    };
    await write(hub, 'purchaseOrder', { op: 'upsert', key, record });
    expect(sandbox.state.orders()).toMatchObject([
      { quantity: '9.000', unit_price: '100.00', delivery_location: 'Hamburg', status: 'pending' },
    ]);
  });

  it('takes an update of a few fields, and clears with null', async () => {
    const { sandbox, hub } = await start();
    const key = await createOrder(hub, orderOf(sandbox));
    const record = { status: 'cancelled' } as const;
    expect(await write(hub, 'purchaseOrder', { op: 'upsert', key, record })).toMatchObject({
      status: 'updated',
    });
    const bodies = () => sandbox.journal.entries({ method: 'PUT' }).map((entry) => entry.body);
    expect(bodies()).toEqual(['{"status":"cancelled"}']);
    const none = { lines: [{ lineNumber: '1', quantity: '9.000' }] };
    await write(hub, 'purchaseOrder', { op: 'upsert', key, record: none });
    expect(bodies().slice(1)).toEqual(['{"quantity":"9.000"}']);
  });

  it('does not turn back what the seller changed meanwhile', async () => {
    const { sandbox, hub } = await start();
    const key = await createOrder(hub, orderOf(sandbox));
    sandbox.actions.confirmOrders({ count: 1 });
    const record = orderOf(sandbox, {}, { quantity: '9.000' });
    await write(hub, 'purchaseOrder', { op: 'upsert', key, record });
    expect(sandbox.state.orders()).toMatchObject([{ quantity: '9.000', status: 'confirmed' }]);
  });

  it('writes the parts of an order with lines, a deleted line as cancelled', async () => {
    const { sandbox, hub } = await start();
    const [line] = orderOf(sandbox).lines;
    const parts = splitOrderLines({
      ...orderOf(sandbox),
      orderNumber: '4500000001',
      source: { system: 'sap', entity: 'purchaseOrder', key: '4500000001' },
      lines: [
        { ...line, lineNumber: '10' } as typeof line & object,
        { ...line, lineNumber: '20', isDeleted: true } as typeof line & object,
      ],
    });
    await hub.write(
      'purchaseOrder',
      parts.map((record) => ({ op: 'upsert', record })),
    );
    expect(sandbox.state.orders()).toMatchObject([
      { po_number: '4500000001-10', status: 'pending' },
      { po_number: '4500000001-20', status: 'cancelled' },
    ]);
  });

  it('answers each record in order and writes the good ones', async () => {
    const { sandbox, hub } = await start();
    const results = await hub.write('purchaseOrder', [
      { op: 'upsert', record: orderOf(sandbox, { orderNumber: '1-1' }) },
      { op: 'upsert', record: orderOf(sandbox, { currency: 'USD' }) },
      { op: 'upsert', record: orderOf(sandbox, {}, { quantity: '0.000' }) },
      { op: 'upsert', record: orderOf(sandbox, {}, { lineNumber: '10' }) },
      { op: 'upsert', key: missingKey, record: orderOf(sandbox) },
      { op: 'upsert', record: orderOf(sandbox, { orderNumber: '1-2' }) },
      { op: 'delete', key: missingKey },
    ]);
    expect(results).toMatchObject([
      { status: 'created' },
      {
        status: 'failed',
        error: {
          category: 'mapping',
          path: 'currency',
          message: expect.stringContaining('in USD, but amounts on Common are in EUR'),
        },
      },
      { status: 'failed', error: { category: 'validation', vendorCode: 'VALIDATION_ERROR' } },
      { status: 'failed', error: { category: 'validation', path: 'lines' } },
      { status: 'failed', error: { category: 'not-found' } },
      { status: 'created' },
      { status: 'failed', error: { category: 'unsupported' } },
    ]);
    expect(sandbox.state.orders().map((order) => order.po_number)).toEqual(['1-1', '1-2']);
  });

  it('refuses to write over a newer revision', async () => {
    const { sandbox, hub } = await start();
    const key = await createOrder(hub, orderOf(sandbox));
    const seen = await hub.get('purchaseOrder', key);
    sandbox.actions.confirmOrders({ count: 1 });
    const change = {
      op: 'upsert',
      key,
      record: orderOf(sandbox, {}, { quantity: '9.000' }),
      expectedRevision: seen?.source?.revision as string,
    } as const;
    expect(await write(hub, 'purchaseOrder', change)).toMatchObject({
      status: 'failed',
      error: { category: 'conflict' },
    });
  });

  it('makes changes of one order one after the other, as they were given', async () => {
    const { sandbox, hub } = await start();
    const key = await createOrder(hub, orderOf(sandbox));
    // Back and forth: out of turn, the way back would look unchanged.
    const quantities = ['6.000', '5.000', '7.000', '5.000'];
    await hub.write(
      'purchaseOrder',
      quantities.map((quantity) => ({
        op: 'upsert',
        key,
        record: orderOf(sandbox, {}, { quantity }),
      })),
    );
    const bodies = sandbox.journal.entries({ method: 'PUT' }).map((entry) => entry.body);
    expect(bodies).toEqual(quantities.map((quantity) => JSON.stringify({ quantity })));
  });

  it('does not double orders whose answers were lost', async () => {
    const { sandbox, hub } = await start({
      faults: { rate: 0.3, kinds: ['reset'], afterWriteShare: 0.5 },
    });
    const changes = Array.from({ length: 50 }, (_, index) => ({
      op: 'upsert' as const,
      record: orderOf(sandbox, { orderNumber: `45-${index}` }),
      idempotencyKey: `key-${index}`,
    }));
    const results = await hub.write('purchaseOrder', changes);
    expect(sandbox.faults.injected.byKind['reset-after']).toBeGreaterThan(0);
    expect(new Set(results.map((result) => result.status))).toEqual(new Set(['created']));
    const numbers = sandbox.state.orders().map((order) => order.po_number);
    expect(numbers.toSorted()).toEqual(
      changes.map((change) => change.record.orderNumber).toSorted(),
    );
  });

  it('says unknown when no answer comes, and the same key resolves it', async () => {
    const { sandbox, hub } = await start();
    const change = {
      op: 'upsert',
      record: orderOf(sandbox),
      idempotencyKey: 'key-1',
    } as const;
    sandbox.faults.add({
      kind: 'reset-after',
      times: 4,
      match: { operation: 'createPurchaseOrder' },
    });
    expect(await write(hub, 'purchaseOrder', change)).toMatchObject({ status: 'unknown' });
    const [stored] = sandbox.state.orders();
    expect(await write(connect(sandbox), 'purchaseOrder', change)).toMatchObject({
      status: 'created',
      key: stored?.id,
    });
    expect(sandbox.state.orders()).toHaveLength(1);
  });

  it('stores nothing in a dry run and tells what it would do', async () => {
    const { sandbox, hub } = await start();
    const key = await createOrder(hub, orderOf(sandbox));
    const results = await hub.write(
      'purchaseOrder',
      [
        { op: 'upsert', record: orderOf(sandbox, { orderNumber: '2-1' }) },
        { op: 'upsert', key, record: orderOf(sandbox, {}, { quantity: '9.000' }) },
        { op: 'upsert', key, record: orderOf(sandbox) },
        { op: 'upsert', record: orderOf(sandbox, { currency: 'USD' }) },
      ],
      { dryRun: true },
    );
    expect(results.map((result) => result.status)).toEqual([
      'created',
      'updated',
      'unchanged',
      'failed',
    ]);
    expect(sandbox.state.orders()).toMatchObject([{ quantity: '5.000' }]);
  });

  it('throws once when the credentials are wrong, rather than failing every record', async () => {
    const { sandbox, hub } = await start({}, { clientSecret: 'wrong-secret' });
    const changes = Array.from({ length: 3 }, () => ({
      op: 'upsert' as const,
      record: orderOf(sandbox),
    }));
    await expect(hub.write('purchaseOrder', changes)).rejects.toMatchObject({
      category: 'authentication',
    });
  });
});

describe('amendments', () => {
  const amendmentOf = (purchaseOrder: string, change: Partial<Amendment> = {}): Amendment => ({
    purchaseOrder,
    status: 'proposed',
    proposedQuantity: '6.000',
    unit: { code: 'C62' },
    reason: 'Demand changed',
    ...change,
  });

  it('are proposed and decided by their status', async () => {
    const { sandbox, hub } = await start();
    const key = await createOrder(hub, orderOf(sandbox));
    const proposal = { op: 'upsert', record: amendmentOf(key), idempotencyKey: 'a' } as const;
    expect(await write(hub, 'amendment', proposal)).toMatchObject({ status: 'created', key });
    expect(await write(hub, 'amendment', proposal)).toMatchObject({ status: 'unchanged', key });
    expect(await hub.get('amendment', key)).toMatchObject({
      ...amendmentOf(key),
      source: { system: 'common', entity: 'amendment', key },
    });
    const approval = {
      op: 'upsert',
      key,
      record: amendmentOf(key, { status: 'approved', notes: 'fine' }),
    } as const;
    expect(await write(hub, 'amendment', approval)).toMatchObject({ status: 'updated', key });
    expect(await write(hub, 'amendment', approval)).toMatchObject({ status: 'unchanged', key });
    expect(sandbox.state.orders()).toMatchObject([{ quantity: '6.000' }]);
    expect(sandbox.state.amendments()).toMatchObject([{ approve: true, buyer_notes: 'fine' }]);
  });

  it('are proposed once when the answer is lost', async () => {
    const { sandbox, hub } = await start();
    const key = await createOrder(hub, orderOf(sandbox));
    sandbox.faults.add({ kind: 'reset-after', match: { operation: 'proposeChanges' } });
    const change = { op: 'upsert', record: amendmentOf(key), idempotencyKey: 'a' } as const;
    expect(await write(hub, 'amendment', change)).toMatchObject({ status: 'created' });
    expect(sandbox.state.amendments()).toHaveLength(1);
  });

  it('are not decided when another proposal, or none, is open', async () => {
    const { sandbox, hub } = await start();
    const key = await createOrder(hub, orderOf(sandbox));
    const approval = {
      op: 'upsert',
      key,
      record: amendmentOf(key, { status: 'approved' }),
    } as const;
    expect(await write(hub, 'amendment', approval)).toMatchObject({
      status: 'failed',
      error: { category: 'conflict', message: expect.stringContaining('no open proposal') },
    });
    const other = amendmentOf(key, { proposedQuantity: '8.000' });
    await write(hub, 'amendment', { op: 'upsert', record: other });
    expect(await write(hub, 'amendment', approval)).toMatchObject({
      status: 'failed',
      error: { category: 'conflict', message: expect.stringContaining('another proposal') },
    });
    expect(sandbox.state.orders()).toMatchObject([{ quantity: '5.000' }]);
  });
});

describe('changes', () => {
  const keysOf = (pages: readonly { readonly changes: readonly unknown[] }[]) =>
    pages.flatMap((page) =>
      page.changes.map((change) => (change as { record: PurchaseOrder }).record.orderNumber),
    );

  it('come page by page in the order in which they occurred, and again until acknowledged', async () => {
    const { hub } = await start({ records: 7 }, { pageSize: 3 });
    const pages = await collect(hub.changes('purchaseOrder'));
    expect(pages.map((page) => page.changes.length)).toEqual([3, 3, 1]);
    expect(keysOf(pages)).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `CO-00000${n}`));
    await pages[0]?.acknowledge?.();
    await pages[0]?.acknowledge?.();
    const again = await collect(hub.changes('purchaseOrder', pages[0]?.checkpoint));
    expect(keysOf(again)).toEqual(keysOf(pages).slice(3));
  });

  it('are not skipped when a page is acknowledged before the next one is read', async () => {
    const { sandbox, hub } = await start({ records: 20 }, { pageSize: 3 });
    const seen: unknown[] = [];
    for await (const page of hub.changes('purchaseOrder')) {
      seen.push(...keysOf([page]));
      await page.acknowledge?.();
    }
    expect(new Set(seen).size).toBe(20);
    expect(seen).toHaveLength(20);
    expect(sandbox.state.updates().every((update) => update.state === 'acknowledged')).toBe(true);
  });

  it('are not read for ever when nobody acknowledges', async () => {
    const { sandbox, hub } = await start({ records: 4 }, { pageSize: 2 });
    expect(keysOf(await collect(hub.changes('purchaseOrder')))).toHaveLength(4);
    expect(sandbox.journal.count({ operation: 'listPendingUpdates' })).toBe(2);
    expect(sandbox.journal.count({ operation: 'acknowledgeUpdates' })).toBe(0);
  });

  it('of one order within a page are its last state, acknowledged together', async () => {
    const { sandbox, hub } = await start();
    const key = await createOrder(hub, orderOf(sandbox));
    for (const quantity of ['6.000', '7.000']) {
      const record = orderOf(sandbox, {}, { quantity });
      await write(hub, 'purchaseOrder', { op: 'upsert', key, record });
    }
    const [page] = await collect(hub.changes('purchaseOrder'));
    expect(page?.changes).toMatchObject([
      { op: 'upsert', record: { source: { key }, lines: [{ quantity: '7.000' }] } },
    ]);
    await page?.acknowledge?.();
    expect(sandbox.state.updates().map((update) => update.state)).toEqual(
      Array(3).fill('acknowledged'),
    );
  });

  it('of orders and of amendments are apart, and acknowledged apart', async () => {
    const { sandbox, hub } = await start({ records: 3 });
    const [amended] = sandbox.actions.approveAmendments({ count: 1 });
    const [page] = await collect(hub.changes('amendment'));
    expect(page?.changes).toMatchObject([
      {
        record: {
          purchaseOrder: amended?.id,
          status: 'approved',
          proposedQuantity: amended?.proposed_quantity,
        },
      },
    ]);
    await page?.acknowledge?.();
    expect(await collect(hub.changes('amendment'))).toMatchObject([{ changes: [] }]);
    expect(keysOf(await collect(hub.changes('purchaseOrder')))).toHaveLength(3);
  });

  it('keep an approval apart from a proposal that came after it', async () => {
    const { sandbox, hub } = await start({ records: 1 });
    const [approved] = sandbox.actions.approveAmendments({ count: 1 });
    const [proposed] = sandbox.actions.proposeAmendments({ count: 1 });
    const [page] = await collect(hub.changes('amendment'));
    expect(page?.changes).toMatchObject([
      { record: { status: 'approved', proposedQuantity: approved?.proposed_quantity } },
      { record: { status: 'proposed', proposedQuantity: proposed?.proposed_quantity } },
    ]);
    await page?.acknowledge?.();
    expect(await collect(hub.changes('amendment'))).toMatchObject([{ changes: [] }]);
  });

  it('do not exist of companies', async () => {
    const { hub } = await start();
    await expect(collect(hub.changes('company'))).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED_OPERATION',
    });
  });
});

describe('operations', () => {
  it('invite a supplier, confirm as seller, tell the status, test the webhook', async () => {
    const { sandbox, hub } = await start();
    const purchaseOrder = await createOrder(hub, orderOf(sandbox));
    const invitation = { companyName: 'Steel Works', email: 'sales@steel.example' };
    expect(await hub.call('inviteSupplier', invitation)).toMatchObject({ status: 'invited' });
    expect(await hub.call('sellerConfirm', { purchaseOrder })).toMatchObject({
      status: 'confirmed',
    });
    expect(await hub.call('syncStatus')).toMatchObject({ pending: 2 });
    expect(await hub.call('testWebhook')).toMatchObject({ delivered: false });
  });

  it.each([
    ['closeYear', {}, 'ERR_UNSUPPORTED_OPERATION'],
    ['inviteSupplier', { companyName: 'Steel Works' }, 'ERR_VALIDATION'],
    ['sellerConfirm', undefined, 'ERR_VALIDATION'],
  ])('refuse %s with %j', async (operation, input, code) => {
    const { hub } = await start();
    await expect(hub.call(operation, input)).rejects.toMatchObject({ code });
  });
});

describe('a connection test', () => {
  it('passes step by step', async () => {
    const { hub } = await start();
    const report = await hub.testConnection();
    expect(report.checks.map((check) => check.name)).toEqual([
      'network',
      'tls',
      'service',
      'credentials',
      'company',
      'permission',
    ]);
    expect(report.ok).toBe(true);
  });

  it.each([
    ['wrong credentials', { clientSecret: 'canary-secret' }, 'credentials', 'COMMON_CLIENT_SECRET'],
    ['another company', { companyId: missingKey }, 'company', 'COMMON_COMPANY_ID'],
    ['a host that is not there', { baseUrl: 'http://127.0.0.1:9' }, 'network', '127.0.0.1:9'],
  ])('says in words what is wrong: %s', async (_name, change, name, word) => {
    const { hub } = await start({}, { ...change, retry: { maxAttempts: 1 } });
    const report = await hub.testConnection();
    expect(report.ok).toBe(false);
    expect(report.checks.at(-1)).toMatchObject({
      name,
      ok: false,
      message: expect.stringContaining(word),
    });
    expect(JSON.stringify(report)).not.toContain('canary');
  });

  it('notices an address that is not the API, and a lack of permission', async () => {
    const { sandbox, hub } = await start({}, { retry: { maxAttempts: 1 } });
    sandbox.faults.add({ kind: 'html-page', match: { operation: 'login' } });
    expect((await hub.testConnection()).checks.at(-1)).toMatchObject({
      name: 'service',
      ok: false,
    });
    sandbox.faults.add({ kind: 'status', status: 403, match: { operation: 'getSyncStatus' } });
    expect((await hub.testConnection()).checks.at(-1)).toMatchObject({
      name: 'permission',
      ok: false,
    });
  });
});

describe('the connection', () => {
  it('sends nothing before it is used, and reads again after a disconnect', async () => {
    const { sandbox, hub } = await start({ records: 1 });
    expect(sandbox.journal.total).toBe(0);
    await hub.disconnect();
    await hub.disconnect();
    expect((await collect(hub.list('purchaseOrder')))[0]?.records).toHaveLength(1);
  });

  it('tells its health from its own calls', async () => {
    const { hub } = await start();
    await hub.connect();
    expect(hub.health()).toMatchObject({ status: 'healthy', requests: 1, breaker: 'closed' });
  });

  it('is told once, although the client has two ways to the API', async () => {
    const { observer, events, all } = recordingObserver();
    const { hub } = await start({}, { observer });
    await hub.connect();
    await (await hub.native()).auth.login();
    await hub.disconnect();
    expect(events().map(({ type }) => type)).toEqual(['connected', 'disconnected']);
    expect(all('operation')).toMatchObject([
      { operation: 'erpSync.status', system: 'common', tenant: companyId },
      { operation: 'auth.login', system: 'common', tenant: companyId },
    ]);
  });

  it('hands out the client of the API', async () => {
    const { hub } = await start({ records: 2 });
    const client = await hub.native();
    expect((await client.purchaseOrders.list({ page_size: 1 })).nextCursor).toBeTypeOf('string');
  });

  it('shows no secret to a logger, in good times and bad', async () => {
    const lines: string[] = [];
    const log = (message: string, details?: unknown) =>
      void lines.push(`${message} ${JSON.stringify(details)}`);
    const { sandbox, hub } = await start(
      { records: 3, clientSecret: 'canary-secret' },
      { logger: { debug: log, info: log, warn: log, error: log } },
    );
    sandbox.faults.add({ kind: 'expired-token' });
    sandbox.faults.add({ kind: 'status', status: 503 });
    await collect(hub.list('purchaseOrder'));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toMatch(/canary|eyJ/);
  });

  it.each([
    [{ pageSize: 0 }, 'pageSize'],
    [{ companyId: 'us' }, 'companyId'],
  ])('refuses the settings %j', async (change, path) => {
    const sandbox = await startCommonSandbox();
    closers.push(sandbox.close);
    expect(() => connect(sandbox, change)).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIGURATION', path }),
    );
  });
});
