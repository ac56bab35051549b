import type { ChangePage, Checkpoint } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { collect, newCustomer, openQuickbooks } from './open-quickbooks.fixture.ts';
import type { QuickbooksConnector } from './quickbooks-connector.ts';
import type { QuickbooksEntities } from './quickbooks-entities.ts';

type Entity = keyof QuickbooksEntities;

/** All changes, and where to go on. */
async function changesOf(books: QuickbooksConnector, entity: Entity, since?: Checkpoint) {
  const pages = (await collect(books.changes(entity, since))) as readonly ChangePage[];
  return {
    keys: pages
      .flatMap(({ changes }) => changes)
      .map((change) => (change.op === 'delete' ? `-${change.key}` : change.record.source?.key)),
    checkpoint: pages.at(-1)!.checkpoint,
  };
}

/** A sandbox with a minute behind it: what it began with is no change of now. */
async function openSettled(options: Parameters<typeof openQuickbooks>[0], settings = {}) {
  const open = await openQuickbooks(options, { safetyLagMs: 0, ...settings });
  open.sandbox.actions.advanceClock({ seconds: 60 });
  return open;
}

describe('changes of transactions', () => {
  it('are all records first, then what changed and what was deleted', async () => {
    await using open = await openSettled({ invoices: 4 });
    const { books, sandbox } = open;
    const first = await changesOf(books, 'invoice');
    expect(first.keys).toEqual(['1', '2', '3', '4']);
    sandbox.actions.advanceClock({ seconds: 5 });
    sandbox.actions.change({ entity: 'Invoice', id: '2', fields: { PrivateNote: 'x' } });
    sandbox.actions.remove({ entity: 'Invoice', id: '3' });
    sandbox.actions.advanceClock({ seconds: 5 });
    const second = await changesOf(books, 'invoice', first.checkpoint);
    expect(second.keys).toEqual(['2', '-3']);
    sandbox.actions.advanceClock({ seconds: 5 });
    expect((await changesOf(books, 'invoice', second.checkpoint)).keys).toEqual([]);
  });

  it('show what was voided as a change, cancelled', async () => {
    await using open = await openSettled({ invoices: 2 });
    const { books, sandbox } = open;
    const { checkpoint } = await changesOf(books, 'invoice');
    sandbox.actions.advanceClock({ seconds: 5 });
    await books.call('void', { entity: 'invoice', key: '2' });
    const [page] = await collect(books.changes('invoice', checkpoint));
    expect(page?.changes).toMatchObject([
      { op: 'upsert', record: { status: 'cancelled', grossAmount: '0.00', source: { key: '2' } } },
    ]);
  });

  it('are not over where the answer has none of what was asked for', async () => {
    const retry = { maxAttempts: 1 };
    await using open = await openSettled({ invoices: 2 }, { retry });
    const { books, sandbox } = open;
    const nothing = { kind: 'status', status: 200, contentType: 'application/json', body: '{}' };
    sandbox.faults.add({ ...nothing, kind: 'status', match: { path: /\/query/ } });
    await expect(changesOf(books, 'invoice')).rejects.toMatchObject({
      code: 'ERR_INVALID_RESPONSE',
    });
    const { checkpoint } = await changesOf(books, 'invoice');
    sandbox.faults.add({ ...nothing, kind: 'status', match: { path: /\/cdc/ } });
    await expect(changesOf(books, 'invoice', checkpoint)).rejects.toMatchObject({
      code: 'ERR_INVALID_RESPONSE',
    });
  });

  it('are not over where the answer has a Fault in the place of its list', async () => {
    const retry = { maxAttempts: 1 };
    await using open = await openSettled({ invoices: 2 }, { retry });
    const { books, sandbox } = open;
    const { checkpoint } = await changesOf(books, 'invoice');
    const Fault = { Error: [{ code: '10000' }], type: 'SystemFault' };
    sandbox.faults.add({
      kind: 'status',
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({ CDCResponse: [{ QueryResponse: [{ Fault }] }] }),
      match: { path: /\/cdc/ },
    });
    await expect(changesOf(books, 'invoice', checkpoint)).rejects.toMatchObject({
      category: 'transient',
      vendorCode: '10000',
    });
  });

  it.each([
    { CDCResponse: null },
    { CDCResponse: ['x'] },
    { CDCResponse: [{}] },
    { CDCResponse: [{ QueryResponse: [null] }] },
    { CDCResponse: [{ QueryResponse: [{ Invoice: 'x' }] }] },
    { CDCResponse: [{ QueryResponse: [{ Invoice: [null] }] }] },
  ])('are not over where the answer has the form of %j', async (answer) => {
    const retry = { maxAttempts: 1 };
    await using open = await openSettled({ invoices: 2 }, { retry });
    const { books, sandbox } = open;
    const { checkpoint } = await changesOf(books, 'invoice');
    sandbox.faults.add({
      kind: 'status',
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify(answer),
      match: { path: /\/cdc/ },
    });
    await expect(changesOf(books, 'invoice', checkpoint)).rejects.toMatchObject({
      code: 'ERR_INVALID_RESPONSE',
    });
  });

  it.each([{ Customer: 'x' }, { Customer: [null] }])(
    'are not over where a page has the form of %j',
    async (QueryResponse) => {
      await using open = await openSettled({ customers: 2 }, { retry: { maxAttempts: 1 } });
      open.sandbox.faults.add({
        kind: 'status',
        status: 200,
        contentType: 'application/json',
        body: JSON.stringify({ QueryResponse }),
        match: { path: /\/query/ },
      });
      await expect(changesOf(open.books, 'customer')).rejects.toMatchObject({
        code: 'ERR_INVALID_RESPONSE',
      });
    },
  );

  it('of the second in which the last search ended come again, and none is missed', async () => {
    await using open = await openSettled({ invoices: 2 });
    const { books, sandbox } = open;
    sandbox.clock.set('2026-01-05T10:00:00.300Z');
    const first = await changesOf(books, 'invoice');
    // The same second, after the search: MetaData has whole seconds only.
    sandbox.clock.set('2026-01-05T10:00:00.900Z');
    sandbox.actions.change({ entity: 'Invoice', id: '1', fields: { PrivateNote: 'late' } });
    expect((await changesOf(books, 'invoice', first.checkpoint)).keys).toContain('1');
  });

  it('reach back by the safety lag, for what shows late', async () => {
    await using open = await openSettled({ invoices: 1 }, { safetyLagMs: 30_000 });
    const { books, sandbox } = open;
    const { checkpoint } = await changesOf(books, 'invoice');
    sandbox.actions.stampChanges({
      entity: 'Invoice',
      ids: ['1'],
      at: new Date(sandbox.clock.now() - 20_000).toISOString(),
    });
    expect((await changesOf(books, 'invoice', checkpoint)).keys).toEqual(['1']);
  });

  it('behind 30 days have expired: deletions could not be found any more', async () => {
    await using open = await openSettled({ invoices: 2 });
    const { books, sandbox } = open;
    const { checkpoint } = await changesOf(books, 'invoice');
    sandbox.actions.advanceClock({ seconds: 29 * 86_400 });
    sandbox.actions.remove({ entity: 'Invoice', id: '1' });
    expect((await changesOf(books, 'invoice', checkpoint)).keys).toEqual(['-1']);
    sandbox.actions.advanceClock({ seconds: 2 * 86_400 });
    await expect(changesOf(books, 'invoice', checkpoint)).rejects.toMatchObject({
      code: 'ERR_CHECKPOINT_EXPIRED',
    });
  });

  it('that are as many as CDC answers have expired too: the rest has no next page', async () => {
    await using open = await openSettled({ invoices: 1001 });
    const { books, sandbox } = open;
    const { checkpoint } = await changesOf(books, 'invoice');
    sandbox.actions.advanceClock({ seconds: 60 });
    const ids = sandbox.state.records('Invoice').map(({ Id }) => String(Id));
    sandbox.actions.stampChanges({ entity: 'Invoice', ids: ids.slice(0, 999) });
    expect((await changesOf(books, 'invoice', checkpoint)).keys).toHaveLength(999);
    sandbox.actions.stampChanges({ entity: 'Invoice', ids });
    await expect(changesOf(books, 'invoice', checkpoint)).rejects.toMatchObject({
      code: 'ERR_CHECKPOINT_EXPIRED',
    });
  });
});

