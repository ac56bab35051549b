import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedTransport } from '../../http/scripted-transport.fixture.ts';
import {
  type Oauth2ClientCredentialsOptions,
  oauth2ClientCredentials,
} from './oauth2-client-credentials.ts';
import { type TokenAnswer, type TokenServer, tokenServer } from './token-server.fixture.ts';

let server: TokenServer | undefined;
afterEach(() => server?.close());

async function signIn(answer: TokenAnswer, options: Partial<Oauth2ClientCredentialsOptions> = {}) {
  server = await tokenServer(() => answer);
  const { tokenUrl } = server;
  const auth = oauth2ClientCredentials({
    tokenUrl,
    clientId: 'id',
    clientSecret: 'canary',
    ...options,
  });
  return { auth, server };
}
const stored = async (
  answer: TokenAnswer,
  options: Partial<Oauth2ClientCredentialsOptions> = {},
) => {
  const { auth, server } = await signIn(answer, options);
  await server.signIn(auth);
  const token = (await server.context.tokens.read('acme'))!.token;
  return { token, now: server.clock.now(), call: server.calls[0]! };
};

describe('a refusal', () => {
  it.each(['x-request-id', 'x-ms-request-id', 'intuit_tid'])(
    'has the id that the server gave the request (%s)',
    async (header) => {
      const answer = {
        status: 400,
        json: { error: 'invalid_client' },
        headers: { [header]: 'r-1' },
      };
      const { auth, server } = await signIn(answer);
      expect((await server.refusal(auth)).requestId).toBe('r-1');
    },
  );
});

describe('a token response', () => {
  it('may tell its life as a text (NetSuite)', async () => {
    const { token, now } = await stored({ json: { access_token: 't', expires_in: '3600' } });
    expect(token.expiresAt).toBe(now + 3_600_000);
  });

  it.each([
    [{}],
    [{ expires_in: null }],
    [{ expires_in: '' }],
    [{ expires_in: 0 }],
    [{ expires_in: 'soon' }],
    [{ expires_in: -1 }],
  ])(
    'that tells no life (%j) is used until it is refused, or for the life that was set',
    async (life) => {
      const answer = { json: { access_token: 't', ...life } };
      expect((await stored(answer)).token.expiresAt).toBeUndefined();
      await server?.close();
      const { token, now } = await stored(answer, { defaultExpiresInMs: 7_200_000 });
      expect(token.expiresAt).toBe(now + 7_200_000);
    },
  );

  it('may have the token in another place', async () => {
    const json = { ok: true, data: { accessToken: 'deep' } };
    const { token } = await stored({ json }, { tokenField: 'data.accessToken' });
    expect(token.accessToken).toBe('deep');
  });

  it('is kept without its secrets', async () => {
    const { token } = await stored({
      json: { access_token: 't', id_token: 'i', refresh_token: 'r', instance_url: 'u', n: 1 },
    });
    expect(token).toMatchObject({ extra: { instance_url: 'u' }, refreshToken: undefined });
    expect(token.extra).toEqual({ instance_url: 'u' });
  });

  it('is kept without its token also where that has a name of its own', async () => {
    const answer = { json: { sessionToken: 'canary-token', site: 's' } };
    const { token } = await stored(answer, { tokenField: 'sessionToken' });
    expect(token).toMatchObject({ accessToken: 'canary-token', extra: { site: 's' } });
    expect(token.extra).toEqual({ site: 's' });
  });

  it('without the token says which field is missing', async () => {
    const { auth, server } = await signIn({ json: { data: {} } }, { tokenField: 'data.token' });
    expect(await server.refusal(auth)).toMatchObject({
      code: 'ERR_AUTHENTICATION_FAILED',
      message: expect.stringContaining('without an data.token'),
    });
  });
});

describe('a token request', () => {
  it('carries what a vendor wants beside the grant', async () => {
    const { call } = await stored(
      { json: { access_token: 't' } },
      {
        parameters: { response_type: 'token' },
        headers: { 'X-Tenant': 'acme' },
        scope: ['read', 'write'],
        scopeSeparator: ',',
      },
    );
    expect(call.headers['x-tenant']).toBe('acme');
    expect(call.form).toEqual({
      grant_type: 'client_credentials',
      scope: 'read,write',
      response_type: 'token',
    });
  });

  it('has one header of a name, whatever its case', async () => {
    const transport = scriptedTransport([{ status: 200, body: '{"access_token":"t"}' }]);
    const headers = { Accept: 'application/vnd.acme+json', Authorization: 'other' };
    const { auth, server } = await signIn({ json: {} }, { headers });
    await server.signIn(auth, { transport });
    expect(transport.requests[0]?.headers).toEqual({
      accept: 'application/vnd.acme+json',
      'accept-encoding': 'identity',
      authorization: expect.stringMatching(/^Basic /),
      'content-type': 'application/x-www-form-urlencoded',
    });
  });

  it('is JSON where a vendor wants that (Atlassian)', async () => {
    const { call } = await stored(
      { json: { access_token: 't' } },
      { format: 'json', clientAuth: 'body' },
    );
    expect(call.headers['content-type']).toBe('application/json');
    expect(JSON.parse(call.body)).toEqual({
      grant_type: 'client_credentials',
      client_id: 'id',
      client_secret: 'canary',
    });
  });
});

