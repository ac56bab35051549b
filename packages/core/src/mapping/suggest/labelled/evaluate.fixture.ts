import type { PairMeasures } from '../confidence.ts';
import { suggestMapping } from '../suggest-mapping.ts';
import type { LabelledEntity } from './labelled-entity.fixture.ts';

/** A pair of the best assignment, and what a person says about it. */
interface JudgedPair {
  readonly system: string;
  readonly entity: string;
  readonly vendor: string;
  readonly canonical: string;
  readonly confidence: number;
  readonly measures: PairMeasures;
  readonly isRight: boolean;
}

export interface Judged {
  readonly pairs: readonly JudgedPair[];
  /** Canonical paths that a person would find, and whether the suggestions have them. */
  readonly expected: readonly {
    readonly system: string;
    readonly entity: string;
    readonly canonical: string;
    readonly found: boolean;
  }[];
}

/** Every pair that would be suggested, however unsure, judged by the labels. */
export function judge(entities: readonly LabelledEntity[], threshold: number): Judged {
  const judged = entities.map(({ system, description, canonical, samples, right, optional }) => {
    const entity = description.nativeName;
    const { suggestions } = suggestMapping({
      vendor: description,
      canonical,
      samples,
      threshold: 0,
    });
    const pairs = suggestions.map(
      (each): JudgedPair => ({
        system,
        entity,
        vendor: each.vendor,
        canonical: each.canonical,
        confidence: each.confidence,
        measures: each.measures,
        isRight: right.get(each.vendor)?.includes(each.canonical) ?? false,
      }),
    );
    const found = new Set(
      pairs
        .filter(({ isRight, confidence }) => isRight && confidence >= threshold)
        .map((each) => each.canonical),
    );
    // A canonical field that several vendor fields are right for is to be found once.
    const wanted = new Set(
      [...right]
        .filter(([name]) => !optional.has(name))
        .map(([, paths]) => paths.find((path) => found.has(path)) ?? (paths[0] as string)),
    );
    return {
      pairs,
      expected: [...wanted].map((path) => ({
        system,
        entity,
        canonical: path,
        found: found.has(path),
      })),
    };
  });
  return {
    pairs: judged.flatMap(({ pairs }) => pairs),
    expected: judged.flatMap(({ expected }) => expected),
  };
}

export interface Quality {
  readonly precision: number;
  readonly recall: number;
  readonly suggested: number;
  readonly expected: number;
}

/** Precision and recall of what is suggested at a threshold. */
export function qualityOf({ pairs, expected }: Judged, threshold: number): Quality {
  const suggested = pairs.filter(({ confidence }) => confidence >= threshold);
  const right = suggested.filter(({ isRight }) => isRight).length;
  return {
    precision: suggested.length === 0 ? 1 : right / suggested.length,
    recall: expected.filter(({ found }) => found).length / expected.length,
    suggested: suggested.length,
    expected: expected.length,
  };
}

/** The same for one system. */
export const ofSystem = ({ pairs, expected }: Judged, system: string): Judged => ({
  pairs: pairs.filter((each) => each.system === system),
  expected: expected.filter((each) => each.system === system),
});