describe('changes of name lists', () => {
  it('tell a merge as the deletion of the one and the change of the other', async () => {
    await using open = await openSettled({ customers: 3 });
    const { books, sandbox } = open;
    const { checkpoint } = await changesOf(books, 'customer');
    sandbox.actions.advanceClock({ seconds: 5 });
    sandbox.actions.merge({ entity: 'Customer', fromId: '2', intoId: '1' });
    expect((await changesOf(books, 'customer', checkpoint)).keys).toEqual(['1', '-2']);
  });

  it('tell what was deactivated as a change', async () => {
    await using open = await openSettled({ customers: 3 });
    const { books, sandbox } = open;
    const { checkpoint } = await changesOf(books, 'customer');
    sandbox.actions.advanceClock({ seconds: 5 });
    sandbox.actions.change({ entity: 'Customer', id: '2', fields: { Active: false } });
    const [page] = await collect(books.changes('customer', checkpoint));
    expect(page?.changes).toMatchObject([
      { op: 'upsert', record: { isMarkedForDeletion: true, source: { key: '2' } } },
    ]);
  });

  it('are queried beyond the limits of CDC, for they are not deleted', async () => {
    await using open = await openSettled({ customers: 1002 });
    const { books, sandbox } = open;
    const { checkpoint } = await changesOf(books, 'customer');
    sandbox.actions.advanceClock({ seconds: 40 * 86_400 });
    const ids = sandbox.state.records('Customer').map(({ Id }) => String(Id));
    sandbox.actions.stampChanges({ entity: 'Customer', ids });
    const { keys } = await changesOf(books, 'customer', checkpoint);
    expect(new Set(keys).size).toBe(1002);
  });

  it('that CDC does not know are queried by their time', async () => {
    await using open = await openSettled({});
    const { books, sandbox } = open;
    const { checkpoint } = await changesOf(books, 'tax');
    sandbox.actions.advanceClock({ seconds: 5 });
    const { Id } = sandbox.actions.create({ entity: 'TaxCode', record: { Name: 'New' } });
    expect((await changesOf(books, 'tax', checkpoint)).keys).toEqual([Id]);
    expect(sandbox.journal.count({ path: /\/cdc/ })).toBe(0);
  });
});

