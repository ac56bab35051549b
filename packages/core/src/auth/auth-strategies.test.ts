import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { scriptedTransport } from '../http/scripted-transport.fixture.ts';
import { apiKey } from './api-key.ts';
import type { AuthContext, AuthStrategy, RequestDraft } from './auth-strategy.ts';
import { basic } from './basic.ts';
import { bearer } from './bearer.ts';
import { oauth1 } from './oauth1.ts';
import { memoryTokenStore } from './tokens/memory-token-store.ts';

const context: AuthContext = {
  transport: scriptedTransport([{ status: 500 }]),
  clock: manualClock(),
  logger: console,
  tokens: memoryTokenStore(),
  connection: 'test',
  baseUrl: 'https://erp.example.com',
};

async function sign(auth: AuthStrategy): Promise<RequestDraft> {
  const draft = { method: 'GET', url: 'https://erp.example.com/a?x=1', headers: {} };
  await auth.authorize(draft, context);
  return draft;
}

describe('basic credentials that are refused', () => {
  const clock = manualClock();
  const at: AuthContext = { ...context, clock };
  const draftOf = (): RequestDraft => ({ method: 'GET', url: 'https://a.example', headers: {} });

  it('are not sent a fourth time within five minutes, for the account could be locked', async () => {
    let password = 'wrong';
    const auth = basic({ username: 'ann', password: () => password });
    const refuse = async () => {
      const draft = draftOf();
      await auth.authorize(draft, at);
      return auth.recover?.({ status: 401, headers: {}, signedAt: clock.now(), draft }, at);
    };
    for (let call = 0; call < 3; call += 1) {
      expect(await refuse()).toBe('fail');
      await clock.advance(60_000);
    }
    const heldBack = {
      code: 'ERR_AUTHENTICATION_FAILED',
      category: 'authentication',
      retryAfterMs: 120_000,
      notExecuted: true,
      message: expect.stringContaining('120 s'),
    };
    await expect(refuse()).rejects.toMatchObject(heldBack);
    password = 'another';
    await auth.authorize(draftOf(), at);
    password = 'wrong';
    await expect(refuse()).rejects.toMatchObject(heldBack);
    await clock.advance(120_000);
    expect(await refuse()).toBe('fail');
  });
});

describe('basic', () => {
  it('sends user and password in UTF-8', async () => {
    // The example of RFC 7617, section 2.1.
    const { headers } = await sign(basic({ username: 'test', password: '123£' }));
    expect(headers).toEqual({ authorization: 'Basic dGVzdDoxMjPCow==' });
  });

  it('refuses a user with a colon, which the server would cut off there', async () => {
    await expect(sign(basic({ username: 'ACME:OPS', password: 'x' }))).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      path: 'username',
    });
  });
});

describe('bearer', () => {
  it('reads its token at each use, so that it can be changed', async () => {
    let token = 'one';
    const auth = bearer({ token: async () => token });
    expect((await sign(auth)).headers).toEqual({ authorization: 'Bearer one' });
    token = 'two';
    expect((await sign(auth)).headers).toEqual({ authorization: 'Bearer two' });
  });
});

describe('apiKey', () => {
  it('goes into a header', async () => {
    const { headers, url } = await sign(apiKey({ header: 'X-Api-Key', value: 'k&1' }));
    expect([headers, url]).toEqual([{ 'x-api-key': 'k&1' }, 'https://erp.example.com/a?x=1']);
  });

  it.each(['x-api-key:', 'API Key', ''])('refuses what is no name of a header: "%s"', (header) => {
    expect(() => apiKey({ header, value: 'k' })).toThrow('no name of a header');
  });

  it('goes into the query', async () => {
    const { headers, url } = await sign(apiKey({ query: 'key', value: 'k&1' }));
    expect([headers, url]).toEqual([{}, 'https://erp.example.com/a?x=1&key=k%261']);
  });
});

describe('every strategy', () => {
  it.each([
    ['username', basic({ username: '', password: 'x' })],
    ['password', basic({ username: 'x', password: () => '' })],
    ['token', bearer({ token: '' })],
    ['value of the API key', apiKey({ header: 'x', value: '' })],
    ['value of the first API key', apiKey({ header: 'x', value: ['', 'y'] })],
    ['tokenSecret', oauth1({ consumerKey: 'a', consumerSecret: 'b', token: 'c', tokenSecret: '' })],
  ])('names the setting that is empty: %s', async (name, auth) => {
    await expect(sign(auth)).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining(name),
    });
  });

  it('says whose function failed', async () => {
    const cause = new Error('vault is sealed');
    const password = () => Promise.reject(cause);
    await expect(sign(basic({ username: 'x', password }))).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('supplies the setting password failed'),
      cause,
    });
  });

  it.each([
    basic({ username: 'canary', password: 'canary' }),
    bearer({ token: 'canary' }),
    apiKey({ header: 'x', value: 'canary' }),
    apiKey({ query: 'x', value: 'canary' }),
    apiKey({ header: 'x', value: { current: 'canary', next: 'canary' } }),
    oauth1({
      consumerKey: 'canary',
      consumerSecret: 'canary',
      token: 'canary',
      tokenSecret: 'canary',
    }),
  ])('keeps its secrets to itself: $kind', (auth) => {
    const shown = inspect(auth, { depth: 20, showHidden: true }) + JSON.stringify(auth);
    expect(shown).not.toContain('canary');
  });
});
