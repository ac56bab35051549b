import { describe, expect, it } from 'vitest';
import type { Mapping } from '../mapping/mapping.ts';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import {
  type Item,
  type MemoryConnectorOptions,
  memoryConnector,
} from '../testing/memory-connector.ts';
import { recordingLogger } from '../testing/recording-logger.ts';
import { createSync } from './create-sync.ts';
import type { SyncOptions } from './sync-options.ts';
import type { SyncProgress } from './sync-report.ts';

function setUp(
  options: {
    readonly source?: MemoryConnectorOptions;
    readonly target?: MemoryConnectorOptions;
    readonly sync?: Partial<SyncOptions>;
  } = {},
) {
  const source = memoryConnector({ id: 'a', ...options.source });
  const target = memoryConnector({ id: 'b', ...options.target });
  const store = memoryStore();
  const clock = fakeClock();
  const sync = createSync({
    id: 'a-to-b',
    source: source.connector,
    target: target.connector,
    entity: 'item',
    store,
    clock,
    random: () => 0.5,
    ...options.sync,
  });
  return { source, target, store, clock, sync };
}

const item = (number: number, quantity = '1.000') => ({ name: `Item ${number}`, quantity });

function fill(source: ReturnType<typeof memoryConnector>, count: number): void {
  for (let number = 1; number <= count; number += 1) source.put(`s${number}`, item(number));
}

const perLine: Mapping<Item, Item> = {
  map: (record) =>
    (record.lines ?? []).map((line) => ({
      key: `${record.source?.key}/${line.lineNumber}`,
      part: { ...record, lines: [line] } as Item,
      record: { name: record.name, quantity: line.quantity ?? '' },
    })),
};

describe('a first run', () => {
  it('creates every record at the target and counts them', async () => {
    const { source, target, sync } = setUp();
    fill(source, 7);

    const report = await sync.run();

    expect([...target.live().values()].map(({ name }) => name)).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((number) => `Item ${number}`),
    );
    expect(report).toMatchObject({
      read: 7,
      inserted: 7,
      updated: 0,
      unchanged: 0,
      deleted: 0,
      failed: 0,
      retried: 0,
      pages: 3,
      resumed: false,
      synced_at: '2026-01-01T00:00:00.000Z',
    });
  });

  it('reads through list where the source has no changes', async () => {
    const { source, target, sync } = setUp({ source: { capabilities: { changes: 'none' } } });
    fill(source, 4);
    expect(await sync.run()).toMatchObject({ read: 4, inserted: 4 });
    expect(await sync.run()).toMatchObject({ read: 4, unchanged: 4, resumed: false });
    expect(target.live().size).toBe(4);
  });

  it('tells its progress page by page', async () => {
    const seen: SyncProgress[] = [];
    const { source, sync } = setUp({
      source: { capabilities: { changes: 'none' } },
      sync: { onProgress: (progress) => seen.push(progress) },
    });
    fill(source, 5);
    await sync.run();
    expect(
      seen.map(({ flow, phase, read, inserted, total }) => ({
        flow,
        phase,
        read,
        inserted,
        total,
      })),
    ).toEqual([
      { flow: 'a-to-b', phase: 'sync', read: 3, inserted: 3, total: 5 },
      { flow: 'a-to-b', phase: 'sync', read: 5, inserted: 5, total: 5 },
    ]);
  });

  it('warns once, loudly, when it has no store', async () => {
    const logger = recordingLogger();
    const { source, sync } = setUp({ sync: { store: undefined, logger } });
    fill(source, 1);
    await sync.run();
    await sync.run();
    expect(logger.warnings).toHaveLength(1);
    expect(logger.warnings[0]).toContain('sqliteStore({ path })');
  });
});

