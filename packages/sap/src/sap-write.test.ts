import { axiosTransport, type HttpTransport } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { createOrder, newOrder, onlyLines, openSap, writeOrder } from './open-sap.fixture.ts';

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

describe.each(['v2', 'v4'] as const)('orders over %s', (purchaseOrderApi) => {
  const api = { purchaseOrderApi };

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

  it('fail where SAP keeps its own value without a word, and say of which field', async () => {
    await using sap = await openSap({}, { purchaseOrderApi });
    const key = await createOrder(sap.erp);
    const other = newOrder({ supplier: '17300002', paymentTerms: '0002' });
    const result = await writeOrder(sap.erp, { op: 'upsert', key, record: other });
    expect(result).toMatchObject({
      status: 'failed',
      error: { code: 'ERR_VALIDATION', message: expect.stringContaining('kept its own Supplier') },
    });
    const stored = await sap.erp.get('purchaseOrder', key);
    expect(stored).toMatchObject({ supplier: '17300001', paymentTerms: '0002' });
    const [line] = newOrder().lines;
    const lowerCase = onlyLines({ ...line!, product: line!.product?.toLowerCase() });
    expect(await writeOrder(sap.erp, { op: 'upsert', key, record: lowerCase })).toMatchObject({
      status: 'unchanged',
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
