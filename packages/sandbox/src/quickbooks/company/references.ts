import { invalidReference, notFound } from '../fault/refusals.ts';
import { referenceTargets } from '../model/entities.ts';
import type { EntityName } from '../model/entity-definition.ts';
import { isObject, type JsonObject, referenceAt, textAt } from '../model/json-object.ts';
import type { Company } from './company.ts';
import type { Row } from './row.ts';

const nameOf = ({ definition, record }: Row): string | undefined =>
  textAt(record, 'FullyQualifiedName') ?? textAt(record, definition.nameField ?? 'Name');

function targetOf(key: string, holder: JsonObject, self: EntityName): EntityName | undefined {
  if (key === 'ParentRef') return self;
  if (key === 'EntityRef') return textAt(holder, 'Type') as EntityName | undefined;
  return referenceTargets[key];
}

/**
 * Checks every reference in a record, however deep, and names what it points at. A reference that
 * stood there before may point at something that is inactive by now.
 * @throws QuickbooksFault 2500 when nothing has that id, 610 when it is inactive
 */
export function resolveReferences(
  company: Company,
  self: EntityName,
  record: JsonObject,
  before: JsonObject | undefined,
): JsonObject {
  const known = new Set<string>();
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (isObject(value)) {
      for (const key of Object.keys(value)) {
        const id = key.endsWith('Ref') ? referenceAt(value, key) : undefined;
        if (id !== undefined) known.add(`${key} ${id}`);
        collect(value[key]);
      }
    }
  };
  collect(before);

  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (!isObject(value)) return value;
    const resolved: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(value)) {
      const target = key.endsWith('Ref') ? targetOf(key, value, self) : undefined;
      const id = referenceAt(value, key);
      if (target === undefined || id === undefined) {
        resolved[key] = resolve(inner);
        continue;
      }
      const row = company.live(target, id);
      if (!row) throw invalidReference(key, id);
      if (row.record.Active === false && !known.has(`${key} ${id}`)) {
        throw notFound(`${key} ${id} is inactive`);
      }
      resolved[key] = { value: id, name: nameOf(row) };
    }
    return resolved;
  };
  return resolve(record) as JsonObject;
}
