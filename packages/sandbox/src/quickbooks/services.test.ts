import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Caller, callerOf, faultOf, type Shown, sale } from './quickbooks-caller.fixture.ts';
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

const invoice = { CustomerRef: { value: '1' }, Line: [sale(1)] };

describe('request ids', () => {
  it('make a repeated write act once and answer the same', async () => {
    const path = 'invoice?minorversion=75&requestid=a-1';
    const first = await caller.post(path, invoice);
    const again = await caller.post(path, invoice);
    expect(again.body.Invoice).toEqual(first.body.Invoice);
    expect(sandbox.state.records('Invoice')).toHaveLength(1);
    expect(sandbox.state.counters()).toMatchObject({ requestIds: 1, replays: 1 });
    expect(again.headers.get('intuit_tid')).not.toBe(first.headers.get('intuit_tid'));
  });

  it('find the answer that was lost', async () => {
    sandbox.faults.add({ kind: 'reset-after', match: { operation: 'createInvoice' } });
    await expect(caller.post('invoice?requestid=a-1', invoice)).rejects.toThrow('fetch failed');
    const { body } = await caller.post('invoice?requestid=a-1', invoice);
    expect(sandbox.state.records('Invoice')).toEqual([body.Invoice]);
    expect(sandbox.faults.pending).toEqual([]);
  });

  it('hold for an update whose token is old by now', async () => {
    const { Id } = await caller.create('Invoice', invoice);
    const change = { Id, SyncToken: '0', sparse: true, PrivateNote: 'x' };
    const first = await caller.post('invoice?requestid=u-1', change);
    const again = await caller.post('invoice?requestid=u-1', change);
    expect(again.body.Invoice).toEqual(first.body.Invoice);
    expect(again.body.Invoice.SyncToken).toBe('1');
  });

  it('belong to a company, and to an operation: 600', async () => {
    await start({ companies: [{ realmId: '1' }, { realmId: '2' }] });
    const other = callerOf(sandbox, sandbox.actions.connect({ realmId: '2' }));
    await caller.post('invoice?requestid=a-1', invoice);
    await other.post('invoice?requestid=a-1', invoice);
    expect(sandbox.state.records('Invoice', '1')).toHaveLength(1);
    expect(sandbox.state.records('Invoice', '2')).toHaveLength(1);
    const estimate = await caller.post('estimate?requestid=a-1', invoice);
    expect(faultOf(estimate)).toMatchObject({ code: '600' });
  });

  it('do not remember what was refused; too long ones are refused', async () => {
    const wrong = { ...invoice, CustomerRef: { value: '99' } };
    expect(faultOf(await caller.post('invoice?requestid=a-1', wrong)).code).toBe('2500');
    expect((await caller.post('invoice?requestid=a-1', invoice)).status).toBe(200);
    const long = await caller.post(`invoice?requestid=${'x'.repeat(51)}`, invoice);
    expect(faultOf(long)).toMatchObject({ code: '2050', element: 'requestid' });
  });

  it('hold for an e-mail', async () => {
    const { Id } = await caller.create('Invoice', invoice);
    const path = `invoice/${Id}/send?sendTo=a@b.example&requestid=s-1`;
    const first = await caller.post(path, '');
    const again = await caller.post(path, '');
    expect(again.body.Invoice).toEqual(first.body.Invoice);
    expect(sandbox.state.record('Invoice', Id)).toMatchObject({ SyncToken: '1' });
  });

  it('hold for a batch as a whole', async () => {
    const body = { BatchItemRequest: [{ bId: '1', operation: 'create', Invoice: invoice }] };
    await caller.post('batch?requestid=b-1', body);
    await caller.post('batch?requestid=b-1', body);
    expect(sandbox.state.records('Invoice')).toHaveLength(1);
  });
});

