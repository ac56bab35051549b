import { afterEach, describe, expect, it } from 'vitest';
import { basic, createSapCaller, newOrder, type SapCaller, v2, v4 } from './sap-caller.fixture.ts';
import type { SapSandboxOptions } from './sap-options.ts';
import { type SapSandbox, startSapSandbox } from './sap-sandbox.ts';

let sandbox: SapSandbox;

async function start(options: SapSandboxOptions = {}): Promise<SapCaller> {
  sandbox = await startSapSandbox({ products: 10, purchaseOrders: 2, ...options });
  return createSapCaller(sandbox);
}

afterEach(() => sandbox.close());

const orders = `${v2.order}/A_PurchaseOrder`;

describe('signing in', () => {
  it('refuses a wrong password with the NetWeaver realm and an HTML page', async () => {
    const call = await start();
    const answer = await call.get(orders, { authorization: basic('COMM_USER', 'wrong') });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe(
      'Basic realm="SAP NetWeaver Application Server [S4H/100]"',
    );
    expect(answer.headers.get('content-type')).toContain('text/html');
  });

  it('does not let another client in, named by query or header', async () => {
    const call = await start();
    expect((await call.get(`${orders}?sap-client=200`)).status).toBe(401);
    expect((await call.get(orders, { 'sap-client': '200' })).status).toBe(401);
    expect((await call.get(`${orders}?sap-client=100`, { 'sap-client': '100' })).status).toBe(200);
  });

  it('takes an API key', async () => {
    const call = await start();
    const headers = { authorization: '', apikey: 'sandbox-api-key' };
    expect((await call.get(orders, headers)).status).toBe(200);
    expect((await call.get(orders, { ...headers, apikey: 'no' })).status).toBe(401);
  });

  const fetchToken = (secret = 'sandbox-secret', grant = 'client_credentials') =>
    fetch(sandbox.settings.tokenUrl, {
      method: 'POST',
      headers: { authorization: basic('sandbox-client', secret) },
      body: new URLSearchParams({ grant_type: grant }),
    });

  it('gives tokens to the OAuth client until they expire', async () => {
    const call = await start({ tokenLifetimeSeconds: 600 });
    const token = (await (await fetchToken()).json()) as Record<string, unknown>;
    expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 600 });
    const headers = { authorization: `Bearer ${token.access_token}` };
    expect((await call.get(orders, headers)).status).toBe(200);
    sandbox.clock.advance(601_000);
    const expired = await call.get(orders, headers);
    expect(expired.status).toBe(401);
    expect(expired.headers.get('www-authenticate')).toContain('invalid_token');
  });

  it('refuses a wrong client secret and an unknown grant', async () => {
    await start();
    expect((await fetchToken('wrong')).status).toBe(401);
    const other = await fetchToken('sandbox-secret', 'password');
    expect(other.status).toBe(400);
    expect(await other.json()).toMatchObject({ error: 'unsupported_grant_type' });
  });

  it('ends one token by the fault expired-token', async () => {
    const call = await start();
    const { access_token } = (await (await fetchToken()).json()) as { access_token: string };
    sandbox.faults.add({ kind: 'expired-token' });
    expect((await call.get(orders)).status).toBe(200);
    expect((await call.get(orders, { authorization: `Bearer ${access_token}` })).status).toBe(401);
    const renewed = (await (await fetchToken()).json()) as { access_token: string };
    const headers = { authorization: `Bearer ${renewed.access_token}` };
    expect((await call.get(orders, headers)).status).toBe(200);
  });
});

