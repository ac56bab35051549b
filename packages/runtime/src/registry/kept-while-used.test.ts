import { describe, expect, it } from 'vitest';
import { collectGarbage } from '../testing/collect-garbage.ts';
import { keptWhileUsed } from './kept-while-used.ts';

const make = () => ({ learned: 0 });

describe('things that are kept while they are used', () => {
  it('are one for each name', () => {
    const kept = keptWhileUsed(2);
    expect(kept.get('a', make)).toBe(kept.get('a', make));
    expect(kept.get('a', make)).not.toBe(kept.get('b', make));
  });

  it('are the same as long as somebody holds them, however many others come', async () => {
    const kept = keptWhileUsed(2);
    const mine = kept.get('mine', make);
    for (let number = 0; number < 1000; number += 1) kept.get(`n${number}`, make);
    await collectGarbage();
    expect(kept.get('mine', make)).toBe(mine);
  });

  it('are forgotten when nobody holds them, but for those that were used last', async () => {
    const kept = keptWhileUsed<{ learned: number }>(2);
    for (let number = 0; number < 1000; number += 1) kept.get(`n${number}`, make).learned = number;
    await expect
      .poll(
        async () => {
          await collectGarbage();
          return kept.size;
        },
        { timeout: 20_000 },
      )
      .toBe(2);
    expect(kept.get('n999', make)).toEqual({ learned: 999 });
    expect(kept.get('n1', make)).toEqual({ learned: 0 });
  });
});
