import { describe, expect, it } from 'vitest';
import { basic } from '../auth/basic.ts';
import type { Logger } from '../contract/logger.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { combineObservers } from './combine-observers.ts';
import type { ConnectorObserver } from './connector-observer.ts';
import { observedClient, recordingObserver } from './observer.fixture.ts';

const get: HttpRequest = { method: 'GET', url: '/orders?$filter=secret&token=abc' };

describe('an observer of operations', () => {
  it('hears one with a retry from its beginning to its end', async () => {
    const { observer, heard, all } = recordingObserver();
    const { client, clock } = observedClient([{ status: 503 }, { status: 200 }], { observer });
    const sent = client.send({ ...get, operation: 'listOrders', entity: 'purchaseOrder' });
    await clock.advance(1000);
    await sent;
    expect(heard.filter(([what]) => what !== 'lifecycle')).toEqual([
      [
        'operation',
        {
          system: 'test',
          tenant: 'default',
          connection: 'test:default@https://erp.example.com/api',
          method: 'GET',
          operation: 'listOrders',
          entity: 'purchaseOrder',
          priority: 'interactive',
          correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      ],
      ['admitted', { waitMs: 0 }],
      [
        'attemptStarted',
        { method: 'GET', url: 'https://erp.example.com/api/orders', resendCount: 0 },
      ],
      ['attemptEnded', { status: 503, latencyMs: 0 }],
      ['retry', { code: 'ERR_TRANSIENT', delayMs: 250 }],
      [
        'attemptStarted',
        { method: 'GET', url: 'https://erp.example.com/api/orders', resendCount: 1 },
      ],
      ['attemptEnded', { status: 200, latencyMs: 0 }],
      ['ended', { ok: true, durationMs: 250, attempts: 2 }],
    ]);
    expect(all('operation')).toHaveLength(1);
  });

  it('hears nothing of credentials, headers, bodies and queries', async () => {
    const { observer, heard } = recordingObserver();
    const { client } = observedClient([{ status: 200, body: '{"a":"answer-canary"}' }], {
      observer,
      auth: basic({ username: 'user-canary', password: 'password-canary' }),
      headers: { 'x-own': 'header-canary' },
    });
    await client.send({ ...get, url: '/orders?q=query-canary', body: 'body-canary' });
    const told = JSON.stringify(heard);
    expect(told).toContain('https://erp.example.com/api/orders');
    expect(told).not.toContain('canary');
    expect(told).not.toContain(Buffer.from('user-canary:password-canary').toString('base64'));
  });

  it('hears how a write failed, and that its outcome is unknown', async () => {
    const { observer, all } = recordingObserver();
    const { client } = observedClient([{ error: { code: 'ECONNRESET' } }], { observer });
    await expect(client.send({ ...get, method: 'POST' })).rejects.toThrow();
    expect(all('attemptEnded')).toEqual([{ code: 'ERR_NETWORK', latencyMs: 0 }]);
    expect(all('ended')).toEqual([
      {
        ok: false,
        durationMs: 0,
        attempts: 1,
        code: 'ERR_NETWORK',
        category: 'transient',
        outcomeUnknown: true,
      },
    ]);
  });

  it('hears how long it waited for its turn', async () => {
    const { observer, all } = recordingObserver();
    const { client, clock } = observedClient(
      [{ status: 429, headers: { 'retry-after': '20' } }, { status: 200 }],
      { observer, retry: { maxAttempts: 1 } },
    );
    await expect(client.send(get)).rejects.toThrow();
    const second = client.send(get);
    await clock.advance(20_000);
    await second;
    expect(all('admitted')).toEqual([{ waitMs: 0 }, { waitMs: 20_000 }]);
  });

  it('adds headers, and replaces none', async () => {
    const observer: ConnectorObserver = {
      operation: () => ({
        attemptStarted: () => ({ traceparent: '00-a-b-01', Authorization: 'mine', Accept: 'x' }),
      }),
    };
    const auth = basic({ username: 'a', password: 'b' });
    const { client, transport } = observedClient([{ status: 200 }], { observer, auth });
    await client.send(get);
    expect(transport.requests[0]?.headers).toMatchObject({
      traceparent: '00-a-b-01',
      accept: 'application/json',
      authorization: expect.stringMatching(/^Basic /),
    });
  });
});

describe('an observer that fails', () => {
  const warnings: string[] = [];
  const logger = {
    ...{ debug() {}, info() {}, error() {} },
    warn: (message: string, details?: object) =>
      warnings.push(`${message} ${JSON.stringify(details)}`),
  } satisfies Logger;
  const fail = (): never => {
    throw new Error('no disk, password=hunter2');
  };

  it.each<[string, ConnectorObserver]>([
    ['at once', { lifecycle: fail, operation: fail }],
    [
      'at every step',
      {
        operation: () => ({
          ...{ admitted: fail, attemptStarted: fail, attemptEnded: fail, retry: fail, ended: fail },
        }),
      },
    ],
    ['later, being async', { lifecycle: async () => fail() }],
  ])('%s never breaks a call, and is told once', async (_when, observer) => {
    warnings.length = 0;
    const { client } = observedClient([{ status: 200 }], { observer, logger });
    await client.send(get);
    await client.send(get);
    await client.close();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('no disk');
    expect(warnings[0]).not.toContain('hunter2');
  });
});

describe('several observers', () => {
  it('hear the same, and all their headers are sent', async () => {
    const one = recordingObserver();
    const two = recordingObserver();
    const tagging = (name: string): ConnectorObserver => ({
      operation: () => ({ attemptStarted: () => ({ [name]: name }) }),
    });
    const observer = combineObservers(
      ...[one.observer, undefined, tagging('x-a'), tagging('x-b'), two.observer],
    );
    const { client, transport } = observedClient([{ status: 200 }], { observer });
    await client.send(get);
    await client.close();
    expect(one.steps()).toEqual(
      ['operation', 'admitted', 'attemptStarted', 'attemptEnded'].concat(
        ...['lifecycle', 'ended', 'lifecycle'],
      ),
    );
    expect(two.heard).toEqual(one.heard);
    expect(transport.requests[0]?.headers).toMatchObject({ 'x-a': 'x-a', 'x-b': 'x-b' });
  });

  it('hear everything although one of them fails', async () => {
    const good = recordingObserver();
    const bad: ConnectorObserver = {
      lifecycle: () => {
        throw new Error('bad');
      },
      operation() {
        throw new Error('bad');
      },
    };
    const { client } = observedClient([{ status: 200 }], {
      observer: combineObservers(bad, good.observer),
    });
    await client.send(get);
    await client.close();
    const expected = recordingObserver();
    const alone = observedClient([{ status: 200 }], { observer: expected.observer });
    await alone.client.send(get);
    await alone.client.close();
    expect(good.steps()).toEqual(expected.steps());
  });

  it('do not hide which of them failed', async () => {
    const warnings: unknown[] = [];
    const logger: Logger = {
      ...{ debug() {}, info() {}, error() {} },
      warn: (_message, details) => warnings.push(details),
    };
    const bad: ConnectorObserver = {
      operation() {
        throw new Error('bad start');
      },
    };
    const observer = combineObservers(bad, recordingObserver().observer);
    const { client } = observedClient([{ status: 200 }], { observer, logger });
    await client.send(get);
    expect(warnings).toEqual([{ reason: 'bad start' }]);
  });
});
