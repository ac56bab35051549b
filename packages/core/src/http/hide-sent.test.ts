import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { apiKey } from '../auth/api-key.ts';
import type { AuthStrategy } from '../auth/auth-strategy.ts';
import { basic } from '../auth/basic.ts';
import { bearer } from '../auth/bearer.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { createHttpClient } from './create-http-client.ts';
import { scriptedTransport } from './scripted-transport.fixture.ts';

const secret = 'canary/+&=.7f3a';

/** What comes of a server that says what it was sent. */
async function echoed(
  say: (sent: { url: string; headers: Readonly<Record<string, string>> }) => string,
  auth: AuthStrategy | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<ConnectorError> {
  const transport = scriptedTransport((request) => {
    const text = say(request);
    return { status: 422, headers: { 'x-request-id': text }, body: text };
  });
  const client = createHttpClient({
    ...{ system: 'erp', baseUrl: 'https://erp.example.com', auth, transport, headers },
    clock: manualClock(0),
    classify: ({ headers: answered }) =>
      new ConnectorError({
        code: 'ERR_VALIDATION',
        category: 'validation',
        message: `The server says: ${answered['x-request-id']}`,
        vendorCode: answered['x-request-id'],
        outcomeUnknown: true,
      }),
  });
  return client.send({ method: 'GET', url: '/orders?status=open-orders' }).then(
    () => expect.fail('was answered'),
    (error: ConnectorError) => error,
  );
}

describe('what a server repeats of a request', () => {
  it.each<[string, AuthStrategy | undefined, Readonly<Record<string, string>>]>([
    ['a password', basic({ username: 'ann', password: secret }), {}],
    ['a token', bearer({ token: secret }), {}],
    ['a key in a header of any name', apiKey({ header: 'x-own', value: secret }), {}],
    ['a key in the query', apiKey({ query: 'k', value: secret }), {}],
    ['a cookie', undefined, { cookie: `a=b; SID=${secret}` }],
    ['a token of the connector', undefined, { 'x-csrf-token': secret }],
  ])('shows nowhere in the error: %s', async (_what, auth, headers) => {
    const error = await echoed(
      ({ url, headers: sent }) => `${secret} in ${url} and ${JSON.stringify(sent)} is not known`,
      auth,
      headers,
    );
    const shown = `${inspect(error, { showHidden: true })} ${JSON.stringify(error)}`;
    expect(shown).toContain('[redacted] in https://erp.example.com/orders?status=open-orders');
    expect(shown).not.toContain('7f3a');
  });

  it('can be taken out of an error that the caller makes of an answer it accepted', async () => {
    const transport = scriptedTransport([{ status: 403 }]);
    const client = createHttpClient({
      ...{ system: 'erp', baseUrl: 'https://erp.example.com', transport },
      auth: bearer({ token: secret }),
    });
    const answer = await client.send({ method: 'GET', url: '/orders', acceptStatus: [403] });
    const init = { code: 'ERR_PERMISSION_DENIED', category: 'permission' } as const;
    const error = new ConnectorError({ ...init, message: `${secret} may not do this` });
    expect(answer.hideSent?.(error)).toMatchObject({
      ...init,
      message: '[redacted] may not do this',
    });
  });

  it('leaves everything else of the error as it was', async () => {
    const error = await echoed(
      () => 'canary-7f3a is not open-orders',
      bearer({ token: 'canary-7f3a' }),
    );
    expect(error).toMatchObject({
      ...{ code: 'ERR_VALIDATION', category: 'validation', outcomeUnknown: true },
      ...{ system: 'erp', httpStatus: 422, requestId: '[redacted] is not open-orders' },
      ...{ vendorCode: '[redacted] is not open-orders' },
      message: 'The server says: [redacted] is not open-orders',
    });
    expect(error.stack).not.toContain('7f3a');
  });

  it('is shown where it is no credential', async () => {
    const error = await echoed(() => 'not open-orders, not nightly-run', undefined, {
      'x-job': 'nightly-run',
    });
    expect(error.message).toBe('The server says: not open-orders, not nightly-run');
  });
});
