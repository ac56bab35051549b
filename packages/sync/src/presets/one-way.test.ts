import { describe, expect, it } from 'vitest';
import { createSync } from '../engine/create-sync.ts';
import { memoryStore } from '../state/memory-store.ts';
import type { SyncTarget } from '../target/sync-target.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type Item, memoryConnector } from '../testing/memory-connector.ts';
import { oneWay, type RecordKind } from './one-way.ts';

async function agreed(records: RecordKind, count = 1) {
  const source = memoryConnector({ id: 'a', pageSize: 500 });
  const target = memoryConnector({ id: 'b', capabilities: { maxBatchSize: 100 } });
  const sync = createSync(
    oneWay({
      id: 'catalogue',
      records,
      source: source.connector,
      target: target.connector,
      entity: 'item',
      compare: ['name', 'quantity', 'note'],
      store: memoryStore(),
      clock: fakeClock(),
      random: () => 0.5,
    }),
  );
  for (let number = 1; number <= count; number += 1) source.put(`s${number}`, item('A'));
  await sync.run();
  return { source, target, sync, first: () => target.live().get('b-1') };
}

const item = (name: string): Item => ({ name, quantity: '1.000' });

describe('master data', () => {
  it('is the source’s where both changed a field; what only the target changed stays', async () => {
    const { source, target, sync, first } = await agreed('masterData');
    target.put('b-1', { ...item('of the target'), note: 'kept here' });
    source.put('s1', item('of the source'));
    expect(await sync.run()).toMatchObject({ updated: 1, failed: 0 });
    expect(first()).toEqual({ ...item('of the source'), note: 'kept here' });
  });

  it('that was deleted at the target comes back when it changes', async () => {
    const { source, target, sync } = await agreed('masterData');
    target.remove('b-1');
    source.put('s1', item('B'));
    expect(await sync.run()).toMatchObject({ inserted: 1, failed: 0 });
    expect([...target.live().values()]).toEqual([item('B')]);
  });

  it('is not deleted in numbers: a hundredth at most, or ten', async () => {
    const { source, target, sync } = await agreed('masterData', 2000);
    const remove = (from: number, to: number) => {
      for (let number = from; number <= to; number += 1) source.remove(`s${number}`);
    };
    remove(1, 20);
    expect(await sync.run()).toMatchObject({ deleted: 20, withheld: 0 });
    remove(21, 60);
    expect(await sync.run()).toMatchObject({ deleted: 0, withheld: 40 });
    expect(target.live().size).toBe(1980);
  });
});

describe('documents', () => {
  it('that both sides changed wait for a person', async () => {
    const { source, target, sync, first } = await agreed('documents');
    target.put('b-1', item('of the target'));
    source.put('s1', item('of the source'));
    expect(await sync.run()).toMatchObject({ updated: 0, failed: 1 });
    expect(first()).toEqual(item('of the target'));
    const [letter] = await sync.deadLetters.list();
    expect(letter?.error.code).toBe('ERR_CONFLICT');
    await sync.deadLetters.resolve(letter?.id ?? '', 'source');
    expect(first()).toEqual(item('of the source'));
  });

  it('that were deleted at the target are not made again unseen', async () => {
    const { source, target, sync } = await agreed('documents');
    target.remove('b-1');
    source.put('s1', item('B'));
    expect(await sync.run()).toMatchObject({ inserted: 0, failed: 1 });
    expect(target.live().size).toBe(0);
  });

  it('are deleted when somebody says so', async () => {
    const { source, target, sync } = await agreed('documents', 3);
    source.remove('s1');
    expect(await sync.run()).toMatchObject({ deleted: 0, withheld: 1 });
    expect(target.live().size).toBe(3);
    await sync.approveDeletes({ atMost: 1 });
    await sync.run();
    expect(target.live().size).toBe(2);
  });
});

describe('a target that is no connector', () => {
  it('is written over: nothing can be merged with it', async () => {
    const source = memoryConnector({ id: 'a' });
    source.put('s1', item('A'));
    const rows = new Map<string, unknown>();
    const target: SyncTarget = {
      idempotency: 'upsert',
      maxBatchSize: 10,
      write: async (_entity, changes) =>
        changes.map(({ key = '', ...change }) => {
          rows.set(key, change);
          return { status: 'updated', key };
        }),
    };
    const sync = createSync(
      oneWay({
        id: 'table',
        records: 'documents',
        source: source.connector,
        target,
        entity: 'item',
        store: memoryStore(),
      }),
    );
    expect(await sync.run()).toMatchObject({ inserted: 1 });
    expect([...rows.keys()]).toEqual(['s1']);
  });
});
