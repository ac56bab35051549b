import { describe, expect, it } from 'vitest';
import type { Mapping } from '../mapping/mapping.ts';
import { memoryStore } from '../state/memory-store.ts';
import { crashingProcess } from '../testing/crashing.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import {
  type Item,
  type MemoryConnectorOptions,
  memoryConnector,
} from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';
import type { SyncOptions } from './sync-options.ts';

/** An order becomes one record per line. */
const perLine: Mapping<Item, Item> = {
  map: (order) =>
    (order.lines ?? []).map((line) => ({
      key: `${order.source?.key}/${line.lineNumber}`,
      part: { ...order, lines: [line] } as Item,
      record: { name: `${order.name} ${line.lineNumber}`, quantity: line.quantity },
    })),
};

const order = (...lineNumbers: string[]) => ({
  name: 'Order',
  lines: lineNumbers.map((lineNumber) => ({ lineNumber, quantity: '1.000' })),
});

function setUp(
  options: {
    readonly target?: MemoryConnectorOptions;
    readonly sync?: Partial<SyncOptions<Item, Item>>;
  } = {},
) {
  const source = memoryConnector({ id: 'a' });
  const target = memoryConnector({ id: 'b', ...options.target });
  const store = memoryStore();
  const sync = createSync<Item, Item>({
    id: 'flow',
    source: source.connector,
    target: target.connector,
    entity: 'item',
    mapping: perLine,
    store,
    clock: fakeClock(),
    random: () => 0.5,
    ...options.sync,
  });
  const names = () => [...target.live().values()].map(({ name }) => name).sort();
  return { source, target, store, sync, names };
}

