import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { passphrase, testIssuer } from '../auth/certificates.fixture.ts';
import type { Oauth2AuthorizationCode } from '../auth/oauth2/oauth2-authorization-code.ts';
import { memoryPendingAuthorizationStore } from '../auth/oauth2/pending-authorization-store.ts';
import { memoryTokenStore } from '../auth/tokens/memory-token-store.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import { scriptedTransport } from '../http/scripted-transport.fixture.ts';
import {
  authFromCredentials,
  type Credentials,
  type credentialKinds,
  credentialsJsonSchemas,
  validateCredentials,
} from './index.ts';

const issuer = testIssuer();
const client = issuer.issue('client');
const another = issuer.issue('another');
const mtls = { kind: 'mtls', cert: client.cert, key: client.key } as const;

const overTls = {
  ...{ kind: 'basic', username: 'ann', password: 'p1' },
  clientCertificate: { cert: client.cert, key: client.key },
};

const oauth = {
  tokenUrl: 'https://login.example.com/token',
  clientId: 'id',
  clientSecret: 'cs',
  scope: ['a', 'b'],
  parameters: { resource: 'r' },
};
const signer = { privateKey: client.key, certificate: client.cert };

/** For every kind credentials that can be used. */
const samples: { readonly [Kind in Credentials['kind']]: Extract<Credentials, { kind: Kind }> } = {
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
  'oauth2-client-credentials': { kind: 'oauth2-client-credentials', ...oauth },
  'oauth2-refresh-token': {
    ...{ kind: 'oauth2-refresh-token', refreshToken: 'r1' },
    ...{ tokenUrl: oauth.tokenUrl, clientId: 'id', clientSecret: 'cs' },
  },
  'oauth2-authorization-code': {
    ...{ kind: 'oauth2-authorization-code', ...oauth, pkce: true },
    authorizationUrl: 'https://login.example.com/authorize',
    redirectUri: 'http://localhost:3000/callback',
    callbackParameters: ['realmId'],
  },
  'oauth2-jwt-bearer': {
    ...{ kind: 'oauth2-jwt-bearer', ...oauth, ...signer, clientSecret: undefined },
    ...{ subject: 'ann', audience: 'https://login.example.com', claims: { prn: ['x', 1] } },
  },
  'oauth2-saml-bearer': {
    ...{ kind: 'oauth2-saml-bearer', ...oauth },
    assertion: { ...signer, issuer: 'idp', subject: 'ANN', audience: 'SAP' },
  },
};

/** What a request carries that is signed by stored credentials. */
async function headersOf(credentials: object) {
  const answers: Readonly<Record<string, object>> = {
    '/login': { token: 't1', name: 'SID', minutes: 30 },
    '/token': { access_token: 't2' },
  };
  const transport = scriptedTransport(({ url }) => ({
    status: 200,
    body: JSON.stringify(answers[new URL(url).pathname] ?? {}),
  }));
  const baseUrl = 'https://erp.example.com';
  const auth = authFromCredentials(credentials);
  const options = { system: 'erp', baseUrl, auth, transport, clock: manualClock(Date.now()) };
  const http = createHttpClient(options);
  await http.send({ method: 'GET', url: '/a' });
  return {
    ...{
      kind: auth.kind,
      tls: await auth.tls?.(),
      form: '',
      ...transport.requests.at(-1)?.headers,
    },
    ...(transport.requests.length > 1 && {
      form: decodeURIComponent(`${transport.requests[0]?.body}`),
    }),
  };
}

