import { describe, expect, it } from 'vitest';
import type { Mapping } from '../mapping/mapping.ts';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type Item, memoryConnector, type WriteFault } from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';
import type { SyncOptions } from './sync-options.ts';

/** An order becomes one record per line. */
const perLine: Mapping<Item, Item> = {
  map: (order) =>
    (order.lines ?? []).map((line) => {
      if (line.quantity === 'broken') throw new TypeError('broken');
      return {
        key: `${order.source?.key}/${line.lineNumber}`,
        part: { ...order, lines: [line] } as Item,
        record: { name: line.lineNumber, quantity: line.quantity },
      };
    }),
};

const order = (lines: Readonly<Record<string, string>>): Item => ({
  name: 'Order',
  lines: Object.entries(lines).map(([lineNumber, quantity]) => ({ lineNumber, quantity })),
});

/** A target that cannot tell what became of a create; `faults` by name of its record. */
function setUp(options: Partial<SyncOptions<Item, Item>> = {}) {
  const source = memoryConnector({ id: 'a' });
  const faults = new Map<string, WriteFault>();
  const target = memoryConnector({
    id: 'b',
    capabilities: { idempotency: 'none' },
    fault: (change) => faults.get(change.op === 'upsert' ? (change.record as Item).name : ''),
  });
  const sync = createSync<Item, Item>({
    id: 'flow',
    source: source.connector,
    target: target.connector,
    entity: 'item',
    mapping: perLine,
    store: memoryStore(),
    clock: fakeClock(),
    random: () => 0.5,
    writeRetries: 0,
    ...options,
  });
  const names = () => [...target.live().values()].map(({ name }) => name).sort();
  const letters = async () =>
    (await sync.deadLetters.list()).map(({ key, error }) => [key, error.code]).sort();
  return { source, faults, sync, names, letters };
}

const inDoubt = [['s1/10', 'ERR_OUTCOME_UNKNOWN']];

describe('a part whose creation is in doubt', () => {
  const lost = async (options?: Partial<SyncOptions<Item, Item>>) => {
    const world = setUp(options);
    world.source.put('s1', order({ 10: '1', 20: '1' }));
    world.faults.set('10', 'lost');
    return world;
  };

  it('is not created by the retry of another part of its record', async () => {
    const { faults, sync, names, letters } = await lost();
    faults.set('20', 'busy');
    await sync.run();
    expect(await letters()).toEqual([...inDoubt, ['s1/20', 'ERR_TRANSIENT']]);
    faults.clear();
    await sync.run();
    expect(names()).toEqual(['10', '20']);
    expect(await letters()).toEqual(inDoubt);
  });

  it('nor when a person replays the other one', async () => {
    const { faults, sync, names, letters } = await lost();
    faults.set('20', 'rejected');
    await sync.run();
    faults.clear();
    const [other] = (await sync.deadLetters.list()).filter(({ key }) => key === 's1/20');
    expect(await sync.deadLetters.replay(other?.id)).toEqual({
      replayed: 1,
      delivered: 1,
      failed: 0,
    });
    expect(names()).toEqual(['10', '20']);
    expect(await letters()).toEqual(inDoubt);
  });

  it('still has to be looked for when its record has lost it', async () => {
    const { source, faults, sync, letters } = await lost();
    await sync.run();
    faults.clear();
    source.put('s1', order({ 20: '1' }));
    await sync.run();
    expect(await letters()).toEqual(inDoubt);
  });

  it('stays in doubt while its record cannot be mapped', async () => {
    const { source, faults, sync, names, letters } = await lost();
    await sync.run();
    faults.clear();
    source.put('s1', order({ 10: '1', 20: 'broken' }));
    await sync.run();
    expect(await letters()).toEqual([['s1', 'ERR_MAPPING'], ...inDoubt]);
    source.put('s1', order({ 10: '1', 20: '1' }));
    await sync.run();
    expect(names()).toEqual(['10', '20']);
    expect(await letters()).toEqual(inDoubt);
  });
});

describe('a record whose creation is in doubt', () => {
  it.each(['map', 'validate', 'decode'] as const)(
    'stays in doubt when it fails at another stage: %s',
    async (stage) => {
      let isBroken = false;
      const broken = (at: typeof stage) => isBroken && at === stage;
      const source = memoryConnector({ id: 'a', undecodable: () => broken('decode') });
      let fault: WriteFault | undefined = 'lost';
      const target = memoryConnector({
        id: 'b',
        capabilities: { idempotency: 'none' },
        fault: () => fault,
      });
      const sync = createSync<Item, Item>({
        id: 'flow',
        source: source.connector,
        target: target.connector,
        entity: 'item',
        mapping: {
          map(record) {
            if (broken('map')) throw new TypeError('broken');
            return { record };
          },
        },
        schema: {
          '~standard': {
            version: 1,
            vendor: 'test',
            validate: (value) =>
              broken('validate') ? { issues: [{ message: 'broken' }] } : { value },
          },
        },
        store: memoryStore(),
        clock: fakeClock(),
      });
      source.put('s1', { name: 'one' });
      await sync.run();
      fault = undefined;
      isBroken = true;
      source.put('s1', { name: 'one', quantity: '2.000' });
      await sync.run();
      isBroken = false;
      source.put('s1', { name: 'one', quantity: '3.000' });
      await sync.run();
      expect([...target.live().values()].map(({ name }) => name)).toEqual(['one']);
      expect(await sync.deadLetters.list()).toMatchObject([
        { key: 's1', error: { code: 'ERR_OUTCOME_UNKNOWN' } },
      ]);
    },
  );
});

describe('a replay', () => {
  it('deletes no more parts of its record than the flow may', async () => {
    const { source, faults, sync, names, letters } = setUp({
      deletes: { maxCount: 0, maxShare: 0 },
    });
    source.put('s1', order({ 10: '1', 20: '1', 30: '1' }));
    faults.set('10', 'busy');
    await sync.run();
    source.put('s1', order({ 10: '1' }));
    faults.clear();
    await sync.run();
    expect(names()).toEqual(['10', '20', '30']);
    expect(await letters()).toEqual([
      ['s1/20', 'ERR_DELETES_WITHHELD'],
      ['s1/30', 'ERR_DELETES_WITHHELD'],
    ]);
    const [first] = await sync.deadLetters.list();
    expect(await sync.deadLetters.replay(first?.id)).toMatchObject({ delivered: 1, failed: 0 });
    expect(names()).toHaveLength(2);
  });
});
