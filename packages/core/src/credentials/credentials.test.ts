import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { passphrase, testIssuer } from '../auth/certificates.fixture.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import { scriptedTransport } from '../http/scripted-transport.fixture.ts';
import {
  authFromCredentials,
  type credentialKinds,
  credentialsJsonSchemas,
  validateCredentials,
} from './index.ts';

const issuer = testIssuer();
const client = issuer.issue('client');
const another = issuer.issue('another');
const mtls = { kind: 'mtls', cert: client.cert, key: client.key };

const overTls = {
  ...{ kind: 'basic', username: 'ann', password: 'p1' },
  clientCertificate: { cert: client.cert, key: client.key },
};

/** For every kind credentials that can be used. */
const samples: Readonly<Record<keyof typeof credentialKinds, object>> = {
  basic: { kind: 'basic', username: 'ann', password: 'p1' },
  bearer: { kind: 'bearer', token: 't1' },
  'api-key': { kind: 'api-key', header: 'X-Key', value: 'k1', next: 'k2' },
  oauth1: {
    ...{ kind: 'oauth1', consumerKey: 'ck', consumerSecret: 'cs', token: 'tk' },
    ...{ tokenSecret: 'ts', realm: '1234567_SB1' },
  },
  mtls,
  session: {
    kind: 'session',
    login: { url: '/login', json: { user: 'ann', password: 'p1' } },
    token: { json: ['token', 'data.token'] },
    apply: { cookie: { json: 'name' } },
    lifetime: { json: 'minutes', unit: 'minutes' },
    logout: { method: 'GET', url: '/logout' },
  },
};

/** What a request carries that is signed by stored credentials. */
async function headersOf(credentials: object) {
  const login = { token: 't1', name: 'SID', minutes: 30 };
  const transport = scriptedTransport(({ url }) => ({
    status: 200,
    body: JSON.stringify(url.endsWith('/login') ? login : {}),
  }));
  const baseUrl = 'https://erp.example.com';
  const auth = authFromCredentials(credentials);
  const options = { system: 'erp', baseUrl, auth, transport, clock: manualClock(Date.now()) };
  const http = createHttpClient(options);
  await http.send({ method: 'GET', url: '/a' });
  return { kind: auth.kind, tls: await auth.tls?.(), ...transport.requests.at(-1)?.headers };
}

function problemOf(credentials: unknown, options = {}): { message: string; path?: string } {
  try {
    validateCredentials(credentials, { system: 'erp', ...options });
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_CONFIGURATION', category: 'configuration' });
    expect(inspect(error)).not.toContain('canary');
    return error as { message: string; path?: string };
  }
  return expect.fail('was accepted');
}

describe('stored credentials', () => {
  it.each(Object.entries(samples))('are accepted, after JSON too: %s', (kind, sample) => {
    const stored = JSON.parse(JSON.stringify(sample));
    expect(() => validateCredentials(stored)).not.toThrow();
    expect(authFromCredentials(stored).kind).toBe(kind);
  });

  it.each<[keyof typeof credentialKinds, object]>([
    ['basic', { authorization: 'Basic YW5uOnAx' }],
    ['bearer', { authorization: 'Bearer t1' }],
    ['api-key', { 'x-key': 'k1' }],
    ['oauth1', { authorization: expect.stringContaining('realm="1234567_SB1"') }],
    ['mtls', { tls: expect.objectContaining({ cert: client.cert, key: client.key }) }],
    ['session', { cookie: 'SID=t1' }],
  ])('sign as the strategy of their kind: %s', async (kind, expected) => {
    expect(await headersOf(samples[kind])).toMatchObject({ kind, ...expected });
  });

  it('may bring a client certificate beside another sign-in', async () => {
    const pfx = Buffer.from(client.pfx).toString('base64');
    const credentials = { ...samples.basic, clientCertificate: { pfx, passphrase } };
    validateCredentials(credentials);
    expect(await headersOf(credentials)).toMatchObject({
      authorization: 'Basic YW5uOnAx',
      tls: { pfx: client.pfx, passphrase },
    });
  });

  it('may be of a key in the query', async () => {
    const auth = authFromCredentials({ kind: 'api-key', query: 'key', value: 'k1' });
    const draft = { method: 'GET', url: 'https://a.example/', headers: {} };
    await auth.authorize(draft, {} as never);
    expect(draft.url).toBe('https://a.example/?key=k1');
  });
});

