import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import type { AuthStrategy } from './auth-strategy.ts';
import { basic } from './basic.ts';
import { passphrase, testIssuer } from './certificates.fixture.ts';
import { type ClientCertificate, mutualTls, withClientCertificate } from './mutual-tls.ts';
import { createTokenAuth } from './tokens/token-auth.ts';

const issuer = testIssuer();
const { ca } = issuer;
const serverCertificate = issuer.issue('server');
const client = issuer.issue('client');
const another = issuer.issue('another');

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server that lets in those with a certificate of the issuer, and a client of it. */
async function open(auth: (baseUrl: string) => AuthStrategy, now = Date.now()) {
  const seen: { readonly name: string; readonly authorization: string | undefined }[] = [];
  const server = createServer(
    { cert: serverCertificate.cert, key: serverCertificate.key, ca, requestCert: true },
    ({ socket, headers }, response) => {
      const name = (socket as TLSSocket).getPeerCertificate().subject.CN;
      seen.push({ name: String(name), authorization: headers.authorization });
      response.end('{"ok":true}');
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = createHttpClient({
    system: 'erp',
    baseUrl,
    auth: auth(baseUrl),
    clock: manualClock(now),
  });
  closers.push(
    () => server.close(),
    () => http.close(),
  );
  return { seen, baseUrl, call: () => http.send({ method: 'GET', url: '/a' }) };
}

const pem = { cert: client.cert, key: client.key, ca };

describe('a server that knows its clients by certificate', () => {
  it.each<[string, ClientCertificate]>([
    ['PEM', pem],
    ['PEM with an encrypted key', { ...pem, key: client.encryptedKey, passphrase }],
    ['PKCS#12', { pfx: client.pfx, passphrase, ca }],
    ['PKCS#12 in Base64', { pfx: Buffer.from(client.pfx).toString('base64'), passphrase, ca }],
    [
      'PEM from a vault',
      { cert: async () => client.cert, key: async () => client.key, ca: [ca, ca] },
    ],
    [
      'PEM from an environment variable',
      { ...pem, key: client.key.replaceAll(/\r?\n/g, String.raw`\n`) },
    ],
    ['PKCS#12 from a file', { pfx: async () => client.pfx, passphrase: () => passphrase, ca }],
    [
      'PKCS#12 from a vault',
      { pfx: () => Buffer.from(client.pfx).toString('base64'), passphrase, ca },
    ],
  ])('lets in: %s', async (_, certificate) => {
    const { seen, call } = await open(() => mutualTls(certificate));
    await call();
    expect(seen).toEqual([{ name: 'client', authorization: undefined }]);
  });

  it('is given a password as well where it asks for both', async () => {
    const { seen, call } = await open(() =>
      withClientCertificate(basic({ username: 'a', password: 'b' }), pem),
    );
    await call();
    expect(seen).toEqual([{ name: 'client', authorization: 'Basic YTpi' }]);
  });

  it('sees the certificate at its token endpoint too', async () => {
    const { seen, call } = await open((baseUrl) => {
      const byToken = createTokenAuth({
        kind: 'token',
        async obtain({ transport }) {
          const { signal } = new AbortController();
          const request = { method: 'POST', headers: {}, maxBytes: 1024, stream: false } as const;
          await transport.exchange({ ...request, url: `${baseUrl}/token`, signal });
          return { accessToken: 't1' };
        },
        baseUrl: () => baseUrl,
      });
      return withClientCertificate(byToken, pem);
    });
    await call();
    expect(seen).toEqual([
      { name: 'client', authorization: undefined },
      { name: 'client', authorization: 'Bearer t1' },
    ]);
  });
});

describe('a certificate that cannot be used', () => {
  it.each<[string, string, ClientCertificate]>([
    [
      'key',
      'must be the private key that belongs to the certificate',
      { ...pem, key: another.key },
    ],
    ['key', 'must be a private key in PEM', { ...pem, key: 'canary' }],
    ['cert', 'must be a certificate in PEM', { ...pem, cert: 'canary' }],
    [
      'passphrase',
      'must be the one that the private key is encrypted with',
      { ...pem, key: client.encryptedKey, passphrase: 'canary' },
    ],
    [
      'passphrase',
      'is missing: the private key is encrypted',
      { ...pem, key: client.encryptedKey },
    ],
    [
      'passphrase',
      'must be the one that the private key is encrypted with',
      { pfx: client.pfx, passphrase: 'canary', ca },
    ],
    ['passphrase', 'is missing: the private key is encrypted', { pfx: client.pfx, ca }],
    ['pfx', 'must be a whole PKCS#12 file', { pfx: 'canary', passphrase, ca }],
  ])('is found before the first request: %s %s', async (path, problem, certificate) => {
    const { seen, call } = await open(() => mutualTls(certificate));
    const error = await call().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'ERR_CONFIGURATION',
      retryable: false,
      notExecuted: true,
      path,
      message: expect.stringContaining(problem),
    });
    expect(inspect(error)).not.toContain('canary');
    expect(seen).toEqual([]);
  });

  it.each([
    [
      'expired on 2020-01-01T00:00:00Z',
      { from: new Date('2019-01-01Z'), to: new Date('2020-01-01Z') },
    ],
    [
      'is not valid before 2999-01-01T00:00:00Z',
      { from: new Date('2999-01-01Z'), to: new Date('2999-02-01Z') },
    ],
  ])('%s', async (problem, validity) => {
    const certificate = { ...issuer.issue('client', validity), pfx: undefined, ca };
    const { seen, call } = await open(() => mutualTls(certificate));
    await expect(call()).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: expect.stringContaining(problem),
    });
    expect(seen).toEqual([]);
  });

  it('is looked at before a strategy that tells the base URL asks for a token', async () => {
    const baseUrl = async () => expect.fail('asked');
    const auth = withClientCertificate(
      { ...mutualTls(pem), baseUrl },
      { ...pem, key: another.key },
    );
    const { call } = await open(() => auth);
    await expect(call()).rejects.toMatchObject({ path: 'key' });
  });

  it('gives way to a new one without a new strategy', async () => {
    const old = issuer.issue('old', { to: new Date('2020-01-01Z') });
    let current = old;
    const { seen, call } = await open(() =>
      mutualTls({ cert: () => current.cert, key: () => current.key, ca }),
    );
    await expect(call()).rejects.toMatchObject({ message: expect.stringContaining('expired') });
    current = client;
    await call();
    expect(seen.map(({ name }) => name)).toEqual(['client']);
  });
});

