import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../../clock/manual-clock.ts';
import type { ConnectorError } from '../../errors/connector-error.ts';
import { createHttpClient } from '../../http/create-http-client.ts';
import type { WireRequest } from '../../http/http-transport.ts';
import { type ScriptedAnswer, scriptedTransport } from '../../http/scripted-transport.fixture.ts';
import {
  type Oauth2ClientCredentialsOptions,
  oauth2ClientCredentials,
} from './oauth2-client-credentials.ts';

const tokenUrl = 'https://login.example.com/oauth/token';
const issued = (token: string): ScriptedAnswer => ({
  status: 200,
  body: JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3600 }),
});

/** Token endpoint and API by their own scripts. */
function server(scripts: {
  readonly token: readonly ScriptedAnswer[];
  readonly api?: (request: WireRequest) => ScriptedAnswer;
  readonly auth?: Partial<Oauth2ClientCredentialsOptions>;
}) {
  const clock = manualClock();
  const tokenRequests: WireRequest[] = [];
  const apiRequests: WireRequest[] = [];
  const transport = scriptedTransport((request) => {
    if (request.url === tokenUrl) {
      tokenRequests.push(request);
      return scripts.token[Math.min(tokenRequests.length, scripts.token.length) - 1]!;
    }
    apiRequests.push(request);
    return scripts.api?.(request) ?? { status: 200 };
  });
  const client = createHttpClient({
    system: 'test',
    baseUrl: 'https://api.example.com',
    transport,
    clock,
    random: () => 0,
    auth: oauth2ClientCredentials({
      tokenUrl,
      clientId: 'my id',
      clientSecret: 'canary:+secret',
      ...scripts.auth,
    }),
  });
  const call = () => clock.runUntil(client.send({ method: 'POST', url: '/orders', body: '{}' }));
  const failure = () =>
    call().then(
      () => Promise.reject(new Error('no failure')),
      (error: unknown) => error as ConnectorError,
    );
  return { client, clock, tokenRequests, apiRequests, call, failure };
}

describe('credentials that are refused', () => {
  it('are sent once for a thousand calls', async () => {
    const { client, tokenRequests, apiRequests } = server({
      token: [{ status: 401, body: '{"error":"invalid_client"}' }],
    });
    const calls = Array.from({ length: 1000 }, () => client.send({ method: 'GET', url: '/a' }));
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'ERR_AUTHENTICATION_FAILED', vendorCode: 'invalid_client' },
      });
    }
    expect(tokenRequests).toHaveLength(1);
    expect(apiRequests).toEqual([]);
  });
});