describe('credentials that cannot be used', () => {
  it.each<[unknown, string]>([
    ['basic', 'they must be an object such as { "kind": "basic", … }'],
    [null, 'they must be an object'],
    [[], 'they must be an object'],
    [{ username: 'canary' }, 'kind: must be one of basic, bearer, api-key'],
    [{ kind: 'canary' }, 'kind: must be one of basic, bearer, api-key'],
    [{ kind: 'constructor' }, 'kind: must be one of basic, bearer, api-key'],
  ])('are told what they have to be: %j', (credentials, message) => {
    expect(problemOf(credentials).message).toContain(
      `The credentials of erp cannot be used. ${message}`,
    );
  });

  it('are told everything at once', () => {
    const { message, path } = problemOf({
      kind: 'basic',
      username: 7,
      passwort: 'canary-1',
      clientCertificate: { cert: 'canary-2', key: { canary: 3 }, passphrase: '', pfx: '?canary' },
    });
    expect(path).toBe('username');
    for (const problem of [
      'username: must be a text',
      'password: is missing',
      'passwort: must not be given, there is no such name',
      'clientCertificate.cert: must be a certificate in PEM',
      'clientCertificate.key: must be a text',
      'clientCertificate.passphrase: must not be empty',
      'clientCertificate.pfx: must be a PKCS#12 file in Base64',
    ]) {
      expect(message).toContain(problem);
    }
  });

  it.each<[string, string, object]>([
    [
      'key',
      'must be the private key that belongs to the certificate',
      { ...mtls, key: another.key },
    ],
    ['key', 'is missing; give cert and key, or pfx', { ...mtls, key: undefined }],
    ['cert', 'is missing; give cert and key, or pfx', { kind: 'mtls' }],
    ['pfx', 'must not be given together', { ...mtls, pfx: 'AAAA' }],
    ['pfx', 'must be a whole PKCS#12 file', { kind: 'mtls', pfx: 'AAAA' }],
    ['key', 'must be a private key in PEM', { ...mtls, key: 'BEGIN PRIVATE KEY canary' }],
    ['passphrase', 'must be the one', { ...mtls, key: client.encryptedKey, passphrase: 'canary' }],
    ['passphrase', 'is missing', { ...mtls, key: client.encryptedKey }],
    ['header', 'must be given, or query', { kind: 'api-key', value: 'canary' }],
    ['header', 'not both', { kind: 'api-key', value: 'canary', header: 'a', query: 'b' }],
    [
      'token',
      'must be one of { "json": path }',
      { ...samples.session, token: { cookies: 'canary' } },
    ],
    ['login.method', 'must be', { ...samples.session, login: { url: '/', method: 'CANARY' } }],
    ['apply', 'must be', { ...samples.session, apply: 'canary' }],
    ['lifetime', 'must be milliseconds', { ...samples.session, lifetime: -1 }],
  ])('name the place: %s %s', (path, problem, credentials) => {
    expect(problemOf(credentials)).toMatchObject({
      path,
      message: expect.stringContaining(problem),
    });
    expect(() => authFromCredentials(credentials)).toThrow(problem);
  });

  it.each<[string, { kind: string }]>([
    ['cert', { ...mtls }],
    ['clientCertificate', { ...overTls }],
  ])('are those of a certificate that is over or not begun: %s', (path, credentials) => {
    const over = problemOf(credentials, { now: Date.parse('2999-01-01Z') });
    expect(over).toMatchObject({ path, message: expect.stringMatching(/expired on 20\d\d-/) });
    const early = problemOf(credentials, { now: 0 });
    expect(early).toMatchObject({
      path,
      message: expect.stringContaining('is not valid before 20'),
    });
    // A connection can still be opened to be looked at; its first request says why it does not work.
    expect(authFromCredentials(credentials).kind).toBe(credentials.kind);
  });
});

describe('the schema of a kind', () => {
  const certificate = ['key', 'pfx', 'passphrase'];
  const call = ['headers', 'basic.password', 'json', 'form'];
  const secrets: Readonly<Record<keyof typeof credentialKinds, readonly string[]>> = {
    basic: ['password'],
    bearer: ['token'],
    'api-key': ['value', 'next'],
    oauth1: ['consumerKey', 'consumerSecret', 'token', 'tokenSecret'],
    mtls: certificate,
    session: ['login', 'logout'].flatMap((name) => call.map((field) => `${name}.${field}`)),
  };

  type Schema = { readonly writeOnly?: boolean; readonly properties?: Record<string, Schema> };
  const secretsOf = ({ properties = {} }: Schema, path = ''): readonly string[] =>
    Object.entries(properties).flatMap(([name, property]) => [
      ...(property.writeOnly === true ? [path + name] : []),
      ...secretsOf(property, `${path}${name}.`),
    ]);

  it.each(Object.entries(credentialsJsonSchemas()))('fits a form: %s', (kind, schema) => {
    expect(schema).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { kind: { const: kind } },
    });
    const own = secrets[kind as keyof typeof credentialKinds];
    const beside = certificate.map((name) => `clientCertificate.${name}`);
    expect(secretsOf(schema)).toEqual(kind === 'mtls' ? own : [...own, ...beside]);
  });
});
