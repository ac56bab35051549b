import { type Checkpoint, systemClock } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { collect, createOrder, onlyLines, openSap, writeOrder } from './open-sap.fixture.ts';
import type { SapConnector } from './sap-connector.ts';
import type { SapEntities } from './sap-entities.ts';

/** Keys of the changes since a checkpoint, and the checkpoint behind them. */
async function changesSince(
  erp: SapConnector,
  entity: keyof SapEntities,
  since?: Checkpoint,
): Promise<{ readonly keys: readonly string[]; readonly checkpoint: Checkpoint }> {
  const pages = await collect(erp.changes(entity, since));
  return {
    keys: pages.flatMap(({ changes }) =>
      changes.map((change) => (change.op === 'delete' ? change.key : change.record.source!.key)),
    ),
    checkpoint: pages.at(-1)!.checkpoint,
  };
}

/** Filters that the sandbox was asked for, decoded. */
const filtersOf = (queries: readonly { readonly query: string }[]): string[] =>
  queries.flatMap(({ query }) => new URLSearchParams(query).get('$filter') ?? []);

/** A clock whose time is set by hand; waits are real and short. */
function settableClock() {
  const start = Date.parse('2026-02-01T00:00:00Z');
  const clock = { time: 0, now: () => start + clock.time, sleep: systemClock.sleep };
  return clock;
}

