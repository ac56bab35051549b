import { describe, expect, it } from 'vitest';
import { create, newInvoice, openQuickbooks } from '../open-quickbooks.fixture.ts';
import { uploadBody } from './upload-body.ts';

describe('an operation', () => {
  it('voids an invoice or a payment, each in its own way, and only those', async () => {
    await using open = await openQuickbooks({ invoices: 1, payments: 1 });
    const { books, sandbox } = open;
    const payment = String(sandbox.state.records('Payment')[0]?.Id);
    expect(await books.call('void', { entity: 'payment', key: payment })).toMatchObject({
      TotalAmt: '0',
    });
    const [invoice] = sandbox.state.records('Invoice');
    await books.call('void', { entity: 'invoice', key: String(invoice?.Id) });
    expect(sandbox.state.record('Invoice', String(invoice?.Id))).toMatchObject({ TotalAmt: 0 });
    await expect(books.call('void', { entity: 'customer', key: '1' })).rejects.toMatchObject({
      code: 'ERR_VALIDATION',
      path: 'entity',
    });
  });

  it('is done once under its idempotency key', async () => {
    await using open = await openQuickbooks();
    const { books, sandbox } = open;
    const file = { fileName: 'a.txt', contentType: 'text/plain', content: 'cGFpZA==' };
    for (const _ of [1, 2]) await books.call('upload', { ...file, idempotencyKey: 'U1' });
    expect(sandbox.state.records('Attachable')).toHaveLength(1);
  });

  it('voids once under its idempotency key, in another process too', async () => {
    await using open = await openQuickbooks({ invoices: 1 });
    const input = { entity: 'invoice', key: '1', idempotencyKey: 'V1' };
    const first = await open.connect().call('void', input);
    expect(await open.connect().call('void', input)).toEqual(first);
    expect(open.sandbox.state.counters().replays).toBe(1);
    // Another key of the caller is another wish.
    await open.connect().call('void', { ...input, idempotencyKey: 'V2' });
    expect(open.sandbox.state.counters().replays).toBe(1);
  });

  it('that asks for a PDF sees a Fault inside of an answer with 200', async () => {
    await using open = await openQuickbooks({ invoices: 1 }, { retry: { maxAttempts: 1 } });
    const input = { entity: 'invoice', key: '1' };
    const answers = [
      [
        'application/xml',
        '<IntuitResponse><Fault type="SystemFault"><Error code="10000"/></Fault></IntuitResponse>',
      ],
      ['application/json', '{"Fault":{"Error":[{"code":"10000"}],"type":"SystemFault"}}'],
    ] as const;
    for (const [contentType, body] of answers) {
      const answer = { status: 200, contentType, body };
      open.sandbox.faults.add({ kind: 'status', ...answer, match: { operation: 'pdf' } });
      await expect(open.books.call('pdf', input)).rejects.toMatchObject({ vendorCode: '10000' });
    }
    expect(await open.books.call('pdf', input)).toMatchObject({ contentType: 'application/pdf' });
  });

  it('that asks for a PDF asks again when nothing comes', async () => {
    await using open = await openQuickbooks({ invoices: 1 });
    const answer = { status: 200, contentType: 'application/pdf', body: '' };
    open.sandbox.faults.add({ kind: 'status', ...answer, match: { operation: 'pdf' } });
    const { content } = (await open.books.call('pdf', { entity: 'invoice', key: '1' })) as {
      readonly content: string;
    };
    expect(Buffer.from(content, 'base64').subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('that uploads a file sees the Fault of the file, with 200 around it', async () => {
    await using open = await openQuickbooks();
    const Fault = {
      Error: [{ code: '6000', Detail: 'Unsupported Type' }],
      type: 'ValidationFault',
    };
    open.sandbox.faults.add({
      kind: 'status',
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({ AttachableResponse: [{ Fault }] }),
      match: { operation: 'upload' },
    });
    const file = { fileName: 'a.txt', contentType: 'text/plain', content: 'cGFpZA==' };
    await expect(open.books.call('upload', file)).rejects.toMatchObject({ vendorCode: '6000' });
  });

  it.each([
    ['void', { entity: 'invoice', key: '1' }, true],
    ['send', { entity: 'invoice', key: '1', to: 'a@b.example' }, true],
    ['upload', { fileName: 'a.txt', contentType: 'text/plain', content: 'cGFpZA==' }, true],
    ['exchangeRate', { currency: 'EUR' }, false],
    ['query', { statement: 'SELECT * FROM Term' }, false],
  ] as const)(
    '%s that is answered without what was asked for is no success',
    async (operation, input, outcomeUnknown) => {
      await using open = await openQuickbooks({ invoices: 1 }, { retry: { maxAttempts: 1 } });
      const path = /\/(?:invoice\?|invoice\/1\/send|upload|exchangerate|query)/;
      for (const body of ['[]', '{"time":"2026-01-05T00:00:00.000-08:00"}']) {
        const answer = { status: 200, contentType: 'application/json', body };
        open.sandbox.faults.add({ kind: 'status', ...answer, match: { path } });
        const outcome = open.books.call(operation, input);
        await expect(outcome).rejects.toMatchObject({
          code: 'ERR_INVALID_RESPONSE',
          outcomeUnknown,
        });
      }
    },
  );

  it('attaches a file to a record', async () => {
    await using open = await openQuickbooks();
    const { books, sandbox } = open;
    const key = await create(books, 'invoice', newInvoice());
    await books.call('upload', {
      fileName: 'receipt.pdf',
      contentType: 'application/pdf',
      content: Buffer.from('%PDF-1.4').toString('base64'),
      attachTo: { entity: 'invoice', key },
      note: 'As agreed',
    });
    expect(sandbox.state.records('Attachable')).toMatchObject([
      {
        FileName: 'receipt.pdf',
        Note: 'As agreed',
        AttachableRef: [{ EntityRef: { type: 'Invoice', value: key } }],
      },
    ]);
  });

  it.each([
    ['void', { entity: 'invoice' }, 'key'],
    ['void', { entity: 'invoice', key: '../1' }, 'key'],
    ['report', { name: '../company' }, 'name'],
    ['exchangeRate', { currency: 'euro' }, 'currency'],
    ['upload', { fileName: 'a', contentType: 'text/plain\r\nX: y', content: '' }, 'contentType'],
    ['send', { entity: 'invoice', key: '1', to: 'nobody' }, 'to'],
    ['pdf', { entity: 'invoice', key: '1', extra: true }, 'extra'],
  ])('says what is wrong with its input: %s %j', async (operation, input, path) => {
    await using open = await openQuickbooks();
    await expect(open.books.call(operation, input)).rejects.toMatchObject({
      code: 'ERR_VALIDATION',
      path,
      operation,
    });
    expect(open.sandbox.journal.count()).toBe(0);
  });

  it('of an entity that there is not names those that there are', async () => {
    await using open = await openQuickbooks();
    await expect(open.books.call('pdf', { entity: 'bill', key: '1' })).rejects.toMatchObject({
      code: 'ERR_UNKNOWN_ENTITY',
      message: expect.stringContaining('supplierInvoice'),
    });
  });
});

describe('the name of an uploaded file', () => {
  it('ends no header and no part', () => {
    const { body } = uploadBody({
      fileName: 'a"\r\nX-Evil: 1',
      contentType: 'text/plain',
      bytes: Buffer.from('x'),
      metadata: {},
      boundary: 'B',
    });
    const text = String(body);
    expect(text).toContain('filename="a%22%0D%0AX-Evil: 1"');
    expect(text).not.toMatch(/^X-Evil/m);
  });
});
