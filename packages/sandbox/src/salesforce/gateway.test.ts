import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSalesforceCaller, type SalesforceCaller } from './salesforce-caller.fixture.ts';
import type { SalesforceSandboxOptions } from './salesforce-options.ts';
import { type SalesforceSandbox, startSalesforceSandbox } from './salesforce-sandbox.ts';

let sandbox: SalesforceSandbox;
let call: SalesforceCaller;

const start = async (options: SalesforceSandboxOptions = {}): Promise<void> => {
  await sandbox?.close();
  sandbox = await startSalesforceSandbox({
    accounts: 6,
    contacts: 0,
    products: 0,
    orders: 0,
    ...options,
  });
  call = await createSalesforceCaller(sandbox);
};
beforeEach(() => start());
afterEach(() => sandbox.close());

const codeOf = async (answer: Promise<{ status: number; json: { errorCode: string }[] }>) => {
  const { status, json } = await answer;
  return [status, json[0]?.errorCode];
};

describe('the REST API', () => {
  it('lists its versions to anybody', async () => {
    const versions = (await (await fetch(`${sandbox.url}/services/data/`)).json()) as {
      readonly version: string;
    }[];
    expect(versions).toContainEqual({
      label: "Spring '24",
      url: '/services/data/v60.0',
      version: '60.0',
    });
    expect(versions[0]?.version).toBe('31.0');
    expect(versions.at(-1)).toMatchObject({ label: "Winter '27", version: '68.0' });
  });

  it('knows the versions it has', async () => {
    expect(await codeOf(call('GET', '/services/data/v69.0/limits'))).toEqual([404, 'NOT_FOUND']);
    expect(await codeOf(call('GET', '/services/data/v7.0/limits'))).toEqual([
      410,
      'UNSUPPORTED_API_VERSION',
    ]);
    expect((await call('GET', '/services/data/v31.0/limits')).status).toBe(200);
  });

  it('words what is wrong with a call', async () => {
    expect(await codeOf(call('GET', '/nothing'))).toEqual([404, 'NOT_FOUND']);
    expect(await codeOf(call('GET', '/sobjects/Nope/describe'))).toEqual([404, 'NOT_FOUND']);
    expect(await codeOf(call('PUT', '/sobjects/Account', {}))).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(await codeOf(call('POST', '/sobjects/Account', '{"Name":'))).toEqual([
      400,
      'JSON_PARSER_ERROR',
    ]);
    expect(await codeOf(call('POST', '/sobjects/Account', '[]'))).toEqual([
      400,
      'JSON_PARSER_ERROR',
    ]);
    expect(
      await codeOf(call('POST', '/sobjects/Account', 'Name=x', { 'content-type': 'text/plain' })),
    ).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    const long = `SELECT Id FROM Account WHERE Name = '${'x'.repeat(17_000)}'`;
    expect(await codeOf(call.query(long))).toEqual([414, 'URI_TOO_LONG']);
  });

  it('counts requests and says so in each answer', async () => {
    const first = await call('GET', '/limits');
    expect(first.headers.get('sforce-limit-info')).toBe('api-usage=1/100000');
    expect(first.json.DailyApiRequests).toEqual({ Max: 100_000, Remaining: 99_999 });
    const refused = await call('GET', '/sobjects/Account/001xx00000000zzAAA');
    expect(refused.headers.get('sforce-limit-info')).toBe('api-usage=2/100000');
  });

  it('ends at the limit of the day', async () => {
    await start({ dailyApiRequests: 2 });
    await call('GET', '/limits');
    await call('GET', '/limits');
    const refused = await call('GET', '/limits');
    expect([refused.status, refused.json]).toEqual([
      403,
      [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }],
    ]);
    sandbox.clock.advance(24 * 3_600_000);
    call = await createSalesforceCaller(sandbox);
    expect((await call('GET', '/limits')).status).toBe(200);
  });

  it('may be switched off', async () => {
    sandbox.actions.setApiEnabled({ enabled: false });
    expect(await codeOf(call('GET', '/limits'))).toEqual([403, 'API_DISABLED_FOR_ORG']);
  });
});

