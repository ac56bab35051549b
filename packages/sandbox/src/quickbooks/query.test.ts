import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseQuery } from './query/parse-query.ts';
import { type Caller, callerOf, faultOf, sale } from './quickbooks-caller.fixture.ts';
import { type QuickbooksSandbox, startQuickbooksSandbox } from './quickbooks-sandbox.ts';

let sandbox: QuickbooksSandbox;
let caller: Caller;

beforeAll(async () => {
  sandbox = await startQuickbooksSandbox({ customers: 0, vendors: 0, items: 3 });
  caller = callerOf(sandbox);
  for (const name of ["O'Brien", 'Adam & Co', 'Bert 100%', 'carl']) {
    sandbox.clock.advance(60_000);
    await caller.create('Customer', { DisplayName: name, Notes: `n-${name}` });
  }
  await caller.post('customer', { Id: '4', SyncToken: '0', sparse: true, Active: false });
  for (const [CustomerId, amount] of [
    ['1', 9],
    ['2', 100],
    ['2', 20],
  ] as const) {
    const CustomerRef = { value: CustomerId };
    await caller.create('Invoice', {
      CustomerRef,
      TxnDate: `2026-02-1${CustomerId}`,
      Line: [sale(amount)],
    });
  }
});
afterAll(() => sandbox.close());

const ids = async (statement: string): Promise<unknown> => {
  const { body } = await caller.query(statement);
  if (body.Fault) return body.Fault.Error[0].code;
  const { QueryResponse } = body;
  return (QueryResponse.Customer ?? QueryResponse.Invoice ?? []).map(
    ({ Id }: { Id: string }) => Id,
  );
};

