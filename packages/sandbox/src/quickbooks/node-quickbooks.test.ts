import { Readable } from 'node:stream';
import nodeQuickbooks from 'node-quickbooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Shown, sale } from './quickbooks-caller.fixture.ts';
import { type QuickbooksSandbox, startQuickbooksSandbox } from './quickbooks-sandbox.ts';

type Callback = (error: Shown, data?: Shown, response?: Shown) => void;
type Client = Record<string, (...input: unknown[]) => unknown> & {
  token: string | null;
  refreshToken: string | null;
};

// Its typings say `export default`, the module says `module.exports`.
const QuickBooks = nodeQuickbooks as unknown as {
  new (...settings: unknown[]): Client;
  V3_ENDPOINT_BASE_URL: string;
  TOKEN_URL: string;
  REVOKE_URL: string;
  USER_INFO_URL: string;
};

let sandbox: QuickbooksSandbox;
let client: Client;

const connect = (accessToken: string, refreshToken: string): Client => {
  const { clientId, clientSecret, realmId } = sandbox.settings;
  return new QuickBooks(
    clientId,
    clientSecret,
    accessToken,
    false,
    realmId,
    true,
    false,
    null,
    '2.0',
    refreshToken,
  );
};

/** Its answers come by callback. */
const call = (method: string, ...input: unknown[]): Promise<Shown> =>
  new Promise((resolve, reject) => {
    const done: Callback = (error, data) => (error ? reject(error) : resolve(data));
    client[method]!(...input, done);
  });
const refusal = async (answer: Promise<unknown>): Promise<Shown> =>
  answer.then(
    () => undefined,
    (error: Shown) => ({ ...error.response.data, status: error.response.status }),
  );

beforeAll(async () => {
  sandbox = await startQuickbooksSandbox({
    customers: 5,
    vendors: 3,
    items: 6,
    invoices: 12,
    bills: 3,
  });
  QuickBooks.V3_ENDPOINT_BASE_URL = `${sandbox.url}/v3/company/`;
  QuickBooks.TOKEN_URL = sandbox.settings.tokenUrl;
  QuickBooks.REVOKE_URL = sandbox.settings.revokeUrl;
  QuickBooks.USER_INFO_URL = sandbox.settings.userInfoUrl;
  client = connect(sandbox.settings.accessToken, sandbox.settings.refreshToken);
});
afterAll(() => sandbox.close());

