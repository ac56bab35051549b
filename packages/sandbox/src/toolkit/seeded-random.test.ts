import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from './seeded-random.ts';

const draw = (seed: number): number[] => {
  const random = createSeededRandom(seed);
  return Array.from({ length: 20 }, () => random.next());
};

describe('seeded random', () => {
  it('gives the same for the same seed, and other numbers for a neighbour', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(draw(seed)).toEqual(draw(seed));
        expect(draw(seed)).not.toEqual(draw(seed + 1));
      }),
    );
  });

  it('keeps its limits and is spread evenly', () => {
    const random = createSeededRandom(7);
    const counts = new Map<number, number>();
    for (let index = 0; index < 60_000; index += 1) {
      const value = random.integer(-2, 3);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('forks sequences that do not disturb each other', () => {
    const one = createSeededRandom(1);
    const other = createSeededRandom(1);
    other.next();
    expect(one.fork('orders').next()).toBe(other.fork('orders').next());
    expect(one.fork('orders').next()).not.toBe(one.fork('updates').next());
  });

  it('makes distinct UUIDs of version 4', () => {
    const random = createSeededRandom(1);
    const ids = Array.from({ length: 10_000 }, () => random.uuid());
    expect(new Set(ids).size).toBe(10_000);
    expect(
      ids.every((id) =>
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id),
      ),
    ).toBe(true);
  });

  it('refuses to pick from nothing', () => {
    expect(() => createSeededRandom(1).pick([])).toThrow(RangeError);
  });
});