describe('a refusal', () => {
  const refusal = async (
    status: number,
    json: unknown,
    options: Partial<Oauth2ClientCredentialsOptions> = {},
  ) => {
    const { auth, server } = await signIn({ status, json }, options);
    return server.refusal(auth);
  };

  it.each([
    [401, 'invalid_client', 'ERR_AUTHENTICATION_FAILED', 'client id and secret'],
    [400, 'invalid_grant', 'ERR_AUTHENTICATION_FAILED', 'a user is assigned'],
    [400, 'unauthorized_client', 'ERR_AUTHENTICATION_FAILED', 'Allow the grant'],
    [400, 'invalid_scope', 'ERR_CONFIGURATION', 'Check the scope'],
    [400, 'constructor', 'ERR_AUTHENTICATION_FAILED', 'Check client id'],
    [400, 'unsupported_grant_type', 'ERR_CONFIGURATION', 'Check the token URL'],
    [400, 'invalid_request', 'ERR_CONFIGURATION', 'misses or refuses a parameter'],
    [400, 'invalid_target', 'ERR_CONFIGURATION', 'audience or resource'],
    [200, 'invalid_client', 'ERR_AUTHENTICATION_FAILED', 'client id and secret'],
    [400, 'something_new', 'ERR_AUTHENTICATION_FAILED', 'account is active'],
    [500, 'server_error', 'ERR_TRANSIENT', 'Try again later'],
    [400, 'server_error', 'ERR_TRANSIENT', 'Try again later'],
  ])('by %d %s is %s and says what to do', async (status, error, code, advice) => {
    const failed = await refusal(status, { error, error_description: 'canary secret' });
    expect(failed).toMatchObject({
      code,
      vendorCode: error,
      httpStatus: status,
      notExecuted: true,
      message: expect.stringContaining(advice),
    });
    expect(inspect(failed, { depth: 20, showHidden: true })).not.toContain('canary');
  });

  it("tells Entra's own code of a refused client, not its text", async () => {
    const failed = await refusal(401, {
      error: 'invalid_client',
      error_description: "AADSTS7000215: Invalid client secret provided: 'canary'.",
      error_codes: [7000215],
    });
    expect(failed).toMatchObject({
      vendorCode: 'AADSTS7000215',
      message: expect.stringContaining('(HTTP 401, invalid_client, AADSTS7000215)'),
    });
    expect(failed.message).not.toContain('canary');
  });

  it.each(['invalid_grant', 'interaction_required'])(
    'of the grant stays %s whatever code is beside it',
    async (error) => {
      const failed = await refusal(400, { error, error_description: 'AADSTS50173: expired' });
      expect(failed.vendorCode).toBe(error);
    },
  );

  it('is explained by what the vendor is known to say', async () => {
    const hints = [{ pattern: /no client credentials user/, advice: 'Assign a run-as user.' }];
    const json = {
      error: 'invalid_grant',
      error_description: 'no client credentials user enabled',
    };
    expect((await refusal(400, json, { hints })).message).toContain('Assign a run-as user.');
  });

  it('that will pass, as the vendor is known to say, is no end of the grant', async () => {
    const hints = [
      { pattern: /already being processed/, advice: 'Share one token store.', isPassing: true },
    ];
    const json = {
      error: 'invalid_grant',
      error_description: 'token request is already being processed',
    };
    expect(await refusal(400, json, { hints })).toMatchObject({
      code: 'ERR_TRANSIENT',
      category: 'transient',
      retryable: true,
      vendorCode: 'invalid_grant',
      message: expect.stringContaining('Share one token store.'),
    });
  });

  it('that echoes a secret as its code shows none of it', async () => {
    const failed = await refusal(400, { error: 'canary <script> & more' });
    expect(failed.message).not.toContain('canary');
    expect(failed.vendorCode).toBeUndefined();
  });
});
