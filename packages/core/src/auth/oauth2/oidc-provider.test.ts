import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../../clock/manual-clock.ts';
import type { ConnectorError } from '../../errors/connector-error.ts';
import { axiosTransport } from '../../http/axios-transport.ts';
import { createHttpClient } from '../../http/create-http-client.ts';
import type { AuthStrategy } from '../auth-strategy.ts';
import { testIssuer } from '../certificates.fixture.ts';
import { memoryTokenStore } from '../tokens/memory-token-store.ts';
import type { OauthClient } from './client-authentication.ts';
import { discoverAuthorizationServer } from './discover-authorization-server.ts';
import { oauth2AuthorizationCode } from './oauth2-authorization-code.ts';
import { oauth2ClientCredentials } from './oauth2-client-credentials.ts';
import { grantInBrowser, type OidcServer, oidcServer } from './oidc-server.fixture.ts';

const redirectUri = 'https://app.example.com/callback';
const ca = testIssuer();
const signing = ca.issue('signer');
const browser = {
  redirect_uris: [redirectUri],
  response_types: ['code' as const],
  grant_types: ['authorization_code', 'refresh_token'],
};
const machine = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] };
const clients = [
  { ...browser, client_id: 'app', client_secret: 'a:secret/+', scope: 'openid offline_access' },
  {
    ...browser,
    client_id: 'public',
    token_endpoint_auth_method: 'none' as const,
    scope: 'openid offline_access',
    application_type: 'native' as const,
  },
  { ...machine, client_id: 'by basic!|', client_secret: 'b:secret/+ %', scope: 'orders' },
  {
    ...machine,
    client_id: 'by body',
    client_secret: 'c&secret=',
    token_endpoint_auth_method: 'client_secret_post' as const,
  },
  {
    ...machine,
    client_id: 'by key',
    token_endpoint_auth_method: 'private_key_jwt' as const,
    jwks: {
      keys: [
        {
          ...(createPublicKey(signing.key).export({ format: 'jwk' }) as { kty: 'RSA' }),
          kid: 'k1',
          use: 'sig' as const,
        },
      ],
    },
  },
];

let server: OidcServer;
beforeAll(async () => {
  server = await oidcServer({ clients });
});
afterAll(() => server.close());

/** A connection whose requests go to the server's own API: who am I? */
function connect(auth: AuthStrategy, clock = manualClock(Date.now()), tokens = memoryTokenStore()) {
  const client = createHttpClient({
    system: 'test',
    baseUrl: server.issuer,
    connection: 'acme',
    auth,
    clock,
    tokens,
  });
  return {
    clock,
    tokens,
    whoAmI: async () => (await client.send({ method: 'GET', url: '/me' })).json(),
    stored: async () => (await tokens.read('acme'))!.token,
  };
}

async function appOf(options: Partial<OauthClient> = {}) {
  const auth = oauth2AuthorizationCode({
    ...(await discoverAuthorizationServer({ issuer: server.issuer })),
    authorizationUrl: `${server.issuer}/auth`,
    clientId: 'app',
    clientSecret: 'a:secret/+',
    redirectUri,
    scope: 'openid offline_access',
    authorizationParameters: { prompt: 'consent' },
    ...options,
  });
  const connection = connect(auth);
  const context = { connection: 'acme', tokens: connection.tokens, clock: connection.clock };
  const begin = () => auth.authorizationUrl(context);
  const signIn = async () => auth.handleCallback(await grantInBrowser(await begin()), context);
  return { auth, context, begin, signIn, ...connection };
}

describe('discovery', () => {
  it('finds the endpoints of the server', async () => {
    expect(await discoverAuthorizationServer({ issuer: server.issuer })).toEqual({
      issuer: server.issuer,
      authorizationUrl: `${server.issuer}/auth`,
      tokenUrl: `${server.issuer}/token`,
      revocationUrl: `${server.issuer}/token/revocation`,
      issuerInCallback: true,
    });
  });
});

describe('a client by itself', () => {
  const signIn = async (client: OauthClient, tokenUrl = `${server.issuer}/token`) => {
    const { whoAmI, stored } = connect(oauth2ClientCredentials({ tokenUrl, ...client }));
    // The token is no person's, so the server does not say who it is; that it has one is enough.
    const outcome = await whoAmI().catch((error: unknown) => error as ConnectorError);
    return { outcome, token: (await stored().catch(() => undefined))?.accessToken };
  };
  const byKey = { clientId: 'by key', clientAuth: { privateKey: signing.key, keyId: 'k1' } };

  it.each([
    ['basic', { clientId: 'by basic!|', clientSecret: 'b:secret/+ %' }],
    ['body', { clientId: 'by body', clientSecret: 'c&secret=', clientAuth: 'body' as const }],
    ['private_key_jwt', byKey],
    [
      'private_key_jwt by RS256',
      { ...byKey, clientAuth: { ...byKey.clientAuth, algorithm: 'RS256' as const } },
    ],
  ])('signs in by %s', async (_, client) => {
    expect((await signIn(client)).token).toMatch(/^[\w-]{20,}$/);
  });

  it.each([
    ['a wrong secret', { clientId: 'by body', clientSecret: 'x', clientAuth: 'body' as const }],
    ['an unknown client', { clientId: 'nobody', clientSecret: 'x' }],
    ['the wrong way', { clientId: 'by key', clientSecret: 'x' }],
    ['a wrong key', { ...byKey, clientAuth: { privateKey: ca.issue('x').key, keyId: 'k1' } }],
    ['a wrong audience', { ...byKey, clientAuth: { ...byKey.clientAuth, audience: 'https://x' } }],
  ])('is refused with %s', async (_, client) => {
    expect((await signIn(client)).outcome).toMatchObject({
      code: 'ERR_AUTHENTICATION_FAILED',
      vendorCode: 'invalid_client',
      message: expect.stringContaining('Check client id and secret (or key and certificate)'),
    });
  });

  it('is told that a scope is wrong', async () => {
    const auth = oauth2ClientCredentials({
      tokenUrl: `${server.issuer}/token`,
      clientId: 'by basic!|',
      clientSecret: 'b:secret/+ %',
      scope: 'offline_access',
    });
    await expect(connect(auth).whoAmI()).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      vendorCode: 'invalid_scope',
    });
  });
});

