import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import { type ApiKeyValue, apiKey } from './api-key.ts';

/** A server that accepts some keys, and a client that has others. */
async function open(value: ApiKeyValue, place: 'header' | 'query' = 'header') {
  const valid = new Set<string>();
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const inQuery = new URL(request.url ?? '', 'http://any').searchParams.get('key');
    const key = String(inQuery ?? request.headers['x-api-key']);
    seen.push(key);
    response.writeHead(valid.has(key) ? 200 : 401, { 'content-type': 'application/json' });
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clock = manualClock();
  const client = createHttpClient({
    system: 'erp',
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    auth: apiKey(place === 'header' ? { header: 'X-Api-Key', value } : { query: 'key', value }),
    clock,
  });
  closers.push(async () => {
    await client.close();
    server.close();
  });
  return { valid, seen, clock, call: () => client.send({ method: 'GET', url: '/a' }) };
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const refused = { code: 'ERR_AUTHENTICATION_FAILED', category: 'authentication', httpStatus: 401 };

describe('an API key that is being changed', () => {
  it.each([
    ['a list', ['old', 'new']],
    ['current and next', { current: 'old', next: 'new' }],
    ['current and previous', { current: 'old', previous: 'new' }],
  ] satisfies [string, ApiKeyValue][])(
    'gives way to the other key, for good: %s',
    async (_, value) => {
      const { valid, seen, call } = await open(value);
      valid.add('old');
      await call();
      valid.delete('old');
      valid.add('new');
      await call();
      await call();
      expect(seen).toEqual(['old', 'old', 'new', 'new']);
    },
  );

  it('does so in the query too', async () => {
    const { valid, seen, call } = await open(['old', 'new'], 'query');
    valid.add('new');
    await call();
    expect(seen).toEqual(['old', 'new']);
  });

  it('is said to be refused when both are, and the keys are not tried in turn', async () => {
    const { seen, call } = await open(['old-canary', 'new-canary']);
    await expect(call()).rejects.toMatchObject(refused);
    const error = await call().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ ...refused, message: expect.stringContaining('both API keys') });
    expect(String(error)).not.toContain('canary');
    expect(seen).toEqual(['old-canary', 'new-canary', 'new-canary']);
  });

  it('is tried again five minutes after it was refused, should the vendor have been wrong', async () => {
    const { valid, seen, clock, call } = await open(['one', 'two']);
    await expect(call()).rejects.toMatchObject(refused);
    valid.add('one');
    await clock.advance(5 * 60_000 - 1);
    await expect(call()).rejects.toMatchObject(refused);
    await clock.advance(5 * 60_000);
    await call();
    expect(seen).toEqual(['one', 'two', 'two', 'two', 'one']);
  });

  it('is known as a new one when it was exchanged in its place', async () => {
    let first = 'one';
    const { valid, seen, call } = await open([() => first, 'two']);
    await expect(call()).rejects.toMatchObject(refused);
    first = 'three';
    valid.add('three');
    await call();
    expect(seen).toEqual(['one', 'two', 'two', 'three']);
  });

  it('changes once for all who wait', async () => {
    const { valid, seen, call } = await open(['old', 'new']);
    valid.add('new');
    await Promise.all(Array.from({ length: 8 }, call));
    await call();
    expect(seen.filter((key) => key === 'new')).toHaveLength(9);
    expect(seen.filter((key) => key === 'old').length).toBeLessThanOrEqual(8);
  });
});

describe('one API key', () => {
  it('is sent once when it is refused', async () => {
    const { seen, call } = await open('only');
    await expect(call()).rejects.toMatchObject(refused);
    expect(seen).toEqual(['only']);
  });
});