describe('a query', () => {
  it.each<[string, unknown]>([
    ['select * from Customer', ['1', '2', '3']],
    ['SELECT * FROM customer', ['1', '2', '3']],
    ["select * from Customer where DisplayName = 'O\\'Brien'", ['1']],
    ["select * from Customer where displayname = 'ADAM & CO'", ['2']],
    ["select * from Customer where DisplayName LIKE 'A%'", ['2']],
    ["select * from Customer where DisplayName like '%100%'", ['3']],
    ["select * from Customer where DisplayName in ('carl', 'Adam & Co')", ['2']],
    ["select * from Customer where Id in ('3','1')", ['1', '3']],
    ["select * from Customer where Id > '1' and Id <= '3'", ['2', '3']],
    ['select * from Customer where Active = false', ['4']],
    ['select * from Customer where Active in (true, false)', ['1', '2', '3', '4']],
    [
      "select * from Customer where Active in ('true','false') orderby Id desc",
      ['4', '3', '2', '1'],
    ],
    ['select * from Customer orderby DisplayName', ['2', '3', '1']],
    ['select * from Customer ORDER BY DisplayName DESC', ['1', '3', '2']],
    ['select * from Customer startposition 2', ['2', '3']],
    ['select * from Customer maxresults 2', ['1', '2']],
    ['select * from Customer startposition 3 maxresults 1', ['3']],
    ['select * from Customer maxresults 1 startposition 2', ['2']],
    ["select * from Customer where DisplayName > 'b' orderby DisplayName", ['3', '1']],
    ["select * from Invoice where CustomerRef = '2'", ['2', '3']],
    ["select * from Invoice where TotalAmt > '9'", ['2', '3']],
    ['select * from Invoice where TotalAmt >= 9.00 orderby TotalAmt', ['1', '3', '2']],
    ["select * from Invoice where TxnDate = '2026-02-11'", ['1']],
    ["select * from Invoice where CustomerRef = '2' orderby TxnDate asc, TotalAmt asc", ['3', '2']],
    ["select * from Customer where Balance > '50'", ['2']],
    // The third customer was made at 2026-01-05T08:03 UTC.
    ["select * from Customer where MetaData.CreateTime >= '2026-01-05T00:03:00-08:00'", ['3']],
    ["select * from Customer where MetaData.CreateTime >= '2026-01-05T09:03:00+01:00'", ['3']],
    ["select * from Customer where MetaData.LastUpdatedTime < '2026-01-05T08:03:00Z'", ['1', '2']],
    // Milliseconds later, yet in that second.
    [
      "select * from Customer where MetaData.CreateTime <= '2026-01-05T00:03:00-08:00'",
      ['1', '2', '3'],
    ],
    ["select * from Customer where DisplayName = 'nobody'", []],
  ])('%s', async (statement, expected) => {
    expect(await ids(statement)).toEqual(expected);
  });

  it.each<[string, string]>([
    ["select * from Customer where Id = '1' or Id = '2'", '4000'],
    ["select * from Customer where Id != '1'", '4000'],
    ["select * from Customer where not Id = '1'", '4000'],
    ['select * from Customer where DisplayName = "x"', '4000'],
    ["select * from Customer where DisplayName = 'x", '4000'],
    ["select * from Customer where DisplayName = 'it's'", '4000'],
    ['select * from Customer where DisplayName = x', '4000'],
    ['select * from Customer where', '4000'],
    ['select * from Customer, Vendor', '4000'],
    ['select * from Customer group by Id', '4000'],
    ['delete from Customer', '4000'],
    ['select count(Id) from Customer', '4000'],
    ['', '4000'],
    ['select * from Wizard', '4001'],
    ["select * from Customer where Colour = 'red'", '4001'],
    ['select Colour from Customer', '4001'],
    ["select * from Invoice where Line.Amount = '1'", '4001'],
    ["select * from Customer where BillAddr = 'x'", '4001'],
    ["select * from Customer where MetaData.CreateTime > 'yesterday'", '4001'],
    ["select * from Invoice where TotalAmt like '1%'", '4001'],
    ['select * from Customer maxresults 1001', '4001'],
    ['select * from Customer startposition 0', '4001'],
    ["select * from Customer where Active = 'perhaps'", '4001'],
  ])('is refused: %s', async (statement, code) => {
    expect(faultOf(await caller.query(statement))).toMatchObject({ status: 400, code });
  });

  it('counts without records', async () => {
    const { body } = await caller.query(
      'select count(*) from Customer where Active IN (true,false)',
    );
    expect(body.QueryResponse).toEqual({ totalCount: 4 });
  });

  it('answers an empty object where nothing fits, also past the end', async () => {
    expect((await caller.query('select * from Bill')).body.QueryResponse).toEqual({});
    const past = await caller.query('select * from Customer startposition 9');
    expect(past.body.QueryResponse).toEqual({});
  });

  it('says where the page begins and how many there are', async () => {
    const { body } = await caller.query('select * from Customer startposition 2 maxresults 5');
    expect(body.QueryResponse).toMatchObject({ startPosition: 2, maxResults: 2 });
  });

  it('shows only the properties that are named', async () => {
    const { body } = await caller.query("select DisplayName from Customer where Id = '2'");
    expect(body.QueryResponse.Customer).toEqual([
      { DisplayName: 'Adam & Co', domain: 'QBO', sparse: true, Id: '2' },
    ]);
  });

  it('may be posted, and sees what has just changed', async () => {
    const count = async () =>
      (await caller.post('query', 'select count(*) from Term')).body.QueryResponse.totalCount;
    const before = await count();
    await caller.create('Term', { Name: 'Net 60', DueDays: 60 });
    expect(await count()).toBe(before + 1);
  });

  it('gives 100 unless more is asked for', () => {
    expect(parseQuery('select * from Item')).toMatchObject({ startPosition: 1, maxResults: 100 });
  });

  it('takes every text that is quoted and escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const quoted = text.replace(/[\\']/g, '\\$&');
        const { conditions } = parseQuery(`select * from Item where Name = '${quoted}'`);
        expect(conditions).toEqual([{ field: 'Name', operator: '=', values: [text] }]);
      }),
    );
  });

  it('takes its own keywords for names', () => {
    expect(parseQuery('select select from select')).toMatchObject({
      fields: ['select'],
      entity: 'select',
    });
  });

  it('is understood or refused, nothing else', () => {
    const piece = fc.constantFrom(
      'select',
      '*',
      'from',
      'Item',
      'where',
      'Id',
      '=',
      "'1'",
      '(',
      ')',
      'and',
      'in',
      ',',
      'orderby',
      '7',
      '#',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          // Any word may stand where an entity is asked for: whether there is one, the query itself says.
          expect(pieces).toContain(parseQuery(pieces.join(' ')).entity);
        } catch (error) {
          expect(['4000', '4001']).toContain((error as { code?: string }).code);
        }
      }),
    );
  });
});
