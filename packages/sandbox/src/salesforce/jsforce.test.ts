import jsforce from 'jsforce';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signAssertion } from './salesforce-caller.fixture.ts';
import { type SalesforceSandbox, startSalesforceSandbox } from './salesforce-sandbox.ts';

// A client that is not ours: what it understands, the simulator says rightly.

let sandbox: SalesforceSandbox;
let connection: InstanceType<typeof jsforce.Connection>;

const version = '60.0';
const jwtGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const oauth2 = (loginUrl: string) => ({
  clientId: sandbox.settings.clientId,
  clientSecret: sandbox.settings.clientSecret,
  redirectUri: 'http://localhost/callback',
  loginUrl,
});
const connect = (loginUrl: string) =>
  new jsforce.Connection({ version, oauth2: oauth2(loginUrl), loginUrl });

beforeEach(async () => {
  sandbox = await startSalesforceSandbox({ accounts: 5, longPollMs: 50 });
  connection = connect(sandbox.url);
  await connection.authorize({ grant_type: 'client_credentials' });
});
afterEach(() => sandbox.close());

describe('jsforce signs in', () => {
  it('with client credentials', async () => {
    expect(connection.instanceUrl).toBe(sandbox.url);
    expect(connection.userInfo).toMatchObject({
      id: sandbox.settings.userId,
      organizationId: sandbox.settings.organizationId,
    });
    expect(await connection.identity()).toMatchObject({ username: sandbox.settings.username });
  });

  it('with a JWT assertion', async () => {
    const other = connect(sandbox.settings.loginUrl);
    await other.authorize({ grant_type: jwtGrant, assertion: signAssertion(sandbox) } as never);
    expect((await other.sobject('Account').count()) as number).toBe(5);
  });

  it('with a code, refreshes when the session ended, and is told of the rotated token', async () => {
    const other = connect(sandbox.settings.loginUrl);
    const verifier = new jsforce.OAuth2({
      ...oauth2(sandbox.settings.loginUrl),
      useVerifier: true,
    });
    const url = verifier.getAuthorizationUrl({
      scope: 'api refresh_token',
      code_challenge_method: 'S256',
    } as never);
    const answer = await fetch(url, { redirect: 'manual' });
    const code = new URL(answer.headers.get('location')!).searchParams.get('code')!;
    await other.authorize(code, { code_verifier: verifier.codeVerifier! });
    const first = other.refreshToken;
    let rotated: string | undefined;
    other.on('refresh', (_token: string, answered: { refresh_token?: string }) => {
      rotated = answered.refresh_token;
    });
    sandbox.actions.expireSessions();
    expect(await other.sobject('Account').count()).toBe(5);
    expect(rotated).toEqual(expect.any(String));
    expect(rotated).not.toBe(first);
  });

  it('and reads an OAuth error', async () => {
    await expect(
      connect(sandbox.settings.loginUrl).authorize({ grant_type: 'client_credentials' }),
    ).rejects.toMatchObject({
      name: 'invalid_grant',
      message: 'request not supported on this domain',
    });
  });
});

