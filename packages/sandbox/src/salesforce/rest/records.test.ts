import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSalesforceCaller, type SalesforceCaller } from '../salesforce-caller.fixture.ts';
import { type SalesforceSandbox, startSalesforceSandbox } from '../salesforce-sandbox.ts';

let sandbox: SalesforceSandbox;
let call: SalesforceCaller;

beforeEach(async () => {
  sandbox = await startSalesforceSandbox({ accounts: 4, contacts: 0, products: 2, orders: 0 });
  call = await createSalesforceCaller(sandbox);
});
afterEach(() => sandbox.close());

const create = async (type: string, body: Record<string, unknown>): Promise<string> => {
  const answer = await call('POST', `/sobjects/${type}`, body);
  expect(answer.text).toContain('"success":true');
  return answer.json.id;
};

describe('records by id', () => {
  it('are created, read, changed, deleted', async () => {
    const created = await call('POST', '/sobjects/Account', {
      Name: 'Zürich "AG"',
      Credit_Limit__c: 1200.5,
      NumberOfEmployees: 7,
      Customer_Since__c: '2024-02-29',
      Last_Synced__c: '2026-01-05T09:30:00+01:00',
      Blocked__c: true,
    });
    expect(created.status).toBe(201);
    expect(created.json).toEqual({
      id: expect.stringMatching(/^001\w{15}$/),
      success: true,
      errors: [],
    });
    const { id } = created.json;
    expect(created.headers.get('location')).toBe(`/services/data/v60.0/sobjects/Account/${id}`);

    const changed = await call('PATCH', `/sobjects/Account/${id}`, { Name: 'Bern', Type: null });
    expect([changed.status, changed.text]).toEqual([204, '']);
    const read = await call('GET', `/sobjects/account/${id.slice(0, 15)}`);
    expect(read.json).toMatchObject({
      attributes: { type: 'Account', url: `/services/data/v60.0/sobjects/Account/${id}` },
      Id: id,
      Name: 'Bern',
      Credit_Limit__c: 1200.5,
      NumberOfEmployees: 7,
      Customer_Since__c: '2024-02-29',
      Last_Synced__c: '2026-01-05T08:30:00.000+0000',
      Blocked__c: true,
      Type: null,
    });
    const some = await call('GET', `/sobjects/Account/${id}?fields=Name,Id`);
    expect(Object.keys(some.json)).toEqual(['attributes', 'Name', 'Id']);

    expect((await call('DELETE', `/sobjects/Account/${id}`)).status).toBe(204);
    const again = await call('DELETE', `/sobjects/Account/${id}`);
    expect([again.status, again.json[0].errorCode]).toEqual([404, 'ENTITY_IS_DELETED']);
  });

  it('keep every digit of a number', async () => {
    const id = await create('Account', { Name: 'A' });
    const body = '{"Credit_Limit__c": 1234567890123456.785}';
    expect((await call('PATCH', `/sobjects/Account/${id}`, body)).status).toBe(204);
    const read = await call('GET', `/sobjects/Account/${id}?fields=Credit_Limit__c`);
    expect(read.text).toContain('"Credit_Limit__c":1234567890123456.79');
    expect(sandbox.state.get('Account', id)?.Credit_Limit__c).toBe('1234567890123456.79');
  });

  it('are stamped with the time of the call', async () => {
    const id = await create('Account', { Name: 'A' });
    sandbox.clock.advance(60_000);
    await call('PATCH', `/sobjects/Account/${id}`, { Name: 'B' });
    const record = sandbox.state.get('Account', id)!;
    expect(record.SystemModstamp).toBe(sandbox.clock.iso());
    expect(Date.parse(String(record.SystemModstamp)) - Date.parse(String(record.CreatedDate))).toBe(
      60_001,
    );
    expect(record.LastModifiedById).toBe(sandbox.settings.userId);
  });
});

describe('texts', () => {
  it('lose the blanks around them, but for long ones; nothing is null', async () => {
    const id = await create('Account', { Name: '  A b ', Description: ' long ', Site: '  ' });
    expect(sandbox.state.get('Account', id)).toMatchObject({
      Name: 'A b',
      Description: ' long ',
      Site: null,
    });
  });
});

