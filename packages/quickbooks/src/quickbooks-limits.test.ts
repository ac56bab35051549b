import {
  createGovernor,
  type Governor,
  manualClock,
  memoryBudgetStore,
} from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { openQuickbooks } from './open-quickbooks.fixture.ts';
import { quickbooksGovernors, quickbooksRates } from './quickbooks-limits.ts';

/** How many pieces of work start within a time, when there are more than enough. */
async function startedWithin(kind: 'requests' | 'batches', spanMs: number): Promise<number> {
  const clock = manualClock();
  const governor = quickbooksGovernors({ clock })[kind];
  let started = 0;
  const work = async (): Promise<void> => {
    started += 1;
  };
  for (let n = 0; n < 2_000; n += 1) void governor.run(work);
  for (let at = 0; at < spanMs; at += 100) {
    await clock.advance(100);
  }
  return started;
}

describe('the limits of Intuit', () => {
  it('are kept: no more than 10 requests in a second, 500 in a minute', async () => {
    expect(await startedWithin('requests', 1_000)).toBe(9);
    const inMinute = await startedWithin('requests', 60_000);
    expect(inMinute).toBeLessThanOrEqual(500);
    expect(inMinute).toBeGreaterThan(490);
  });

  it('are kept for batches: 40 in a minute', async () => {
    expect(await startedWithin('batches', 59_000)).toBe(40);
  });

  it('are those of a governor that was given, for requests', () => {
    const governor = createGovernor({ concurrency: 1 });
    expect(quickbooksGovernors({ governor }).requests).toBe(governor);
  });

  it('are one for batches too, of all connectors and processes that share the governor', async () => {
    const clock = manualClock();
    const shared = { store: memoryBudgetStore(), name: 'quickbooks:1' };
    const started: string[] = [];
    for (const worker of ['a', 'b']) {
      const governor = createGovernor({
        clock,
        rate: quickbooksRates,
        shared: { ...shared, worker },
      });
      for (const { batches } of [
        quickbooksGovernors({ governor }),
        quickbooksGovernors({ governor }),
      ]) {
        for (let n = 0; n < 50; n += 1) void batches.run(async () => void started.push(worker));
      }
    }
    for (let at = 0; at < 59; at += 1) await clock.advance(1_000);
    expect(started.length).toBeLessThanOrEqual(40);
    expect(started.length).toBeGreaterThan(25);
  });

  it('are kept for batches beside a governor that is not ours', async () => {
    const { beside: _, ...governor } = createGovernor();
    expect(quickbooksGovernors({ governor }).batches).not.toBe(governor);
  });
});

describe('requests before the sign-in', () => {
  it('wait for the first one, or they would all go in one moment with the next', async () => {
    const governor = createGovernor();
    const tokensBefore: number[] = [];
    const counting: Governor = {
      ...governor,
      run(work, options) {
        tokensBefore.push(open.sandbox.journal.count({ operation: 'token' }));
        return governor.run(work, options);
      },
    };
    await using open = await openQuickbooks({}, { governor: counting });
    await Promise.all(['1', '2', '3', '4', '5'].map((key) => open.books.get('customer', key)));
    expect(tokensBefore).toEqual([0, 1, 1, 1, 1]);
  });

  it('are tried one after the other when there is no way to sign in', async () => {
    await using open = await openQuickbooks();
    open.sandbox.actions.disconnect();
    const outcomes = await Promise.allSettled(
      ['1', '2', '3'].map((key) => open.books.get('customer', key)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(open.sandbox.journal.count({ operation: 'token' })).toBe(1);
  });

  it('may be left by their callers, who are told so', async () => {
    await using open = await openQuickbooks();
    const match = { operation: 'token' };
    open.sandbox.faults.add({ kind: 'slow-headers', delayMs: 300, match });
    const controller = new AbortController();
    const first = open.books.get('customer', '1');
    const second = open.books.get('customer', '2', { signal: controller.signal });
    const third = open.books.describe('invoice', { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(second).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    await expect(third).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(await first).toBeDefined();
  });
});
