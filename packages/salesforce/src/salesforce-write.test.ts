import type { Customer, SalesOrder } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { errorOf, openSalesforce } from './open-salesforce.fixture.ts';

const account = (n: number): string => `001xx000000000${n}AAA`;
const product = (n: number): string => `01txx000000000${n}AAA`;
const customer = (change: Partial<Customer> = {}): Customer => ({ name: 'ACME', ...change });

const order = (change: Partial<SalesOrder> = {}): SalesOrder => ({
  customer: account(1),
  currency: 'EUR',
  orderDate: '2026-03-01',
  lines: [
    { lineNumber: '10', product: product(1), quantity: '2.000', unitPrice: '5.00' },
    { lineNumber: '20', product: product(2), quantity: '1.000', unitPrice: '7.10' },
  ],
  ...change,
});

describe('writing customers', () => {
  it('updates the record of an external reference, or makes it', async () => {
    await using open = await openSalesforce({ accounts: 0 });
    const { crm, sandbox } = open;
    const record = customer({ externalReference: 'A/B C?x#1' });
    const [created] = await crm.write('customer', [{ op: 'upsert', record }]);
    const changed = { ...record, name: 'Changed' };
    const [updated] = await crm.write('customer', [{ op: 'upsert', record: changed }]);
    expect([created?.status, updated?.status]).toEqual(['created', 'updated']);
    expect(sandbox.state.find('Account')).toHaveLength(1);
    const [found] = await crm.find('customer', { externalReference: 'A/B C?x#1' });
    expect(found?.name).toBe('Changed');
  });

  it('takes addresses of systems that do not say what they are for', async () => {
    await using open = await openSalesforce({ accounts: 0 });
    const write = async (addresses: Customer['addresses']) => {
      const record = customer({ addresses });
      const [result] = await open.crm.write('customer', [{ op: 'upsert', record }]);
      return (await open.crm.get('customer', result?.key ?? ''))?.addresses;
    };
    expect(await write([{ city: 'Köln', country: 'DE' }, { city: 'Bonn' }])).toEqual([
      { kind: 'billing', city: 'Köln', country: 'DE' },
      { kind: 'shipping', city: 'Bonn' },
    ]);
    expect(await write([{ city: 'Köln' }, { kind: 'billing', city: 'Bonn' }])).toEqual([
      { kind: 'billing', city: 'Bonn' },
      { kind: 'shipping', city: 'Köln' },
    ]);
  });

  it('clears with null, and leaves alone what is absent', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    const record = { phone: null, custom: { Tier__c: null } };
    const [result] = await open.crm.write('customer', [{ op: 'upsert', key: account(1), record }]);
    expect(result?.status).toBe('updated');
    const [now] = open.sandbox.state.find('Account');
    expect(now).toMatchObject({ Phone: null, Tier__c: null, BillingCity: 'Hamburg' });
  });

  it('sends 450 records in three requests, and each has its own result', async () => {
    await using open = await openSalesforce({ accounts: 0 });
    const changes = Array.from({ length: 450 }, (_, n) => ({
      op: 'upsert' as const,
      record: customer({ name: n === 222 ? ' ' : `N${n}` }),
    }));
    const results = await open.crm.write('customer', changes);
    expect(results.filter(({ status }) => status === 'created')).toHaveLength(449);
    expect(errorOf(results[222])).toMatchObject({ category: 'validation', path: 'Name' });
    expect(open.sandbox.journal.count({ path: /\/composite\/sobjects/ })).toBe(3);
    const names = new Map(open.sandbox.state.find('Account').map(({ Id, Name }) => [Id, Name]));
    expect(names.get(String(results[300]?.key))).toBe('N300');
  });

  it('writes the good ones beside a bad one, by default', async () => {
    await using open = await openSalesforce({ accounts: 0 });
    const bad = customer({ custom: { Tier__c: 'Tin' } });
    const results = await open.crm.write('customer', [
      { op: 'upsert', record: customer() },
      { op: 'upsert', record: bad },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['created', 'failed']);
    expect(errorOf(results[1])).toMatchObject({ category: 'validation', path: 'Tier__c' });
    expect(open.sandbox.state.find('Account')).toHaveLength(1);
  });

  it('takes all back for a bad one where that is wanted, and says who is to blame', async () => {
    await using open = await openSalesforce({ accounts: 0 }, { allOrNone: true });
    const bad = customer({ custom: { Tier__c: 'Tin' } });
    const results = await open.crm.write('customer', [
      { op: 'upsert', record: customer() },
      { op: 'upsert', record: bad },
    ]);
    expect(errorOf(results[0])).toMatchObject({ code: 'ERR_ROLLED_BACK', retryable: true });
    expect(errorOf(results[1])).toMatchObject({ category: 'validation' });
    expect(open.sandbox.state.find('Account')).toHaveLength(0);
  });

  it.each([false, true])(
    'waits for a record that somebody holds (all or none: %s)',
    async (allOrNone) => {
      await using open = await openSalesforce({ accounts: 2 }, { allOrNone });
      open.sandbox.actions.lockRecord({ id: account(1), times: 2 });
      const results = await open.crm.write('customer', [
        { op: 'upsert', key: account(1), record: { name: 'One' } },
        { op: 'upsert', key: account(2), record: { name: 'Two' } },
      ]);
      expect(results.map(({ status }) => status)).toEqual(['updated', 'updated']);
    },
  );

  it('knows what was written at once, when what somebody held is sent again in vain', async () => {
    await using open = await openSalesforce({ accounts: 2, orders: 0 });
    const match = { path: /\/composite\/sobjects/ };
    open.sandbox.actions.lockRecord({ id: account(1), times: 2 });
    open.sandbox.faults.add({ kind: 'request-limit', match, after: 1, times: 50 });
    const results = await open.crm.write('customer', [
      { op: 'upsert', key: account(1), record: { name: 'One' } },
      { op: 'upsert', key: account(2), record: { name: 'Two' } },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['failed', 'updated']);
    expect(errorOf(results[0])).toMatchObject({ category: 'rate-limit', key: account(1) });
  });

  it('says that a record is held, and that trying later helps', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    open.sandbox.actions.lockRecord({ id: account(1), times: 50 });
    const change = { op: 'upsert', key: account(1), record: { name: 'One' } } as const;
    const [result] = await open.crm.write('customer', [change]);
    expect(errorOf(result)).toMatchObject({ code: 'ERR_LOCKED', retryable: true });
  });

  it('keeps the order of changes of one record', async () => {
    await using open = await openSalesforce({ accounts: 2, orders: 0, purchaseOrders: 0 });
    const results = await open.crm.write('customer', [
      { op: 'upsert', key: account(1), record: { name: 'First' } },
      { op: 'upsert', key: '001xx0000000001', record: { name: 'Second' } },
      { op: 'upsert', key: account(2), record: { name: 'Other' } },
      { op: 'delete', key: account(1) },
      { op: 'upsert', record: customer({ externalReference: 'E', name: 'A' }) },
      { op: 'upsert', record: customer({ externalReference: 'e', name: 'B' }) },
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      ...['updated', 'updated', 'updated', 'deleted', 'created', 'updated'],
    ]);
  });

  it('keeps it too when one key has 15 characters and the other 18', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    const results = await open.crm.write('customer', [
      { op: 'upsert', key: account(1), record: { name: 'First' } },
      { op: 'upsert', key: account(1).slice(0, 15), record: { name: 'Second' } },
    ]);
    expect(results).toMatchObject([{ status: 'updated' }, { status: 'updated' }]);
    expect(open.sandbox.state.get('Account', account(1))?.Name).toBe('Second');
    const sent = open.sandbox.journal.entries({ method: 'PATCH', path: /composite\/sobjects/ });
    expect(sent.map(({ body }) => /"Name":"(\w+)"/.exec(body)?.[1])).toEqual(['First', 'Second']);
  });

  it('sends nothing when an instant or number is only written in another way', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    const write = (custom: Readonly<Record<string, string>>) =>
      open.crm.write('customer', [{ op: 'upsert', key: account(1), record: { custom } }]);
    const own = { Last_Synced__c: '2026-01-31T12:00:00.000Z', Credit_Limit__c: '1000.5' };
    await write(own);
    const same = { Last_Synced__c: '2026-01-31T13:00:00+01:00', Credit_Limit__c: '1000.50' };
    expect(await write(same)).toMatchObject([{ status: 'unchanged' }]);
    const later = { Last_Synced__c: '2026-01-31T12:00:01Z' };
    expect(await write(later)).toMatchObject([{ status: 'updated' }]);
  });

  it('takes a record that is deleted already for deleted', async () => {
    await using open = await openSalesforce({
      accounts: 2,
      contacts: 0,
      orders: 0,
      purchaseOrders: 0,
      opportunities: 0,
    });
    const change = { op: 'delete', key: account(1) } as const;
    expect(await open.crm.write('customer', [change])).toMatchObject([{ status: 'deleted' }]);
    expect(await open.crm.write('customer', [change])).toMatchObject([{ status: 'deleted' }]);
    const [never] = await open.crm.write('customer', [{ op: 'delete', key: 'no id' }]);
    expect(errorOf(never)).toMatchObject({ category: 'not-found' });
  });

  it('refuses a change or deletion of another revision', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    const expectedRevision = '2001-01-01T00:00:00.000+0000';
    const results = await open.crm.write('customer', [
      { op: 'upsert', key: account(1), record: { name: 'X' }, expectedRevision },
      { op: 'delete', key: account(1), expectedRevision },
    ]);
    for (const result of results) expect(errorOf(result)).toMatchObject({ code: 'ERR_CONFLICT' });
  });

  it('names the rule of the org that found a duplicate', async () => {
    await using open = await openSalesforce({
      accounts: 0,
      duplicateRules: [{ object: 'Account', fields: ['Name'] }],
    });
    const change = { op: 'upsert', record: customer() } as const;
    await open.crm.write('customer', [change]);
    const [result] = await open.crm.write('customer', [change]);
    expect(errorOf(result)).toMatchObject({
      code: 'ERR_DUPLICATE',
      category: 'conflict',
      message: expect.stringContaining('duplicate rule'),
    });
  });

  it('keeps all digits of a decimal on the wire', async () => {
    await using open = await openSalesforce({ accounts: 0 });
    const record = customer({ custom: { Credit_Limit__c: '9007199254740993.01' } });
    const [result] = await open.crm.write('customer', [{ op: 'upsert', record }]);
    const [sent] = open.sandbox.journal.entries({ path: /\/composite\/sobjects/ });
    expect(sent?.body).toContain('"Credit_Limit__c":9007199254740993.01');
    const found = await open.crm.get('customer', result?.key ?? '');
    expect(found?.custom?.Credit_Limit__c).toBe('9007199254740993.01');
  });
});

