import type { EntityMap } from '@common/connector-core';
import type { BehaviourSubject } from '../behaviour.ts';
import { signsIn } from '../behaviours/applicability.ts';
import { ConformanceFailure, ensure } from '../conformance-failure.ts';
import type { ConformanceHarness } from '../conformance-harness.ts';
import type { CallMatch } from '../conformance-sandbox.ts';
import { connectorOf } from '../connector-of.ts';
import { ensureConnectorError, show } from '../expect-error.ts';
import { type OpenContext, openContext, type Stage } from '../stage/stage.ts';
import { callOperations } from './call-operations.ts';
import type {
  Expectation,
  FaultCaseResult,
  MatrixFault,
  MatrixOperation,
  Outcome,
} from './fault-case.ts';
import { isCarriedOut, matrixFaults } from './matrix-faults.ts';
import { readOperations } from './read-operations.ts';
import { writeOperations } from './write-operations.ts';

export interface FaultMatrixOptions {
  /**
   * Whether every entity is tried with every operation, instead of one for each operation and each
   * way of being repeatable. Takes as many times longer as there are entities.
   * @default false
   */
  readonly everyEntity?: boolean | undefined;
  /** Entities that take part; for a connector that is put through it several times. @default all */
  readonly entities?: readonly string[] | undefined;
  /** Longer than any case takes. @default 10_000 */
  readonly timeLimitMs?: number | undefined;
}

/** One cell of the matrix, ready to be run. */
export interface FaultCase {
  /** For example `create with a key of purchaseOrder × lost answer`. */
  readonly name: string;
  run(): Promise<FaultCaseResult>;
}

/** How a connector did in the whole matrix. */
export interface FaultReport {
  /** `manifest.id` of the connector. */
  readonly id: string;
  readonly passed: number;
  readonly failed: number;
  readonly notApplicable: number;
  readonly cases: readonly FaultCaseResult[];
}

const bodyFaults: readonly string[] = [
  'stall-body',
  'truncate-body',
  'malformed-json',
  'empty-body',
];

const sentences: Readonly<Record<Expectation, string>> = {
  nothing: 'the operation ends as without the fault',
  refusal: 'an error that says what is the matter, and nothing written',
  truth: 'a result that says what is so, and nothing written twice',
  again:
    'a result that says what is so, and one record when the same write is made again with its key',
};

async function subjectsOf(harness: ConformanceHarness): Promise<readonly BehaviourSubject[]> {
  const connector = await connectorOf(harness);
  return Object.entries(connector.capabilities.entities).map(([entity, capabilities]) => ({
    connector,
    harness,
    entity,
    capabilities,
  }));
}

function open(
  harness: ConformanceHarness,
  { capabilities, entity }: BehaviourSubject,
): OpenContext {
  const entityHarness = harness.entities[entity];
  ensure(entityHarness, `The harness leaves out the entity "${entity}"`);
  return openContext({ harness, entity, entityHarness, capabilities });
}

/** Runs the operation once without a fault, and sees which calls are its own. */
async function callsOf(
  operation: MatrixOperation,
  context: OpenContext,
): Promise<CallMatch | undefined> {
  try {
    const stage = await context.stage();
    const { journal } = stage.sandbox;
    const { run, verify } = await operation.prepare(stage);
    const candidates = operation.calls.filter((calls) => calls !== undefined);
    const before = candidates.map((calls) => journal.count(calls));
    const outcome = await run();
    const counts = candidates.map((calls, index) => journal.count(calls) - before[index]!);
    await verify(outcome, counts[0] ?? 0);
    ensure(
      outcome.kind === 'done',
      `Without any fault, ${operation.name} of ${operation.entity} ended as ${show(outcome)}`,
    );
    return candidates.find((_calls, index) => counts[index]! > (operation.after ?? 0));
  } finally {
    await context.close();
  }
}

