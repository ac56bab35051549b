import { axiosTransport, type HttpTransport } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { createOrder, newOrder, onlyLines, openSap, writeOrder } from '../test/open-sap.ts';
import { referenceOf } from './sap-reference.ts';

/** A transport with which somebody else acts once, just before the first request that fits. */
function interrupted(fits: RegExp, act: () => void): HttpTransport {
  const transport = axiosTransport();
  let isDone = false;
  return {
    exchange(request) {
      if (!isDone && fits.test(`${request.method} ${request.url}`)) {
        isDone = true;
        act();
      }
      return transport.exchange(request);
    },
    close: () => transport.close(),
  };
}

describe.each(['v2', 'v4'] as const)('purchase orders over %s', (purchaseOrderApi) => {
  const api = { purchaseOrderApi };

  it('are created with items and schedule lines, and read back as they were written', async () => {
    await using sap = await openSap({}, api);
    const record = newOrder({ externalReference: 'CO-1', orderDate: '2026-01-04' });
    const key = await createOrder(sap.erp, record);
    expect(key).toMatch(/^45\d{8}$/);
    const order = await sap.erp.get('purchaseOrder', key);
    expect(order).toMatchObject({
      ...record,
      orderNumber: key,
      source: { system: 'sap', entity: 'purchaseOrder', key },
    });
    expect(order?.lines[0]?.scheduleLines).toEqual([
      { scheduleLineNumber: '1', deliveryDate: '2026-03-01', quantity: '5.125' },
    ]);
  });

  it('change quantity, price and date where they live, and leave the rest alone', async () => {
    await using sap = await openSap({}, api);
    const key = await createOrder(sap.erp);
    const before = await sap.erp.get('purchaseOrder', key);
    const record = onlyLines({
      lineNumber: '10',
      quantity: '6.500',
      unitPrice: '99.95',
      deliveryDate: '2026-04-01',
    });
    const result = await writeOrder(sap.erp, { op: 'upsert', key, record });
    expect(result).toMatchObject({ status: 'updated', key });
    const after = await sap.erp.get('purchaseOrder', key);
    expect(after?.lines[0]).toMatchObject({
      quantity: '6.500',
      unitPrice: '99.95',
      deliveryDate: '2026-04-01',
      scheduleLines: [{ scheduleLineNumber: '1', deliveryDate: '2026-04-01', quantity: '6.500' }],
      product: 'MZ-FG-000001',
    });
    expect(after?.lines[1]).toEqual(before?.lines[1]);
  });

  it('gain a line and mark another as deleted', async () => {
    await using sap = await openSap({}, api);
    const key = await createOrder(sap.erp);
    const line = { product: 'MZ-FG-000003', unitPrice: '1.00', plant: '1010' };
    const record = onlyLines(
      { lineNumber: '20', quantity: '12.000', isDeleted: true },
      { ...line, lineNumber: '30', quantity: '1.000' },
    );
    expect(await writeOrder(sap.erp, { op: 'upsert', key, record })).toMatchObject({
      status: 'updated',
    });
    const order = await sap.erp.get('purchaseOrder', key);
    expect(order?.lines.map(({ lineNumber, isDeleted }) => [lineNumber, isDeleted])).toEqual([
      ['10', false],
      ['20', true],
      ['30', false],
    ]);
    expect(await writeOrder(sap.erp, { op: 'upsert', key, record })).toMatchObject({
      status: 'unchanged',
    });
  });

  it('stay untouched when they are as wanted already', async () => {
    await using sap = await openSap({}, api);
    const key = await createOrder(sap.erp);
    sap.sandbox.journal.clear();
    expect(await writeOrder(sap.erp, { op: 'upsert', key, record: newOrder() })).toMatchObject({
      status: 'unchanged',
      key,
    });
    expect(sap.sandbox.journal.entries().map(({ method }) => method)).toEqual(['GET']);
  });

  it('trap: line numbers with leading zeros are the same line', async () => {
    await using sap = await openSap({}, api);
    const key = await createOrder(sap.erp);
    const record = onlyLines({ lineNumber: '00010', quantity: '8.000' });
    await writeOrder(sap.erp, { op: 'upsert', key, record });
    const { lines } = (await sap.erp.get('purchaseOrder', key))!;
    expect(lines.map(({ lineNumber, quantity }) => [lineNumber, quantity])).toEqual([
      ['10', '8.000'],
      ['20', '12.000'],
    ]);
  });

  it('change as a whole or not at all', async () => {
    await using sap = await openSap({}, api);
    const key = await createOrder(sap.erp);
    const before = await sap.erp.get('purchaseOrder', key);
    const record = onlyLines(
      { lineNumber: '10', quantity: '7.000' },
      { lineNumber: '20', quantity: '1.000', plant: '9999' },
    );
    const result = await writeOrder(sap.erp, { op: 'upsert', key, record });
    expect(result).toMatchObject({
      status: 'failed',
      error: { category: 'validation', message: expect.stringContaining('Plant 9999') },
    });
    expect((await sap.erp.get('purchaseOrder', key))?.lines).toEqual(before?.lines);
  });

  it('are refused when somebody changed them since they were read', async () => {
    await using sap = await openSap({}, api);
    const key = await createOrder(sap.erp);
    const expectedRevision = (await sap.erp.get('purchaseOrder', key))!.source!.revision!;
    const change = (quantity: string) =>
      writeOrder(sap.erp, {
        op: 'upsert',
        key,
        record: onlyLines({ lineNumber: '10', quantity }),
        expectedRevision,
      });
    expect(await change('8.000')).toMatchObject({ status: 'updated' });
    expect(await change('9.000')).toMatchObject({
      status: 'failed',
      error: { code: 'ERR_CONFLICT', category: 'conflict' },
    });
  });

  it('mark all their lines when they are deleted, by change or by field', async () => {
    await using sap = await openSap({}, api);
    const keys = [await createOrder(sap.erp), await createOrder(sap.erp)];
    const record = { ...newOrder(), isDeleted: true };
    expect(await writeOrder(sap.erp, { op: 'delete', key: keys[0]! })).toMatchObject({
      status: 'deleted',
    });
    expect(await writeOrder(sap.erp, { op: 'upsert', key: keys[1]!, record })).toMatchObject({
      status: 'updated',
    });
    for (const key of keys) {
      const order = await sap.erp.get('purchaseOrder', key);
      expect(order?.lines.map(({ isDeleted }) => isDeleted)).toEqual([true, true]);
    }
  });

  it('may be written several times in one call: each sees what the one before did', async () => {
    await using sap = await openSap({}, api);
    const key = await createOrder(sap.erp);
    const quantities = ['1.000', '2.000', '3.000', '4.000', '5.000'];
    const results = await sap.erp.write(
      'purchaseOrder',
      quantities.map((quantity) => ({
        op: 'upsert',
        key,
        record: onlyLines({ lineNumber: '10', quantity }),
      })),
    );
    expect(results.map(({ status }) => status)).toEqual(Array(5).fill('updated'));
    expect((await sap.erp.get('purchaseOrder', key))?.lines[0]?.quantity).toBe('5.000');
  });

  it('have an unknown outcome when the answer to a create is lost, and are found', async () => {
    await using sap = await openSap({}, api);
    await createOrder(sap.erp);
    sap.sandbox.faults.add({ kind: 'reset-after', match: { method: 'POST' } });
    const record = newOrder();
    expect(
      await writeOrder(sap.erp, { op: 'upsert', record, idempotencyKey: 'key 1' }),
    ).toMatchObject({ status: 'unknown' });
    const found = await sap.erp.find('purchaseOrder', { idempotencyKey: 'key 1' });
    expect(found.map(({ lines }) => lines.length)).toEqual([2]);
    expect(sap.sandbox.state.counters().createdPurchaseOrders).toBe(2);
    expect(sap.sandbox.faults.pending).toEqual([]);
  });

  it('fail one by one, with SAP’s own reason', async () => {
    await using sap = await openSap({}, api);
    const results = await sap.erp.write('purchaseOrder', [
      { op: 'upsert', record: newOrder() },
      { op: 'upsert', record: newOrder({ supplier: '99999999' }) },
      { op: 'upsert', record: newOrder() },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['created', 'failed', 'created']);
    expect(results[1]).toMatchObject({
      error: {
        code: 'ERR_VALIDATION',
        httpStatus: 400,
        message: expect.stringContaining('Supplier 99999999 does not exist'),
      },
    });
  });

  it('come with SAP’s warnings', async () => {
    await using sap = await openSap({}, api);
    const lines = [{ ...newOrder().lines[0]!, deliveryDate: '2020-01-01' }];
    const result = await writeOrder(sap.erp, { op: 'upsert', record: newOrder({ lines }) });
    expect(result).toMatchObject({
      status: 'created',
      warnings: [expect.stringMatching(/past/i)],
    });
  });

  it('trap: a lock comes as 400; it is tried again, and is a conflict that may be retried', async () => {
    await using sap = await openSap({}, api);
    const key = await createOrder(sap.erp);
    const record = onlyLines({ lineNumber: '10', quantity: '8.000' });
    sap.sandbox.faults.add({ kind: 'lock', times: 2 });
    expect(await writeOrder(sap.erp, { op: 'upsert', record: newOrder() })).toMatchObject({
      status: 'created',
    });
    expect(sap.sandbox.faults.pending).toEqual([]);
    sap.sandbox.actions.lock({ order: key });
    const locked = {
      status: 'failed',
      error: { code: 'ERR_LOCKED', category: 'conflict', retryable: true },
    };
    const two = onlyLines(
      { lineNumber: '10', quantity: '8.000' },
      { lineNumber: '20', quantity: '9.000' },
    );
    expect(await writeOrder(sap.erp, { op: 'upsert', key, record })).toMatchObject(locked);
    expect(await writeOrder(sap.erp, { op: 'upsert', key, record: two })).toMatchObject(locked);
    sap.sandbox.actions.unlock({ order: key });
    expect(await writeOrder(sap.erp, { op: 'upsert', key, record: two })).toMatchObject({
      status: 'updated',
    });
  });

  it('carry customer fields of header and items, in both directions', async () => {
    await using sap = await openSap({}, api);
    const [first, second] = newOrder().lines;
    const record = newOrder({
      custom: { YY1_Priority_PDH: '3', YY1_CommonOrderId_PDH: '2026-01-31' },
      lines: [{ ...first!, custom: { YY1_CostObject_PDI: 'PRJ/1' } }, second!],
    });
    const key = await createOrder(sap.erp, record);
    const created = await sap.erp.get('purchaseOrder', key);
    expect(created).toMatchObject({
      custom: { YY1_Priority_PDH: '3', YY1_CommonOrderId_PDH: '2026-01-31' },
      lines: [{ custom: { YY1_CostObject_PDI: 'PRJ/1' } }, {}],
    });
    const change = onlyLines({ ...first!, custom: { YY1_CostObject_PDI: 'PRJ/2' } });
    const custom = { YY1_Priority_PDH: '5' };
    await writeOrder(sap.erp, { op: 'upsert', key, record: { ...change, custom } });
    expect(await sap.erp.get('purchaseOrder', key)).toMatchObject({
      custom: { YY1_Priority_PDH: '5', YY1_CommonOrderId_PDH: '2026-01-31' },
      lines: [{ custom: { YY1_CostObject_PDI: 'PRJ/2' } }, {}],
    });
  });

  it('are only looked at in a dry run', async () => {
    await using sap = await openSap({}, api);
    const key = await createOrder(sap.erp);
    sap.sandbox.journal.clear();
    const results = await sap.erp.write(
      'purchaseOrder',
      [
        { op: 'upsert', record: newOrder() },
        { op: 'upsert', key, record: onlyLines({ lineNumber: '10', quantity: '8.000' }) },
        { op: 'upsert', key, record: newOrder() },
        { op: 'delete', key },
        { op: 'upsert', key: '4599999999', record: newOrder() },
        { op: 'upsert', record: newOrder({ purchasingGroup: 'far too long' }) },
      ],
      { dryRun: true },
    );
    expect(results.map(({ status }) => status)).toEqual([
      'created',
      'updated',
      'unchanged',
      'deleted',
      'failed',
      'failed',
    ]);
    expect(results[5]).toMatchObject({ error: { code: 'ERR_MAPPING', path: 'purchasingGroup' } });
    expect(new Set(sap.sandbox.journal.entries().map(({ method }) => method))).toEqual(
      new Set(['GET']),
    );
  });
});

describe('orders over V4', () => {
  it.each([
    ['one operation', onlyLines({ lineNumber: '10', quantity: '8.000' })],
    [
      'a change set',
      onlyLines({ lineNumber: '10', quantity: '8.000' }, { lineNumber: '20', quantity: '9.000' }),
    ],
  ])('are guarded by their ETag from reading to writing: %s', async (_what, record) => {
    await using sap = await openSap();
    const key = await createOrder(sap.erp);
    const erp = sap.connect({
      purchaseOrderApi: 'v4',
      transport: interrupted(/^(PATCH|POST .*batch)/, () => {
        sap.sandbox.actions.changeOrderQuantities({ count: 1, orders: [key] });
      }),
    });
    expect(await writeOrder(erp, { op: 'upsert', key, record })).toMatchObject({
      status: 'failed',
      error: { code: 'ERR_CONFLICT', category: 'conflict', httpStatus: 412 },
    });
    expect(await writeOrder(erp, { op: 'upsert', key, record })).toMatchObject({
      status: 'updated',
    });
  });
});

describe('the idempotency key of an order', () => {
  it('stands in the field that the settings name', async () => {
    await using sap = await openSap({}, { referenceField: 'CorrespncExternalReference' });
    await writeOrder(sap.erp, { op: 'upsert', record: newOrder(), idempotencyKey: 'abc' });
    const created = [...sap.sandbox.state.purchaseOrders()].at(-1)?.header;
    expect(created?.CorrespncExternalReference).toBe(referenceOf('abc'));
    const record = newOrder({ externalReference: 'CO-1' });
    expect(
      await writeOrder(sap.erp, { op: 'upsert', record, idempotencyKey: 'def' }),
    ).toMatchObject({ status: 'failed', error: { path: 'referenceField' } });
  });

  it('stands nowhere when there is no field for it, and find says so', async () => {
    await using sap = await openSap({}, { referenceField: 'none' });
    expect(sap.erp.capabilities.entities.purchaseOrder.idempotency).toBe('none');
    await expect(sap.erp.find('purchaseOrder', { idempotencyKey: 'abc' })).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED_QUERY',
    });
  });
});