describe('writing prices', () => {
  it('puts a product into the standard price book first', async () => {
    await using open = await openSalesforce({ products: 0 });
    const { sandbox, crm } = open;
    const [Product2Id] = sandbox.actions.createRecords({
      object: 'Product2',
      records: [{ Name: 'New', IsActive: true }],
    });
    const [Pricebook2Id] = sandbox.actions.createRecords({
      object: 'Pricebook2',
      records: [{ Name: 'Dealers', IsActive: true }],
    });
    const record = { product: Product2Id!, priceBook: Pricebook2Id!, unitPrice: '12.50' };
    const [result] = await crm.write('price', [{ op: 'upsert', record }]);
    expect(result?.status).toBe('created');
    const prices = sandbox.state.find('PricebookEntry');
    expect(prices.map(({ Pricebook2Id: book, UnitPrice }) => [book, UnitPrice])).toEqual(
      expect.arrayContaining([
        ['01sxx0000000001AAA', '12.5'],
        [Pricebook2Id, '12.5'],
      ]),
    );
  });
});

describe('a price whose answer was lost', () => {
  it('is there once, and is found: Salesforce never changes the product of a price', async () => {
    await using open = await openSalesforce({ products: 2, accounts: 0, orders: 0 });
    const { crm, sandbox } = open;
    const [product] = await crm.write('product', [
      { op: 'upsert', record: { productNumber: 'P' } },
    ]);
    const before = sandbox.state.count('PricebookEntry');
    const lost = { kind: 'reset-after', match: { method: 'POST', path: /composite\/sobjects/ } };
    sandbox.faults.add(lost);
    const record = { product: product?.key ?? '', unitPrice: '9.90', isActive: true };
    const write = () => crm.write('price', [{ op: 'upsert', idempotencyKey: 'key-1', record }]);
    const [first] = await write();
    expect(first).toMatchObject({ status: 'created', key: expect.stringMatching(/^01u/) });
    expect(await write()).toEqual([first]);
    expect(sandbox.state.count('PricebookEntry')).toBe(before + 1);
  });
});

