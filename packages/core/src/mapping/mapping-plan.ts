import { type Ask, compileAsk } from './asked-fields.ts';
import { isObject } from './check.ts';
import type { Codec, CodecEnvironment, MappingContext } from './codec.ts';
import type { CodecOptions } from './codec-options.ts';
import { askedFields, createCodec } from './codecs/codec-kinds.ts';
import { compileConditions, type Test } from './condition.ts';
import { customFieldTest, decodeCustom, encodeCustom } from './custom-fields.ts';
import { type FieldPath, type MutableRecord, parsePath } from './field-path.ts';
import type {
  CustomFields,
  FieldMapping,
  ListField,
  MappingDirection,
  ValueField,
} from './mapping-template.ts';
import { refuse } from './refuse.ts';
import type { Around } from './scoped-path.ts';

/** The context of one record: inside a list, it knows the record around. */
export interface PlanContext extends MappingContext {
  readonly around?: Around | undefined;
}

type Run = (input: Readonly<MutableRecord>, output: MutableRecord, context: PlanContext) => void;

/** One field in one direction. */
export interface PlanStep {
  readonly run: Run;
  readonly field: FieldMapping | undefined;
  /** Absent where nothing is read: constants. */
  readonly from?: FieldPath | undefined;
  readonly to: FieldPath;
  readonly test?: Test | undefined;
  readonly codec?: Codec | undefined;
  /** The plan of the elements of a list. */
  readonly each?: MappingPlan | undefined;
}

/** The steps of one record in one direction. */
export interface MappingPlan {
  readonly direction: MappingDirection;
  readonly steps: readonly PlanStep[];
  /** Maps a record. Throws the first `Refusal`, without a path. */
  run(input: Readonly<MutableRecord>, context: PlanContext): MutableRecord;
}

export interface PlanInput {
  readonly fields: readonly FieldMapping[];
  readonly custom?: CustomFields | undefined;
}

export interface PlanOptions {
  readonly direction: MappingDirection;
  readonly environment: CodecEnvironment;
  readonly isPatch?: boolean | undefined;
  /** The fields of the records around a list's element, the nearest first. */
  readonly outer?: readonly (readonly FieldMapping[])[] | undefined;
}

/** A path of a template that was checked. */
export function pathOf(text: string): FieldPath {
  const path = parsePath(text);
  if ('problem' in path) throw new TypeError(`A path ${path.problem}`);
  return path;
}

const customPath = pathOf('custom');
const defaultCodec: CodecOptions = { kind: 'text' };

/** Compiles a list of fields into the steps of one direction. */
export function compilePlan(input: PlanInput, options: PlanOptions): MappingPlan {
  const { direction, isPatch = false, outer = [] } = options;
  const scope: FieldScope = { ...options, scopes: [input.fields, ...outer] };
  const steps = input.fields
    .filter((field) => (field.direction ?? 'both') === 'both' || field.direction === direction)
    .flatMap((field) => {
      const step = compileField(field, scope);
      if (step === undefined) return [];
      return isPatch && step.from !== undefined ? [ifPresent(step, step.from)] : [step];
    });
  if (input.custom !== undefined) {
    const mapped = new Set(input.fields.flatMap((field) => topLevelVendorName(field) ?? []));
    const matches = customFieldTest(input.custom);
    const isCustom = (name: string) => matches(name) && !mapped.has(name);
    const run = direction === 'decode' ? decodeCustom(isCustom) : encodeCustom(isCustom);
    steps.push({ run, field: undefined, from: customPath, to: customPath });
  }
  const runs = steps.map((step) => step.run);
  return {
    direction,
    steps,
    run: (record, context) => {
      const output: MutableRecord = {};
      for (let index = 0; index < runs.length; index += 1) {
        (runs[index] as Run)(record, output, context);
      }
      return output;
    },
  };
}

const topLevelVendorName = (field: FieldMapping): string | undefined =>
  'vendor' in field ? pathOf(field.vendor).steps[0]?.name : undefined;

type FieldScope = PlanOptions & { readonly scopes: readonly (readonly FieldMapping[])[] };

function compileField(field: FieldMapping, scope: FieldScope): PlanStep | undefined {
  const { direction, environment, scopes } = scope;
  const test = compileConditions(
    direction === 'decode' ? field.when?.vendor : field.when?.canonical,
  );
  if ('constant' in field) {
    const path = pathOf('vendor' in field ? field.vendor : field.canonical);
    return constantStep({ field, path, test, direction });
  }
  const vendor = pathOf(field.vendor);
  const canonical = pathOf(field.canonical);
  const [from, to] = direction === 'decode' ? [vendor, canonical] : [canonical, vendor];
  if ('each' in field) {
    const inner = { fields: field.each, custom: field.custom };
    // The elements of a list are whole, in patches too.
    const each = compilePlan(inner, { direction, environment, outer: scopes });
    const step = { field, from, to, test, each };
    return { ...step, run: guarded(listRun(field, from, to, each), test) };
  }
  const options = field.codec ?? defaultCodec;
  const codec = createCodec(options, environment);
  const asks = askedFields(options, direction).map((asked) => compileAsk(asked, scope));
  const step = { field, from, to, test, codec };
  return { ...step, run: guarded(valueRun({ field, from, to, codec, asks, direction }), test) };
}

