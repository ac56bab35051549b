import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callerOf } from './quickbooks-caller.fixture.ts';
import { type QuickbooksSandbox, startQuickbooksSandbox } from './quickbooks-sandbox.ts';

const redirectUri = 'https://app.example.com/callback';
const accounting = 'com.intuit.quickbooks.accounting';
let sandbox: QuickbooksSandbox;

const start = async (options: Parameters<typeof startQuickbooksSandbox>[0] = {}) => {
  await sandbox?.close();
  sandbox = await startQuickbooksSandbox({ customers: 3, items: 3, ...options });
};
beforeEach(() => start());
afterEach(() => sandbox.close());

const basic = () =>
  `Basic ${Buffer.from(`${sandbox.settings.clientId}:${sandbox.settings.clientSecret}`).toString('base64')}`;

async function token(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const answer = await fetch(sandbox.settings.tokenUrl, {
    method: 'POST',
    headers: { authorization: basic(), ...headers },
    body: new URLSearchParams(fields),
  });
  const text = await answer.text();
  return { status: answer.status, text, body: JSON.parse(text) };
}
const refresh = (refresh_token: string, headers?: Record<string, string>) =>
  token({ grant_type: 'refresh_token', refresh_token }, headers);
const redeem = (code: string) =>
  token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });

async function authorize(parameters: Record<string, string> = {}): Promise<URL> {
  const query = new URLSearchParams({
    client_id: sandbox.settings.clientId,
    response_type: 'code',
    scope: accounting,
    redirect_uri: redirectUri,
    state: 'xyz',
    ...parameters,
  });
  const answer = await fetch(`${sandbox.settings.authorizeUrl}?${query}`, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? `none:${answer.status}`);
}

const companyStatus = async (accessToken: string, realmId = sandbox.settings.realmId) =>
  (await callerOf(sandbox, { accessToken, realmId }).get(`companyinfo/${realmId}`)).status;

describe('consent', () => {
  it('sends the browser back with a code, the state and the company', async () => {
    const back = await authorize();
    expect(back.origin + back.pathname).toBe(redirectUri);
    expect(back.searchParams.get('state')).toBe('xyz');
    expect(back.searchParams.get('realmId')).toBe(sandbox.settings.realmId);
    const { status, body } = await redeem(back.searchParams.get('code')!);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: 'bearer',
      expires_in: 3_600,
      x_refresh_token_expires_in: 8_726_400,
    });
    expect(body).not.toHaveProperty('id_token');
    expect(await companyStatus(body.access_token)).toBe(200);
  });

  it('goes back for the company that the user picks', async () => {
    await start({ companies: [{ realmId: '1' }, { realmId: '2' }] });
    sandbox.actions.chooseCompany({ realmId: '2' });
    expect((await authorize()).searchParams.get('realmId')).toBe('2');
  });

  it('takes a code once, within five minutes, for the same address', async () => {
    const code = (await authorize()).searchParams.get('code')!;
    const other = { grant_type: 'authorization_code', code, redirect_uri: 'https://else.example' };
    expect(await token(other)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await redeem(code)).status).toBe(200);
    expect(await redeem(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const late = (await authorize()).searchParams.get('code')!;
    sandbox.clock.advance(5 * 60_000);
    expect((await redeem(late)).status).toBe(400);
  });

  it('refuses an app that it does not know, and an address in the open', async () => {
    expect((await authorize({ client_id: 'other' })).href).toBe('none:400');
    expect((await authorize({ redirect_uri: 'http://app.example.com' })).href).toBe('none:400');
    const wrong = await token({ grant_type: 'refresh_token' }, { authorization: 'Basic eDp5' });
    expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    const grant = await token({ grant_type: 'password' });
    expect(grant.body).toEqual({ error: 'unsupported_grant_type' });
  });
});

