import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { apiKey } from '../auth/api-key.ts';
import type { AuthStrategy } from '../auth/auth-strategy.ts';
import { basic } from '../auth/basic.ts';
import { createTokenAuth } from '../auth/tokens/token-auth.ts';
import { type ManualClock, manualClock } from '../clock/manual-clock.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { createCircuitBreaker } from '../resilience/circuit-breaker.ts';
import { type AttemptOutcome, createGovernor } from '../resilience/governor.ts';
import { createHttpClient } from './create-http-client.ts';
import type { HttpClientOptions } from './http-client-options.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import { type ScriptedAnswer, scriptedTransport } from './scripted-transport.fixture.ts';

const get: HttpRequest = { method: 'GET', url: '/orders' };
const post: HttpRequest = { method: 'POST', url: '/orders', body: '{}' };

type TestOptions = Omit<Partial<HttpClientOptions>, 'clock'> & {
  readonly clock?: ManualClock | undefined;
};

function clientOn(script: Parameters<typeof scriptedTransport>[0], options: TestOptions = {}) {
  const clock = options.clock ?? manualClock();
  const transport = scriptedTransport(script);
  const client = createHttpClient({
    system: 'test',
    baseUrl: 'https://erp.example.com/api/',
    transport,
    random: () => 0.5,
    ...options,
    clock,
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

const failureOf = (work: Promise<unknown>): Promise<ConnectorError> =>
  work.then(
    () => Promise.reject(new Error('should have failed')),
    (error: unknown) => error as ConnectorError,
  );

const dead: ScriptedAnswer = { error: { code: 'ECONNREFUSED', syscall: 'connect' } };

describe('the governor', () => {
  it('learns of every attempt, answered or not', async () => {
    const seen: (number | undefined)[] = [];
    const governor = createGovernor();
    const watched = {
      ...governor,
      observe: ({ status }: AttemptOutcome) => void seen.push(status),
    };
    const reset = { error: { code: 'ECONNRESET' } };
    const { client, clock } = clientOn([reset, { status: 503 }, { status: 200 }], {
      governor: watched,
    });
    await clock.runUntil(client.send(get));
    expect(seen).toEqual([undefined, 503, 200]);
  });
});

describe('against a dead backend', () => {
  it('10,000 calls make no more than 10,000 requests and the retry budget', async () => {
    const clock = manualClock();
    const { client, transport } = clientOn([dead], {
      clock,
      breaker: createCircuitBreaker({ failureThreshold: Infinity, clock }),
      governor: createGovernor({ concurrency: 100, clock }),
    });
    const calls = Array.from({ length: 10_000 }, () => client.send(get).catch(() => undefined));
    await clock.runUntil(Promise.all(calls));
    expect(transport.requests.length).toBe(10_000 + 500 / 5);
  });

  it('the circuit opens after ten operations, whatever they tried, and then nothing is sent', async () => {
    const { client, clock, transport } = clientOn([dead]);
    for (let call = 0; call < 10; call += 1) await clock.runUntil(failureOf(client.send(get)));
    expect(transport.requests).toHaveLength(40);
    const error = await failureOf(client.send(get));
    expect(error).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', retryable: true, system: 'test' });
    expect(transport.requests).toHaveLength(40);
    expect(client.health()).toMatchObject({ status: 'unhealthy', breaker: 'open', errorRate: 1 });
  });

  it('a hundred callers send one probe when it is half open', async () => {
    const clock = manualClock();
    let isUp = false;
    const { client, transport } = clientOn(() => (isUp ? { status: 200 } : dead), {
      clock,
      governor: createGovernor({ concurrency: 100, clock }),
      retry: { maxAttempts: 1 },
      auth: { kind: 'slow', authorize: (_, context) => context.clock.sleep(100) },
    });
    for (let call = 0; call < 10; call += 1) await clock.runUntil(failureOf(client.send(get)));
    await clock.advance(10_000);
    isUp = true;
    const calls = Array.from({ length: 100 }, () => client.send(get));
    const results = await clock.runUntil(Promise.allSettled(calls));
    expect(transport.requests.length - 10).toBe(1);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(clock.runUntil(client.send(get))).resolves.toMatchObject({ status: 200 });
  });

  it('connectors that share a breaker share the circuit of their origin and tenant only', async () => {
    const clock = manualClock();
    const breaker = createCircuitBreaker({ clock });
    const options = { clock, breaker, retry: { maxAttempts: 1 } };
    const { client } = clientOn([dead], options);
    for (let call = 0; call < 10; call += 1) await failureOf(client.send(get));
    const same = clientOn([{ status: 200 }], options).client;
    const other = clientOn([{ status: 200 }], { ...options, tenant: '200' }).client;
    expect(await failureOf(same.send(get))).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    await expect(other.send(get)).resolves.toMatchObject({ status: 200 });
  });
});

describe('Retry-After', () => {
  const waitOf = async (retryAfter: string): Promise<number> => {
    const { client, clock } = clientOn(
      [{ status: 429, headers: { 'retry-after': retryAfter } }, { status: 200 }],
      { random: () => 0 },
    );
    const startedAt = clock.now();
    await clock.runUntil(client.send(post));
    return clock.now() - startedAt;
  };

  it('is obeyed as seconds and as a date', async () => {
    expect(await waitOf('7')).toBe(7000);
    expect(await waitOf('Thu, 01 Jan 2026 00:00:09 GMT')).toBe(9000);
  });

  it('that is garbage is no reason to wait, nor not to try again', async () => {
    expect(await waitOf('soon')).toBe(0);
    expect(await waitOf('-5')).toBe(0);
  });

  it('of an hour is told to the caller instead', async () => {
    const { client, transport } = clientOn([{ status: 429, headers: { 'retry-after': '3600' } }]);
    const error = await failureOf(client.send(get));
    expect(error).toMatchObject({
      code: 'ERR_RATE_LIMITED',
      category: 'rate-limit',
      retryable: true,
      retryAfterMs: 3_600_000,
    });
    expect(transport.requests).toHaveLength(1);
  });

  it('counts once: two refusals among ten answers are no lesson, a third one is', async () => {
    const clock = manualClock();
    const governor = createGovernor({ clock });
    const refused = { status: 429, headers: { 'retry-after': '0' } };
    const ok = { status: 200 };
    const script = [refused, ok, refused, ok, ok, refused, ok];
    const { client } = clientOn(script, { clock, governor, random: () => 0 });
    const call = async () => {
      const sent = client.send(get);
      await clock.advance(10_000);
      await sent;
    };
    for (let calls = 0; calls < 3; calls += 1) await call();
    expect(governor.state?.().ratePerSecond).toBeUndefined();
    await call();
    expect(governor.state?.().ratePerSecond).toBeGreaterThan(0);
  });

  it('holds back all calls that share the governor of the tenant', async () => {
    const clock = manualClock();
    const governor = createGovernor({ clock });
    const throttled = clientOn(
      [{ status: 429, headers: { 'retry-after': '5' } }, { status: 200 }],
      {
        clock,
        governor,
        random: () => 0,
      },
    );
    const other = clientOn([{ status: 200 }], { clock, governor });
    const first = throttled.client.send(get);
    await clock.advance(0);
    const second = other.client.send(get);
    await clock.advance(4999);
    expect(other.transport.requests).toHaveLength(0);
    await clock.advance(1);
    await Promise.all([first, second]);
    expect(other.transport.requests).toHaveLength(1);
  });
});

describe('time limits', () => {
  it('end an attempt and try again', async () => {
    const { client, clock, transport } = clientOn(['hang', { status: 200 }], { random: () => 0 });
    const startedAt = clock.now();
    await clock.runUntil(client.send(get));
    expect(clock.now() - startedAt).toBe(30_000);
    expect(transport.requests[0]?.signal.aborted).toBe(true);
  });

  it('end a write without repeating it, its outcome unknown', async () => {
    const { client, clock, transport } = clientOn(['hang']);
    const error = await clock.runUntil(failureOf(client.send(post)));
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', outcomeUnknown: true, retryable: false });
    expect(transport.requests).toHaveLength(1);
  });

  it('let a POST that only reads be tried again, and leave nothing unknown', async () => {
    const { client, clock, transport } = clientOn(['hang', 'hang', { status: 200, body: '{}' }]);
    await clock.runUntil(client.send({ ...post, readOnly: true }));
    expect(transport.requests).toHaveLength(3);

    const broken = clientOn(Array.from({ length: 4 }, () => 'hang' as const));
    const call = broken.client.send({ ...post, readOnly: true }).catch((error: unknown) => error);
    expect(await broken.clock.runUntil(call)).toMatchObject({
      code: 'ERR_DEADLINE_EXCEEDED',
      outcomeUnknown: false,
      message: expect.not.stringContaining('may have taken effect'),
    });
  });

  it('end the whole operation at its deadline, waits included', async () => {
    const { client, clock, transport } = clientOn(['hang'], { deadlineMs: 45_000 });
    const startedAt = clock.now();
    const error = await clock.runUntil(failureOf(client.send(get)));
    expect(error).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED', retryable: true });
    expect(clock.now() - startedAt).toBe(45_000);
    expect(transport.requests).toHaveLength(2);
    expect(transport.requests.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it('end an operation that still waits for its turn', async () => {
    const clock = manualClock();
    const governor = createGovernor({ concurrency: 1, clock });
    const { client, transport } = clientOn([{ status: 200 }], {
      clock,
      governor,
      deadlineMs: 1000,
    });
    void governor.run(() => new Promise(() => undefined));
    const error = await clock.runUntil(failureOf(client.send(post)));
    expect(error).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED', outcomeUnknown: false });
    expect(transport.requests).toHaveLength(0);
  });

  it('leave no timer behind', async () => {
    const { client, clock } = clientOn([{ status: 500 }, { status: 200 }]);
    await clock.runUntil(client.send(get));
    await clock.advance(0);
    expect(clock.sleeping).toBe(0);
  });
});

describe('a caller that aborts', () => {
  const slowAuth: AuthStrategy = { kind: 'slow', authorize: () => new Promise(() => undefined) };
  const stages: [string, ScriptedAnswer, TestOptions, boolean][] = [
    ['on the wire', 'hang', {}, true],
    ['in back-off', { status: 429, headers: { 'retry-after': '30' } }, {}, false],
    ['while signing in', { status: 200 }, { auth: slowAuth }, false],
  ];

  it.each(stages)('%s is answered at once', async (_, answer, options, outcomeUnknown) => {
    const { client, clock } = clientOn([answer], options);
    const controller = new AbortController();
    const failed = failureOf(client.send({ ...post, signal: controller.signal }));
    await clock.advance(10);
    controller.abort();
    expect(await failed).toMatchObject({ code: 'ERR_ABORTED', retryable: false, outcomeUnknown });
    await clock.advance(0);
    expect(clock.sleeping).toBe(0);
  });

  it('while the strategy signs has sent nothing', async () => {
    const controller = new AbortController();
    const auth: AuthStrategy = { kind: 'test', authorize: async () => controller.abort() };
    const { client, transport } = clientOn([{ status: 200 }], { auth });
    const error = await failureOf(client.send({ ...post, signal: controller.signal }));
    expect(error).toMatchObject({ code: 'ERR_ABORTED', outcomeUnknown: false });
    expect(transport.requests).toHaveLength(0);
    expect(client.health().requests).toBe(0);
  });

  it('says nothing about the health of the system', async () => {
    const { client, clock } = clientOn(['hang']);
    const controller = new AbortController();
    const failed = failureOf(client.send({ ...get, signal: controller.signal }));
    await clock.advance(0);
    controller.abort();
    await failed;
    expect(client.health()).toMatchObject({ requests: 0, status: 'healthy' });
  });

  it('in the queue is answered at once, and nothing is sent', async () => {
    const clock = manualClock();
    const governor = createGovernor({ concurrency: 1, clock });
    const { client, transport } = clientOn([{ status: 200 }], { clock, governor });
    void governor.run(() => new Promise(() => undefined));
    const controller = new AbortController();
    const failed = failureOf(client.send({ ...post, signal: controller.signal }));
    await clock.advance(10);
    controller.abort();
    expect(await failed).toMatchObject({ code: 'ERR_ABORTED', outcomeUnknown: false });
    expect(transport.requests).toHaveLength(0);
  });

  it('before the call sends nothing', async () => {
    const { client, transport } = clientOn([{ status: 200 }]);
    const error = await failureOf(client.send({ ...get, signal: AbortSignal.abort() }));
    expect(error.code).toBe('ERR_ABORTED');
    expect(transport.requests).toHaveLength(0);
  });
});

describe('signing in again', () => {
  const renewing = (verdict: 'retry' | 'fail' = 'retry') => {
    let generation = 1;
    let recoveries = 0;
    const auth: AuthStrategy = {
      kind: 'test',
      async authorize(draft) {
        draft.headers.authorization = `Bearer t${generation}`;
      },
      async recover() {
        recoveries += 1;
        generation += 1;
        return verdict;
      },
    };
    return { auth, recoveries: () => recoveries };
  };

  it('happens once after a 401, also for a create, and the call succeeds', async () => {
    const { auth } = renewing();
    const { client, transport } = clientOn(
      ({ headers }) => ({ status: headers.authorization === 'Bearer t2' ? 201 : 401 }),
      { auth, retry: { maxAttempts: 1 } },
    );
    await expect(client.send(post)).resolves.toMatchObject({ status: 201 });
    expect(transport.requests).toHaveLength(2);
  });

  it('does not go on for ever: a permanent 401 is two requests', async () => {
    const { auth, recoveries } = renewing();
    const { client, transport } = clientOn([{ status: 401 }], { auth });
    const error = await failureOf(client.send(get));
    expect(error).toMatchObject({
      code: 'ERR_AUTHENTICATION_FAILED',
      category: 'authentication',
      httpStatus: 401,
      retryable: false,
    });
    expect([transport.requests.length, recoveries()]).toEqual([2, 1]);
  });

  it('is not repeated by retries of the same operation', async () => {
    const { auth, recoveries } = renewing();
    const { client, clock } = clientOn([{ status: 401 }, { status: 500 }, { status: 401 }], {
      auth,
    });
    const error = await clock.runUntil(failureOf(client.send(get)));
    expect(error.code).toBe('ERR_AUTHENTICATION_FAILED');
    expect(recoveries()).toBe(1);
  });

  it('that the strategy declines lets the failure stand', async () => {
    const { auth } = renewing('fail');
    const { client, transport } = clientOn([{ status: 401 }], { auth });
    expect((await failureOf(client.send(get))).code).toBe('ERR_AUTHENTICATION_FAILED');
    expect(transport.requests).toHaveLength(1);
  });

  it('is tried again when the token endpoint was down for a moment', async () => {
    let refreshes = 0;
    const auth: AuthStrategy = {
      kind: 'test',
      authorize: async () => undefined,
      async recover() {
        refreshes += 1;
        if (refreshes > 1) return 'retry';
        throw new ConnectorError({
          code: 'ERR_TRANSIENT',
          category: 'transient',
          message: 'token endpoint down',
          notExecuted: true,
        });
      },
    };
    const { client, clock } = clientOn([{ status: 401 }, { status: 401 }, { status: 201 }], {
      auth,
    });
    await expect(clock.runUntil(client.send(post))).resolves.toMatchObject({ status: 201 });
  });

  it('follows from what the plugin says, not from the status alone', async () => {
    const { auth } = renewing();
    const { client, transport } = clientOn(
      [{ status: 500, body: '{"fault":"INVALID_SESSION"}' }, { status: 200 }],
      {
        auth,
        classify: (response) =>
          response.text().includes('INVALID_SESSION')
            ? new ConnectorError({
                code: 'ERR_AUTHENTICATION_FAILED',
                category: 'authentication',
                message: 'The session has ended.',
              })
            : undefined,
      },
    );
    await expect(client.send(post)).resolves.toMatchObject({ status: 200 });
    expect(transport.requests).toHaveLength(2);
  });
});

describe('an answer', () => {
  it.each([
    [400, 'ERR_VALIDATION', 'validation', false],
    [401, 'ERR_AUTHENTICATION_FAILED', 'authentication', false],
    [403, 'ERR_PERMISSION_DENIED', 'permission', false],
    [404, 'ERR_NOT_FOUND', 'not-found', false],
    [405, 'ERR_UNSUPPORTED_OPERATION', 'unsupported', false],
    [408, 'ERR_TIMEOUT', 'transient', true],
    [409, 'ERR_CONFLICT', 'conflict', false],
    [412, 'ERR_CONFLICT', 'conflict', false],
    [418, 'ERR_VALIDATION', 'validation', false],
    [422, 'ERR_VALIDATION', 'validation', false],
    [429, 'ERR_RATE_LIMITED', 'rate-limit', true],
    [500, 'ERR_TRANSIENT', 'transient', true],
    [501, 'ERR_UNSUPPORTED_OPERATION', 'unsupported', false],
    [503, 'ERR_TRANSIENT', 'transient', true],
  ])('of %d is %s', async (status, code, category, retryable) => {
    const { client } = clientOn(
      [{ status, headers: { 'x-request-id': 'r-9' }, body: '{"name":"Miller"}' }],
      { retry: { maxAttempts: 1 } },
    );
    const error = await failureOf(
      client.send({ ...get, operation: 'list', entity: 'product', key: '7' }),
    );
    expect(error).toMatchObject({
      code,
      category,
      retryable,
      httpStatus: status,
      requestId: 'r-9',
      system: 'test',
      operation: 'list',
      entity: 'product',
      key: '7',
    });
    expect(error.message).not.toContain('Miller');
  });

  it('is asked of the plugin first, whatever its status: 200 can be a failure', async () => {
    const { client } = clientOn([{ status: 200, body: '{"ok":false,"code":"E17"}' }], {
      classify: (response) =>
        new ConnectorError({
          code: 'ERR_CONFLICT',
          category: 'conflict',
          message: 'The period is closed.',
          vendorCode: (response.json() as { code: string }).code,
        }),
    });
    expect(await failureOf(client.send(post))).toMatchObject({
      code: 'ERR_CONFLICT',
      vendorCode: 'E17',
      httpStatus: 200,
      outcomeUnknown: false,
    });
  });

  it('that the plugin knows to be without effect is tried again, if for a create', async () => {
    const { client, clock, transport } = clientOn([{ status: 500 }, { status: 201 }], {
      classify: ({ status }) =>
        status === 500
          ? new ConnectorError({
              code: 'ERR_CONFLICT',
              category: 'transient',
              message: 'The record is locked by another user.',
              notExecuted: true,
            })
          : undefined,
    });
    await clock.runUntil(client.send(post));
    expect(transport.requests).toHaveLength(2);
  });

  describe('that the plugin wants to read as JSON and cannot', () => {
    const asks = (response: HttpResponse) =>
      (response.json() as { code?: string }).code === 'GONE'
        ? new ConnectorError({ code: 'ERR_NOT_FOUND', category: 'not-found', message: 'Gone.' })
        : undefined;
    const remove: HttpRequest = { method: 'DELETE', url: '/orders/7' };

    it('is what its status says, when that is a failure', async () => {
      const script = [{ status: 403, body: 'The firewall says no.' }];
      const { client } = clientOn(script, { classify: asks });
      const error = await failureOf(client.send(get));
      expect(error).toMatchObject({ code: 'ERR_PERMISSION_DENIED', httpStatus: 403 });
    });

    it('is in doubt when the plugin fails at what it did not expect', async () => {
      const { client } = clientOn([{ status: 200, body: 'null' }], { classify: asks });
      const error = await failureOf(client.send(post));
      expect(error).toMatchObject({ code: 'ERR_INTERNAL', outcomeUnknown: true, httpStatus: 200 });
      expect(error.message).toContain('classify');
      expect(error.cause).toBeInstanceOf(TypeError);
    });

    it('may be the success of a write: that a repetition finds nothing proves nothing', async () => {
      const script = [
        { status: 200, body: '{"ok":tr', headers: { 'x-request-id': 'r-9' } },
        { status: 200, body: '{"code":"GONE"}' },
      ];
      const { client, clock, transport } = clientOn(script, { classify: asks });
      const failed = failureOf(client.send(remove));
      await clock.runUntil(failed);
      expect(transport.requests).toHaveLength(2);
      expect(await failed).toMatchObject({ code: 'ERR_NOT_FOUND', outcomeUnknown: true });
    });
  });

  it('of an accepted status is handed over', async () => {
    const { client } = clientOn([{ status: 404, body: '{"gone":true}' }]);
    const response = await client.send({ ...get, acceptStatus: [404] });
    expect([response.status, response.json()]).toEqual([404, { gone: true }]);
  });

  it('keeps the digits of its numbers', async () => {
    const { client } = clientOn([{ status: 200, body: '{"Id":9007199254740993,"Price":1.10}' }], {
      decimalFields: ['Price'],
    });
    expect((await client.send(get)).json()).toEqual({ Id: '9007199254740993', Price: '1.10' });
  });
});

describe('an answer that is no JSON', () => {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  const login = '<!DOCTYPE html><html><body><form><input type="password"></form></body></html>';

  it.each([
    ['a login page', login, 'authentication', 'ERR_UNEXPECTED_CONTENT', 'auth method'],
    [
      'an HTML page',
      '<html><body>Welcome</body></html>',
      'configuration',
      'ERR_UNEXPECTED_CONTENT',
      'base URL',
    ],
  ])('but %s is a failure, also of a write', async (looksLike, body, category, code, advice) => {
    const { client, transport } = clientOn([{ status: 200, headers: html, body }]);
    const error = await failureOf(client.send(post));
    expect(error).toMatchObject({ code, category, retryable: false });
    // Behind a login page nothing was written; behind any other, who knows.
    expect(error.outcomeUnknown).toBe(category !== 'authentication');
    expect(error.message).toContain(looksLike);
    expect(error.message).toContain('text/html');
    expect(error.message).toContain(advice);
    expect(transport.requests).toHaveLength(1);
  });

  it('is fine for who asked for HTML', async () => {
    const { client } = clientOn([{ status: 200, headers: html, body: login }]);
    await expect(client.send({ ...get, headers: { Accept: 'text/html' } })).resolves.toBeDefined();
  });

  it.each([
    ['an empty body', '', 'ERR_UNEXPECTED_CONTENT'],
    ['an XML document', '<feed/>', 'ERR_UNEXPECTED_CONTENT'],
    ['plain text', 'It works!', 'ERR_UNEXPECTED_CONTENT'],
    ['JSON that is damaged or cut off', '{"secret-name":', 'ERR_INVALID_RESPONSE'],
  ])('but %s fails when it is read', async (looksLike, body, code) => {
    const { client } = clientOn([{ status: 200, body }]);
    const response = await client.send({ ...get, operation: 'list' });
    expect(() => response.json()).toThrow(looksLike);
    expect(() => response.json()).toThrow(
      expect.objectContaining({ code, system: 'test', operation: 'list' }),
    );
    expect(() => response.json()).not.toThrow('secret-name');
  });

  it.each([
    ['a write', post, true],
    ['a write that may be repeated', { ...post, idempotent: true }, true],
    ['a question that is asked with POST', { ...post, readOnly: true }, false],
    ['a read', get, false],
  ])('but damaged, of %s: it may have taken effect: %j', async (_, request, outcomeUnknown) => {
    const { client } = clientOn([{ status: 201, body: '{"id":' }]);
    const response = await client.send(request);
    expect(() => response.json()).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_RESPONSE', outcomeUnknown }),
    );
  });

  it('but nested too deep fails when it is read', async () => {
    const { client } = clientOn([{ status: 200, body: '[[[1]]]' }], { limits: { maxDepth: 2 } });
    const response = await client.send(get);
    expect(() => response.json()).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_RESPONSE' }),
    );
  });
});

describe('a redirect', () => {
  const to = (location: string, status = 302): ScriptedAnswer => ({
    status,
    headers: { location },
  });

  it('within the origin is followed by a read, signed anew', async () => {
    const { client, transport } = clientOn(
      [to('/other?page=2'), to('relative'), { status: 200, body: '[1]' }],
      { auth: basic({ username: 'a', password: 'b' }) },
    );
    expect((await client.send(get)).json()).toEqual([1]);
    expect(transport.requests.map(({ url }) => url)).toEqual([
      'https://erp.example.com/api/orders',
      'https://erp.example.com/other?page=2',
      'https://erp.example.com/relative',
    ]);
    expect(transport.requests.every(({ headers }) => headers.authorization)).toBe(true);
  });

  it('in a circle ends after five', async () => {
    const { client, transport } = clientOn([to('/a')]);
    expect(await failureOf(client.send(get))).toMatchObject({ code: 'ERR_CONFIGURATION' });
    expect(transport.requests).toHaveLength(6);
  });

  it('of a write is not followed', async () => {
    const { client, transport } = clientOn([to('/elsewhere', 307)]);
    const error = await failureOf(client.send(post));
    expect(error).toMatchObject({ code: 'ERR_CONFIGURATION', httpStatus: 307 });
    expect(transport.requests).toHaveLength(1);
  });

  it.each([
    ['https://evil.example.com/x?stolen=1', 'https://evil.example.com'],
    ['http://erp.example.com/', 'http://erp.example.com'],
    ['//evil.example.com/', 'https://evil.example.com'],
    ['https://erp.example.com:8443/', 'https://erp.example.com:8443'],
    ['https://ann@erp.example.com/', 'a user in it'],
  ])('to %s is refused', async (location, named) => {
    const { client, transport } = clientOn([to(location)]);
    const error = await failureOf(client.send(get));
    expect(error).toMatchObject({ code: 'ERR_CROSS_ORIGIN', category: 'configuration' });
    expect(error.message).toContain(named);
    expect(error.message).not.toContain('stolen');
    expect(transport.requests).toHaveLength(1);
  });

  it('to a login page elsewhere says that the auth method is the matter', async () => {
    const { client } = clientOn([to('https://idp.example.com/saml2/sso?SAMLRequest=abc')]);
    const error = await failureOf(client.send(get));
    expect(error).toMatchObject({ code: 'ERR_CROSS_ORIGIN', category: 'authentication' });
    expect(error.message).toContain('https://idp.example.com');
    expect(error.message).toContain('auth method');
    expect(error.message).not.toContain('abc');
  });
});

describe('a link of another origin', () => {
  it.each([
    'https://evil.example.com/api/orders',
    'http://erp.example.com/api/orders',
    'https://erp.example.com:444/api/orders',
    'https://erp.example.com@evil.example.com/',
    'https://ann:pw@erp.example.com/api',
    '//evil.example.com/',
    '\\\\evil.example.com/',
    'file:///etc/passwd',
    'data:application/json,{}',
    'javascript:alert(1)',
    'https:',
  ])('is refused before anything is signed: %s', async (url) => {
    const auth: AuthStrategy = {
      kind: 'never',
      authorize: () => Promise.reject(new Error('must not sign')),
    };
    const { client, transport } = clientOn([{ status: 200 }], { auth });
    const error = await failureOf(client.send({ method: 'GET', url }));
    expect(error).toMatchObject({ code: 'ERR_CROSS_ORIGIN', system: 'test' });
    expect(transport.requests).toHaveLength(0);
  });

  it.each([
    ['', 'https://erp.example.com/api'],
    ['orders', 'https://erp.example.com/api/orders'],
    ['/orders?$top=1', 'https://erp.example.com/api/orders?$top=1'],
    ['?$format=json', 'https://erp.example.com/api?$format=json'],
    ["A_Product('1:2')", "https://erp.example.com/api/A_Product('1:2')"],
    ['https://ERP.example.com:443/next', 'https://erp.example.com/next'],
  ])('is not what %s is', async (url, sentTo) => {
    const { client, transport } = clientOn([{ status: 200 }]);
    await client.send({ method: 'GET', url });
    expect(transport.requests[0]?.url).toBe(sentTo);
  });
});

describe('a strategy', () => {
  it('cannot send its credentials elsewhere', async () => {
    const auth: AuthStrategy = {
      kind: 'wrong',
      async authorize(draft) {
        draft.url = 'https://evil.example.com/';
      },
    };
    const { client, transport } = clientOn([{ status: 200 }], { auth });
    expect(await failureOf(client.send(get))).toMatchObject({ code: 'ERR_CROSS_ORIGIN' });
    expect(transport.requests).toHaveLength(0);
  });
});

describe('a base URL that comes with the token', () => {
  const moving = (urls: readonly string[]) => {
    let issued = 0;
    return createTokenAuth({
      kind: 'test',
      async obtain() {
        issued += 1;
        return { accessToken: `a${issued}`, extra: { instance_url: urls[issued - 1] ?? '' } };
      },
      baseUrl: (token) => token.extra?.instance_url,
    });
  };
  const sentTo = (transport: ReturnType<typeof clientOn>['transport']) =>
    transport.requests.map(({ url, headers }) => `${url} ${headers.authorization}`);

  it('is where requests go, and moves with the token', async () => {
    const { client, transport } = clientOn([{ status: 401 }, { status: 200 }], {
      auth: moving(['https://eu1.example.com/', 'https://eu2.example.com/v2']),
    });
    expect((await client.send(get)).url).toBe('https://eu2.example.com/v2/orders');
    await client.send({ ...get, url: 'https://erp.example.com/api/orders?page=2' });
    await client.send({ ...get, url: 'https://eu2.example.com/elsewhere' });
    expect(sentTo(transport)).toEqual([
      'https://eu1.example.com/orders Bearer a1',
      'https://eu2.example.com/v2/orders Bearer a2',
      'https://eu2.example.com/v2/orders?page=2 Bearer a2',
      'https://eu2.example.com/elsewhere Bearer a2',
    ]);
  });

  it('is then the only origin that gets credentials', async () => {
    const { client, transport } = clientOn([{ status: 200 }], {
      auth: moving(['https://eu1.example.com']),
    });
    for (const url of ['https://erp.example.com/other', 'https://erp.example.com.evil/api']) {
      await expect(client.send({ ...get, url })).rejects.toMatchObject({
        code: 'ERR_CROSS_ORIGIN',
      });
    }
    expect(transport.requests).toEqual([]);
  });

  it.each(['http://eu1.example.com', 'ftp://eu1.example.com', 'eu1'])(
    'is refused when it is %s',
    async (url) => {
      const { client, transport } = clientOn([{ status: 200 }], { auth: moving([url]) });
      await expect(client.send(get)).rejects.toMatchObject({ category: 'configuration' });
      expect(transport.requests).toEqual([]);
    },
  );
});

describe('a base URL', () => {
  it.each([
    ['erp.example.com', 'not an absolute URL'],
    ['', 'not an absolute URL'],
    ['ftp://erp.example.com', 'neither https nor http'],
    ['https://ann:pw@erp.example.com', 'auth strategy'],
    ['https://erp.example.com/?x=1', 'query'],
  ])('of %j is refused with the reason', (baseUrl, reason) => {
    const make = () => createHttpClient({ system: 'test', baseUrl });
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_CONFIGURATION' }));
    expect(make).toThrow(reason);
    expect(make).not.toThrow('pw');
  });
});

describe('close', () => {
  it('ends what is under way and what comes after, and the session at the vendor', async () => {
    const closed: string[] = [];
    const auth: AuthStrategy = {
      kind: 'session',
      authorize: async () => undefined,
      close: async ({ baseUrl }) => {
        closed.push(baseUrl);
      },
    };
    const { client, clock, transport } = clientOn(['hang'], { auth });
    const failed = failureOf(client.send(get));
    await clock.advance(0);
    await client.close();
    await client.close();
    expect(await failed).toMatchObject({ code: 'ERR_ABORTED' });
    expect(await failureOf(client.send(get))).toMatchObject({ code: 'ERR_ABORTED' });
    expect(transport.requests).toHaveLength(1);
    expect(closed).toEqual(['https://erp.example.com/api']);
    await clock.advance(0);
    expect(clock.sleeping).toBe(0);
  });

  it('does not fail when the session cannot be ended', async () => {
    const auth: AuthStrategy = {
      kind: 'session',
      authorize: async () => undefined,
      close: () => Promise.reject(new Error('gone')),
    };
    const { client } = clientOn([{ status: 200 }], { auth });
    await expect(client.close()).resolves.toBeUndefined();
  });
});

describe('health', () => {
  it('is told by what happened; a record not found is no illness', async () => {
    const { client, clock } = clientOn([
      { status: 200 },
      { status: 404 },
      { status: 400 },
      { status: 403 },
    ]);
    for (let call = 0; call < 4; call += 1) await clock.runUntil(client.send(get).catch(() => 0));
    expect(client.health()).toMatchObject({ requests: 4, errorRate: 0.25, status: 'degraded' });
  });
});

describe('the log', () => {
  it('has a line for every request and every retry, with its outcome', async () => {
    const lines: [string, unknown][] = [];
    const ignore = (): void => undefined;
    const script = [
      { error: { code: 'ECONNRESET' } },
      { status: 200, headers: { 'retry-after': '3', 'set-cookie': 'SID=canary' } },
    ];
    const { client, clock } = clientOn(script, {
      headers: { 'x-api-key': 'canary', prefer: 'odata.maxpagesize=5' },
      logger: {
        debug: (message, details) => lines.push([message, details]),
        info: ignore,
        warn: ignore,
        error: ignore,
      },
    });
    await clock.runUntil(client.send({ ...get, url: '/orders?$top=1', correlationId: 'c-1' }));
    const request = {
      ...{ system: 'test', method: 'GET', path: '/api/orders', correlationId: 'c-1' },
      requestHeaders: expect.objectContaining({
        prefer: 'odata.maxpagesize=5',
        'x-api-key': '[redacted]',
      }),
      responseHeaders: {},
    };
    const json = { 'content-type': 'application/json' };
    const responseHeaders = { ...json, 'retry-after': '3', 'set-cookie': '[redacted]' };
    expect(lines).toEqual([
      ['request', { ...request, outcome: 'ERR_NETWORK', latencyMs: 0, request: 1 }],
      ['retry', { system: 'test', code: 'ERR_NETWORK', delayMs: 50, correlationId: 'c-1' }],
      ['request', { ...request, responseHeaders, outcome: 200, latencyMs: 0, request: 2 }],
    ]);
  });
});

describe('secrets', () => {
  it('show nowhere: not in the client, its errors, its logs', async () => {
    const canary = 'canary-7f3a';
    const lines: unknown[] = [];
    const log = (...line: unknown[]): void => {
      lines.push(line);
    };
    const { client, clock } = clientOn([{ status: 500, body: `{"echo":"${canary}"}` }], {
      auth: apiKey({ query: 'api_key', value: canary }),
      logger: { debug: log, info: log, warn: log, error: log },
    });
    const error = await clock.runUntil(
      failureOf(
        client.send({ ...post, url: `/orders?token=${canary}`, idempotent: true, body: canary }),
      ),
    );
    expect(inspect(lines)).toContain('outcome: 500');
    const shown =
      inspect([client, error, lines], { depth: 20, showHidden: true }) +
      JSON.stringify([client, error, lines]);
    expect(shown).not.toContain(canary);
  });
});
