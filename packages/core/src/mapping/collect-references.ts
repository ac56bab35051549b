import type { MutableRecord } from './field-path.ts';
import type { MappingPlan } from './mapping-plan.ts';
import type { MappedReference, ReferenceResolver } from './reference-resolver.ts';
import { traceRecord } from './trace-record.ts';

/** Maps the records with a resolver that only takes notes. Bad values elsewhere do not matter here. */
export function collectReferences(
  plan: MappingPlan,
  records: Iterable<Readonly<MutableRecord>>,
): readonly MappedReference[] {
  if (!hasReferences(plan)) return [];
  const found = new Map<string, MappedReference>();
  const note = (entity: string, key: string): string => {
    found.set(JSON.stringify([entity, key]), { entity, key });
    return key;
  };
  const references: ReferenceResolver = { toCanonical: note, toVendor: note };
  for (const record of records) traceRecord(plan, record, { references });
  return [...found.values()];
}

function hasReferences(plan: MappingPlan): boolean {
  return plan.steps.some(({ field, each }) => {
    if (each !== undefined) return hasReferences(each);
    const kind = field !== undefined && 'codec' in field ? field.codec?.kind : undefined;
    return kind === 'reference' || kind === 'own';
  });
}