describe('a later run', () => {
  it('reads and writes only what changed', async () => {
    const { source, target, sync } = setUp();
    fill(source, 7);
    await sync.run();
    target.log.length = 0;
    source.put('s2', item(2, '9.000'));
    source.put('s8', item(8));

    const report = await sync.run();

    expect(report).toMatchObject({ read: 2, inserted: 1, updated: 1, unchanged: 0 });
    expect(target.log).toEqual(expect.arrayContaining(['update b-2', 'create b-8']));
    expect(target.log).toHaveLength(2);
    expect(target.live().get('b-2')?.quantity).toBe('9.000');
  });

  it('writes nothing when a record comes again without a change', async () => {
    const { source, target, sync } = setUp();
    fill(source, 3);
    await sync.run();
    target.log.length = 0;
    source.put('s1', item(1));
    expect(await sync.run()).toMatchObject({ read: 1, unchanged: 1, updated: 0 });
    expect(target.log).toEqual([]);
  });

  it.each([
    ['of its own', undefined],
    ['that others may share', { space: 'items', side: 'left' }],
  ] as const)(
    'brings a change of nothing but a field of the customer, with an identity map %s',
    async (_, link) => {
      const { source, target, sync } = setUp({ sync: { link } });
      source.put('s1', { ...item(1), custom: { Tier__c: 'Bronze' } });
      await sync.run();
      source.put('s1', { ...item(1), custom: { Tier__c: 'Gold' } });

      expect(await sync.run()).toMatchObject({ updated: 1, unchanged: 0 });
      expect(target.live().get('b-1')?.custom).toEqual({ Tier__c: 'Gold' });
      expect(await sync.run({ mode: 'full' })).toMatchObject({ updated: 0, unchanged: 1 });
    },
  );

  it('finds everything unchanged in a full run', async () => {
    const { source, target, sync } = setUp();
    fill(source, 7);
    await sync.run();
    target.log.length = 0;
    expect(await sync.run({ mode: 'full' })).toMatchObject({ read: 7, unchanged: 7 });
    expect(target.log).toEqual([]);
  });

  it('goes on behind a full run', async () => {
    const { source, sync } = setUp();
    fill(source, 7);
    await sync.run({ mode: 'full' });
    source.put('s9', item(9));
    expect(await sync.run()).toMatchObject({ read: 1, inserted: 1 });
  });

  it('deletes what was deleted at the source', async () => {
    const { source, target, sync } = setUp();
    fill(source, 3);
    await sync.run();
    source.remove('s2');
    expect(await sync.run()).toMatchObject({ deleted: 1 });
    expect([...target.live().keys()]).toEqual(['b-1', 'b-3']);
    expect(await sync.run({ mode: 'full' })).toMatchObject({ deleted: 0, unchanged: 3 });
  });

  it('creates a record again that was deleted and came back', async () => {
    const { source, target, sync } = setUp({ target: { capabilities: { idempotency: 'native' } } });
    fill(source, 1);
    await sync.run();
    source.remove('s1');
    await sync.run();
    source.put('s1', item(1));
    expect(await sync.run()).toMatchObject({ inserted: 1 });
    expect([...target.live().keys()]).toEqual(['b-2']);
  });

  it('writes a value that came back: A, B, A are three writes', async () => {
    const keys: string[] = [];
    const { source, target, sync } = setUp({
      target: {
        capabilities: { idempotency: 'native' },
        fault: (change) => void keys.push(change.idempotencyKey ?? ''),
      },
    });
    for (const quantity of ['1.000', '2.000', '1.000', '2.000']) {
      source.put('s1', item(1, quantity));
      await sync.run();
      expect(target.live().get('b-1')?.quantity).toBe(quantity);
    }
    expect(new Set(keys).size).toBe(4);
  });
});

