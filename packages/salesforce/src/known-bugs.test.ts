import { inspect } from 'node:util';
import { memoryTokenStore } from '@common/connector-core';
import { startSalesforceSandbox } from '@common/connector-sandbox/salesforce';
import { describe, expect, it } from 'vitest';
import { collect, errorOf, openSalesforce } from './open-salesforce.fixture.ts';
import { salesforceRefreshToken } from './salesforce-auth.ts';
import { salesforce } from './salesforce-connector.ts';

// Faults of other clients for Salesforce, as far as they concern REST and the sign-in: apache/camel#24857
// and #24885 (a review of camel-salesforce), and those of jsforce in our notes (S-2 to S-17).

const account = '001xx0000000001AAA';
const read = { path: /\/query\?/ };

describe('what went wrong in other clients', () => {
  it('prints no refresh token, wherever the sign-in or connector is printed', async () => {
    const auth = salesforceRefreshToken({
      clientId: 'id',
      clientSecret: 'canary-secret',
      refreshToken: 'canary-refresh',
    });
    const crm = salesforce({ auth });
    for (const text of [
      inspect(auth, { depth: 9 }),
      inspect(crm, { depth: 9 }),
      String(auth),
      JSON.stringify(auth),
    ]) {
      expect(text).not.toContain('canary');
    }
  });

  it('sends the whole body again after a session has ended', async () => {
    await using open = await openSalesforce({ accounts: 0 });
    const { crm, sandbox } = open;
    await crm.describe('customer');
    sandbox.actions.expireSessions();
    const name = `Long ${'x'.repeat(200)}`;
    const [result] = await crm.write('customer', [{ op: 'upsert', record: { name } }]);
    expect(result?.status).toBe('created');
    expect(sandbox.state.find('Account')[0]?.Name).toBe(name);
    const bodies = sandbox.journal
      .entries({ path: /\/composite\/sobjects/ })
      .map(({ body }) => body);
    expect(new Set(bodies).size).toBe(1);
  });

  it('sends one authorization header after a new sign-in, with the new token', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    const { crm, sandbox } = open;
    const seen: (string | undefined)[] = [];
    await crm.get('customer', account);
    sandbox.actions.expireSessions();
    await crm.get('customer', account);
    for (const { headers, status } of sandbox.journal.entries(read)) {
      seen.push(headers.authorization);
      expect(headers.authorization?.includes(',')).toBe(false);
      expect([200, 401]).toContain(status);
    }
    expect(seen).toHaveLength(3);
  });

  it('takes a body that ends too early for no answer', async () => {
    await using open = await openSalesforce({ accounts: 5 });
    open.sandbox.faults.add({ kind: 'truncate-body', match: read });
    const pages = await collect(open.crm.list('customer'));
    expect(pages.flatMap(({ records }) => records)).toHaveLength(5);
    open.sandbox.faults.add({ kind: 'truncate-body', match: read, times: 20 });
    await expect(collect(open.crm.list('customer'))).rejects.toMatchObject({ retryable: true });
  });

  it('ends, instead of searching for ever, when the answer is JSON but no page', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    for (const body of ['[]', '5', '"text"', '{"records":[]}', '{"records":[],"done":false}']) {
      open.sandbox.faults.add({
        ...{ kind: 'status', status: 200, contentType: 'application/json', body },
        match: read,
      });
      await expect(open.crm.get('customer', account)).rejects.toMatchObject({
        code: 'ERR_INVALID_RESPONSE',
      });
    }
  });

  it('says unknown, instead of success, when what comes back from a write is no result', async () => {
    await using open = await openSalesforce({ accounts: 0 });
    for (const body of ['{}', '[]', '[{"success":true},{"success":true}]']) {
      open.sandbox.faults.add({
        ...{ kind: 'status', status: 200, contentType: 'application/json', body },
        match: { path: /\/composite\/sobjects/ },
      });
      const [result] = await open.crm.write('customer', [{ op: 'upsert', record: { name: 'A' } }]);
      expect(result?.status).toBe('unknown');
    }
  });

  it('sends allOrNone as it is set, in both directions', async () => {
    for (const allOrNone of [true, false]) {
      await using open = await openSalesforce({ accounts: 1 }, { allOrNone });
      await open.crm.write('customer', [
        { op: 'upsert', record: { name: 'A' } },
        { op: 'upsert', key: account, record: { name: 'B' } },
      ]);
      await open.crm.write('customer', [{ op: 'delete', key: account }]);
      const sent = open.sandbox.journal.entries({ path: /\/composite\/sobjects/ });
      expect(sent.map(({ body, query }) => `${body}${query}`)).toEqual([
        expect.stringContaining(`"allOrNone":${allOrNone}`),
        expect.stringContaining(`"allOrNone":${allOrNone}`),
        expect.stringContaining(`allOrNone=${allOrNone}`),
      ]);
    }
  });

  it('fails once, not twice, when a request fails', async () => {
    await using open = await openSalesforce({ accounts: 0 });
    open.sandbox.faults.add({
      ...{ kind: 'status', status: 400, contentType: 'application/json' },
      body: '[{"errorCode":"JSON_PARSER_ERROR","message":"no"}]',
      match: { path: /\/composite\/sobjects/ },
      times: 9,
    });
    const results = await open.crm.write('customer', [
      { op: 'upsert', record: { name: 'A' } },
      { op: 'upsert', record: { name: 'B' } },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['failed', 'failed']);
    expect(open.sandbox.journal.count({ path: /\/composite\/sobjects/ })).toBe(1);
  });

  it('waits between sign-ins that fail, and does not hammer the login host', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    const { sandbox, crm } = open;
    sandbox.faults.add({
      ...{ kind: 'status', status: 400, contentType: 'application/json' },
      body: '{"error":"invalid_grant","error_description":"authentication failure"}',
      match: { path: /oauth2\/token/ },
      times: 100,
    });
    const calls = Array.from({ length: 20 }, () => crm.get('customer', account));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(sandbox.journal.count({ path: /oauth2\/token/ })).toBeLessThanOrEqual(2);
  });

  it('hands a login that was interrupted to the next caller, and never hangs', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    const { sandbox, crm } = open;
    sandbox.faults.add({ kind: 'slow-headers', delayMs: 300, match: { path: /oauth2\/token/ } });
    const abort = new AbortController();
    const first = crm.get('customer', account, { signal: abort.signal });
    const second = crm.get('customer', account);
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(await second).toBeDefined();
  });

  it('does not repeat a call without end on a 401 that stays (jsforce#1766)', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    open.sandbox.faults.add({ kind: 'status', status: 401, match: read, times: 100 });
    await expect(open.crm.get('customer', account)).rejects.toMatchObject({
      category: 'authentication',
    });
    expect(open.sandbox.journal.count(read)).toBeLessThanOrEqual(2);
  });

  it('repeats a call at the new address of the org (jsforce#196)', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    const { sandbox, crm } = open;
    await crm.get('customer', account);
    sandbox.actions.moveInstance();
    const results = await crm.write('customer', [
      { op: 'upsert', key: account, record: { name: 'Moved' } },
    ]);
    expect(results).toMatchObject([{ status: 'updated' }]);
  });

  it('waits as long as Retry-After says', async () => {
    const waits: number[] = [];
    await using open = await openSalesforce(
      { accounts: 1 },
      {
        clock: {
          now: () => Date.now(),
          sleep: async (milliseconds, signal) => {
            waits.push(milliseconds);
            // Time limits are waits as well; they end with their call.
            if (milliseconds > 9_000)
              await new Promise((end) => signal?.addEventListener('abort', end));
          },
        },
      },
    );
    open.sandbox.faults.add({ kind: 'status', status: 503, retryAfter: 5, match: read });
    expect(await open.crm.get('customer', account)).toBeDefined();
    expect(waits).toContain(5_000);
  });

  it('reads all of a query, however long it is (maxFetch 10,000)', async () => {
    await using open = await openSalesforce({ accounts: 0, contacts: 0, orders: 0 });
    const records = Array.from({ length: 10_050 }, (_, n) => ({ Name: `N${n}` }));
    open.sandbox.actions.createRecords({ object: 'Account', records });
    let count = 0;
    for await (const page of open.crm.list('customer')) count += page.records.length;
    expect(count).toBe(10_050);
    const answer = await open.crm.call('query', { soql: 'SELECT Id FROM Account' });
    expect(answer).toMatchObject({ totalSize: 10_050 });
  });

  it('keeps a refresh token that was rotated, before it is used', async () => {
    const sandbox = await startSalesforceSandbox({ accounts: 1 });
    const { clientId, clientSecret, loginUrl } = sandbox.settings;
    const { salesforceAuthorizationCode } = await import('./salesforce-auth.ts');
    const redirectUri = 'https://app.example/callback';
    const auth = salesforceAuthorizationCode({ loginUrl, clientId, clientSecret, redirectUri });
    const store = memoryTokenStore();
    const tokens = {
      ...store,
      write: async (...[connection, token, version, options]: Parameters<typeof store.write>) => {
        const calls = sandbox.journal.count({ path: /\/services\/data\// });
        order.push(`${token.refreshing === undefined ? 'stored' : 'marked'} at ${calls}`);
        return store.write(connection, token, version, options);
      },
    };
    const order: string[] = [];
    const url = await auth.authorizationUrl({ connection: 'acme' });
    const answer = await fetch(url, { redirect: 'manual' });
    const callback = answer.headers.get('location') ?? '';
    await auth.handleCallback(callback, { connection: 'acme', tokens });
    const crm = salesforce({ loginUrl, auth, tokens, connection: 'acme' });
    await crm.get('customer', account);
    sandbox.actions.expireSessions();
    order.length = 0;
    const before = sandbox.journal.count({ path: /\/services\/data\// });
    expect(await crm.get('customer', account)).toBeDefined();
    // The call that was refused is sent again once the new tokens are stored.
    expect(order).toEqual([`marked at ${before + 1}`, `stored at ${before + 1}`]);
    expect(sandbox.journal.count({ path: /\/services\/data\// })).toBe(before + 2);
    await crm.disconnect();
    await sandbox.close();
  });

  it('says what is wrong with each record, not only that there are errors', async () => {
    await using open = await openSalesforce({ accounts: 0 });
    const [result] = await open.crm.write('contact', [
      {
        op: 'upsert',
        record: { lastName: 'A', email: 'no address', customer: '001xx0000000zzzAAA' },
      },
    ]);
    expect(errorOf(result).message).toMatch(/Salesforce says [A-Z_]+/);
  });
});
