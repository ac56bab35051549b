import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type Item, memoryConnector, type WriteFault } from '../testing/memory-connector.ts';
import type { ConflictPolicy } from './conflict-policy.ts';
import { createSync } from './create-sync.ts';

type Policies = Readonly<Record<'toA' | 'toB', ConflictPolicy>> | undefined;

const policies = [
  ['no policy', undefined],
  ['a wins', { toB: 'source', toA: 'target' }],
  ['b wins', { toB: 'target', toA: 'source' }],
  ['held', { toB: 'hold', toA: 'hold' }],
] as const satisfies readonly (readonly [string, Policies])[];

const fields = (quantity: string): Item => ({ name: 'One', quantity });

/** Both directions of a pair. */
function pairOf(policy: Policies) {
  const fault: { atA: WriteFault | undefined } = { atA: undefined };
  const a = memoryConnector({ id: 'a', fault: () => fault.atA });
  const b = memoryConnector({ id: 'b' });
  const shared = {
    entity: 'item',
    store: memoryStore(),
    clock: fakeClock(),
    random: () => 0.5,
    writeRetries: 0,
    compare: ['name', 'quantity', 'note'],
  };
  const toB = createSync<Item, Item>({
    ...shared,
    id: 'toB',
    source: a.connector,
    target: b.connector,
    link: { space: 'items', side: 'left' },
    conflicts: policy?.toB,
  });
  const toA = createSync<Item, Item>({
    ...shared,
    id: 'toA',
    source: b.connector,
    target: a.connector,
    link: { space: 'items', side: 'right' },
    conflicts: policy?.toA,
  });
  return { a, b, toA, toB, fault };
}

/** A pair that agrees on one record; then somebody at b sets its quantity to 2. */
async function changedAtB(policy: Policies, lost: WriteFault) {
  const { a, b, toA, toB, fault } = pairOf(policy);
  a.put('s1', fields('1'));
  for (const flow of [toB, toA, toB]) await flow.run();
  b.put('b-1', fields('2'));
  fault.atA = lost;
  await toA.run();
  fault.atA = undefined;
  const quantities = () => [a, b].map((side) => side.live().get(side === a ? 's1' : 'b-1'));
  const letters = async () => [
    ...(await toA.deadLetters.list()),
    ...(await toB.deadLetters.list()),
  ];
  return { a, b, toA, toB, quantities, letters };
}

describe.each(policies)('an update that may have happened, %s', (_name, policy) => {
  it.each(['lost', 'not-sent'] as const)(
    'is no change by the other side, whose record is deleted after it: %s',
    async (fault) => {
      const { a, b, toA, toB, letters } = await changedAtB(policy, fault);
      b.remove('b-1');
      for (const flow of [toA, toB, toA]) await flow.run();
      expect([a.live().size, b.live().size]).toEqual([0, 0]);
      expect(await letters()).toEqual([]);
    },
  );

  it.each(['lost', 'not-sent'] as const)(
    'nor when the record is changed again: %s',
    async (fault) => {
      const { b, toA, toB, quantities, letters } = await changedAtB(policy, fault);
      b.put('b-1', fields('3'));
      for (const flow of [toA, toB, toA]) await flow.run();
      expect(quantities()).toEqual([fields('3'), fields('3')]);
      expect(await letters()).toEqual([]);
    },
  );

  it('nor when it is seen coming back before that', async () => {
    const { b, toA, toB, quantities, letters } = await changedAtB(policy, 'lost');
    b.put('b-1', fields('3'));
    for (const flow of [toB, toA, toB]) await flow.run();
    expect(quantities()).toEqual([fields('3'), fields('3')]);
    expect(await letters()).toEqual([]);
  });

  it('hides no change that somebody makes there meanwhile', async () => {
    const { a, toA, toB, quantities, letters } = await changedAtB(policy, 'lost');
    a.put('s1', { ...fields('2'), note: 'of a' });
    for (const flow of [toB, toA, toB]) await flow.run();
    const merged = { ...fields('2'), note: 'of a' };
    expect(quantities()).toEqual([merged, merged]);
    expect(await letters()).toEqual([]);
  });
});

describe.each(policies)('a create that was interrupted, %s', (_name, policy) => {
  it('is known field by field: what is cleared in it is cleared at the other side', async () => {
    const world = pairOf(policy);
    const { a, b, toA, toB } = world;
    b.put('b1', { ...fields('1'), note: 'n' });
    const { write } = a.connector;
    const controller = new AbortController();
    a.connector.write = async (...call) => {
      await write(...call);
      controller.abort();
      throw controller.signal.reason;
    };
    await expect(toA.run({ signal: controller.signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    a.connector.write = write;
    a.put('a-1', fields('1'));
    // Recovers, and no more.
    await toA.deadLetters.replay();
    for (const flow of [toB, toA]) await flow.run();
    expect([...a.live().values(), ...b.live().values()]).toEqual([fields('1'), fields('1')]);
  });
});
