import { createGovernor } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { openSalesforce } from './open-salesforce.fixture.ts';

const account = '001xx0000000001AAA';
const read = { path: /\/query\?/ };

describe('limits of the org', () => {
  it('tell the caller to come back later when the day is used up, and ask once', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    await open.crm.describe('customer');
    open.sandbox.faults.add({ kind: 'request-limit', match: read, times: 20 });
    await expect(open.crm.get('customer', account)).rejects.toMatchObject({
      category: 'rate-limit',
      retryable: true,
      retryAfterMs: 900_000,
      httpStatus: 403,
    });
    expect(open.sandbox.journal.count(read)).toBe(1);
  });

  it('pause all calls for a moment when too many run, and then go on', async () => {
    const waits: number[] = [];
    const clock = {
      now: () => Date.now(),
      sleep: (milliseconds: number, signal?: AbortSignal) => {
        if (milliseconds <= 9_000) waits.push(milliseconds);
        // Time limits never come; back-offs are over at once.
        return milliseconds <= 9_000
          ? Promise.resolve()
          : new Promise<void>((_, end) =>
              signal?.addEventListener('abort', () => end(signal.reason)),
            );
      },
    };
    await using open = await openSalesforce({ accounts: 1 }, { clock });
    await open.crm.describe('customer');
    open.sandbox.faults.add({ kind: 'concurrent-limit', match: read });
    expect(await open.crm.get('customer', account)).toBeDefined();
    expect(waits).toContain(5_000);
  });

  it('are told to the governor that the connections of the org share', async () => {
    const governor = createGovernor();
    await using open = await openSalesforce({ accounts: 1, dailyApiRequests: 1000 }, { governor });
    open.sandbox.actions.setUsedRequests({ used: 900 });
    await open.crm.get('customer', account);
    const [limit] = governor.state?.().limits ?? [];
    expect(limit).toMatchObject({ source: 'sforce-limit-info api-usage', limit: 1000 });
    expect(limit?.remaining).toBeLessThan(100);
  });

  it.each([
    ['a locked row', 'lock-row'],
    ['an ended session', 'expired-session'],
    ['a server that is unavailable', 'server-unavailable'],
    ['a page of maintenance', 'maintenance'],
    ['XML of a gateway', 'gateway-error'],
  ])('and %s cost a write nothing', async (_what, kind) => {
    await using open = await openSalesforce({ accounts: 1, orders: 0 });
    const path = /\/composite\/(?:sobjects|graph)/;
    open.sandbox.faults.add({ kind, match: { path } });
    const [updated] = await open.crm.write('customer', [
      { op: 'upsert', key: account, record: { name: 'Changed' } },
    ]);
    expect(updated?.status).toBe('updated');
    open.sandbox.faults.add({ kind, match: { path } });
    const [created] = await open.crm.write('customer', [
      { op: 'upsert', record: { name: 'New' }, idempotencyKey: 'K' },
    ]);
    expect(created?.status).toBe('created');
    expect(open.sandbox.state.find('Account')).toHaveLength(2);
  });
});
