import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSync } from '../engine/create-sync.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type Item, memoryConnector } from '../testing/memory-connector.ts';
import { planRepair } from './plan-repair.ts';
import { createRangeDigests, rangeOf } from './range-digests.ts';
import { reconcile } from './reconcile.ts';

const perLine: Mapping<Item, Item> = {
  map: (record) =>
    (record.lines ?? []).map((line) => ({
      key: `${record.source?.key}/${line.lineNumber}`,
      record: { name: record.name, quantity: line.quantity },
    })),
};

async function syncedPair() {
  const source = memoryConnector({ id: 'a' });
  const target = memoryConnector({ id: 'b' });
  const store = memoryStore();
  for (let number = 1; number <= 5; number += 1) {
    source.put(`s${number}`, {
      name: `Order ${number}`,
      lines: [
        { lineNumber: '10', quantity: `${number}.000` },
        { lineNumber: '20', quantity: '1.000' },
      ],
    });
  }
  const sync = createSync<Item, Item>({
    id: 'flow',
    source: source.connector,
    target: target.connector,
    entity: 'item',
    mapping: perLine,
    store,
    clock: fakeClock(),
  });
  await sync.run();
  const compare = (detailLimit?: number) =>
    reconcile({
      left: { from: source.connector, entity: 'item', mapping: perLine },
      right: { from: target.connector, entity: 'item' },
      link: sync.link,
      detailLimit,
    });
  return { source, target, compare };
}

describe('two sides that agree', () => {
  it('have no difference', async () => {
    const { compare } = await syncedPair();
    expect(await compare()).toEqual({
      entity: 'item',
      compared: 10,
      missing: 0,
      extra: 0,
      different: 0,
      unreadable: 0,
      details: [],
    });
  });
});

describe('two sides that do not agree', () => {
  it('are compared record by record and field by field', async () => {
    const { source, target, compare } = await syncedPair();
    target.remove('b-1');
    target.put('b-2', { name: 'Order 1', quantity: '7.000' });
    target.put('b-99', { name: 'Nobody asked for it' });
    source.put('s9', { name: 'New', lines: [{ lineNumber: '10', quantity: '1.000' }] });
    const report = await compare();
    expect(report).toMatchObject({ compared: 9, missing: 2, extra: 1, different: 1 });
    expect(report.details).toEqual([
      { kind: 'missing', leftKey: 's1/10', rightKey: 'b-1', fields: [] },
      { kind: 'missing', leftKey: 's9/10', rightKey: undefined, fields: [] },
      { kind: 'extra', leftKey: undefined, rightKey: 'b-99', fields: [] },
      { kind: 'different', leftKey: 's1/20', rightKey: 'b-2', fields: ['quantity'] },
    ]);
  });

  it('are named up to a limit and counted beyond it', async () => {
    const { target, compare } = await syncedPair();
    for (let number = 1; number <= 10; number += 1) target.put(`b-${number}`, { name: 'other' });
    const report = await compare(3);
    expect(report).toMatchObject({ compared: 10, different: 10 });
    expect(report.details).toHaveLength(3);
  });
});

describe('thousands of records', () => {
  it('are looked at one by one only where ranges of keys differ', async () => {
    const sides = ['a', 'b'].map((id) => memoryConnector({ id, pageSize: 500 }));
    const [a, b] = sides as [(typeof sides)[0], (typeof sides)[0]];
    for (let number = 0; number < 5000; number += 1) {
      for (const side of sides) side.put(`s${number}`, { name: `Item ${number}` });
    }
    const compare = () =>
      reconcile({
        left: { from: a.connector, entity: 'item' },
        right: { from: b.connector, entity: 'item' },
      });
    expect(await compare()).toMatchObject({ compared: 5000, different: 0, missing: 0, extra: 0 });
    b.put('s7', { name: 'other' });
    b.remove('s8');
    b.put('x', { name: 'extra' });
    // Two that have changed places: their digests add up to the same, their keys do not.
    b.put('s20', { name: 'Item 21' });
    b.put('s21', { name: 'Item 20' });
    expect(await compare()).toMatchObject({ compared: 4999, different: 3, missing: 1, extra: 1 });
  });

  it('agree only when every count and digest of every range does', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([key]) => key }),
        fc.nat(),
        fc.string(),
        (entries, at, other) => {
          const [one, two] = [createRangeDigests(), createRangeDigests()];
          for (const [key, digest] of entries) one.add(key, digest);
          for (const [key, digest] of [...entries].reverse()) two.add(key, digest);
          expect(one.differing(two).size).toBe(0);
          expect(one.countOutside(new Set())).toBe(entries.length);
          const [key = '', digest] = entries[at % Math.max(1, entries.length)] ?? [];
          if (digest === undefined || digest === other) return;
          const three = createRangeDigests();
          for (const entry of entries) three.add(entry[0], entry[0] === key ? other : entry[1]);
          expect([...one.differing(three)]).toEqual([rangeOf(key)]);
        },
      ),
    );
  });
});

describe('a repair', () => {
  it('is a plan that brings the right side to what the left side has', async () => {
    const source = memoryConnector({ id: 'a' });
    const target = memoryConnector({ id: 'b' });
    const store = memoryStore();
    const sync = createSync<Item, Item>({
      id: 'flow',
      source: source.connector,
      target: target.connector,
      entity: 'item',
      link: { space: 'pair', side: 'left' },
      store,
      clock: fakeClock(),
    });
    for (const key of ['s1', 's2', 's3', 's4']) source.put(key, { name: key });
    await sync.run();
    target.put('b-1', { name: 'drifted' });
    target.forget('b-2');
    source.forget('s3');
    target.put('b-99', { name: 'of somebody else' });
    const options = {
      sync,
      left: { from: source.connector, entity: 'item' },
      right: { from: target.connector, entity: 'item' },
      link: { store, space: 'pair' },
    } as const;
    const { report, plan } = await planRepair(options);
    expect(report).toMatchObject({ different: 1, missing: 1, extra: 2 });
    expect(plan.changes.map(({ action, key }) => `${action} ${key}`).sort()).toEqual([
      'create s2',
      'delete s3',
      'update s1',
    ]);
    await sync.apply(plan);
    expect((await planRepair(options)).report).toMatchObject({
      different: 0,
      missing: 0,
      extra: 1,
    });
    expect(target.live().get('b-99')).toEqual({ name: 'of somebody else' });
  });
});

describe('records that cannot be read', () => {
  it('are counted, not passed over', async () => {
    const source = memoryConnector({ id: 'a', undecodable: (key) => key === 's2' });
    const target = memoryConnector({ id: 'b' });
    for (const key of ['s1', 's2']) {
      source.put(key, { name: key });
      target.put(key, { name: key });
    }
    const report = await reconcile({
      left: { from: source.connector, entity: 'item' },
      right: { from: target.connector, entity: 'item' },
    });
    expect(report).toMatchObject({ compared: 1, extra: 1, unreadable: 1 });
  });

  it('a side without list is refused', async () => {
    const target = memoryConnector();
    await expect(
      reconcile({
        left: { from: {}, entity: 'item' },
        right: { from: target.connector, entity: 'item' },
      }),
    ).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED_OPERATION' });
  });
});
