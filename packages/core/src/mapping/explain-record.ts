import type { MappingContext } from './codec.ts';
import type { MutableRecord } from './field-path.ts';
import type { MappingPlan } from './mapping-plan.ts';
import type { MappingDirection, MappingTemplate } from './mapping-template.ts';
import { type TraceEntry, traceRecord } from './trace-record.ts';
import { valueType } from './value-type.ts';

/** Where each value of a mapped record came from. It holds values: show it, do not log it. */
export interface RecordExplanation {
  readonly template: string;
  readonly version: number;
  readonly direction: MappingDirection;
  readonly fields: readonly FieldExplanation[];
  /** Names at the top of the record that no field of the template reads. */
  readonly unmapped: readonly string[];
}

export interface FieldExplanation {
  readonly canonical?: string | undefined;
  readonly vendor?: string | undefined;
  /** Kind of the codec; `constant`, `list` or `custom` where there is none. */
  readonly codec: string;
  readonly inputType: string;
  readonly input: unknown;
  readonly output: unknown;
  /** In words, what was done: `rounded half-even to 2 places`, `default used`, `condition does not hold`. */
  readonly done: string;
  /** The rule that the value breaks. The record as a whole is refused. */
  readonly problem?: string | undefined;
}

export function explainRecord(
  template: MappingTemplate,
  plan: MappingPlan,
  record: Readonly<MutableRecord>,
  context: MappingContext,
): RecordExplanation {
  // Where a record came from is no field of the target.
  const isEncode = plan.direction === 'encode';
  const trace = traceRecord(plan, record, context);
  const read = new Set(plan.steps.flatMap((step) => step.from?.steps[0]?.name ?? []));
  const custom = new Set(
    trace.flatMap(({ step, output }) =>
      step.field === undefined && !isEncode ? Object.keys(output ?? {}) : [],
    ),
  );
  return {
    template: template.id,
    version: template.version,
    direction: plan.direction,
    fields: trace.map((entry) => explainField(entry, plan.direction)),
    unmapped: Object.keys(record).filter(
      (name) => !read.has(name) && !custom.has(name) && !(name === 'source' && isEncode),
    ),
  };
}

function explainField(entry: TraceEntry, direction: MappingDirection): FieldExplanation {
  const { step, from, to, input, output, problem } = entry;
  const isConstant = step.field !== undefined && 'constant' in step.field;
  const [canonical, vendor] = direction === 'decode' ? [to, from] : [from, to];
  return {
    ...(canonical === undefined ? {} : { canonical }),
    // The customer's own fields stand in many vendor fields, constants in one side only.
    ...(vendor === undefined || step.field === undefined || (isConstant && from !== undefined)
      ? {}
      : { vendor }),
    codec: codecName(entry),
    inputType: valueType(input),
    input,
    output,
    done: problem === undefined ? whatWasDone(entry, direction) : 'refused',
    ...(problem === undefined ? {} : { problem }),
  };
}

function codecName({ step }: TraceEntry): string {
  const { field } = step;
  if (field === undefined) return 'custom';
  if ('constant' in field) return 'constant';
  if ('each' in field) return 'list';
  return field.codec?.kind ?? 'text';
}

function whatWasDone(entry: TraceEntry, direction: MappingDirection): string {
  const { step, input, output, isSkipped } = entry;
  if (isSkipped) return 'left alone: the condition does not hold';
  if (step.field === undefined) return 'fields of the customer passed on';
  if ('constant' in step.field) return step.from === undefined ? 'constant' : 'constant checked';
  if (step.codec === undefined) return Array.isArray(output) ? 'empty list' : 'no list';
  if (output === undefined) return 'no value';
  if (input === undefined || input === null) {
    return input === null && direction === 'encode' && output === emptyOf(step)
      ? 'cleared'
      : 'default used';
  }
  if (input === output) return 'as it is';
  if (wasEmpty(entry, direction)) return 'empty, default used';
  return step.codec.describe?.(input, output, direction) || 'converted';
}

const emptyOf = ({ field, codec }: TraceEntry['step']): unknown =>
  (field !== undefined && 'empty' in field ? field.empty : undefined) ?? codec?.empty ?? null;

function wasEmpty({ step, input }: TraceEntry, direction: MappingDirection): boolean {
  const fallback = direction === 'decode' ? 'default' : 'vendorDefault';
  if (step.field === undefined || !(fallback in step.field)) return false;
  return typeof input === 'string' && /^[0\s./-]*$/.test(input);
}
