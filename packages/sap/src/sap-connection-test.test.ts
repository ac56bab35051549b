import { basic, oauth2ClientCredentials } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { type OpenSap, openSap } from './open-sap.fixture.ts';
import type { SapOptions } from './sap-options.ts';

// Made for tests only, self-signed for 127.0.0.1.
const selfSigned = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUeDtta31xn6pLRs2C2zZr3i49ZZswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMDEwNDk1MloYDzIxMjYxMDI3
MTA0OTUyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS/F/H684nzr4dlY3LYeTcq/SUqlklAJECbyAgiis5Vnd8Gg7RMXA1I
z9R1CxFtbKSonCtb+rFrubA9wS0MsM0Oo28wbTAdBgNVHQ4EFgQULKVv18FP6r3N
YytKaLeZcvaLBxwwHwYDVR0jBBgwFoAULKVv18FP6r3NYytKaLeZcvaLBxwwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
zj0EAwIDRwAwRAIgGPZ4xGr1kxf8WZpAraGIFCS2BDyZyGyzU7BOs3ypQQUCIDXw
dGB7wSd9K123TCmw6mvfaqvNCylhJZPLBRAxj93h
-----END CERTIFICATE-----`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwnMapDRIHQdHas05
UZbuJqHpliA6QDFnfEoqv2lNjiShRANCAAS/F/H684nzr4dlY3LYeTcq/SUqlklA
JECbyAgiis5Vnd8Gg7RMXA1Iz9R1CxFtbKSonCtb+rFrubA9wS0MsM0O
-----END PRIVATE KEY-----`,
};

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
          { name: 'network', ok: true },
          { name: 'tls', ok: true },
          { name: 'service', ok: true },
          { name: 'credentials', ok: true },
          { name: 'activation', ok: true },
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
      { name: 'network', message: expect.stringContaining('baseUrl') },
    ]);
    expect(await failures(sap, { baseUrl: 'http://no-such-host.invalid' })).toMatchObject([
      { name: 'network', message: expect.stringContaining('no-such-host.invalid') },
    ]);
  });

  it.each([
    [
      'an empty password',
      { auth: basic({ username: 'COMM_USER', password: () => '' }) },
      'password',
    ],
    ['an address that is blocked', { baseUrl: 'http://169.254.169.254' }, 'metadata service'],
  ])('tells of a setting, once, and nothing of the system: %s', async (_, settings, message) => {
    await using sap = await openSap();
    const { checks } = await sap.connect(settings).testConnection();
    expect(checks).toEqual([
      { name: 'settings', ok: false, message: expect.stringContaining(message) },
    ]);
  });

  it('tells a login host that does not exist, which is not the system', async () => {
    await using sap = await openSap();
    const tokenUrl = 'https://login.no-such-host.invalid/oauth/token';
    const auth = oauth2ClientCredentials({ tokenUrl, clientId: 'a', clientSecret: 'b' });
    const [failure] = await failures(sap, { auth });
    expect(failure?.message).toContain('token endpoint login.no-such-host.invalid');
    expect(failure?.message).not.toContain('baseUrl');
  });

  it('tells https where the server speaks http', async () => {
    await using sap = await openSap();
    const baseUrl = sap.sandbox.url.replace('http:', 'https:');
    expect(await failures(sap, { baseUrl })).toMatchObject([
      { name: 'tls', message: expect.stringContaining('https or http') },
    ]);
  });

  it('tells http where the server speaks https, and a certificate that nobody trusts', async () => {
    await using sap = await openSap({ tls: selfSigned });
    expect(await failures(sap)).toMatchObject([
      { name: 'tls', message: expect.stringContaining('SELF_SIGNED') },
    ]);
    expect(await failures(sap)).toMatchObject([
      { name: 'tls', message: expect.stringContaining('network.tls.ca') },
    ]);
    const baseUrl = sap.sandbox.url.replace('https:', 'http:');
    expect(await failures(sap, { baseUrl })).toMatchObject([
      { name: 'network', message: expect.stringContaining('http or https') },
    ]);
  });

  it.each([
    ['maintenance', { kind: 'maintenance', times: 99 }],
    ['a crash', { kind: 'status', status: 500, times: 99 }],
    ['throttling', { kind: 'status', status: 429, times: 99 }],
  ] as const)('tells a system that is there and does not serve: %s', async (_name, fault) => {
    await using sap = await openSap();
    sap.sandbox.faults.add(fault);
    const { checks } = await sap.erp.testConnection();
    expect(checks).toMatchObject([
      { name: 'network', ok: true },
      { name: 'tls', ok: true },
      { name: 'service', ok: false, message: expect.stringContaining('cannot serve the call now') },
    ]);
  });

  it('tells a refused client secret, and a token address that is none', async () => {
    await using sap = await openSap();
    const { tokenUrl, clientId, clientSecret } = sap.sandbox.settings;
    const client = { tokenUrl, clientId, clientSecret };
    const wrongSecret = oauth2ClientCredentials({ ...client, clientSecret: 'wrong' });
    expect(await failures(sap, { auth: wrongSecret })).toMatchObject([
      {
        name: 'credentials',
        message: expect.stringMatching(/^No access token.*client id and secret/),
      },
    ]);
    const nowhere = oauth2ClientCredentials({ ...client, tokenUrl: `${tokenUrl}/nowhere` });
    expect(await failures(sap, { auth: nowhere })).toMatchObject([
      { name: 'credentials', message: expect.stringMatching(/^No access token.*token URL/) },
    ]);
  });

  it('tells another API that answers in place of SAP', async () => {
    await using sap = await openSap();
    const answer = { kind: 'status', status: 200, contentType: 'application/json' } as const;
    sap.sandbox.faults.add({ ...answer, body: '{"hello":1}', times: 9 });
    const [failure] = await failures(sap);
    expect(failure).toMatchObject({ name: 'service' });
    expect(failure?.message).toContain('no OData service of SAP');
  });

  it('tells a server that is no SAP system', async () => {
    await using sap = await openSap();
    const page = { kind: 'status', status: 404, body: '<html>nginx</html>', times: 9 };
    sap.sandbox.faults.add({ ...page, contentType: 'text/html' });
    expect(await failures(sap)).toMatchObject([
      { name: 'activation' },
      { name: 'activation' },
      { name: 'activation' },
    ]);
  });

  it('tells a login page in place of the service', async () => {
    await using sap = await openSap();
    sap.sandbox.faults.add({ kind: 'saml-login-page', times: 9 });
    expect(await failures(sap)).toMatchObject([
      { name: 'credentials', message: expect.stringContaining("query: { saml2: 'disabled' }") },
    ]);
    sap.sandbox.faults.clear();
    sap.sandbox.journal.clear();
    await sap.connect({ query: { saml2: 'disabled' } }).get('product', 'MZ-FG-000001');
    expect(sap.sandbox.journal.entries()).toMatchObject([
      { query: expect.stringContaining('saml2=disabled') },
    ]);
  });

  it('tells each service that is not activated or has no role', async () => {
    await using sap = await openSap({
      inactiveServices: ['API_PRODUCT_SRV'],
      revokedServices: ['API_BUSINESS_PARTNER'],
    });
    expect(await failures(sap)).toMatchObject([
      { name: 'activation', message: expect.stringMatching(/API_PRODUCT_SRV.*IWFND/) },
      { name: 'permission', message: expect.stringContaining('API_BUSINESS_PARTNER') },
    ]);
  });
});
