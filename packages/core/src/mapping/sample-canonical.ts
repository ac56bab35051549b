import type { Codec, CodecEnvironment } from './codec.ts';
import { createCodec } from './codecs/codec-kinds.ts';
import { compileConditions } from './condition.ts';
import type { MutableRecord } from './field-path.ts';
import { type PlanInput, pathOf } from './mapping-plan.ts';
import type { Condition, CustomFields, FieldMapping, Scalar } from './mapping-template.ts';
import type { RandomSource } from './random-source.ts';

/** Makes canonical records that a template can map, out of its own codecs. Repeatable by seed. */
export function compileSampler(
  template: PlanInput,
  environment: CodecEnvironment,
): (random: RandomSource) => MutableRecord {
  // A field with a condition is drawn after the fields that its condition asks for.
  const fields = template.fields
    .filter((field) => (field.direction ?? 'both') === 'both')
    .toSorted((a, b) => Number(a.when !== undefined) - Number(b.when !== undefined));
  const hints = conditionValues(fields);
  const draws = fields.flatMap((field) => compileDraw(field, environment, hints) ?? []);
  return (random) => {
    const record: MutableRecord = {};
    for (const draw of draws) draw(record, random);
    if (template.custom !== undefined) drawCustom(template.custom, record, random);
    return record;
  };
}

type Draw = (record: MutableRecord, random: RandomSource) => void;

function compileDraw(
  field: FieldMapping,
  environment: CodecEnvironment,
  hints: ReadonlyMap<string, readonly Scalar[]>,
): Draw | undefined {
  if (!('canonical' in field)) return undefined;
  const path = pathOf(field.canonical);
  const test = compileConditions(field.when?.canonical, pathOf);
  const value = compileValue(field, environment, hints.get(field.canonical) ?? []);
  const mustBeThere =
    'constant' in field ||
    (field.required !== undefined && field.required !== false) ||
    ('default' in field && field.default !== undefined) ||
    ('vendorDefault' in field && field.vendorDefault !== undefined);
  return (record, random) => {
    if (test?.(record) === false) return;
    if (!mustBeThere && random.chance(0.2)) return;
    const drawn = value(random, mustBeThere);
    if (drawn !== undefined) path.write(record, drawn);
  };
}

function compileValue(
  field: Extract<FieldMapping, { canonical: string }>,
  environment: CodecEnvironment,
  hints: readonly Scalar[],
): (random: RandomSource, mustBeThere: boolean) => unknown {
  if ('constant' in field) return () => structuredClone(field.constant);
  if ('each' in field) {
    const sampler = compileSampler({ fields: field.each, custom: field.custom }, environment);
    return (random, mustBeThere) =>
      Array.from({ length: random.integer(mustBeThere ? 1 : 0, 3) }, () => sampler(random));
  }
  const codec = createCodec(field.codec ?? { kind: 'text' }, environment);
  const usable = hints.filter((hint) => isCanonical(codec, hint));
  return (random) =>
    usable.length > 0 && random.chance() ? random.pick(usable) : codec.sample(random);
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
    for (const condition of [field.when?.canonical ?? []].flat()) {
      values.set(condition.path, [
        ...(values.get(condition.path) ?? []),
        ...comparedWith(condition),
      ]);
    }
  }
  return values;
}

function comparedWith(condition: Condition): readonly Scalar[] {
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