const jwtBearer = samples['oauth2-jwt-bearer'];

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
    [
      'oauth2-client-credentials',
      {
        authorization: 'Bearer t2',
        form: 'grant_type=client_credentials&scope=a+b&resource=r',
      },
    ],
    ['oauth2-refresh-token', { form: expect.stringContaining('refresh_token=r1') }],
    ['oauth2-jwt-bearer', { form: expect.stringMatching(/jwt-bearer&assertion=eyJ/) }],
    ['oauth2-saml-bearer', { form: expect.stringMatching(/saml2-bearer&assertion=PHNhbWw/) }],
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

  it('may be those of a client that signs, or that is known by its certificate', async () => {
    const base = { ...samples['oauth2-client-credentials'], clientSecret: undefined };
    const signing = { ...base, clientAssertion: { ...signer, algorithm: 'RS256' } };
    validateCredentials(signing);
    expect(await headersOf(signing)).toMatchObject({
      form: expect.stringContaining('client_assertion=eyJ'),
    });
    const { cert, key } = client;
    const known = { ...base, clientAuth: 'tls', clientCertificate: { cert, key } };
    validateCredentials(known);
    expect(await headersOf(known)).toMatchObject({
      form: expect.stringContaining('client_id=id'),
      tls: { cert, key },
    });
  });

  it('lead to a sign-in in the browser', async () => {
    const stored = { ...samples['oauth2-authorization-code'] };
    const pending = memoryPendingAuthorizationStore();
    const auth = authFromCredentials(stored, { pending }) as Oauth2AuthorizationCode;
    const url = new URL(await auth.authorizationUrl({ connection: 'c1' }));
    expect(`${url.origin}${url.pathname}`).toBe('https://login.example.com/authorize');
    const state = url.searchParams.get('state') ?? '';
    expect(await pending.take(state)).toMatchObject({ connection: 'c1' });
  });

  it('lead to a token endpoint that knows the client by its certificate', async () => {
    const names: string[] = [];
    const { cert, key } = issuer.issue('server');
    const server = createServer(
      { cert, key, ca: issuer.ca, requestCert: true },
      ({ socket }, response) => {
        names.push(String((socket as TLSSocket).getPeerCertificate().subject.CN));
        response.end('{"access_token":"t1"}');
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const auth = authFromCredentials({
      ...samples['oauth2-authorization-code'],
      tokenUrl: `https://127.0.0.1:${port}/token`,
      clientSecret: undefined,
      clientAuth: 'tls',
      clientCertificate: { cert: client.cert, key: client.key, ca: issuer.ca },
    }) as Oauth2AuthorizationCode;
    const begun = new URL(await auth.authorizationUrl({ connection: 'c1' }));
    const state = begun.searchParams.get('state');
    const tokens = memoryTokenStore();
    await auth.handleCallback(`/callback?code=c&state=${state}`, { connection: 'c1', tokens });
    server.closeAllConnections();
    server.close();
    expect(names).toEqual(['client']);
    expect((await tokens.read('c1'))?.token.accessToken).toBe('t1');
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
    ['tokenUrl', 'must be an address', { ...jwtBearer, tokenUrl: 'http://canary.example/token' }],
    ['tokenUrl', 'must be an address', { ...jwtBearer, tokenUrl: 'https://canary@a.example/' }],
    ['privateKey', 'must be the private key that', { ...jwtBearer, privateKey: another.key }],
    ['privateKey', 'must be a private key in PEM', { ...jwtBearer, privateKey: 'canary' }],
    [
      'certificate',
      'must be a certificate',
      { ...jwtBearer, certificate: 'BEGIN CERTIFICATE canary' },
    ],
    [
      'passphrase',
      'is missing',
      { ...jwtBearer, privateKey: client.encryptedKey, certificate: undefined },
    ],
    ['algorithm', 'must be one of RS256', { ...jwtBearer, algorithm: 'canary' }],
    ['scope', 'must be a text, or a list', { ...jwtBearer, scope: 7 }],
    [
      'clientSecret',
      'clientSecret is missing',
      { ...samples['oauth2-client-credentials'], clientSecret: undefined },
    ],
    ['lifetime', 'must be milliseconds', { ...samples.session, lifetime: -1 }],
  ])('name the place: %s %s', (path, problem, credentials) => {
    expect(problemOf(credentials)).toMatchObject({
      path,
      message: expect.stringContaining(problem),
    });
    expect(() => authFromCredentials(credentials)).toThrow(problem);
  });

  it.each<[string, object]>([
    ['cert', mtls],
    ['pfx', { kind: 'mtls', pfx: Buffer.from(client.pfx).toString('base64'), passphrase }],
    ['clientCertificate.cert', overTls],
    ['certificate', jwtBearer],
    ['assertion.certificate', samples['oauth2-saml-bearer']],
    [
      'clientAssertion.certificate',
      { ...samples['oauth2-client-credentials'], clientAssertion: signer },
    ],
  ])('are those of a certificate that is over or not begun: %s', (path, credentials) => {
    const over = problemOf(credentials, { now: Date.parse('2999-01-01Z') });
    expect(over).toMatchObject({ path, message: expect.stringMatching(/expired on 20\d\d-/) });
    const early = problemOf(credentials, { now: 0 });
    expect(early).toMatchObject({
      path,
      message: expect.stringContaining('is not valid before 20'),
    });
    // A connection can still be opened to be looked at; its first request says why it does not work.
    expect(authFromCredentials(credentials).kind).toBe(Reflect.get(credentials, 'kind'));
  });
});

describe('the schema of a kind', () => {
  const certificate = ['key', 'pfx', 'passphrase'];
  const signing = ['privateKey', 'passphrase'].map((name) => `clientAssertion.${name}`);
  const oauthSecrets = ['clientSecret', ...signing];
  const call = ['headers', 'basic.password', 'json', 'form'];
  const secrets: Readonly<Record<keyof typeof credentialKinds, readonly string[]>> = {
    basic: ['password'],
    bearer: ['token'],
    'api-key': ['value', 'next'],
    oauth1: ['consumerKey', 'consumerSecret', 'token', 'tokenSecret'],
    mtls: certificate,
    session: ['login', 'logout'].flatMap((name) => call.map((field) => `${name}.${field}`)),
    'oauth2-client-credentials': oauthSecrets,
    'oauth2-authorization-code': oauthSecrets,
    'oauth2-refresh-token': [...oauthSecrets, 'refreshToken'],
    'oauth2-jwt-bearer': [...oauthSecrets, 'privateKey', 'passphrase'],
    'oauth2-saml-bearer': [...oauthSecrets, 'assertion.privateKey', 'assertion.passphrase'],
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
    expect([...secretsOf(schema)].sort()).toEqual(
      [...own, ...(kind === 'mtls' ? [] : beside)].sort(),
    );
  });
});