describe('a batch', () => {
  const run = async (items: readonly object[]) =>
    caller.post('batch', {
      BatchItemRequest: items.map((item, index) => ({ bId: `b${index}`, ...item })),
    });

  it('carries out its items one after the other, each for itself', async () => {
    const { status, body } = await run([
      { operation: 'create', Vendor: { DisplayName: 'Acme' } },
      { operation: 'create', Customer: { DisplayName: 'Acme' } },
      { operation: 'create', Invoice: invoice },
      { operation: 'update', Customer: { Id: '1', SyncToken: '0', sparse: true, Notes: 'x' } },
      { operation: 'update', Customer: { Id: '1', SyncToken: '0', sparse: true, Notes: 'y' } },
      { Query: "select * from Customer where Id = '1'" },
      { operation: 'update', optionsData: 'void', Payment: { Id: '77', SyncToken: '0' } },
      { operation: 'explode', Invoice: invoice },
      {},
    ]);
    expect(status).toBe(200);
    const answers: readonly Shown[] = body.BatchItemResponse;
    expect(answers.map(({ bId }) => bId)).toEqual(Array.from({ length: 9 }, (_, at) => `b${at}`));
    const codes = answers.map((item) => item.Fault?.Error[0].code);
    expect(codes).toEqual([
      undefined,
      '6240',
      undefined,
      undefined,
      '5010',
      undefined,
      '610',
      '500',
      '2020',
    ]);
    expect(answers[1].Fault.type).toBe('ValidationFault');
    expect(answers[5].QueryResponse.Customer[0].Notes).toBe('x');
  });

  it('deletes and voids', async () => {
    const first = await caller.create('Invoice', invoice);
    const payment = await caller.create('Payment', { CustomerRef: { value: '1' }, TotalAmt: 5 });
    const { body } = await run([
      { operation: 'delete', Invoice: { Id: first.Id, SyncToken: '0' } },
      {
        operation: 'update',
        optionsData: 'void',
        Payment: { Id: payment.Id, SyncToken: '0', sparse: true },
      },
      { CDCQuery: { Entities: 'Invoice', ChangedSince: '2026-01-05T00:00:00Z' } },
    ]);
    const [deleted, voided, changed] = body.BatchItemResponse;
    expect(deleted.Invoice).toEqual({ status: 'Deleted', domain: 'QBO', Id: first.Id });
    expect(voided.Payment.TotalAmt).toBe(0);
    expect(changed.CDCResponse[0].QueryResponse[0].Invoice).toHaveLength(1);
  });

  it('takes 30 items, not 31: 1040', async () => {
    const item = { operation: 'create', Term: { Name: 'x', DueDays: 1 } };
    const items = (count: number) =>
      Array.from({ length: count }, (_, at) => ({
        ...item,
        Term: { Name: `T${at}`, DueDays: at },
      }));
    expect(faultOf(await run(items(31)))).toMatchObject({ status: 400, code: '1040' });
    expect(sandbox.state.records('Term')).toHaveLength(3);
    expect((await run(items(30))).status).toBe(200);
    expect(sandbox.state.records('Term')).toHaveLength(33);
  });
});

describe('change data capture', () => {
  const cdc = (entities: string, changedSince: string) =>
    caller.get(`cdc?entities=${entities}&changedSince=${encodeURIComponent(changedSince)}`);

  it('answers what changed, in its present state, and what is gone', async () => {
    sandbox.clock.advance(60_000);
    const kept = await caller.create('Invoice', invoice);
    const gone = await caller.create('Invoice', invoice);
    await caller.post('invoice', { Id: kept.Id, SyncToken: '0', sparse: true, PrivateNote: 'x' });
    await caller.post('invoice?operation=delete', { Id: gone.Id, SyncToken: '0' });
    const { body } = await cdc('Invoice,Customer', '2026-01-05T08:01:00Z');
    expect(body.CDCResponse).toHaveLength(1);
    const [invoices, customers] = body.CDCResponse[0].QueryResponse;
    expect(invoices).toMatchObject({
      Invoice: [
        { Id: kept.Id, SyncToken: '1', PrivateNote: 'x' },
        { Id: gone.Id, status: 'Deleted', domain: 'QBO', MetaData: {} },
      ],
      startPosition: 1,
      maxResults: 2,
    });
    expect(customers).toEqual({});
  });

  it('looks back 30 days', async () => {
    expect(faultOf(await cdc('Invoice', '2025-12-06T07:59:00Z'))).toMatchObject({ status: 400 });
    expect((await cdc('Invoice', '2025-12-06T08:01:00Z')).status).toBe(200);
    expect(faultOf(await cdc('Invoice', 'soon'))).toMatchObject({ status: 400 });
  });

  it('answers 1000 objects over all entities, and no more', async () => {
    await start({ customers: 990, vendors: 20, items: 0 });
    const { body } = await cdc('Customer,Vendor,Term', '2026-01-05T08:00:00Z');
    const [customers, vendors, terms] = body.CDCResponse[0].QueryResponse;
    expect([customers.maxResults, vendors.maxResults]).toEqual([990, 10]);
    expect(vendors.totalCount).toBe(20);
    expect(terms).toEqual({});
  });

  it('does not know every entity', async () => {
    for (const entity of ['TaxRate', 'TaxAgency', 'Wizard', '']) {
      expect((await cdc(entity, '2026-01-05T08:00:00Z')).status).toBe(400);
    }
  });
});