describe('writing orders', () => {
  it('makes an order with its lines in one transaction, as a draft', async () => {
    await using open = await openSalesforce({ orders: 0 });
    const [result] = await open.crm.write('salesOrder', [{ op: 'upsert', record: order() }]);
    expect(result?.status).toBe('created');
    expect(open.sandbox.journal.count({ path: /\/composite\/graph/ })).toBe(1);
    expect(await open.crm.get('salesOrder', result?.key ?? '')).toMatchObject({
      status: 'draft',
      totalAmount: '17.10',
      lines: [
        { lineNumber: '10', product: product(1), quantity: '2.000', unitPrice: '5.00' },
        { lineNumber: '20', product: product(2), netAmount: '7.10' },
      ],
    });
  });

  it('stores nothing of an order with a bad line, and names the line', async () => {
    await using open = await openSalesforce({ orders: 0 });
    const [good] = order().lines;
    const bad = { ...good!, lineNumber: '20', quantity: '99999999999999.999' };
    const lines = [good!, { ...bad, custom: { Line__c: 'x'.repeat(30) } }];
    const record = order({ lines: [lines[0]!, { ...lines[1]!, lineNumber: 'x'.repeat(30) }] });
    const [result] = await open.crm.write('salesOrder', [{ op: 'upsert', record }]);
    expect(errorOf(result)).toMatchObject({ path: 'lines[1]', category: 'validation' });
    expect(open.sandbox.state.find('Order')).toHaveLength(0);
    expect(open.sandbox.state.find('OrderItem')).toHaveLength(0);
  });

  it('takes the price of the book where a line has none', async () => {
    await using open = await openSalesforce({ orders: 0 });
    const lines = [{ lineNumber: '1', product: product(1), quantity: '1.000' }];
    const [result] = await open.crm.write('salesOrder', [
      { op: 'upsert', record: order({ lines }) },
    ]);
    expect(result?.status).toBe('created');
    const [entry] = open.sandbox.state.find('PricebookEntry');
    expect(open.sandbox.state.find('OrderItem')[0]?.UnitPrice).toBe(entry?.UnitPrice);
  });

  it('says which product is none', async () => {
    await using open = await openSalesforce({ orders: 0 });
    const lines = [{ lineNumber: '1', product: 'MZ-FG-1', quantity: '1.000' }];
    const [result] = await open.crm.write('salesOrder', [
      { op: 'upsert', record: order({ lines }) },
    ]);
    expect(errorOf(result)).toMatchObject({ code: 'ERR_VALIDATION' });
    expect(errorOf(result).message).toContain('MZ-FG-1');
    expect(errorOf(result).message).toContain('price');
  });

  it('says which product has no price', async () => {
    await using open = await openSalesforce({ orders: 0 });
    const [lonely] = open.sandbox.actions.createRecords({
      object: 'Product2',
      records: [{ Name: 'New' }],
    });
    const lines = [{ lineNumber: '1', product: lonely!, quantity: '1.000' }];
    const [result] = await open.crm.write('salesOrder', [
      { op: 'upsert', record: order({ lines }) },
    ]);
    expect(errorOf(result)).toMatchObject({
      category: 'validation',
      message: expect.stringContaining(`The products ${lonely} have no active price`),
    });
  });

  it('activates an order when it is told to, once the lines are there', async () => {
    await using open = await openSalesforce({ orders: 0 }, { activateOrders: true });
    const [byOption] = await open.crm.write('salesOrder', [{ op: 'upsert', record: order() }]);
    expect(byOption?.status).toBe('created');
    const byRecord = open.connect();
    await byRecord.write('salesOrder', [{ op: 'upsert', record: order({ status: 'open' }) }]);
    await byRecord.write('salesOrder', [{ op: 'upsert', record: order() }]);
    const statuses = open.sandbox.state.find('Order').map(({ Status }) => Status);
    expect(statuses).toEqual(['Activated', 'Activated', 'Draft']);
  });

  it('changes, adds and removes lines, so that they are as the list says', async () => {
    await using open = await openSalesforce({ orders: 0 });
    const { crm, sandbox } = open;
    const [created] = await crm.write('salesOrder', [{ op: 'upsert', record: order() }]);
    const key = created?.key ?? '';
    const lines = [
      { lineNumber: '20', product: product(2), quantity: '3.000', unitPrice: '7.10' },
      { lineNumber: '30', product: product(3), quantity: '1.000', unitPrice: '1.00' },
    ];
    const [updated] = await crm.write('salesOrder', [{ op: 'upsert', key, record: { lines } }]);
    expect(updated?.status).toBe('updated');
    expect((await crm.get('salesOrder', key))?.lines).toMatchObject(lines);
    const [same] = await crm.write('salesOrder', [{ op: 'upsert', key, record: { lines } }]);
    expect(same?.status).toBe('unchanged');
    expect(sandbox.journal.count({ path: /\/composite\/graph/ })).toBe(2);
  });

  it('makes a line anew when its product becomes another one', async () => {
    await using open = await openSalesforce({ orders: 0 });
    const [created] = await open.crm.write('salesOrder', [{ op: 'upsert', record: order() }]);
    const key = created?.key ?? '';
    const [first, second] = order().lines;
    const lines = [{ ...first!, product: product(3) }, second!];
    const [updated] = await open.crm.write('salesOrder', [
      { op: 'upsert', key, record: { lines } },
    ]);
    expect(updated?.status).toBe('updated');
    const found = (await open.crm.get('salesOrder', key))?.lines ?? [];
    expect(found.map(({ lineNumber, product: of }) => [lineNumber, of]).sort()).toEqual([
      ['10', product(3)],
      ['20', product(2)],
    ]);
  });

  it('does not take an unknown number for a new line where Salesforce numbers them', async () => {
    await using open = await openSalesforce(
      { orders: 0 },
      { orderLineNumberField: 'OrderItemNumber' },
    );
    const [created] = await open.crm.write('salesOrder', [{ op: 'upsert', record: order() }]);
    const key = created?.key ?? '';
    const lines = (await open.crm.get('salesOrder', key))?.lines ?? [];
    expect(lines.map(({ lineNumber }) => lineNumber)).toEqual(['1', '2']);
    const unknown = [...lines, { ...lines[0]!, lineNumber: '30' }];
    const [result] = await open.crm.write('salesOrder', [
      { op: 'upsert', key, record: { lines: unknown } },
    ]);
    expect(errorOf(result).message).toContain('set orderLineNumberField');
  });

  it('makes one order of one idempotency key, whatever becomes of the answer', async () => {
    await using open = await openSalesforce({ orders: 0 });
    const change = { op: 'upsert', record: order(), idempotencyKey: 'SO-1' } as const;
    open.sandbox.faults.add({ kind: 'reset-after', match: { path: /\/composite\/graph/ } });
    const [first] = await open.crm.write('salesOrder', [change]);
    const [second] = await open.crm.write('salesOrder', [change]);
    expect(open.sandbox.state.find('Order')).toHaveLength(1);
    expect(open.sandbox.state.find('OrderItem')).toHaveLength(2);
    const key = open.sandbox.state.find('Order')[0]?.Id;
    expect([first, second]).toEqual([
      { status: 'created', key },
      { status: 'created', key },
    ]);
  });

  it('refuses an order in another currency than that of the org', async () => {
    await using open = await openSalesforce({ orders: 0 });
    const record = order({ currency: 'USD' });
    const [result] = await open.crm.write('salesOrder', [{ op: 'upsert', record }]);
    expect(errorOf(result).message).toContain('The org keeps everything in EUR');
  });

  it('takes the price in the currency of the order, where the org has several', async () => {
    await using open = await openSalesforce({ orders: 0, currencies: ['USD', 'EUR'] });
    const { crm, sandbox } = open;
    const price = { product: product(1), currency: 'EUR', unitPrice: '9.90' };
    const [priced] = await crm.write('price', [{ op: 'upsert', record: price }]);
    expect(priced?.status).toBe('created');
    const lines = [{ lineNumber: '1', product: product(1), quantity: '1.000' }];
    const results = await crm.write('salesOrder', [
      { op: 'upsert', record: order({ currency: 'EUR', lines }) },
      { op: 'upsert', record: order({ currency: 'USD', lines }) },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['created', 'created']);
    expect(await crm.get('salesOrder', results[0]?.key ?? '')).toMatchObject({
      currency: 'EUR',
      totalAmount: '9.90',
    });
    const [usd] = sandbox.state.find('PricebookEntry');
    expect(sandbox.state.find('OrderItem')[1]?.UnitPrice).toBe(usd?.UnitPrice);
  });

  it('reads once for all orders of a write', async () => {
    await using open = await openSalesforce({ orders: 0 });
    const orders = Array.from({ length: 20 }, () => ({ op: 'upsert' as const, record: order() }));
    const created = await open.crm.write('salesOrder', orders);
    expect(created.every(({ status }) => status === 'created')).toBe(true);
    const before = open.sandbox.journal.count({ path: /\/query\?/ });
    expect(before).toBe(2);
    const changes = created.map((result) => ({
      op: 'upsert' as const,
      key: result.key ?? '',
      record: { orderDate: '2026-04-01' },
    }));
    const changed = await open.crm.write('salesOrder', changes);
    expect(changed.every(({ status }) => status === 'updated')).toBe(true);
    expect(open.sandbox.journal.count({ path: /\/query\?/ })).toBe(before + 1);
  });

  it('changes the purchase order of an external reference', async () => {
    await using open = await openSalesforce({ purchaseOrders: 0 });
    const record = {
      externalReference: '4500000001',
      supplier: account(4),
      currency: 'EUR',
      lines: [{ lineNumber: '10', product: product(1), quantity: '1.000', unitPrice: '2.00' }],
    };
    const [created] = await open.crm.write('purchaseOrder', [{ op: 'upsert', record }]);
    const [same] = await open.crm.write('purchaseOrder', [{ op: 'upsert', record }]);
    const [updated] = await open.crm.write('purchaseOrder', [
      { op: 'upsert', record: { ...record, status: 'confirmed' } },
    ]);
    expect([created, same, updated].map((result) => result?.status)).toEqual([
      ...['created', 'unchanged', 'updated'],
    ]);
    expect(open.sandbox.state.find('Purchase_Order_Line__c')).toHaveLength(1);
  });
});
