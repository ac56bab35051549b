import {
  bearer,
  createGovernor,
  type Governor,
  type HttpTransport,
  manualClock,
} from '@common/connector-core';
import type { QuickbooksSandbox } from '@common/connector-sandbox/quickbooks';
import { describe, expect, it } from 'vitest';
import { errorOf } from '../../../../testing/error-of.ts';
import {
  create,
  newCustomer,
  newInvoice,
  openQuickbooks,
  writeOne,
} from '../open-quickbooks.fixture.ts';
import { quickbooks } from '../quickbooks-connector.ts';

const requestIds = (sandbox: QuickbooksSandbox) =>
  sandbox.journal
    .entries({ method: 'POST', path: /\/v3\/company\// })
    .map(({ path, query }) => new URLSearchParams(query ?? path.split('?')[1]).get('requestid'));

describe('every write', () => {
  it('has a request id of its own: creates, updates, deletions, batches, operations', async () => {
    await using open = await openQuickbooks({ invoices: 1 });
    const { books, sandbox } = open;
    const key = await create(books, 'customer', newCustomer());
    await writeOne(books, 'customer', { op: 'upsert', key, record: { phone: '1' } });
    await writeOne(books, 'customer', { op: 'delete', key });
    await books.write('customer', [
      { op: 'upsert', record: newCustomer({ name: 'One' }) },
      { op: 'upsert', record: newCustomer({ name: 'Two' }) },
    ]);
    const [invoice] = sandbox.state.records('Invoice');
    await books.call('void', { entity: 'invoice', key: String(invoice?.Id) });
    const ids = requestIds(sandbox);
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^.{1,50}$/);
  });

  it('is answered once more and not done twice when a new process repeats it', async () => {
    await using open = await openQuickbooks();
    const change = {
      op: 'upsert',
      record: newInvoice(),
      idempotencyKey: 'a key that is longer than the fifty characters of Intuit',
    } as const;
    const first = await writeOne(open.connect(), 'invoice', change);
    const second = await writeOne(open.connect(), 'invoice', change);
    expect(first).toMatchObject({ status: 'created' });
    expect(second).toEqual(first);
    expect(open.sandbox.state.records('Invoice')).toHaveLength(1);
    expect(open.sandbox.state.counters().replays).toBe(1);
  });

  it('of one key makes one record, whatever became of its content meanwhile', async () => {
    await using open = await openQuickbooks();
    const keys = [];
    for (const dueDate of ['2026-02-05', '2026-03-05']) {
      const change = {
        op: 'upsert',
        record: newInvoice({ dueDate }),
        idempotencyKey: 'I-1',
      } as const;
      const result = await writeOne(open.connect(), 'invoice', change);
      keys.push('key' in result && result.key);
    }
    expect(keys[1]).toBe(keys[0]);
    expect(open.sandbox.state.records('Invoice')).toHaveLength(1);
  });

  it('is done once when its answer is lost, a batch too', async () => {
    await using open = await openQuickbooks();
    const { books, sandbox } = open;
    sandbox.faults.add({ kind: 'reset-after', match: { method: 'POST', operation: 'batch' } });
    const results = await books.write('invoice', [
      { op: 'upsert', record: newInvoice() },
      { op: 'upsert', record: newInvoice() },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['created', 'created']);
    expect(sandbox.state.records('Invoice')).toHaveLength(2);
    expect(sandbox.faults.pending).toEqual([]);
  });
});

describe('a set of new transactions that is written again as another set', () => {
  it('has each of them once: with a key, each goes under a request id of its own', async () => {
    await using open = await openQuickbooks();
    const { books, sandbox } = open;
    const change = (n: number) =>
      ({ op: 'upsert', record: newInvoice(), idempotencyKey: `K${n}` }) as const;
    // The process dies when the answers are under way, and later writes another set.
    await books.write('invoice', [change(1), change(2), change(3)]);
    const again = await open.connect().write('invoice', [change(2), change(3), change(4)]);
    expect(again.map(({ status }) => status)).toEqual(['created', 'created', 'created']);
    expect(sandbox.state.records('Invoice')).toHaveLength(4);
  });

  it('has new records of name lists once: their names are theirs', async () => {
    await using open = await openQuickbooks({ customers: 0 });
    const { books, sandbox } = open;
    const change = (n: number) =>
      ({ op: 'upsert', record: newCustomer({ name: `C${n}` }), idempotencyKey: `K${n}` }) as const;
    const first = await books.write('customer', [change(1), change(2), change(3)]);
    const again = await open.connect().write('customer', [change(2), change(3), change(4)]);
    expect(again.map(({ status }) => status)).toEqual(['unchanged', 'unchanged', 'created']);
    expect(again[0]?.key).toBe(first[1]?.key);
    expect(sandbox.state.records('Customer')).toHaveLength(4);
  });
});

describe('a batch that is written again as the same set', () => {
  it('is done when what was wrong has been put right: it is not answered as before', async () => {
    await using open = await openQuickbooks({ invoices: 2 });
    const { sandbox } = open;
    const changes = ['1', '2'].map(
      (key) =>
        ({ op: 'upsert', key, record: { dueDate: '2026-12-30' }, idempotencyKey: key }) as const,
    );
    sandbox.actions.closeBooks({ closingDate: '2030-12-31' });
    const refused = await open.connect().write('invoice', changes);
    expect(refused.map((result) => errorOf(result).vendorCode)).toEqual(['6210', '6210']);
    sandbox.actions.closeBooks({});
    const again = await open.connect().write('invoice', changes);
    expect(again.map(({ status }) => status)).toEqual(['updated', 'updated']);
  });

  it('has its new names once when its answers never came', async () => {
    await using open = await openQuickbooks({ customers: 0 });
    const change = (n: number) =>
      ({ op: 'upsert', record: newCustomer({ name: `C${n}` }), idempotencyKey: `K${n}` }) as const;
    const changes = [change(1), change(2)];
    const first = await open.connect().write('customer', changes);
    const again = await open.connect().write('customer', changes);
    expect(again.map(({ key }) => key)).toEqual(first.map(({ key }) => key));
    expect(open.sandbox.state.records('Customer')).toHaveLength(2);
  });
});

describe('many changes', () => {
  it('go as one query and one batch of 30, with a result for each', async () => {
    await using open = await openQuickbooks({ customers: 30 });
    const { books, sandbox } = open;
    await books.connect();
    const keys = sandbox.state.records('Customer').map(({ Id }) => String(Id));
    const before = sandbox.journal.count({ path: /\/v3\/company\// });
    const results = await books.write(
      'customer',
      keys.map((key, n) => ({ op: 'upsert', key, record: { phone: `555-${n}` } })),
    );
    expect(results.every(({ status }) => status === 'updated')).toBe(true);
    expect(results.map(({ key }) => key)).toEqual(keys);
    expect(sandbox.journal.count({ path: /\/v3\/company\// }) - before).toBe(2);
  });

  it('go as batches of 30 at most, which is all that QuickBooks takes', async () => {
    await using open = await openQuickbooks();
    const records = Array.from({ length: 62 }, (_, n) => newCustomer({ name: `New ${n}` }));
    const changes = records.map((record) => ({ op: 'upsert', record }) as const);
    const results = await open.books.write('customer', changes);
    expect(results.every(({ status }) => status === 'created')).toBe(true);
    const sizes = open.sandbox.journal
      .entries({ operation: 'batch' })
      .map(({ body }) => JSON.parse(body).BatchItemRequest.length);
    expect(sizes.toSorted((a, b) => b - a)).toEqual([30, 30, 2]);
  });

  it('that fail alone do not stop the others, and say why', async () => {
    await using open = await openQuickbooks();
    const results = await open.books.write('customer', [
      { op: 'upsert', record: newCustomer({ name: 'Good' }) },
      { op: 'upsert', record: newCustomer({ name: 'Bad: colon' }) },
      { op: 'upsert', key: '99999', record: { phone: '1' } },
      { op: 'delete', key: '1' },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['created', 'failed', 'failed', 'deleted']);
    expect(errorOf(results[1])).toMatchObject({
      code: 'ERR_VALIDATION',
      vendorCode: '6000',
      system: 'quickbooks',
      entity: 'customer',
    });
    expect(errorOf(results[2])).toMatchObject({ code: 'ERR_NOT_FOUND', key: '99999' });
  });

  it('of one record happen in their order', async () => {
    await using open = await openQuickbooks();
    const results = await open.books.write('customer', [
      { op: 'upsert', key: '1', record: { phone: 'first' } },
      { op: 'upsert', key: '2', record: { phone: 'other' } },
      { op: 'upsert', key: '1', record: { phone: 'second' } },
    ]);
    expect(results.every(({ status }) => status === 'updated')).toBe(true);
    expect(await open.books.get('customer', '1')).toMatchObject({ phone: 'second' });
  });

  it('that were aborted answer for what was done before, and for what was not', async () => {
    await using open = await openQuickbooks();
    const controller = new AbortController();
    // The second change of a record waits for the first; by then the caller has left.
    const match = { method: 'POST', path: /\/customer\?/ };
    open.sandbox.faults.add({ kind: 'slow-headers', delayMs: 500, match });
    const writing = open.books.write(
      'customer',
      [
        { op: 'upsert', key: '1', record: { phone: 'first' } },
        { op: 'upsert', key: '1', record: { phone: 'second' } },
      ],
      { signal: controller.signal },
    );
    await expect
      .poll(() => open.sandbox.journal.count({ operation: 'readCustomer' }))
      .toBeGreaterThan(0);
    controller.abort();
    const [first, second] = await writing;
    expect(['updated', 'failed', 'unknown']).toContain(first?.status);
    expect(errorOf(second)).toMatchObject({ code: 'ERR_ABORTED', key: '1' });
    expect(await open.books.get('customer', '1')).not.toMatchObject({ phone: 'second' });
  });

  it('are known where the batch was answered without one of them', async () => {
    await using open = await openQuickbooks();
    open.sandbox.faults.add({
      kind: 'status',
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({ BatchItemResponse: [{ bId: '0', Customer: { Id: '7' } }] }),
      match: { operation: 'batch' },
    });
    const results = await open.books.write('customer', [
      { op: 'upsert', record: newCustomer({ name: 'A' }) },
      { op: 'upsert', record: newCustomer({ name: 'B' }) },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['created', 'unknown']);
  });
});

describe('an update', () => {
  it('changes what it brings and leaves alone the rest, and what the template does not know', async () => {
    await using open = await openQuickbooks({ invoices: 1 });
    const { sandbox, books } = open;
    const id = String(sandbox.state.records('Invoice')[0]?.Id);
    sandbox.actions.change({ entity: 'Invoice', id, fields: { TrackingNum: 'T-1' } });
    await writeOne(books, 'invoice', { op: 'upsert', key: id, record: { dueDate: '2026-06-30' } });
    expect(sandbox.state.record('Invoice', id)).toMatchObject({
      DueDate: '2026-06-30',
      TrackingNum: 'T-1',
    });
  });

  it('that brings nothing new is not sent, alone or among others', async () => {
    await using open = await openQuickbooks();
    const { books, sandbox } = open;
    const key = await create(books, 'invoice', newInvoice());
    const invoice = await books.get('invoice', key);
    const same = { op: 'upsert', key, record: { lines: invoice?.lines ?? [] } } as const;
    expect(await writeOne(books, 'invoice', same)).toMatchObject({ status: 'unchanged', key });
    const other = { op: 'upsert', record: newInvoice() } as const;
    const [first, second] = await books.write('invoice', [same, other]);
    expect([first?.status, second?.status]).toEqual(['unchanged', 'created']);
    expect(sandbox.state.record('Invoice', key)).toMatchObject({ SyncToken: '0' });
    const { BatchItemRequest } = JSON.parse(
      sandbox.journal.entries({ operation: 'batch' })[0]!.body,
    );
    expect(BatchItemRequest).toMatchObject([{ operation: 'create' }]);
  });

  it('keeps discounts and ids of lines when a line changes, and computes the amount anew', async () => {
    await using open = await openQuickbooks();
    const { sandbox, books } = open;
    const sold = { DetailType: 'SalesItemLineDetail' };
    const { Id } = sandbox.actions.create({
      entity: 'Invoice',
      record: {
        CustomerRef: { value: '1' },
        Line: [
          {
            ...sold,
            Amount: 20,
            SalesItemLineDetail: { ItemRef: { value: '1' }, Qty: 2, UnitPrice: 10 },
          },
          {
            Amount: 5,
            DetailType: 'DiscountLineDetail',
            DiscountLineDetail: { PercentBased: false },
          },
        ],
      },
    });
    const key = String(Id);
    const before = sandbox.state.record('Invoice', key)?.Line as readonly object[];
    const record = { lines: [{ lineNumber: '1', quantity: '3.000' }] } as never;
    expect(await writeOne(books, 'invoice', { op: 'upsert', key, record })).toMatchObject({
      status: 'updated',
    });
    const after = sandbox.state.record('Invoice', key)?.Line as readonly object[];
    expect(after).toHaveLength(before.length);
    expect(after[0]).toMatchObject({
      Amount: 30,
      SalesItemLineDetail: { ItemRef: { value: '1' }, Qty: 3, UnitPrice: 10 },
    });
    expect(after.some((line) => 'DiscountLineDetail' in line)).toBe(true);
  });

  it('clears by null, which a sparse update could not', async () => {
    await using open = await openQuickbooks();
    const { books, sandbox } = open;
    const key = await create(books, 'customer', newCustomer({ name2: 'Old', phone: '555' }));
    const record = { name2: null, phone: null };
    expect(await writeOne(books, 'customer', { op: 'upsert', key, record })).toMatchObject({
      status: 'updated',
    });
    const { CompanyName, PrimaryPhone, PrimaryEmailAddr } = sandbox.state.record('Customer', key)!;
    expect([CompanyName, PrimaryPhone]).toEqual([undefined, undefined]);
    expect(PrimaryEmailAddr).toEqual({ Address: 'office@example.com' });
  });

  it('is made over what somebody else wrote meanwhile, once', async () => {
    await using open = await openQuickbooks();
    const { books, sandbox } = open;
    sandbox.faults.add({ kind: 'stale-object' });
    const change = { op: 'upsert', key: '1', record: { phone: 'mine' } } as const;
    expect(await writeOne(books, 'customer', change)).toMatchObject({ status: 'updated' });
    sandbox.faults.add({ kind: 'stale-object', times: 2 });
    const again = { ...change, record: { phone: 'again' } };
    expect(errorOf(await writeOne(books, 'customer', again))).toMatchObject({
      code: 'ERR_CONFLICT',
      vendorCode: '5010',
    });
  });

  it('of a batch that is stale goes once more by itself', async () => {
    const requests = createGovernor();
    const governor: Governor = {
      ...requests,
      // What waits for a place among the batches: between the query and the batch.
      beside: () => ({
        ...requests,
        run(work) {
          const fields = { Notes: 'theirs' };
          open.sandbox.actions.change({ entity: 'Customer', id: '2', fields });
          return work();
        },
      }),
    };
    await using open = await openQuickbooks({}, { governor });
    const { books, sandbox } = open;
    const results = await books.write('customer', [
      { op: 'upsert', key: '1', record: { phone: 'A' } },
      { op: 'upsert', key: '2', record: { phone: 'B' } },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['updated', 'updated']);
    expect(sandbox.state.record('Customer', '2')).toMatchObject({
      Notes: 'theirs',
      PrimaryPhone: { FreeFormNumber: 'B' },
    });
  });

  it('of another revision than the expected one is a conflict, and is not repeated', async () => {
    await using open = await openQuickbooks();
    const { books, sandbox } = open;
    const revision = (await books.get('customer', '1'))?.source?.revision;
    const change = {
      op: 'upsert',
      key: '1',
      record: { phone: 'mine' },
      expectedRevision: revision,
    } as const;
    sandbox.faults.add({ kind: 'stale-object' });
    expect(errorOf(await writeOne(books, 'customer', change))).toMatchObject({
      code: 'ERR_CONFLICT',
      vendorCode: '5010',
    });
    expect(errorOf(await writeOne(books, 'customer', change))).toMatchObject({
      code: 'ERR_CONFLICT',
    });
  });
});

describe('an update whose answer was lost, with its process', () => {
  const change = {
    op: 'upsert',
    key: '1',
    record: { phone: 'mine' },
    ...{ expectedRevision: '0', idempotencyKey: 'u-1' },
  } as const;
  const openLost = async () => {
    const open = await openQuickbooks({}, { retry: { maxAttempts: 1 } });
    const match = { method: 'POST', path: /\/customer\?/ };
    open.sandbox.faults.add({ kind: 'reset-after', match });
    expect(await writeOne(open.books, 'customer', change)).toMatchObject({ status: 'unknown' });
    return open;
  };

  it('is known for its own by its key, and is no conflict', async () => {
    await using open = await openLost();
    const again = await writeOne(open.connect(), 'customer', change);
    expect(again).toEqual({ status: 'updated', key: '1', revision: '1' });
    expect(open.sandbox.state.record('Customer', '1')).toMatchObject({ SyncToken: '1' });
  });

  it('is its own too when somebody changed the record after it, whose change stays', async () => {
    await using open = await openLost();
    const fields = { PrimaryPhone: { FreeFormNumber: 'theirs' } };
    open.sandbox.actions.change({ entity: 'Customer', id: '1', fields });
    const again = await writeOne(open.connect(), 'customer', change);
    expect(again).toEqual({ status: 'updated', key: '1', revision: '1' });
    expect(await open.books.get('customer', '1')).toMatchObject({ phone: 'theirs' });
  });

  it('is a conflict when somebody else wrote the very same', async () => {
    await using open = await openQuickbooks();
    const { books, sandbox } = open;
    const fields = { PrimaryPhone: { FreeFormNumber: 'mine' } };
    sandbox.actions.change({ entity: 'Customer', id: '1', fields });
    const result = await writeOne(books, 'customer', change);
    expect(result).toMatchObject({ status: 'failed', error: { code: 'ERR_CONFLICT' } });
    expect(sandbox.state.record('Customer', '1')).toMatchObject({ SyncToken: '1' });
  });

  it('changes nothing in a dry run, and asks nothing about another kind of revision', async () => {
    await using open = await openLost();
    const [dry] = await open.books.write('customer', [change], { dryRun: true });
    expect(dry).toMatchObject({ status: 'failed', error: { code: 'ERR_CONFLICT' } });
    const posts = () => open.sandbox.journal.count({ operation: 'updateCustomer' });
    for (const expectedRevision of ['another', '7']) {
      const other = { ...change, expectedRevision };
      expect(errorOf(await writeOne(open.books, 'customer', other)).code).toBe('ERR_CONFLICT');
    }
    expect(posts()).toBe(1);
  });
});

describe('two who change one record at the same time', () => {
  it('both have what they wrote, also where one of them clears', async () => {
    await using open = await openQuickbooks();
    const key = await create(open.books, 'customer', newCustomer({ name2: 'Old', phone: '555' }));
    // Both have read when the first of them writes.
    const match = { method: 'POST', path: /\/customer\?/ };
    open.sandbox.faults.add({ kind: 'slow-headers', delayMs: 200, match, times: 2 });
    const results = await Promise.all([
      writeOne(open.connect(), 'customer', { op: 'upsert', key, record: { name2: null } }),
      writeOne(open.connect(), 'customer', { op: 'upsert', key, record: { phone: '777' } }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['updated', 'updated']);
    const now = open.sandbox.state.record('Customer', key);
    expect(now).not.toHaveProperty('CompanyName');
    expect(now).toMatchObject({
      PrimaryPhone: { FreeFormNumber: '777' },
      PrimaryEmailAddr: { Address: 'office@example.com' },
      SyncToken: '2',
    });
  });
});

describe('a tax number', () => {
  it.each(['supplier', 'customer'] as const)(
    'of a %s is never written over with the mask that QuickBooks shows of it',
    async (entity) => {
      await using open = await openQuickbooks();
      const [resource, property] =
        entity === 'supplier'
          ? (['Vendor', 'TaxIdentifier'] as const)
          : (['Customer', 'PrimaryTaxIdentifier'] as const);
      const fields = { [property]: 'XXXXXXX6789', PrimaryPhone: { FreeFormNumber: '555' } };
      open.sandbox.actions.change({ entity: resource, id: '1', fields });
      const before = open.sandbox.state.record(resource, '1');
      const clearing = { op: 'upsert', key: '1', record: { phone: null } } as const;
      const error = errorOf(await writeOne(open.books, entity, clearing));
      expect(error).toMatchObject({ code: 'ERR_UNSUPPORTED_OPERATION', path: property });
      expect(error.message).toMatch(/tax number.*QuickBooks/);
      expect(open.sandbox.state.record(resource, '1')).toEqual(before);
      const changing = { op: 'upsert', key: '1', record: { phone: '777' } } as const;
      expect(await writeOne(open.books, entity, changing)).toMatchObject({ status: 'updated' });
    },
  );
});

describe('a record that QuickBooks has already', () => {
  it('is done when it is this very one', async () => {
    await using open = await openQuickbooks();
    const key = await create(open.books, 'customer', newCustomer());
    const again = await writeOne(open.books, 'customer', { op: 'upsert', record: newCustomer() });
    expect(again).toMatchObject({ status: 'unchanged', key });
  });

  it('is a conflict with its key when it is another one of that name, and shows no name', async () => {
    await using open = await openQuickbooks();
    const key = await create(open.books, 'customer', newCustomer());
    const record = newCustomer({ email: 'other@example.com' });
    const error = errorOf(await writeOne(open.books, 'customer', { op: 'upsert', record }));
    expect(error).toMatchObject({ code: 'ERR_CONFLICT', vendorCode: '6240', key });
    expect(error?.message).toMatch(/has this name already/);
    expect(error?.message).not.toMatch(/Brien/);
  });

  it('is a conflict without a key when the name is that of a supplier', async () => {
    await using open = await openQuickbooks();
    await create(open.books, 'supplier', { name: 'Both' });
    const change = { op: 'upsert', record: newCustomer({ name: 'Both' }) } as const;
    const error = errorOf(await writeOne(open.books, 'customer', change));
    expect(error).toMatchObject({ vendorCode: '6240', key: undefined });
  });

  it('is a conflict without a key when the name is that of an employee', async () => {
    await using open = await openQuickbooks({ employees: 1 });
    const [employee] = open.sandbox.state.records('Employee');
    const record = newCustomer({ name: String(employee?.DisplayName) });
    const error = errorOf(await writeOne(open.books, 'customer', { op: 'upsert', record }));
    expect(error).toMatchObject({ code: 'ERR_CONFLICT', vendorCode: '6240', key: undefined });
  });

  it('is done, or is left open, when QuickBooks only says that it saw the request before', async () => {
    await using open = await openQuickbooks();
    const record = newInvoice({ invoiceNumber: 'INV-78' });
    const key = await create(open.books, 'invoice', record);
    const seenBefore = {
      kind: 'status',
      status: 400,
      contentType: 'application/json',
      body: JSON.stringify({
        Fault: {
          Error: [{ Message: 'Duplicate Request ID', code: '600' }],
          type: 'ValidationFault',
        },
      }),
      match: { method: 'POST', path: /\/invoice\?/ },
    } as const;
    open.sandbox.faults.add(seenBefore);
    expect(await writeOne(open.books, 'invoice', { op: 'upsert', record })).toMatchObject({
      status: 'unchanged',
      key,
    });
    open.sandbox.faults.add(seenBefore);
    const other = { op: 'upsert', record: newInvoice() } as const;
    expect(await writeOne(open.books, 'invoice', other)).toMatchObject({
      status: 'unknown',
      error: { code: 'ERR_OUTCOME_UNKNOWN' },
    });
  });

  it('is done, or is a conflict, by its document number too', async () => {
    await using open = await openQuickbooks();
    const record = newInvoice({ invoiceNumber: 'INV-77' });
    const key = await create(open.books, 'invoice', record);
    expect(await writeOne(open.books, 'invoice', { op: 'upsert', record })).toMatchObject({
      status: 'unchanged',
      key,
    });
    const other = { ...record, customer: '2' };
    expect(
      errorOf(await writeOne(open.books, 'invoice', { op: 'upsert', record: other })),
    ).toMatchObject({ code: 'ERR_CONFLICT', vendorCode: '6140' });
    expect(open.sandbox.state.records('Invoice')).toHaveLength(1);
  });
});

describe('a deletion', () => {
  it('of a name deactivates it, and doing so again is harmless', async () => {
    await using open = await openQuickbooks();
    const { books, sandbox } = open;
    const name = (await books.get('customer', '1'))?.name;
    for (const _ of [1, 2]) {
      expect(await writeOne(books, 'customer', { op: 'delete', key: '1' })).toMatchObject({
        status: 'deleted',
      });
    }
    expect(sandbox.state.record('Customer', '1')).toMatchObject({
      Active: false,
      DisplayName: `${name} (deleted)`,
      SyncToken: '1',
    });
    // It keeps its name for us, so that a sync sees one change only.
    expect(await books.get('customer', '1')).toMatchObject({ name, isMarkedForDeletion: true });
    const change = { op: 'upsert', key: '1', record: { isMarkedForDeletion: false } } as const;
    expect(await writeOne(books, 'customer', change)).toMatchObject({ status: 'updated' });
    expect(await books.get('customer', '1')).toMatchObject({ name, isMarkedForDeletion: false });
  });

  it('of a transaction removes it', async () => {
    await using open = await openQuickbooks();
    const key = await create(open.books, 'invoice', newInvoice());
    await writeOne(open.books, 'invoice', { op: 'delete', key });
    expect(await open.books.get('invoice', key)).toBeUndefined();
    expect(open.sandbox.state.deleted('Invoice')).toEqual([key]);
  });
});

describe('a decimal of more digits than a double has', () => {
  it('goes out and comes in with all of them', async () => {
    const sent: string[] = [];
    const row = '"Id":"7","SyncToken":"0","Name":"P-1","Type":"Service"';
    const digits = '12345678901234567890.1234567';
    const transport: HttpTransport = {
      async exchange({ body }) {
        if (body !== undefined) sent.push(String(body));
        const answer = Buffer.from(`{"Item":{${row},"UnitPrice":${digits}}}`);
        return { status: 200, headers: { 'content-type': 'application/json' }, body: answer };
      },
      close: async () => undefined,
    };
    const books = quickbooks({ realmId: '1', auth: bearer({ token: 'T' }), transport });
    const record = {
      productNumber: 'P-1',
      productType: 'Service',
      custom: { UnitPrice: digits, IncomeAccountRef: { value: '1' } },
    };
    expect(await writeOne(books, 'product', { op: 'upsert', record })).toMatchObject({ key: '7' });
    expect(sent).toEqual([expect.stringContaining(`"UnitPrice":${digits},`)]);
    expect(await books.get('product', '7')).toMatchObject({ custom: { UnitPrice: digits } });
    await books.disconnect();
  });
});

describe('what QuickBooks needs', () => {
  it('comes from the settings: accounts of products and orders', async () => {
    await using open = await openQuickbooks({}, { accounts: { income: '11', payable: '6' } });
    const { books, sandbox } = open;
    const key = await create(books, 'product', { productNumber: 'P-1', productType: 'Service' });
    expect(sandbox.state.record('Item', key)).toMatchObject({ IncomeAccountRef: { value: '11' } });
    const order = await create(books, 'purchaseOrder', {
      supplier: '1',
      currency: 'USD',
      lines: [{ lineNumber: '1', product: '1', quantity: '2.000', unitPrice: '1.25' }],
    });
    expect(sandbox.state.record('PurchaseOrder', order)).toMatchObject({
      APAccountRef: { value: '6' },
      TotalAmt: 2.5,
    });
  });

  it('is told by name when it is missing', async () => {
    await using open = await openQuickbooks();
    const record = { productNumber: 'P-1', productType: 'Service' };
    const error = errorOf(await writeOne(open.books, 'product', { op: 'upsert', record }));
    expect(error).toMatchObject({ code: 'ERR_VALIDATION', path: 'IncomeAccountRef' });
    expect(error?.message).toMatch(/required value is missing.*IncomeAccountRef/);
  });

  it('is one currency, where the company has but one', async () => {
    await using open = await openQuickbooks();
    const record = newInvoice({ currency: 'EUR' });
    const error = errorOf(await writeOne(open.books, 'invoice', { op: 'upsert', record }));
    expect(error).toMatchObject({ code: 'ERR_VALIDATION', path: 'currency' });
    expect(error?.message).toMatch(/one currency, USD.*multicurrency/);
    expect(open.sandbox.journal.count({ method: 'POST', path: /\/invoice/ })).toBe(0);
  });

  it('may be several, where it has turned them on', async () => {
    await using open = await openQuickbooks({
      companies: [{ realmId: '9341453172000001', multiCurrency: true }],
    });
    const customer = await create(open.books, 'customer', newCustomer({ currency: 'EUR' }));
    const key = await create(open.books, 'invoice', newInvoice({ customer, currency: 'EUR' }));
    expect(await open.books.get('invoice', key)).toMatchObject({ currency: 'EUR' });
  });

  it('is a warning when it computes another total than was meant', async () => {
    await using open = await openQuickbooks();
    const record = newInvoice({ grossAmount: '99.00' });
    const result = await writeOne(open.books, 'invoice', { op: 'upsert', record });
    expect(result).toMatchObject({ status: 'created', warnings: [/another total/] });
  });

  it('takes house numbers into the street, and custom fields by their names', async () => {
    await using open = await openQuickbooks();
    const { books, sandbox } = open;
    const addresses = [{ kind: 'billing', street: 'Hauptstraße', houseNumber: '1a' }];
    const customer = await create(books, 'customer', newCustomer({ addresses }));
    expect(sandbox.state.record('Customer', customer)).toMatchObject({
      BillAddr: { Line1: 'Hauptstraße 1a' },
    });
    const custom = { 'CustomField.Reference': 'PO-9' };
    const key = await create(books, 'invoice', newInvoice({ custom }));
    expect(sandbox.state.record('Invoice', key)?.CustomField).toMatchObject([
      { DefinitionId: '1', Name: 'Reference', StringValue: 'PO-9' },
    ]);
    expect(await books.get('invoice', key)).toMatchObject({ custom });
  });
});

describe('an error of a write', () => {
  it('has the id of the request for a support ticket, and the code of Intuit', async () => {
    await using open = await openQuickbooks();
    const change = { op: 'upsert', record: newInvoice({ customer: '99999' }) } as const;
    const error = errorOf(await writeOne(open.books, 'invoice', change));
    expect(error).toMatchObject({
      code: 'ERR_VALIDATION',
      vendorCode: '2500',
      requestId: expect.stringMatching(/^1-[0-9a-f]{8}-[0-9a-f]+$/),
    });
  });

  it('has the id of the batch that it was in, whatever is wrong', async () => {
    await using open = await openQuickbooks();
    const records = [newCustomer({ name: 'bad: name' }), newCustomer({ name: 'good' })];
    const changes = records.map((record) => ({ op: 'upsert', record }) as const);
    const [refused] = await open.books.write('customer', changes);
    expect(errorOf(refused).requestId).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]+$/);
    for (const body of ['{}', '{"BatchItemResponse":[{"bId":"0","Customer":{}}]}']) {
      open.sandbox.faults.add({
        ...{ kind: 'status', status: 200, contentType: 'application/json', body },
        headers: { intuit_tid: '1-batch' },
        match: { operation: 'batch' },
      });
      for (const result of await open.books.write('customer', changes)) {
        expect(errorOf(result).requestId, body).toBe('1-batch');
      }
    }
  });

  it('has the id of an answer that says nothing of the record', async () => {
    await using open = await openQuickbooks();
    for (const body of ['[]', '{}', '{"Customer":{}}']) {
      open.sandbox.faults.add({
        ...{ kind: 'status', status: 200, contentType: 'application/json', body },
        headers: { intuit_tid: '1-single' },
        match: { method: 'POST', path: /\/customer\?/ },
      });
      const result = await writeOne(open.books, 'customer', {
        op: 'upsert',
        record: newCustomer(),
      });
      expect(result.status).toBe('unknown');
      expect(errorOf(result), body).toMatchObject({
        code: 'ERR_INVALID_RESPONSE',
        requestId: '1-single',
      });
    }
  });

  it('says that the books are closed, or that a payment was deposited', async () => {
    await using open = await openQuickbooks({ invoices: 1, payments: 1 });
    const { books, sandbox } = open;
    const id = String(sandbox.state.records('Payment')[0]?.Id);
    sandbox.actions.deposit({ entity: 'Payment', id });
    const change = { op: 'upsert', key: id, record: { paymentNumber: 'X' } } as const;
    expect(errorOf(await writeOne(books, 'payment', change)).message).toMatch(/deposit/);
    sandbox.actions.closeBooks({ closingDate: '2026-12-31' });
    const invoice = { op: 'upsert', record: newInvoice() } as const;
    expect(errorOf(await writeOne(books, 'invoice', invoice))).toMatchObject({
      vendorCode: '6210',
      category: 'validation',
    });
  });
});

describe('a batch', () => {
  it('waits when 40 went in the last minute, in which other requests go on', async () => {
    const clock = manualClock();
    const governor = createGovernor({ clock });
    await using open = await openQuickbooks({}, { clock, governor });
    const { books, sandbox } = open;
    const batches = () => sandbox.journal.count({ operation: 'batch' });
    const write = (n: number) =>
      books.write('customer', [
        { op: 'upsert', key: '1', record: { phone: `1-${n}` } },
        { op: 'upsert', key: '2', record: { phone: `2-${n}` } },
      ]);
    for (let n = 0; n < 40; n += 1) await write(n);
    const last = write(40);
    await expect.poll(() => sandbox.journal.count({ operation: 'query' })).toBe(41);
    expect(await books.get('customer', '1')).toMatchObject({ phone: '1-39' });
    expect(batches()).toBe(40);
    await clock.advance(61_000);
    expect((await last).map(({ status }) => status)).toEqual(['updated', 'updated']);
    expect(batches()).toBe(41);
  });
});

describe('a Fault inside of an answer with 200', () => {
  it('of a batch is none of its items: it is sent again under its request id', async () => {
    await using open = await openQuickbooks();
    const { books, sandbox } = open;
    sandbox.faults.add({ kind: 'fault-in-200', match: { operation: 'batch' } });
    const results = await books.write('customer', [
      { op: 'upsert', key: '1', record: { phone: 'A' } },
      { op: 'upsert', key: '2', record: { phone: 'B' } },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['updated', 'updated']);
    expect(new Set(requestIds(sandbox)).size).toBe(1);
    expect(requestIds(sandbox)).toHaveLength(2);
  });

  it('is a failure: the write is sent again under its request id', async () => {
    await using open = await openQuickbooks();
    open.sandbox.faults.add({ kind: 'fault-in-200', match: { method: 'POST' } });
    const result = await writeOne(open.books, 'customer', {
      op: 'upsert',
      record: newCustomer(),
    });
    expect(result).toMatchObject({ status: 'created' });
    expect(open.sandbox.faults.pending).toEqual([]);
  });
});
