import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect, openSalesforce } from './open-salesforce.fixture.ts';

const hostile = [
  "' OR Name != '",
  "\\' OR Id != '",
  'a%b_c',
  'line\nbreak\ttab',
  '株式会社 🚀 "x"',
  ':name',
  '--',
];

describe('reading', () => {
  it('finds a record by any text, and nothing else', async () => {
    await using open = await openSalesforce({ accounts: 3 });
    const records = hostile.map((text, n) => ({ Name: `N${n}`, AccountNumber: text.trim() }));
    open.sandbox.actions.createRecords({ object: 'Account', records });
    for (const text of hostile) {
      const found = await open.crm.find('customer', { customerNumber: text.trim() });
      expect(found.map(({ customerNumber }) => customerNumber)).toEqual([text.trim()]);
    }
    expect(await open.crm.find('customer', { customerNumber: "x' OR Name != '" })).toEqual([]);
  });

  it('passes any text to the org as it is', async () => {
    await using open = await openSalesforce({ accounts: 5 });
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 30 }), async (text) => {
        const answer = (await open.crm.call('query', {
          soql: 'SELECT Id FROM Account WHERE Name = :name OR Name = :name',
          bind: { name: `${text}?` },
        })) as { readonly totalSize: number };
        expect(answer.totalSize).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('asks for fields that the org has, its own too, and forgets those that have gone', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    const { sandbox, crm } = open;
    await crm.get('customer', '001xx0000000001AAA');
    sandbox.actions.addField({ object: 'Account', field: { name: 'New__c', type: 'string' } });
    sandbox.actions.changeRecords({
      object: 'Account',
      ids: ['001xx0000000001AAA'],
      fields: { New__c: 'x', Last_Synced__c: '2026-01-31T12:00:00.000Z' },
    });
    const { fields } = await crm.describe('customer');
    expect(fields.find(({ name }) => name === 'New__c')).toMatchObject({ custom: true });
    expect(await crm.get('customer', '001xx0000000001AAA')).toMatchObject({
      custom: { New__c: 'x', Last_Synced__c: '2026-01-31T12:00:00.000Z' },
    });
    sandbox.faults.add({
      kind: 'status',
      status: 400,
      contentType: 'application/json',
      body: '[{"errorCode":"INVALID_FIELD","message":"No such column"}]',
      match: { path: /\/query\?/ },
    });
    const described = sandbox.journal.count({ path: /\/describe$/ });
    expect(await crm.get('customer', '001xx0000000001AAA')).toBeDefined();
    expect(sandbox.journal.count({ path: /\/describe$/ })).toBe(described + 1);
  });

  it('takes pages as short as Salesforce makes them', async () => {
    await using open = await openSalesforce({ accounts: 9 });
    open.sandbox.faults.add({ kind: 'small-page', times: 20 });
    const pages = await collect(open.crm.list('customer'));
    expect(pages.flatMap(({ records }) => records)).toHaveLength(9);
    expect(pages.length).toBeGreaterThan(4);
  });

  it('goes on by the id when a cursor has ended', async () => {
    await using open = await openSalesforce({ accounts: 9 });
    open.sandbox.faults.add({ kind: 'small-page', times: 20 });
    open.sandbox.faults.add({ kind: 'expired-locator' });
    const keys: (string | undefined)[] = [];
    for await (const { records } of open.crm.list('customer')) {
      keys.push(...records.map(({ source }) => source?.key));
    }
    expect(new Set(keys).size).toBe(9);
    expect(keys).toHaveLength(9);
  });

  it('sends a query that is too long for an address in a body', async () => {
    await using open = await openSalesforce({ accounts: 4 });
    const names = Array.from({ length: 900 }, (_, n) => `No such company ${n}`);
    const where = [
      { field: 'customerNumber', operator: 'in', value: [...names, 'C-000001', 'C-000002'] },
    ] as const;
    const pages = await collect(open.crm.list('customer', { where }));
    expect(pages.flatMap(({ records }) => records)).toHaveLength(2);
    expect(open.sandbox.journal.count({ method: 'POST', path: /\/composite$/ })).toBeGreaterThan(0);
  });

  it('reads documents with all their lines, whatever the pages of these', async () => {
    await using open = await openSalesforce({ orders: 3 });
    const [page] = await collect(open.crm.list('salesOrder'));
    const items = open.sandbox.state.find('OrderItem');
    for (const { source, lines } of page!.records) {
      expect(lines).toHaveLength(items.filter(({ OrderId }) => OrderId === source?.key).length);
    }
  });

  it('knows keys of 15 characters', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    expect(await open.crm.get('customer', '001xx0000000001')).toMatchObject({
      source: { key: '001xx0000000001AAA' },
    });
  });

  it('says which currency it does not know', async () => {
    await using open = await openSalesforce({ orders: 1 }, { currency: undefined });
    const [page] = await collect(open.crm.list('salesOrder'));
    expect(page?.records).toEqual([expect.not.objectContaining({ currency: expect.anything() })]);
    const { fields } = await open.crm.describe('customer');
    expect(fields.some(({ name }) => name === 'CurrencyIsoCode')).toBe(false);
  });

  it('reads currencies where the org has several', async () => {
    await using open = await openSalesforce({ orders: 1, currencies: ['USD', 'EUR'] });
    const [page] = await collect(open.crm.list('salesOrder'));
    expect(page?.records[0]).toMatchObject({ currency: 'USD' });
  });

  it('takes any object of the org as an entity', async () => {
    const machine = {
      name: 'Machine__c',
      keyPrefix: 'a05',
      fields: [
        { name: 'Name', type: 'string', length: 80, nameField: true },
        { name: 'ERP_Id__c', type: 'string', length: 40, externalId: true, unique: true },
        { name: 'Power__c', type: 'double', precision: 18, scale: 6 },
        { name: 'Built__c', type: 'datetime' },
      ],
    } as const;
    await using open = await openSalesforce(
      { objects: [machine] },
      { objects: { asset: { object: 'Machine__c' } } },
    );
    const record = { custom: { Name: 'Press', Power__c: '123456789012.345678' } };
    const [created] = await open.crm.write('asset', [
      { op: 'upsert', record, idempotencyKey: 'M-1' },
    ]);
    expect(created?.status).toBe('created');
    const [found] = await open.crm.find('asset', { idempotencyKey: 'M-1' });
    expect(found).toMatchObject({ source: { entity: 'asset' }, custom: { Name: 'Press' } });
    expect(String(found?.custom?.Power__c)).toBe('123456789012.345678');
    const where = [{ field: 'Name', operator: 'startsWith', value: 'Pr' }] as const;
    const [page] = await collect(open.crm.list('asset', { where }));
    expect(page?.records).toHaveLength(1);
  });

  it('says of an object that is not there what to look at', async () => {
    await using open = await openSalesforce({}, { objects: { asset: { object: 'No_Such__c' } } });
    await expect(open.crm.describe('asset')).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('The org has no object No_Such__c'),
    });
  });

  it('answers several records of one external id as a conflict', async () => {
    await using open = await openSalesforce({ accounts: 0 });
    const records = ['A', 'B'].map((Name) => ({ Name, Legacy_Id__c: 'L-1' }));
    open.sandbox.actions.createRecords({ object: 'Account', records });
    const input = { object: 'Account', field: 'Legacy_Id__c', value: 'L-1' };
    await expect(open.crm.call('recordByExternalId', input)).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      httpStatus: 300,
    });
  });
});

