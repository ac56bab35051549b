import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSalesforceCaller, type SalesforceCaller } from '../salesforce-caller.fixture.ts';
import { type SalesforceSandbox, startSalesforceSandbox } from '../salesforce-sandbox.ts';

let sandbox: SalesforceSandbox;
let call: SalesforceCaller;

beforeAll(async () => {
  sandbox = await startSalesforceSandbox({ accounts: 0, contacts: 0, products: 4, orders: 0 });
  call = await createSalesforceCaller(sandbox);
  const { actions } = sandbox;
  const [alpha = ''] = actions.createRecords({
    object: 'Account',
    records: [
      {
        Name: 'Alpha',
        ERP_Id__c: 'A',
        Credit_Limit__c: 10.5,
        NumberOfEmployees: 3,
        Tier__c: 'Gold',
        Customer_Since__c: '2024-05-01',
        Blocked__c: true,
        BillingCity: 'Ulm',
      },
      { Name: 'beta', ERP_Id__c: 'B', Credit_Limit__c: 9.25, Customer_Since__c: '2025-01-01' },
      {
        Name: 'O\'Neil \\ 100% "x"\nnext',
        ERP_Id__c: 'C',
        Credit_Limit__c: 100,
        Tier__c: 'Silver',
      },
      { Name: 'A_pha', ERP_Id__c: 'D' },
    ],
  });
  actions.createRecords({
    object: 'Contact',
    records: [
      { LastName: 'One', FirstName: 'Ada', AccountId: alpha },
      { LastName: 'Two', AccountId: alpha },
      { LastName: 'Lonely' },
    ],
  });
});
afterAll(() => sandbox.close());

const keys = async (where: string): Promise<string> => {
  const answer = await call.query(
    `SELECT ERP_Id__c FROM Account WHERE ${where} ORDER BY ERP_Id__c`,
  );
  expect(answer.text).toContain('"done":true');
  return answer.json.records.map((record: { ERP_Id__c: string }) => record.ERP_Id__c).join('');
};

describe('WHERE', () => {
  it.each([
    ["Name = 'ALPHA'", 'A'],
    ["Name != 'alpha'", 'BCD'],
    ["Name <> 'alpha'", 'BCD'],
    ["Name LIKE 'a_pha'", 'AD'],
    ["Name LIKE 'A\\_pha'", 'D'],
    ["Name LIKE '%100\\%%'", 'C'],
    ["Name LIKE 'lph'", ''],
    [`Name = 'O\\'Neil \\\\ 100% \\"x\\"\\nnext'`, 'C'],
    ["Name > 'alpha'", 'BC'],
    ['Credit_Limit__c > 9.25', 'AC'],
    ['Credit_Limit__c >= 9.250', 'ABC'],
    ['Credit_Limit__c < 100', 'AB'],
    ['Credit_Limit__c = null', 'D'],
    ['Credit_Limit__c != null', 'ABC'],
    ['NumberOfEmployees = 3', 'A'],
    ["Tier__c NOT IN ('Gold')", 'BCD'],
    ["Tier__c IN ('gold', 'Silver')", 'AC'],
    ['Blocked__c = true', 'A'],
    ['Customer_Since__c >= 2024-05-01', 'AB'],
    ['Customer_Since__c < 2025-01-01', 'A'],
    ['CreatedDate > 2020-01-01T00:00:00Z', 'ABCD'],
    ['CreatedDate > 2020-01-01T00:00:00+02:00', 'ABCD'],
    ['SystemModstamp < 2020-01-01T00:00:00.500Z', ''],
    ["NOT Name = 'Alpha'", 'BCD'],
    ["NOT (Name = 'Alpha' OR Name = 'beta')", 'CD'],
    ["Tier__c = 'Gold' AND (Name = 'beta' OR Name = 'alpha')", 'A'],
    ["Owner.Username = 'integration@sandbox.example'", ''],
    ["Owner.LastName = 'Hopper' AND Owner.IsActive = true", 'ABCD'],
    ['Id IN (SELECT AccountId FROM Contact)', 'A'],
    ['Id NOT IN (SELECT AccountId FROM Contact WHERE AccountId != null)', 'BCD'],
    ["ERP_Id__c IN ('c', 'zz', 'A')", 'AC'],
  ])('%s', async (where, expected) => {
    expect(await keys(where)).toBe(expected);
  });
});