describe('the end of a certificate', () => {
  it('is known from the first request on', async () => {
    const to = new Date('2100-01-01T00:00:00Z');
    const limited = issuer.issue('client', { to });
    const auth = mutualTls({ cert: limited.cert, key: limited.key, ca });
    const { call } = await open(() => auth);
    expect(auth.expiry?.('any')).toBeUndefined();
    await call();
    expect(auth.expiry?.('any')).toEqual({ refreshExpiresAt: to.getTime() });
  });

  it.each([1, 9e12])(
    'counts beside that of a token, the earlier one: %i',
    async (refreshExpiresAt) => {
      const expiry = (_connection: string) => ({ accessExpiresAt: 0, refreshExpiresAt });
      const auth = withClientCertificate({ ...mutualTls(pem), expiry }, pem);
      const { call } = await open(() => auth);
      await call();
      const { accessExpiresAt, refreshExpiresAt: ends = 0 } = auth.expiry?.('any') ?? {};
      expect(accessExpiresAt).toBe(0);
      expect(ends === 1).toBe(refreshExpiresAt === 1);
      expect(ends).toBeLessThan(9e12);
    },
  );
});

describe('the strategy', () => {
  it('keeps key and passphrase to itself', async () => {
    const auth = mutualTls({ ...pem, key: client.encryptedKey, passphrase });
    const { call } = await open(() => auth);
    await call();
    const shown = inspect(auth, { depth: 20, showHidden: true }) + JSON.stringify(auth);
    expect(shown).not.toContain('canary');
    expect(shown).not.toContain('BEGIN');
  });
});