describe('describe', () => {
  it('lists the objects', async () => {
    const { json } = await call('GET', '/sobjects');
    expect(json).toMatchObject({ encoding: 'UTF-8', maxBatchSize: 200 });
    const names = json.sobjects.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['Account', 'OrderItem', 'Purchase_Order__c']));
    expect(names).not.toContain('Invoice');
    expect(json.sobjects[0]).toMatchObject({
      name: 'Account',
      keyPrefix: '001',
      custom: false,
      urls: { sobject: '/services/data/v60.0/sobjects/Account' },
    });
  });

  it('tells of fields and of children', async () => {
    const { json } = await call('GET', '/sobjects/Account/describe');
    const field = (name: string) =>
      json.fields.find((candidate: { name: string }) => candidate.name === name);
    expect(field('ERP_Id__c')).toMatchObject({
      type: 'string',
      length: 80,
      byteLength: 240,
      externalId: true,
      idLookup: true,
      unique: true,
      custom: true,
      nillable: true,
      soapType: 'xsd:string',
    });
    expect(field('Credit_Limit__c')).toMatchObject({ type: 'currency', precision: 18, scale: 2 });
    expect(field('ParentId')).toMatchObject({
      type: 'reference',
      referenceTo: ['Account'],
      relationshipName: 'Parent',
    });
    expect(field('Name')).toMatchObject({ nillable: false, nameField: true });
    expect(field('Tier__c')).toMatchObject({
      restrictedPicklist: true,
      picklistValues: expect.arrayContaining([
        expect.objectContaining({ value: 'Gold', active: true }),
      ]),
    });
    expect(field('BillingCity').compoundFieldName).toBe('BillingAddress');
    expect(field('SystemModstamp')).toMatchObject({
      createable: false,
      updateable: false,
      nillable: false,
    });
    expect(json.childRelationships).toContainEqual(
      expect.objectContaining({
        childSObject: 'Contact',
        field: 'AccountId',
        relationshipName: 'Contacts',
      }),
    );
    const order = (await call('GET', '/sobjects/Order/describe')).json;
    const total = order.fields.find(({ name }: { name: string }) => name === 'TotalAmount');
    expect(total).toMatchObject({ createable: false, updateable: false });
  });

  it('answers 304 until somebody changes the schema', async () => {
    const first = await call('GET', '/sobjects/Account/describe');
    const since = { 'if-modified-since': first.headers.get('last-modified')! };
    const same = await call('GET', '/sobjects/Account/describe', undefined, since);
    expect([same.status, same.text]).toEqual([304, '']);
    sandbox.clock.advance(1_000);
    sandbox.actions.addField({ object: 'Account', field: { name: 'New__c', type: 'date' } });
    const changed = await call('GET', '/sobjects/Account/describe', undefined, since);
    expect(changed.status).toBe(200);
    expect(changed.text).toContain('"name":"New__c"');
    expect(
      (await call('POST', '/sobjects/Account', { Name: 'x', New__c: '2026-01-01' })).status,
    ).toBe(201);
  });

  it('follows the options: licences, currencies, own objects and fields', async () => {
    await start({
      invoicing: true,
      currencies: ['EUR', 'JPY'],
      objects: [
        {
          name: 'Machine__c',
          keyPrefix: 'a05',
          fields: [{ name: 'Name', type: 'string', length: 80, required: true, nameField: true }],
        },
      ],
      fields: { Machine__c: [{ name: 'Owner__c', type: 'reference', referenceTo: ['Account'] }] },
    });
    const invoice = (await call('GET', '/sobjects/Invoice/describe')).json;
    expect(invoice.fields.map(({ name }: { name: string }) => name)).toContain('CurrencyIsoCode');
    const made = await call('POST', '/sobjects/Machine__c', {
      Name: 'M',
      Owner__c: '001xx0000000001',
    });
    expect(made.json.id).toMatch(/^a05/);
    const { json } = await call.query('SELECT Owner__r.CurrencyIsoCode FROM Machine__c');
    expect(json.records[0].Owner__r.CurrencyIsoCode).toBe('EUR');
    expect(sandbox.state.count('InvoiceLine')).toBe(0);
  });
});

