import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What every vector of Wycheproof has. */
export interface WycheproofTest {
  readonly tcId: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

/** Vectors that share a key or sizes. */
type WycheproofGroup<Group, Test> = Group & {
  readonly tests: readonly (Test & WycheproofTest)[];
};

/** What a suite of vectors found. */
export interface VectorReport {
  readonly name: string;
  readonly passed: number;
  readonly failures: readonly string[];
  /** Cases that say nothing about this code, by reason. */
  readonly notApplicable: ReadonlyMap<string, number>;
}

/** A check of a vector that has something to say, or the reason why it has not. */
export type WycheproofCheck = string | (() => Promise<boolean>);

/**
 * Runs the vectors of a file of Wycheproof: what is valid must be taken, all else refused.
 *
 * Source: https://github.com/C2SP/wycheproof
 */
export async function runWycheproof<Group, Test>(options: {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  /** Answers whether our code takes the vector. */
  readonly check: (test: Test & WycheproofTest, group: Group) => WycheproofCheck;
}): Promise<VectorReport> {
  const { name, folder, file, check } = options;
  const { testGroups } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
    readonly testGroups: readonly WycheproofGroup<Group, Test>[];
  };
  const failures: string[] = [];
  const notApplicable = new Map<string, number>();
  let passed = 0;
  for (const group of testGroups) {
    for (const test of group.tests) {
      const verdict = check(test, group);
      if (typeof verdict === 'string') {
        notApplicable.set(verdict, (notApplicable.get(verdict) ?? 0) + 1);
        continue;
      }
      const isTaken = await verdict();
      if (isTaken === (test.result === 'valid')) passed += 1;
      else {
        const what = isTaken ? 'accepted' : 'refused';
        failures.push(`${test.tcId} ${test.comment} [${test.flags.join(', ')}]: ${what}`);
      }
    }
  }
  return { name, passed, failures, notApplicable };
}

export const bytesOfHex = (text: string): Buffer => Buffer.from(text, 'hex');