/** In a patch, what is absent is left alone: it is not missing, and has no default. */
function ifPresent(step: PlanStep, from: FieldPath): PlanStep {
  const run: Run = (input, output, context) => {
    const value = from.read(input);
    if (value === null && step.each !== undefined) refuse('null does not clear a list');
    if (value !== undefined) step.run(input, output, context);
  };
  return { ...step, run };
}

const guarded = (run: Run, test: Test | undefined): Run =>
  test === undefined
    ? run
    : (input, output, context) => {
        if (test(input, context.around)) run(input, output, context);
      };

const isRequired = (field: ValueField | ListField, direction: MappingDirection) =>
  field.required === true || field.required === direction;

const missing = () => refuse('a value is required');

function valueRun({
  field,
  from,
  to,
  codec,
  asks,
  direction,
}: {
  readonly field: ValueField;
  readonly from: FieldPath;
  readonly to: FieldPath;
  readonly codec: Codec;
  readonly asks: readonly Ask[];
  readonly direction: MappingDirection;
}): Run {
  const convert = codec[direction];
  const fallback = direction === 'decode' ? field.default : field.vendorDefault;
  const required = isRequired(field, direction);
  const { name: source } = from;
  const { name: target } = to;

  const whenEmpty = (value: unknown, output: MutableRecord): void => {
    if (fallback !== undefined) to.write(output, copyOf(fallback));
    else if (required) missing();
    else if (value === null && direction === 'encode') {
      to.write(output, field.empty ?? codec.empty ?? null);
    }
  };

  if (asks.length > 0) {
    return (input, output, context) => {
      const value = from.read(input);
      if (value !== undefined && value !== null) {
        const asked = asks.map((ask) => ask(input, context.around, context));
        const result = convert(value, context, asked);
        if (result !== undefined) {
          to.write(output, result);
          return;
        }
      }
      whenEmpty(value, output);
    };
  }
  // The two forms do the same; the first saves the calls for the paths that most fields have.
  if (source !== undefined && target !== undefined) {
    return (input, output, context) => {
      const value = input[source];
      if (value !== undefined && value !== null) {
        const result = convert(value, context);
        if (result !== undefined) {
          output[target] = result;
          return;
        }
      }
      whenEmpty(value, output);
    };
  }
  return (input, output, context) => {
    const value = from.read(input);
    if (value !== undefined && value !== null) {
      const result = convert(value, context);
      if (result !== undefined) {
        to.write(output, result);
        return;
      }
    }
    whenEmpty(value, output);
  };
}

function listRun(field: ListField, from: FieldPath, to: FieldPath, each: MappingPlan): Run {
  const required = isRequired(field, each.direction);
  return (input, output, context) => {
    const list = from.read(input);
    if (list === undefined || list === null) {
      if (required) missing();
      return;
    }
    if (!Array.isArray(list)) refuse('expected a list');
    const items = list as readonly unknown[];
    if (required && items.length === 0) refuse('at least one element is required');
    const inner = elementContext(context, input);
    to.write(
      output,
      items.map((item) => each.run(elementOf(item), inner)),
    );
  };
}

/** The context of the elements of a record's list. */
export const elementContext = (
  context: PlanContext,
  record: Readonly<MutableRecord>,
): PlanContext => ({ ...context, around: { record, around: context.around } });

/** An element of a list, which must be a record. */
export function elementOf(item: unknown): Readonly<MutableRecord> {
  return isObject(item) ? item : refuse('expected a record');
}

function constantStep({
  field,
  path,
  test,
  direction,
}: {
  readonly field: Extract<FieldMapping, { constant: unknown }>;
  readonly path: FieldPath;
  readonly test: Test | undefined;
  readonly direction: MappingDirection;
}): PlanStep | undefined {
  const side = 'vendor' in field ? 'encode' : 'decode';
  const write: Run = (_input, output) => path.write(output, copyOf(field.constant));
  if (direction === side) return { run: guarded(write, test), field, to: path, test };
  // A vendor constant says nothing about what the vendor has; a canonical one is a promise.
  if (side === 'encode') return undefined;
  const verify: Run = (input) => {
    const value = path.read(input);
    if (value === undefined || value === null) return;
    if (JSON.stringify(value) !== JSON.stringify(field.constant)) {
      refuse(`is always ${JSON.stringify(field.constant)} in this template`);
    }
  };
  return { run: guarded(verify, test), field, from: path, to: path, test };
}

/** Records must not share what a template holds. */
const copyOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? structuredClone(value) : value;
