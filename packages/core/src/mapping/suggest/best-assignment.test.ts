import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestAssignment } from './best-assignment.ts';

/** Tries every way. */
function bestSum(
  scores: readonly (readonly number[])[],
  taken: ReadonlySet<number> = new Set(),
): number {
  const [row, ...rest] = scores;
  if (row === undefined) return 0;
  const sums = row.flatMap((score, column) =>
    taken.has(column) ? [] : [score + bestSum(rest, new Set([...taken, column]))],
  );
  return Math.max(bestSum(rest, taken), ...sums);
}

describe('bestAssignment', () => {
  it('gives up the best pair where two others are worth more', () => {
    expect(
      bestAssignment([
        [9, 8],
        [8, 0],
      ]),
    ).toEqual([1, 0]);
  });

  it('leaves alone what fits nothing', () => {
    expect(
      bestAssignment([
        [0, 0],
        [0, 3],
      ]),
    ).toEqual([-1, 1]);
    expect(bestAssignment([[]])).toEqual([-1]);
    expect(bestAssignment([])).toEqual([]);
  });

  it('finds the highest sum, each column once', () => {
    const scores = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
      .chain(([rows, columns]) => {
        const row = fc.array(fc.integer({ min: 0, max: 20 }), {
          minLength: columns,
          maxLength: columns,
        });
        return fc.array(row, { minLength: rows, maxLength: rows });
      });
    fc.assert(
      fc.property(scores, (table) => {
        const columns = bestAssignment(table);
        const used = columns.filter((column) => column >= 0);
        expect(new Set(used).size).toBe(used.length);
        const sum = columns.reduce((all, column, row) => all + (table[row]?.[column] ?? 0), 0);
        expect(sum).toBe(bestSum(table));
      }),
    );
  });
});
