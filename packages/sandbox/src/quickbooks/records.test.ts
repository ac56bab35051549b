import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Caller,
  callerOf,
  expense,
  faultOf,
  paying,
  sale,
} from './quickbooks-caller.fixture.ts';
import { type QuickbooksSandbox, startQuickbooksSandbox } from './quickbooks-sandbox.ts';

let sandbox: QuickbooksSandbox;
let caller: Caller;

const start = async (options: Parameters<typeof startQuickbooksSandbox>[0] = {}) => {
  await sandbox?.close();
  sandbox = await startQuickbooksSandbox({ customers: 3, vendors: 2, items: 3, ...options });
  caller = callerOf(sandbox);
};
beforeEach(() => start());
afterEach(() => sandbox.close());

const account = (subType: string): string =>
  String(sandbox.state.records('Account').find((row) => row.AccountSubType === subType)?.Id);
const customer = { CustomerRef: { value: '1' } };
const vendor = { VendorRef: { value: '1' } };

describe('a record', () => {
  it('is answered whole, with 200, an id, a token and times of seconds with an offset', async () => {
    const { status, body } = await caller.post('vendor?minorversion=75', {
      DisplayName: 'Acme',
      TermRef: { value: '1' },
    });
    expect(status).toBe(200);
    expect(body.time).toMatch(/^2026-01-05T00:00:00\.\d{3}-08:00$/);
    expect(body.Vendor).toMatchObject({
      Id: '3',
      SyncToken: '0',
      sparse: false,
      domain: 'QBO',
      Active: true,
      Balance: 0,
      DisplayName: 'Acme',
      PrintOnCheckName: 'Acme',
      TermRef: { value: '1', name: 'Net 30' },
      CurrencyRef: { value: 'USD' },
      MetaData: { CreateTime: '2026-01-05T00:00:00-08:00' },
    });
    expect((await caller.get('vendor/3')).body.Vendor).toEqual(body.Vendor);
  });

  it('follows summer time in its times', async () => {
    sandbox.clock.set('2026-07-01T12:00:00Z');
    caller = callerOf(sandbox, sandbox.actions.connect());
    const { MetaData } = await caller.create('Vendor', { DisplayName: 'Acme' });
    expect(MetaData.CreateTime).toBe('2026-07-01T05:00:00-07:00');
  });

  it('loses in a full update what is left out, and keeps it in a sparse one', async () => {
    const { Id } = await caller.create('Customer', {
      DisplayName: 'A',
      Notes: 'n',
      GivenName: 'g',
    });
    const sparse = { Id, SyncToken: '0', sparse: true, GivenName: 'h' };
    const kept = (await caller.post('customer', sparse)).body.Customer;
    expect(kept).toMatchObject({ SyncToken: '1', Notes: 'n', GivenName: 'h', sparse: false });
    const full = { Id, SyncToken: '1', DisplayName: 'A', Notes: 'm' };
    const left = (await caller.post('customer', full)).body.Customer;
    expect(left).toMatchObject({ SyncToken: '2', Notes: 'm', Active: true });
    expect(left).not.toHaveProperty('GivenName');
    const cleared = { Id, SyncToken: '2', sparse: true, Notes: null };
    expect((await caller.post('customer', cleared)).body.Customer).not.toHaveProperty('Notes');
  });

  it('is refused with an old token, with 5010, and without one', async () => {
    const { Id } = await caller.create('Customer', { DisplayName: 'A' });
    const change = { Id, SyncToken: '0', sparse: true, Notes: 'x' };
    expect((await caller.post('customer', change)).status).toBe(200);
    expect(faultOf(await caller.post('customer', change))).toMatchObject({ code: '5010' });
    const without = await caller.post('customer', { Id, sparse: true });
    expect(faultOf(without)).toMatchObject({ code: '2020', element: 'SyncToken' });
    expect(sandbox.state.record('Customer', Id)).toMatchObject({ SyncToken: '1' });
  });

  it.each<[string, object, string, string]>([
    ['customer', {}, '2020', 'DisplayName'],
    ['item', { Type: 'Service' }, '2020', 'Name'],
    ['item', { Name: 'X', Type: 'Gadget' }, '2170', 'Type'],
    ['item', { Name: 'X', Type: 'Service' }, '2020', 'IncomeAccountRef'],
    ['customer', { DisplayName: 'X', Colour: 'red' }, '2010', 'Colour'],
    ['customer', { DisplayName: 'X', Active: 'maybe' }, '2010', 'Active'],
    ['customer', { DisplayName: 'X'.repeat(501) }, '2050', 'DisplayName'],
    ['customer', { DisplayName: 'X:Y' }, '6000', 'DisplayName'],
    ['invoice', { Line: [sale(1)] }, '2020', 'CustomerRef'],
    ['invoice', customer, '2020', 'Line'],
    ['invoice', { ...customer, Line: [] }, '2020', 'Line'],
    ['invoice', { ...customer, Line: [{ Amount: 1 }] }, '2020', 'Line.DetailType'],
    ['invoice', { ...customer, Line: [{ DetailType: 'X' }] }, '2170', 'Line.DetailType'],
    ['invoice', { ...customer, Line: [expense(1, '1')] }, '2170', 'Line.DetailType'],
    ['invoice', { CustomerRef: { value: '99' }, Line: [sale(1)] }, '2500', 'CustomerRef'],
    ['invoice', { CustomerRef: '1', Line: [sale(1)] }, '2010', 'CustomerRef'],
    ['invoice', { ...customer, TxnDate: '5.1.2026', Line: [sale(1)] }, '2010', 'TxnDate'],
    ['invoice', { ...customer, Line: [sale(10, { Qty: 2, UnitPrice: 6 })] }, '6070', 'Line.Amount'],
    ['purchaseorder', { ...vendor, Line: [expense(1, '99')] }, '2500', 'AccountRef'],
    ['taxrate', { Name: 'X' }, '500', ''],
    ['salesorder', {}, '500', ''],
  ])('of %s is refused with what it lacks (%#)', async (entity, body, code, element) => {
    expect(faultOf(await caller.post(entity, body))).toEqual({ status: 400, code, element });
  });

  it('is not there: 610', async () => {
    expect(faultOf(await caller.get('invoice/99'))).toMatchObject({ status: 400, code: '610' });
    const change = { Id: '99', SyncToken: '0', sparse: true };
    expect(faultOf(await caller.post('invoice', change))).toMatchObject({ code: '610' });
  });

  it('is refused when it is no JSON object', async () => {
    expect(faultOf(await caller.post('customer', '{"a'))).toMatchObject({ code: '2010' });
    expect(faultOf(await caller.post('customer', '[]'))).toMatchObject({ code: '2010' });
  });
});

