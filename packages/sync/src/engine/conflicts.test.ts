import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type Item, memoryConnector } from '../testing/memory-connector.ts';
import type { ConflictPolicy, ConflictRules } from './conflict-policy.ts';
import { createSync } from './create-sync.ts';

type Conflicts = ConflictPolicy | ConflictRules;

/** Both directions of a pair. */
function pair(left: Conflicts, right: Conflicts = left) {
  const a = memoryConnector({ id: 'a' });
  const b = memoryConnector({ id: 'b' });
  const shared = {
    entity: 'item',
    store: memoryStore(),
    clock: fakeClock(),
    random: () => 0.5,
    compare: ['name', 'quantity', 'note'],
  };
  const toB = createSync<Item, Item>({
    ...shared,
    id: 'a-to-b',
    source: a.connector,
    target: b.connector,
    link: { space: 'items', side: 'left' },
    conflicts: left,
  });
  const toA = createSync<Item, Item>({
    ...shared,
    id: 'b-to-a',
    source: b.connector,
    target: a.connector,
    link: { space: 'items', side: 'right' },
    conflicts: right,
  });
  const both = async () => ({ toB: await toB.run(), toA: await toA.run() });
  const first = (side: typeof a) => [...side.live().values()][0];
  return { a, b, toB, toA, both, first };
}

const one: Item = { name: 'One', quantity: '1.000', note: 'n' };

/** A pair that agrees on one record: `s1` at a, `b-1` at b. */
async function agreed(left: Conflicts, right?: Conflicts) {
  const world = pair(left, right);
  world.a.put('s1', one);
  await world.both();
  await world.both();
  return world;
}

describe('both sides change different fields', () => {
  it.each(['a first', 'b first'])('both changes survive: %s', async (order) => {
    const { a, b, toA, toB, first } = await agreed('hold');
    a.put('s1', { ...one, quantity: '2.000' });
    b.put('b-1', { ...one, note: 'of b' });
    const flows = order === 'a first' ? [toB, toA] : [toA, toB];
    for (const flow of flows) expect(await flow.run()).toMatchObject({ updated: 1, failed: 0 });
    const merged = { name: 'One', quantity: '2.000', note: 'of b' };
    expect([first(a), first(b)]).toEqual([merged, merged]);
    // Their echoes cost nothing.
    for (const flow of flows) expect(await flow.run()).toMatchObject({ updated: 0, failed: 0 });
  });

  it('although one of them has not been seen coming back yet', async () => {
    const { a, b, toA, toB, first } = await agreed('hold');
    a.put('s1', { ...one, quantity: '2.000' });
    await toB.run();
    b.put('b-1', { ...one, quantity: '2.000', note: 'of b' });
    a.put('s1', { ...one, quantity: '3.000' });
    expect(await toA.run()).toMatchObject({ updated: 1, failed: 0 });
    expect(await toB.run()).toMatchObject({ updated: 1, failed: 0 });
    const merged = { name: 'One', quantity: '3.000', note: 'of b' };
    expect([first(a), first(b)]).toEqual([merged, merged]);
  });

  it('and one clears a field that the other left alone', async () => {
    const { a, b, both, first } = await agreed('hold');
    a.put('s1', { name: 'One', quantity: '1.000' });
    b.put('b-1', { ...one, quantity: '5.000' });
    await both();
    expect([first(a), first(b)]).toEqual([
      { name: 'One', quantity: '5.000' },
      { name: 'One', quantity: '5.000' },
    ]);
  });

  it('a field cleared on the right side is cleared on the left, though only the left had written it', async () => {
    const { a, b, toA, first } = await agreed('hold');
    b.put('b-1', { name: 'One', quantity: '1.000' });
    expect(await toA.run()).toMatchObject({ updated: 1 });
    expect([first(a), first(b)]).toEqual([
      { name: 'One', quantity: '1.000' },
      { name: 'One', quantity: '1.000' },
    ]);
  });
});

