import { describe, expect, test } from 'vitest';
import { classifyODataError } from './classify-odata-error.ts';

const classify = (input: {
  readonly status: number;
  readonly body?: unknown;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
}) =>
  classifyODataError(
    {
      status: input.status,
      headers: input.headers ?? {},
      text: () => (typeof input.body === 'string' ? input.body : JSON.stringify(input.body ?? '')),
    },
    { method: input.method ?? 'POST', entity: 'A_PurchaseOrder' },
  );

const said = (message: string, code = '06/010') => ({
  error: { code, message: { value: message } },
});

describe('who must act is told by status and text', () => {
  test.each([
    [400, said('Material unknown'), 'ERR_VALIDATION', 'validation', false],
    [400, said('PO 45 is being processed by user X', '06/048'), 'ERR_LOCKED', 'conflict', true],
    [400, said('Object is currently locked', 'M3/024'), 'ERR_LOCKED', 'conflict', true],
    [400, said('Supplier 1 is blocked', '06/011'), 'ERR_VALIDATION', 'validation', false],
    [401, '<html></html>', 'ERR_AUTHENTICATION_FAILED', 'authentication', false],
    [403, said('No authorisation'), 'ERR_PERMISSION_DENIED', 'permission', false],
    [404, said('Resource not found', 'X'), 'ERR_NOT_FOUND', 'not-found', false],
    [
      404,
      said('No service found for namespace', '/IWFND/MED/170'),
      'ERR_CONFIGURATION',
      'configuration',
      false,
    ],
    [405, '', 'ERR_UNSUPPORTED_OPERATION', 'unsupported', false],
    [501, '', 'ERR_UNSUPPORTED_OPERATION', 'unsupported', false],
    [409, '', 'ERR_CONFLICT', 'conflict', false],
    [412, '', 'ERR_CONFLICT', 'conflict', false],
    [428, '', 'ERR_CONFLICT', 'conflict', false],
    [413, '', 'ERR_VALIDATION', 'validation', false],
    [414, '', 'ERR_VALIDATION', 'validation', false],
    [423, '', 'ERR_LOCKED', 'conflict', true],
    [429, '', 'ERR_RATE_LIMITED', 'rate-limit', true],
    [503, '<html>maintenance</html>', 'ERR_TRANSIENT', 'transient', true],
    [500, said('Vendor is missing', 'ME/083'), 'ERR_VALIDATION', 'validation', false],
  ])('%i %j is %s, %s', (status, body, code, category, retryable) => {
    expect(classify({ status, body })).toMatchObject({
      code,
      category,
      retryable,
      httpStatus: status,
    });
  });

  test('a dump is tried again for reads only', () => {
    const body = said('Runtime error', 'SY/530');
    expect(classify({ status: 500, body, method: 'GET' })).toMatchObject({ retryable: true });
    expect(classify({ status: 500, body })).toMatchObject({
      retryable: false,
      outcomeUnknown: false,
    });
  });

  test('a write that fails without a word of the service has an unknown outcome', () => {
    expect(classify({ status: 502, body: '<html>Bad gateway</html>' })).toMatchObject({
      code: 'ERR_TRANSIENT',
      retryable: false,
      outcomeUnknown: true,
    });
  });

  test('a lock certainly did nothing, so the pipeline may repeat it', () => {
    expect(classify({ status: 423 })).toMatchObject({ notExecuted: true });
  });

  test('Retry-After is kept', () => {
    expect(classify({ status: 429, headers: { 'retry-after': '7' } })).toMatchObject({
      retryAfterMs: 7000,
    });
  });

  test('a success is none', () => {
    expect(classify({ status: 204 })).toBeUndefined();
    expect(
      classify({ status: 200, headers: { 'content-type': 'application/json' } }),
    ).toBeUndefined();
  });

  test('trap: an HTML page with 200 is a login page', () => {
    expect(
      classify({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } }),
    ).toMatchObject({
      code: 'ERR_AUTHENTICATION_FAILED',
      message: expect.stringContaining('saml2=disabled'),
    });
  });
});