function ensureOutcome(outcome: Outcome, expectation: Expectation, fault: MatrixFault): void {
  if (outcome.kind === 'done') {
    ensure(expectation !== 'refusal', 'It ended well, as if the vendor had agreed');
    return;
  }
  const error = ensureConnectorError(outcome.error);
  ensure(
    error.category !== 'internal',
    `A fault of the vendor was taken for a defect of ours: ${error.code}: ${error.message}`,
  );
  ensure(
    expectation !== 'nothing',
    `It ended as "${outcome.kind}": ${error.code}: ${error.message}`,
  );
  if (expectation !== 'refusal') return;
  ensure(outcome.kind === 'refused', `It ended as "unknown", although the vendor has refused it`);
  const { category } = fault;
  ensure(
    category === undefined || category.includes(error.category),
    `The error is of category ${error.category} (${error.code}), not ${category?.join(' or ')}`,
  );
}

/** Sets the faults. @returns how often each has hit, until they are cleared */
function inject(
  stage: Stage,
  calls: CallMatch,
  { operation, fault }: { readonly operation: MatrixOperation; readonly fault: MatrixFault },
) {
  const { faults } = stage.sandbox;
  const added = fault.faults.map((one) => {
    const times = one.times ?? 1;
    const { after = 0 } = operation;
    const { id } = faults.add({ match: calls, ...one, ...(after > 0 ? { after } : {}), times });
    return { id, kind: one.kind, times, isCarriedOut: isCarriedOut(one) };
  });
  const hits = () =>
    added.map(({ id, ...one }) => {
      const left = faults.pending.find((pending) => pending.id === id)?.remaining ?? 0;
      return { ...one, hits: one.times - left };
    });
  return hits;
}

/** @returns why it proves nothing, where that is so */
async function runCase(
  context: OpenContext,
  calls: CallMatch,
  {
    operation,
    fault,
    expectation,
  }: {
    readonly operation: MatrixOperation;
    readonly fault: MatrixFault;
    readonly expectation: Expectation;
  },
): Promise<string | undefined> {
  const stage = await context.stage();
  const { run, verify } = await operation.prepare(stage);
  const before = stage.sandbox.journal.count(calls);
  const readHits = inject(stage, calls, { operation, fault });
  const running = run().catch((error: unknown): Outcome => {
    if (error instanceof ConformanceFailure) throw error;
    return { kind: 'refused', error };
  });
  // A rejection is looked at below, also when a limit has to pass first.
  running.catch(() => undefined);
  const [{ kind } = {}] = fault.faults;
  if (fault.hangs && kind !== undefined) await stage.passLimits(running, kind);
  const outcome = await running;
  const hits = readHits();
  const { journal } = stage.sandbox;
  const count = journal.count(calls) - before;
  const carriedOut = (): number =>
    journal.count(calls) -
    before -
    fault.faults.reduce((sum, one) => sum + journal.count({ ...calls, fault: one.kind }), 0) +
    hits.reduce((sum, hit) => sum + (hit.isCarriedOut ? hit.hits : 0), 0);
  stage.sandbox.faults.clear();
  const isBent = fault.faults.every(({ kind }) => bodyFaults.includes(kind));
  if (isBent && count > 0 && hits[0]?.hits === 0) {
    // The sandbox saw the call and had nothing to bend.
    ensureOutcome(outcome, 'nothing', fault);
    return 'its answer has no body that could be bent';
  }
  ensure(
    (hits[0]?.hits ?? 0) > 0,
    'The fault never hit: the sandbox did not see the call that it was set on, so nothing is proven',
  );
  if (expectation === 'nothing' && (operation.size ?? 1) === 1) {
    const left = hits.find((hit) => hit.hits < hit.times);
    ensure(left === undefined, `"${left?.kind}" hit ${left?.hits} times of ${left?.times}`);
  }
  ensureOutcome(outcome, expectation, fault);
  await verify(outcome, carriedOut());
  if (expectation === 'again' && outcome.kind !== 'done') {
    const again = await run();
    ensure(
      again.kind === 'done',
      `Made again with the same key, it ended as "${again.kind}": ${again.kind === 'done' ? '' : show(again.error)}`,
    );
    await verify(again, carriedOut());
  }
  const most = (fault.mostCalls ?? 12) * (operation.size ?? 1) + (operation.after ?? 0);
  ensure(count <= most, `The connector made ${count} calls, at most ${most} make sense`);
  return undefined;
}