describe('files', () => {
  it('are uploaded with their metadata, and read again without a token', async () => {
    const { Id } = await caller.create('Invoice', invoice);
    const AttachableRef = [{ EntityRef: { type: 'Invoice', value: Id }, IncludeOnSend: true }];
    const form = new FormData();
    const metadata = JSON.stringify({
      AttachableRef,
      FileName: 'x.txt',
      ContentType: 'text/plain',
    });
    form.set('file_metadata_01', new Blob([metadata], { type: 'application/json' }), 'm.json');
    form.set('file_content_01', new Blob(['höhe'], { type: 'text/plain' }), 'x.txt');
    const { url, settings } = sandbox;
    const upload = () =>
      fetch(`${url}/v3/company/${settings.realmId}/upload?requestid=f-1`, {
        method: 'POST',
        headers: { accept: 'application/json', authorization: `Bearer ${settings.accessToken}` },
        body: form,
      });
    const { AttachableResponse } = (await (await upload()).json()) as Shown;
    const { Attachable } = AttachableResponse[0];
    expect(Attachable).toMatchObject({ Id: '1', FileName: 'x.txt', Size: 5, AttachableRef });
    expect(await (await fetch(Attachable.TempDownloadUri)).text()).toBe('höhe');
    expect((await upload()).status).toBe(200);
    expect(sandbox.state.records('Attachable')).toHaveLength(1);
    const of = (id: string) =>
      caller.query(
        `select * from Attachable where AttachableRef.EntityRef.Type = 'invoice' and AttachableRef.EntityRef.value = '${id}'`,
      );
    expect((await of(Id)).body.QueryResponse.Attachable).toHaveLength(1);
    expect((await of('99')).body.QueryResponse).toEqual({});
    const removed = await caller.post('attachable?operation=delete', { Id: '1', SyncToken: '0' });
    expect(removed.body.Attachable.status).toBe('Deleted');
  });

  it('need their multipart message', async () => {
    expect(faultOf(await caller.post('upload', {}))).toMatchObject({ status: 400, code: '2010' });
  });
});

describe('documents', () => {
  it('come as PDF', async () => {
    const { Id } = await caller.create('Invoice', invoice);
    const { url, settings } = sandbox;
    const answer = await fetch(`${url}/v3/company/${settings.realmId}/invoice/${Id}/pdf`, {
      headers: { accept: 'application/pdf', authorization: `Bearer ${settings.accessToken}` },
    });
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(await answer.text()).toMatch(/^%PDF-1\.4[\s\S]*Invoice 1001/);
  });

  it('are sent to an address, given or known', async () => {
    const { Id } = await caller.create('Invoice', invoice);
    expect(faultOf(await caller.post(`invoice/${Id}/send`, ''))).toMatchObject({ code: '2020' });
    const { body } = await caller.post(`invoice/${Id}/send?sendTo=a@b.example`, '');
    expect(body.Invoice).toMatchObject({
      EmailStatus: 'EmailSent',
      BillEmail: { Address: 'a@b.example' },
      DeliveryInfo: { DeliveryType: 'Email' },
      SyncToken: '1',
    });
    expect((await caller.post(`customer/1/send`, '')).status).toBe(400);
  });
});

describe('faults', () => {
  it('expire the token of a call, in the middle of reading pages', async () => {
    sandbox.faults.add({ kind: 'expired-token', match: { operation: 'query' }, after: 1 });
    expect((await caller.query('select * from Customer maxresults 1')).status).toBe(200);
    const second = await caller.query('select * from Customer startposition 2 maxresults 1');
    expect(second).toMatchObject({ status: 401, body: { fault: { type: 'AUTHENTICATION' } } });
    expect((await caller.query('select * from Customer')).status).toBe(401);
  });

  it('answer 200 with a Fault in it', async () => {
    sandbox.faults.add({ kind: 'fault-in-200' });
    const { status, body } = await caller.post('invoice', invoice);
    expect(status).toBe(200);
    expect(body.Fault).toMatchObject({ type: 'SystemFault', Error: [{ code: '10000' }] });
    expect(sandbox.state.records('Invoice')).toEqual([]);
  });

  it('let somebody else change a record first, once', async () => {
    sandbox.faults.add({ kind: 'stale-object', match: { operation: 'updateCustomer' } });
    const change = { Id: '1', SyncToken: '0', sparse: true, Notes: 'x' };
    expect(faultOf(await caller.post('customer', change))).toMatchObject({ code: '5010' });
    expect((await caller.post('customer', { ...change, SyncToken: '1' })).status).toBe(200);
  });

  it('throttle, with and without Retry-After', async () => {
    sandbox.faults.add({ kind: 'throttle' });
    sandbox.faults.add({ kind: 'throttle', retryAfter: 2 });
    const plain = await caller.get('companyinfo/1');
    expect(plain).toMatchObject({ status: 429, body: { fault: { error: [{ code: '003001' }] } } });
    expect(plain.headers.get('retry-after')).toBe(null);
    expect((await caller.get('companyinfo/1')).headers.get('retry-after')).toBe('2');
  });

  it.each([
    [401, 'fault'],
    [403, 'fault'],
    [429, 'fault'],
    [500, 'Fault'],
    [503, 'Fault'],
  ])('give an injected %i the look of the vendor', async (status, key) => {
    sandbox.faults.add({ kind: 'status', status });
    const answer = await caller.get('companyinfo/1');
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.body)).toContain(key);
  });

  it('refuse a refresh with the short body', async () => {
    sandbox.faults.add({ kind: 'invalid-grant' });
    const answer = await fetch(sandbox.settings.tokenUrl, { method: 'POST' });
    expect(await answer.text()).toBe('{"error":"invalid_grant"}');
  });
});