describe('faults of the vendor', () => {
  it.each([
    ['request-limit', 403, 'TotalRequests Limit exceeded.'],
    ['concurrent-limit', 403, 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.'],
    ['server-unavailable', 503, 'Server temporarily unavailable'],
  ])('%s', async (kind, status, message) => {
    sandbox.faults.add({ kind });
    const answer = await call('GET', '/limits');
    expect([answer.status, answer.json[0].message]).toEqual([status, message]);
    expect((await call('GET', '/limits')).status).toBe(200);
    expect(sandbox.faults.pending).toEqual([]);
  });

  it('lock-row waits for a write', async () => {
    sandbox.faults.add({ kind: 'lock-row' });
    expect((await call('GET', '/limits')).status).toBe(200);
    const write = () => call('POST', '/sobjects/Account', { Name: 'x' });
    expect(await codeOf(write())).toEqual([400, 'UNABLE_TO_LOCK_ROW']);
    expect((await write()).status).toBe(201);
  });

  it('pages and gateways do not speak JSON', async () => {
    sandbox.faults.add({ kind: 'maintenance' });
    const page = await call('GET', '/limits');
    expect([page.status, page.headers.get('content-type')]).toEqual([
      503,
      'text/html; charset=UTF-8',
    ]);
    sandbox.faults.add({ kind: 'gateway-error' });
    expect((await call('GET', '/limits')).text).toContain('<Errors><Error><errorCode>');
    sandbox.faults.add({ kind: 'status', status: 503 });
    expect((await call('GET', '/limits')).text).toContain('down for maintenance');
  });

  it('expired-session ends the session of the call for good', async () => {
    sandbox.faults.add({ kind: 'expired-session' });
    expect(await codeOf(call('GET', '/limits'))).toEqual([401, 'INVALID_SESSION_ID']);
    expect((await call('GET', '/limits')).status).toBe(401);
  });

  it('a lost answer did its work', async () => {
    sandbox.faults.add({ kind: 'reset-after', match: { operation: 'create' } });
    await expect(call('POST', '/sobjects/Account', { Name: 'Lost' })).rejects.toThrow();
    expect(sandbox.state.find('Account', { Name: 'Lost' })).toHaveLength(1);
  });

  it('small-page gives fewer rows, expired-locator ends the reading', async () => {
    sandbox.faults.add({ kind: 'small-page' });
    const { json } = await call.query('SELECT Id FROM Account');
    expect([json.records.length, json.totalSize, json.done]).toEqual([2, 6, false]);
    sandbox.faults.add({ kind: 'expired-locator' });
    expect(await codeOf(call('GET', json.nextRecordsUrl))).toEqual([400, 'INVALID_QUERY_LOCATOR']);
  });
});

describe('the control plane', () => {
  it('runs actions and shows the state', async () => {
    const [first] = sandbox.state.find('Account');
    const answer = await fetch(`${sandbox.url}/__sandbox/actions/changeRecords`, {
      method: 'POST',
      body: JSON.stringify({ object: 'Account', ids: [first!.Id], fields: { Site: 'HQ' } }),
    });
    expect(answer.status).toBe(200);
    const accounts = (await (
      await fetch(`${sandbox.url}/__sandbox/state/Account`)
    ).json()) as Record<string, unknown>[];
    expect(accounts[0]).toMatchObject({ Id: first!.Id, Site: 'HQ' });
    expect(accounts[0]?.LastModifiedById).not.toBe(sandbox.settings.userId);
    const events = await (await fetch(`${sandbox.url}/__sandbox/state/events`)).json();
    expect(events).toHaveLength(1);
  });

  it('gives records equal stamps without an event', async () => {
    const ids = sandbox.state.find('Account').map(({ Id }) => String(Id));
    sandbox.actions.equalStamps({ object: 'Account', ids, at: '2026-01-05T09:00:00Z' });
    expect(
      new Set(sandbox.state.find('Account').map(({ SystemModstamp }) => SystemModstamp)),
    ).toEqual(new Set(['2026-01-05T09:00:00.000Z']));
    expect(sandbox.state.events()).toEqual([]);
  });
});