describe('both sides change the same field', () => {
  const changed = async (left: Conflicts, right?: Conflicts, times: string[] = []) => {
    const world = await agreed(left, right);
    const at = (index: number) => (times[index] === undefined ? {} : { changedAt: times[index] });
    world.a.put('s1', { ...one, quantity: '2.000', ...at(0) } as Item);
    world.b.put('b-1', { ...one, quantity: '3.000', ...at(1) } as Item);
    return world;
  };
  const quantities = ({ a, b, first }: Awaited<ReturnType<typeof agreed>>) =>
    [first(a), first(b)].map((record) => record?.quantity);

  it('the source wins, on both sides', async () => {
    const world = await changed('source', 'target');
    await world.both();
    expect(quantities(world)).toEqual(['2.000', '2.000']);
  });

  it('the target wins, on both sides', async () => {
    const world = await changed('target', 'source');
    await world.both();
    expect(quantities(world)).toEqual(['3.000', '3.000']);
  });

  it('to the same value: there is nothing to decide', async () => {
    const world = await agreed('hold');
    world.a.put('s1', { ...one, quantity: '2.000' });
    world.b.put('b-1', { ...one, quantity: '2.000' });
    expect(await world.toB.run()).toMatchObject({ updated: 0, unchanged: 1, failed: 0 });
    expect(await world.toA.run()).toMatchObject({ updated: 0, failed: 0 });
  });

  it.each([
    [['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'], '2.000'],
    [['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'], '3.000'],
  ])('the newest wins: %j', async (times, expected) => {
    const world = await changed('newest', 'newest', times);
    await world.both();
    expect(quantities(world)).toEqual([expected, expected]);
  });

  it.each([
    ['a record without changedAt', [], 0],
    ['clocks that may be wrong by as much', ['2026-01-01T00:00:05Z', '2026-01-01T00:00:00Z'], 5000],
  ])('the newest is not known: held: %s', async (_name, times, clockToleranceMs) => {
    const world = await changed({ default: 'newest', clockToleranceMs }, undefined, times);
    expect(await world.toB.run()).toMatchObject({ failed: 1, updated: 0 });
    expect(quantities(world)).toEqual(['2.000', '3.000']);
  });

  it('a policy by field goes before the others', async () => {
    const world = await agreed({ default: 'source', fields: { note: 'target' } });
    world.a.put('s1', { name: 'One', quantity: '2.000', note: 'of a' });
    world.b.put('b-1', { name: 'One', quantity: '3.000', note: 'of b' });
    await world.toB.run();
    expect(world.first(world.b)).toEqual({ name: 'One', quantity: '2.000', note: 'of b' });
  });

  it('refuses a policy that does not exist', () => {
    expect(() => pair('newst' as ConflictPolicy)).toThrow(/source, target, newest, hold/);
  });

  describe('and it is held for review', () => {
    it('the dead letter names the fields and both records, and holds no value', async () => {
      const world = await changed('hold');
      expect(await world.toB.run()).toMatchObject({ failed: 1, updated: 0 });
      const [letter] = await world.toB.deadLetters.list();
      expect(letter).toMatchObject({
        key: 's1',
        stage: 'write',
        error: { code: 'ERR_CONFLICT', path: 'quantity', retryable: false },
      });
      expect(letter?.error.message).toContain('target record b-1');
      expect(JSON.stringify(letter)).not.toMatch(/2\.000|3\.000/);
    });

    it.each([
      ['source', '2.000'],
      ['target', '3.000'],
    ] as const)('resolved by choosing the %s', async (side, expected) => {
      const world = await changed('hold');
      await world.both();
      const [letter] = await world.toB.deadLetters.list();
      expect(await world.toB.deadLetters.resolve(letter?.id ?? '', side)).toMatchObject({
        delivered: 1,
      });
      // The other direction held it too; what was chosen settles that as well.
      const [other] = await world.toA.deadLetters.list();
      if (other !== undefined) {
        await world.toA.deadLetters.resolve(other.id, side === 'source' ? 'target' : 'source');
      }
      await world.both();
      expect(quantities(world)).toEqual([expected, expected]);
      expect(await world.toB.deadLetters.list()).toEqual([]);
      expect(await world.toA.deadLetters.list()).toEqual([]);
    });

    it('resolve() takes conflicts only', async () => {
      const world = await changed('hold');
      await expect(world.toB.deadLetters.resolve('none', 'source')).rejects.toMatchObject({
        code: 'ERR_NOT_FOUND',
      });
    });
  });
});

