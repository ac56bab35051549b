import { describe, expect, it } from 'vitest';
import { describeCommon } from '../../common/common-describe.ts';
import {
  commonAmendmentTemplate,
  commonBusinessRelationshipTemplate,
  commonCompanyTemplate,
  commonPurchaseOrderTemplate,
} from '../../common/templates/index.ts';
import { confidenceModel } from './confidence.ts';
import { calibrationSet } from './labelled/calibration-set.fixture.ts';
import { type Judged, judge, ofSystem, qualityOf } from './labelled/evaluate.fixture.ts';
import { fitConfidence, logLoss } from './labelled/fit-confidence.fixture.ts';
import { heldOutSet } from './labelled/held-out-set.fixture.ts';
import type { LabelledEntity } from './labelled/labelled-entity.fixture.ts';
import { templateLabels } from './labelled/template-labels.fixture.ts';
import { tuningSet } from './labelled/tuning-set.fixture.ts';

const threshold = 0.8;

const commonSet = (
  [
    ['purchaseOrder', commonPurchaseOrderTemplate('EUR')],
    ['amendment', commonAmendmentTemplate],
    ['company', commonCompanyTemplate],
    ['businessRelationship', commonBusinessRelationshipTemplate],
  ] as const
).map(
  ([entity, template]): LabelledEntity => ({
    system: 'common',
    description: describeCommon(entity),
    canonical: entity,
    samples: [],
    right: templateLabels(template),
    optional: new Set(),
  }),
);

const sets: readonly (readonly [string, readonly LabelledEntity[], number, number])[] = [
  ['tuning', tuningSet, 0.95, 0.9],
  ['calibration', calibrationSet, 0.95, 0.85],
  ['held-out', heldOutSet, 0.9, 0.8],
  ['shipped templates of Common', commonSet, 0.9, 0.7],
];

describe('suggestions against pairs that people made', () => {
  it.each(sets)('%s: are right and find most', (name, entities, precision, recall) => {
    const judged = judge(entities, threshold);
    report(name, judged);
    const quality = qualityOf(judged, threshold);
    expect(quality.precision).toBeGreaterThanOrEqual(precision);
    expect(quality.recall).toBeGreaterThanOrEqual(recall);
  });

  it('suggest more wrong ones at a lower threshold', () => {
    const judged = judge(heldOutSet, 0);
    expect(qualityOf(judged, 0).precision).toBeLessThan(qualityOf(judged, threshold).precision);
  });
});

describe('confidence', () => {
  // What nothing was fitted to.
  const { pairs } = judge([...heldOutSet, ...commonSet], 0);
  const bins = [
    [0, 0.5],
    [0.5, 0.8],
    [0.8, 0.95],
    [0.95, 1.01],
  ].map(([from = 0, to = 0]) => {
    const inside = pairs.filter(({ confidence }) => confidence >= from && confidence < to);
    const mean = inside.reduce((sum, { confidence }) => sum + confidence, 0) / inside.length;
    const right = inside.filter(({ isRight }) => isRight).length / inside.length;
    return { from, to, count: inside.length, mean, right, off: Math.abs(mean - right) };
  });

  it('is the share of right ones, within 0.05 on average and 0.2 in every bin', () => {
    for (const { from, to, count, mean, right } of bins) {
      print(
        `confidence ${from}–${Math.min(to, 1)}: ${count} pairs, mean ${percent(mean)}, right ${percent(right)}`,
      );
    }
    const average = bins.reduce((sum, { count, off }) => sum + count * off, 0) / pairs.length;
    print(`off by ${percent(average)} on average`);
    expect(average).toBeLessThanOrEqual(0.05);
    for (const { off } of bins) expect(off).toBeLessThanOrEqual(0.2);
  });

  it('has the weights that fit the tuning and calibration sets best', () => {
    const seen = judge([...tuningSet, ...calibrationSet], 0).pairs;
    const best = logLoss(seen, fitConfidence(seen));
    expect(logLoss(seen, confidenceModel)).toBeLessThanOrEqual(best * 1.02);
  });
});

/** The figures of `docs/mapping.md`. */
function report(name: string, judged: Judged): void {
  for (const system of new Set(judged.expected.map((each) => each.system))) {
    const { precision, recall, suggested, expected } = qualityOf(
      ofSystem(judged, system),
      threshold,
    );
    print(
      `${name}, ${system}: precision ${percent(precision)} of ${suggested}, recall ${percent(recall)} of ${expected}`,
    );
  }
  const { precision, recall, suggested, expected } = qualityOf(judged, threshold);
  print(
    `${name}: precision ${percent(precision)} of ${suggested}, recall ${percent(recall)} of ${expected}`,
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
