import { describe, expect, it } from 'vitest';
import type { AuthStrategy } from '../auth/auth-strategy.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { createCircuitBreaker } from '../resilience/circuit-breaker.ts';
import type { Governor } from '../resilience/governor.ts';
import { observedClient, recordingObserver } from './observer.fixture.ts';

const get: HttpRequest = { method: 'GET', url: '/orders' };
const identity = {
  system: 'test',
  tenant: 'default',
  connection: 'test:default@https://erp.example.com/api',
};
const once = { retry: { maxAttempts: 1 } };

describe('the life of a connection', () => {
  it('begins with the first success and ends with the client', async () => {
    const { observer, events } = recordingObserver();
    const { client, clock } = observedClient([{ status: 401 }, { status: 200 }], { observer });
    await expect(client.send(get)).rejects.toThrow();
    expect(events()).toEqual([]);
    await client.send(get);
    await client.send(get);
    await clock.advance(1000);
    await client.close();
    await client.close();
    expect(events()).toEqual([
      { type: 'connected', at: '2026-11-20T12:00:00.000Z', ...identity },
      { type: 'disconnected', at: '2026-11-20T12:00:01.000Z', ...identity },
    ]);
  });

  it('that never began does not end', async () => {
    const { observer, events } = recordingObserver();
    const { client } = observedClient([{ status: 200 }], { observer });
    await client.close();
    expect(events()).toEqual([]);
  });

  it('has one throttling for each pause, however many calls are refused', async () => {
    const { observer, events } = recordingObserver();
    const throttled = { status: 429, headers: { 'retry-after': '20' } };
    // Others on the same budget may send on.
    const governor: Governor = { run: (work) => work(), observe() {}, running: 0, waiting: 0 };
    const { client, clock } = observedClient([throttled], { observer, governor, ...once });
    const burst = () => Promise.allSettled(Array.from({ length: 5 }, () => client.send(get)));
    await burst();
    expect(events()).toEqual([
      {
        type: 'throttled',
        at: '2026-11-20T12:00:00.000Z',
        ...identity,
        reason: 'ERR_RATE_LIMITED, HTTP 429',
        retryAfterMs: 20_000,
      },
    ]);
    await clock.advance(20_000);
    await burst();
    expect(events()).toHaveLength(2);
  });

  it.each([
    [503, { 'retry-after': '5' }, 1],
    [503, {}, 0],
    [429, {}, 1],
    [500, {}, 0],
  ])('counts a %d with %j as %d throttlings', async (status, headers, count) => {
    const { observer, events } = recordingObserver();
    const { client } = observedClient([{ status, headers }], { observer, ...once });
    await Promise.allSettled([client.send(get), client.send(get)]);
    expect(events()).toHaveLength(count);
  });

  it('tells the circuit to every client that shares it', async () => {
    const one = recordingObserver();
    const two = recordingObserver();
    const other = recordingObserver();
    let status = 500;
    const probe = observedClient([]);
    const breaker = createCircuitBreaker({ failureThreshold: 2, clock: probe.clock });
    const make = (observer: typeof one.observer, tenant?: string) =>
      observedClient(() => ({ status }), { observer, breaker, tenant, ...once }).client;
    const client = make(one.observer);
    const neighbour = make(two.observer);
    make(other.observer, '200');

    await Promise.allSettled([client.send(get), client.send(get)]);
    await probe.clock.advance(10_000);
    await Promise.allSettled([client.send(get)]);
    await probe.clock.advance(10_000);
    status = 200;
    await client.send(get);
    const types = (events: readonly { type: string }[]) =>
      events.map(({ type }) => type).filter((type) => type.startsWith('breaker'));
    const expected = ['opened', 'half-opened', 'opened', 'half-opened', 'closed'];
    expect(types(one.events())).toEqual(expected.map((state) => `breaker-${state}`));
    expect(types(two.events())).toEqual(types(one.events()));
    expect(one.events()[0]).toMatchObject({ retryAfterMs: 10_000, ...identity });
    expect(other.events()).toEqual([]);

    await neighbour.close();
    status = 500;
    await Promise.allSettled([client.send(get), client.send(get)]);
    expect(types(one.events())).toHaveLength(6);
    expect(types(two.events())).toHaveLength(5);
  });

  it('ends with the client too where only trouble was told of it', async () => {
    const { observer, events } = recordingObserver();
    const { client } = observedClient([{ status: 429 }], { observer, ...once });
    await expect(client.send(get)).rejects.toThrow();
    await client.close();
    expect(events().map(({ type }) => type)).toEqual(['throttled', 'disconnected']);
  });

  it('needs a person again when a token that was refreshed dies as well', async () => {
    const { observer, events } = recordingObserver();
    const told = ['reauthorization-required', 'token-refreshed', 'reauthorization-required'];
    const left = [...told] as ('reauthorization-required' | 'token-refreshed')[];
    const auth: AuthStrategy = {
      kind: 'test',
      authorize: async (_draft, { notify }) => notify?.({ type: left.shift()! }),
    };
    const { client } = observedClient([{ status: 401 }], { observer, auth });
    for (const _ of told) await expect(client.send(get)).rejects.toThrow();
    expect(events().map(({ type }) => type)).toEqual(told);
  });

  it('tells what the way of signing in has to tell, once, and without secrets', async () => {
    const { observer, events } = recordingObserver();
    const auth: AuthStrategy = {
      kind: 'test',
      async authorize(draft, { notify }) {
        if (draft.url.endsWith('/fine')) {
          notify?.({ type: 'token-refreshed', expiresAt: '2026-11-20T13:00:00.000Z' });
        } else {
          notify?.({ type: 'reauthorization-required', reason: 'refresh_token=abcdef is dead' });
        }
      },
    };
    const { client } = observedClient([{ status: 200 }, { status: 401 }], { observer, auth });
    await client.send({ ...get, url: '/fine' });
    await Promise.allSettled([client.send(get), client.send(get)]);
    expect(events()).toEqual([
      {
        type: 'token-refreshed',
        at: '2026-11-20T12:00:00.000Z',
        ...identity,
        expiresAt: '2026-11-20T13:00:00.000Z',
      },
      { type: 'connected', at: '2026-11-20T12:00:00.000Z', ...identity },
      {
        type: 'reauthorization-required',
        at: '2026-11-20T12:00:00.000Z',
        ...identity,
        reason: 'refresh_token=[redacted] is dead',
      },
    ]);
  });
});
