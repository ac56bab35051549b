import type { ConnectionCheck, ConnectionReport } from '../contract/connection-report.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { type CalledService, type ConnectionStep, wordsOnTheWay } from './connection-step.ts';
import { type CommonStep, commonSteps, failedStep } from './failed-step.ts';

/** One look at the other side. */
export interface ConnectionProbe<Step extends string> {
  /** The step that fails when the error does not tell which: nothing there, nothing of the kind. */
  readonly step: Step;
  /** Asks; throws a `ConnectorError` for what is wrong. */
  readonly send: () => Promise<unknown>;
  /** What is asked for, for the words of a failed step. */
  readonly subject?: string | undefined;
  /** Whether the probes after it are worth a try when this one failed for the vendor's own reasons. @default false */
  readonly isIndependent?: boolean | undefined;
}

/** What `testConnectionInSteps` takes. */
export interface ConnectionTest<Own extends string> {
  /** Who is called, for the words of the steps on the way there; without it these speak in errors only. */
  readonly service?: CalledService | undefined;
  /** The vendor's words for `credentials` and `permission`, and its own steps between them, in order. */
  readonly steps: Readonly<Record<Own, ConnectionStep>>;
  /** Sent one after the other, to the first that fails. */
  readonly probes: readonly ConnectionProbe<NoInfer<Own> | CommonStep>[];
  /** What an error means with this vendor, where it differs from elsewhere. */
  readonly stepOf?:
    | ((error: ConnectorError, probed: NoInfer<Own> | CommonStep) => Own | CommonStep | undefined)
    | undefined;
  /** Milliseconds, from wherever. @default performance.now */
  readonly now?: (() => number) | undefined;
}

/**
 * Looks at a connection in the steps in which it can fail: `settings`, `network`, `tls`, `service`,
 * `credentials`, those of the vendor, `permission`. What is wrong is reported in words, not thrown.
 *
 * @throws ConnectorError `ERR_ABORTED` when the caller gave up
 */
export async function testConnectionInSteps<Own extends string>(
  test: ConnectionTest<Own>,
): Promise<ConnectionReport> {
  const { service, probes, stepOf, now = () => performance.now() } = test;
  const words: Readonly<Record<string, ConnectionStep>> = {
    ...(service && wordsOnTheWay(service)),
    ...test.steps,
  };
  const order = orderOf(Object.keys(test.steps));
  const failures: ConnectionCheck[] = [];
  let latencyMs = 0;
  for (const probe of probes) {
    const startedAt = now();
    const error = await failureOf(probe.send);
    latencyMs = now() - startedAt;
    if (error === undefined) continue;
    const name = stepOf?.(error, probe.step) ?? failedStep(error, probe.step);
    const message = words[name]?.failed?.(error, probe.subject ?? '') ?? error.message;
    failures.push({ name, ok: false, message });
    const isOfTheService = order.indexOf(name) > order.indexOf('credentials');
    if (!probe.isIndependent || !isOfTheService) break;
  }
  const reached = Math.min(order.length, ...failures.map(({ name }) => order.indexOf(name)));
  const passed = order.slice(0, reached).flatMap((name) => {
    const message = words[name]?.passed;
    return message === undefined ? [] : [{ name, ok: true, message }];
  });
  return { ok: failures.length === 0, checks: [...passed, ...failures], latencyMs };
}

function orderOf(steps: readonly string[]): readonly string[] {
  const own = steps.filter((name) => !commonSteps.some((step) => step === name));
  return [...commonSteps.slice(0, -1), ...own, ...commonSteps.slice(-1)];
}

/** An abort is no finding. */
async function failureOf(send: () => Promise<unknown>): Promise<ConnectorError | undefined> {
  try {
    await send();
    return undefined;
  } catch (error) {
    if (!ConnectorError.isInstance(error) || error.code === 'ERR_ABORTED') throw error;
    return error;
  }
}
