import { memoryTokenStore } from '@common/connector-core';
import { startSalesforceSandbox } from '@common/connector-sandbox/salesforce';
import { describe, expect, it } from 'vitest';
import { audienceOf, readLoginUrl } from './auth-hosts.ts';
import { collect, openSalesforce } from './open-salesforce.fixture.ts';
import {
  salesforceAuthorizationCode,
  salesforceClientCredentials,
  salesforceJwtBearer,
  salesforceRefreshToken,
} from './salesforce-auth.ts';
import { salesforce } from './salesforce-connector.ts';

const redirectUri = 'https://app.example/callback';
const nowClock = { startAt: new Date(), mode: 'ticking' } as const;

/** A person who says yes: the browser comes back with the code. */
async function allow(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' });
  return answer.headers.get('location') ?? '';
}

describe('the sign-in', () => {
  it('by JWT happens at the login host, and the calls go to the org', async () => {
    const sandbox = await startSalesforceSandbox({ clock: nowClock });
    const { clientId, username, privateKey, audience, loginUrl } = sandbox.settings;
    const auth = salesforceJwtBearer({ loginUrl, clientId, username, privateKey, audience });
    const crm = salesforce({ loginUrl, auth });
    expect((await crm.find('customer', { customerNumber: 'C-000001' })).length).toBe(1);
    expect(sandbox.journal.count({ path: /oauth2\/token/ })).toBe(1);
    await crm.disconnect();
    await sandbox.close();
  });

  it('by a person uses PKCE, and keeps every refresh token that it is given', async () => {
    const sandbox = await startSalesforceSandbox({ requiresPkce: true });
    const { clientId, clientSecret, loginUrl } = sandbox.settings;
    const auth = salesforceAuthorizationCode({ loginUrl, clientId, clientSecret, redirectUri });
    const tokens = memoryTokenStore();
    const connection = 'acme';
    const callback = await allow(await auth.authorizationUrl({ connection }));
    await auth.handleCallback(callback, { connection, tokens });
    const crm = salesforce({ loginUrl, auth, tokens, connection });
    const first = (await tokens.read(connection))?.token.refreshToken;
    for (let day = 0; day < 3; day += 1) {
      sandbox.actions.expireSessions();
      expect((await crm.find('customer', { customerNumber: 'C-000001' })).length).toBe(1);
    }
    const last = (await tokens.read(connection))?.token.refreshToken;
    expect(last).toBeTypeOf('string');
    expect(last).not.toBe(first);
    await crm.disconnect();
    await sandbox.close();
  });

  it('is renewed once for calls that fail together, so that no refresh token is used twice', async () => {
    const sandbox = await startSalesforceSandbox();
    const { clientId, clientSecret, loginUrl } = sandbox.settings;
    const auth = salesforceAuthorizationCode({ loginUrl, clientId, clientSecret, redirectUri });
    const tokens = memoryTokenStore();
    const connection = 'acme';
    const callback = await allow(await auth.authorizationUrl({ connection }));
    await auth.handleCallback(callback, { connection, tokens });
    const crm = salesforce({ loginUrl, auth, tokens, connection });
    await crm.get('customer', '001xx0000000001AAA');
    const before = sandbox.journal.count({ path: /oauth2\/token/ });
    sandbox.actions.expireSessions();
    const keys = ['1', '2', '3', '4', '5', '6'].map((n) => `001xx000000000${n}AAA`);
    const found = await Promise.all(keys.map((key) => crm.get('customer', key)));
    expect(found.every((record) => record !== undefined)).toBe(true);
    expect(sandbox.journal.count({ path: /oauth2\/token/ }) - before).toBe(1);
    await crm.disconnect();
    await sandbox.close();
  });

  it('follows an org that has moved', async () => {
    await using salesforceOpen = await openSalesforce();
    const { sandbox, crm } = salesforceOpen;
    await crm.get('customer', '001xx0000000001AAA');
    const { instanceUrl } = sandbox.actions.moveInstance();
    expect(instanceUrl).not.toBe(sandbox.url);
    expect(await crm.get('customer', '001xx0000000001AAA')).toBeDefined();
    expect((await collect(crm.list('customer'))).length).toBeGreaterThan(0);
  });

  it('does not go to a host that Salesforce does not have', async () => {
    const sandbox = await startSalesforceSandbox();
    sandbox.faults.add({
      kind: 'status',
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({ access_token: 'x', instance_url: 'http://evil.example' }),
      match: { path: /oauth2\/token/ },
    });
    const { clientId, clientSecret } = sandbox.settings;
    const auth = salesforceClientCredentials({ loginUrl: sandbox.url, clientId, clientSecret });
    const crm = salesforce({ loginUrl: sandbox.url, auth });
    await expect(crm.get('customer', '001xx0000000001AAA')).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('http://evil.example'),
    });
    await crm.disconnect();
    await sandbox.close();
  });

  it('ends when Salesforce refuses every session', async () => {
    await using salesforceOpen = await openSalesforce();
    const { sandbox, crm } = salesforceOpen;
    sandbox.faults.add({
      kind: 'status',
      status: 401,
      contentType: 'application/json',
      body: '[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]',
      match: { path: /\/services\/data\// },
      times: 50,
    });
    await expect(crm.get('customer', '001xx0000000001AAA')).rejects.toMatchObject({
      category: 'authentication',
      vendorCode: 'INVALID_SESSION_ID',
    });
    expect(sandbox.journal.count({ path: /\/services\/data\// })).toBe(2);
  });

  it.each([
    [
      'an app that the user has not approved',
      "user hasn't approved this consumer",
      'Admin approved users are pre-authorized',
    ],
    ['the login host of the other kind of org', 'audience is invalid', 'test.salesforce.com'],
    ['a certificate that is not there', 'invalid assertion', 'certificate'],
    ['a grant that has ended', 'expired access/refresh token', 'Sign in again'],
    ['a user that is no more', 'inactive user', 'Activate it'],
    ['an org that is no more', 'inactive organization', 'Ask its administrator'],
    ['no user to run as', 'no client credentials user enabled', '"Run As" user'],
    ['the shared login host', 'request not supported on this domain', 'My Domain'],
    ['login hours, an IP range, a password', 'authentication failure', 'Login History'],
    ['another key', 'invalid client credentials', 'consumer key and secret'],
  ])('says what to do about %s', async (_what, error_description, advice) => {
    await using salesforceOpen = await openSalesforce();
    salesforceOpen.sandbox.faults.add({
      kind: 'status',
      status: 400,
      contentType: 'application/json',
      body: JSON.stringify({ error: 'invalid_grant', error_description }),
      match: { path: /oauth2\/token/ },
      times: 5,
    });
    await expect(salesforceOpen.crm.get('customer', '001xx0000000001AAA')).rejects.toMatchObject({
      category: 'authentication',
      message: expect.stringContaining(advice),
    });
  });

  it('says that a grant was revoked, once and for all', async () => {
    const sandbox = await startSalesforceSandbox();
    const { clientId, clientSecret, loginUrl } = sandbox.settings;
    const auth = salesforceAuthorizationCode({ loginUrl, clientId, clientSecret, redirectUri });
    const tokens = memoryTokenStore();
    const callback = await allow(await auth.authorizationUrl({ connection: 'acme' }));
    await auth.handleCallback(callback, { connection: 'acme', tokens });
    const crm = salesforce({ loginUrl, auth, tokens, connection: 'acme' });
    sandbox.actions.revokeGrants();
    for (let call = 0; call < 3; call += 1) {
      await expect(crm.get('customer', '001xx0000000001AAA')).rejects.toMatchObject({
        code: 'ERR_REAUTHORIZATION_REQUIRED',
      });
    }
    // One refresh: a refused token is not sent again.
    expect(sandbox.journal.count({ path: /oauth2\/token/ })).toBe(2);
    await crm.disconnect();
    await sandbox.close();
  });

  it('has ended for both, when two processes without a common store use one refresh token', async () => {
    const sandbox = await startSalesforceSandbox();
    const { clientId, clientSecret, loginUrl } = sandbox.settings;
    const web = salesforceAuthorizationCode({ loginUrl, clientId, clientSecret, redirectUri });
    const tokens = memoryTokenStore();
    const connection = 'acme';
    const callback = await allow(await web.authorizationUrl({ connection }));
    await web.handleCallback(callback, { connection, tokens });
    const refreshToken = (await tokens.read(connection))?.token.refreshToken ?? '';
    const connect = () =>
      salesforce({
        loginUrl,
        auth: salesforceRefreshToken({ loginUrl, clientId, clientSecret, refreshToken }),
      });
    const [first, second] = [connect(), connect()];
    const get = (crm: typeof first) => crm.get('customer', '001xx0000000001AAA');
    expect(await get(first)).toBeDefined();
    const ended = { code: 'ERR_REAUTHORIZATION_REQUIRED' };
    await expect(get(second)).rejects.toMatchObject(ended);
    // Salesforce has revoked all that descends from it.
    await expect(get(first)).rejects.toMatchObject(ended);
    const asked = sandbox.journal.count({ path: /oauth2\/token/ });
    await expect(get(first)).rejects.toMatchObject(ended);
    expect(sandbox.journal.count({ path: /oauth2\/token/ })).toBe(asked);
    await Promise.all([first.disconnect(), second.disconnect()]);
    await sandbox.close();
  });

  it.each(['a person', 'a refresh token of elsewhere'])(
    'by %s outlives another process that refreshes at the same moment',
    async (who) => {
      const sandbox = await startSalesforceSandbox();
      const { clientId, clientSecret, loginUrl } = sandbox.settings;
      const web = salesforceAuthorizationCode({ loginUrl, clientId, clientSecret, redirectUri });
      const tokens = memoryTokenStore();
      const connection = 'acme';
      const callback = await allow(await web.authorizationUrl({ connection }));
      await web.handleCallback(callback, { connection, tokens });
      const refreshToken = (await tokens.read(connection))?.token.refreshToken ?? '';
      const crm = salesforce(
        who === 'a person'
          ? { loginUrl, auth: web, tokens, connection, random: () => 0 }
          : {
              loginUrl,
              auth: salesforceRefreshToken({ loginUrl, clientId, clientSecret, refreshToken }),
              random: () => 0,
            },
      );
      sandbox.actions.expireSessions();
      sandbox.faults.add({
        kind: 'status',
        status: 400,
        contentType: 'application/json',
        body: JSON.stringify({
          error: 'invalid_grant',
          error_description: 'token request is already being processed',
        }),
        match: { path: /oauth2\/token/ },
      });
      expect(await crm.get('customer', '001xx0000000001AAA')).toBeDefined();
      await crm.disconnect();
      await sandbox.close();
    },
  );

  it('goes on from a refresh token of elsewhere', async () => {
    const sandbox = await startSalesforceSandbox();
    const { clientId, clientSecret, loginUrl } = sandbox.settings;
    const web = salesforceAuthorizationCode({ loginUrl, clientId, clientSecret, redirectUri });
    const tokens = memoryTokenStore();
    const callback = await allow(await web.authorizationUrl({ connection: 'other' }));
    await web.handleCallback(callback, { connection: 'other', tokens });
    const refreshToken = (await tokens.read('other'))?.token.refreshToken ?? '';
    const auth = salesforceRefreshToken({ loginUrl, clientId, clientSecret, refreshToken });
    const crm = salesforce({ loginUrl, auth });
    expect(await crm.get('customer', '001xx0000000001AAA')).toBeDefined();
    await crm.disconnect();
    await sandbox.close();
  });
});

describe('the login host', () => {
  it.each([
    ['https://login.salesforce.com/', 'https://login.salesforce.com'],
    ['https://acme.my.salesforce.com', 'https://acme.my.salesforce.com'],
  ])('%s is taken', (loginUrl, origin) => {
    expect(readLoginUrl(loginUrl)).toBe(origin);
  });

  it.each([
    ['login.salesforce.com', 'is no URL'],
    ['https://acme.lightning.force.com/lightning/page/home', 'https://acme.my.salesforce.com'],
    ['https://login.salesforce.com/services/oauth2/token', 'has a path'],
  ])('%s is refused', (loginUrl, words) => {
    expect(() =>
      salesforceJwtBearer({ loginUrl, clientId: 'a', username: 'b', privateKey: 'c' }),
    ).toThrow(words);
  });

  it('is the My Domain for client credentials', () => {
    const options = { loginUrl: 'https://login.salesforce.com', clientId: 'a', clientSecret: 'b' };
    expect(() => salesforceClientCredentials(options)).toThrow('My Domain');
  });

  it.each([
    ['https://login.salesforce.com', 'https://login.salesforce.com'],
    ['https://test.salesforce.com', 'https://test.salesforce.com'],
    ['https://acme.my.salesforce.com', 'https://login.salesforce.com'],
    ['https://acme--dev.sandbox.my.salesforce.com', 'https://test.salesforce.com'],
  ])('%s has the audience %s', (loginUrl, audience) => {
    expect(audienceOf(loginUrl)).toBe(audience);
  });
});