describe('nothing is lost', () => {
  it('when thousands of products changed in one second, from every checkpoint', async () => {
    await using sap = await openSap(
      { products: 2_000, clock: { advancePerWriteMs: 0 } },
      { pageSize: 500 },
    );
    sap.sandbox.actions.changeProducts({ count: 2_000 });
    const pages = await collect(sap.erp.changes('product'));
    const keysOf = (some: typeof pages) =>
      some.flatMap(({ changes }) =>
        changes.flatMap((change) => (change.op === 'upsert' ? change.record.productNumber : [])),
      );
    expect(new Set(keysOf(pages)).size).toBe(2_000);
    expect(keysOf(pages)).toHaveLength(2_000);
    expect(pages.length).toBeGreaterThanOrEqual(4);
    for (const [index, { checkpoint }] of pages.entries()) {
      const later = await collect(sap.erp.changes('product', checkpoint));
      const seen = new Set([...keysOf(pages.slice(0, index + 1)), ...keysOf(later)]);
      expect(seen.size).toBe(2_000);
    }
  });

  it.each(['v2', 'v4'] as const)(
    'from whichever checkpoint a search for orders goes on (%s)',
    async (purchaseOrderApi) => {
      await using sap = await openSap({}, { purchaseOrderApi, pageSize: 5 });
      const pages = await collect(sap.erp.changes('purchaseOrder'));
      expect(pages.map(({ changes }) => changes.length)).toEqual([5, 5, 2, 0]);
      for (const [index, { checkpoint }] of pages.slice(0, -1).entries()) {
        const { keys } = await changesSince(sap.erp, 'purchaseOrder', checkpoint);
        expect(keys).toHaveLength([7, 2, 0][index]!);
      }
      const changed = sap.sandbox.actions.changeOrderQuantities({ count: 3 });
      const { keys } = await changesSince(sap.erp, 'purchaseOrder', pages.at(-1)?.checkpoint);
      expect(keys).toEqual(
        expect.arrayContaining(changed.map(({ purchaseOrder }) => purchaseOrder)),
      );
    },
  );

  it('when records change while they are read, before and behind the position', async () => {
    await using sap = await openSap({ products: 40 }, { pageSize: 10, safetyLagMs: 0 });
    const { checkpoint: since } = await changesSince(sap.erp, 'product');
    sap.sandbox.actions.changeProducts({ count: 20 });
    const changed: string[] = [];
    let checkpoint: Checkpoint = {};
    for await (const page of sap.erp.changes('product', since)) {
      if (changed.length === 0) changed.push(...sap.sandbox.actions.changeProducts({ count: 10 }));
      checkpoint = page.checkpoint;
    }
    const { keys } = await changesSince(sap.erp, 'product', checkpoint);
    expect(keys).toEqual(expect.arrayContaining(changed));
  });

  it('when a transaction commits late, inside the safety lag', async () => {
    await using sap = await openSap();
    sap.sandbox.actions.changeProducts({ count: 1 });
    const { checkpoint } = await changesSince(sap.erp, 'product');
    const late = sap.sandbox.actions.changeProducts({ count: 2, stampedMsAgo: 60_000 });
    const { keys } = await changesSince(sap.erp, 'product', checkpoint);
    expect(keys).toEqual(expect.arrayContaining([...late]));
  });

  it('when change times are not in the order in which they become visible', async () => {
    await using sap = await openSap({ products: 20 }, { pageSize: 4 });
    let { checkpoint } = await changesSince(sap.erp, 'product');
    for (const stampedMsAgo of [0, 120_000, 30_000, 0, 240_000]) {
      const changed = sap.sandbox.actions.changeProducts({ count: 2, stampedMsAgo });
      const found = await changesSince(sap.erp, 'product', checkpoint);
      expect(found.keys).toEqual(expect.arrayContaining([...changed]));
      checkpoint = found.checkpoint;
    }
  });

  it.each(['v2', 'v4'] as const)(
    'when a change time lies in the future: it does not hide what changes until then (%s)',
    async (purchaseOrderApi) => {
      await using sap = await openSap({}, { purchaseOrderApi, companyCodes: ['1010'] });
      const { keys: orders, checkpoint: before } = await changesSince(sap.erp, 'purchaseOrder');
      const tomorrow = Date.parse('2026-01-05T08:00:00Z') - Date.now() - 86_400_000;
      const [future] = sap.sandbox.actions.changeOrderQuantities({
        orders,
        count: 1,
        stampedMsAgo: tomorrow,
      });
      const { keys, checkpoint } = await changesSince(sap.erp, 'purchaseOrder', before);
      expect(keys).toContain(future?.purchaseOrder);
      const changed = sap.sandbox.actions.changeOrderQuantities({ orders, count: 3 });
      expect((await changesSince(sap.erp, 'purchaseOrder', checkpoint)).keys).toEqual(
        expect.arrayContaining(changed.map(({ purchaseOrder }) => purchaseOrder)),
      );
    },
  );

  it('of business partners changed in the hour that summer time repeats', async () => {
    const clock = settableClock();
    const startAt = '2026-01-05T02:59:00Z';
    await using sap = await openSap({ clock: { startAt } }, { clock, safetyLagMs: 0 });
    const { erp, sandbox } = sap;
    const create = async (name: string) => {
      const record = { name, addresses: [{ country: 'DE' }] };
      return (await erp.write('customer', [{ op: 'upsert', record }]))[0]?.key;
    };
    await create('Before the hour is put back');
    let { checkpoint } = await changesSince(erp, 'customer');
    ({ checkpoint } = await changesSince(erp, 'customer', checkpoint));
    sandbox.clock.set('2026-01-05T02:05:00Z');
    const repeated = await create('In the hour that comes again');
    expect((await changesSince(erp, 'customer', checkpoint)).keys).toContain(repeated);
  });

  it('of business partners, one of which has a change date in the future', async () => {
    await using sap = await openSap({}, { safetyLagMs: 0 });
    const { erp, sandbox } = sap;
    const create = async () => {
      const record = { name: 'Someone', addresses: [{ country: 'DE' }] };
      return (await erp.write('customer', [{ op: 'upsert', record }]))[0]?.key;
    };
    sandbox.clock.set('2999-01-05T00:00:00Z');
    await create();
    sandbox.clock.set('2026-01-05T09:00:00Z');
    const { checkpoint } = await changesSince(erp, 'customer');
    const created = await create();
    expect((await changesSince(erp, 'customer', checkpoint)).keys).toContain(created);
  });

  it('of business partners, which have date and time apart, and neither before their first change', async () => {
    await using sap = await openSap({}, { safetyLagMs: 0 });
    const { keys: all, checkpoint } = await changesSince(sap.erp, 'customer');
    expect(all).toHaveLength(3);
    const record = { name: 'Late', addresses: [{ country: 'DE' }] };
    const [created] = await sap.erp.write('customer', [{ op: 'upsert', record }]);
    const { keys } = await changesSince(sap.erp, 'customer', checkpoint);
    expect(keys).toContain(created?.key);
  });
});