describe('a query that is wrong', () => {
  it.each([
    ['MALFORMED_QUERY', 'SELECT Id FRM Account', "unexpected token: 'FRM'", 11],
    ['MALFORMED_QUERY', 'SELECT Id FROM', 'unexpected token: <EOF>', 15],
    ['MALFORMED_QUERY', "SELECT Id FROM Account WHERE Name = 'x", "unexpected token: '''", 37],
    ['MALFORMED_QUERY', 'SELECT Id FROM Account LIMIT 5 LIMIT 6', "unexpected token: 'LIMIT'", 32],
    [
      'MALFORMED_QUERY',
      "SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
      "unexpected token: 'OR'",
      56,
    ],
    ['MALFORMED_QUERY', "SELECT Id FROM Account WHERE Name = 'a\\q'", 'no viable alternative', 37],
    ['MALFORMED_QUERY', 'SELECT FIELDS(ALL) FROM Account', 'LIMIT', 15],
    ['MALFORMED_QUERY', 'SELECT FIELDS(ALL) FROM Account LIMIT 201', 'LIMIT', 15],
    [
      'INVALID_FIELD',
      'SELECT Id, Nope FROM Account',
      "No such column 'Nope' on entity 'Account'",
      12,
    ],
    ['INVALID_FIELD', 'SELECT Id FROM Account ORDER BY Nope', "No such column 'Nope'", 33],
    [
      'INVALID_FIELD',
      'SELECT Nobody.Name FROM Account',
      "Didn't understand relationship 'Nobody'",
      8,
    ],
    ['INVALID_FIELD', 'SELECT Name, name FROM Account', 'duplicate field selected: Name', 14],
    [
      'INVALID_FIELD',
      "SELECT Id FROM Account WHERE CreatedDate > '2020-01-01T00:00:00Z'",
      "value of filter criterion for field 'CreatedDate' must be of type dateTime and should not be enclosed in quotes",
      44,
    ],
    [
      'INVALID_FIELD',
      'SELECT Id FROM Account WHERE CreatedDate > 2020-01-01',
      'must be of type dateTime',
      44,
    ],
    ['INVALID_FIELD', 'SELECT Id FROM Account WHERE Name = 5', 'must be of type string', 37],
    [
      'INVALID_FIELD',
      "SELECT Id FROM Account WHERE NumberOfEmployees = '5'",
      'must be of type int',
      50,
    ],
    ['INVALID_FIELD', "SELECT Id FROM Account WHERE Description = 'x'", 'can not be filtered', 30],
    ['INVALID_FIELD', 'SELECT Id FROM Account ORDER BY Description', 'can not be sorted', 33],
    ['INVALID_TYPE', 'SELECT Id FROM Nope', "sObject type 'Nope' is not supported", 16],
    [
      'INVALID_TYPE',
      'SELECT Id, (SELECT Id FROM Nopes) FROM Account',
      "Didn't understand relationship 'Nopes'",
      28,
    ],
    [
      'INVALID_QUERY_FILTER_OPERATOR',
      "SELECT Id FROM Account WHERE Id = 'abc'",
      'invalid ID field: abc',
      35,
    ],
    [
      'INVALID_QUERY_FILTER_OPERATOR',
      "SELECT Id FROM Account WHERE CreatedDate LIKE '2%'",
      'invalid operator',
      30,
    ],
    ['NUMBER_OUTSIDE_VALID_RANGE', 'SELECT Id FROM Account OFFSET 2001', 'Maximum SOQL offset', 31],
  ])('%s: %s', async (errorCode, soql, message, column) => {
    const answer = await call.query(soql);
    expect(answer.status).toBe(400);
    expect(answer.json[0].errorCode).toBe(errorCode);
    expect(answer.json[0].message).toContain(message);
    expect(answer.json[0].message).toContain(`ERROR at Row:1:Column:${column}\n`);
  });

  it('shows the row, too', async () => {
    const { json } = await call.query('SELECT Id\nFROM Account\nWHERE Nope = 1');
    expect(json[0].message).toContain('\nWHERE Nope = 1\n      ^\nERROR at Row:3:Column:7\n');
  });
});

