import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createSalesforceCaller,
  postForm,
  type SalesforceAnswer,
  signAssertion,
} from '../salesforce-caller.fixture.ts';
import type { SalesforceSandboxOptions } from '../salesforce-options.ts';
import { type SalesforceSandbox, startSalesforceSandbox } from '../salesforce-sandbox.ts';

let sandbox: SalesforceSandbox;

const empty = {
  accounts: 0,
  contacts: 0,
  products: 0,
  orders: 0,
  opportunities: 0,
  purchaseOrders: 0,
};
const start = async (options: SalesforceSandboxOptions = {}): Promise<void> => {
  await sandbox?.close();
  sandbox = await startSalesforceSandbox({ ...empty, ...options });
};
beforeEach(() => start());
afterEach(() => sandbox.close());

const jwtGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const client = () => ({
  client_id: sandbox.settings.clientId,
  client_secret: sandbox.settings.clientSecret,
});
const token = (form: Record<string, string>, host = sandbox.settings.loginUrl) =>
  postForm(`${host}/services/oauth2/token`, form);
const refresh = (refreshToken: string) =>
  token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...client() });
const isAlive = async (accessToken: string, url = sandbox.url): Promise<boolean> => {
  const answer = await fetch(`${url}/services/data/v60.0/limits`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return answer.status === 200;
};

async function authorize(query: Record<string, string> = {}): Promise<URL> {
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: sandbox.settings.clientId,
    redirect_uri: 'http://localhost/callback?x=1',
    state: 'S t',
    ...query,
  });
  const answer = await fetch(
    `${sandbox.settings.loginUrl}/services/oauth2/authorize?${parameters}`,
    { redirect: 'manual' },
  );
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get('location')!);
}

async function signIn(): Promise<SalesforceAnswer> {
  const code = (await authorize()).searchParams.get('code')!;
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: 'http://localhost/callback?x=1',
  };
  return token({ ...form, ...client() });
}

describe('client credentials', () => {
  it('sign in on the My Domain host only', async () => {
    const form = { grant_type: 'client_credentials', ...client() };
    const answer = await token(form, sandbox.settings.myDomainUrl);
    expect(answer.json).toMatchObject({
      instance_url: sandbox.url,
      token_type: 'Bearer',
      id: `${sandbox.settings.loginUrl}/id/${sandbox.settings.organizationId}/${sandbox.settings.userId}`,
    });
    expect(answer.json).not.toHaveProperty('expires_in');
    expect(answer.json).not.toHaveProperty('refresh_token');
    const refused = await token(form);
    expect([refused.status, refused.json]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'request not supported on this domain' },
    ]);
  });

  it('come with HTTP Basic, too, and need a user to run as', async () => {
    const { clientId, clientSecret } = sandbox.settings;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const answer = await postForm(
      `${sandbox.url}/services/oauth2/token`,
      { grant_type: 'client_credentials' },
      { authorization: `Basic ${basic}` },
    );
    expect(answer.status).toBe(200);
    await start({ clientCredentialsUser: false });
    const refused = await token({ grant_type: 'client_credentials', ...client() }, sandbox.url);
    expect(refused.json.error_description).toBe('no client credentials user enabled');
  });

  it.each([
    ['invalid_client', { client_secret: 'wrong' }],
    ['invalid_client_id', { client_id: 'wrong' }],
    ['unsupported_grant_type', { grant_type: 'magic' }],
  ])('are refused: %s', async (error, change) => {
    const form = { grant_type: 'client_credentials', ...client(), ...change };
    const answer = await token(form, sandbox.url);
    expect([answer.status, answer.json.error]).toEqual([400, error]);
  });
});

