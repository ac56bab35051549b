import type { EntityMap } from '@common/connector-core';
import { behaviours } from './behaviours/index.ts';
import type { ConformanceHarness } from './conformance-harness.ts';
import { connectorOf } from './connector-of.ts';
import { type Grade, gradeOf } from './grade.ts';
import { type BehaviourResult, runBehaviour } from './run-behaviour.ts';

/** How a connector did in the whole suite. */
export interface ConformanceReport {
  /** `manifest.id` of the connector. */
  readonly id: string;
  readonly passed: number;
  readonly failed: number;
  readonly notApplicable: number;
  /** What follows from the results; there is no other way to come by one. */
  readonly grade: Grade;
  readonly behaviours: readonly BehaviourResult[];
}

/**
 * Puts a connector through the whole suite, offline, one behaviour after the other. It does not throw
 * for a connector that fails: the report says so.
 *
 * @example
 * ```ts
 * const report = await runConformance(harness);
 * if (report.failed > 0) process.exitCode = 1;
 * ```
 */
export async function runConformance<Entities extends EntityMap>(
  harness: ConformanceHarness<Entities>,
  options: {
    /** Is told each result as it comes. */
    readonly onResult?: ((result: BehaviourResult) => void) | undefined;
  } = {},
): Promise<ConformanceReport> {
  const { id } = (await connectorOf(harness)).manifest;
  const results: BehaviourResult[] = [];
  for (const behaviour of behaviours) {
    const result = await runBehaviour(behaviour, harness);
    results.push(result);
    options.onResult?.(result);
  }
  const count = (result: BehaviourResult['result']): number =>
    results.filter((entry) => entry.result === result).length;
  return {
    id,
    passed: count('passed'),
    failed: count('failed'),
    notApplicable: count('not-applicable'),
    grade: gradeOf(results),
    behaviours: results,
  };
}
