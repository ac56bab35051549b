/** What the confidence of a pair is computed from. */
export interface PairMeasures {
  /** How well the two fit, from 0 to 1. */
  readonly score: number;
  /** How much better that is than what else either of them could be paired with. */
  readonly margin: number;
  /** Whether samples have the look of the canonical field. */
  readonly isSeen: boolean;
}

/** A logistic function: weights of the measures. */
export interface ConfidenceModel {
  readonly base: number;
  readonly score: number;
  readonly margin: number;
  readonly seen: number;
}

/**
 * Fitted to the hand-labelled pairs of the tuning set (`labelled/tuning-set.fixture.ts`), and checked
 * against others in `evaluation.test.ts`, which also tells when they are no longer the best.
 */
export const confidenceModel: ConfidenceModel = {
  base: -5.69,
  score: 9.66,
  margin: 3.05,
  seen: 1.14,
};

const marginCap = 0.3;

export const measuresOf = ({ score, margin, isSeen }: PairMeasures): readonly number[] => [
  1,
  score,
  Math.min(Math.max(margin, 0), marginCap),
  isSeen ? 1 : 0,
];

/** The share of right ones to expect among pairs like this one, to 2 places. */
export function confidenceOf(pair: PairMeasures, model = confidenceModel): number {
  const weights = [model.base, model.score, model.margin, model.seen];
  const sum = measuresOf(pair).reduce((all, value, at) => all + value * (weights[at] as number), 0);
  return Math.round(100 / (1 + Math.exp(-sum))) / 100;
}
