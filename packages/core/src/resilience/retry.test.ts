import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { ConnectorError, type ConnectorErrorInit } from '../errors/connector-error.ts';
import { type RetryScope, retry } from './retry.ts';
import { createRetryBudget } from './retry-budget.ts';

const transient = { code: 'ERR_TRANSIENT', category: 'transient', message: 'down' } as const;
const throttled = { code: 'ERR_RATE_LIMITED', category: 'rate-limit', message: 'slow' } as const;

function retrying(failures: readonly ConnectorErrorInit[], scope: Partial<RetryScope> = {}) {
  const clock = manualClock(0);
  const startedAt: number[] = [];
  const result = retry(
    async (attempt) => {
      startedAt.push(clock.now());
      const failure = failures[attempt];
      if (failure !== undefined) throw new ConnectorError(failure);
      return 'ok';
    },
    {
      budget: createRetryBudget(),
      clock,
      random: () => 1,
      isRepeatable: () => true,
      ...scope,
    },
  );
  result.catch(() => undefined);
  const delays = () => startedAt.slice(1).map((at, index) => at - (startedAt[index] ?? 0));
  return { clock, result, startedAt, delays };
}

describe('back-off', () => {
  it('doubles from 100 ms up to 20 s, with the jitter at its most', async () => {
    const { clock, result, delays } = retrying(Array(10).fill(transient), {
      options: { maxAttempts: 11 },
    });
    await clock.runUntil(result);
    expect(delays()).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 20_000, 20_000]);
  });

  it.each([
    ['a 429', throttled],
    ['a 503', { ...transient, httpStatus: 503 }],
  ])('begins at 500 ms after %s', async (_, failure) => {
    const { clock, result, delays } = retrying(Array(7).fill(failure), {
      options: { maxAttempts: 8 },
    });
    await clock.runUntil(result);
    expect(delays()).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000]);
  });

  it.each([
    [0, [0, 0, 0]],
    [0.25, [25, 50, 100]],
    [0.5, [50, 100, 200]],
  ])('is spread over the whole time: a draw of %d', async (draw, expected) => {
    const { clock, result, delays } = retrying(Array(3).fill(transient), { random: () => draw });
    await clock.runUntil(result);
    expect(delays()).toEqual(expected);
  });

  it('waits as long as the vendor asks, plus a little spread', async () => {
    const { clock, result, delays } = retrying([{ ...throttled, retryAfterMs: 7000 }]);
    await clock.runUntil(result);
    expect(delays()).toEqual([7100]);
  });

  it('does not wait for an hour: the caller is told', async () => {
    const { result, startedAt } = retrying([{ ...throttled, retryAfterMs: 3_600_000 }]);
    await expect(result).rejects.toMatchObject({
      code: 'ERR_RATE_LIMITED',
      retryAfterMs: 3_600_000,
    });
    expect(startedAt).toHaveLength(1);
  });

  it('that does not fit into the time left is not begun', async () => {
    const { result, startedAt } = retrying([{ ...throttled, retryAfterMs: 5000 }], {
      remainingMs: () => 5000,
    });
    await expect(result).rejects.toMatchObject({ code: 'ERR_RATE_LIMITED' });
    expect(startedAt).toHaveLength(1);
  });

  it('ends at once when the caller aborts, and leaves no timer', async () => {
    const controller = new AbortController();
    const { clock, result } = retrying([{ ...throttled, retryAfterMs: 5000 }], {
      signal: controller.signal,
    });
    await clock.advance(100);
    expect(clock.sleeping).toBe(1);
    controller.abort(new Error('left'));
    await expect(result).rejects.toThrow('left');
    expect(clock.sleeping).toBe(0);
    expect(clock.now()).toBe(100);
  });
});

describe('giving up', () => {
  it('happens after four attempts, with the last error', async () => {
    const { clock, result, startedAt } = retrying([
      ...Array(3).fill(transient),
      { ...transient, code: 'ERR_NETWORK' },
    ]);
    await expect(clock.runUntil(result)).rejects.toMatchObject({ code: 'ERR_NETWORK' });
    expect(startedAt).toHaveLength(4);
  });

  it.each([
    ['not retryable', { ...transient, retryable: false }, {}],
    ['not repeatable', transient, { isRepeatable: () => false }],
    ['not in the budget', transient, { budget: createRetryBudget({ capacity: 4 }) }],
  ] as [string, ConnectorErrorInit, Partial<RetryScope>][])(
    'happens at once when the failure is %s',
    async (_, failure, scope) => {
      const { result, startedAt } = retrying([failure], scope);
      await expect(result).rejects.toMatchObject({ code: 'ERR_TRANSIENT' });
      expect(startedAt).toHaveLength(1);
    },
  );

  it('happens at once for what is no ConnectorError', async () => {
    const clock = manualClock();
    let calls = 0;
    const result = retry(
      async () => {
        calls += 1;
        throw new TypeError('a defect');
      },
      { budget: createRetryBudget(), clock, random: () => 0, isRepeatable: () => true },
    );
    await expect(result).rejects.toThrow('a defect');
    expect(calls).toBe(1);
  });
});
