import { describe, expect, it } from 'vitest';
import { createLanes, type Priority } from './governor-lanes.ts';

interface Named {
  readonly name: string;
}

function setup() {
  const lanes = createLanes<Named>();
  const add = (priority: Priority, name: string): Named => {
    const waiter = { name };
    lanes.add(waiter, priority);
    return waiter;
  };
  const take = (): string | undefined => {
    const turn = lanes.next();
    if (turn !== undefined) lanes.take(turn);
    return turn?.waiter.name;
  };
  return { lanes, add, take };
}

describe('lanes', () => {
  it('are used again after they were empty', () => {
    const { add, take, lanes } = setup();
    for (const name of ['a', 'b', 'c']) {
      add('interactive', name);
      expect(take()).toBe(name);
      expect(take()).toBeUndefined();
      expect(lanes.size).toBe(0);
    }
  });

  it('pass over those who left', () => {
    const { add, take, lanes } = setup();
    const [first, , third] = ['a', 'b', 'c', 'd'].map((name) => add('backfill', name));
    expect(lanes.next()?.waiter.name).toBe('a');
    lanes.remove(first as Named, 'backfill');
    lanes.remove(third as Named, 'backfill');
    expect([take(), take(), take()]).toEqual(['b', 'd', undefined]);
  });

  it('count only the starts that backfill waited through', () => {
    const { add, take } = setup();
    for (let index = 0; index < 20; index += 1) add('interactive', `early ${index}`);
    for (let index = 0; index < 20; index += 1) take();
    add('backfill', 'backfill');
    for (let index = 0; index < 20; index += 1) add('interactive', `${index}`);
    const order = Array.from({ length: 21 }, take);
    expect(order.indexOf('backfill')).toBe(9);
  });
});