describe('names', () => {
  it('are unique over customers, vendors and employees, whatever the case', async () => {
    await caller.create('Customer', { DisplayName: 'Acme' });
    for (const entity of ['customer', 'vendor', 'employee']) {
      const answer = await caller.post(entity, { DisplayName: 'ACME' });
      expect(faultOf(answer)).toMatchObject({ status: 400, code: '6240' });
    }
    const { Id } = await caller.create('Vendor', { DisplayName: 'Other' });
    const rename = { Id, SyncToken: '0', sparse: true, DisplayName: 'acme' };
    expect(faultOf(await caller.post('vendor', rename))).toMatchObject({ code: '6240' });
    const item = {
      Name: 'Acme',
      Type: 'Service',
      IncomeAccountRef: { value: account('ServiceFeeIncome') },
    };
    expect((await caller.post('item', item)).status).toBe(200);
    expect(faultOf(await caller.post('item', item))).toMatchObject({ code: '6240' });
  });

  it('are composed of the parts of a name when none is given', async () => {
    const { DisplayName } = await caller.create('Customer', {
      GivenName: 'Ada',
      FamilyName: 'Byron',
    });
    expect(DisplayName).toBe('Ada Byron');
  });

  it('get a suffix when a record is deactivated, and are free then', async () => {
    const { Id } = await caller.create('Customer', { DisplayName: 'Acme' });
    const off = { Id, SyncToken: '0', sparse: true, Active: false };
    const gone = (await caller.post('customer', off)).body.Customer;
    expect(gone).toMatchObject({ DisplayName: 'Acme (deleted)', Active: false });
    const next = await caller.create('Customer', { DisplayName: 'Acme' });
    const again = { Id: next.Id, SyncToken: '0', sparse: true, Active: false };
    expect((await caller.post('customer', again)).status).toBe(200);
    const inactive = await caller.query('select * from Customer where Active = false');
    expect(inactive.body.QueryResponse.Customer).toHaveLength(2);
    const back = { Id, SyncToken: '1', sparse: true, Active: true };
    expect((await caller.post('customer', back)).body.Customer.DisplayName).toBe('Acme');
    const used = { CustomerRef: { value: next.Id }, Line: [sale(1)] };
    expect(faultOf(await caller.post('invoice', used))).toMatchObject({ code: '610' });
  });

  it('of inactive records stay where they stood', async () => {
    const { Id } = await caller.create('Invoice', { ...customer, Line: [sale(1)] });
    await caller.post('customer', { Id: '1', SyncToken: '0', sparse: true, Active: false });
    const change = { Id, SyncToken: '0', sparse: true, PrivateNote: 'x' };
    expect((await caller.post('invoice', change)).status).toBe(200);
  });

  it('of children carry those of their parents', async () => {
    const { Id } = await caller.create('Customer', { DisplayName: 'Acme' });
    const job = await caller.create('Customer', { DisplayName: 'Roof', ParentRef: { value: Id } });
    expect(job).toMatchObject({ FullyQualifiedName: 'Acme:Roof', Level: 1, Job: true });
    expect(job.ParentRef).toEqual({ value: Id, name: 'Acme' });
  });

  it('cannot be deleted for good', async () => {
    const answer = await caller.post('customer?operation=delete', { Id: '1', SyncToken: '0' });
    expect(faultOf(answer)).toMatchObject({ code: '500' });
  });
});