describe('one page', () => {
  it('applies only the last of several changes of a record', async () => {
    const { source, target, sync } = setUp({ source: { capabilities: { changes: 'event' } } });
    source.put('s1', item(1));
    source.remove('s1');
    expect(await sync.run()).toMatchObject({ inserted: 0, deleted: 0, unchanged: 1 });
    expect(target.log).toEqual([]);
  });

  it('is acknowledged after its commit, never before', async () => {
    const order: string[] = [];
    const store = memoryStore();
    const { source, sync } = setUp({
      source: {
        capabilities: { changes: 'event' },
        crashPoint: (name) => void (name === 'a.acknowledge' && order.push('acknowledge')),
      },
      sync: {
        store: {
          ...store,
          transaction: async (work, options) => {
            const result = await store.transaction(work, options);
            if (options?.readOnly !== true) order.push('commit');
            return result;
          },
        },
      },
    });
    fill(source, 4);
    await sync.run();
    expect(source.acknowledged).toEqual(['s1', 's2', 's3', 's4']);
    // Lease, start, then per page: journal, commit, acknowledge; then end and lease.
    expect(order.join(' ')).toBe(
      'commit commit commit commit acknowledge commit commit acknowledge commit commit',
    );
  });

  it('keeps the order of writes to one target record', async () => {
    const { source, target, sync } = setUp({
      source: { pageSize: 10 },
      sync: {
        mapping: { map: (record) => ({ record, targetKey: 'b-1' }) },
        writeConcurrency: 4,
      },
    });
    target.put('b-1', item(1));
    for (let number = 1; number <= 6; number += 1)
      source.put(`s${number}`, item(0, `${number}.000`));
    expect(await sync.run()).toMatchObject({ updated: 6 });
    expect(target.live().get('b-1')?.quantity).toBe('6.000');
  });
});

describe('a mapping', () => {
  const order = (...quantities: string[]) => ({
    name: 'Order',
    lines: quantities.map((quantity, index) => ({ lineNumber: `${(index + 1) * 10}`, quantity })),
  });

  it('makes several target records of one and updates only the changed one', async () => {
    const { source, target, sync } = setUp({ sync: { mapping: perLine } });
    source.put('45', order('1.000', '2.000'));
    expect(await sync.run()).toMatchObject({ read: 1, inserted: 2 });
    source.put('45', order('1.000', '5.000'));
    expect(await sync.run()).toMatchObject({ read: 1, updated: 1, unchanged: 1 });
    expect([...target.live().values()].map(({ quantity }) => quantity)).toEqual(['1.000', '5.000']);
  });

  it('deletes all parts of a deleted record', async () => {
    const { source, target, sync } = setUp({ sync: { mapping: perLine } });
    source.put('45', order('1.000', '2.000'));
    source.put('451', order('3.000'));
    await sync.run();
    source.remove('45');
    expect(await sync.run()).toMatchObject({ deleted: 2 });
    expect(target.live().size).toBe(1);
  });

  it('leaves records out that it does not map', async () => {
    const { source, target, sync } = setUp({
      sync: {
        mapping: { map: (record) => (record.source?.key === 's2' ? undefined : { record }) },
      },
    });
    fill(source, 3);
    expect(await sync.run()).toMatchObject({ read: 3, inserted: 2, skipped: 1, failed: 0 });
    expect(target.live().size).toBe(2);
  });

  it('finds target keys in the identity map of another flow', async () => {
    const { source, target, store, clock } = setUp();
    fill(source, 2);
    const link = { space: 'pair', side: 'left' } as const;
    const common = { store, clock, entity: 'item' };
    await createSync({
      ...common,
      id: 'orders',
      source: source.connector,
      target: target.connector,
      link,
    }).run();

    const amendments = memoryConnector({ id: 'amendments' });
    amendments.put('x1', { name: 'b-2', quantity: '7.000' });
    const report = await createSync<Item, Partial<Item>>({
      ...common,
      id: 'amendments',
      source: amendments.connector,
      target: source.connector,
      mapping: {
        prepare: (records, context) =>
          context.links('pair').load({ right: records.map(({ name }) => name) }),
        map: ({ name, quantity = '' }, context) => {
          const targetKey = context.links('pair').left(name);
          return targetKey === undefined ? undefined : { targetKey, record: { quantity } };
        },
      },
    }).run();

    expect(report).toMatchObject({ updated: 1, inserted: 0 });
    expect(source.live().get('s2')).toMatchObject({ name: 'Item 2', quantity: '7.000' });
  });
});