describe('a product', () => {
  const record = {
    productNumber: 'NEW/1 A',
    description: 'New part',
    productType: 'FERT',
    productGroup: 'L001',
    baseUnit: { code: 'C62', vendorCode: 'PC' },
    grossWeight: '1.250',
    weightUnit: { code: 'KGM', vendorCode: 'KG' },
  };

  it('is created once, however often it is written', async () => {
    await using sap = await openSap();
    const write = async (change: object = {}) =>
      (await sap.erp.write('product', [{ op: 'upsert', record: { ...record, ...change } }]))[0];
    expect(await write()).toMatchObject({ status: 'created', key: 'NEW/1 A' });
    expect(await write()).toMatchObject({ status: 'unchanged', key: 'NEW/1 A' });
    expect(await write({ grossWeight: '1.500', description: 'New text' })).toMatchObject({
      status: 'updated',
    });
    expect(await sap.erp.get('product', 'NEW/1 A')).toMatchObject({
      grossWeight: '1.500',
      description: 'New text',
    });
  });

  it('keeps texts in other languages when one is written', async () => {
    await using sap = await openSap();
    const key = 'MZ-FG-000001';
    const before = await sap.erp.get('product', key);
    const change = { productNumber: key, description: 'Toothed wheel' };
    await sap.erp.write('product', [{ op: 'upsert', key, record: change }]);
    const after = await sap.erp.get('product', key);
    expect(after?.description).toBe('Toothed wheel');
    expect(after?.descriptions?.[0]).toEqual(before?.descriptions?.[0]);
  });

  it('carries customer fields of every type, in both directions', async () => {
    await using sap = await openSap();
    const custom = {
      YY1_ReleasedOn_PRD: '1969-12-31',
      YY1_Sustainability_PRD: '2026-02-01',
      YY1_Margin_PRD: '-3.50',
      YY1_LegacyNumber_PRD: '9007199254740993',
    };
    const write = async (change: Readonly<Record<string, string>>) =>
      (
        await sap.erp.write('product', [{ op: 'upsert', record: { ...record, custom: change } }])
      )[0];
    expect(await write(custom)).toMatchObject({ status: 'created' });
    expect((await sap.erp.get('product', 'NEW/1 A'))?.custom).toMatchObject(custom);
    expect(await write(custom)).toMatchObject({ status: 'unchanged' });
    const later = { ...custom, YY1_ReleasedOn_PRD: '2026-02-02' };
    expect(await write(later)).toMatchObject({ status: 'updated' });
    expect((await sap.erp.get('product', 'NEW/1 A'))?.custom).toMatchObject(later);
    const metadata = sap.sandbox.journal.entries({ path: /\$metadata/ });
    expect(metadata).toHaveLength(1);
  });

  it('is not deleted, but marked', async () => {
    await using sap = await openSap();
    const key = 'MZ-FG-000001';
    const change = { productNumber: key, isMarkedForDeletion: true };
    expect(
      await sap.erp.write('product', [
        { op: 'delete', key },
        { op: 'upsert', key, record: change },
      ]),
    ).toMatchObject([
      { status: 'failed', error: { category: 'unsupported', message: /isMarkedForDeletion/ } },
      { status: 'updated' },
    ]);
    expect((await sap.erp.get('product', key))?.isMarkedForDeletion).toBe(true);
  });
});