describe('a web page in place of data', () => {
  const headers = { 'content-type': 'text/html; charset=utf-8' };

  test('is a login page when a person can sign in on it: nothing was done', () => {
    const body = '<html><body><form><input type="password"></form></body></html>';
    expect(classify({ status: 200, headers, body })).toMatchObject({ category: 'authentication' });
  });

  test('is left to the pipeline otherwise: behind the page of a proxy a write may be done', () => {
    const body = '<html><body><h1>The page cannot be shown</h1></body></html>';
    expect(classify({ status: 200, headers, body })).toBeUndefined();
  });
});

describe('every envelope is read', () => {
  test('V2 with details: errors first, the framework’s own entry left out', () => {
    const error = classify({
      status: 400,
      body: {
        error: {
          code: '06/010',
          message: { lang: 'en', value: 'First' },
          innererror: {
            transactionid: 'T1',
            errordetails: [
              { code: '06/002', message: 'A warning', severity: 'warning' },
              { code: '06/010', message: 'First', severity: 'error', propertyref: 'Material' },
              { code: '06/011', message: 'Second', severity: 'error' },
              { code: '/IWBEP/CX_MGW_BUSI_EXCEPTION', message: 'Framework', severity: 'error' },
            ],
          },
        },
      },
    });
    expect(error).toMatchObject({
      vendorCode: '06/010',
      requestId: 'T1',
      path: 'Material',
      message: 'HTTP 400, 06/010: First | Second (06/011) | A warning (06/002). Correct the data.',
    });
  });

  test('V2 with a plain message, and details whose message is an object (CAP)', () => {
    expect(
      classify({
        status: 400,
        body: {
          error: {
            code: '1',
            message: 'Outer',
            innererror: { errordetails: [{ code: '2', message: { lang: 'en', value: 'Inner' } }] },
          },
        },
      })?.message,
    ).toBe('HTTP 400, 1: Outer | Inner (2). Correct the data.');
  });

  test('trap: details without severity count as errors (odata-v2-adapter#70)', () => {
    expect(
      classify({
        status: 400,
        body: {
          error: { message: 'A', innererror: { errordetails: [{ message: 'B', target: 'X' }] } },
        },
      }),
    ).toMatchObject({ path: 'X' });
  });

  test('V4 of ABAP', () => {
    expect(
      classify({
        status: 400,
        body: {
          error: {
            code: '00/001',
            message: 'Contract not found',
            details: [
              {
                code: 'X/1',
                message: 'Property Menge is invalid',
                '@SAP__common.Severity': 'error',
              },
            ],
            innererror: { ErrorDetails: { '@SAP__common.TransactionId': 'F140' } },
          },
        },
      }),
    ).toMatchObject({
      vendorCode: '00/001',
      requestId: 'F140',
      message:
        'HTTP 400, 00/001: Contract not found | Property Menge is invalid (X/1). Correct the data.',
    });
  });

  test('the inner message of ASP.NET where there is no other', () => {
    expect(
      classify({
        status: 400,
        body: { error: { code: '', message: '', innererror: { message: 'Infolog: no' } } },
      })?.message,
    ).toBe('HTTP 400: Infolog: no. Correct the data.');
  });

  test('XML', () => {
    const body =
      '<?xml version="1.0"?><error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><code>SY/001</code><message xml:lang="en">A &amp; B</message><innererror><transactionid>T2</transactionid></innererror></error>';
    expect(classify({ status: 404, body })).toMatchObject({
      vendorCode: 'SY/001',
      requestId: 'T2',
      message: 'HTTP 404, SY/001: A & B',
    });
  });

  test.each(['<html><b>secret</b></html>', '{broken', 'x'.repeat(300), ''])(
    'what is none is not repeated: %s',
    (body) => {
      expect(classify({ status: 400, body })?.message).toBe('HTTP 400. Correct the data.');
    },
  );

  test('a text is cut to a length that can be shown', () => {
    expect(classify({ status: 400, body: said('x'.repeat(5000)) })?.message.length).toBeLessThan(
      1100,
    );
  });
});