describe('a search for changes', () => {
  it('refuses a checkpoint that is none of its own', async () => {
    await using open = await openQuickbooks();
    for (const checkpoint of [{ at: 'yesterday' }, { after: 1 }, { at: 1.5 }]) {
      await expect(changesOf(open.books, 'customer', checkpoint)).rejects.toMatchObject({
        code: 'ERR_INVALID_CHECKPOINT',
      });
    }
  });

  it('is not there for the company, which is read by its key', async () => {
    await using open = await openQuickbooks();
    await expect(changesOf(open.books, 'company')).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED_OPERATION',
    });
    expect(await open.books.get('company', '9341453172000001')).toMatchObject({
      companyNumber: '9341453172000001',
      name: 'Sandbox Company',
      currency: 'USD',
      country: 'US',
    });
    await expect(collect(open.books.list('company'))).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED_OPERATION',
    });
  });
});

describe('a read past the 1,000 records of a page', () => {
  it('brings every record once', async () => {
    await using open = await openQuickbooks({ customers: 2100 });
    const pages = await collect(open.books.list('customer'));
    const keys = pages.flatMap(({ records }) => records.map(({ source }) => source?.key));
    expect(new Set(keys).size).toBe(2100);
    expect(keys).toHaveLength(2100);
  });

  it('loses none that stays when others come and go between the pages', async () => {
    await using open = await openQuickbooks({ customers: 10, invoices: 20 });
    const { books, sandbox } = open;
    const keys: (string | undefined)[] = [];
    for await (const { records } of books.list('invoice', { pageSize: 5 })) {
      keys.push(...records.map(({ source }) => source?.key));
      // Positions move: those that were read go, and new ones come.
      const [gone] = keys.slice(-5);
      if (keys.length <= 15) sandbox.actions.remove({ entity: 'Invoice', id: gone! });
    }
    expect(keys).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 1)));
  });

  it('goes on behind a page that is shorter than was asked for', async () => {
    await using open = await openQuickbooks({ customers: 5 });
    const Customer = open.sandbox.state.records('Customer').slice(0, 2);
    open.sandbox.faults.add({
      ...{ kind: 'status', status: 200, contentType: 'application/json' },
      body: JSON.stringify({ QueryResponse: { Customer, startPosition: 1, maxResults: 2 } }),
      match: { operation: 'query' },
    });
    const pages = await collect(open.books.list('customer'));
    expect(pages.map(({ records }) => records.length)).toEqual([2, 3]);
  });

  it('says so when the service has more than its pages brought', async () => {
    await using open = await openQuickbooks({ customers: 4 });
    const { books, sandbox } = open;
    sandbox.faults.add({
      kind: 'status',
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({ QueryResponse: {} }),
      // A service that compares Ids in another way than it orders them.
      match: { path: /Id%20%3E%20/ },
      times: 4,
    });
    await expect(collect(books.list('customer', { pageSize: 2 }))).rejects.toMatchObject({
      code: 'ERR_INVALID_RESPONSE',
      message: expect.stringMatching(/2 more customer than the pages brought/),
    });
  });

  it('has active and inactive records, or those that are asked for', async () => {
    await using open = await openQuickbooks({ customers: 3 });
    const { books } = open;
    await books.write('customer', [{ op: 'delete', key: '2' }]);
    const keysOf = async (isMarkedForDeletion?: boolean) => {
      const where =
        isMarkedForDeletion === undefined
          ? []
          : [
              {
                field: 'isMarkedForDeletion',
                operator: 'eq' as const,
                value: isMarkedForDeletion,
              },
            ];
      const pages = await collect(books.list('customer', { where }));
      return pages.flatMap(({ records }) => records.map(({ source }) => source?.key));
    };
    expect(await keysOf()).toEqual(['1', '2', '3']);
    expect(await keysOf(true)).toEqual(['2']);
    expect(await keysOf(false)).toEqual(['1', '3']);
  });

  it('may ask for more records than the address of a request holds', async () => {
    await using open = await openQuickbooks({ customers: 1_200 });
    const { books, sandbox } = open;
    const rows = sandbox.state.records('Customer').slice(0, 1_100);
    const names = rows.map(({ DisplayName }) => String(DisplayName));
    // It changes nothing, so an answer that is lost is asked for again.
    sandbox.faults.add({ kind: 'reset-after', match: { operation: 'query' } });
    const where = [{ field: 'name', operator: 'in', value: names }] as const;
    const pages = await collect(books.list('customer', { where }));
    expect(pages.flatMap(({ records }) => records.map(({ name }) => name))).toEqual(names);
    const ids = rows.map(({ Id }) => `'${Id}'`).join(', ');
    const statement = `SELECT COUNT(*) FROM Vendor WHERE Id IN (${ids})`;
    expect(await books.call('query', { statement })).toEqual({ totalCount: 3 });
    const asked = sandbox.journal.entries({ operation: 'query' });
    expect(Math.max(...asked.map(({ query }) => query.length))).toBeLessThan(2_000);
    const posted = sandbox.journal.entries({ operation: 'query', method: 'POST' });
    expect(new Set(posted.map(({ headers }) => headers['content-type']))).toEqual(
      new Set(['application/text']),
    );
  });

  it('finds a record by a name with quotes, and no other', async () => {
    await using open = await openQuickbooks();
    const name = "O'Brien \\ 'Co' OR 1=1";
    await open.books.write('customer', [{ op: 'upsert', record: newCustomer({ name }) }]);
    expect(await open.books.find('customer', { name })).toMatchObject([{ name }]);
    expect(await open.books.find('customer', { name: "x' OR Active = true --" })).toEqual([]);
  });
});