describe('stamps', () => {
  it('may be whole seconds', async () => {
    await sandbox.close();
    sandbox = await startSalesforceSandbox({ stampPrecisionMs: 1_000, accounts: 3 });
    call = await createSalesforceCaller(sandbox);
    sandbox.clock.advance(2_345);
    const id = await create('Account', { Name: 'A' });
    const { json } = await call('GET', `/sobjects/Account/${id}`);
    expect(json.SystemModstamp).toBe('2026-01-05T08:00:02.000+0000');
    expect(json.CreatedDate).toBe(json.SystemModstamp);
    const seeded = sandbox.state.find('Account').map(({ SystemModstamp }) => SystemModstamp);
    expect(seeded.every((stamp) => String(stamp).endsWith('.000Z'))).toBe(true);
  });
});

describe('records by external id', () => {
  it('are inserted, updated and read', async () => {
    const path = `/sobjects/Account/ERP_Id__c/${encodeURIComponent("A/B C?x#1'")}`;
    const created = await call('PATCH', path, { Name: 'New' });
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({ success: true, created: true });
    const updated = await call('PATCH', path, { Name: 'Newer' });
    expect(updated.status).toBe(200);
    expect(updated.json).toEqual({
      id: created.json.id,
      success: true,
      errors: [],
      created: false,
    });
    expect((await call('GET', path)).json).toMatchObject({
      Name: 'Newer',
      ERP_Id__c: "A/B C?x#1'",
    });
    expect((await call('PATCH', `/services/data/v45.0${path}`, { Name: 'Old' })).status).toBe(204);
  });

  it('are found by the id that they have now', async () => {
    const id = await create('Account', { Name: 'A', ERP_Id__c: 'old' });
    await call('PATCH', `/sobjects/Account/${id}`, { ERP_Id__c: 'new' });
    expect((await call('GET', '/sobjects/Account/ERP_Id__c/new')).json.Id).toBe(id);
    expect((await call('GET', '/sobjects/Account/ERP_Id__c/old')).status).toBe(404);
    expect(await create('Account', { Name: 'B', ERP_Id__c: 'old' })).not.toBe(id);
  });

  it('answer 300 when there are several', async () => {
    const ids = [
      await create('Account', { Name: 'A', Legacy_Id__c: 'L' }),
      await create('Account', { Name: 'B', Legacy_Id__c: 'l' }),
    ];
    const read = await call('GET', '/sobjects/Account/Legacy_Id__c/L');
    expect(read.status).toBe(300);
    expect(read.json).toEqual(ids.map((id) => `/services/data/v60.0/sobjects/Account/${id}`));
    expect((await call('PATCH', '/sobjects/Account/Legacy_Id__c/L', { Name: 'C' })).status).toBe(
      300,
    );
  });

  it('are not what is no external id, nor may the body name it', async () => {
    const wrong = await call('GET', '/sobjects/Account/Name/x');
    expect([wrong.status, wrong.json[0].errorCode]).toEqual([404, 'NOT_FOUND']);
    const doubled = await call('PATCH', '/sobjects/Account/ERP_Id__c/1', {
      ERP_Id__c: '1',
      Name: 'x',
    });
    expect(doubled.json[0]).toMatchObject({ errorCode: 'INVALID_FIELD' });
  });

  it('stand for one parent only', async () => {
    await create('Account', { Name: 'A', Legacy_Id__c: 'L' });
    await create('Account', { Name: 'B', Legacy_Id__c: 'L' });
    const answer = await call('POST', '/sobjects/Contact', {
      LastName: 'x',
      Account: { Legacy_Id__c: 'L' },
    });
    expect(answer.json[0].errorCode).toBe('DUPLICATE_EXTERNAL_ID');
  });

  it('stand for parents', async () => {
    await create('Account', { Name: 'Parent', ERP_Id__c: 'P1' });
    const id = await create('Contact', { LastName: 'Child', Account: { ERP_Id__c: 'p1' } });
    const { json } = await call.query(`SELECT Account.Name FROM Contact WHERE Id = '${id}'`);
    expect(json.records[0].Account.Name).toBe('Parent');
    const orphan = await call('POST', '/sobjects/Contact', {
      LastName: 'x',
      Account: { ERP_Id__c: 'nobody' },
    });
    expect(orphan.json[0]).toMatchObject({
      errorCode: 'INVALID_FIELD',
      message: 'Foreign key external ID: nobody not found for field ERP_Id__c in entity Account',
    });
  });
});