describe('a part that vanishes from its record', () => {
  it('is deleted at the target, and created again when it comes back', async () => {
    const { source, sync, names } = setUp();
    source.put('45', order('10', '20', '30'));
    source.put('46', order('10'));
    await sync.run();
    source.put('45', order('10', '20'));
    expect(await sync.run()).toMatchObject({ deleted: 1, unchanged: 2, failed: 0 });
    expect(names()).toEqual(['Order 10', 'Order 10', 'Order 20']);
    source.put('45', order('10', '20', '30'));
    expect(await sync.run()).toMatchObject({ inserted: 1, unchanged: 2 });
    expect(names()).toEqual(['Order 10', 'Order 10', 'Order 20', 'Order 30']);
  });

  it('may be the last one', async () => {
    const { source, sync, names } = setUp();
    source.put('45', order('10', '20'));
    await sync.run();
    source.put('45', order());
    expect(await sync.run()).toMatchObject({ deleted: 2 });
    expect(names()).toEqual([]);
  });

  it('is known by its record, not by the beginning of its key', async () => {
    const { source, sync, names } = setUp();
    source.put('45', order('10', '20'));
    source.put('45/10', order('1', '2'));
    source.put('45/20', order('3'));
    await sync.run();
    source.put('45', order('10'));
    expect(await sync.run()).toMatchObject({ deleted: 1 });
    source.remove('45');
    expect(await sync.run()).toMatchObject({ deleted: 1 });
    expect(names()).toEqual(['Order 1', 'Order 2', 'Order 3']);
  });

  it('stays where the mapping gives a single part, leaves the record out, or throws', async () => {
    let isBroken = false;
    const { source, sync, names } = setUp({
      sync: {
        mapping: {
          map(record, context) {
            if (isBroken) throw new TypeError('broken');
            if (record.note === 'out') return undefined;
            const parts = perLine.map(record, context) as readonly { record: Item; key: string }[];
            return record.note === 'single' ? parts[0] : parts;
          },
        },
      },
    });
    source.put('45', order('10', '20'));
    await sync.run();
    for (const note of ['single', 'out', 'broken']) {
      isBroken = note === 'broken';
      source.put('45', { ...order('10'), note });
      expect(await sync.run()).toMatchObject({ deleted: 0 });
    }
    expect(names()).toEqual(['Order 10', 'Order 20']);
  });

  it('stays when it is listed but not valid', async () => {
    const { source, sync, names } = setUp({
      sync: {
        schema: {
          '~standard': {
            version: 1,
            vendor: 'test',
            validate: (value) =>
              (value as Item).quantity === '0.000'
                ? { issues: [{ message: 'nothing' }] }
                : { value },
          },
        },
      },
    });
    source.put('45', order('10', '20'));
    await sync.run();
    source.put('45', {
      name: 'Order',
      lines: [
        { lineNumber: '10', quantity: '1.000' },
        { lineNumber: '20', quantity: '0.000' },
      ],
    });
    expect(await sync.run()).toMatchObject({ deleted: 0, failed: 1 });
    expect(names()).toEqual(['Order 10', 'Order 20']);
  });

  it('goes to the dead letters where the target does not delete, and replay leaves the others alone', async () => {
    let isRefusing = true;
    const { source, sync, names } = setUp({
      target: { fault: ({ op }) => (isRefusing && op === 'delete' ? 'rejected' : undefined) },
    });
    source.put('45', order('10', '20', '30'));
    await sync.run();
    source.put('45', order('10', '20'));
    expect(await sync.run()).toMatchObject({ deleted: 0, failed: 1 });
    expect(await sync.deadLetters.list()).toMatchObject([
      { key: '45/30', sourceKey: '45', op: 'upsert', stage: 'write' },
    ]);
    isRefusing = false;
    expect(await sync.deadLetters.replay()).toEqual({ replayed: 1, delivered: 1, failed: 0 });
    expect(names()).toEqual(['Order 10', 'Order 20']);
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('that was being created when the process died is found and deleted', async () => {
    for (const idempotency of ['native', 'external-reference'] as const) {
      for (let deathAt = 1; ; deathAt += 1) {
        const process = crashingProcess(deathAt);
        let step: () => void = process.step;
        const target = { crashPoint: () => step(), capabilities: { idempotency } };
        const world = setUp({ target });
        const first = createSync<Item, Item>({
          id: 'flow',
          source: world.source.connector,
          target: world.target.connector,
          entity: 'item',
          mapping: perLine,
          store: process.store(world.store),
          clock: fakeClock(),
        });
        world.source.put('45', order('10', '20', '30'));
        await first.run().catch(() => undefined);
        const isDead = process.isDead();
        step = () => {};
        world.source.put('45', order('10', '40'));
        // The next process reads a clock that is past the lease.
        const clock = fakeClock();
        clock.advance(120_000);
        const second = createSync<Item, Item>({
          id: 'flow',
          source: world.source.connector,
          target: world.target.connector,
          entity: 'item',
          mapping: perLine,
          store: world.store,
          clock,
        });
        await second.run();
        expect(world.names()).toEqual(['Order 10', 'Order 40']);
        if (!isDead) break;
      }
    }
  });

  it('whose creation is in doubt is deleted when the doubt is over', async () => {
    let isMute = true;
    const { source, sync, names } = setUp({
      target: {
        capabilities: { idempotency: 'native' },
        fault: (change) =>
          isMute && change.op === 'upsert' && (change.record as Item).name === 'Order 20'
            ? 'lost'
            : undefined,
      },
    });
    source.put('45', order('10', '20'));
    expect(await sync.run()).toMatchObject({ inserted: 1, failed: 1 });
    source.put('45', order('10'));
    expect(await sync.run()).toMatchObject({ deleted: 0, failed: 1 });
    expect(names()).toEqual(['Order 10', 'Order 20']);
    isMute = false;
    await sync.run();
    expect(names()).toEqual(['Order 10']);
    expect(await sync.deadLetters.list()).toEqual([]);
  });
});

describe('a part that the mapping deletes', () => {
  it('fails and is replayed alone', async () => {
    let isRefusing = true;
    const { source, sync, names } = setUp({
      target: { fault: ({ op }) => (isRefusing && op === 'delete' ? 'rejected' : undefined) },
      sync: {
        mapping: {
          map: (record, context) =>
            (perLine.map(record, context) as readonly { key: string; record: Item }[]).map(
              (part) => ({ ...part, delete: record.note === part.key }),
            ),
        },
      },
    });
    source.put('45', order('10', '20'));
    await sync.run();
    source.put('45', { ...order('10', '20'), note: '45/20' });
    expect(await sync.run()).toMatchObject({ failed: 1 });
    isRefusing = false;
    expect(await sync.deadLetters.replay()).toMatchObject({ delivered: 1 });
    expect(names()).toEqual(['Order 10']);
  });
});

describe('a record that stands for a part of a target record', () => {
  function setUpPair() {
    const world = setUp({
      sync: {
        link: { space: 'pair', side: 'right' },
        mapping: {
          map: ({ name, quantity, note }) => ({
            record: { name, lines: [{ lineNumber: '10', quantity: quantity ?? '1.000' }] },
            targetPart: '10',
            ...(note === 'gone' && { delete: true, targetPart: undefined }),
          }),
        },
      },
    });
    const back = createSync<Item, Item>({
      id: 'back',
      source: world.target.connector,
      target: world.source.connector,
      entity: 'item',
      mapping: perLine,
      store: world.store,
      clock: fakeClock(),
      link: { space: 'pair', side: 'left' },
    });
    return { ...world, back };
  }

  it('is not deleted silently when its source is: it goes to the dead letters', async () => {
    const { source, target, sync } = setUpPair();
    source.put('c1', { name: 'one' });
    await sync.run();
    source.remove('c1');
    expect(await sync.run()).toMatchObject({ deleted: 0, failed: 1 });
    expect(await sync.deadLetters.list()).toMatchObject([
      {
        key: 'c1',
        op: 'delete',
        stage: 'map',
        error: {
          code: 'ERR_UNSUPPORTED_OPERATION',
          retryable: false,
          message: expect.stringContaining('part "10"'),
        },
      },
    ]);
    expect(target.live().size).toBe(1);
    expect(await sync.deadLetters.replay()).toMatchObject({ delivered: 0 });
    expect(target.log).toEqual(['create b-1']);
  });

  it('nor when the other direction has linked it, nor when its mapping asks for it', async () => {
    const { source, target, sync, back } = setUpPair();
    target.put('7', { name: 'Order', lines: [{ lineNumber: '10', quantity: '1.000' }] });
    expect(await back.run()).toMatchObject({ inserted: 1 });
    source.put('a-1', { name: 'Order 10', note: 'gone' });
    expect(await sync.run()).toMatchObject({ deleted: 0, failed: 1 });
    source.remove('a-1');
    expect(await sync.run()).toMatchObject({ deleted: 0, failed: 1 });
    expect(target.live().size).toBe(1);
  });

  it('is deleted by the direction in which it is a whole record', async () => {
    const { source, target, sync, back } = setUpPair();
    source.put('c1', { name: 'one' });
    await sync.run();
    target.remove('b-1');
    expect(await back.run()).toMatchObject({ deleted: 1, failed: 0 });
    expect(source.live().size).toBe(0);
  });
});