describe('document numbers', () => {
  it('are counted up by the company, sales together', async () => {
    const invoice = await caller.create('Invoice', { ...customer, Line: [sale(1)] });
    const estimate = await caller.create('Estimate', { ...customer, Line: [sale(1)] });
    expect([invoice.DocNumber, estimate.DocNumber]).toEqual(['1001', '1002']);
    await start({ companies: [{ realmId: '1', customNumbers: true }] });
    const bare = await caller.create('Invoice', { ...customer, Line: [sale(1)] });
    expect(bare).not.toHaveProperty('DocNumber');
  });

  it('are unique by type, unless allowed: 6140 names the holder', async () => {
    const body = { ...customer, DocNumber: 'A-1', Line: [sale(1)] };
    const { Id } = await caller.create('Invoice', body);
    const answer = await caller.post('invoice', body);
    expect(faultOf(answer)).toMatchObject({ status: 400, code: '6140' });
    expect(answer.body.Fault.Error[0].Detail).toContain(
      `DocNumber=A-1 is assigned to TxnType=Invoice with TxnId=${Id}`,
    );
    expect((await caller.post('invoice?include=allowduplicatedocnum', body)).status).toBe(200);
    expect((await caller.post('estimate', body)).status).toBe(200);
    await caller.post('invoice?operation=delete', { Id, SyncToken: '0' });
  });

  it('of bills are unique by vendor', async () => {
    const bill = (value: string) => ({
      VendorRef: { value },
      DocNumber: 'R-7',
      Line: [expense(1, account('Checking'))],
    });
    expect((await caller.post('bill', bill('1'))).status).toBe(200);
    expect((await caller.post('bill', bill('2'))).status).toBe(200);
    expect(faultOf(await caller.post('bill', bill('1')))).toMatchObject({ code: '6140' });
  });
});

