import { memoryTokenStore } from '@common/connector-core';
import { startQuickbooksSandbox } from '@common/connector-sandbox/quickbooks';
import { describe, expect, it } from 'vitest';
import { intuitEndpoints, quickbooksOauth } from './quickbooks-auth.ts';
import { quickbooks } from './quickbooks-connector.ts';

const redirectUri = 'https://app.example.com/quickbooks/callback';
const connection = 'acme';

/** A sandbox, the sign-in of an app, and a browser that consents. */
async function openApp(options: Parameters<typeof startQuickbooksSandbox>[0] = {}) {
  const sandbox = await startQuickbooksSandbox({ customers: 2, ...options });
  const { clientId, clientSecret, authorizeUrl, tokenUrl, revokeUrl } = sandbox.settings;
  const auth = quickbooksOauth({
    ...{ clientId, clientSecret, redirectUri },
    endpoints: { authorizationUrl: authorizeUrl, tokenUrl, revocationUrl: revokeUrl },
  });
  const tokens = memoryTokenStore();
  const consent = async () => {
    const url = await auth.authorizationUrl({ connection });
    const { headers } = await fetch(url, { redirect: 'manual' });
    return auth.handleCallback(headers.get('location')!, { connection, tokens });
  };
  return {
    ...{ sandbox, auth, tokens, consent },
    connect: (realmId = sandbox.settings.realmId) =>
      quickbooks({ baseUrl: sandbox.url, realmId, auth, tokens, connection, random: () => 0 }),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

describe('the sign-in at Intuit', () => {
  it('begins at Intuit with the scope of accounting, and without parameters it does not know', async () => {
    const auth = quickbooksOauth({ clientId: 'ABC', clientSecret: 'secret', redirectUri });
    const url = new URL(await auth.authorizationUrl({ connection }));
    expect(url.origin + url.pathname).toBe(intuitEndpoints.authorizationUrl);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'ABC',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'com.intuit.quickbooks.accounting',
      state: expect.any(String),
    });
  });

  it('tells which company was chosen, and how long the refresh token lives', async () => {
    await using app = await openApp();
    const { extra, accessExpiresAt, refreshExpiresAt } = await app.consent();
    expect(extra.realmId).toBe(app.sandbox.settings.realmId);
    expect(accessExpiresAt! - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect(Math.round((refreshExpiresAt! - Date.now()) / 86_400_000)).toBe(101);
  });

  it('tells the end after five years, where that is nearer than 100 days', async () => {
    await using app = await openApp({ refreshTokenHardSeconds: 10 * 86_400 });
    const { refreshExpiresAt } = await app.consent();
    expect(Math.round((refreshExpiresAt! - Date.now()) / 86_400_000)).toBe(10);
    const books = app.connect();
    await books.get('customer', '1');
    const { credentials } = books.health();
    expect(credentials?.refreshExpiresAt).toBe(new Date(refreshExpiresAt!).toISOString());
    app.sandbox.actions.expireAccessTokens();
    await books.get('customer', '1');
    // Intuit tells it to who asks, at the sign-in and at every renewal.
    const asked = app.sandbox.journal.entries({ operation: 'token' });
    expect(asked.map(({ headers }) => headers['x-include-refresh-token-hard-expires-in'])).toEqual([
      'true',
      'true',
    ]);
    await books.disconnect();
  });

  it('keeps the refresh token that came in the place of the one before, over reconnects', async () => {
    await using app = await openApp({ previousRefreshTokenMinutes: 0 });
    await app.consent();
    const books = app.connect();
    for (const _ of [1, 2, 3]) {
      app.sandbox.actions.expireAccessTokens();
      expect(await books.get('customer', '1')).toBeDefined();
      await books.disconnect();
    }
    expect(app.sandbox.state.counters()).toMatchObject({ refreshes: 3, refusedGrants: 0 });
  });

  it('renews once for many calls that find their token expired', async () => {
    await using app = await openApp();
    await app.consent();
    const books = app.connect();
    app.sandbox.actions.expireAccessTokens();
    await Promise.all(['1', '2', '1', '2', '1'].map((key) => books.get('customer', key)));
    expect(app.sandbox.state.counters().refreshes).toBe(1);
    await books.disconnect();
  });

  it('asks to connect again when it was taken back', async () => {
    await using app = await openApp();
    await app.consent();
    const books = app.connect();
    app.sandbox.actions.disconnect();
    await expect(books.get('customer', '1')).rejects.toMatchObject({
      code: 'ERR_REAUTHORIZATION_REQUIRED',
      category: 'authentication',
      requestId: expect.stringMatching(/^1-/),
    });
    const report = await books.testConnection();
    expect(report.checks.at(-1)).toMatchObject({ name: 'credentials', ok: false });
    await books.disconnect();
  });

  it('is taken back at Intuit, in JSON', async () => {
    await using app = await openApp();
    await app.consent();
    expect(await app.auth.revoke({ connection, tokens: app.tokens })).toBe(true);
    const [asked] = app.sandbox.journal.entries({ operation: 'revoke' });
    expect(asked?.headers['content-type']).toBe('application/json');
    expect(app.sandbox.state.counters().grants).toBe(1);
    expect(await app.tokens.read(connection)).toBeUndefined();
  });
});

describe('the test of a connection', () => {
  it('names the company of the sign-in when the setting is another one', async () => {
    await using app = await openApp();
    await app.consent();
    const books = app.connect('1234567890');
    const { ok, checks } = await books.testConnection();
    expect(ok).toBe(false);
    expect(checks.at(-1)).toMatchObject({
      name: 'settings',
      message: expect.stringContaining(
        `made for company ${app.sandbox.settings.realmId}, the setting realmId is 1234567890`,
      ),
    });
    await books.disconnect();
  });
});
