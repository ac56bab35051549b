import { bestAssignment } from './best-assignment.ts';
import type { Target } from './canonical-targets.ts';
import { confidenceOf, type PairMeasures } from './confidence.ts';
import { meaningsOfField, type PairScore, pairScore } from './pair-score.ts';
import type { ScopedField } from './vendor-scope.ts';

/** A vendor field and a canonical field that may belong together. */
export interface FieldMatch extends PairScore {
  readonly vendor: ScopedField;
  readonly target: Target;
  readonly measures: PairMeasures;
  readonly confidence: number;
  /** Whether it is part of the best assignment of all fields. */
  readonly isBest: boolean;
}

/** All pairs of the fields of one record that may be; those of the best assignment are marked. */
export function matchFields(
  fields: readonly ScopedField[],
  targets: readonly Target[],
  around: {
    readonly context: ReadonlySet<string>;
    readonly overlap: (vendor: ScopedField, target: Target) => number;
  },
): readonly FieldMatch[] {
  if (targets.length === 0) return [];
  const scores = targets.map((): (PairScore | undefined)[] => []);
  for (const [column, vendor] of fields.entries()) {
    const meanings = meaningsOfField(vendor);
    for (const [row, target] of targets.entries()) {
      (scores[row] as (PairScore | undefined)[])[column] = pairScore(vendor, target, {
        meanings,
        ...around,
      });
    }
  }
  // Cubed, so that one good pair counts for more than two halves.
  const columnOf = bestAssignment(scores.map((row) => row.map((pair) => (pair?.score ?? 0) ** 3)));
  const scoreAt = (row: number, column: number) => scores[row]?.[column]?.score ?? 0;
  const heldByColumn = new Map<number, number>();
  columnOf.forEach((column, row) => {
    if (column >= 0) heldByColumn.set(column, scoreAt(row, column));
  });
  const heldByRow = columnOf.map((column, row) => (column < 0 ? 0 : scoreAt(row, column)));
  return scores.flatMap((pairs, row) =>
    pairs.flatMap((pair, column): readonly FieldMatch[] => {
      if (pair === undefined) return [];
      const isBest = columnOf[row] === column;
      // Who has found a better one is no rival.
      const inRow = pairs.map((other, at) =>
        at === column || (heldByColumn.get(at) ?? 0) > (other?.score ?? 0)
          ? 0
          : (other?.score ?? 0),
      );
      const inColumn = targets.map((_, at) =>
        at === row || (heldByRow[at] ?? 0) > scoreAt(at, column) ? 0 : scoreAt(at, column),
      );
      const rival = Math.max(0, ...inRow, ...inColumn);
      const measures = { score: pair.score, margin: pair.score - rival, isSeen: pair.isSeen };
      const vendor = fields[column] as ScopedField;
      const target = targets[row] as Target;
      return [{ ...pair, vendor, target, measures, isBest, confidence: confidenceOf(measures) }];
    }),
  );
}
