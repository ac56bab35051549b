import { describe, expect, it } from 'vitest';
import type { Mapping } from '../mapping/mapping.ts';
import { memoryStore } from '../state/memory-store.ts';
import { connectorTarget } from '../target/connector-target.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import {
  type Item,
  type MemoryConnectorOptions,
  memoryConnector,
} from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';
import type { SyncOptions } from './sync-options.ts';

// What a target that takes patches is sent when a record changes.

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
    id: 'a-to-b',
    source: source.connector,
    target: target.connector,
    entity: 'item',
    store,
    clock: fakeClock(),
    random: () => 0.5,
    ...options.sync,
  });
  const lastWrite = () => {
    const change = target.written.at(-1);
    if (change?.op !== 'upsert') return change;
    const { source: _, ...record } = change.record as Item;
    return record;
  };
  return { source, target, store, sync, lastWrite };
}

describe('an update', () => {
  it('carries the changed fields only', async () => {
    const { source, target, sync, lastWrite } = setUp();
    source.put('s1', { name: 'One', quantity: '1.000', note: 'n' });
    await sync.run();
    source.put('s1', { name: 'One', quantity: '2.000', note: 'n' });
    expect(await sync.run()).toMatchObject({ updated: 1 });
    expect(lastWrite()).toEqual({ quantity: '2.000' });
    expect(target.live().get('b-1')).toEqual({ name: 'One', quantity: '2.000', note: 'n' });
  });

  it('clears at the target what was cleared at the source', async () => {
    const { source, target, sync, lastWrite } = setUp();
    source.put('s1', { name: 'One', quantity: '1.000', note: 'n' });
    await sync.run();
    source.put('s1', { name: 'One', quantity: '1.000' });
    expect(await sync.run()).toMatchObject({ updated: 1 });
    expect(lastWrite()).toEqual({ note: null });
    expect(target.live().get('b-1')).toEqual({ name: 'One', quantity: '1.000' });
    // And once is enough.
    source.put('s1', { name: 'Two', quantity: '1.000' });
    await sync.run();
    expect(lastWrite()).toEqual({ name: 'Two' });
  });

  it('treats the fields of custom one by one', async () => {
    const { source, target, sync, lastWrite } = setUp({ sync: { compare: ['name', 'custom'] } });
    source.put('s1', { name: 'One', custom: { a: '1', b: '2', c: '3' } });
    await sync.run();
    source.put('s1', { name: 'One', custom: { a: '1', b: '9' } });
    await sync.run();
    expect(lastWrite()).toEqual({ custom: { b: '9', c: null } });
    expect(target.live().get('b-1')?.custom).toEqual({ a: '1', b: '9' });
  });

  it('sends a list whole, and an empty one for a list that has vanished, once', async () => {
    const { source, target, sync, lastWrite } = setUp();
    const line = (lineNumber: string, quantity: string) => ({ lineNumber, quantity });
    source.put('s1', { name: 'One', lines: [line('10', '1.000'), line('20', '1.000')] });
    await sync.run();
    source.put('s1', { name: 'One', lines: [line('10', '1.000'), line('20', '2.000')] });
    await sync.run();
    expect(lastWrite()).toEqual({ lines: [line('10', '1.000'), line('20', '2.000')] });
    source.put('s1', { name: 'Two' });
    await sync.run();
    expect(lastWrite()).toEqual({ name: 'Two', lines: [] });
    expect(target.live().get('b-1')).toEqual({ name: 'Two', lines: [] });
    source.put('s1', { name: 'Three' });
    await sync.run();
    expect(lastWrite()).toEqual({ name: 'Three' });
  });

  it('says nothing of a list that was empty and is not shown any more', async () => {
    const { source, sync, lastWrite } = setUp();
    source.put('s1', { name: 'One', lines: [] });
    await sync.run();
    source.put('s1', { name: 'Two' });
    await sync.run();
    expect(lastWrite()).toEqual({ name: 'Two' });
  });

  it('leaves alone what users of the target changed in other fields', async () => {
    const { source, target, sync } = setUp();
    source.put('s1', { name: 'One', quantity: '1.000' });
    await sync.run();
    target.put('b-1', { name: 'One', quantity: '1.000', note: 'of the target' });
    source.put('s1', { name: 'One', quantity: '2.000' });
    await sync.run();
    expect(target.live().get('b-1')).toEqual({
      name: 'One',
      quantity: '2.000',
      note: 'of the target',
    });
  });

  it('is the whole record at a target that does not take patches', async () => {
    const { source, target, sync, lastWrite } = setUp();
    const whole = createSync({
      id: 'whole',
      source: source.connector,
      target: { ...connectorTarget(target.connector, 'item'), patches: false },
      entity: 'item',
      store: memoryStore(),
    });
    source.put('s1', { name: 'One', quantity: '1.000' });
    await whole.run();
    source.put('s1', { name: 'One', quantity: '2.000' });
    await whole.run();
    expect(lastWrite()).toEqual({ name: 'One', quantity: '2.000' });
    await sync.run();
  });
});

