import { createPublicKey } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../http/create-http-client.ts';
import { testIssuer } from '../certificates.fixture.ts';
import { type Oauth2JwtBearerOptions, oauth2JwtBearer } from './oauth2-jwt-bearer.ts';
import { type TokenAnswer, type TokenServer, tokenServer } from './token-server.fixture.ts';

const validity = { from: new Date('2025-06-01'), to: new Date('2026-06-01') };
const { key, cert } = testIssuer().issue('client', validity);

let server: TokenServer | undefined;
afterEach(() => server?.close());

async function setUp(options: object = {}, answer?: (origin: string) => TokenAnswer) {
  let origin = '';
  server = await tokenServer((_, number) =>
    answer === undefined ? { json: { access_token: `t${number}` } } : answer(origin),
  );
  origin = server.origin;
  const auth = oauth2JwtBearer({
    tokenUrl: server.tokenUrl,
    clientId: 'consumer-key',
    subject: 'integration@acme.example',
    audience: 'https://login.salesforce.com',
    privateKey: key,
    ...options,
  } as Oauth2JwtBearerOptions);
  return { auth, server };
}

describe('the assertion', () => {
  it('is what Salesforce wants: RS256 for the login host, three minutes at most', async () => {
    const { auth, server } = await setUp();
    expect(await server.signIn(auth)).toBe('Bearer t1');
    const { form, headers } = server.calls[0]!;
    expect(headers.authorization).toBeUndefined();
    expect(form).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: expect.any(String),
    });
    const { payload, protectedHeader } = await jwtVerify(form.assertion!, createPublicKey(key), {
      currentDate: new Date(server.clock.now()),
    });
    const now = Math.floor(server.clock.now() / 1000);
    expect(protectedHeader).toEqual({ typ: 'JWT', alg: 'RS256' });
    expect(payload).toEqual({
      iss: 'consumer-key',
      sub: 'integration@acme.example',
      aud: 'https://login.salesforce.com',
      jti: expect.any(String),
      iat: now,
      exp: expect.any(Number),
    });
    expect(payload.exp! - now).toBeGreaterThan(0);
    expect(payload.exp! - now).toBeLessThanOrEqual(180);
  });

  it('is what Fusion wants of a trusted issuer: a thumbprint and the user in a claim', async () => {
    const { auth, server } = await setUp({
      issuer: 'trusted.issuer',
      certificate: cert,
      thumbprint: 'x5t',
      claims: { prn: 'INTEGRATION' },
    });
    await server.signIn(auth);
    const assertion = server.calls[0]!.form.assertion!;
    expect(decodeProtectedHeader(assertion)).toMatchObject({
      alg: 'RS256',
      x5t: expect.any(String),
    });
    expect(decodeJwt(assertion)).toMatchObject({ iss: 'trusted.issuer', prn: 'INTEGRATION' });
  });

  it('may come from somebody else, and the client may prove itself beside it', async () => {
    let number = 0;
    const { auth, server } = await setUp({
      assertion: () => {
        number += 1;
        return `user-token-${number}`;
      },
      clientSecret: 's',
      parameters: { requested_token_use: 'on_behalf_of' },
      scope: ['a', 'b'],
      defaultExpiresInMs: 600_000,
    });
    await server.signIn(auth);
    await server.clock.advance(600_000);
    await server.signIn(auth);
    expect(server.calls.map(({ form }) => form.assertion)).toEqual([
      'user-token-1',
      'user-token-2',
    ]);
    expect(server.calls[0]!.form).toMatchObject({
      requested_token_use: 'on_behalf_of',
      scope: 'a b',
    });
    expect(server.calls[0]!.headers.authorization).toMatch(/^Basic /);
  });
});

it('keeps no refresh token: a new assertion is as good, and nothing lies in the store', async () => {
  const { auth, server } = await setUp({}, () => ({
    json: { access_token: 't1', refresh_token: 'r1' },
  }));
  await server.signIn(auth);
  expect((await server.context.tokens.read('acme'))?.token.refreshToken).toBeUndefined();
});

describe('a refusal', () => {
  it('of the wrong login host says what to check', async () => {
    const { auth, server } = await setUp({}, () => ({
      status: 400,
      json: { error: 'invalid_grant', error_description: 'audience is invalid' },
    }));
    expect(await server.refusal(auth)).toMatchObject({
      vendorCode: 'invalid_grant',
      message: expect.stringContaining('audience (the login host)'),
    });
  });
});

describe('the address of the API', () => {
  const instanceUrl = { field: 'instance_url', hosts: ['127.0.0.1'] };
  const answer = (instance: (origin: string) => string) => (origin: string) => ({
    json: { access_token: 't1', instance_url: instance(origin) },
  });
  const call = (set: Awaited<ReturnType<typeof setUp>>) =>
    createHttpClient({ system: 'test', baseUrl: `${set.server.origin}/old`, auth: set.auth }).send({
      method: 'GET',
      url: '/data',
    });

  it('is the one that comes with the token', async () => {
    const set = await setUp(
      { instanceUrl },
      answer((origin) => `${origin}/new`),
    );
    await call(set);
    expect(set.server.calls.map(({ path }) => path)).toEqual(['/oauth/token', '/new/data']);
  });

  it('gets no token where its host is not allowed', async () => {
    const set = await setUp(
      { instanceUrl },
      answer(() => 'https://evil.example'),
    );
    await expect(call(set)).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('https://evil.example'),
    });
    expect(set.server.calls.map(({ path }) => path)).toEqual(['/oauth/token']);
  });
});
