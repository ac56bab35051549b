import { systemClock } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { collect, openSalesforce } from './open-salesforce.fixture.ts';

const changesIn = (pages: readonly { readonly changes: readonly unknown[] }[]) =>
  pages.flatMap(({ changes }) => changes) as readonly {
    readonly op: string;
    readonly key?: string;
    readonly record?: { readonly source?: { readonly key: string } };
  }[];
const keysOf = (pages: Parameters<typeof changesIn>[0]) =>
  changesIn(pages).map(({ op, key, record }) => `${op} ${key ?? record?.source?.key}`);

/** The machine's clock, that can be set ahead. */
function clockAhead() {
  let aheadMs = 0;
  return {
    ...systemClock,
    now: () => Date.now() + aheadMs,
    advance: (milliseconds: number) => {
      aheadMs += milliseconds;
    },
  };
}

const nowClock = { startAt: new Date(), mode: 'ticking' } as const;
const account = (n: number): string => `001xx000000000${n}AAA`;

describe('changes', () => {
  it('tell of deletions, and of records that come back', async () => {
    await using open = await openSalesforce({
      accounts: 4,
      contacts: 0,
      orders: 0,
      purchaseOrders: 0,
      opportunities: 0,
    });
    const { sandbox, crm } = open;
    const since = (await collect(crm.changes('customer'))).at(-1)!.checkpoint;
    sandbox.actions.deleteRecords({ object: 'Account', ids: [account(2), account(3)] });
    const deleted = await collect(crm.changes('customer', since));
    expect(keysOf(deleted)).toEqual(
      expect.arrayContaining([`delete ${account(2)}`, `delete ${account(3)}`]),
    );
    sandbox.actions.undeleteRecords({ object: 'Account', ids: [account(2)] });
    const back = await collect(crm.changes('customer', deleted.at(-1)!.checkpoint));
    expect(keysOf(back)).toContain(`upsert ${account(2)}`);
    expect(keysOf(back)).not.toContain(`delete ${account(2)}`);
  });

  it('tell of records that are gone for good before anybody has seen them deleted', async () => {
    await using open = await openSalesforce({
      ...{ accounts: 4, contacts: 0, orders: 0, purchaseOrders: 0, opportunities: 0 },
      clock: { startAt: new Date(Date.now() - 600_000), mode: 'ticking' },
    });
    const { sandbox, crm } = open;
    const checkpoint = (await collect(crm.changes('customer'))).at(-1)!.checkpoint;
    sandbox.actions.deleteRecords({ object: 'Account', ids: [account(2)] });
    sandbox.actions.emptyRecycleBin();
    // The last search was ten minutes ago, by the clock of Salesforce.
    const deletedUntil = new Date(Date.now() - 600_000).toISOString();
    const pages = await collect(crm.changes('customer', { ...checkpoint, deletedUntil }));
    expect(keysOf(pages)).toContain(`delete ${account(2)}`);
    // The next question begins where this one ended, by what Salesforce says that it covered.
    expect(pages.at(-1)?.checkpoint.deletedUntil).not.toBe(deletedUntil);
  });

  it('bring a document whose line has changed, though it has not itself', async () => {
    await using open = await openSalesforce({ clock: nowClock, purchaseOrders: 3 });
    const { sandbox, crm } = open;
    const since = (await collect(crm.changes('purchaseOrder'))).at(-1)!.checkpoint;
    sandbox.clock.set(Date.now() + 3_600_000);
    const line = sandbox.state.find('Purchase_Order_Line__c').at(-1)!;
    const order = String(line.Purchase_Order__c);
    const before = sandbox.state.find('Purchase_Order__c').find(({ Id }) => Id === order);
    sandbox.actions.changeRecords({
      object: 'Purchase_Order_Line__c',
      ids: [String(line.Id)],
      fields: { Quantity__c: '7' },
    });
    const after = sandbox.state.find('Purchase_Order__c').find(({ Id }) => Id === order);
    expect(after?.SystemModstamp).toBe(before?.SystemModstamp);
    expect(keysOf(await collect(crm.changes('purchaseOrder', since)))).toContain(`upsert ${order}`);
  });

  it('reach back for transactions that commit late, until nothing newer has come for a while', async () => {
    const clock = clockAhead();
    await using open = await openSalesforce({ accounts: 3, clock: nowClock }, { clock });
    const { sandbox, crm } = open;
    let since = (await collect(crm.changes('customer'))).at(-1)!.checkpoint;
    const { at } = since.records as { readonly at: string };
    const late = new Date(Date.parse(at) - 60_000).toISOString();
    sandbox.actions.equalStamps({ object: 'Account', ids: [account(1)], at: late });
    const found = await collect(crm.changes('customer', since));
    expect(keysOf(found)).toContain(`upsert ${account(1)}`);
    clock.advance(301_000);
    since = (await collect(crm.changes('customer', found.at(-1)!.checkpoint))).at(-1)!.checkpoint;
    expect(since.records).toMatchObject({ isSettled: true });
    expect(keysOf(await collect(crm.changes('customer', since)))).not.toContain(
      `upsert ${account(1)}`,
    );
  });

  it('end their checkpoint when deletions are forgotten, instead of missing some', async () => {
    const clock = clockAhead();
    await using open = await openSalesforce({ accounts: 1, clock: nowClock }, { clock });
    const since = (await collect(open.crm.changes('customer'))).at(-1)!.checkpoint;
    clock.advance(14 * 86_400_000);
    await collect(open.crm.changes('customer', { ...since, deletedUntil: undefined as never }));
    clock.advance(2 * 86_400_000);
    await expect(collect(open.crm.changes('customer', since))).rejects.toMatchObject({
      code: 'ERR_CHECKPOINT_EXPIRED',
    });
  });

  it.each(['INVALID_REPLICATION_DATE', 'EXCEEDED_ID_LIMIT'])(
    'end their checkpoint when Salesforce says %s',
    async (errorCode) => {
      await using open = await openSalesforce({ accounts: 1, clock: nowClock });
      const since = (await collect(open.crm.changes('customer'))).at(-1)!.checkpoint;
      open.sandbox.faults.add({
        kind: 'status',
        status: 400,
        contentType: 'application/json',
        body: JSON.stringify([{ errorCode, message: 'no' }]),
        match: { path: /\/deleted\// },
      });
      const deletedUntil = new Date(Date.now() - 3_600_000).toISOString();
      const read = collect(open.crm.changes('customer', { ...since, deletedUntil }));
      await expect(read).rejects.toMatchObject({ code: 'ERR_CHECKPOINT_EXPIRED' });
    },
  );

  it.each([
    { records: { at: 'yesterday' } },
    { records: { at: '2026-01-01T00:00:00Z', id: "' OR Id != '" } },
    { after: 1, records: 5 },
    { deletedUntil: 'x' },
  ])('refuse a checkpoint that is none of theirs %#', async (since) => {
    await using open = await openSalesforce({ accounts: 1 });
    await expect(collect(open.crm.changes('customer', since as never))).rejects.toMatchObject({
      code: 'ERR_INVALID_CHECKPOINT',
    });
  });

  it('name this app, so that its own writes can be told from others', async () => {
    await using open = await openSalesforce({ accounts: 1 }, { clientName: 'acme-sync' });
    await open.crm.write('customer', [{ op: 'upsert', record: { name: 'New' } }]);
    const sent = open.sandbox.journal.entries({ path: /\/composite\// });
    expect(sent[0]?.headers['sforce-call-options']).toBe('client=acme-sync');
  });
});
