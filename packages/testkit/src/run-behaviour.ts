import type { EntityMap } from '@common/connector-core';
import type { Behaviour } from './behaviour.ts';
import { ConformanceFailure } from './conformance-failure.ts';
import type { ConformanceHarness } from './conformance-harness.ts';
import { connectorOf } from './connector-of.ts';
import { type OpenContext, openContext } from './stage/stage.ts';

/** How a connector did in one behaviour. */
export interface BehaviourResult {
  /** Stable, for example `list/many-pages`. */
  readonly id: string;
  readonly group: string;
  /** A sentence in the present tense. */
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'not-applicable';
  /** Why it failed, or which declared capability makes it not applicable. */
  readonly reason?: string | undefined;
}

async function withinLimit(work: Promise<void>, timeLimitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    const failure = new ConformanceFailure(`It did not end within ${timeLimitMs / 1000} s`);
    timer = setTimeout(() => reject(failure), timeLimitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

async function subjectsOf(behaviour: Behaviour, harness: ConformanceHarness) {
  const connector = await connectorOf(harness);
  const entities = Object.entries(connector.capabilities.entities);
  const answers = entities.map(([entity, capabilities]) => ({
    entity,
    capabilities,
    answer: behaviour.appliesTo?.({ connector, harness, entity, capabilities }) ?? true,
  }));
  const applicable = answers.filter(({ answer }) => answer === true);
  return {
    subjects: behaviour.perEntity ? applicable : applicable.slice(0, 1),
    reasons: [...new Set(answers.map(({ answer }) => answer).filter((answer) => answer !== true))],
  };
}

/** Says why a behaviour failed for one entity; a fault that never hit explains the rest, and no log may hold a secret. */
function describeFailure(error: unknown, context: OpenContext): string {
  const [unhitFault, leak] = [context.unhitFault(), context.leak()];
  const reasons: string[] = [];
  if (error instanceof ConformanceFailure) reasons.push(error.message);
  else if (error !== undefined) {
    reasons.push(`It threw ${error instanceof Error ? error.stack : String(error)}`);
  }
  if (unhitFault !== undefined) {
    reasons.push(
      `The fault "${unhitFault}" was set and never hit: the connector made no call that the harness's match fits.`,
    );
  }
  if (leak !== undefined) reasons.push(`A secret is in the log: ${leak}`);
  return reasons.join(' ');
}

/** Puts a connector through one behaviour, for all entities that it applies to. */
export async function runBehaviour<Entities extends EntityMap>(
  behaviour: Behaviour,
  harness: ConformanceHarness<Entities>,
  options: {
    /** Longer than any behaviour takes: what is not over by then hangs. @default 20_000 */
    readonly timeLimitMs?: number;
  } = {},
): Promise<BehaviourResult> {
  const { id, group, name } = behaviour;
  // The suite treats all records alike; the entity map only helps the author of the harness.
  const anyHarness = harness as unknown as ConformanceHarness;
  const { subjects, reasons } = await subjectsOf(behaviour, anyHarness);
  if (subjects.length === 0) {
    return { id, group, name, result: 'not-applicable', reason: reasons.join('; ') };
  }
  const failures: string[] = [];
  for (const { entity, capabilities } of subjects) {
    const entityHarness = anyHarness.entities[entity];
    if (entityHarness === undefined) {
      failures.push(`${entity}: The harness leaves out this entity`);
      continue;
    }
    const context = openContext({ harness: anyHarness, entity, entityHarness, capabilities });
    let error: unknown;
    try {
      await withinLimit(behaviour.run(context), options.timeLimitMs ?? 20_000);
    } catch (thrown) {
      error = thrown;
    }
    const failure = describeFailure(error, context);
    if (failure !== '') failures.push(`${entity}: ${failure}`);
    await context.close();
  }
  if (failures.length === 0) return { id, group, name, result: 'passed' };
  return { id, group, name, result: 'failed', reason: failures.join('\n') };
}
