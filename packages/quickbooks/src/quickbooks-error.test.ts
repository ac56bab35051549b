import type { ConnectorError } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { faultCodes } from './fault/fault-codes.ts';
import { create, newCustomer, openQuickbooks } from './open-quickbooks.fixture.ts';
import { faultError } from './quickbooks-error.ts';

const fault = (code: string, detail = '', type = 'ValidationFault') => ({
  type,
  entries: [{ code, message: 'a message', detail }],
});

describe('a Fault', () => {
  it.each([
    ['120', 'permission'],
    ['500', 'unsupported'],
    ['600', 'conflict'],
    ['610', 'not-found'],
    ['2020', 'validation'],
    ['2170', 'validation'],
    ['2500', 'validation'],
    ['3001', 'rate-limit'],
    ['3100', 'permission'],
    ['3200', 'authentication'],
    ['4000', 'validation'],
    ['4001', 'validation'],
    ['5010', 'conflict'],
    ['6000', 'validation'],
    ['6140', 'conflict'],
    ['6190', 'permission'],
    ['6210', 'validation'],
    ['6240', 'conflict'],
    ['6540', 'validation'],
  ])('of code %s is of category %s', (code, category) => {
    expect(faultError(fault(code), { status: 400 })).toMatchObject({
      category,
      vendorCode: code,
      system: 'quickbooks',
    });
  });

  it.each(['AuthenticationFault', 'AUTHENTICATION'])('of type %s is about the sign-in', (type) => {
    expect(faultError(fault('99999', '', type)).category).toBe('authentication');
  });

  it.each(['AuthorizationFault', 'AuthorizatonFault'])('of type %s is about rights', (type) => {
    expect(faultError(fault('99999', '', type)).category).toBe('permission');
  });

  it('of a system that fails is repeated, but not when the status says that we are wrong', () => {
    const failed = fault('10000', '', 'SystemFault');
    expect(faultError(failed, { status: 200 }).retryable).toBe(true);
    expect(faultError(failed, { status: 500 }).retryable).toBe(true);
    expect(faultError(failed, { status: 400 }).retryable).toBe(false);
  });

  it('of a request id that was seen before leaves the outcome open', () => {
    expect(faultError(fault('600'))).toMatchObject({
      code: 'ERR_OUTCOME_UNKNOWN',
      outcomeUnknown: true,
    });
  });

  it('never shows what quotes a record, and says what to do', () => {
    const detail = 'You and Amy Lauterbach were working on this; DocNumber=INV-77';
    for (const code of [...Object.keys(faultCodes), '77777']) {
      const { message } = faultError(fault(code, detail), { status: 400 });
      expect(message).not.toMatch(/Amy|Lauterbach|INV-77/);
      expect(message.split(' ').length).toBeGreaterThan(2);
    }
  });

  it('names the property that is wrong', () => {
    const entry = { code: '2020', element: 'Line.Amount' };
    expect(faultError({ entries: [entry] }).path).toBe('Line.Amount');
    expect(faultError({ entries: [{ code: '2020', element: 'Amy L.' }] }).path).toBeUndefined();
  });
});

