import type { EntityMap } from '@common/connector-core';
import type { ConformanceHarness } from '../conformance-harness.ts';
import type { TestRunner } from '../describe-connector.ts';
import { type FaultMatrixOptions, faultCases } from './fault-matrix.ts';

/**
 * Declares the fault matrix as tests, one for each case. Await it at the top of the test file: the
 * cases follow from the capabilities, so the connector is looked at first.
 *
 * @example
 * ```ts
 * import { describe, it } from 'vitest';
 *
 * await describeFaults({ describe, it }, harness);
 * ```
 */
export async function describeFaults<Entities extends EntityMap>(
  runner: TestRunner,
  harness: ConformanceHarness<Entities>,
  options: FaultMatrixOptions = {},
): Promise<void> {
  const cases = await faultCases(harness, options);
  const operations = new Set(cases.map(({ name }) => name.split(' × ')[0]!));
  for (const operation of operations) {
    runner.describe(operation, () => {
      for (const { name, run } of cases.filter((one) => one.name.startsWith(`${operation} × `))) {
        runner.it(
          name.slice(operation.length + 3),
          async (context) => {
            const { result, reason } = await run();
            if (result === 'failed') throw new Error(reason);
            if (result === 'not-applicable') context.skip?.(reason);
          },
          30_000,
        );
      }
    });
  }
}
