import intuitOauth from 'intuit-oauth';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Shown } from './quickbooks-caller.fixture.ts';
import { type QuickbooksSandbox, startQuickbooksSandbox } from './quickbooks-sandbox.ts';

const OauthClient = intuitOauth as unknown as {
  new (settings: object): Shown;
  environment: { sandbox: string };
  jwks_uri: string;
};

let sandbox: QuickbooksSandbox;
let client: Shown;

beforeEach(async () => {
  sandbox = await startQuickbooksSandbox({
    customers: 2,
    // It compares the life of tokens with the time of the machine.
    clock: { mode: 'ticking', startAt: Date.now() },
  });
  const { clientId, clientSecret, authorizeUrl, tokenUrl, revokeUrl, userInfoUrl } =
    sandbox.settings;
  client = new OauthClient({
    clientId,
    clientSecret,
    environment: 'sandbox',
    redirectUri: 'http://localhost:8000/callback',
    includeRefreshTokenHardExpiresIn: true,
  });
  client.setAuthorizeURLs({
    authorizeEndpoint: authorizeUrl,
    tokenEndpoint: tokenUrl,
    revokeEndpoint: revokeUrl,
    userInfoEndpoint: userInfoUrl,
  });
  OauthClient.environment.sandbox = `${sandbox.url}/`;
  OauthClient.jwks_uri = `${sandbox.url}/op/v1/jwks`;
});
afterEach(() => sandbox.close());

const signIn = async (): Promise<Shown> => {
  const address = client.authorizeUri({
    scope: ['com.intuit.quickbooks.accounting', 'openid'],
    state: 's-1',
  });
  const page = await fetch(address, { redirect: 'manual' });
  return (await client.createToken(page.headers.get('location'))).json;
};
const callCompany = () =>
  client.makeApiCall({ url: `v3/company/${sandbox.settings.realmId}/companyinfo/1` });

describe('intuit-oauth', () => {
  it('signs in, calls the API, and checks the identity token', async () => {
    const tokens = await signIn();
    expect(tokens.x_refresh_token_expires_in).toBeGreaterThan(8_726_300);
    expect(tokens.x_refresh_token_hard_expires_in).toBeGreaterThan(157_679_900);
    expect(client.getToken().realmId).toBe(sandbox.settings.realmId);
    const { json, headers } = await callCompany();
    expect(json.CompanyInfo.CompanyName).toBe('Sandbox Company');
    expect(headers.intuit_tid).toBeTypeOf('string');
    expect(await client.validateIdToken()).toBe(true);
    expect((await client.getUserInfo()).json).toMatchObject({ sub: 'sandbox-user-1' });
  });

  it('refreshes with the token of the last answer; an older one is an error', async () => {
    const { refresh_token: first } = await signIn();
    const { json } = await client.refresh();
    expect(json.refresh_token).not.toBe(first);
    expect(await callCompany()).toMatchObject({ status: 200 });
    await expect(client.refreshUsingToken(first)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('shows faults with their code and the id of the call', async () => {
    await signIn();
    const { realmId } = sandbox.settings;
    const call = client.makeApiCall({ url: `v3/company/${realmId}/customer/99` });
    await expect(call).rejects.toMatchObject({
      code: '610',
      fault: { type: 'ValidationFault' },
      intuitTid: expect.stringMatching(/^1-/),
    });
  });

  it('revokes', async () => {
    const { access_token } = await signIn();
    await client.revoke({ access_token });
    client.token.access_token = access_token;
    await expect(callCompany()).rejects.toMatchObject({ code: '401' });
  });
});
