import type { EntityMap } from '@common/connector-core';
import { behaviours } from './behaviours/index.ts';
import type { ConformanceHarness } from './conformance-harness.ts';
import { runBehaviour } from './run-behaviour.ts';

/** What the test context of vitest and of node:test can do. */
interface TestContext {
  skip?: ((reason?: string) => void) | undefined;
}

/** The functions of a test runner; those of vitest and of node:test fit. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, test: (context: TestContext) => Promise<void>, timeoutMs?: number): unknown;
}

/**
 * Declares the suite as tests, one for each behaviour. A behaviour that does not apply is shown as
 * skipped, with the declared capability that makes it so; there is no other way to skip one.
 *
 * @example
 * ```ts
 * import { describe, it } from 'vitest';
 *
 * describeConnector({ describe, it }, harness);
 * ```
 */
export function describeConnector<Entities extends EntityMap>(
  runner: TestRunner,
  harness: ConformanceHarness<Entities>,
): void {
  for (const group of new Set(behaviours.map((behaviour) => behaviour.group))) {
    runner.describe(group, () => {
      for (const behaviour of behaviours.filter((member) => member.group === group)) {
        runner.it(
          behaviour.name,
          async (context) => {
            const { result, reason } = await runBehaviour(behaviour, harness);
            if (result === 'failed') throw new Error(`${behaviour.id}\n${reason}`);
            if (result === 'not-applicable') context.skip?.(reason);
          },
          // Above the limit of a behaviour, so that its own message is seen.
          120_000,
        );
      }
    });
  }
}
