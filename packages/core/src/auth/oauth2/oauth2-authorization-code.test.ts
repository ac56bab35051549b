import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectorError } from '../../errors/connector-error.ts';
import { memoryTokenStore } from '../tokens/memory-token-store.ts';
import type { TokenStore } from '../tokens/token-store.ts';
import {
  type Oauth2AuthorizationCodeOptions,
  oauth2AuthorizationCode,
} from './oauth2-authorization-code.ts';
import { memoryPendingAuthorizationStore } from './pending-authorization-store.ts';
import {
  type TokenAnswer,
  type TokenCall,
  type TokenServer,
  tokenServer,
} from './token-server.fixture.ts';

const redirectUri = 'https://app.example.com/callback';
const granted = {
  access_token: 'a1',
  refresh_token: 'r1',
  expires_in: 3600,
  x_refresh_token_expires_in: 8_726_400,
};

let server: TokenServer | undefined;
afterEach(() => server?.close());

async function setUp(
  options: Partial<Oauth2AuthorizationCodeOptions> = {},
  answer: (call: TokenCall, number: number) => TokenAnswer = () => ({ json: granted }),
) {
  server = await tokenServer(answer);
  const { context, clock, tokenUrl } = server;
  const pending = memoryPendingAuthorizationStore();
  const settings = {
    authorizationUrl: 'https://login.example.com/authorize?prompt=login',
    tokenUrl,
    clientId: 'app',
    clientSecret: 'canary-secret',
    redirectUri,
    scope: ['accounting', 'offline_access'],
    pending,
    ...options,
  };
  const auth = oauth2AuthorizationCode(settings);
  const begin = async (connection = 'acme') =>
    new URL(await auth.authorizationUrl({ connection, clock }));
  /** The callback that the server makes of an authorization URL. */
  const callback = (url: URL, more: Record<string, string> = {}) =>
    `${redirectUri}?${new URLSearchParams({ code: 'canary-code', state: url.searchParams.get('state')!, ...more })}`;
  const failure = (callbackUrl: string, connection = 'acme') =>
    auth.handleCallback(callbackUrl, { ...context, connection }).then(
      () => Promise.reject(new Error('the callback was accepted')),
      (error: unknown) => error as ConnectorError,
    );
  return { auth, settings, server, context, clock, pending, begin, callback, failure };
}

