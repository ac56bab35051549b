import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import OAuth from 'oauth-1.0a';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { scriptedTransport } from '../http/scripted-transport.fixture.ts';
import { type Oauth1Options, oauth1 } from './oauth1.ts';
import { oauth1BaseString } from './oauth1-signature.ts';

const keys = {
  consumerKey: 'ck123',
  consumerSecret: 'cs456',
  token: 'tk789',
  tokenSecret: 'ts000',
  nonce: () => 'abcdefghij1',
};
const origin = 'https://1234567-sb1.suitetalk.api.netsuite.com';

/** The fields of the header that a request goes out with. */
async function signed(request: HttpRequest, options: Partial<Oauth1Options> = {}) {
  const transport = scriptedTransport([{ status: 200 }]);
  const client = createHttpClient({
    system: 'netsuite',
    baseUrl: new URL(request.url).origin,
    auth: oauth1({ ...keys, ...options }),
    transport,
    clock: manualClock(1_700_000_000_000),
  });
  await client.send(request);
  return fieldsOf(transport.requests[0]?.headers.authorization ?? '');
}

function fieldsOf(header: string): Record<string, string> {
  expect(header).toMatch(/^OAuth [\w]+="[^"]*"(, [\w]+="[^"]*")*$/);
  return Object.fromEntries(
    [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      decodeURIComponent(value),
    ]),
  );
}

describe('a request of NetSuite', () => {
  const suiteql = `${origin}/services/rest/query/v1/suiteql?limit=10&offset=0`;

  it('is signed with its query, without realm and JSON', async () => {
    const fields = await signed(
      {
        method: 'POST',
        url: suiteql,
        headers: { 'content-type': 'application/json', prefer: 'transient' },
        body: '{"q":"SELECT id FROM transaction"}',
      },
      { realm: '1234567_SB1' },
    );
    expect(fields).toEqual({
      realm: '1234567_SB1',
      oauth_consumer_key: 'ck123',
      oauth_token: 'tk789',
      oauth_nonce: 'abcdefghij1',
      oauth_timestamp: '1700000000',
      oauth_signature_method: 'HMAC-SHA256',
      oauth_version: '1.0',
      oauth_signature: 'wDPx9bixnmdfhcyh+xZ5mKV0wjS1/vsxW5CSP9rY5FE=',
    });
  });

  it('has the base string that was cross-checked', () => {
    const parameters = {
      oauth_consumer_key: 'ck123',
      oauth_token: 'tk789',
      oauth_nonce: 'abcdefghij1',
      oauth_timestamp: '1700000000',
      oauth_signature_method: 'HMAC-SHA256',
      oauth_version: '1.0',
    };
    expect(oauth1BaseString({ method: 'post', url: suiteql, parameters })).toBe(
      'POST&https%3A%2F%2F1234567-sb1.suitetalk.api.netsuite.com%2Fservices%2Frest%2Fquery%2Fv1%2Fsuiteql&limit%3D10%26oauth_consumer_key%3Dck123%26oauth_nonce%3Dabcdefghij1%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1700000000%26oauth_token%3Dtk789%26oauth_version%3D1.0%26offset%3D0',
    );
  });

  it('is signed with a filter that is encoded already', async () => {
    const url = `${origin}/services/rest/record/v1/purchaseOrder?q=lastModifiedDate%20ON_OR_AFTER%20%221%2F31%2F2026%22&limit=1000&expandSubResources=true`;
    const { oauth_signature: signature } = await signed({ method: 'GET', url });
    expect(signature).toBe('/2UsoeJwRXTMEiULjDA/9W2O70YnuBdHm/a3OEzDu0c=');
  });
});

describe('the base string of RFC 5849', () => {
  it('is that of section 3.4.1.1, with its query, its form and its order', () => {
    const text = oauth1BaseString({
      method: 'POST',
      url: 'http://EXAMPLE.com:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b',
      form: 'c2&a3=2+q',
      parameters: {
        oauth_consumer_key: '9djdj82h48djs9d2',
        oauth_token: 'kkk9d7dh3k39sjv7',
        oauth_signature_method: 'HMAC-SHA1',
        oauth_timestamp: '137131201',
        oauth_nonce: '7d8f3e4a',
      },
    });
    expect(text).toBe(
      'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7',
    );
  });
});