describe('jsforce works on records', () => {
  it('creates, reads, changes, upserts, deletes', async () => {
    const accounts = connection.sobject('Account');
    const created = await accounts.create({ Name: 'From jsforce', Credit_Limit__c: 12.5 });
    expect(created).toEqual({ id: expect.stringMatching(/^001/), success: true, errors: [] });
    const id = created.id!;
    expect(await accounts.retrieve(id)).toMatchObject({
      Name: 'From jsforce',
      Credit_Limit__c: 12.5,
    });
    expect(await accounts.update({ Id: id, Name: 'Changed' })).toMatchObject({ id, success: true });
    const key = 'ERP_Id__c';
    expect(await accounts.upsert({ ERP_Id__c: 'K-1', Name: 'U' }, key)).toMatchObject({
      created: true,
    });
    expect(await accounts.upsert({ ERP_Id__c: 'K-1', Name: 'V' }, key)).toMatchObject({
      created: false,
    });
    expect(sandbox.state.find('Account', { ERP_Id__c: 'K-1' })).toMatchObject([{ Name: 'V' }]);
    expect(await accounts.destroy(id)).toMatchObject({ id, success: true });
    await expect(accounts.retrieve(id)).rejects.toMatchObject({ errorCode: 'ENTITY_IS_DELETED' });
  });

  it('creates, changes, upserts, reads and deletes collections', async () => {
    const accounts = connection.sobject('Account');
    const created = await accounts.create([{ Name: 'A' }, { Type: 'Other' }, { Name: 'C' }]);
    expect(created.map(({ success }) => success)).toEqual([true, false, true]);
    expect(created[1]).toMatchObject({
      errors: [{ statusCode: 'REQUIRED_FIELD_MISSING', fields: ['Name'] }],
    });
    const ids = [created[0]!.id!, created[2]!.id!];
    const updated = await accounts.update(
      ids.map((Id) => ({ Id, Site: 'HQ' })),
      { allOrNone: true },
    );
    expect(updated.every(({ success }) => success)).toBe(true);
    expect((await accounts.retrieve(ids)).map(({ Site }) => Site)).toEqual(['HQ', 'HQ']);
    const upserted = await accounts.upsert(
      [
        { ERP_Id__c: 'X/1 #', Name: 'X1' },
        { ERP_Id__c: 'X/2', Name: 'X2' },
      ],
      'ERP_Id__c',
    );
    expect(upserted).toMatchObject([{ created: true }, { created: true }]);
    const many = Array.from({ length: 450 }, (_, index) => ({ Name: `Many ${index}` }));
    const all = await accounts.create(many, { allowRecursive: true });
    expect(all.filter(({ success }) => success)).toHaveLength(450);
    expect((await accounts.destroy(ids)).every(({ success }) => success)).toBe(true);
  });

  it('queries page by page, with parents, children and deleted records', async () => {
    const many = Array.from({ length: 450 }, (_, index) => ({ Name: `Many ${index}` }));
    await connection.sobject('Account').create(many, { allowRecursive: true });
    const headers = { 'Sforce-Query-Options': 'batchSize=200' };
    const soql = "SELECT Id, Name, Owner.Name FROM Account WHERE Name LIKE 'Many %'";
    let page = await connection.query(soql, { autoFetch: false, headers });
    const sizes = [page.records.length];
    while (!page.done) {
      page = await connection.queryMore(page.nextRecordsUrl!, { headers } as never);
      sizes.push(page.records.length);
    }
    expect(sizes).toEqual([200, 200, 50]);
    const fetched = await connection.query(soql, { autoFetch: true, headers });
    expect(fetched.records).toHaveLength(450);
    const orders = await connection
      .sobject('Order')
      .find({}, 'Id, Account.Name, TotalAmount')
      .include('OrderItems', {}, 'Id, Quantity')
      .end()
      .limit(3);
    expect(orders).toHaveLength(3);
    expect(orders[0]).toMatchObject({
      Account: { Name: expect.any(String) },
      OrderItems: { done: true },
    });
    await connection.sobject('Account').destroy(String(fetched.records[0]!.Id));
    const scan = await connection.query('SELECT Id FROM Account WHERE IsDeleted = true', {
      scanAll: true,
    });
    expect(scan.totalSize).toBe(1);
  });

  it('reads errors with their codes and fields', async () => {
    await expect(
      connection.sobject('Account').create({ Name: 'x'.repeat(300) }),
    ).rejects.toMatchObject({
      errorCode: 'STRING_TOO_LONG',
      data: { fields: ['Name'] },
    });
    await expect(connection.query('SELECT Nope FROM Account')).rejects.toMatchObject({
      errorCode: 'INVALID_FIELD',
    });
    sandbox.faults.add({ kind: 'request-limit' });
    await expect(connection.query('SELECT Id FROM Account')).rejects.toMatchObject({
      errorCode: 'REQUEST_LIMIT_EXCEEDED',
      message: 'TotalRequests Limit exceeded.',
    });
    sandbox.faults.add({ kind: 'gateway-error', times: 6 });
    await expect(
      connection.request({ method: 'POST', url: '/sobjects/Account', body: '{}' }),
    ).rejects.toMatchObject({ errorCode: 'UNKNOWN_EXCEPTION' });
  });
});

