import { describe, expect, it } from 'vitest';
import { basic } from '../auth/basic.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { createHttpClient } from './create-http-client.ts';
import type { HttpClientOptions } from './http-client-options.ts';
import type { HttpRequest } from './http-request.ts';
import { type ScriptedAnswer, scriptedTransport } from './scripted-transport.ts';

const get: HttpRequest = { method: 'GET', url: '/orders' };
const post: HttpRequest = { method: 'POST', url: '/orders', body: '{}' };

function clientOn(
  script: Parameters<typeof scriptedTransport>[0],
  options: Partial<HttpClientOptions> = {},
) {
  const clock = manualClock();
  const transport = scriptedTransport(script);
  const client = createHttpClient({
    system: 'test',
    baseUrl: 'https://erp.example.com/api/',
    transport,
    clock,
    random: () => 0.5,
    ...options,
  });
  return { client, clock, transport };
}

describe('a request', () => {
  it('is sent to the base URL with its headers and credentials', async () => {
    const { client, transport } = clientOn([{ status: 200, body: '{"id":1}' }], {
      auth: basic({ username: 'ann', password: 'pass' }),
      headers: { 'X-Tenant': 'a' },
      correlationHeader: 'X-Correlation-Id',
    });
    const response = await client.send({ ...get, headers: { Prefer: 'x' }, correlationId: 'c-1' });
    expect(response.json()).toEqual({ id: 1 });
    expect(transport.requests[0]).toMatchObject({
      method: 'GET',
      url: 'https://erp.example.com/api/orders',
      headers: {
        accept: 'application/json',
        'accept-encoding': 'gzip, deflate, br',
        authorization: `Basic ${Buffer.from('ann:pass').toString('base64')}`,
        prefer: 'x',
        'user-agent': 'common-connector/test',
        'x-correlation-id': 'c-1',
        'x-tenant': 'a',
      },
    });
  });
});

describe('which failures are tried again', () => {
  const reset: ScriptedAnswer = { error: { code: 'ECONNRESET' } };
  const refused: ScriptedAnswer = { error: { code: 'ECONNREFUSED', syscall: 'connect' } };
  const connectTimeout: ScriptedAnswer = { error: { code: 'ETIMEDOUT', syscall: 'connect' } };
  const tls: ScriptedAnswer = { error: { code: 'CERT_HAS_EXPIRED' } };
  const status = (code: number, headers = {}): ScriptedAnswer => ({ status: code, headers });
  const put: HttpRequest = { ...post, method: 'PUT' };
  const keyed: HttpRequest = { ...post, idempotent: true };

  it.each([
    // request, first answer, requests sent, outcome unknown
    ['GET', get, reset, 2, false],
    ['GET', get, status(500), 2, false],
    ['GET', get, status(408), 2, false],
    ['GET', get, status(425), 2, false],
    ['GET', get, status(429), 2, false],
    ['GET', get, status(404), 1, false],
    ['GET', get, status(400), 1, false],
    ['GET', get, tls, 1, false],
    ['PUT', put, reset, 2, false],
    ['POST with idempotency key', keyed, reset, 2, false],
    ['POST', post, refused, 2, false],
    ['POST', post, { error: { code: 'ENOTFOUND' } }, 2, false],
    ['POST', post, { error: { code: 'EAI_AGAIN' } }, 2, false],
    ['POST', post, connectTimeout, 2, false],
    ['POST', post, tls, 1, false],
    ['POST', post, status(425), 2, false],
    ['POST', post, status(429), 2, false],
    ['POST', post, status(503, { 'retry-after': '1' }), 2, false],
    ['POST', post, status(503), 1, true],
    ['POST', post, status(500), 1, true],
    ['POST', post, status(504), 1, true],
    ['POST', post, status(422), 1, false],
    ['POST', post, reset, 1, true],
    ['PATCH', { ...post, method: 'PATCH' }, reset, 1, true],
    ['MERGE', { ...post, method: 'MERGE' }, { error: { code: 'ETIMEDOUT' } }, 1, true],
  ] as [string, HttpRequest, ScriptedAnswer, number, boolean][])(
    '%s after %#',
    async (_, request, first, sent, outcomeUnknown) => {
      const { client, clock, transport } = clientOn([first, { status: 200 }]);
      const result = await clock.runUntil(client.send(request).catch((error: unknown) => error));
      expect(transport.requests).toHaveLength(sent);
      if (sent === 2) expect(result).toMatchObject({ status: 200 });
      else expect(result).toMatchObject({ name: 'ConnectorError', outcomeUnknown });
    },
  );
});
