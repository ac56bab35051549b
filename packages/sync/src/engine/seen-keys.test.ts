import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSeenKeys } from './seen-keys.ts';

it('knows exactly what was added, over many sizes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string(), { maxLength: 3000 }),
      fc.array(fc.string()),
      (keys, others) => {
        const seen = createSeenKeys();
        for (const key of keys) seen.add(key);
        const all = new Set(keys);
        expect(seen.size).toBe(all.size);
        for (const key of [...keys, ...others]) expect(seen.has(key)).toBe(all.has(key));
      },
    ),
  );
});

it('tells 300,000 keys of a counter apart, and is taken up by another life', () => {
  const seen = createSeenKeys();
  const again = createSeenKeys();
  for (let number = 0; number < 300_000; number += 1) {
    seen.add(`45${String(number).padStart(8, '0')}/10`);
    if (number % 1000 === 999) again.restore(seen.takeNew());
  }
  expect([seen.size, again.size]).toEqual([300_000, 300_000]);
  expect(again.has('4500299999/10')).toBe(true);
  expect(again.has('4500300000/10')).toBe(false);
  expect(seen.takeNew()).toBe('');
});