describe('the grant', () => {
  it('sends id and secret as they are where the server does not decode them', async () => {
    const { call, tokenRequests } = server({
      token: [issued('t')],
      auth: { clientId: 'sb-app!b12|broker!b3', clientAuth: 'basic-unencoded' },
    });
    await call();
    expect(tokenRequests[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('sb-app!b12|broker!b3:canary:+secret').toString('base64')}`,
    );
  });

  it('is asked for by a form, the client proving itself by HTTP Basic', async () => {
    const { call, tokenRequests, apiRequests } = server({
      token: [issued('t1')],
      auth: { scope: 'read write', parameters: { audience: 'https://api' } },
    });
    await call();
    await call();
    expect(tokenRequests).toHaveLength(1);
    expect(tokenRequests[0]).toMatchObject({
      method: 'POST',
      body: 'grant_type=client_credentials&scope=read+write&audience=https%3A%2F%2Fapi',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        // Both parts form-encoded first, RFC 6749, 2.3.1.
        authorization: `Basic ${Buffer.from('my+id:canary%3A%2Bsecret').toString('base64')}`,
      },
    });
    expect(apiRequests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer t1',
      'Bearer t1',
    ]);
  });

  it('can carry the client in the form', async () => {
    const { call, tokenRequests } = server({ token: [issued('t1')], auth: { clientAuth: 'body' } });
    await call();
    expect(tokenRequests[0]?.headers.authorization).toBeUndefined();
    expect(tokenRequests[0]?.body).toBe(
      'grant_type=client_credentials&client_id=my+id&client_secret=canary%3A%2Bsecret',
    );
  });

  it('is repeated for a token that the API no longer takes', async () => {
    const { call, tokenRequests, apiRequests } = server({
      token: [issued('t1'), issued('t2')],
      api: ({ headers }) => ({ status: headers.authorization === 'Bearer t2' ? 200 : 401 }),
    });
    await call();
    expect([tokenRequests.length, apiRequests.length]).toEqual([2, 2]);
  });

  it('is not repeated for ever: a permanent 401 is two requests', async () => {
    const { failure, tokenRequests, apiRequests } = server({
      token: [issued('t1'), issued('t2'), issued('t3')],
      api: () => ({ status: 401 }),
    });
    expect(await failure()).toMatchObject({ code: 'ERR_AUTHENTICATION_FAILED', retryable: false });
    expect([tokenRequests.length, apiRequests.length]).toEqual([2, 2]);
  });
});

describe('a refusal', () => {
  it.each([
    [400, 'invalid_client'],
    [401, 'invalid_client'],
    [400, 'unauthorized_client'],
    [403, 'access_denied'],
  ])('by %d %s is final, and nothing is sent to the API', async (status, error) => {
    const { failure, tokenRequests, apiRequests } = server({
      token: [{ status, body: JSON.stringify({ error, error_description: 'echo canary' }) }],
    });
    const failed = await failure();
    expect(failed).toMatchObject({
      code: 'ERR_AUTHENTICATION_FAILED',
      category: 'authentication',
      vendorCode: error,
      retryable: false,
      notExecuted: true,
      outcomeUnknown: false,
    });
    expect(failed.message).toContain(tokenUrl);
    expect(inspect(failed, { depth: 20, showHidden: true })).not.toContain('canary');
    expect([tokenRequests.length, apiRequests.length]).toEqual([1, 0]);
  });

  it.each([
    ['404', { status: 404 }, 'ERR_CONFIGURATION', 'token URL'],
    ['a list', { status: 200, body: '[1]' }, 'ERR_UNEXPECTED_CONTENT', 'token endpoint'],
    ['null', { status: 200, body: 'null' }, 'ERR_UNEXPECTED_CONTENT', 'token endpoint'],
    ['a text', { status: 200, body: '"t1"' }, 'ERR_UNEXPECTED_CONTENT', 'token endpoint'],
    ['a page', { status: 200, body: '<html>' }, 'ERR_UNEXPECTED_CONTENT', 'token endpoint'],
    [
      'JSON without a token',
      { status: 200, body: '{"ok":true}' },
      'ERR_AUTHENTICATION_FAILED',
      'access_token',
    ],
  ] as [string, ScriptedAnswer, string, string][])(
    'by %s says what to check',
    async (_, answer, code, advice) => {
      const { failure } = server({ token: [answer] });
      expect(await failure()).toMatchObject({ code, message: expect.stringContaining(advice) });
    },
  );
});

describe('an outage of the token endpoint', () => {
  it.each([
    ['500', { status: 500 }],
    ['503', { status: 503, headers: { 'retry-after': '2' } }],
    ['429', { status: 429 }],
    ['temporarily_unavailable', { status: 400, body: '{"error":"temporarily_unavailable"}' }],
    ['a reset', { error: { code: 'ECONNRESET' } }],
    ['silence', 'hang'],
  ] as [string, ScriptedAnswer][])('by %s is waited out, also for a create', async (_, answer) => {
    const { call, apiRequests } = server({ token: [answer, issued('t1')] });
    await expect(call()).resolves.toMatchObject({ status: 200 });
    expect(apiRequests).toHaveLength(1);
  });

  it.each([
    ['503', { status: 503 }, 'ERR_TRANSIENT'],
    ['resets', { error: { code: 'ECONNRESET' } }, 'ERR_NETWORK'],
  ] as [string, ScriptedAnswer, string][])(
    'by %s that lasts is reported, with nothing sent',
    async (_, answer, code) => {
      const { failure, apiRequests } = server({ token: [answer] });
      expect(await failure()).toMatchObject({
        code,
        retryable: true,
        outcomeUnknown: false,
        notExecuted: true,
        message: expect.stringContaining('token endpoint'),
      });
      expect(apiRequests).toHaveLength(0);
    },
  );
});