describe('deleting and voiding', () => {
  const invoice = () =>
    caller.create('Invoice', {
      ...customer,
      PrivateNote: 'n',
      Line: [sale(9, { Qty: 3, UnitPrice: 3 })],
    });

  it('deletes a transaction: it is read no more', async () => {
    const { Id } = await invoice();
    const { body } = await caller.post('invoice?operation=delete', { Id, SyncToken: '0' });
    expect(body.Invoice).toEqual({ status: 'Deleted', domain: 'QBO', Id });
    expect(faultOf(await caller.get(`invoice/${Id}`))).toMatchObject({ code: '610' });
    expect((await caller.query('select * from Invoice')).body.QueryResponse).toEqual({});
    expect(sandbox.state.deleted('Invoice')).toEqual([Id]);
  });

  it('voids an invoice by its operation: everything in it is nothing', async () => {
    const { Id } = await invoice();
    const { body } = await caller.post('invoice?operation=void', { Id, SyncToken: '0' });
    expect(body.Invoice).toMatchObject({ TotalAmt: 0, Balance: 0, PrivateNote: 'Voided - n' });
    expect(body.Invoice.Line[0]).toMatchObject({ Amount: 0, SalesItemLineDetail: { Qty: 0 } });
  });

  it('voids a payment by update and include, and not the other way round', async () => {
    const { Id } = await invoice();
    const Line = [paying('Invoice', Id, 9)];
    const payment = await caller.create('Payment', { ...customer, TotalAmt: 9, Line });
    const body = { Id: payment.Id, SyncToken: '0', sparse: true };
    expect(faultOf(await caller.post('payment?operation=void', body))).toMatchObject({
      code: '500',
    });
    const voided = await caller.post('payment?operation=update&include=void', body);
    expect(voided.body.Payment).toMatchObject({ TotalAmt: 0, UnappliedAmt: 0, Line: [] });
    expect(sandbox.state.record('Invoice', Id)).toMatchObject({ Balance: 9, LinkedTxn: [] });
  });

  it('does not touch closed books: 6210, nor what was deposited: 6540', async () => {
    const { Id } = await invoice();
    sandbox.actions.closeBooks({ closingDate: '2026-01-31' });
    const change = { Id, SyncToken: '0', sparse: true, PrivateNote: 'x' };
    expect(faultOf(await caller.post('invoice', change))).toMatchObject({ code: '6210' });
    const early = { ...customer, TxnDate: '2026-01-31', Line: [sale(1)] };
    expect(faultOf(await caller.post('invoice', early))).toMatchObject({ code: '6210' });
    expect((await caller.post('invoice', { ...early, TxnDate: '2026-02-01' })).status).toBe(200);
    const { body } = await caller.get('preferences');
    expect(body.Preferences.AccountingInfoPrefs.BookCloseDate).toBe('2026-01-31');
    sandbox.actions.closeBooks({});
    const { Id: paymentId } = await caller.create('Payment', { ...customer, TotalAmt: 5 });
    sandbox.actions.deposit({ entity: 'Payment', id: paymentId });
    const remove = { Id: paymentId, SyncToken: '0' };
    for (const path of ['payment?operation=delete', 'payment?operation=update&include=void']) {
      expect(faultOf(await caller.post(path, remove)), path).toMatchObject({ code: '6540' });
    }
    const note = { ...remove, sparse: true, PrivateNote: 'x' };
    expect(faultOf(await caller.post('payment', note))).toMatchObject({ code: '6540' });
  });
});

describe('books that were closed from the start', () => {
  it('hold what was there before, and take no more', async () => {
    const companies = [{ realmId: '1', closingDate: '2025-12-31' }];
    await start({ companies, invoices: 20 });
    const dates = sandbox.state.records('Invoice').map(({ TxnDate }) => String(TxnDate));
    expect(dates.some((date) => date <= '2025-12-31')).toBe(true);
    const late = { ...customer, TxnDate: '2025-12-31', Line: [sale(1)] };
    expect(faultOf(await caller.post('invoice', late))).toMatchObject({ code: '6210' });
  });
});

describe('an inventory item', () => {
  const item = () => ({
    Name: 'Bolt',
    Type: 'Inventory',
    TrackQtyOnHand: true,
    QtyOnHand: 10,
    InvStartDate: '2026-01-01',
    UnitPrice: 5,
    PurchaseCost: 2,
    AssetAccountRef: { value: account('Inventory') },
    IncomeAccountRef: { value: account('SalesOfProductIncome') },
    ExpenseAccountRef: { value: account('SuppliesMaterialsCogs') },
  });

  it.each([
    'TrackQtyOnHand',
    'QtyOnHand',
    'InvStartDate',
    'AssetAccountRef',
    'IncomeAccountRef',
    'ExpenseAccountRef',
  ])('needs %s', async (name) => {
    const { [name as 'QtyOnHand']: _, ...rest } = item();
    expect(faultOf(await caller.post('item', rest))).toMatchObject({ code: '2020', element: name });
  });

  it('needs accounts of the right type', async () => {
    const wrong = { ...item(), AssetAccountRef: { value: account('Checking') } };
    expect(faultOf(await caller.post('item', wrong))).toMatchObject({ code: '6000' });
  });

  it('loses stock by invoices, gains it by bills, and is set by hand', async () => {
    const { Id } = await caller.create('Item', item());
    const quantity = () => sandbox.state.record('Item', Id)?.QtyOnHand;
    const ItemRef = { value: Id };
    await caller.create('Invoice', {
      ...customer,
      Line: [sale(15, { ItemRef, Qty: 3, UnitPrice: 5 })],
    });
    expect(quantity()).toBe(7);
    const line = {
      Amount: 8,
      DetailType: 'ItemBasedExpenseLineDetail',
      ItemBasedExpenseLineDetail: { ItemRef, Qty: 4, UnitPrice: 2 },
    };
    const bill = await caller.create('Bill', { ...vendor, Line: [line] });
    expect(quantity()).toBe(11);
    await caller.post('item', { Id, SyncToken: '0', sparse: true, QtyOnHand: 20 });
    expect(quantity()).toBe(20);
    await caller.post('bill?operation=delete', { Id: bill.Id, SyncToken: '0' });
    expect(quantity()).toBe(16);
  });
});