describe('a sign-in that begins', () => {
  it('sends the browser to the server with everything that it needs', async () => {
    const { auth, clock } = await setUp({ authorizationParameters: { audience: 'api' } });
    const url = new URL(
      await auth.authorizationUrl({ connection: 'acme', parameters: { login_hint: 'ann' }, clock }),
    );
    expect(`${url.origin}${url.pathname}`).toBe('https://login.example.com/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      prompt: 'login',
      audience: 'api',
      login_hint: 'ann',
      response_type: 'code',
      client_id: 'app',
      redirect_uri: redirectUri,
      scope: 'accounting offline_access',
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  it('proves by the verifier that it is the one who began (RFC 7636, appendix B)', async () => {
    const challengeOf = (verifier: string) =>
      createHash('sha256').update(verifier, 'ascii').digest('base64url');
    expect(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    );
    const { auth, begin, callback, context, server } = await setUp();
    const url = await begin();
    await auth.handleCallback(callback(url), context);
    const verifier = server.calls[0]!.form.code_verifier!;
    expect(verifier).toMatch(/^[\w.~-]{43,128}$/);
    expect(challengeOf(verifier)).toBe(url.searchParams.get('code_challenge'));
  });

  it('never repeats state or challenge', async () => {
    const { begin } = await setUp();
    const [first, second] = [await begin(), await begin()];
    for (const name of ['state', 'code_challenge']) {
      expect(first.searchParams.get(name)).not.toBe(second.searchParams.get(name));
    }
  });

  it('separates scopes as the vendor does, and can do without PKCE', async () => {
    const { begin, auth, callback, context, server } = await setUp({
      scopeSeparator: ',',
      pkce: false,
    });
    const url = await begin();
    expect(url.searchParams.get('scope')).toBe('accounting,offline_access');
    expect(url.searchParams.has('code_challenge')).toBe(false);
    await auth.handleCallback(callback(url), context);
    expect(server.calls[0]!.form).not.toHaveProperty('code_verifier');
  });
});

describe('a callback', () => {
  it('brings the tokens into the store, and what came beside them', async () => {
    const { auth, begin, callback, context, clock, server } = await setUp({
      callbackParameters: ['realmId'],
    });
    const url = callback(await begin(), { realmId: '4620816365', other: 'x' });
    const result = await auth.handleCallback(url, context);
    expect(server.calls[0]!.form).toMatchObject({
      grant_type: 'authorization_code',
      code: 'canary-code',
      redirect_uri: redirectUri,
    });
    expect(server.calls[0]!.headers.authorization).toMatch(/^Basic /);
    expect(result).toEqual({
      connection: 'acme',
      extra: { realmId: '4620816365' },
      accessExpiresAt: clock.now() + 3_600_000,
      refreshExpiresAt: clock.now() + 8_726_400_000,
    });
    expect((await context.tokens.read('acme'))?.token).toMatchObject({
      accessToken: 'a1',
      refreshToken: 'r1',
      extra: { realmId: '4620816365' },
    });
    expect(await server.signIn(auth)).toBe('Bearer a1');
  });

  it('may be given from its path on, and to another process', async () => {
    const { begin, callback, context, settings, server } = await setUp();
    const url = new URL(callback(await begin()));
    const elsewhere = oauth2AuthorizationCode(settings);
    await elsewhere.handleCallback(`${url.pathname}${url.search}`, context);
    expect(await server.signIn(oauth2AuthorizationCode(settings))).toBe('Bearer a1');
  });

  it('takes the place of an earlier grant at once', async () => {
    const { auth, begin, callback, context, server } = await setUp({}, (_, number) => ({
      json: { ...granted, access_token: `a${number}`, refresh_token: `r${number}` },
    }));
    await auth.handleCallback(callback(await begin()), context);
    expect(await server.signIn(auth)).toBe('Bearer a1');
    await auth.handleCallback(callback(await begin()), context);
    expect(await server.signIn(auth)).toBe('Bearer a2');
  });

  it('ends with its signal', async () => {
    const { auth, begin, callback, context } = await setUp();
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(
      auth.handleCallback(callback(await begin()), { ...context, signal }),
    ).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(await context.tokens.read('acme')).toBeUndefined();
  });

  it('needs no transport, and leaves no socket open then', async () => {
    const { auth, begin, callback, context, clock, server } = await setUp();
    const { tokens } = context;
    await expect(
      auth.handleCallback(callback(await begin()), { connection: 'acme', tokens, clock }),
    ).resolves.toMatchObject({ connection: 'acme' });
    await expect.poll(() => server.connections()).toBe(0);
  });

  it('is accepted up to 10 minutes after the beginning, not 11', async () => {
    const { auth, begin, callback, context, clock, failure } = await setUp();
    const [first, second] = [await begin(), await begin()];
    await clock.advance(9 * 60_000);
    await auth.handleCallback(callback(first), context);
    await clock.advance(2 * 60_000);
    expect((await failure(callback(second))).message).toContain('took too long');
  });
});

describe('a callback that is not accepted', () => {
  const refused = { code: 'ERR_AUTHORIZATION_CALLBACK', category: 'authentication' };

  it('the same twice', async () => {
    const { auth, begin, callback, context, failure, server } = await setUp();
    const url = callback(await begin());
    await auth.handleCallback(url, context);
    expect(await failure(url)).toMatchObject({
      ...refused,
      message: expect.stringContaining('used before'),
    });
    expect(server.calls).toHaveLength(1);
  });

  it('the same twice at once', async () => {
    const { auth, begin, callback, context } = await setUp();
    const url = callback(await begin());
    const both = await Promise.allSettled([
      auth.handleCallback(url, context),
      auth.handleCallback(url, context),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('of another connection, whose state is spent thereby', async () => {
    const { begin, callback, failure, server } = await setUp();
    const url = callback(await begin('evil'));
    expect(await failure(url, 'acme')).toMatchObject({
      ...refused,
      message: expect.stringContaining('another connection'),
    });
    expect((await failure(url, 'evil')).message).toContain('used before');
    expect(server.calls).toHaveLength(0);
  });

  it('of another authorization server that shares the store of what is pending', async () => {
    const { callback, failure, settings, clock, server } = await setUp();
    const other = oauth2AuthorizationCode({ ...settings, tokenUrl: 'https://evil.example/token' });
    const url = new URL(await other.authorizationUrl({ connection: 'acme', clock }));
    expect(await failure(callback(url))).toMatchObject({
      ...refused,
      message: expect.stringContaining('another authorization server'),
    });
    expect(server.calls).toHaveLength(0);
  });

  it.each([
    ['that is no URL', () => 'http://[', 'no state'],
    ['without state', () => `${redirectUri}?code=c`, 'no state'],
    ['with an invented state', () => `${redirectUri}?code=c&state=guess`, 'no sign-in waits'],
    ['without code', (url: string) => url.replace('code=canary-code&', ''), 'no code'],
    ['with two codes', (url: string) => `${url}&code=second`, 'comes twice'],
    ['with two states', (url: string) => `${url}&state=second`, 'no state'],
    ['with a token in it', (url: string) => `${url}&id_token=x`, 'parameters'],
  ])('%s', async (_, change, why) => {
    const { begin, callback, failure, server } = await setUp();
    const error = await failure(change(callback(await begin())));
    expect(error).toMatchObject({ ...refused, message: expect.stringContaining(why) });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('canary');
    expect(server.calls).toHaveLength(0);
  });

  it.each([
    ['of another issuer', { iss: 'https://evil.example' }, false, false],
    ['without issuer, where there has to be one', {}, true, false],
    ['with the right issuer', { iss: 'https://login.example.com' }, true, true],
    ['without issuer, where none is promised', {}, false, true],
  ])('%s (RFC 9207)', async (_, more, issuerInCallback, isAccepted) => {
    const { auth, begin, callback, context } = await setUp({
      issuer: 'https://login.example.com',
      issuerInCallback,
    });
    const outcome = auth.handleCallback(callback(await begin(), more), context);
    if (isAccepted) await expect(outcome).resolves.toBeDefined();
    else await expect(outcome).rejects.toMatchObject(refused);
  });

  it.each([
    ['access_denied', 'declined'],
    ['invalid_scope', 'no such scope'],
    ['login_required', 'with a prompt'],
    ['vendor_thing', 'documentation of the vendor'],
    ['constructor', 'documentation of the vendor'],
  ])('for the server says %s', async (error, advice) => {
    const { begin, callback, failure } = await setUp();
    const url = callback(await begin(), { error, error_description: 'canary' });
    const failed = await failure(url.replace('code=canary-code&', ''));
    expect(failed).toMatchObject({
      code: 'ERR_AUTHORIZATION_DENIED',
      category: 'authentication',
      vendorCode: error,
      message: expect.stringContaining(advice),
    });
    expect(inspect(failed, { depth: 20, showHidden: true })).not.toContain('canary');
  });

  it('for the token endpoint refuses its code', async () => {
    const { begin, callback, failure, context } = await setUp({}, () => ({
      status: 400,
      json: { error: 'invalid_grant', error_description: 'canary-code is unknown' },
    }));
    const error = await failure(callback(await begin()));
    expect(error).toMatchObject({
      code: 'ERR_AUTHENTICATION_FAILED',
      vendorCode: 'invalid_grant',
      message: expect.stringContaining('Begin the sign-in again'),
    });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('canary');
    expect(await context.tokens.read('acme')).toBeUndefined();
  });
});

describe('the life of the grant', () => {
  it('begins with somebody signing in', async () => {
    const { auth, server } = await setUp();
    expect(await server.refusal(auth)).toMatchObject({ code: 'ERR_REAUTHORIZATION_REQUIRED' });
    expect(server.calls).toHaveLength(0);
  });

  it.each([
    ['that rotate', 'r2'],
    ['that stay', undefined],
  ])('goes on by refresh tokens %s, and keeps what came with the callback', async (_, next) => {
    const { auth, begin, callback, context, clock, server } = await setUp(
      { callbackParameters: ['realmId'] },
      ({ form }) => ({
        json:
          form.grant_type === 'refresh_token'
            ? { access_token: `after-${form.refresh_token}`, expires_in: 3600, refresh_token: next }
            : granted,
      }),
    );
    await auth.handleCallback(callback(await begin(), { realmId: '7' }), context);
    await clock.advance(3_600_000);
    expect(await server.signIn(auth)).toBe('Bearer after-r1');
    await clock.advance(3_600_000);
    expect(await server.signIn(auth)).toBe(`Bearer after-${next ?? 'r1'}`);
    expect((await context.tokens.read('acme'))?.token.extra).toEqual({ realmId: '7' });
    expect(server.calls[1]!.form).toEqual({ grant_type: 'refresh_token', refresh_token: 'r1' });
  });

  it('ends when the refresh token is refused: someone has to sign in again', async () => {
    const { auth, begin, callback, context, clock, server } = await setUp({}, ({ form }) =>
      form.grant_type === 'refresh_token'
        ? { status: 400, json: { error: 'invalid_grant' } }
        : { json: granted },
    );
    await auth.handleCallback(callback(await begin()), context);
    await clock.advance(3_600_000);
    expect(await server.refusal(auth)).toMatchObject({ code: 'ERR_REAUTHORIZATION_REQUIRED' });
    await auth.handleCallback(callback(await begin()), context);
    expect(await server.signIn(auth)).toBe('Bearer a1');
  });
});

describe('a grant that is taken back', () => {
  const withRevocation = (options: Partial<Oauth2AuthorizationCodeOptions>, status = 200) =>
    setUp(options, ({ path }) => (path === '/revoke' ? { status, body: '' } : { json: granted }));
  const signedIn = async (options: Partial<Oauth2AuthorizationCodeOptions> = {}, status = 200) => {
    const all = await withRevocation({}, status);
    const revocationUrl = `${all.server.origin}/revoke`;
    const auth = oauth2AuthorizationCode({ ...all.settings, revocationUrl, ...options });
    await auth.handleCallback(all.callback(await all.begin()), all.context);
    return { ...all, auth };
  };

  it('is revoked at the vendor by its refresh token, and forgotten', async () => {
    const { auth, context, server } = await signedIn();
    expect(await auth.revoke(context)).toBe(true);
    expect(server.calls[1]).toMatchObject({
      path: '/revoke',
      form: { token: 'r1', token_type_hint: 'refresh_token' },
      headers: { authorization: expect.stringMatching(/^Basic /) },
    });
    expect(await context.tokens.read('acme')).toBeUndefined();
    expect(await server.refusal(auth)).toMatchObject({ code: 'ERR_REAUTHORIZATION_REQUIRED' });
    expect(await auth.revoke(context)).toBe(false);
  });

  it('is revoked by JSON where the vendor wants that (Intuit)', async () => {
    const { auth, context, server } = await signedIn({ revocationFormat: 'json' });
    await auth.revoke(context);
    expect(JSON.parse(server.calls[1]!.body)).toEqual({ token: 'r1' });
  });

  it('is revoked after a refresh under way, by the token that came of it', async () => {
    const all = await setUp({}, ({ path, form }) => {
      if (path === '/revoke') return { body: '' };
      const isRefresh = form.grant_type === 'refresh_token';
      return { json: isRefresh ? { ...granted, refresh_token: 'r2' } : granted };
    });
    const { settings, clock, server } = all;
    let hold = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      hold = resolve;
    });
    const store = memoryTokenStore();
    const tokens: TokenStore = {
      ...store,
      withLease: (connection, work, options) => {
        const tellingWork = () => {
          hold();
          return work();
        };
        return store.withLease?.(connection, tellingWork, options) ?? tellingWork();
      },
    };
    const context = { ...all.context, tokens };
    const auth = oauth2AuthorizationCode({ ...settings, revocationUrl: `${server.origin}/revoke` });
    await auth.handleCallback(all.callback(await all.begin()), context);
    await clock.advance(3_600_000);
    const refreshing = server.signIn(auth, { tokens });
    await held;
    await auth.revoke(context);
    await refreshing;
    expect(server.calls.at(-1)?.form.token).toBe('r2');
    expect(await context.tokens.read('acme')).toBeUndefined();
    expect(await server.signIn(auth, { tokens }).catch((error: unknown) => error)).toMatchObject({
      code: 'ERR_REAUTHORIZATION_REQUIRED',
    });
  });

  it('is forgotten also when the vendor does not know it any more', async () => {
    const { context, settings, server } = await setUp({}, () => ({
      status: 400,
      json: { error: 'invalid_token' },
    }));
    await context.tokens.write('acme', { accessToken: 'a1', obtainedAt: 0 }, 0);
    const auth = oauth2AuthorizationCode({ ...settings, revocationUrl: `${server.origin}/revoke` });
    expect(await auth.revoke(context)).toBe(true);
    expect(server.calls[0]!.form).toEqual({ token: 'a1', token_type_hint: 'access_token' });
    expect(await context.tokens.read('acme')).toBeUndefined();
  });

  it('is kept while the vendor does not answer', async () => {
    const { auth, context, server } = await signedIn({}, 503);
    await expect(auth.revoke(context)).rejects.toMatchObject({
      code: 'ERR_TRANSIENT',
      message: expect.stringContaining('revocation endpoint'),
    });
    expect(await server.signIn(auth)).toBe('Bearer a1');
  });

  it('is revoked on close only where that was asked for', async () => {
    const { auth, context, server } = await signedIn();
    await auth.close?.(context);
    expect(server.calls).toHaveLength(1);
    expect(await server.signIn(auth)).toBe('Bearer a1');
    await server.close();
    const asked = await signedIn({ revokeOnClose: true });
    await asked.auth.close?.(asked.context);
    expect(asked.server.calls).toHaveLength(2);
  });

  it('needs a revocation URL', async () => {
    const { auth, context, settings } = await setUp();
    await expect(auth.revoke(context)).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      path: 'revocationUrl',
    });
    expect(() => oauth2AuthorizationCode({ ...settings, revokeOnClose: true })).toThrow(
      'revocationUrl',
    );
  });
});

describe('what the strategy shows', () => {
  it('is no secret', async () => {
    const { auth, begin, callback, context } = await setUp();
    await auth.handleCallback(callback(await begin()), context);
    const shown = inspect(auth, { depth: 20, showHidden: true });
    expect(shown).not.toMatch(/canary|a1|r1/);
  });
});