describe.each(['customer', 'supplier'] as const)('a %s', (entity) => {
  const record = {
    name: 'Miller & Sons',
    addresses: [{ street: "O'Neil Street", city: 'Berlin', postalCode: '10115', country: 'DE' }],
    vatNumber: 'DE123456789',
    companyCodes: [{ companyCode: '1010', paymentTerms: '0001' }],
    custom: { YY1_CommonCompanyId_BP: '2026-01-01' },
  };

  it('is created with its business partner and roles, found, and changed', async () => {
    await using sap = await openSap();
    const [created] = await sap.erp.write(entity, [
      { op: 'upsert', record: { ...record, externalReference: 'CRM-1' } },
    ]);
    expect(created).toMatchObject({ status: 'created' });
    const key = created!.key!;
    expect(await sap.erp.get(entity, key)).toMatchObject({ ...record, kind: 'organization' });
    const found = await sap.erp.find(entity, { externalReference: 'CRM-1' });
    expect(found.map(({ source }) => source?.key)).toEqual([key]);
    const [changed] = await sap.erp.write(entity, [
      { op: 'upsert', key, record: { ...record, name: 'Miller' } },
    ]);
    expect(changed).toMatchObject({ status: 'updated', key });
    expect((await sap.erp.get(entity, key))?.name).toBe('Miller');
  });
});