describe('both directions of a pair', () => {
  function pair(idempotency: 'native' | 'external-reference' = 'external-reference') {
    const { source, target, store, clock } = setUp({
      source: { capabilities: { idempotency } },
      target: { capabilities: { idempotency } },
    });
    const common = { store, clock, entity: 'item', compare: ['name', 'quantity'] };
    const there = createSync({
      ...common,
      id: 'there',
      source: source.connector,
      target: target.connector,
      link: { space: 'pair', side: 'left' },
    });
    const back = createSync({
      ...common,
      id: 'back',
      source: target.connector,
      target: source.connector,
      link: { space: 'pair', side: 'right' },
    });
    return { source, target, there, back, store };
  }

  it('come to rest where each side has fields of its own customer, though nothing says what to compare', async () => {
    const { source, target, store, clock } = setUp();
    const mapping: Mapping<Item, Item> = { map: ({ name }) => ({ record: { name } as Item }) };
    const shared = { store, clock, entity: 'item', mapping };
    const [a, b] = [source.connector, target.connector];
    const left = { space: 'pair', side: 'left' } as const;
    const there = createSync({ ...shared, id: 'there', source: a, target: b, link: left });
    const back = createSync({
      ...{ ...shared, id: 'back', source: b, target: a },
      link: { space: 'pair', side: 'right' },
    });
    source.put('s1', { name: 'One', custom: { a: '1' } });
    await there.run();
    target.put('b-1', { name: 'One', custom: { b: '2' } });
    await back.run();
    await there.run();
    source.log.length = 0;
    target.log.length = 0;
    for (const flow of [back, there]) {
      expect(await flow.run({ mode: 'full' })).toMatchObject({ inserted: 0, updated: 0 });
    }
    expect([...source.log, ...target.log]).toEqual([]);
    expect(source.live().get('s1')).toEqual({ name: 'One', custom: { a: '1' } });
    expect(target.live().get('b-1')).toEqual({ name: 'One', custom: { b: '2' } });
  });

  it('do not sync their own writes back', async () => {
    const { source, target, there, back } = pair();
    fill(source, 4);
    target.put('t1', item(100));
    await there.run();
    source.log.length = 0;
    expect(await back.run()).toMatchObject({ read: 5, inserted: 1, unchanged: 4 });
    expect(source.log).toHaveLength(1);
    target.log.length = 0;
    expect(await there.run()).toMatchObject({ read: 1, unchanged: 1, inserted: 0, updated: 0 });
    expect(target.log).toEqual([]);
    expect(source.live().size).toBe(5);
    expect(target.live().size).toBe(5);
  });

  it('carry changes of either side to the other and come to rest', async () => {
    const { source, target, there, back } = pair('native');
    fill(source, 2);
    await there.run();
    await back.run();
    target.put('b-1', item(1, '8.000'));
    expect(await back.run()).toMatchObject({ updated: 1 });
    expect(source.live().get('s1')?.quantity).toBe('8.000');
    expect(await there.run()).toMatchObject({ unchanged: 1, updated: 0 });
    source.put('s1', item(1, '9.000'));
    expect(await there.run()).toMatchObject({ updated: 1 });
    expect(await back.run()).toMatchObject({ unchanged: 1, updated: 0 });
    expect(await there.run()).toMatchObject({ read: 0 });
    expect(await back.run()).toMatchObject({ read: 0 });
  });

  it('refuse to run while the other was interrupted with writes open', async () => {
    const { source, there, back, store } = pair();
    fill(source, 1);
    await there.run();
    await store.transaction((state) =>
      state.journal.add([
        {
          tenant: 'default',
          flow: 'there',
          space: 'pair',
          key: 's9',
          sourceKey: 's9',
          op: 'create',
          idempotencyKey: 'k',
          targetKey: undefined,
          targetPart: undefined,
          sourceDigest: 'd',
          targetDigest: 'd',
          body: undefined,
          createdAt: 0,
        },
      ]),
    );
    await expect(back.run()).rejects.toMatchObject({ code: 'ERR_PENDING_WRITES' });
    await there.run();
    await expect(back.run()).resolves.toMatchObject({ unchanged: 1 });
  });

  it('name the part of a target record in the identity map', async () => {
    const source = memoryConnector({ id: 'common' });
    const target = memoryConnector({ id: 'sap' });
    const store = memoryStore();
    const common = { store, clock: fakeClock(), entity: 'item' };
    source.put('c1', item(1, '3.000'));
    const toSap = createSync<Item, Item>({
      ...common,
      id: 'to-sap',
      source: source.connector,
      target: target.connector,
      link: { space: 'pair', side: 'right' },
      compare: { source: ['quantity'], target: ['lines.quantity'] },
      mapping: {
        map: ({ name, quantity }) => ({
          record: { name, lines: [{ lineNumber: '10', quantity: `${quantity}` }] },
          targetPart: '10',
        }),
      },
    });
    const fromSap = createSync<Item, Item>({
      ...common,
      id: 'from-sap',
      source: target.connector,
      target: source.connector,
      link: { space: 'pair', side: 'left' },
      compare: { source: ['lines.quantity'], target: ['quantity'] },
      mapping: perLine,
    });
    expect(await toSap.run()).toMatchObject({ inserted: 1 });
    expect(await fromSap.run()).toMatchObject({ read: 1, unchanged: 1 });
    source.put('c1', item(1, '4.000'));
    expect(await toSap.run()).toMatchObject({ updated: 1, failed: 0 });
    expect(target.live().get('sap-1')?.lines).toEqual([{ lineNumber: '10', quantity: '4.000' }]);
    target.put('sap-1', { name: 'x', lines: [{ lineNumber: '10', quantity: '5.000' }] });
    expect(await fromSap.run()).toMatchObject({ updated: 1 });
    expect(source.live().get('c1')?.quantity).toBe('5.000');
    expect(await toSap.run()).toMatchObject({ unchanged: 1, updated: 0 });
  });
});