function withinLimit<T>(work: Promise<T>, timeLimitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    const failure = new ConformanceFailure(`It did not end within ${timeLimitMs / 1000} s`);
    timer = setTimeout(() => reject(failure), timeLimitMs);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

/**
 * The cells of the matrix of a connector: what its capabilities announce × what can go wrong. Each
 * operation is run once without fault, to learn which calls are its own.
 *
 * @throws ConformanceFailure when an operation fails without any fault
 */
export async function faultCases<Entities extends EntityMap>(
  harness: ConformanceHarness<Entities>,
  options: FaultMatrixOptions = {},
): Promise<readonly FaultCase[]> {
  const { everyEntity = false, timeLimitMs = 10_000, entities } = options;
  // The matrix treats all records alike; the entity map only helps the author of the harness.
  const anyHarness = harness as unknown as ConformanceHarness;
  const subjects = (await subjectsOf(anyHarness)).filter(
    ({ entity }) => entities?.includes(entity) ?? true,
  );
  const [first] = subjects;
  ensure(first, 'The connector announces no such entities');
  const faults = matrixFaults(anyHarness, { signsIn: signsIn(first) === true });
  const operations = [
    ...readOperations(subjects, everyEntity),
    ...writeOperations(subjects, everyEntity),
    ...callOperations(first),
  ];
  const cases: FaultCase[] = [];
  for (const operation of operations) {
    const { name, entity, repetition, target } = operation;
    const subject = subjects.find((candidate) => candidate.entity === entity)!;
    const calls = await callsOf(operation, open(anyHarness, subject));
    // What needs no call cannot be hit: a page that is not there, an update that reads nothing.
    if (calls === undefined) continue;
    for (const fault of faults) {
      const expectation = fault.expect[repetition];
      if (expectation === undefined || fault.hits?.includes(target) === false) continue;
      cases.push({
        name: `${name} of ${entity} × ${fault.name}`,
        async run() {
          const cell = { operation: name, entity, fault: fault.name, repetition, expectation };
          const context = open(anyHarness, subject);
          try {
            const work = runCase(context, calls, { operation, fault, expectation });
            const reason = await withinLimit(work, timeLimitMs);
            if (reason !== undefined) return { ...cell, result: 'not-applicable', reason };
            return { ...cell, result: 'passed' };
          } catch (error) {
            const what =
              error instanceof ConformanceFailure
                ? error.message
                : `It threw ${error instanceof Error ? error.stack : String(error)}`;
            const reason = `${name} of ${entity} × ${fault.name}: expected ${sentences[expectation]}. ${what}`;
            return { ...cell, result: 'failed', reason };
          } finally {
            await context.close();
          }
        },
      });
    }
  }
  return cases;
}

/**
 * Tries every operation of a connector with everything that can go wrong, offline, one case after the
 * other. What may come of it follows from what a repetition of the operation does at the vendor, by the
 * declared idempotency; that a fault did hit is proven by the sandbox. It does not throw for a connector
 * that fails: the report says so.
 *
 * @example
 * ```ts
 * const { failed, cases } = await faultMatrix(harness);
 * ```
 */
export async function faultMatrix<Entities extends EntityMap>(
  harness: ConformanceHarness<Entities>,
  options: FaultMatrixOptions = {},
): Promise<FaultReport> {
  const { id } = (await connectorOf(harness)).manifest;
  const cases: FaultCaseResult[] = [];
  for (const cell of await faultCases(harness, options)) cases.push(await cell.run());
  const count = (wanted: FaultCaseResult['result']): number =>
    cases.filter(({ result }) => result === wanted).length;
  return {
    id,
    passed: count('passed'),
    failed: count('failed'),
    notApplicable: count('not-applicable'),
    cases,
  };
}