describe('CSRF protection', () => {
  it('refuses a write without token by exactly 28 characters of text', async () => {
    const call = await start();
    const answer = await call('POST', orders, newOrder());
    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-csrf-token')).toBe('Required');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('sap-server')).toBe('true');
    expect(answer.text).toBe('CSRF token validation failed');
    expect(answer.text).toHaveLength(28);
    expect(sandbox.state.counters().createdPurchaseOrders).toBe(0);
  });

  it.each(['GET', 'HEAD'])('gives the token with its cookies on %s', async (method) => {
    const call = await start();
    const answer = await call(method, `${v2.order}/`, undefined, { 'x-csrf-token': 'fetch' });
    const cookies = answer.headers.getSetCookie();
    expect(answer.headers.get('x-csrf-token')).toMatch(/==$/);
    expect(cookies[0]).toBe('sap-usercontext=sap-client=100; path=/');
    expect(cookies[1]).toMatch(/^SAP_SESSIONID_S4H_100=\S+%3d; path=\/; HttpOnly$/);
    expect(cookies[2]).toMatch(/^sap-XSRF_S4H_100=/);
  });

  it('gives the token with an error, too', async () => {
    const call = await start();
    const answer = await call.get(`${v2.order}/Nothing/`, { 'x-csrf-token': 'Fetch' });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('x-csrf-token')).not.toBeNull();
  });

  it('binds the token to its session and user', async () => {
    const call = await start({ users: { COMM_USER: 'sandbox-password', OTHER: 'pass' } });
    const first = await call.signIn();
    const second = await call.signIn();
    expect((await call('POST', orders, newOrder())).status).toBe(201);
    const mixed = { 'x-csrf-token': first.token, cookie: second.cookie };
    expect((await call('POST', orders, newOrder(), mixed)).status).toBe(403);
    const decoded = { ...second, cookie: second.cookie.replaceAll('%3d', '=') };
    expect(
      (
        await call('POST', orders, newOrder(), {
          'x-csrf-token': second.token,
          cookie: decoded.cookie,
        })
      ).status,
    ).toBe(403);
    const stranger = { authorization: basic('OTHER', 'pass') };
    expect((await call('POST', orders, newOrder(), stranger)).status).toBe(403);
  });

  it('gives one session one token, however often it is asked', async () => {
    const call = await start();
    const { token, cookie } = await call.signIn();
    const again = await call.get(`${v2.order}/`, { 'x-csrf-token': 'Fetch', cookie });
    expect(again.headers.get('x-csrf-token')).toBe(token);
    expect(again.headers.getSetCookie()).toEqual([]);
  });

  it('holds for $batch and V4 as well', async () => {
    const call = await start();
    expect((await call('POST', `${v2.order}/$batch`, '')).status).toBe(403);
    expect((await call('POST', `${v4}/PurchaseOrder`, {})).status).toBe(403);
  });

  it('forgets the session by the fault stale-csrf', async () => {
    const call = await start();
    await call.signIn();
    sandbox.faults.add({ kind: 'stale-csrf' });
    expect((await call.get(orders)).status).toBe(200);
    const stale = await call('POST', orders, newOrder());
    expect(stale.status).toBe(403);
    expect(stale.headers.get('x-csrf-token')).toBe('Required');
    await call.signIn();
    expect((await call('POST', orders, newOrder())).status).toBe(201);
    expect(sandbox.state.counters().createdPurchaseOrders).toBe(1);
    expect(sandbox.faults.pending).toEqual([]);
  });
});

describe('services and roles', () => {
  it('answers 404 for a service that is not activated', async () => {
    const call = await start({ inactiveServices: ['API_PRODUCT_SRV'] });
    for (const path of [`${v2.product}/A_Product`, '/sap/opu/odata/sap/API_NOTHING_SRV/']) {
      const answer = await call.get(path);
      expect(answer.status).toBe(404);
      expect(answer.json.error.code).toBe('/IWFND/MED/170');
    }
  });

  it('answers 403 without the CSRF header for a missing role', async () => {
    const call = await start({ revokedServices: ['API_PRODUCT_SRV'] });
    const answer = await call.get(`${v2.product}/A_Product`);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-csrf-token')).toBeNull();
    expect(answer.json.error.message.value).toContain('No authorization');
    sandbox.actions.grantRole({ service: 'API_PRODUCT_SRV' });
    expect((await call.get(`${v2.product}/A_Product`)).status).toBe(200);
    sandbox.actions.revokeRole({ service: 'API_PURCHASEORDER_2' });
    const refused = await call.get(`${v4}/PurchaseOrder`);
    expect(refused.json.error.code).toBe('/IWFND/CM_BEC/026');
    expect(() => sandbox.actions.revokeRole({ service: 'NO' })).toThrow(/known: API_PRODUCT_SRV/);
  });
});

describe('pages that are no answers', () => {
  it('shows the login page of an identity provider as 200', async () => {
    const call = await start();
    sandbox.faults.add({ kind: 'saml-login-page' });
    const answer = await call.get(orders);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('SAMLRequest');
  });

  it('shows an HTML page under maintenance', async () => {
    const call = await start();
    sandbox.faults.add({ kind: 'maintenance' });
    const answer = await call.get(orders);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toContain('text/html');
  });

  it('gives an injected 503 the HTML look of the system', async () => {
    const call = await start();
    sandbox.faults.add({ kind: 'status', status: 503 });
    expect((await call.get(orders)).text).toContain('Service Unavailable');
  });

  it('writes errors as XML to a caller who does not accept JSON', async () => {
    const call = await start();
    const answer = await call.get(`${v2.order}/Nothing`, { accept: '*/*' });
    expect(answer.headers.get('content-type')).toContain('application/xml');
    expect(answer.text).toContain(
      '<error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">',
    );
    expect(answer.text).toContain('<message xml:lang="en">');
    expect((await call.get(orders, { accept: '*/*' })).status).toBe(406);
    expect((await call.get(`${orders}?$format=json`, { accept: '*/*' })).status).toBe(200);
  });
});
