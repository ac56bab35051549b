import { afterEach, describe, expect, it } from 'vitest';
import { scriptedTransport } from '../../http/scripted-transport.fixture.ts';
import { discoverAuthorizationServer } from './discover-authorization-server.ts';
import { type TokenAnswer, type TokenServer, tokenServer } from './token-server.fixture.ts';

let server: TokenServer | undefined;
afterEach(() => server?.close());

async function discover(
  answers: Readonly<Record<string, (issuer: string) => TokenAnswer>>,
  path = '/op/v1',
) {
  let issuer = '';
  server = await tokenServer((call) => answers[call.path]?.(issuer) ?? { status: 404, body: '' });
  issuer = `${server.origin}${path}`;
  return discoverAuthorizationServer({ issuer });
}
const oidc = '/op/v1/.well-known/openid-configuration';
const oauth = '/.well-known/oauth-authorization-server/op/v1';
const metadata = (issuer: string) => ({
  json: { issuer, token_endpoint: `${issuer}/token`, revocation_endpoint: `${issuer}/revoke` },
});

describe('discovery', () => {
  it.each([
    ['OpenID Connect', oidc],
    ['RFC 8414', oauth],
  ])('reads the metadata of %s', async (_, place) => {
    const found = await discover({ [place]: metadata });
    const issuer = `${server?.origin}/op/v1`;
    expect(found).toEqual({
      issuer,
      tokenUrl: `${issuer}/token`,
      revocationUrl: `${issuer}/revoke`,
      issuerInCallback: false,
    });
  });

  it.each([
    ['nothing is there', {}, 'no metadata'],
    [
      'it says it is another issuer',
      { [oidc]: () => metadata('https://evil.example') },
      'letter by letter',
    ],
    ['it is no JSON', { [oidc]: () => ({ body: '<html>' }) }, 'letter by letter'],
    [
      'it has no token endpoint',
      { [oidc]: (issuer: string) => ({ json: { issuer } }) },
      'no token endpoint',
    ],
    [
      'an endpoint is no URL',
      { [oidc]: (issuer: string) => ({ json: { issuer, token_endpoint: '/token' } }) },
      'absolute URL',
    ],
  ])('says what to do when %s', async (_, answers, advice) => {
    await expect(discover(answers)).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining(advice),
    });
  });

  it('takes no plain endpoint from a server of TLS', async () => {
    const issuer = 'https://login.example.com';
    const body = JSON.stringify({ issuer, token_endpoint: 'http://login.example.com/token' });
    const transport = scriptedTransport([{ status: 200, body }]);
    await expect(discoverAuthorizationServer({ issuer, transport })).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('not HTTPS'),
    });
  });

  it.each([
    [{ status: 503 }, 'ERR_TRANSIENT'],
    [{ status: 429 }, 'ERR_TRANSIENT'],
    [{ error: { code: 'ECONNREFUSED' } }, 'ERR_NETWORK'],
  ])('tells an outage from a wrong issuer: %j', async (answer, code) => {
    const transport = scriptedTransport([answer]);
    const issuer = 'https://login.example.com';
    await expect(discoverAuthorizationServer({ issuer, transport })).rejects.toMatchObject({
      code,
      retryable: true,
    });
  });

  it('ends with its signal', async () => {
    const transport = scriptedTransport(['hang']);
    const stop = new AbortController();
    const found = discoverAuthorizationServer({
      issuer: 'https://login.example.com',
      transport,
      signal: stop.signal,
    });
    stop.abort(new Error('stop'));
    await expect(found).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });

  it('keeps to the network policy', async () => {
    const network = { hosts: ['login.example.com'] };
    await expect(
      discoverAuthorizationServer({ issuer: 'http://127.0.0.1:9/', network }),
    ).rejects.toMatchObject({ code: 'ERR_BLOCKED_ADDRESS' });
  });
});