describe('a target that is checked before updates', () => {
  it('is left alone when it is as wanted already', async () => {
    const { source, target, sync } = setUp({ sync: { checkTarget: true } });
    fill(source, 2);
    await sync.run();
    target.put('b-1', item(1, '4.000'));
    target.log.length = 0;
    source.put('s1', item(1, '4.000'));
    expect(await sync.run()).toMatchObject({ updated: 0, unchanged: 1 });
    expect(target.log).toEqual([]);
  });
});

describe('settings that cannot work', () => {
  it.each([
    [{ id: '' }, 'ERR_CONFIGURATION'],
    [{ id: undefined as never }, 'ERR_CONFIGURATION'],
    [{ entity: 'nothing' }, 'ERR_UNKNOWN_ENTITY'],
    [{ entity: { source: 'item', target: 'nothing' } }, 'ERR_UNKNOWN_ENTITY'],
    [{ writeConcurrency: 0 }, 'ERR_CONFIGURATION'],
    [{ entity: undefined as never }, 'ERR_CONFIGURATION'],
    [{ mapping: {} as never }, 'ERR_CONFIGURATION'],
    [{ mapping: ((record: object) => ({ record })) as never }, 'ERR_CONFIGURATION'],
  ])('%j is refused', (sync, code) => {
    expect(() => setUp({ sync })).toThrow(expect.objectContaining({ code }));
  });

  it.each(['source', 'target'])('no %s is refused by name', (name) => {
    expect(() => setUp({ sync: { [name]: undefined } as never })).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIGURATION',
        message: expect.stringContaining(`has no ${name}.`),
      }),
    );
  });

  it('a mode that there is not is refused', async () => {
    const { sync } = setUp();
    await expect(sync.run({ mode: 'fulll' as never })).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: 'The mode of a run is "incremental" or "full", not "fulll".',
    });
  });

  it('a target that cannot write is refused', () => {
    expect(() => setUp({ target: { capabilities: { create: false, update: false } } })).toThrow(
      expect.objectContaining({ code: 'ERR_UNSUPPORTED_OPERATION' }),
    );
  });
});
