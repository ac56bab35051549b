import { basic, createGovernor } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { sap } from './sap-connector.ts';
import type { SapOptions } from './sap-options.ts';

const good: SapOptions = {
  baseUrl: 'https://my000000-api.s4hana.cloud.sap',
  client: '100',
  auth: basic({ username: 'COMM_USER', password: 'canary-secret-1' }),
};

/** What `sap()` says to options as JavaScript could give them. */
function complaintAbout(change: object): { readonly message: string; readonly path?: string } {
  try {
    sap({ ...good, ...change } as SapOptions);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_CONFIGURATION', category: 'configuration' });
    expect((error as Error).message).not.toContain('canary');
    return error as { message: string; path?: string };
  }
  throw new Error('The options were taken.');
}

describe('the options of sap()', () => {
  it('are few, and the rest is for the pipeline', () => {
    expect(() => sap(good)).not.toThrow();
    expect(() =>
      sap({ ...good, governor: createGovernor(), deadlineMs: 5_000, retry: { maxAttempts: 1 } }),
    ).not.toThrow();
    expect(() => sap({ ...good, baseUrl: 'http://10.0.0.7:8000' })).not.toThrow();
    expect(() => sap({ ...good, baseUrl: 'https://gateway.example/s4hanacloud/' })).not.toThrow();
    expect(() => sap({ ...good, client: undefined, companyCodes: undefined })).not.toThrow();
  });

  it.each([
    ['no address', { baseUrl: undefined }, 'baseUrl', /must be the address/],
    ['an address without a scheme', { baseUrl: 'my.sap.example' }, 'baseUrl', /https:\/\//],
    ['another scheme', { baseUrl: 'ftp://my.sap.example' }, 'baseUrl', /must be the address/],
    [
      'the address of a service',
      { baseUrl: 'https://my.sap.example/sap/opu/odata/sap/API_PRODUCT_SRV' },
      'baseUrl',
      /must end before \/sap\/opu/,
    ],
    [
      'the address of a page of the system',
      { baseUrl: 'https://my.sap.example/sap/bc/ui2/flp' },
      'baseUrl',
      /must end before/,
    ],
    ['a client of one digit', { client: '1' }, 'client', /three digits/],
    ['a client that is a number', { client: 100 }, 'client', /must be a text/],
    ['a language in words', { language: 'english' }, 'language', /two capital letters/],
    ['an unknown service', { purchaseOrderApi: 'v3' }, 'purchaseOrderApi', /v2.*v4/],
    ['a page of nothing', { pageSize: 0 }, 'pageSize', />=1/],
    ['no company code at all', { companyCodes: [] }, 'companyCodes', /companyCodes/],
    ['a company code that is none', { companyCodes: ['10 10'] }, 'companyCodes.0', /four/],
    ['a lag before its time', { safetyLagMs: -1 }, 'safetyLagMs', />=0/],
    ['an unknown field', { referenceField: 'Text' }, 'referenceField', /Correspnc/],
  ])('name what is wrong: %s', (_what, change, path, message) => {
    const complaint = complaintAbout(change);
    expect(complaint.path).toBe(path);
    expect(complaint.message).toMatch(message);
    expect(complaint.message).toContain(`${path}:`);
  });

  it('name a setting that does not exist, which is mostly a slip', () => {
    expect(complaintAbout({ pagesize: 10 }).message).toContain('pagesize: must not');
    expect(complaintAbout({ logLevel: 'debug' }).message).toContain('logLevel: must not');
  });

  it.each([undefined, 'COMM_USER:password', {}])('name a missing auth: %j', (auth) => {
    const complaint = complaintAbout({ auth });
    expect(complaint.path).toBe('auth');
    expect(complaint.message).toContain('basic({ username, password })');
  });

  it('name a bad template', () => {
    const error = { code: 'ERR_INVALID_TEMPLATE' };
    expect(() => sap({ ...good, templates: { product: { id: 'x' } as never } })).toThrow(
      expect.objectContaining(error),
    );
  });
});
