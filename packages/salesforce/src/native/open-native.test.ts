import { type Clock, memoryTokenStore, systemClock } from '@common/connector-core';
import {
  type SalesforceSandbox,
  startSalesforceSandbox,
} from '@common/connector-sandbox/salesforce';
import jsforce, { type Connection } from 'jsforce';
import { describe, expect, it } from 'vitest';
import { openSalesforce } from '../open-salesforce.fixture.ts';
import { salesforceAuthorizationCode } from '../salesforce-auth.ts';
import { salesforce } from '../salesforce-connector.ts';
import type { JsforceConnection } from './jsforce-connection.ts';
import { loadJsforce } from './load-jsforce.ts';

const data = { path: /\/services\/data\// };
const tokenCalls = { path: /oauth2\/token/ };
const soql = 'SELECT Id, Name FROM Account ORDER BY Id';

/** Back-offs are noted and over at once; time limits are longer, and real. */
function notingClock(): Clock & { readonly waits: readonly number[] } {
  const waits: number[] = [];
  let aheadMs = 0;
  return {
    waits,
    now: () => systemClock.now() + aheadMs,
    async sleep(milliseconds, signal) {
      if (milliseconds > 20_000) return systemClock.sleep(milliseconds, signal);
      waits.push(milliseconds);
      aheadMs += milliseconds;
    },
  };
}

const refusing = (sandbox: SalesforceSandbox, times: number) =>
  sandbox.faults.add({
    kind: 'status',
    status: 401,
    contentType: 'application/json',
    body: '[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]',
    match: data,
    times,
  });

/** Somebody signs in by the browser; what the connector and jsforce itself would go on from. */
async function openWeb() {
  const sandbox = await startSalesforceSandbox();
  const { clientId, clientSecret, loginUrl } = sandbox.settings;
  const redirectUri = 'https://app.example/callback';
  const auth = salesforceAuthorizationCode({ loginUrl, clientId, clientSecret, redirectUri });
  const tokens = memoryTokenStore();
  const connection = 'acme';
  const page = await fetch(await auth.authorizationUrl({ connection }), { redirect: 'manual' });
  await auth.handleCallback(page.headers.get('location') ?? '', { connection, tokens });
  const crm = salesforce({ loginUrl, auth, tokens, connection });
  const { token } = (await tokens.read(connection))!;
  return {
    sandbox,
    crm,
    refreshToken: async () => (await tokens.read(connection))?.token.refreshToken,
    /** As its documentation says. */
    plain: () =>
      new jsforce.Connection({
        version: '67.0',
        instanceUrl: sandbox.url,
        accessToken: token.accessToken!,
        refreshToken: token.refreshToken!,
        oauth2: { clientId: String(clientId), clientSecret: String(clientSecret), loginUrl },
      }),
    async [Symbol.asyncDispose]() {
      await crm.disconnect();
      await sandbox.close();
    },
  };
}

describe('where jsforce alone fails, native()', () => {
  it('ends when Salesforce refuses every session', async () => {
    await using open = await openWeb();
    const { sandbox } = open;
    const connection = await open.crm.native<Connection>();
    refusing(sandbox, 20);
    await expect(connection.query(soql)).rejects.toMatchObject({
      category: 'authentication',
      errorCode: 'INVALID_SESSION_ID',
    });
    expect(sandbox.journal.count(data)).toBe(2);
  });

  it('which jsforce alone does not, not even with a function that keeps what is rotated', async () => {
    await using open = await openWeb();
    const plain = open.plain();
    plain.on('refresh', (_token: string, answer: { refresh_token?: string }) => {
      plain.refreshToken = answer.refresh_token;
    });
    refusing(open.sandbox, 20);
    await plain.query(soql);
    expect(open.sandbox.journal.count(data)).toBe(21);
  });

  it('waits as long as Salesforce asks for', async () => {
    const clock = notingClock();
    await using open = await openSalesforce({}, { clock });
    const connection = await open.crm.native<Connection>();
    const busy = () =>
      open.sandbox.faults.add({ kind: 'status', status: 503, retryAfter: 7, match: data });
    busy();
    const { totalSize } = await connection.query(soql);
    expect(totalSize).toBeGreaterThan(0);
    expect(Math.max(...clock.waits)).toBeGreaterThanOrEqual(7_000);
    // Writes too, which it never repeats alone: with this header the server did not act.
    busy();
    expect(await connection.sobject('Account').create({ Name: 'Later' })).toMatchObject({
      success: true,
    });
  });

  it('which jsforce alone does not wait for', async () => {
    await using open = await openWeb();
    open.sandbox.faults.add({ kind: 'status', status: 503, retryAfter: 20, match: data });
    const startedAt = Date.now();
    await open.plain().query(soql);
    expect(Date.now() - startedAt).toBeLessThan(15_000);
  });

  it('keeps a rotated refresh token', async () => {
    await using open = await openWeb();
    const { sandbox, crm } = open;
    const connection = await crm.native<Connection>();
    let before = await open.refreshToken();
    for (const round of [1, 2, 3]) {
      sandbox.actions.expireSessions();
      const asked = sandbox.journal.count(tokenCalls);
      // jsforce and the connector notice it together, and one of them signs in.
      await Promise.all([
        connection.query(soql),
        connection.describe('Account'),
        crm.get('customer', '001xx0000000001AAA'),
      ]);
      expect(sandbox.journal.count(tokenCalls) - asked, `round ${round}`).toBe(1);
      const after = await open.refreshToken();
      expect(after).toBeTypeOf('string');
      expect(after).not.toBe(before);
      before = after;
    }
  });

  it('which jsforce alone forgets, and is locked out', async () => {
    await using open = await openWeb();
    const plain = open.plain();
    const first = plain.refreshToken;
    open.sandbox.actions.expireSessions();
    await plain.query(soql);
    expect(plain.refreshToken).toBe(first);
    open.sandbox.actions.expireSessions();
    await expect(plain.query(soql)).rejects.toThrow('expired access/refresh token');
  });

  it('follows an org that has moved, with addresses of before', async () => {
    await using open = await openSalesforce();
    const { sandbox } = open;
    const connection = await open.crm.native<Connection>();
    expect(connection.instanceUrl).toBe(sandbox.url);
    const many = Array.from({ length: 250 }, (_, n) => ({ Name: `Many ${n}` }));
    await connection.sobject('Account').create(many, { allowRecursive: true });
    const headers = { 'Sforce-Query-Options': 'batchSize=200' };
    const page = await connection.query(soql, { autoFetch: false, headers });
    for (const move of ['first', 'second']) {
      const { instanceUrl } = sandbox.actions.moveInstance();
      const rest = await connection.queryMore(page.nextRecordsUrl!);
      expect(rest.records.length, move).toBeGreaterThan(0);
      expect(connection.instanceUrl).toBe(instanceUrl);
      expect((await connection.describe('Account')).name).toBe('Account');
    }
  });
});

describe('a jsforce connection of native()', () => {
  it('creates, reads, changes, upserts, deletes, one record and many', async () => {
    await using open = await openSalesforce();
    const connection = await open.crm.native<Connection>();
    const accounts = connection.sobject('Account');
    const { id } = await accounts.create({ Name: 'By native', Credit_Limit__c: 12.5 });
    expect(await open.crm.get('customer', String(id))).toMatchObject({ name: 'By native' });
    expect(await accounts.update({ Id: id!, Name: 'Changed' })).toMatchObject({ success: true });
    expect(await accounts.retrieve(id!)).toMatchObject({ Name: 'Changed', Credit_Limit__c: 12.5 });
    const key = 'ERP_Id__c';
    expect(await accounts.upsert({ ERP_Id__c: 'K-1', Name: 'U' }, key)).toMatchObject({
      created: true,
    });
    const made = await accounts.create([{ Name: 'A' }, { Type: 'Other' }]);
    expect(made).toMatchObject([
      { success: true },
      { success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] },
    ]);
    expect(await accounts.destroy(id!)).toMatchObject({ success: true });
    await expect(accounts.retrieve(id!)).rejects.toMatchObject({
      category: 'not-found',
      errorCode: 'ENTITY_IS_DELETED',
    });
  });

  it('queries to the last page, describes, and knows who it is', async () => {
    await using open = await openSalesforce();
    const { sandbox } = open;
    const connection = await open.crm.native<Connection>();
    const many = Array.from({ length: 450 }, (_, n) => ({ Name: `Many ${n}` }));
    await connection.sobject('Account').create(many, { allowRecursive: true });
    const headers = { 'Sforce-Query-Options': 'batchSize=200' };
    const like = "SELECT Id, Name FROM Account WHERE Name LIKE 'Many %'";
    expect((await connection.query(like, { autoFetch: true, headers })).records).toHaveLength(450);
    let page = await connection.query(like, { autoFetch: false, headers });
    const sizes = [page.records.length];
    while (!page.done) {
      page = await connection.queryMore(page.nextRecordsUrl!, { headers } as never);
      sizes.push(page.records.length);
    }
    expect(sizes).toEqual([200, 200, 50]);
    const { fields } = await connection.describe('Account');
    expect(fields.find(({ name }) => name === 'ERP_Id__c')).toMatchObject({ externalId: true });
    // What apps without jsforce see of it.
    const told: JsforceConnection = connection;
    expect(await told.request('/limits')).toMatchObject({ DailyApiRequests: { Max: 100_000 } });
    const { username, organizationId } = sandbox.settings;
    for (const time of ['first', 'second']) {
      expect(await connection.identity(), time).toMatchObject({ username });
    }
    expect(connection.userInfo).toMatchObject({ organizationId });
    expect(connection.limitInfo.apiUsage?.limit).toBe(100_000);
  });

  it('loads in bulk, rows and streams, and reads what became of each', async () => {
    await using open = await openSalesforce();
    const connection = await open.crm.native<Connection>();
    const options = { object: 'Account', operation: 'insert', lineEnding: 'LF' } as const;
    const results = await connection.bulk2.loadAndWaitForResults({
      ...options,
      input: [
        { Name: 'Comma, "quote"', Tier__c: 'Gold' },
        { Name: 'x', Tier__c: 'Tin' },
      ] as never,
      pollInterval: 1,
    });
    expect(results.successfulResults).toHaveLength(1);
    expect(results.failedResults).toHaveLength(1);

    const job = connection.bulk2.createJob(options);
    await job.open();
    // The session ends on the way: the upload is sent again, whole.
    open.sandbox.actions.expireSessions();
    const { Readable } = await import('node:stream');
    await job.uploadData(Readable.from(['Name\n', 'Ströme\n', 'Zwei\n']));
    await job.close();
    await job.poll(1, 10_000);
    expect(await job.getSuccessfulResults()).toHaveLength(2);
    expect(open.sandbox.state.find('Account', { Name: 'Ströme' })).toHaveLength(1);
  });

  it('reads bulk queries of several pages, over which jsforce alone falls', async () => {
    await using open = await openSalesforce({ accounts: 25, bulkResultRows: 10 });
    const connection = await open.crm.native<Connection>();
    const parsed = await connection.bulk2.query('SELECT Id, Name FROM Account', {
      pollInterval: 1,
    } as never);
    const rows = (await parsed.toArray()) as readonly { readonly Id: string }[];
    expect(new Set(rows.map(({ Id }) => Id)).size).toBe(25);
    expect(rows).toHaveLength(25);
  });

  it('is limited together with the connector', async () => {
    const { createGovernor } = await import('@common/connector-core');
    let running = 0;
    let most = 0;
    const governor = createGovernor({ concurrency: 2 });
    await using open = await openSalesforce(
      {},
      {
        governor: {
          ...governor,
          run: (work, options) =>
            governor.run(async () => {
              running += 1;
              most = Math.max(most, running);
              try {
                return await work();
              } finally {
                running -= 1;
              }
            }, options),
        },
      },
    );
    const connection = await open.crm.native<Connection>();
    const key = '001xx0000000001AAA';
    await Promise.all([
      ...Array.from({ length: 6 }, () => connection.sobject('Account').retrieve(key)),
      ...Array.from({ length: 6 }, () => open.crm.get('customer', key)),
    ]);
    expect(most).toBe(2);
  });

  it('ends its requests with the signal that it was asked for with', async () => {
    await using open = await openSalesforce();
    const stop = new AbortController();
    const connection = await open.crm.native<Connection>({ signal: stop.signal });
    open.sandbox.faults.add({ kind: 'slow-headers', delayMs: 60_000, match: data });
    const upload = connection.request({ method: 'PUT', url: '/never/written' });
    const ended = Promise.allSettled([connection.query(soql), upload]);
    await expect.poll(() => open.sandbox.faults.pending).toHaveLength(0);
    stop.abort();
    expect(await ended).toMatchObject([
      { status: 'rejected', reason: { code: 'ERR_ABORTED' } },
      { status: 'rejected', reason: { code: 'ERR_ABORTED' } },
    ]);
    await expect(connection.query(soql)).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    await expect(open.crm.native({ signal: stop.signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
  });

  it('ends with the connector', async () => {
    await using open = await openSalesforce();
    const connection = await open.crm.native<Connection>();
    open.sandbox.faults.add({ kind: 'slow-headers', delayMs: 60_000, match: data });
    const ended = Promise.allSettled([connection.query(soql)]);
    await expect.poll(() => open.sandbox.faults.pending).toHaveLength(0);
    await open.crm.disconnect();
    const [outcome] = await ended;
    expect(outcome).toMatchObject({ status: 'rejected', reason: { system: 'salesforce' } });
    const before = open.sandbox.journal.count();
    await expect(connection.query(soql)).rejects.toMatchObject({ system: 'salesforce' });
    expect(open.sandbox.journal.count()).toBe(before);
  });

  it('holds no token, and sends none anywhere else', async () => {
    await using open = await openSalesforce();
    const connection = await open.crm.native<Connection>();
    await connection.query(soql);
    const { inspect } = await import('node:util');
    const text = inspect(connection, { depth: 12, showHidden: true });
    expect(text).not.toMatch(/Bearer|00D\w{3,}!/);
    expect(connection.accessToken).toBeUndefined();
    await expect(connection.request('https://evil.example/services/data/')).rejects.toMatchObject({
      code: 'ERR_CROSS_ORIGIN',
    });
  });

  it('leaves the session to the connector', async () => {
    await using open = await openSalesforce();
    const connection = await open.crm.native<Connection>();
    const before = open.sandbox.journal.count();
    const attempts = [
      () => connection.login('user', 'password'),
      () => connection.authorize('code'),
      () => connection.logout(true),
      () => connection.oauth2.revokeToken('token'),
      async () => connection.streaming,
      async () => connection.bulk,
      async () => connection.metadata,
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED_OPERATION' });
    }
    expect(open.sandbox.journal.count()).toBe(before);
  });

  it('tells the code of Salesforce as jsforce does, without values of records', async () => {
    await using open = await openSalesforce();
    const connection = await open.crm.native<Connection>();
    const failure: unknown = await connection
      .sobject('Contact')
      .create({ LastName: 'Lovelace', Email: 'ada at example' })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'ERR_VALIDATION',
      errorCode: 'INVALID_EMAIL_ADDRESS',
      system: 'salesforce',
    });
    const { inspect } = await import('node:util');
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('ada at example');
  });

  it('writes to no other record than was meant', async () => {
    await using open = await openSalesforce();
    const accounts = (await open.crm.native<Connection>()).sobject('Account');
    const record = { ERP_Id__c: 'A#1', Name: 'One' };
    await expect(accounts.upsert(record, 'ERP_Id__c')).rejects.toMatchObject({
      code: 'ERR_VALIDATION',
      message: expect.stringContaining('give a list'),
    });
    expect(await accounts.upsert([record], 'ERP_Id__c')).toMatchObject([{ success: true }]);
    expect(open.sandbox.state.find('Account', { ERP_Id__c: 'A' })).toHaveLength(0);
  });

  it('says what to install when the package is not there', async () => {
    const missing = () => Promise.reject(new Error("Cannot find package 'jsforce'"));
    await expect(loadJsforce(missing)).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('npm install jsforce'),
    });
  });

  it('reads numbers as doubles: digits that only the connector keeps', async () => {
    await using open = await openSalesforce();
    const exact = '9999999999999999.99';
    const [made] = await open.crm.write('customer', [
      {
        op: 'upsert',
        record: { name: 'Exact', addresses: [], custom: { Credit_Limit__c: exact } },
      },
    ]);
    const key = made !== undefined && 'key' in made ? String(made.key) : '';
    const connection = await open.crm.native<Connection>();
    const read = await connection.sobject('Account').retrieve(key);
    expect(String(read.Credit_Limit__c)).not.toBe(exact);
    const kept = await open.crm.get('customer', key);
    expect(kept?.custom?.Credit_Limit__c).toBe(exact);
  });
});
