import { type AskScope, compileAsk } from './asked-fields.ts';
import type { Codec, CodecEnvironment } from './codec.ts';
import { askedFields, createCodec } from './codecs/codec-kinds.ts';
import { comparisonsOf, compileConditions } from './condition.ts';
import type { MutableRecord } from './field-path.ts';
import { type PlanInput, pathOf } from './mapping-plan.ts';
import type { CustomFields, FieldMapping, Scalar } from './mapping-template.ts';
import { inOrderOfNeed } from './order-of-need.ts';
import type { RandomSource } from './random-source.ts';
import { Refusal } from './refuse.ts';
import type { Around } from './scoped-path.ts';

type Sampler = (random: RandomSource, around?: Around) => MutableRecord;

/** Makes canonical records that a template can map, out of its own codecs. Repeatable by seed. */
export function compileSampler(
  template: PlanInput,
  environment: CodecEnvironment,
  outer: AskScope['scopes'] = [],
): Sampler {
  const scope: AskScope = {
    scopes: [template.fields, ...outer],
    direction: 'encode',
    environment,
  };
  const fields = inOrderOfNeed(
    template.fields.filter((field) => (field.direction ?? 'both') === 'both'),
  );
  const hints = conditionValues(fields);
  const draws = fields.flatMap((field) => compileDraw(field, scope, hints) ?? []);
  return (random, around) => {
    const record: MutableRecord = {};
    for (const draw of draws) draw(record, random, around);
    if (template.custom !== undefined) drawCustom(template.custom, record, random);
    return record;
  };
}

type Draw = (record: MutableRecord, random: RandomSource, around: Around | undefined) => void;

function compileDraw(
  field: FieldMapping,
  scope: AskScope,
  hints: ReadonlyMap<string, readonly Scalar[]>,
): Draw | undefined {
  if (!('canonical' in field)) return undefined;
  const path = pathOf(field.canonical);
  const test = compileConditions(field.when?.canonical);
  const value = compileValue(field, scope, hints.get(field.canonical) ?? []);
  const mustBeThere =
    'constant' in field ||
    (field.required !== undefined && field.required !== false) ||
    ('default' in field && field.default !== undefined) ||
    ('vendorDefault' in field && field.vendorDefault !== undefined);
  return (record, random, around) => {
    if (test?.(record, around) === false) return;
    if (!mustBeThere && random.chance(0.2)) return;
    const drawn = value(random, { record, around, mustBeThere });
    if (drawn !== undefined) path.write(record, drawn);
  };
}

interface Place extends Around {
  readonly mustBeThere: boolean;
}

function compileValue(
  field: Extract<FieldMapping, { canonical: string }>,
  scope: AskScope,
  hints: readonly Scalar[],
): (random: RandomSource, place: Place) => unknown {
  if ('constant' in field) return () => structuredClone(field.constant);
  if ('each' in field) {
    const inner = { fields: field.each, custom: field.custom };
    const sampler = compileSampler(inner, scope.environment, scope.scopes);
    return (random, { mustBeThere, record, around }) =>
      Array.from({ length: random.integer(mustBeThere ? 1 : 0, 3) }, () =>
        sampler(random, { record, around }),
      );
  }
  const options = field.codec ?? { kind: 'text' };
  const codec = createCodec(options, scope.environment);
  const asks = askedFields(options, 'encode').map((asked) => compileAsk(asked, scope));
  const usable = hints.filter((hint) => isCanonical(codec, hint));
  return (random, { record, around }) => {
    if (usable.length > 0 && random.chance()) return random.pick(usable);
    const asked = asks.map((ask) => ask(record, around, {}));
    try {
      return codec.sample(random, asked);
    } catch (error) {
      // Without what it depends on (its currency, its unit) a value cannot be made.
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  };
}

function isCanonical(codec: Codec, value: unknown): boolean {
  try {
    return codec.decode(codec.encode(value, {}), {}) === value;
  } catch {
    return false;
  }
}

/** Values that conditions compare with, by canonical path: random text would hardly ever meet them. */
function conditionValues(fields: readonly FieldMapping[]): ReadonlyMap<string, readonly Scalar[]> {
  const values = new Map<string, readonly Scalar[]>();
  for (const field of fields) {
    for (const condition of comparisonsOf(field.when?.canonical)) {
      values.set(condition.path, [
        ...(values.get(condition.path) ?? []),
        ...comparedWith(condition),
      ]);
    }
  }
  return values;
}

function comparedWith(condition: ReturnType<typeof comparisonsOf>[number]): readonly Scalar[] {
  if ('equals' in condition) return [condition.equals];
  if ('notEquals' in condition) return [condition.notEquals];
  if ('in' in condition) return condition.in;
  return 'notIn' in condition ? condition.notIn : [];
}

function drawCustom(custom: CustomFields, record: MutableRecord, random: RandomSource): void {
  const names = [
    ...[custom.prefix ?? []].flat().map((prefix) => `${prefix}SAMPLE${random.integer(1, 3)}`),
    ...[custom.suffix ?? []].flat().map((suffix) => `Sample${random.integer(1, 3)}${suffix}`),
    ...(custom.names ?? []),
  ].filter(() => random.chance());
  if (names.length === 0) return;
  record.custom = Object.fromEntries(
    names.map((name) => [
      name,
      random.pick([random.text(6), random.integer(0, 9), random.chance()]),
    ]),
  );
}