describe('a mapping by hand', () => {
  const mapping = (clears?: Mapping['clears']): Mapping<Item, Item> => ({
    ...(clears === undefined ? {} : { clears }),
    map: ({ source: _, note, ...record }) => ({
      record: note === undefined ? record : { ...record, note },
    }),
  });

  it.each([
    ['leaves what it leaves out', undefined, { name: 'Two' }],
    ['clears it when it says so', true, { name: 'Two', quantity: null, note: null, lines: [] }],
    ['or clears the fields that it names', ['note'], { name: 'Two', note: null }],
  ] as const)('%s', async (_name, clears, expected) => {
    const { source, sync, lastWrite } = setUp({ sync: { mapping: mapping(clears) } });
    const lines = [{ lineNumber: '10', quantity: '1.000' }];
    source.put('s1', { name: 'One', quantity: '1.000', note: 'n', lines });
    await sync.run();
    source.put('s1', { name: 'Two' });
    await sync.run();
    expect(lastWrite()).toEqual(expected);
  });

  it('empties a field by an explicit null, once', async () => {
    const nulls: Mapping<Item, Item> = {
      map: ({ source: _, note = null, ...record }) => ({ record: { ...record, note } as Item }),
    };
    const { source, sync, lastWrite } = setUp({ sync: { mapping: nulls } });
    source.put('s1', { name: 'One', note: 'n' });
    await sync.run();
    source.put('s1', { name: 'One' });
    await sync.run();
    expect(lastWrite()).toEqual({ note: null });
    source.put('s1', { name: 'Two' });
    await sync.run();
    expect(lastWrite()).toEqual({ name: 'Two' });
  });
});

describe('an update of unknown outcome', () => {
  it('is followed by what it was to change, those fields that were cleared in it too', async () => {
    let isDown = false;
    const { source, target, sync, lastWrite } = setUp({
      target: { fault: () => (isDown ? 'not-sent' : undefined) },
      sync: { writeRetries: 0 },
    });
    source.put('s1', { name: 'One', quantity: '1.000', note: 'n' });
    await sync.run();
    source.put('s1', { name: 'One', quantity: '2.000' });
    isDown = true;
    await sync.run();
    isDown = false;
    await sync.run();
    expect(lastWrite()).toEqual({ quantity: '2.000', note: null });
    expect(target.live().get('b-1')).toEqual({ name: 'One', quantity: '2.000' });
  });
});

describe('two flows to the same target records', () => {
  it('do not clear what the other one brings', async () => {
    const { source, target, store, sync } = setUp({
      sync: { link: { space: 'items', side: 'left' }, compare: { source: ['name', 'quantity'] } },
    });
    const notes = createSync<Item, Item>({
      id: 'notes',
      source: source.connector,
      target: target.connector,
      entity: 'item',
      store,
      clock: fakeClock(),
      link: { space: 'items', side: 'left' },
      compare: { source: ['note'], target: false },
      mapping: { clears: true, map: ({ note }) => ({ record: { note } as unknown as Item }) },
    });
    source.put('s1', { name: 'One', quantity: '1.000', note: 'a' });
    await sync.run();
    source.put('s1', { name: 'One', quantity: '1.000', note: 'b' });
    await notes.run();
    expect(target.live().get('b-1')).toEqual({ name: 'One', quantity: '1.000', note: 'b' });
  });
});
