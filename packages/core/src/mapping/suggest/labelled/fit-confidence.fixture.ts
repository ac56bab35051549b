import { type ConfidenceModel, measuresOf, type PairMeasures } from '../confidence.ts';

interface Judged {
  readonly measures: PairMeasures;
  readonly isRight: boolean;
}

// Keeps weights of measures that hardly occur small.
const ridge = 0.1;

/** Logistic regression by Newton's method: the same weights for the same pairs. */
export function fitConfidence(pairs: readonly Judged[]): ConfidenceModel {
  const rows = pairs.map(({ measures }) => measuresOf(measures));
  const weights = [0, 0, 0, 0];
  for (let round = 0; round < 50; round += 1) {
    const gradient = weights.map((weight) => -ridge * weight);
    const curvature = weights.map((_, i) => weights.map((__, j) => (i === j ? ridge : 0)));
    for (const [at, row] of rows.entries()) {
      const guess = chance(row, weights);
      const miss = Number(pairs[at]?.isRight) - guess;
      for (const [i, left] of row.entries()) {
        (gradient[i] as number) += miss * left;
        for (const [j, right] of row.entries()) {
          ((curvature[i] as number[])[j] as number) += guess * (1 - guess) * left * right;
        }
      }
    }
    solve(curvature, gradient).forEach((step, i) => {
      (weights[i] as number) += step;
    });
  }
  const [base = 0, score = 0, margin = 0, seen = 0] = weights;
  return { base, score, margin, seen };
}

/** Mean surprise of a model at what is right and wrong; the less the better. */
export function logLoss(pairs: readonly Judged[], model: ConfidenceModel): number {
  const weights = [model.base, model.score, model.margin, model.seen];
  const losses = pairs.map(({ measures, isRight }) => {
    const guess = chance(measuresOf(measures), weights);
    return -Math.log(isRight ? guess : 1 - guess);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / pairs.length;
}

const chance = (row: readonly number[], weights: readonly number[]): number =>
  1 / (1 + Math.exp(-row.reduce((sum, value, i) => sum + value * (weights[i] as number), 0)));

/** Gauss's elimination; the matrix is positive definite. */
function solve(matrix: number[][], right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  for (const [i, pivot] of rows.entries()) {
    for (const [j, row] of rows.entries()) {
      if (i === j) continue;
      const factor = (row[i] as number) / (pivot[i] as number);
      row.forEach((value, k) => {
        row[k] = value - factor * (pivot[k] as number);
      });
    }
  }
  return rows.map((row, i) => (row.at(-1) as number) / (row[i] as number));
}