describe('an operation', () => {
  it.each([
    ['query', { soql: '' }, 'ERR_VALIDATION', 'soql'],
    ['query', { soql: 'SELECT Id FROM Account', binds: {} }, 'ERR_VALIDATION', 'binds'],
    ['limits', { all: true }, 'ERR_VALIDATION', 'all'],
    ['apex', { path: '/../data/v66.0/limits' }, 'ERR_VALIDATION', 'path'],
    ['apex', { path: '/%2E./data/v66.0/limits' }, 'ERR_VALIDATION', 'path'],
    ['apex', { path: '/..\\data/v66.0/limits' }, 'ERR_VALIDATION', 'path'],
    ['erase', {}, 'ERR_UNSUPPORTED_OPERATION', undefined],
  ])('says what is wrong with its input: %s %j', async (operation, input, code, path) => {
    await using open = await openSalesforce({ accounts: 0 });
    await expect(open.crm.call(operation, input)).rejects.toMatchObject({
      ...{ code, path, operation },
      system: 'salesforce',
    });
    expect(open.sandbox.journal.total).toBe(0);
  });

  it('reads what is deleted too, when it is asked for all', async () => {
    await using open = await openSalesforce({
      ...{ accounts: 2, contacts: 0, orders: 0, purchaseOrders: 0, opportunities: 0 },
    });
    const [first] = open.sandbox.state.find('Account').map(({ Id }) => String(Id));
    open.sandbox.actions.deleteRecords({ object: 'Account', ids: [first ?? ''] });
    const soql = 'SELECT Id FROM Account WHERE IsDeleted = :gone';
    const read = async (operation: string, gone: boolean) =>
      ((await open.crm.call(operation, { soql, bind: { gone } })) as { totalSize: number })
        .totalSize;
    expect([await read('query', true), await read('query', false)]).toEqual([0, 1]);
    expect([await read('queryAll', true), await read('queryAll', false)]).toEqual([1, 1]);
  });
});
