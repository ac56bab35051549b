import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { ConnectorError, type ConnectorErrorInit } from '../errors/connector-error.ts';
import { type CircuitChange, createCircuitBreaker } from './circuit-breaker.ts';

const failure = (init: Partial<ConnectorErrorInit> = {}): ConnectorError =>
  new ConnectorError({ code: 'ERR_TRANSIENT', category: 'transient', message: 'down', ...init });
const fail = (init?: Partial<ConnectorErrorInit>) => () => Promise.reject(failure(init));
const succeed = async () => 'ok';
const key = 'https://erp.example.com tenant';

function breaking() {
  const clock = manualClock();
  const breaker = createCircuitBreaker({ failureThreshold: 3, openMs: 10_000, clock });
  const run = (work: () => Promise<unknown>, on = key): Promise<unknown> =>
    breaker.run(on, work).catch((error: ConnectorError) => error.code);
  const open = async () => {
    for (let count = 0; count < 3; count += 1) await run(fail());
  };
  return { clock, breaker, run, open };
}

describe('a closed circuit', () => {
  it('opens after so many failures one after the other', async () => {
    const { breaker, run } = breaking();
    await run(fail());
    await run(fail());
    expect(breaker.state(key)).toBe('closed');
    await run(fail());
    expect(breaker.state(key)).toBe('open');
  });

  it('forgets failures when one succeeds', async () => {
    const { breaker, run } = breaking();
    for (const work of [fail(), fail(), succeed, fail(), fail()]) await run(work);
    expect(breaker.state(key)).toBe('closed');
  });

  it.each([
    ['validation', { code: 'ERR_VALIDATION', category: 'validation', httpStatus: 400 }],
    ['not found', { code: 'ERR_NOT_FOUND', category: 'not-found', httpStatus: 404 }],
    ['throttling', { code: 'ERR_RATE_LIMITED', category: 'rate-limit', httpStatus: 429 }],
    ['a caller that left', { code: 'ERR_ABORTED', category: 'transient' }],
    ['a foreign link', { code: 'ERR_CROSS_ORIGIN', category: 'configuration' }],
  ] as [string, Partial<ConnectorErrorInit>][])('does not open for %s', async (_, init) => {
    const { breaker, run } = breaking();
    for (let count = 0; count < 10; count += 1) await run(fail(init));
    expect(breaker.state(key)).toBe('closed');
  });

  it('keeps others apart', async () => {
    const { breaker, run, open } = breaking();
    await open();
    expect(await run(succeed, 'https://erp.example.com other')).toBe('ok');
    expect(breaker.state('https://erp.example.com other')).toBe('closed');
  });
});

describe('an open circuit', () => {
  it('refuses at once and says when to come back', async () => {
    const { clock, breaker, open } = breaking();
    await open();
    await clock.advance(4000);
    let called = false;
    const refused = breaker.run(key, async () => {
      called = true;
    });
    await expect(refused).rejects.toMatchObject({
      code: 'ERR_CIRCUIT_OPEN',
      category: 'transient',
      retryable: true,
      retryAfterMs: 6000,
      outcomeUnknown: false,
    });
    expect(called).toBe(false);
  });

  it('lets exactly one of a hundred callers try when its time is over', async () => {
    const { clock, breaker, run, open } = breaking();
    await open();
    await clock.advance(10_000);
    expect(breaker.state(key)).toBe('half-open');
    let calls = 0;
    let answer: () => void = () => undefined;
    const probe = async () => {
      calls += 1;
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return 'ok';
    };
    const results = Promise.all(Array.from({ length: 100 }, () => run(probe)));
    await clock.advance(0);
    expect(calls).toBe(1);
    answer();
    expect((await results).filter((result) => result === 'ok')).toHaveLength(1);
    expect((await results).filter((result) => result === 'ERR_CIRCUIT_OPEN')).toHaveLength(99);
    expect(breaker.state(key)).toBe('closed');
    expect(await run(succeed)).toBe('ok');
  });

  it('opens again for the whole time when the probe fails', async () => {
    const { clock, breaker, run, open } = breaking();
    await open();
    await clock.advance(10_000);
    await run(fail());
    await clock.advance(9999);
    expect(breaker.state(key)).toBe('open');
    await clock.advance(1);
    expect(await run(succeed)).toBe('ok');
  });

  it('closes when the probe finds the server alive, if with a 404', async () => {
    const { clock, breaker, run, open } = breaking();
    await open();
    await clock.advance(10_000);
    await run(fail({ code: 'ERR_NOT_FOUND', category: 'not-found', httpStatus: 404 }));
    expect(breaker.state(key)).toBe('closed');
  });

  it('lets the next one try when the caller of the probe left', async () => {
    const { clock, breaker, run, open } = breaking();
    await open();
    await clock.advance(10_000);
    await run(fail({ code: 'ERR_ABORTED' }));
    expect(breaker.state(key)).toBe('half-open');
    expect(await run(succeed)).toBe('ok');
  });

  it('tells each change once, until nobody listens', async () => {
    const { clock, breaker, run, open } = breaking();
    const heard: CircuitChange[] = [];
    const stop = breaker.onChange?.(key, (change) => heard.push(change));
    await open();
    await clock.advance(10_000);
    await run(fail({ code: 'ERR_ABORTED' }));
    await run(succeed);
    expect(heard).toEqual([
      { state: 'open', retryAfterMs: 10_000 },
      { state: 'half-open' },
      { state: 'closed' },
    ]);
    stop?.();
    await open();
    expect(heard).toHaveLength(3);
  });

  it('is not closed by a call that began before it opened', async () => {
    const { breaker, run, open } = breaking();
    let answer: () => void = () => undefined;
    const late = run(
      () =>
        new Promise<void>((resolve) => {
          answer = resolve;
        }),
    );
    await open();
    answer();
    await late;
    expect(breaker.state(key)).toBe('open');
  });
});
