import { type Checkpoint, systemClock } from '@common/connector-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSalesforce } from './open-salesforce.fixture.ts';

/** What people do in the org while somebody reads. */
const deed = fc.record({
  kind: fc.constantFrom('create', 'change', 'delete', 'undelete', 'same-time', 'late', 'nothing'),
  which: fc.nat(20),
});
/** A reader that is interrupted after so many pages goes on from its last checkpoint. */
const visit = fc.record({
  deeds: fc.array(deed, { maxLength: 6 }),
  pages: fc.integer({ min: 1, max: 9 }),
});
const visitsOf = fc.array(visit, { minLength: 1, maxLength: 5 });

describe('a reader of changes', () => {
  it('has what the org has, whatever happens while it reads', async () => {
    await fc.assert(
      fc.asyncProperty(visitsOf, fc.boolean(), async (visits, isByJobs) => {
        await using open = await openSalesforce({
          ...{ accounts: 7, contacts: 0, products: 0, orders: 0, purchaseOrders: 0 },
          opportunities: 0,
          // As real as it gets: several records have one change time.
          clock: { startAt: new Date(), advancePerWriteMs: 20 },
        });
        const { sandbox } = open;
        // A transaction commits at most 50 ms after the time that it carries.
        const crm = open.connect({
          pageSize: 2,
          safetyLagMs: 50,
          bulk: { queryFrom: isByJobs ? 1 : 'never' },
          clock: {
            now: () => sandbox.clock.now(),
            // Pauses between two looks at a job are over at once.
            sleep: (milliseconds, signal) =>
              systemClock.sleep(milliseconds > 8_000 ? milliseconds : 0, signal),
          },
        });
        const mirror = new Map<string, string>();
        const gone: string[] = [];
        let since: Checkpoint | undefined;

        const act = ({ kind, which }: { readonly kind: string; readonly which: number }): void => {
          const ids = sandbox.state.find('Account').map(({ Id }) => String(Id));
          const id = ids[which % Math.max(1, ids.length)];
          const object = 'Account';
          if (kind === 'create') {
            sandbox.actions.createRecords({ object, records: [{ Name: `New ${which}` }] });
          } else if (kind === 'undelete' && gone.length > 0) {
            sandbox.actions.undeleteRecords({ object, ids: [gone.pop()!] });
          } else if (id === undefined) {
            return;
          } else if (kind === 'change') {
            sandbox.actions.changeRecords({
              object,
              ids: [id],
              fields: { Name: `Changed ${which}` },
            });
          } else if (kind === 'late') {
            const at = new Date(sandbox.clock.now() - 30).toISOString();
            sandbox.actions.changeRecords({ object, ids: [id], fields: { Name: `Late ${which}` } });
            sandbox.actions.equalStamps({ object, ids: [id], at });
          } else if (kind === 'same-time') {
            sandbox.actions.equalStamps({ object, ids });
          } else if (kind === 'delete') {
            sandbox.actions.deleteRecords({ object, ids: [id] });
            gone.push(id);
          }
        };
        const read = async (pages: number, deeds: readonly Parameters<typeof act>[0][]) => {
          let count = 0;
          for await (const page of crm.changes('customer', since)) {
            for (const change of page.changes) {
              if (change.op === 'delete') mirror.delete(change.key);
              else mirror.set(change.record.source?.key ?? '', change.record.name);
            }
            since = page.checkpoint;
            const next = deeds[count];
            if (next !== undefined) act(next);
            count += 1;
            if (count === pages) return;
          }
        };

        for (const { deeds, pages } of visits) await read(pages, deeds);
        await read(Number.POSITIVE_INFINITY, []);
        await read(Number.POSITIVE_INFINITY, []);
        const there = sandbox.state.find('Account').filter(({ IsDeleted }) => IsDeleted !== true);
        expect(Object.fromEntries(mirror)).toEqual(
          Object.fromEntries(there.map(({ Id, Name }) => [Id, Name])),
        );
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