describe('refresh tokens', () => {
  it('rotate with each refresh; the old one is dead, with the short error', async () => {
    const first = sandbox.settings.refreshToken;
    const { body } = await refresh(first);
    expect(body.refresh_token).not.toBe(first);
    expect((await refresh(first)).text).toBe('{"error":"invalid_grant"}');
    expect((await refresh(body.refresh_token)).status).toBe(200);
    expect((await refresh('made-up')).body).toEqual({
      error: 'invalid_grant',
      error_description: 'Incorrect or invalid refresh token',
    });
    expect(sandbox.state.counters()).toMatchObject({ refreshes: 2, refusedGrants: 2 });
  });

  it('overlap when told so: the old one answers with the one that replaced it', async () => {
    await start({ previousRefreshTokenMinutes: 10 });
    const first = sandbox.settings.refreshToken;
    const { body } = await refresh(first);
    sandbox.clock.advance(9 * 60_000);
    expect((await refresh(first)).body.refresh_token).toBe(body.refresh_token);
    sandbox.clock.advance(2 * 60_000);
    expect((await refresh(first)).status).toBe(400);
  });

  it('live 101 days from the last refresh and five years from consent', async () => {
    const hard = { 'x-include-refresh-token-hard-expires-in': 'true' };
    let { body } = await refresh(sandbox.settings.refreshToken, hard);
    expect(body.x_refresh_token_hard_expires_in).toBe(5 * 365 * 86_400);
    for (let days = 0; days < 1_800; days += 100) {
      sandbox.clock.advance(100 * 86_400_000);
      ({ body } = await refresh(body.refresh_token, hard));
    }
    expect(body.x_refresh_token_expires_in).toBe(25 * 86_400);
    sandbox.clock.advance(26 * 86_400_000);
    expect((await refresh(body.refresh_token)).status).toBe(400);
    const { refreshToken } = sandbox.actions.connect();
    sandbox.clock.advance(101 * 86_400_000);
    expect((await refresh(refreshToken)).status).toBe(400);
  });

  it('are revoked with either token, and everything with them', async () => {
    const revoke = (body: string, type: string) =>
      fetch(sandbox.settings.revokeUrl, {
        method: 'POST',
        headers: { authorization: basic(), 'content-type': type },
        body,
      });
    const { accessToken, refreshToken } = sandbox.settings;
    const done = await revoke(JSON.stringify({ token: accessToken }), 'application/json');
    expect(done.status).toBe(200);
    expect((await refresh(refreshToken)).text).toBe('{"error":"invalid_grant"}');
    expect(await companyStatus(accessToken)).toBe(401);
    const again = await revoke(`token=${refreshToken}`, 'application/x-www-form-urlencoded');
    expect(again.status).toBe(400);
  });
});