describe('jsforce asks about the organisation', () => {
  it('describes, reads limits and what changed', async () => {
    const global = await connection.describeGlobal();
    expect(global.sobjects.map(({ name }) => name)).toContain('Purchase_Order__c');
    const account = await connection.describe('Account');
    expect(account.fields.find(({ name }) => name === 'ERP_Id__c')).toMatchObject({
      externalId: true,
    });
    expect(await connection.limits()).toMatchObject({ DailyApiRequests: { Max: 100_000 } });
    expect(connection.limitInfo.apiUsage).toEqual({ used: 3, limit: 100_000 });

    const start = new Date(sandbox.clock.now() - 3_600_000);
    const { id } = await connection.sobject('Account').create({ Name: 'Changed' });
    const [gone] = sandbox.state.find('Contact').map(({ Id }) => String(Id));
    await connection.sobject('Contact').destroy(gone!);
    sandbox.clock.advance(60_000);
    const end = new Date(sandbox.clock.now());
    const updated = await connection.sobject('Account').updated(start, end);
    expect(updated.ids).toEqual([id]);
    const deleted = await connection.sobject('Contact').deleted(start, end);
    expect(deleted.deletedRecords.map((record) => record.id)).toEqual([gone]);
  });
});

describe('jsforce loads in bulk', () => {
  it('and reads what became of each row', async () => {
    connection.bulk2.pollInterval = 1;
    const results = await connection.bulk2.loadAndWaitForResults({
      object: 'Account',
      operation: 'upsert',
      externalIdFieldName: 'ERP_Id__c',
      lineEnding: 'LF',
      input: [
        // The first row makes the header.
        { ERP_Id__c: 'J1', Name: 'Comma, "quote"', Tier__c: 'Gold' },
        { ERP_Id__c: 'J2', Name: 'Line\nbreak' },
        { ERP_Id__c: 'J3', Name: 'x', Tier__c: 'Tin' },
      ] as never,
      pollInterval: 1,
    });
    expect(results.successfulResults).toHaveLength(2);
    expect(results.failedResults).toMatchObject([
      {
        ERP_Id__c: 'J3',
        sf__Error: expect.stringContaining('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'),
      },
    ]);
    expect(results.unprocessedRecords).toEqual([]);
    expect(sandbox.state.find('Account', { ERP_Id__c: 'J2' })).toMatchObject([
      { Name: 'Line\nbreak' },
    ]);
  });

  it('and queries one page of results', async () => {
    const stream = await connection.bulk2.query('SELECT Id, Name FROM Account ORDER BY Id', {
      pollInterval: 1,
    } as never);
    const rows: unknown[] = [];
    for await (const row of stream.stream() as unknown as AsyncIterable<Buffer>) rows.push(row);
    expect(Buffer.concat(rows as Buffer[]).toString()).toContain("O'Brien & Söhne");
  });
});

describe('jsforce listens', () => {
  it('to changes, from a replay id on', async () => {
    const channel = '/data/AccountChangeEvent';
    await connection.sobject('Account').create({ Name: 'Before' });
    await connection.sobject('Account').create({ Name: 'Missed' });
    const [before] = sandbox.state.events();
    const { StreamingExtension } = await import('jsforce/api/streaming');
    const client = connection.streaming.createClient([
      new StreamingExtension.Replay(channel, before!.replayId),
    ]);
    const names: unknown[] = [];
    await client.subscribe(channel, (message: { payload: { Name: string } }) => {
      names.push(message.payload.Name);
    });
    await connection.sobject('Account').create({ Name: 'Live' });
    await expect.poll(() => names, { timeout: 5_000 }).toEqual(['Missed', 'Live']);
    await (client as unknown as { disconnect(): Promise<void> }).disconnect();
  });

  it('until its session is dead', async () => {
    const { StreamingExtension } = await import('jsforce/api/streaming');
    const failed = new Promise((resolve) => {
      const client = connection.streaming.createClient([
        new StreamingExtension.AuthFailure(resolve),
      ]);
      client.subscribe('/data/AccountChangeEvent', () => undefined);
      sandbox.actions.expireSessions();
    });
    expect(await failed).toMatchObject({ advice: { reconnect: 'none' } });
  });
});
