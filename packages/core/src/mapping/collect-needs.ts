import type { CodecEnvironment } from './codec.ts';
import type { CodecOptions } from './codec-options.ts';
import type { MutableRecord } from './field-path.ts';
import type { MappingPlan, PlanStep } from './mapping-plan.ts';
import type { MappingDirection } from './mapping-template.ts';
import type { MappedLookup, MappedReference, ReferenceResolver } from './reference-resolver.ts';
import { traceRecord } from './trace-record.ts';

/** What a page of records needs to know before it can be mapped. Each is named once. */
export interface MappingNeeds {
  readonly references: readonly MappedReference[];
  /** Values of tables that are supplied with the call. */
  readonly lookups: readonly MappedLookup[];
}

/** Maps the records with resolvers that only take notes. Bad values do not matter here. */
export function collectNeeds(
  plan: MappingPlan,
  records: Iterable<Readonly<MutableRecord>>,
): MappingNeeds {
  const references = new Map<string, MappedReference>();
  const lookups = new Map<string, MappedLookup>();
  const context = {
    references: notes((_direction, entity, key) => {
      references.set(JSON.stringify([entity, key]), { entity, key });
    }),
    lookups: notes((direction, table, value) => {
      lookups.set(JSON.stringify([table, direction, value]), { table, direction, value });
    }),
  };
  if (plan.steps.length > 0) for (const record of records) traceRecord(plan, record, context);
  return { references: [...references.values()], lookups: [...lookups.values()] };
}

function notes(
  note: (direction: MappingDirection, name: string, value: string) => void,
): ReferenceResolver {
  const answer = (direction: MappingDirection) => (name: string, value: string) => {
    note(direction, name, value);
    return value;
  };
  return { toCanonical: answer('decode'), toVendor: answer('encode') };
}

/** The steps of a plan that need something. */
export function needsOf(plan: MappingPlan, environment: CodecEnvironment): MappingPlan {
  const steps = plan.steps.flatMap((step): readonly PlanStep[] => {
    if (step.each === undefined) return needs(codecOf(step), environment) ? [step] : [];
    const each = needsOf(step.each, environment);
    return each.steps.length === 0 ? [] : [{ ...step, each }];
  });
  return { ...plan, steps };
}

const codecOf = ({ field }: PlanStep): CodecOptions | undefined =>
  field !== undefined && 'codec' in field ? field.codec : undefined;

function needs(codec: CodecOptions | undefined, environment: CodecEnvironment): boolean {
  switch (codec?.kind) {
    case 'reference':
    case 'own':
      return true;
    case 'lookup':
      return environment.lookups[codec.table] === 'supplied';
    case 'quantity':
      return codec.packs !== undefined && environment.lookups[codec.packs.table] === 'supplied';
    case 'list':
      return needs(codec.of, environment);
    default:
      return false;
  }
}