describe('people', () => {
  it('change, delete and void behind the back of an app', async () => {
    const { actions } = sandbox;
    const made = actions.create({ entity: 'Invoice', record: invoice });
    const id = String(made.Id);
    expect(actions.change({ entity: 'Invoice', id, fields: { PrivateNote: 'x' } })).toMatchObject({
      SyncToken: '1',
      PrivateNote: 'x',
      TotalAmt: 1,
    });
    expect(actions.voidTransaction({ entity: 'Invoice', id })).toMatchObject({ TotalAmt: 0 });
    actions.remove({ entity: 'Invoice', id });
    expect(sandbox.state.record('Invoice', id)).toBeUndefined();
    expect(() => actions.change({ entity: 'Invoice', id, fields: {} })).toThrow('Object Not Found');
  });

  it('merge a customer into another: its invoices follow', async () => {
    const { Id } = await caller.create('Invoice', invoice);
    sandbox.actions.merge({ entity: 'Customer', fromId: '1', intoId: '2' });
    const into = sandbox.state.record('Customer', '2')!;
    expect(sandbox.state.record('Invoice', Id)?.CustomerRef).toEqual({
      value: '2',
      name: into.DisplayName,
    });
    expect(into.Balance).toBe(1);
    expect(faultOf(await caller.get('customer/1'))).toMatchObject({ code: '610' });
  });

  it('keep the tax codes that the API only reads', async () => {
    const record = { Name: 'Reduced', Taxable: true };
    expect(faultOf(await caller.post('taxcode', record))).toMatchObject({ code: '500' });
    const { Id } = sandbox.actions.create({ entity: 'TaxCode', record });
    expect((await caller.get(`taxcode/${Id}`)).body.TaxCode).toMatchObject(record);
  });

  it('pay open invoices', async () => {
    for (const _ of [1, 2, 3]) await caller.create('Invoice', invoice);
    expect(sandbox.actions.payInvoices({ count: 2 }).paymentIds).toHaveLength(2);
    const { body } = await caller.query("select * from Invoice where Balance > '0'");
    expect(body.QueryResponse.Invoice).toHaveLength(1);
  });

  it('import records that all changed in one second', async () => {
    sandbox.actions.stampChanges({
      entity: 'Customer',
      ids: ['1', '3'],
      at: '2026-01-05T09:00:00Z',
    });
    const statement =
      "select Id from Customer where MetaData.LastUpdatedTime >= '2026-01-05T01:00:00-08:00'";
    const { body } = await caller.query(statement);
    expect(body.QueryResponse.Customer.map(({ Id }: Shown) => Id)).toEqual(['1', '3']);
  });

  it('let tokens run out, and disconnect the app', async () => {
    sandbox.actions.connect();
    expect(sandbox.actions.expireAccessTokens()).toEqual({ expired: 2 });
    expect((await caller.get('companyinfo/1')).status).toBe(401);
    const fresh = callerOf(sandbox, sandbox.actions.connect());
    expect((await fresh.get('companyinfo/1')).status).toBe(200);
    expect(sandbox.actions.disconnect()).toEqual({ ended: 3 });
    expect((await fresh.get('companyinfo/1')).status).toBe(401);
  });

  it('act over HTTP too, from outside the process', async () => {
    const action = async (name: string, body: object) => {
      const answer = await fetch(`${sandbox.url}/__sandbox/actions/${name}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      return answer.json() as Promise<Shown>;
    };
    const made = await action('create', { entity: 'Invoice', record: invoice });
    expect(await action('advanceClock', { seconds: 60 })).toMatchObject({
      now: expect.stringContaining('T08:01'),
    });
    const rows = (await (await fetch(`${sandbox.url}/__sandbox/state/Invoice`)).json()) as Shown;
    expect(rows).toMatchObject([{ Id: made.Id }]);
    expect(await action('create', { entity: 'Wizard', record: {} })).toEqual({
      error: 'There is no entity "Wizard"',
    });
  });
});
