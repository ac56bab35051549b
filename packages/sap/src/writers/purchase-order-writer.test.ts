import { describe, expect, it } from 'vitest';
import { createOrder, newOrder, onlyLines, openSap, writeOrder } from '../open-sap.fixture.ts';
import { referenceOf } from '../sap-reference.ts';

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

  it.each([
    ['EUR', '100.10', '100.10'],
    ['JPY', '1500', '1500.00'],
    ['KWD', '1.234', '1.234'],
    ['EUR', '0.125', '0.125'],
  ])('keep every price that SAP has a field for: %s %s', async (currency, unitPrice, stored) => {
    await using sap = await openSap({}, api);
    const [line] = newOrder().lines;
    const priced = newOrder({
      currency,
      lines: [{ ...line!, unitPrice, priceQuantity: '100', quantity: '200.000' }],
    });
    const key = await createOrder(sap.erp, priced);
    const order = await sap.erp.get('purchaseOrder', key);
    expect(order).toMatchObject({
      currency,
      lines: [{ unitPrice: stored, priceQuantity: '100', quantity: '200.000' }],
    });
    const again = { op: 'upsert', key, record: order! } as const;
    expect(await writeOrder(sap.erp, again)).toMatchObject({ status: 'unchanged' });
  });

  it('refuse a price with more places than SAP has, and say where it stands', async () => {
    await using sap = await openSap({}, api);
    const [line] = newOrder().lines;
    const record = newOrder({ lines: [{ ...line!, unitPrice: '1.2345' }] });
    expect(await writeOrder(sap.erp, { op: 'upsert', record })).toMatchObject({
      status: 'failed',
      error: { code: 'ERR_MAPPING', path: 'lines[0].unitPrice' },
    });
    expect(sap.sandbox.state.counters().createdPurchaseOrders).toBe(0);
  });

  it('refuse a unit that SAP has no code for, one of another system included', async () => {
    await using sap = await openSap({}, api);
    const [line] = newOrder().lines;
    for (const unit of [{ code: 'XBX' }, { code: 'ZZ' }]) {
      const record = newOrder({ lines: [{ ...line!, unit }] });
      expect(await writeOrder(sap.erp, { op: 'upsert', record })).toMatchObject({
        status: 'failed',
        error: { code: 'ERR_MAPPING', path: expect.stringContaining('lines[0].unit') },
      });
    }
  });

  it('with several schedule lines move the first date only, and keep the others', async () => {
    await using sap = await openSap({}, api);
    const [first] = newOrder().lines;
    const scheduleLines = [
      { scheduleLineNumber: '1', deliveryDate: '2026-03-01', quantity: '2.000' },
      { scheduleLineNumber: '2', deliveryDate: '2026-05-01', quantity: '3.000' },
    ];
    const key = await createOrder(
      sap.erp,
      newOrder({ lines: [{ ...first!, quantity: '5.000', scheduleLines }] }),
    );
    const write = (line: object) =>
      writeOrder(sap.erp, {
        op: 'upsert',
        key,
        record: onlyLines({ lineNumber: '10', quantity: '5.000', ...line }),
      });
    expect(await write({ deliveryDate: '2026-03-01' })).toMatchObject({ status: 'unchanged' });
    expect(await write({ deliveryDate: '2026-04-01' })).toMatchObject({ status: 'updated' });
    const [moved, kept] = scheduleLines;
    const after = [{ ...moved!, deliveryDate: '2026-04-01' }, kept!];
    expect((await sap.erp.get('purchaseOrder', key))?.lines[0]?.scheduleLines).toEqual(after);
    const split = [
      { ...moved!, quantity: '1.000' },
      { ...kept!, quantity: '4.000' },
    ];
    expect(await write({ scheduleLines: split })).toMatchObject({ status: 'updated' });
    expect((await sap.erp.get('purchaseOrder', key))?.lines[0]?.scheduleLines).toEqual(split);
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

  it('come with SAP’s warnings', async () => {
    await using sap = await openSap({}, api);
    const lines = [{ ...newOrder().lines[0]!, deliveryDate: '2020-01-01' }];
    const result = await writeOrder(sap.erp, { op: 'upsert', record: newOrder({ lines }) });
    expect(result).toMatchObject({
      status: 'created',
      warnings: [expect.stringMatching(/past/i)],
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