describe('any request', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
  const dictionary = fc.dictionary(
    // The other implementation keeps parameters as members of an object.
    name.filter((key) => !(key in {})),
    text,
    { maxKeys: 6 },
  );
  const encode = (fields: Record<string, string>) =>
    Object.entries(fields)
      .map((pair) => pair.map(encodeURIComponent).join('='))
      .join('&');

  it('gets the signature that another implementation gives it', async () => {
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE');
    const path = fc.array(
      text.filter((part) => !/^\.{1,2}$/.test(part)),
      { maxLength: 4 },
    );
    const secret = name;
    await fc.assert(
      fc.asyncProperty(method, path, dictionary, dictionary, secret, secret, async (...given) => {
        const [verb, parts, query, form, consumerSecret, tokenSecret] = given;
        // A parameter in both would have two values there by another rule of order.
        const data = Object.fromEntries(Object.entries(form).filter(([key]) => !(key in query)));
        const search = encode(query) === '' ? '' : `?${encode(query)}`;
        const { href } = new URL(`${origin}/${parts.map(encodeURIComponent).join('/')}`);
        const other = new OAuth({
          consumer: { key: 'ck123', secret: consumerSecret },
          signature_method: 'HMAC-SHA256',
          hash_function: (base, key) => createHmac('sha256', key).update(base).digest('base64'),
        });
        Object.assign(other, { getNonce: keys.nonce, getTimeStamp: () => 1_700_000_000 });
        // It decodes values of a query, but leaves names as they are: those come by `data`.
        const expected = other.authorize(
          { method: verb, url: href, data: { ...data, ...query } },
          { key: 'tk789', secret: tokenSecret },
        );
        const fields = await signed(
          {
            method: verb as 'POST',
            url: href + search,
            headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
            body: encode(data),
          },
          { consumerSecret, tokenSecret },
        );
        expect(fields.oauth_signature).toBe(expected.oauth_signature);
      }),
      { numRuns: 200 },
    );
  });

  it('has a new nonce each time', async () => {
    const nonces = await Promise.all(
      [1, 2, 3].map(() => signed({ method: 'GET', url: `${origin}/a` }, { nonce: undefined })),
    );
    expect(new Set(nonces.map(({ oauth_nonce: nonce }) => nonce)).size).toBe(3);
    for (const { oauth_nonce: nonce } of nonces) expect(nonce).toMatch(/^[0-9a-f]{32}$/);
  });

  it('cannot stream a form, for it would not be signed', async () => {
    const streamed = signed({
      method: 'POST',
      url: `${origin}/a`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: async function* () {
        yield Buffer.from('a=1');
      },
    });
    await expect(streamed).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED_OPERATION' });
  });
});

describe('a refused signature', () => {
  /** A server that is so far ahead, and takes timestamps that are at most five minutes off. */
  function open(aheadMs: number) {
    const clock = manualClock(1_700_000_000_000);
    const transport = scriptedTransport(({ headers }) => {
      const now = clock.now() + aheadMs;
      const { oauth_timestamp: seconds } = fieldsOf(headers.authorization ?? '');
      const isGood = Math.abs(Number(seconds) * 1000 - now) < 300_000 && aheadMs !== 1;
      return { status: isGood ? 200 : 401, headers: { date: new Date(now).toUTCString() } };
    });
    const auth = oauth1(keys);
    const options = { system: 'netsuite', baseUrl: origin, auth, transport, clock };
    const client = createHttpClient(options);
    return { transport, call: () => client.send({ method: 'GET', url: '/a' }) };
  }

  it.each([600_000, -600_000])(
    'is repeated by the time of the server, once for all: %i',
    async (ms) => {
      const { transport, call } = open(ms);
      await call();
      await call();
      expect(transport.requests).toHaveLength(3);
    },
  );

  it('is final when the time is right', async () => {
    const { transport, call } = open(1);
    await expect(call()).rejects.toMatchObject({ code: 'ERR_AUTHENTICATION_FAILED' });
    expect(transport.requests).toHaveLength(1);
  });
});
