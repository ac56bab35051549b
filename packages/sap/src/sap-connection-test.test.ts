import { basic } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { type OpenSap, openSap } from '../test/open-sap.ts';
import type { SapOptions } from './sap-options.ts';

/** The checks that failed. */
async function failures(sap: OpenSap, settings: Partial<SapOptions> = {}) {
  const { ok, checks } = await sap.connect(settings).testConnection();
  const failed = checks.filter((check) => !check.ok);
  expect(ok).toBe(failed.length === 0);
  return failed;
}

describe('testConnection', () => {
  it('is content with a good connection, over either service for orders', async () => {
    await using sap = await openSap();
    for (const purchaseOrderApi of ['v2', 'v4'] as const) {
      expect(await sap.connect({ purchaseOrderApi }).testConnection()).toMatchObject({
        ok: true,
        system: 'client 100',
        checks: [
          { name: 'address', ok: true },
          { name: 'credentials', ok: true },
          { name: 'service', ok: true },
          { name: 'permission', ok: true },
        ],
      });
    }
  });

  it('tells a wrong password, and a wrong client, after one try: more would lock the user', async () => {
    await using sap = await openSap();
    const auth = basic({ username: 'COMM_USER', password: 'wrong' });
    const expected = [
      { name: 'credentials', message: expect.stringMatching(/client 100.*locks the user/) },
    ];
    expect(await failures(sap, { auth })).toMatchObject(expected);
    expect(sap.sandbox.journal.total).toBe(1);
    expect(await failures(sap, { client: '999' })).toMatchObject([
      { name: 'credentials', message: expect.stringContaining('client 999') },
    ]);
  });

  it('tells an address where nobody answers', async () => {
    await using sap = await openSap();
    expect(await failures(sap, { baseUrl: 'http://127.0.0.1:9' })).toMatchObject([
      { name: 'address', message: expect.stringContaining('baseUrl') },
    ]);
    expect(await failures(sap, { baseUrl: 'http://no-such-host.invalid' })).toMatchObject([
      { name: 'address', message: expect.stringContaining('no-such-host.invalid') },
    ]);
  });

  it('tells https where the server speaks http', async () => {
    await using sap = await openSap();
    const baseUrl = sap.sandbox.url.replace('http:', 'https:');
    expect(await failures(sap, { baseUrl })).toMatchObject([
      { name: 'tls', message: expect.stringContaining('http://') },
    ]);
  });

  it('tells a server that is no SAP system', async () => {
    await using sap = await openSap();
    const page = { kind: 'status', status: 404, body: '<html>nginx</html>', times: 9 };
    sap.sandbox.faults.add({ ...page, contentType: 'text/html' });
    expect(await failures(sap)).toMatchObject([
      { name: 'service' },
      { name: 'service' },
      { name: 'service' },
    ]);
  });

  it('tells a login page in place of the service', async () => {
    await using sap = await openSap();
    sap.sandbox.faults.add({ kind: 'saml-login-page', times: 9 });
    expect(await failures(sap)).toMatchObject([
      { name: 'credentials', message: expect.stringContaining('login page') },
    ]);
  });

  it('tells each service that is not activated or has no role', async () => {
    await using sap = await openSap({
      inactiveServices: ['API_PRODUCT_SRV'],
      revokedServices: ['API_BUSINESS_PARTNER'],
    });
    expect(await failures(sap)).toMatchObject([
      { name: 'service', message: expect.stringMatching(/API_PRODUCT_SRV.*IWFND/) },
      { name: 'permission', message: expect.stringContaining('API_BUSINESS_PARTNER') },
    ]);
  });
});