describe('an invoice', () => {
  it('tells by its amounts whether it is open, paid, or void', async () => {
    await using open = await openQuickbooks({ invoices: 3 });
    const { books, sandbox } = open;
    const total = (await books.get('invoice', '1'))!.grossAmount;
    const customer = (await books.get('invoice', '1'))!.customer;
    sandbox.actions.create({
      entity: 'Payment',
      record: {
        CustomerRef: { value: customer },
        TotalAmt: 1,
        Line: [{ Amount: 1, LinkedTxn: [{ TxnId: '1', TxnType: 'Invoice' }] }],
      },
    });
    const other = (await books.get('invoice', '2'))!;
    await books.write('payment', [
      {
        op: 'upsert',
        record: {
          direction: 'incoming',
          partner: other.customer,
          currency: 'USD',
          amount: other.grossAmount,
          paymentDate: '2026-01-05',
          allocations: [{ invoice: '2', amount: other.grossAmount }],
        },
      },
    ]);
    await books.call('void', { entity: 'invoice', key: '3' });
    expect(await books.get('invoice', '1')).toMatchObject({
      status: 'partially_paid',
      grossAmount: total,
    });
    expect(await books.get('invoice', '2')).toMatchObject({ status: 'paid', openAmount: '0.00' });
    expect(await books.get('invoice', '3')).toMatchObject({ status: 'cancelled' });
  });
});