describe('node-quickbooks', () => {
  it('reads the company and its preferences', async () => {
    const { realmId } = sandbox.settings;
    expect(await call('getCompanyInfo', realmId)).toMatchObject({ CompanyName: 'Sandbox Company' });
    expect(await call('getPreferences')).toMatchObject({ CurrencyPrefs: {} });
  });

  it('creates, reads, updates and finds a customer', async () => {
    const made = await call('createCustomer', { DisplayName: "O'Brien & Sons", requestId: 'n-1' });
    const again = await call('createCustomer', { DisplayName: "O'Brien & Sons", requestId: 'n-1' });
    expect(again).toEqual(made);
    expect(await call('getCustomer', made.Id)).toEqual(made);
    const change = { Id: made.Id, SyncToken: made.SyncToken, Notes: 'new' };
    expect(await call('updateCustomer', change)).toMatchObject({ SyncToken: '1', Notes: 'new' });
    const found = await call('findCustomers', [
      { field: 'DisplayName', value: "O'Brien & Sons", operator: '=' },
    ]);
    expect(found.QueryResponse.Customer).toMatchObject([{ Id: made.Id }]);
  });

  it('finds all, page by page, counts, sorts', async () => {
    const all = await call('findInvoices', [
      { field: 'fetchAll', value: true },
      { field: 'limit', value: 5 },
      { field: 'asc', value: 'TotalAmt' },
    ]);
    const amounts = all.QueryResponse.Invoice.map(({ TotalAmt }: Shown) => TotalAmt);
    expect(amounts).toHaveLength(12);
    expect(amounts).toEqual([...amounts].sort((left, right) => left - right));
    const counted = await call('findInvoices', { count: true });
    expect(counted.QueryResponse.totalCount).toBe(12);
    const likely = await call('findItems', [
      { field: 'Name', value: 'Product 000%', operator: 'LIKE' },
    ]);
    expect(likely.QueryResponse.Item).toHaveLength(6);
  });

  it('asks with every operator, and is refused those that the language does not have', async () => {
    const ids = async (operator: string, value: unknown) => {
      const criteria = [{ field: 'Id', value, operator }];
      const { QueryResponse } = await call('findInvoices', criteria);
      return (QueryResponse.Invoice ?? []).map(({ Id }: Shown) => Id);
    };
    expect(await ids('=', '3')).toEqual(['3']);
    expect(await ids('IN', ['2', '4', '99'])).toEqual(['2', '4']);
    expect(await ids('<', '3')).toEqual(['1', '2']);
    expect(await ids('<=', '2')).toEqual(['1', '2']);
    // As numbers: "9" does not come behind "12".
    expect(await ids('>', '10')).toEqual(['11', '12']);
    expect(await ids('>=', '12')).toEqual(['12']);
    expect(await ids('=', '99')).toEqual([]);
    for (const [where, code] of [
      ["where Id = '1' or Id = '2'", '4000'],
      ["where Id != '1'", '4000'],
      ['group by Id', '4000'],
      ["where Line.Amount = '1'", '4001'],
      ['maxresults 1001', '4001'],
    ]) {
      const refused = await refusal(call('findInvoices', where));
      expect(refused?.Fault.Error[0].code, where).toBe(code);
    }
  });

  it('sends batches with items of every kind, each with an answer of its own', async () => {
    const [{ Id, SyncToken, VendorRef }] = (await call('findBills', {})).QueryResponse.Bill;
    const payment = { VendorRef, TotalAmt: 1, PayType: 'Check', Line: [] };
    const made = await call('createBillPayment', {
      ...payment,
      CheckPayment: { BankAccountRef: { value: '1' } },
    });
    const { BatchItemResponse } = await call('batch', [
      { bId: 'a', operation: 'update', optionsData: 'void', BillPayment: made },
      { bId: 'b', operation: 'delete', Bill: { Id, SyncToken } },
      { bId: 'c', CDCQuery: { Entities: 'Bill', ChangedSince: '2026-01-05T00:00:00-08:00' } },
      { bId: 'd', operation: 'update', Invoice: { Id: '12', SyncToken: '9', sparse: true } },
      { bId: 'e', Query: 'select count(*) from Bill' },
    ]);
    expect(BatchItemResponse.map(({ bId }: Shown) => bId)).toEqual(['a', 'b', 'c', 'd', 'e']);
    const [voided, deleted, changed, stale, counted] = BatchItemResponse;
    expect(voided.BillPayment).toMatchObject({ TotalAmt: 0 });
    expect(deleted.Bill).toEqual({ status: 'Deleted', domain: 'QBO', Id });
    expect(changed.CDCResponse[0].QueryResponse[0].Bill).toContainEqual(
      expect.objectContaining({ Id, status: 'Deleted' }),
    );
    expect(stale.Fault.Error[0].code).toBe('5010');
    expect(counted.QueryResponse.totalCount).toBe(2);
  });

  it('is told what it did wrong', async () => {
    const { DisplayName } = sandbox.state.record('Customer', '1')!;
    expect(await refusal(call('createVendor', { DisplayName }))).toMatchObject({
      status: 400,
      Fault: { Error: [{ code: '6240' }] },
    });
    const stale = { Id: '1', SyncToken: '7' };
    expect((await refusal(call('updateCustomer', stale))).Fault.Error[0].code).toBe('5010');
    expect((await refusal(call('getInvoice', '999'))).Fault.Error[0].code).toBe('610');
  });

  it('invoices, gets paid, voids and deletes', async () => {
    const CustomerRef = { value: '1' };
    const invoice = await call('createInvoice', { CustomerRef, Line: [sale(10)] });
    const Line = [{ Amount: 10, LinkedTxn: [{ TxnId: invoice.Id, TxnType: 'Invoice' }] }];
    const payment = await call('createPayment', { CustomerRef, TotalAmt: 10, Line });
    expect(await call('getInvoice', invoice.Id)).toMatchObject({ Balance: 0 });
    const voided = await call('updatePayment', { ...payment, void: true });
    expect(voided).toMatchObject({ TotalAmt: 0 });
    await call('deletePayment', payment.Id);
    await call('voidInvoice', invoice.Id);
    expect(await call('getInvoice', invoice.Id)).toMatchObject({ Balance: 0, TotalAmt: 0 });
    await call('deleteInvoice', invoice.Id);
    expect(sandbox.state.deleted('Invoice')).toContain(invoice.Id);
  });

  it('sends batches, asks for changes and reports', async () => {
    const { BatchItemResponse } = await call('batch', [
      { bId: '1', operation: 'create', Vendor: { DisplayName: 'Batch Vendor' } },
      { bId: '2', Query: 'select * from Vendor maxresults 1' },
    ]);
    expect(BatchItemResponse[0].Vendor.Id).toBeTypeOf('string');
    const changes = await call('changeDataCapture', ['Vendor'], '2026-01-05T00:00:00-08:00');
    expect(changes.CDCResponse[0].QueryResponse[0].Vendor).toHaveLength(4);
    const report = await call('reportBalanceSheet', { end_date: '2026-12-31' });
    expect(report.Header.ReportName).toBe('BalanceSheet');
  });

  it('fetches a PDF, sends it, uploads a file for an invoice', async () => {
    expect(String(await call('getInvoicePdf', '1'))).toMatch(/^%PDF/);
    expect(await call('sendInvoicePdf', '1', 'a@b.example')).toMatchObject({
      EmailStatus: 'EmailSent',
    });
    const file = Readable.from([Buffer.from('hello')]);
    const attached = await call('upload', 'hello.txt', 'text/plain', file, 'Invoice', '1');
    expect(attached).toMatchObject({ FileName: 'hello.txt', Size: 5 });
    expect(attached.AttachableRef[0].EntityRef).toMatchObject({ type: 'Invoice', value: '1' });
    const found = await call('findAttachables', [
      { field: 'AttachableRef.EntityRef.Type', value: 'Invoice', operator: '=' },
      { field: 'AttachableRef.EntityRef.value', value: '1', operator: '=' },
    ]);
    expect(found.QueryResponse.Attachable).toMatchObject([{ Id: attached.Id }]);
    await call('deleteAttachable', attached.Id);
    expect((await call('findAttachables', {})).QueryResponse).toEqual({});
  });

  it('reads past a page of 1,000, and is told of 1,000 changes at most', async () => {
    const before = { sandbox, client };
    sandbox = await startQuickbooksSandbox({ customers: 2_300, invoices: 10 });
    QuickBooks.V3_ENDPOINT_BASE_URL = `${sandbox.url}/v3/company/`;
    client = connect(sandbox.settings.accessToken, sandbox.settings.refreshToken);
    const all = await call('findCustomers', [{ field: 'fetchAll', value: true }]);
    expect(new Set(all.QueryResponse.Customer.map(({ Id }: Shown) => Id)).size).toBe(2_300);
    const changes = await call(
      'changeDataCapture',
      ['Invoice', 'Customer'],
      '2026-01-04T00:00:00Z',
    );
    const [invoices, customers] = changes.CDCResponse[0].QueryResponse;
    expect([invoices.maxResults, customers.maxResults]).toEqual([10, 990]);
    await sandbox.close();
    ({ sandbox, client } = before);
    QuickBooks.V3_ENDPOINT_BASE_URL = `${sandbox.url}/v3/company/`;
  });

  it('refreshes its token, and drops it when it revokes', async () => {
    sandbox.actions.expireAccessTokens();
    const refused = await refusal(call('getCustomer', '1'));
    expect(refused).toMatchObject({ status: 401, fault: { error: [{ code: '3200' }] } });
    await call('refreshAccessToken');
    expect(client.refreshToken).not.toBe(sandbox.settings.refreshToken);
    expect(await call('getCustomer', '1')).toMatchObject({ Id: '1' });
    client = connect(sandbox.settings.accessToken, sandbox.settings.refreshToken);
    expect(await refusal(call('refreshAccessToken'))).toMatchObject({ error: 'invalid_grant' });
    const fresh = sandbox.actions.connect();
    client = connect(fresh.accessToken, fresh.refreshToken);
    await call('revokeAccess', true);
    expect(client.token).toBe(null);
  });
});