describe('a JWT assertion', () => {
  const send = (assertion: string) => token({ grant_type: jwtGrant, assertion });

  it('signs the user in without a secret', async () => {
    const { json } = await send(signAssertion(sandbox));
    expect(json).not.toHaveProperty('refresh_token');
    expect(await isAlive(json.access_token)).toBe(true);
    expect((await send(signAssertion(sandbox, { aud: sandbox.settings.loginUrl }))).status).toBe(
      200,
    );
  });

  it.each([
    ['invalid_client_id', { iss: 'nobody' }, 'client identifier invalid'],
    ['invalid_grant', { sub: 'nobody@x.example' }, "user hasn't approved this consumer"],
    ['invalid_grant', { aud: 'https://test.salesforce.com' }, 'audience is invalid'],
    ['invalid_grant', { exp: 1_767_600_000 }, 'expired authorization code'],
    ['invalid_grant', { exp: 1_767_600_000 + 181 }, 'expired authorization code'],
    ['invalid_grant', { exp: 1_767_600_060_000 }, 'expired authorization code'],
  ])('is refused: %s %j', async (error, claims, description) => {
    const answer = await send(signAssertion(sandbox, claims));
    expect([answer.status, answer.json]).toEqual([400, { error, error_description: description }]);
  });

  it('is for another audience in a test organisation, and may be signed by keys of the user', async () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await start({ isSandboxOrganization: true, jwtPublicKeys: [publicKey] });
    expect(sandbox.settings.audience).toBe('https://test.salesforce.com');
    const [header, payload] = signAssertion(sandbox).split('.');
    const signature = sign('sha256', Buffer.from(`${header}.${payload}`), pair.privateKey);
    expect((await send(`${header}.${payload}.${signature.toString('base64url')}`)).status).toBe(
      200,
    );
    const wrong = await send(signAssertion(sandbox, { aud: 'https://login.salesforce.com' }));
    expect(wrong.json.error_description).toBe('audience is invalid');
  });

  it('is refused for a user who was deactivated', async () => {
    const { json } = await send(signAssertion(sandbox));
    sandbox.actions.setUserActive({ active: false });
    expect(await isAlive(json.access_token)).toBe(false);
    expect((await send(signAssertion(sandbox))).json.error).toBe('inactive_user');
    expect((await signIn()).json.error).toBe('inactive_user');
    const form = { grant_type: 'client_credentials', ...client() };
    expect((await token(form, sandbox.url)).json.error).toBe('inactive_user');
  });

  it('must be signed as it should', async () => {
    const good = signAssertion(sandbox);
    const [header, payload, signature] = good.split('.');
    const bent = [...signature!];
    bent[10] = bent[10] === 'A' ? 'B' : 'A';
    for (const assertion of [
      `${header}.${payload}.${bent.join('')}`,
      signAssertion(sandbox, {}, 'none'),
      `${header}.${payload}`,
    ]) {
      expect((await send(assertion)).json.error_description).toBe('invalid assertion');
    }
    expect((await send('rubbish')).json).toEqual({
      error: 'invalid_grant',
      error_description: 'invalid assertion',
    });
  });
});

describe('an authorization code', () => {
  it('comes back with the state and is exchanged once', async () => {
    const target = await authorize();
    expect(target.searchParams.get('state')).toBe('S t');
    expect(target.searchParams.get('x')).toBe('1');
    const form = {
      grant_type: 'authorization_code',
      code: target.searchParams.get('code')!,
      redirect_uri: 'http://localhost/callback?x=1',
      ...client(),
    };
    const answer = await token(form);
    expect(answer.json).toMatchObject({
      refresh_token: expect.any(String),
      scope: 'refresh_token api id',
    });
    const again = await token(form);
    expect(again.json).toEqual({
      error: 'invalid_grant',
      error_description: 'expired authorization code',
    });
  });

  it('is bound to the verifier and the redirect', async () => {
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
    const exchange = async (change: Record<string, string>) => {
      const code = (await authorize(pkce)).searchParams.get('code')!;
      return token({
        grant_type: 'authorization_code',
        code,
        redirect_uri: 'http://localhost/callback?x=1',
        code_verifier: verifier,
        ...client(),
        ...change,
      });
    };
    expect((await exchange({})).status).toBe(200);
    expect((await exchange({ code_verifier: `${verifier}x` })).json.error_description).toBe(
      'invalid code verifier',
    );
    expect((await exchange({ redirect_uri: 'http://localhost/other' })).json.error).toBe(
      'redirect_uri_mismatch',
    );
  });

  it('takes a challenge without a method for the verifier itself', async () => {
    const verifier = 'v'.repeat(43);
    const code = (await authorize({ code_challenge: verifier })).searchParams.get('code')!;
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier };
    const answer = await token({
      ...form,
      redirect_uri: 'http://localhost/callback?x=1',
      ...client(),
    });
    expect(answer.status).toBe(200);
  });

  it('may be denied', async () => {
    sandbox.actions.setConsent({ allow: false });
    const target = await authorize();
    expect(target.searchParams.get('error')).toBe('access_denied');
    expect(target.searchParams.get('error_description')).toBe('end-user denied authorization');
  });

  it('needs a challenge and a known redirect where the app says so', async () => {
    await start({ requiresPkce: true, redirectUris: ['https://app.example/callback'] });
    const redirect = { redirect_uri: 'https://app.example/callback' };
    expect((await authorize(redirect)).searchParams.get('error')).toBe('invalid_request');
    const parameters = new URLSearchParams({
      client_id: sandbox.settings.clientId,
      redirect_uri: 'https://evil.example/',
    });
    const answer = await fetch(`${sandbox.url}/services/oauth2/authorize?${parameters}`, {
      redirect: 'manual',
    });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error: 'redirect_uri_mismatch' },
    ]);
  });

  it('gives a refresh token for the scopes that ask for one', async () => {
    const code = (await authorize({ scope: 'api' })).searchParams.get('code')!;
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: 'http://localhost/callback?x=1',
    };
    expect((await token({ ...form, ...client() })).json).not.toHaveProperty('refresh_token');
  });

  it('revokes the oldest of six grants', async () => {
    const pairs = [];
    for (let number = 0; number < 6; number += 1) pairs.push((await signIn()).json);
    expect(await isAlive(pairs[0].access_token)).toBe(false);
    expect((await refresh(pairs[0].refresh_token)).json.error).toBe('invalid_grant');
    expect(await isAlive(pairs[1].access_token)).toBe(true);
  });
});

