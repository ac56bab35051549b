import { createHash, X509Certificate } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { ServerOptions } from 'node:https';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuthStrategy } from '../auth/auth-strategy.ts';
import { passphrase, type TestCertificate, testIssuer } from '../auth/certificates.fixture.ts';
import { mutualTls } from '../auth/mutual-tls.ts';
import { axiosTransport } from '../http/axios-transport.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import type { HttpClientOptions } from '../http/http-client-options.ts';
import { localhostCertificate, localhostKey } from '../http/localhost-certificate.fixture.ts';
import { failureOf, type Loopback, serve } from './loopback.fixture.ts';
import type { NetworkPolicy } from './network-policy.ts';

const issuer = testIssuer();
const { ca } = issuer;
const pair = ({ cert, key }: TestCertificate) => ({ cert, key });
const good = pair(issuer.issue('good'));
const day = 24 * 3_600_000;
const expired = pair(issuer.issue('old', { to: new Date(Date.now() - day) }));
const early = pair(issuer.issue('new', { from: new Date(Date.now() + day) }));
const named = pair(issuer.issue('named', {}, 'erp.example.com'));

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(tls: ServerOptions): Promise<Loopback> {
  const server = await serve((request, response) => response.end(`{"url":"${request.url}"}`), tls);
  closers.push(server.close);
  return server;
}

/** One call to a server by a client with this policy. */
function get(baseUrl: string, network?: NetworkPolicy, more: Partial<HttpClientOptions> = {}) {
  const retry = { maxAttempts: 1 };
  const client = createHttpClient({ system: 'erp', baseUrl, network, retry, ...more });
  closers.push(client.close);
  return client.send({ method: 'GET', url: '/a' });
}