describe('a refused record', () => {
  it.each([
    ['REQUIRED_FIELD_MISSING', { Type: 'Other' }, ['Name']],
    ['STRING_TOO_LONG', { Name: 'x'.repeat(256) }, ['Name']],
    ['INVALID_FIELD', { Name: 'x', Nope__c: 1 }, undefined],
    [
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      { Name: 'x', CreatedDate: '2020-01-01T00:00:00Z' },
      ['CreatedDate'],
    ],
    ['INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', { Name: 'x', Tier__c: 'Tin' }, ['Tier__c']],
    ['NUMBER_OUTSIDE_VALID_RANGE', { Name: 'x', Discount__c: 1000 }, ['Discount__c']],
    ['JSON_PARSER_ERROR', { Name: 'x', AnnualRevenue: 'much' }, undefined],
    ['JSON_PARSER_ERROR', { Name: 'x', Customer_Since__c: '2026-02-30' }, undefined],
    ['INVALID_EMAIL_ADDRESS', { Name: 'x', Invoice_Email__c: 'nobody' }, ['Invoice_Email__c']],
    ['MALFORMED_ID', { Name: 'x', ParentId: 'abc' }, ['ParentId']],
    ['FIELD_INTEGRITY_EXCEPTION', { Name: 'x', ParentId: '005xx0000000001AAA' }, ['ParentId']],
    ['INVALID_CROSS_REFERENCE_KEY', { Name: 'x', ParentId: '001xx00000000zz' }, ['ParentId']],
  ])('%s', async (errorCode, body, fields) => {
    const before = sandbox.state.count('Account');
    const answer = await call('POST', '/sobjects/Account', body);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual([
      { errorCode, message: expect.any(String), ...(fields ? { fields } : {}) },
    ]);
    expect(sandbox.state.count('Account')).toBe(before);
  });

  it('has a parent that was deleted', async () => {
    const id = await create('Account', { Name: 'A' });
    await call('DELETE', `/sobjects/Account/${id}`);
    const answer = await call('POST', '/sobjects/Contact', { LastName: 'x', AccountId: id });
    expect(answer.json[0]).toMatchObject({ errorCode: 'ENTITY_IS_DELETED', fields: ['AccountId'] });
  });

  it('names the record that has a unique value already', async () => {
    const id = await create('Account', { Name: 'A', ERP_Id__c: 'Key' });
    const answer = await call('POST', '/sobjects/Account', { Name: 'B', ERP_Id__c: 'KEY' });
    expect(answer.json).toEqual([
      {
        errorCode: 'DUPLICATE_VALUE',
        message: `duplicate value found: ERP_Id__c duplicates value on record with id: ${id}`,
        fields: [],
      },
    ]);
  });

  it('follows the rules of the customer', async () => {
    await sandbox.close();
    sandbox = await startSalesforceSandbox({
      validationRules: [
        {
          object: 'Account',
          field: 'Phone',
          message: 'A gold customer needs a phone',
          refuses: (row) => row.Tier__c === 'Gold' && !row.Phone,
        },
      ],
      duplicateRules: [{ object: 'Account', fields: ['Name', 'BillingCity'] }],
    });
    call = await createSalesforceCaller(sandbox);
    const refused = await call('POST', '/sobjects/Account', { Name: 'G', Tier__c: 'Gold' });
    expect(refused.json).toEqual([
      {
        errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
        message: 'A gold customer needs a phone',
        fields: ['Phone'],
      },
    ]);
    const twin = { Name: 'Twin', BillingCity: 'Bonn' };
    await create('Account', twin);
    const doubled = await call('POST', '/sobjects/Account', { ...twin, Name: 'TWIN' });
    expect([doubled.status, doubled.json[0].errorCode]).toEqual([400, 'DUPLICATES_DETECTED']);
    const saved = await call('POST', '/sobjects/Account', twin, {
      'Sforce-Duplicate-Rule-Header': 'allowSave=true',
    });
    expect(saved.status).toBe(201);
  });

  it('is one that somebody holds, until it is let go', async () => {
    const id = await create('Account', { Name: 'A' });
    sandbox.actions.lockRecord({ id });
    const locked = await call('PATCH', `/sobjects/Account/${id}`, { Name: 'B' });
    expect([locked.status, locked.json[0].errorCode]).toEqual([400, 'UNABLE_TO_LOCK_ROW']);
    expect((await call('PATCH', `/sobjects/Account/${id}`, { Name: 'B' })).status).toBe(204);
  });
});