describe('a refresh token', () => {
  it('rotates; used again it ends the whole family', async () => {
    const first = (await signIn()).json;
    const second = (await refresh(first.refresh_token)).json;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await isAlive(first.access_token)).toBe(true);
    const reuse = await refresh(first.refresh_token);
    expect([reuse.status, reuse.json]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'expired access/refresh token' },
    ]);
    expect(await isAlive(second.access_token)).toBe(false);
    expect((await refresh(second.refresh_token)).status).toBe(400);
    expect(sandbox.state.counters()).toMatchObject({ sessions: 0, grants: 0 });
  });

  it('stays where rotation is off', async () => {
    await start({ refreshTokenRotation: false });
    const first = (await signIn()).json;
    for (let turn = 0; turn < 3; turn += 1) {
      const answer = await refresh(first.refresh_token);
      expect(answer.status).toBe(200);
      expect(answer.json).not.toHaveProperty('refresh_token');
    }
  });

  it('is void when it lay idle too long, or was revoked', async () => {
    await start({ refreshTokenIdleDays: 30 });
    const idle = (await signIn()).json;
    sandbox.clock.advance(30 * 24 * 3_600_000 + 1);
    expect((await refresh(idle.refresh_token)).status).toBe(400);
    const revoked = (await signIn()).json;
    const answer = await postForm(`${sandbox.url}/services/oauth2/revoke`, {
      token: revoked.refresh_token,
    });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(await isAlive(revoked.access_token)).toBe(false);
    expect((await refresh(revoked.refresh_token)).status).toBe(400);
    const journal = JSON.stringify(sandbox.journal.entries());
    expect(journal).not.toContain(revoked.refresh_token);
    expect(journal).not.toContain(revoked.access_token);
    const unknown = await postForm(`${sandbox.url}/services/oauth2/revoke`, { token: 'x' });
    expect([unknown.status, unknown.json.error]).toEqual([400, 'invalid_token']);
  });
});

describe('a session', () => {
  it('ends after two hours by the clock', async () => {
    const call = await createSalesforceCaller(sandbox);
    sandbox.clock.advance(7_199_000);
    expect((await call('GET', '/limits')).status).toBe(200);
    sandbox.clock.advance(1_000);
    const dead = await call('GET', '/limits');
    expect(dead.status).toBe(401);
    expect(dead.json).toEqual([
      { message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' },
    ]);
  });

  it('follows the organisation to another host', async () => {
    const first = (await signIn()).json;
    const { instanceUrl } = sandbox.actions.moveInstance();
    expect(instanceUrl).not.toBe(sandbox.url);
    expect(await isAlive(first.access_token, instanceUrl)).toBe(false);
    const second = (await refresh(first.refresh_token)).json;
    expect(second.instance_url).toBe(instanceUrl);
    expect(await isAlive(second.access_token, instanceUrl)).toBe(true);
    expect(await isAlive(second.access_token, sandbox.url)).toBe(false);
  });

  it('does not open the login host', async () => {
    const { json } = await signIn();
    expect(await isAlive(json.access_token, sandbox.settings.loginUrl)).toBe(false);
  });

  it('tells who it is', async () => {
    const { json } = await signIn();
    const bearer = { headers: { authorization: `Bearer ${json.access_token}` } };
    const { organizationId, userId, username, loginUrl } = sandbox.settings;
    const identity = await (await fetch(json.id, bearer)).json();
    expect(identity).toMatchObject({
      id: json.id,
      user_id: userId,
      organization_id: organizationId,
      username,
      urls: { rest: `${sandbox.url}/services/data/v{version}/` },
    });
    const info = await (await fetch(`${loginUrl}/services/oauth2/userinfo`, bearer)).json();
    expect(info).toMatchObject({
      sub: json.id,
      preferred_username: username,
      email_verified: true,
    });
    const stranger = await fetch(json.id, { headers: { authorization: 'Bearer x' } });
    expect(stranger.status).toBe(403);
    const introspect = (value: string) =>
      postForm(`${sandbox.url}/services/oauth2/introspect`, { token: value, ...client() });
    expect((await introspect(json.access_token)).json).toMatchObject({ active: true, username });
    expect((await introspect('x')).json).toEqual({ active: false });
  });
});