describe('what is shown', () => {
  it('are fields by their proper names, in the order asked for', async () => {
    const { json } = await call.query("select name, ID from account where ERP_ID__C = 'A'");
    expect(Object.keys(json.records[0])).toEqual(['attributes', 'Name', 'Id']);
  });

  it('are parents, and null where there is none', async () => {
    const { json } = await call.query(
      'SELECT LastName, Account.Name, Account.Owner.Name, Contact.Name FROM Contact ORDER BY LastName',
    );
    const [lonely, one] = json.records;
    expect(lonely.Account).toBeNull();
    expect(one).toMatchObject({
      Name: 'Ada One',
      Account: {
        attributes: { type: 'Account', url: expect.stringContaining('/sobjects/Account/001') },
        Name: 'Alpha',
        Owner: { attributes: { type: 'User' }, Name: 'Grace Hopper' },
      },
    });
  });

  it('are children as results of their own', async () => {
    const { json } = await call.query(
      'SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName DESC) FROM Account ORDER BY ERP_Id__c LIMIT 2',
    );
    expect(json.records[0].Contacts).toMatchObject({
      totalSize: 2,
      done: true,
      records: [{ LastName: 'Two' }, { LastName: 'One' }],
    });
    expect(json.records[1].Contacts).toBeNull();
  });

  it('are counts', async () => {
    expect((await call.query('SELECT COUNT() FROM Contact')).json).toEqual({
      totalSize: 3,
      done: true,
      records: [],
    });
    expect((await call.query('SELECT COUNT(AccountId) n, COUNT(Id) FROM Contact')).json).toEqual({
      totalSize: 1,
      done: true,
      records: [{ attributes: { type: 'AggregateResult' }, n: 2, expr1: 3 }],
    });
  });

  it('are all fields, when they are few records', async () => {
    const all = (await call.query('SELECT FIELDS(ALL) FROM Account LIMIT 200')).json.records[0];
    expect(all).toHaveProperty('ERP_Id__c');
    expect(all).toHaveProperty('BillingAddress.city', 'Ulm');
    const custom = (await call.query('SELECT FIELDS(CUSTOM) FROM Account LIMIT 1')).json.records[0];
    expect(custom).not.toHaveProperty('Name');
    const standard = (await call.query('SELECT FIELDS(STANDARD) FROM Account')).json.records[0];
    expect(standard).not.toHaveProperty('ERP_Id__c');
  });

  it('is what has no parent, too', async () => {
    expect((await call.query('SELECT Id FROM Contact WHERE AccountId = null')).json.totalSize).toBe(
      1,
    );
  });

  it('is an object whose name is a word of the language', async () => {
    expect((await call.query('SELECT Id FROM Order ORDER BY Id')).json.records).toEqual([]);
  });
});

describe('ORDER BY', () => {
  const order = async (clause: string): Promise<string> => {
    const { json } = await call.query(`SELECT ERP_Id__c FROM Account ORDER BY ${clause}`);
    return json.records.map((record: { ERP_Id__c: string }) => record.ERP_Id__c).join('');
  };

  it.each([
    ['Name', 'DABC'],
    ['Name DESC', 'CBAD'],
    ['Credit_Limit__c', 'DBAC'],
    ['Credit_Limit__c DESC', 'DCAB'],
    ['Credit_Limit__c ASC NULLS LAST', 'BACD'],
    ['Credit_Limit__c DESC NULLS LAST', 'CABD'],
    ['Tier__c, ERP_Id__c DESC', 'DBAC'],
    ['Owner.Name, ERP_Id__c', 'ABCD'],
    ['Name LIMIT 2 OFFSET 1', 'AB'],
  ])('%s', async (clause, expected) => {
    expect(await order(clause)).toBe(expected);
  });
});

describe('pages', () => {
  beforeAll(() => {
    sandbox.actions.createRecords({
      object: 'Opportunity',
      records: Array.from({ length: 450 }, (_, index) => ({
        Name: `Opportunity ${index}`,
        StageName: 'Proposal',
        CloseDate: '2026-02-01',
      })),
    });
  });
  const soql = 'SELECT Id FROM Opportunity ORDER BY Id';
  const small = { 'sforce-query-options': 'batchSize=200' };

  it('follow the size asked for, within 200 and 2,000', async () => {
    const sizes: number[] = [];
    const ids = new Set<string>();
    let page = (await call.query(soql, small)).json;
    for (;;) {
      sizes.push(page.records.length);
      for (const { Id } of page.records) ids.add(Id);
      expect(page.totalSize).toBe(450);
      if (page.done) break;
      expect(page.nextRecordsUrl).toMatch(/^\/services\/data\/v60\.0\/query\/0r8\w{15}-\d+$/);
      page = (await call('GET', page.nextRecordsUrl, undefined, small)).json;
    }
    expect(page).not.toHaveProperty('nextRecordsUrl');
    expect(sizes).toEqual([200, 200, 50]);
    expect(ids.size).toBe(450);
    const one = await call.query(soql, { 'sforce-query-options': 'batchSize=1' });
    expect(one.json.records).toHaveLength(200);
    expect((await call.query(soql)).json.done).toBe(true);
  });

  it('show what was there when the query was asked', async () => {
    const { json } = await call.query(soql, small);
    sandbox.actions.deleteRecords({ object: 'Opportunity', ids: [json.records[0].Id] });
    sandbox.actions.createRecords({
      object: 'Opportunity',
      records: [{ Name: 'late', StageName: 'Proposal', CloseDate: '2026-02-01' }],
    });
    const next = await call('GET', json.nextRecordsUrl.replace('/query/', '/queryAll/'));
    expect(next.json.totalSize).toBe(json.totalSize);
    expect(next.json.records).toHaveLength(json.totalSize - 200);
  });

  it('are gone after two days', async () => {
    const { json } = await call.query(soql, small);
    sandbox.clock.advance(2 * 24 * 3_600_000 + 1);
    call = await createSalesforceCaller(sandbox);
    for (const locator of [json.nextRecordsUrl, '/query/0r8xx0000000099AAA-200', '/query/x']) {
      const answer = await call('GET', locator);
      expect([answer.status, answer.json[0].errorCode]).toEqual([400, 'INVALID_QUERY_LOCATOR']);
    }
  });
});