describe('the gateway', () => {
  it('answers an expired token with a fault in lower case', async () => {
    sandbox.clock.advance(3_600_000);
    const { status, body, headers } = await callerOf(sandbox).get('companyinfo/1');
    expect(status).toBe(401);
    expect(body.fault).toEqual({
      error: [
        {
          message: 'message=AuthenticationFailed; errorCode=003200; statusCode=401',
          detail: 'Token expired',
          code: '3200',
          element: null,
        },
      ],
      type: 'AUTHENTICATION',
    });
    expect(headers.get('intuit_tid')).toMatch(/^1-[\da-f]{8}-[\da-f]{24}$/);
  });

  it('answers XML to who does not accept JSON', async () => {
    const { request } = await import('node:http');
    const { url, settings } = sandbox;
    const read = (token: string) =>
      new Promise<{ status?: number | undefined; text: string }>((resolve, reject) => {
        const path = `${url}/v3/company/${settings.realmId}/companyinfo/1`;
        const call = request(path, { headers: { authorization: `Bearer ${token}` } }, (answer) => {
          let text = '';
          answer.on('data', (chunk) => {
            text += chunk;
          });
          answer.on('end', () => resolve({ status: answer.statusCode, text }));
        });
        call.on('error', reject).end();
      });
    const refused = await read('wrong');
    expect(refused.status).toBe(401);
    expect(refused.text).toMatch(/^<\?xml .*<Fault type="AUTHENTICATION"><Error code="3200">/);
    const allowed = await read(settings.accessToken);
    expect(allowed.text).toMatch(/<CompanyInfo domain="QBO" sparse="false"><CompanyName>Sandbox /);
  });

  it('lets a token into its own company only, and with the accounting scope only', async () => {
    await start({ companies: [{ realmId: '1' }, { realmId: '2', name: 'Second' }] });
    const { accessToken } = sandbox.settings;
    expect(await companyStatus(accessToken, '1')).toBe(200);
    expect(await companyStatus(accessToken, '2')).toBe(403);
    expect(await companyStatus(accessToken, '3')).toBe(403);
    const second = sandbox.actions.connect({ realmId: '2' });
    const { body } = await callerOf(sandbox, second).get('companyinfo/2');
    expect(body.CompanyInfo.CompanyName).toBe('Second');
    const openid = sandbox.actions.connect({ realmId: '2', scope: 'openid' });
    const refused = await callerOf(sandbox, openid).get('companyinfo/2');
    expect(refused.body.fault).toMatchObject({ type: 'AUTHORIZATION', error: [{ code: '3100' }] });
  });

  it('throttles by second, by minute and batches apart, on the clock of the sandbox', async () => {
    await start({
      companies: [{ realmId: '1' }, { realmId: '2' }],
      limits: { perMinute: 15, batchesPerMinute: 1 },
    });
    const caller = callerOf(sandbox);
    const statuses = async (count: number, path = 'companyinfo/1') => {
      const answers = await Promise.all(Array.from({ length: count }, () => caller.get(path)));
      return answers.map(({ status }) => status).sort();
    };
    expect(await statuses(12)).toEqual([...Array(10).fill(200), 429, 429]);
    const other = callerOf(sandbox, sandbox.actions.connect({ realmId: '2' }));
    expect((await other.get('companyinfo/2')).status).toBe(200);
    sandbox.clock.advance(1_000);
    expect(await statuses(6)).toEqual([...Array(5).fill(200), 429]);
    const { body } = await caller.get('companyinfo/1');
    expect(body.fault.error[0]).toMatchObject({
      code: '003001',
      message: 'message=ThrottleExceeded; errorCode=003001; statusCode=429',
    });
    sandbox.clock.advance(60_000);
    const batch = { BatchItemRequest: [{ bId: '1', Query: 'select * from Term' }] };
    expect((await caller.post('batch', batch)).status).toBe(200);
    expect((await caller.post('batch', batch)).status).toBe(429);
    expect((await caller.get('companyinfo/1')).status).toBe(200);
  });

  it('takes 40 batches in a minute beside 500 requests, unless told otherwise', async () => {
    await start({ limits: {} });
    const caller = callerOf(sandbox);
    const count = async (send: () => Promise<{ readonly status: number }>, most: number) => {
      for (let sent = 0; sent <= most; sent += 1) {
        if ((await send()).status === 429) return sent;
        sandbox.clock.advance(100);
      }
      return most + 1;
    };
    const batch = { BatchItemRequest: [{ bId: '1', Query: 'select * from Term' }] };
    expect(await count(() => caller.post('batch', batch), 60)).toBe(40);
    expect(await count(() => caller.get('companyinfo/1'), 600)).toBe(460);
  });

  it('says when the company has ended or its administrator has gone', async () => {
    const caller = callerOf(sandbox);
    sandbox.actions.setCompanyStatus({ status: 'suspended' });
    const suspended = await caller.get('companyinfo/1');
    expect(suspended).toMatchObject({
      status: 400,
      body: { Fault: { Error: [{ code: '6190' }] } },
    });
    sandbox.actions.setCompanyStatus({ status: 'no-administrator' });
    const gone = await caller.get('companyinfo/1');
    expect(gone).toMatchObject({ status: 401, body: { Fault: { Error: [{ code: '120' }] } } });
  });
});

describe('OpenID', () => {
  it('is discovered; userinfo needs a live token', async () => {
    const found = (await (await fetch(`${sandbox.settings.discoveryUrl}/`)).json()) as Record<
      string,
      string
    >;
    expect(found.token_endpoint).toBe(sandbox.settings.tokenUrl);
    const info = (authorization: string) =>
      fetch(found.userinfo_endpoint!, { headers: { authorization } });
    const answer = await info(`Bearer ${sandbox.settings.accessToken}`);
    expect(await answer.json()).toMatchObject({ sub: 'sandbox-user-1' });
    expect((await info('Bearer wrong')).status).toBe(401);
  });
});