describe('a person', () => {
  it.each([
    ['a confidential client', {}],
    [
      'a public client',
      { clientId: 'public', clientSecret: undefined, clientAuth: 'none' as const },
    ],
  ])('signs in through %s, with PKCE', async (_, client) => {
    const { signIn, whoAmI } = await appOf(client);
    expect(await signIn()).toMatchObject({ connection: 'acme', extra: { token_type: 'Bearer' } });
    expect(await whoAmI()).toMatchObject({ sub: 'ann' });
  });

  it('who declines is told so', async () => {
    const { auth, context, begin } = await appOf();
    const callback = await grantInBrowser(await begin(), { declines: true });
    await expect(auth.handleCallback(callback, context)).rejects.toMatchObject({
      code: 'ERR_AUTHORIZATION_DENIED',
      vendorCode: 'access_denied',
    });
  });

  it('whose code was stolen is safe: without the verifier the server refuses it', async () => {
    const { begin } = await appOf();
    const code = new URL(await grantInBrowser(await begin())).searchParams.get('code')!;
    const thief = await appOf();
    const state = new URL(await thief.begin()).searchParams.get('state')!;
    const callback = `${redirectUri}?${new URLSearchParams({ code, state, iss: server.issuer })}`;
    await expect(thief.auth.handleCallback(callback, thief.context)).rejects.toMatchObject({
      vendorCode: 'invalid_grant',
    });
  });
});

describe('the grant of a person', () => {
  it('goes on through rotated refresh tokens', async () => {
    const { signIn, whoAmI, stored, clock } = await appOf();
    await signIn();
    const seen = [(await stored()).refreshToken];
    for (let hour = 0; hour < 3; hour += 1) {
      await clock.advance(3_600_000);
      expect(await whoAmI()).toMatchObject({ sub: 'ann' });
      seen.push((await stored()).refreshToken);
    }
    expect(new Set(seen).size).toBe(4);
  });

  it('ends for everybody when an old refresh token comes again', async () => {
    const { auth, signIn, whoAmI, stored, tokens, clock } = await appOf();
    await signIn();
    const old = await stored();
    await clock.advance(3_600_000);
    await whoAmI();
    // A process that lost the new token and tries with the old one.
    const stale = memoryTokenStore();
    await stale.write('acme', old, 0);
    const { auth: sameClient } = await appOf();
    const reauthorize = { code: 'ERR_REAUTHORIZATION_REQUIRED', vendorCode: 'invalid_grant' };
    await expect(connect(sameClient, clock, stale).whoAmI()).rejects.toMatchObject(reauthorize);
    await expect(connect(auth, clock, tokens).whoAmI()).rejects.toMatchObject({
      code: 'ERR_REAUTHORIZATION_REQUIRED',
    });
  });

  it('begins anew when the person signs in again', async () => {
    const { auth, signIn, whoAmI, tokens, context, clock } = await appOf();
    await signIn();
    await auth.revoke(context);
    await expect(whoAmI()).rejects.toMatchObject({ code: 'ERR_REAUTHORIZATION_REQUIRED' });
    await signIn();
    expect(await connect(auth, clock, tokens).whoAmI()).toMatchObject({ sub: 'ann' });
  });

  it('is taken back at the server, the access token included', async () => {
    const { auth, signIn, stored, context } = await appOf();
    await signIn();
    const { accessToken } = await stored();
    const status = async () =>
      (await fetch(`${server.issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } }))
        .status;
    expect(await status()).toBe(200);
    expect(await auth.revoke(context)).toBe(true);
    expect(await status()).toBe(401);
  });
});

describe('a client by its TLS certificate (RFC 8705)', () => {
  it('signs in, and another certificate does not', async () => {
    const tls = ca.issue('server');
    const secure = await oidcServer({
      clients: [
        {
          ...machine,
          client_id: 'by certificate',
          token_endpoint_auth_method: 'tls_client_auth',
          tls_client_auth_subject_dn: 'CN=robot',
        },
      ],
      tls: { key: tls.key, cert: tls.cert, ca: ca.ca },
    });
    try {
      const signIn = async (name: string) => {
        const { key, cert } = ca.issue(name);
        const auth = oauth2ClientCredentials({
          tokenUrl: `${secure.issuer}/token`,
          clientId: 'by certificate',
          clientAuth: { key, cert, ca: ca.ca },
        });
        const tokens = memoryTokenStore();
        const transport = axiosTransport({ tls: auth.tls });
        const draft = { method: 'GET', url: secure.issuer, headers: {} };
        await auth
          .authorize(draft, {
            transport,
            tokens,
            clock: manualClock(Date.now()),
            logger: console,
            connection: 'acme',
            baseUrl: secure.issuer,
          })
          .finally(() => transport.close());
        return draft.headers;
      };
      expect(await signIn('robot')).toMatchObject({
        authorization: expect.stringMatching(/^Bearer /),
      });
      await expect(signIn('somebody')).rejects.toMatchObject({ vendorCode: 'invalid_client' });
    } finally {
      await secure.close();
    }
  });
});
