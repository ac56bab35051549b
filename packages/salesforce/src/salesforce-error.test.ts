import type { HttpResponse } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { classifySalesforceResponse, salesforceError } from './salesforce-error.ts';

function answer(status: number, body: unknown): HttpResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    status,
    headers: {},
    url: 'https://acme.my.salesforce.com/services/data/v66.0/query',
    bytes: Buffer.from(text),
    text: () => text,
    json: () => JSON.parse(text),
  };
}

const classify = (status: number, body: unknown) =>
  classifySalesforceResponse(answer(status, body), { method: 'GET', url: '/' });
const rest = (errorCode: string, message = 'text', fields?: readonly string[]) => [
  { errorCode, message, ...(fields ? { fields } : {}) },
];

describe('errors of Salesforce', () => {
  it.each([
    [401, 'INVALID_SESSION_ID', 'authentication', 'ERR_AUTHENTICATION_FAILED', false],
    [403, 'API_DISABLED_FOR_ORG', 'permission', 'ERR_PERMISSION_DENIED', false],
    [403, 'INSUFFICIENT_ACCESS_OR_READONLY', 'permission', 'ERR_PERMISSION_DENIED', false],
    [400, 'MALFORMED_QUERY', 'validation', 'ERR_VALIDATION', false],
    [400, 'INVALID_FIELD', 'validation', 'ERR_VALIDATION', false],
    [400, 'REQUIRED_FIELD_MISSING', 'validation', 'ERR_VALIDATION', false],
    [400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', 'validation', 'ERR_VALIDATION', false],
    [400, 'STRING_TOO_LONG', 'validation', 'ERR_VALIDATION', false],
    [400, 'JSON_PARSER_ERROR', 'validation', 'ERR_VALIDATION', false],
    [400, 'DUPLICATE_VALUE', 'conflict', 'ERR_DUPLICATE', false],
    [400, 'DUPLICATES_DETECTED', 'conflict', 'ERR_DUPLICATE', false],
    [400, 'UNABLE_TO_LOCK_ROW', 'transient', 'ERR_LOCKED', true],
    [404, 'NOT_FOUND', 'not-found', 'ERR_NOT_FOUND', false],
    [404, 'ENTITY_IS_DELETED', 'not-found', 'ERR_NOT_FOUND', false],
    [400, 'INVALID_TYPE', 'configuration', 'ERR_CONFIGURATION', false],
    [410, 'UNSUPPORTED_API_VERSION', 'configuration', 'ERR_CONFIGURATION', false],
    [412, 'SOME_PRECONDITION', 'conflict', 'ERR_CONFLICT', false],
    [500, 'UNKNOWN_EXCEPTION', 'transient', 'ERR_TRANSIENT', true],
    [503, 'SERVER_UNAVAILABLE', 'transient', 'ERR_TRANSIENT', true],
    [400, 'A_CODE_OF_TOMORROW', 'validation', 'ERR_VALIDATION', false],
    [400, 'constructor', 'validation', 'ERR_VALIDATION', false],
  ])('%i %s is %s', (status, vendorCode, category, code, retryable) => {
    expect(classify(status, rest(vendorCode))).toMatchObject({
      ...{ code, category, retryable, vendorCode },
    });
  });

  it('takes a 403 for throttling: long when the day is used up, short when too many run', () => {
    expect(
      classify(403, rest('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.')),
    ).toMatchObject({
      category: 'rate-limit',
      retryable: true,
      notExecuted: true,
      retryAfterMs: 900_000,
    });
    const concurrent = 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.';
    expect(classify(403, rest('REQUEST_LIMIT_EXCEEDED', concurrent))).toMatchObject({
      category: 'rate-limit',
      retryAfterMs: 5_000,
    });
  });

  it('names the fields', () => {
    const error = classify(400, rest('REQUIRED_FIELD_MISSING', 'missing: [Name]', ['Name']));
    expect(error).toMatchObject({ path: 'Name' });
    expect(error?.message).toContain('(Name)');
  });

  it('names the field of a duplicate, which Salesforce tells in the text only', () => {
    const message = 'duplicate value found: ERP_Id__c duplicates value on record with id: 001A';
    expect(classify(400, rest('DUPLICATE_VALUE', message, []))).toMatchObject({
      code: 'ERR_DUPLICATE',
      path: 'ERP_Id__c',
    });
  });

  it('shows no value that Salesforce repeats', () => {
    const tooLong = 'Name: data value too large: Jane Doe Jane Doe (max length=4)';
    const { message } = salesforceError([
      { code: 'STRING_TOO_LONG', message: tooLong, fields: [] },
    ]);
    expect(message).toContain('data value too large: … (max length=4)');
    expect(message).not.toContain('Jane');
    const email = 'Email: invalid email address: jane.doe@example';
    expect(
      salesforceError([{ code: 'INVALID_EMAIL_ADDRESS', message: email, fields: ['Email'] }])
        .message,
    ).not.toContain('jane');
  });

  it('blames the record that is at fault, not those that were taken back with it', () => {
    const rolledBack = { code: 'ALL_OR_NONE_OPERATION_ROLLED_BACK', message: 'x', fields: [] };
    expect(salesforceError([rolledBack])).toMatchObject({
      code: 'ERR_ROLLED_BACK',
      retryable: true,
      message: expect.stringContaining('Nothing is wrong with this record'),
    });
    const culprit = { code: 'STRING_TOO_LONG', message: 'too long', fields: ['Name'] };
    expect(salesforceError([rolledBack, culprit])).toMatchObject({ vendorCode: 'STRING_TOO_LONG' });
  });

  it('understands several records of one external id, which come with status 300', () => {
    const urls = ['/services/data/v66.0/sobjects/Account/001A', '/…/001B'];
    expect(classify(300, urls)).toMatchObject({
      code: 'ERR_CONFLICT',
      message: expect.stringContaining('Several records'),
    });
  });

  it.each([
    [
      'XML of a gateway',
      500,
      '<?xml version="1.0"?><Errors><Error><errorCode>UNKNOWN_EXCEPTION</errorCode><message>oops</message></Error></Errors>',
      { category: 'transient', vendorCode: 'UNKNOWN_EXCEPTION' },
    ],
    [
      'errors of OAuth',
      400,
      { error: 'invalid_grant', error_description: 'expired' },
      { vendorCode: 'invalid_grant' },
    ],
    ['an org that is elsewhere', 420, '', { category: 'transient', notExecuted: true }],
    ['an address that is too long', 414, '<html>', { category: 'validation' }],
    ['a version that is retired', 410, '', { category: 'configuration' }],
  ])('reads %s', (_what, status, body, expected) => {
    expect(classify(status, body)).toMatchObject(expected);
  });

  it('leaves pages for people, and successes, to their status', () => {
    expect(classify(503, '<html>maintenance</html>')).toBeUndefined();
    expect(classify(200, [{ errorCode: 'X' }])).toBeUndefined();
    expect(classify(404, 'not json')).toBeUndefined();
  });
});
