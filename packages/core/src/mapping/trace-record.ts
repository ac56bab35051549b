import { ConnectorError } from '../errors/connector-error.ts';
import type { MutableRecord } from './field-path.ts';
import {
  elementContext,
  elementOf,
  type MappingPlan,
  type PlanContext,
  type PlanStep,
} from './mapping-plan.ts';
import { Refusal } from './refuse.ts';
import { valueType } from './value-type.ts';

/** What one step did with one record. */
export interface TraceEntry {
  readonly step: PlanStep;
  /** Path in the record that was read, with the indexes of lists; absent for constants. */
  readonly from?: string | undefined;
  /** Path in the record that was written, with the indexes of lists. */
  readonly to: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly isSkipped: boolean;
  /** The rule that the value breaks. */
  readonly problem?: string | undefined;
  /** Whether the same value may pass later. */
  readonly mayPass?: boolean | undefined;
  readonly cause?: unknown;
}

interface Place {
  readonly from: string;
  readonly to: string;
}

const root: Place = { from: '', to: '' };

/** Maps a record step by step, does not stop at problems, and tells what happened. For errors and `explain`. */
export function traceRecord(
  plan: MappingPlan,
  record: Readonly<MutableRecord>,
  context: PlanContext,
  place: Place = root,
): readonly TraceEntry[] {
  const output: MutableRecord = {};
  return plan.steps.flatMap((step) => {
    const from = step.from && place.from + step.from.text;
    const to = place.to + step.to.text;
    const isList = step.each !== undefined;
    let input: unknown;
    try {
      const isSkipped = step.test?.(record, context.around) === false;
      input = step.from?.read(record);
      if (isSkipped) return { step, from, to, input, output: undefined, isSkipped };
      const elements = isList && Array.isArray(input) ? input : undefined;
      if (elements !== undefined && elements.length > 0) {
        return traceList({
          plan: step.each as MappingPlan,
          step,
          elements,
          context: elementContext(context, record),
          from,
          to,
        });
      }
      step.run(record, output, context);
      return { step, from, to, input, output: step.to.read(output), isSkipped };
    } catch (error) {
      return { step, from, to, input, output: undefined, isSkipped: false, ...problemOf(error) };
    }
  });
}

function traceList({
  plan,
  step,
  elements,
  context,
  from,
  to,
}: {
  readonly plan: MappingPlan;
  readonly step: PlanStep;
  readonly elements: readonly unknown[];
  readonly context: PlanContext;
  readonly from: string | undefined;
  readonly to: string;
}): readonly TraceEntry[] {
  return elements.flatMap((item, index): TraceEntry | readonly TraceEntry[] => {
    const place = { from: `${from}[${index}]`, to: `${to}[${index}]` };
    try {
      const inner = { from: `${place.from}.`, to: `${place.to}.` };
      return traceRecord(plan, elementOf(item), context, inner);
    } catch (error) {
      return {
        step,
        ...place,
        input: item,
        output: undefined,
        isSkipped: false,
        ...problemOf(error),
      };
    }
  });
}

/** The rule in an error. Messages of unknown errors may hold values, so they are not repeated. */
function problemOf(error: unknown): Pick<TraceEntry, 'cause' | 'mayPass'> & { problem: string } {
  if (error instanceof Refusal) return { problem: error.rule, mayPass: error.mayPass };
  if (ConnectorError.isInstance(error)) {
    const rule = error.message.charAt(0).toLowerCase() + error.message.slice(1).replace(/\.$/, '');
    return { problem: rule, cause: error };
  }
  return {
    problem: `the codec failed with ${valueType(error)}; its own error is the cause`,
    cause: error,
  };
}