describe('a search for changes', () => {
  it('asks in whole seconds and without needless parentheses (SAP/cloud-sdk#1197)', async () => {
    await using sap = await openSap({}, { pageSize: 20 });
    sap.sandbox.actions.changeProducts({ count: 1 });
    const { checkpoint } = await changesSince(sap.erp, 'product');
    expect(checkpoint).toMatchObject({ at: '2026-01-05T08:00:00.0010000Z' });
    sap.sandbox.journal.clear();
    await changesSince(sap.erp, 'product', checkpoint);
    const from = "LastChangeDateTime ge datetimeoffset'2026-01-05T07:55:00Z'";
    expect(filtersOf(sap.sandbox.journal.entries())).toEqual([
      from,
      expect.stringMatching(
        /^LastChangeDateTime ge datetimeoffset'2026-01-05T07:55:00Z' and Product gt 'MZ-FG-0000\d\d'$/,
      ),
    ]);
  });

  it('repeats what is fixed in each alternative, rather than parentheses', async () => {
    await using sap = await openSap({}, { safetyLagMs: 86_400_000 * 200 });
    const { checkpoint } = await changesSince(sap.erp, 'customer');
    sap.sandbox.journal.clear();
    await changesSince(sap.erp, 'customer', checkpoint);
    const filter = filtersOf(sap.sandbox.journal.entries()).at(-1);
    expect(filter).toMatch(
      /^Customer ne '' and LastChangeDate ge (\S+) and BusinessPartner gt '\d+' or Customer ne '' and CreationDate ge \1 and BusinessPartner gt '\d+'$/,
    );
  });

  it('gives nothing again that is older than the search, although the filter has whole seconds', async () => {
    await using sap = await openSap({}, { safetyLagMs: 0 });
    const { checkpoint } = await changesSince(sap.erp, 'product');
    const changed = sap.sandbox.actions.changeProducts({ count: 3 });
    const second = await changesSince(sap.erp, 'product', checkpoint);
    expect(second.keys).toEqual(expect.arrayContaining([...changed]));
    const third = await changesSince(sap.erp, 'product', second.checkpoint);
    expect(third.keys).toEqual([changed.at(-1)]);
  });

  it('stops reaching back once nothing newer has come for as long as the lag', async () => {
    const clock = settableClock();
    await using sap = await openSap({}, { clock, safetyLagMs: 300_000 });
    const changed = sap.sandbox.actions.changeProducts({ count: 10 });
    let { keys, checkpoint } = await changesSince(sap.erp, 'product');
    const search = async (time: number) => {
      clock.time = time;
      ({ keys, checkpoint } = await changesSince(sap.erp, 'product', checkpoint));
      return keys.length;
    };
    expect(await search(299_999)).toBe(10);
    expect(await search(300_000)).toBe(10);
    expect(await search(300_001)).toBe(1);
    const next = sap.sandbox.actions.changeProducts({ count: 1 });
    expect(await search(300_002)).toBe(2);
    expect(keys).toEqual(expect.arrayContaining([changed.at(-1), ...next]));
    expect(await search(300_003)).toBe(11);
  });

  it('keeps its place when there was nothing to read', async () => {
    await using sap = await openSap({ products: 0, purchaseOrders: 0 });
    const { keys, checkpoint } = await changesSince(sap.erp, 'product');
    expect(keys).toEqual([]);
    expect(JSON.parse(JSON.stringify(checkpoint))).toEqual(checkpoint);
    expect((await changesSince(sap.erp, 'product', checkpoint)).keys).toEqual([]);
  });

  it.each([
    { at: 'yesterday' },
    { at: 5 },
    { after: 7 },
    { at: '2026-01-05T08:00:00.0000000Z', seenAt: 'x' },
  ])('refuses a checkpoint that is none: %j', async (since) => {
    await using sap = await openSap();
    await expect(changesSince(sap.erp, 'product', since as Checkpoint)).rejects.toMatchObject({
      code: 'ERR_INVALID_CHECKPOINT',
      message: expect.stringContaining('Pass one of a page unchanged'),
    });
  });

  it('does not see a changed item where the header’s time stands still; a full read does', async () => {
    await using sap = await openSap({ headerTimestampOnItemChange: false }, { safetyLagMs: 0 });
    const quiet = await createOrder(sap.erp);
    await createOrder(sap.erp);
    const { checkpoint } = await changesSince(sap.erp, 'purchaseOrder');
    const record = onlyLines({ lineNumber: '10', quantity: '9.000' });
    await writeOrder(sap.erp, { op: 'upsert', key: quiet, record });
    expect((await changesSince(sap.erp, 'purchaseOrder', checkpoint)).keys).not.toContain(quiet);
    const all = await collect(sap.erp.list('purchaseOrder'));
    const found = all.flatMap(({ records }) => records).find(({ source }) => source?.key === quiet);
    expect(found?.lines[0]?.quantity).toBe('9.000');
  });
});
