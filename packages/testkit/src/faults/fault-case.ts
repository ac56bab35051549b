import type { CallMatch, SandboxFault } from '../conformance-sandbox.ts';
import type { Stage } from '../stage/stage.ts';

/**
 * What a repetition of the operation does at the vendor:
 *
 * - `read`: nothing; an operation of `call` that may run twice counts as one
 * - `repeatable`: nothing more, for the vendor has idempotency keys and one was given
 * - `single`: it again; so it is repeated only if the vendor certainly did not act
 */
export type Repetition = 'read' | 'repeatable' | 'single';

/**
 * What the caller may see of a fault:
 *
 * - `nothing`: the operation ends as without it
 * - `refusal`: it ends as an error that says what is the matter, and nothing is written
 * - `truth`: either; a result never says what is not so, and nothing is written twice
 * - `again`: the truth, and the same write with the same key ends well afterwards, with one record
 */
export type Expectation = 'nothing' | 'refusal' | 'truth' | 'again';

/** How an operation ended, as the connector tells. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly error: unknown }
  | { readonly kind: 'unknown'; readonly error: unknown };

/** An operation that is ready to be run on a stage. */
interface PreparedOperation {
  /** @throws what the connector throws */
  run(): Promise<Outcome>;
  /**
   * Compares the outcome with what the vendor has.
   *
   * @param executed - how many calls of the operation the vendor has carried out
   * @throws ConformanceFailure when they differ
   */
  verify(outcome: Outcome, executed: number): Promise<void>;
}

/** An operation of a connector that faults are tried on. */
export interface MatrixOperation {
  /** For example `create with a key`. */
  readonly name: string;
  readonly entity: string;
  readonly repetition: Repetition;
  /** What the calls are that are hit: those that a vendor's fault names. */
  readonly target: 'reads' | 'creates' | 'updates' | 'deletes' | 'calls';
  /** Calls that may be the operation's own, the likeliest first. */
  readonly calls: readonly (CallMatch | undefined)[];
  /** How many records it is about. @default 1 */
  readonly size?: number;
  /** Fitting calls that pass before the fault hits. @default 0 */
  readonly after?: number;
  prepare(stage: Stage): Promise<PreparedOperation>;
}

/** A way to go wrong, and what may come of it. */
export interface MatrixFault {
  /** For example `503 twice`. */
  readonly name: string;
  /** One after the other, on the calls of the operation. */
  readonly faults: readonly SandboxFault[];
  /** By what a repetition does; absent: the fault makes no sense for it. */
  readonly expect: { readonly [R in Repetition]?: Expectation };
  /** Categories of the error, where the expectation is `refusal`. @default any but `internal` */
  readonly category?: readonly string[] | undefined;
  /** Most calls that the connector may make for each record. @default 12 */
  readonly mostCalls?: number | undefined;
  /** Only operations of these targets. @default all */
  readonly hits?: readonly MatrixOperation['target'][] | undefined;
  /** Whether the operation hangs on it until a time limit passes. @default false */
  readonly hangs?: boolean | undefined;
}

/** How a connector did in one cell of the matrix. */
export interface FaultCaseResult {
  readonly operation: string;
  readonly entity: string;
  readonly fault: string;
  readonly repetition: Repetition;
  readonly expectation: Expectation;
  /** `not-applicable`: the vendor's answer has no body that could be bent. */
  readonly result: 'passed' | 'failed' | 'not-applicable';
  /** Why it failed, with operation, fault and expectation; or why it does not apply. */
  readonly reason?: string | undefined;
}