describe('one side deletes what the other changes', () => {
  it('the deletion wins where the deleting side does', async () => {
    const { a, b, toB } = await agreed('source', 'target');
    a.remove('s1');
    b.put('b-1', { ...one, note: 'of b' });
    expect(await toB.run()).toMatchObject({ deleted: 1 });
    expect(b.live().size).toBe(0);
  });

  it('the change wins where the changing side does, and the record comes back', async () => {
    const { a, b, toA, toB, first } = await agreed('target', 'source');
    a.remove('s1');
    b.put('b-1', { ...one, note: 'of b' });
    expect(await toB.run()).toMatchObject({ deleted: 0, failed: 0 });
    expect(await toA.run()).toMatchObject({ inserted: 1 });
    expect(first(a)).toEqual({ ...one, note: 'of b' });
    expect(b.live().size).toBe(1);
    expect(await toB.run()).toMatchObject({ inserted: 0, updated: 0 });
  });

  it('an update of a record that was deleted at the target creates it anew, or lets it go', async () => {
    const again = await agreed({ default: 'source' });
    again.a.put('s1', { ...one, note: 'x' });
    again.b.remove('b-1');
    expect(await again.toB.run()).toMatchObject({ inserted: 1, failed: 0 });
    expect(again.first(again.b)).toEqual({ ...one, note: 'x' });

    const gone = await agreed('target', 'source');
    gone.a.put('s1', { ...one, note: 'x' });
    gone.b.remove('b-1');
    await gone.both();
    expect([gone.a.live().size, gone.b.live().size]).toEqual([0, 0]);
  });

  it('is held where the newest would win: a deletion has no time', async () => {
    const { a, b, toB } = await agreed('newest');
    a.remove('s1');
    b.put('b-1', { ...one, note: 'of b' });
    expect(await toB.run()).toMatchObject({ deleted: 0, failed: 1 });
    const [letter] = await toB.deadLetters.list();
    expect(letter).toMatchObject({ op: 'delete', error: { code: 'ERR_CONFLICT' } });
    expect(await toB.deadLetters.resolve(letter?.id ?? '', 'source')).toMatchObject({
      delivered: 1,
    });
    expect(b.live().size).toBe(0);
  });

  it('nobody changed it: it is deleted, whatever the policy', async () => {
    const { a, b, toB } = await agreed('hold');
    a.remove('s1');
    expect(await toB.run()).toMatchObject({ deleted: 1, failed: 0 });
    expect(b.live().size).toBe(0);
  });
});

describe('any edits on both sides', () => {
  const value = fc.constantFrom('1', '2', '3', undefined);
  const edit = fc.record({
    side: fc.constantFrom('a' as const, 'b' as const),
    field: fc.constantFrom('quantity' as const, 'note' as const, 'name' as const),
    value,
  });
  const step = fc.oneof(
    { weight: 3, arbitrary: edit },
    { weight: 1, arbitrary: fc.constantFrom('toA' as const, 'toB' as const) },
  );

  it('end in two equal records, and no field that one side alone changed is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = await agreed('source', 'target');
        for (const what of steps) {
          if (typeof what === 'string') {
            await world[what].run();
            continue;
          }
          const side = world[what.side];
          const [key, record] = [...side.live()][0] as [string, Item];
          const { [what.field]: _, ...rest } = record;
          const name = what.field === 'name' ? { name: what.value ?? 'none' } : {};
          const set = what.value === undefined ? {} : { [what.field]: what.value };
          side.put(key, { ...rest, ...set, ...name } as Item);
        }
        await world.both();
        await world.both();
        expect(world.first(world.a)).toEqual(world.first(world.b));
        const { toA, toB } = await world.both();
        expect([toA.updated, toB.updated, toA.failed, toB.failed]).toEqual([0, 0, 0, 0]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a list that has vanished at one side', () => {
  const lines = (quantity: string) => [{ lineNumber: '10', quantity }];

  function world(conflicts: Conflicts, compare = ['name', 'lines']) {
    const a = memoryConnector({ id: 'a' });
    const b = memoryConnector({ id: 'b' });
    const shared = { entity: 'item', store: memoryStore(), clock: fakeClock(), compare, conflicts };
    const toB = createSync({
      ...shared,
      id: 'a-to-b',
      source: a.connector,
      target: b.connector,
      link: { space: 'items', side: 'left' },
    });
    const toA = createSync({
      ...shared,
      id: 'b-to-a',
      source: b.connector,
      target: a.connector,
      link: { space: 'items', side: 'right' },
    });
    return { a, b, toA, toB };
  }

  it('is emptied at the other one; that is quiet then, however the sides show "none"', async () => {
    const { a, b, toA, toB } = world('hold');
    a.put('s1', { name: 'One', lines: lines('1.000') });
    for (const flow of [toB, toA, toB]) await flow.run();
    a.put('s1', { name: 'One' });
    expect(await toB.run()).toMatchObject({ updated: 1, failed: 0 });
    expect(b.live().get('b-1')).toEqual({ name: 'One', lines: [] });
    for (const flow of [toA, toB]) await flow.run();
    // A system that does not show an empty list.
    a.put('s1', { name: 'One' });
    for (const flow of [toB, toA]) await flow.run();
    for (const flow of [toB, toA])
      expect(await flow.run()).toMatchObject({ updated: 0, failed: 0 });
  });

  it('and was changed at the other one: it is a conflict', async () => {
    const { a, b, toA, toB } = world('hold');
    a.put('s1', { name: 'One', lines: lines('1.000') });
    for (const flow of [toB, toA, toB]) await flow.run();
    a.put('s1', { name: 'One' });
    b.put('b-1', { name: 'One', lines: lines('2.000') });
    expect(await toB.run()).toMatchObject({ updated: 0, failed: 1 });
    expect(await toB.deadLetters.list()).toMatchObject([
      { error: { code: 'ERR_CONFLICT', path: 'lines' } },
    ]);
    expect(b.live().get('b-1')?.lines).toEqual(lines('2.000'));
  });
});