const pinOf = (pem: string): string => {
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(key).digest('base64')}`;
};

describe('a server certificate', () => {
  it('of an own issuer is accepted when the issuer is given', async () => {
    const { url } = await start(good);
    expect((await get(url, { tls: { ca } })).status).toBe(200);
    expect((await get(url, { tls: { ca: [Buffer.from(localhostCertificate), ca] } })).status).toBe(
      200,
    );
    expect((await get(url, { tls: { ca: `${localhostCertificate}\n${ca}` } })).status).toBe(200);
    expect((await get(url, { tls: { ca, caMode: 'replace' } })).status).toBe(200);
    const inOneLine = ca.trim().replaceAll(/\r?\n/g, String.raw`\n`);
    expect((await get(url, { tls: { ca: inOneLine } })).status).toBe(200);
  });

  it.each([
    ['expired', () => expired, { ca }, 'CERT_HAS_EXPIRED', 'has expired. Have the operator'],
    ['not yet valid', () => early, { ca }, 'CERT_NOT_YET_VALID', 'Check the clock'],
    [
      'self-signed',
      () => ({ cert: localhostCertificate, key: localhostKey }),
      {},
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'self-signed, so nobody vouches for it. If that is right, give the certificate as network.tls.ca',
    ],
    [
      'of an unknown issuer',
      () => good,
      {},
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'give its issuer as network.tls.ca',
    ],
    [
      'of an unknown issuer that comes along',
      () => ({ ...good, cert: `${good.cert}\n${ca}` }),
      {},
      'SELF_SIGNED_CERT_IN_CHAIN',
      'give its issuer as network.tls.ca',
    ],
    [
      'for another host',
      () => named,
      { ca },
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'issued for another name. Address the server by a name that is in the certificate',
    ],
  ] as const)(
    'that is %s is refused, and the message says what to do',
    async (_, of, tls, code, advice) => {
      const { url, port } = await start(of());
      const error = await failureOf(get(url, { tls }));
      expect(error).toMatchObject({ code: 'ERR_TLS', category: 'configuration', retryable: false });
      expect(error.message).toContain(`127.0.0.1:${port} (${code}): `);
      expect(error.message).toContain(advice);
    },
  );

  it('is verified whatever the environment says', async () => {
    const { url } = await start(good);
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    expect(await failureOf(get(url))).toMatchObject({ code: 'ERR_TLS' });
  });

  it('is verified whatever a strategy gives beside its identity', async () => {
    const { url } = await start(good);
    const auth = {
      kind: 'x',
      authorize: async () => undefined,
      tls: () => ({ rejectUnauthorized: false, checkServerIdentity: () => undefined }),
    } as AuthStrategy;
    expect(await failureOf(get(url, undefined, { auth }))).toMatchObject({ code: 'ERR_TLS' });
  });

  it('may be looked for by another name than the host', async () => {
    const names: string[] = [];
    const { url } = await start({
      ...named,
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    });
    const servernames = { '127.0.0.1': 'erp.example.com' };
    expect((await get(url, { tls: { ca, servernames } })).status).toBe(200);
    expect(names).toEqual(['erp.example.com']);
    const wrong = { '127.0.0.1': 'crm.example.com' };
    const error = await failureOf(get(url, { tls: { ca, servernames: wrong } }));
    expect(error.message).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it.each([
    ['nothing that is a certificate', { ca: 'secret' }, 'network.tls.ca holds no readable'],
    [
      'a damaged certificate',
      { ca: ca.replace(/MII.{40}/, '') },
      'network.tls.ca holds no readable',
    ],
  ])('cannot be verified by %s', async (_, tls, text) => {
    const { url } = await start(good);
    const error = await failureOf(get(url, { tls }));
    expect(error).toMatchObject({ code: 'ERR_TLS', category: 'configuration', notExecuted: true });
    expect(error.message).toContain(text);
    expect(error.message).not.toContain('secret');
  });

  it('of an issuer that Node trusts is accepted beside an own one, and not where it is replaced', async () => {
    const { url } = await start(good);
    const before = getCACertificates('default');
    setDefaultCACertificates([ca]);
    try {
      expect((await get(url, { tls: { ca: localhostCertificate } })).status).toBe(200);
      const replaced = { ca: localhostCertificate, caMode: 'replace' } as const;
      expect(await failureOf(get(url, { tls: replaced }))).toMatchObject({ code: 'ERR_TLS' });
    } finally {
      setDefaultCACertificates(before);
    }
  });

  it('cannot be verified where issuers are replaced by none', () => {
    const network = { tls: { caMode: 'replace' } } as const;
    expect(() => axiosTransport({ network })).toThrow('network.tls.ca is missing');
  });
});

describe('the version of TLS', () => {
  it('is 1.2 at least', async () => {
    const { url } = await start({ ...good, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
    expect((await get(url, { tls: { ca } })).status).toBe(200);
    const old = await start({
      ...good,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const error = await failureOf(get(old.url, { tls: { ca } }));
    expect(error).toMatchObject({ code: 'ERR_TLS', category: 'configuration', retryable: false });
    expect(error.message).toContain('does not speak TLS 1.2 or newer');
    expect(error.message).toContain('Have TLS 1.2 enabled on the server');
  });
});

describe('a pinned public key', () => {
  let url = '';
  beforeAll(async () => {
    const server = await serve((_, response) => response.end('{}'), good);
    url = server.url;
    return server.close;
  });
  const pinned = (...pins: string[]) => ({ tls: { ca, pins: { '127.0.0.1': pins } } });

  it('is one of several', async () => {
    expect((await get(url, pinned(pinOf(good.cert)))).status).toBe(200);
    expect((await get(url, pinned(pinOf(expired.cert), pinOf(good.cert)))).status).toBe(200);
    const asCurl = pinOf(good.cert).replace('/', '//');
    expect((await get(url, pinned(asCurl))).status).toBe(200);
  });

  it('that is another is told, to be compared', async () => {
    const error = await failureOf(get(url, pinned(pinOf(expired.cert))));
    expect(error).toMatchObject({ code: 'ERR_TLS', category: 'configuration', retryable: false });
    expect(error.message).toContain(`is none of those pinned: it is ${pinOf(good.cert)}.`);
    expect(error.message).toContain('add this pin to network.tls.pins');
  });

  it('is compared on every connection: none resumes a session, which shows no certificate', async () => {
    const resumed: boolean[] = [];
    const answer: RequestListener = ({ socket }, response) => {
      resumed.push((socket as TLSSocket).isSessionReused());
      response.writeHead(200, { connection: 'close' }).end('{}');
    };
    const server = await serve(answer, { ...good, maxVersion: 'TLSv1.2' });
    closers.push(server.close);
    for (const network of [{ tls: { ca } }, pinned(pinOf(good.cert))]) {
      const client = createHttpClient({ system: 'erp', baseUrl: server.url, network });
      closers.push(client.close);
      for (let call = 0; call < 2; call += 1) await client.send({ method: 'GET', url: '/' });
    }
    expect(resumed).toEqual([false, true, false, false]);
  });

  it('does not stand in for verification', async () => {
    const tls = { pins: { '127.0.0.1': [pinOf(good.cert)] } };
    const error = await failureOf(get(url, { tls }));
    expect(error.message).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it('of an issuer is not one of the server', async () => {
    const chain = await start({ ...good, cert: `${good.cert}\n${ca}` });
    expect(await failureOf(get(chain.url, pinned(pinOf(ca))))).toMatchObject({ code: 'ERR_TLS' });
  });

  it('belongs to its host only', async () => {
    const tls = { ca, pins: { 'erp.example.com': [pinOf(expired.cert)] } };
    expect((await get(url, { tls })).status).toBe(200);
  });

  it.each([
    [
      { 'erp.example.com': ['abc'] },
      'A pin of erp.example.com in network.tls.pins is not readable',
    ],
    [{ 'erp.example.com': [] }, 'no pin for erp.example.com'],
    [{ 'https://erp.example.com': [pinOf(good.cert)] }, 'without protocol, port and path'],
    [{ 'erp.example.com:443': [pinOf(good.cert)] }, 'without protocol, port and path'],
  ])('%j is refused before anything opens', (pins, text) => {
    expect(() => axiosTransport({ network: { tls: { pins } } })).toThrow(text);
  });
});

describe('a client certificate', () => {
  const client = issuer.issue('client');
  const wanting = { ...good, ca, requestCert: true, rejectUnauthorized: true };

  it('goes together with trust from the policy', async () => {
    const { url } = await start(wanting);
    const auth = mutualTls({ pfx: client.pfx, passphrase });
    expect((await get(url, { tls: { ca } }, { auth })).status).toBe(200);
  });

  it('that the server wants and does not get is named', async () => {
    const { url } = await start(wanting);
    const error = await failureOf(get(url, { tls: { ca } }));
    expect(error.code).toBe('ERR_TLS');
    expect(error.message).toContain('wants one and got none');
  });

  it('that cannot be opened is no secret in the message', async () => {
    const { url } = await start(wanting);
    const tls = () => ({ cert: client.cert, key: client.encryptedKey, passphrase: 'canary' });
    const auth = { kind: 'x', authorize: async () => undefined, tls };
    const error = await failureOf(get(url, { tls: { ca } }, { auth }));
    expect(error).toMatchObject({ code: 'ERR_TLS', category: 'configuration', notExecuted: true });
    expect(error.message).toContain('that the passphrase is theirs');
    expect(error.message).not.toContain('canary');
  });
});
