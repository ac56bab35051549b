import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSortedIndex } from './sorted-index.ts';

it('holds what a sorted map would hold, from any position', () => {
  const key = fc.stringMatching(/^[a-e]{0,3}$/);
  const step = fc.record({ key, isDelete: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), key, (steps, position) => {
      const index = createSortedIndex<number>();
      const model = new Map<string, number>();
      for (const [value, { key: changed, isDelete }] of steps.entries()) {
        if (isDelete) {
          index.delete(changed);
          model.delete(changed);
        } else {
          index.set(changed, value);
          model.set(changed, value);
        }
      }
      const sorted = [...model].sort(([one], [other]) => (one < other ? -1 : 1));
      expect([...index.after(undefined)]).toEqual(sorted);
      expect([...index.after(position)]).toEqual(sorted.filter(([found]) => found > position));
    }),
  );
});
