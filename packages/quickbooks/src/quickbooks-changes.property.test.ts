import { type Checkpoint, createGovernor } from '@common/connector-core';
import type { QuickbooksSandbox } from '@common/connector-sandbox/quickbooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openQuickbooks } from './open-quickbooks.fixture.ts';
import type { QuickbooksConnector } from './quickbooks-connector.ts';

type Resource = 'Invoice' | 'Customer';

/** What happens in QuickBooks between two pages. */
type Event =
  | { readonly kind: 'create' }
  | { readonly kind: 'change' | 'remove' | 'merge'; readonly which: number }
  | { readonly kind: 'wait'; readonly milliseconds: number };

const which = fc.nat(50);
const common = [
  fc.record({ kind: fc.constant('create' as const) }),
  fc.record({ kind: fc.constant('change' as const), which }),
  // Less than a second, seconds.
  fc.record({ kind: fc.constant('wait' as const), milliseconds: fc.constantFrom(1, 400, 3_000) }),
];
const gone = fc.record({ kind: fc.constant('remove' as const), which });
const merged = fc.record({ kind: fc.constant('merge' as const), which });
// Beyond what CDC looks back.
const month = fc.constant({ kind: 'wait' as const, milliseconds: 31 * 86_400_000 });

function happen({ actions, clock, state }: QuickbooksSandbox, entity: Resource, event: Event) {
  const ids = state.records(entity).map(({ Id }) => String(Id));
  switch (event.kind) {
    case 'wait':
      return clock.advance(event.milliseconds);
    case 'create':
      actions.create({ entity, record: entity === 'Invoice' ? invoice : nameless() });
      return;
    case 'change': {
      const id = ids[event.which % Math.max(1, ids.length)];
      const fields = entity === 'Invoice' ? { PrivateNote: 'x' } : { Notes: 'x' };
      if (id !== undefined) actions.change({ entity, id, fields });
      return;
    }
    case 'remove': {
      const id = ids[event.which % Math.max(1, ids.length)];
      if (id !== undefined) actions.remove({ entity, id });
      return;
    }
    case 'merge': {
      const fromId = ids[event.which % Math.max(1, ids.length)];
      const intoId = ids.find((id) => id !== fromId);
      if (fromId !== undefined && intoId !== undefined) actions.merge({ entity, fromId, intoId });
      return;
    }
  }
}

const sold = { ItemRef: { value: '1' }, Qty: 1, UnitPrice: 8 };
const invoice = {
  CustomerRef: { value: '1' },
  Line: [{ Amount: 8, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: sold }],
};
let names = 0;
const nameless = () => {
  names += 1;
  return { DisplayName: `New ${names}` };
};

/** Follows changes while things happen, stopping in the middle now and then; answers what it knows. */
async function follow(
  connect: () => QuickbooksConnector,
  entity: 'invoice' | 'customer',
  { rounds, act }: { readonly rounds: readonly number[]; readonly act: () => void },
): Promise<ReadonlyMap<string, string | undefined>> {
  const known = new Map<string, string | undefined>();
  let since: Checkpoint | undefined;
  for (const pages of rounds) {
    let read = 0;
    for await (const { changes, checkpoint } of connect().changes(entity, since)) {
      for (const change of changes) {
        if (change.op === 'delete') known.delete(change.key);
        else known.set(change.record.source!.key, change.record.source!.revision);
      }
      // The reader dies here and begins again from its checkpoint.
      since = checkpoint;
      act();
      read += 1;
      if (read >= pages) break;
    }
  }
  return known;
}

const truth = ({ state }: QuickbooksSandbox, entity: Resource) =>
  new Map(state.records(entity).map(({ Id, SyncToken }) => [String(Id), String(SyncToken)]));

const cases: readonly (readonly [string, Resource, fc.Arbitrary<Event>])[] = [
  ['invoice', 'Invoice', fc.oneof(...common, gone)],
  ['customer', 'Customer', fc.oneof(...common, merged)],
  ['customer over months', 'Customer', fc.oneof(...common, month)],
];

describe.each(cases)('a reader of changes: %s', (name, resource, event) => {
  it('knows in the end what QuickBooks has, whatever happens and wherever it stops', async () => {
    const property = fc.asyncProperty(
      fc.array(event, { maxLength: 16 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }),
      async (events, stops) => {
        // Years pass for the sandbox and seconds for us: no token of ours may be judged by its clock.
        const accessTokenSeconds = 20 * 365 * 86_400;
        await using open = await openQuickbooks({ customers: 4, invoices: 7, accessTokenSeconds });
        const { sandbox } = open;
        const left = [...events];
        const act = (): void => {
          for (const next of left.splice(0, 2)) happen(sandbox, resource, next);
        };
        // Intuit's limits would be waited for.
        const settings = { pageSize: 3, safetyLagMs: 0, governor: createGovernor({}) };
        const entity = name === 'invoice' ? 'invoice' : 'customer';
        const known = await follow(() => open.connect(settings), entity, {
          // In the end to its end, until nothing happens any more.
          rounds: [...stops, ...events.map(() => 99), 99, 99],
          act,
        });
        expect(left).toEqual([]);
        expect(known).toEqual(truth(sandbox, resource));
      },
    );
    await fc.assert(property, { numRuns: 15 });
  }, 120_000);
});