describe('an answer that fails', () => {
  const failure = async (work: Promise<unknown>): Promise<ConnectorError> =>
    (await work.catch((error: unknown) => error)) as ConnectorError;

  it('has the id of the request, whatever the answer is', async () => {
    const settings = { retry: { maxAttempts: 1 }, throttlePauseMs: 0 };
    await using open = await openQuickbooks({}, settings);
    const json = { kind: 'status', contentType: 'application/json', body: '{"Fault":{}}' } as const;
    const faults = [
      { ...json, status: 200 },
      { ...json, status: 400 },
      { ...json, status: 403 },
      { ...json, status: 429 },
      { ...json, status: 500 },
      { ...json, status: 503, body: '<html>busy</html>', contentType: 'text/html' },
    ];
    for (const [index, kind] of faults.entries()) {
      const headers = { intuit_tid: `1-${index}` };
      open.sandbox.faults.add({ ...kind, headers, match: { path: /\/customer\// } });
      const error = await failure(open.books.get('customer', '1'));
      expect(error.requestId, JSON.stringify(kind)).toBe(`1-${index}`);
    }
  });

  it('by what it does not have has the id of the request too', async () => {
    await using open = await openQuickbooks({ invoices: 1 });
    const { books, sandbox } = open;
    const checkpoint = { at: Date.parse('2026-01-05T12:00:00Z') };
    const reads = [
      () => books.find('customer', { name: 'X' }),
      () => books.changes('invoice', checkpoint)[Symbol.asyncIterator]().next(),
      () => books.list('customer')[Symbol.asyncIterator]().next(),
      () => books.call('exchangeRate', { currency: 'EUR' }),
      () => books.call('upload', { fileName: 'a', contentType: 'a/b', content: '' }),
    ];
    await books.connect();
    for (const read of reads) {
      for (const body of ['[]', '{}']) {
        sandbox.faults.add({
          ...{ kind: 'status', status: 200, contentType: 'application/json', body },
          headers: { intuit_tid: '1-empty' },
          match: { path: /\/v3\// },
        });
        expect(await failure(read())).toMatchObject({
          code: 'ERR_INVALID_RESPONSE',
          requestId: '1-empty',
        });
      }
    }
  });

  it('by throttling pauses everybody for a minute, unless it says how long', async () => {
    await using open = await openQuickbooks({}, { retry: { maxAttempts: 1 } });
    const match = { path: /\/customer\// };
    open.sandbox.faults.add({ kind: 'throttle', match, retryAfter: 7 });
    const told = await failure(open.books.get('customer', '1'));
    expect(told).toMatchObject({ code: 'ERR_RATE_LIMITED', retryAfterMs: 7_000 });
    await using other = await openQuickbooks({}, { retry: { maxAttempts: 1 } });
    other.sandbox.faults.add({ kind: 'throttle', match });
    const untold = await failure(other.books.get('customer', '1'));
    expect(untold).toMatchObject({
      code: 'ERR_RATE_LIMITED',
      vendorCode: '3001',
      httpStatus: 429,
      retryAfterMs: 60_000,
    });
  });

  it('of an expired token is recovered from once, in lower case as the gateway writes it', async () => {
    await using open = await openQuickbooks();
    open.sandbox.faults.add({ kind: 'expired-token', match: { path: /\/customer\// } });
    expect(await open.books.get('customer', '1')).toBeDefined();
    expect(open.sandbox.state.counters().refreshes).toBe(2);
  });

  it('as XML or HTML is told by its status', async () => {
    await using open = await openQuickbooks({}, { retry: { maxAttempts: 1 } });
    const xml =
      '<IntuitResponse><Fault type="ValidationFault"><Error code="610"><Message>Object Not Found</Message></Error></Fault></IntuitResponse>';
    const match = { path: /\/customer\// };
    const answer = { kind: 'status', contentType: 'application/xml', body: xml, match } as const;
    open.sandbox.faults.add({ ...answer, status: 400 });
    expect(await open.books.get('customer', '1')).toBeUndefined();
    open.sandbox.faults.add({
      kind: 'status',
      status: 503,
      contentType: 'text/html',
      body: '<html>maintenance</html>',
      match,
    });
    const busy = await failure(open.books.get('customer', '1'));
    expect(busy).toMatchObject({ code: 'ERR_TRANSIENT', retryable: true, httpStatus: 503 });
  });

  it('is told without a name where the name is the reason', async () => {
    await using open = await openQuickbooks();
    await create(open.books, 'supplier', { name: 'Amy Lauterbach' });
    const [result] = await open.books.write('customer', [
      { op: 'upsert', record: newCustomer({ name: 'Amy Lauterbach' }) },
    ]);
    const text = JSON.stringify(result) + String(result && 'error' in result ? result.error : '');
    expect(text).toMatch(/names are unique/);
    expect(text).not.toMatch(/Lauterbach/);
  });
});
