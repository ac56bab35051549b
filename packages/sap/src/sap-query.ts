import { ConnectorError, type RecordCondition } from '@common/connector-core';
import { toFilter } from '@common/connector-odata';
import type { SapEntity } from './sap-entities.ts';

/**
 * Conditions on canonical fields, and those that the entity always has, as an OData filter that can be
 * joined to others with `and`. `undefined` when there are none.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_QUERY` naming the fields that can be filtered by
 */
export function filterOf(
  entity: SapEntity,
  where: readonly RecordCondition[] = [],
): string | undefined {
  const conditions = [
    ...entity.conditions,
    ...where.map((condition) => ({ ...condition, field: propertyOf(entity, condition.field) })),
  ];
  if (conditions.length === 0) return undefined;
  const filter = toFilter({ conditions, types: entity.type.properties, version: entity.version });
  // A single list of alternatives stands without parentheses; joined to more it needs them.
  return conditions.length === 1 && filter.includes(' or ') ? `(${filter})` : filter;
}

function propertyOf(entity: SapEntity, field: string): string {
  const property = entity.filterable[field];
  if (property !== undefined) return property;
  throw new ConnectorError({
    code: 'ERR_UNSUPPORTED_QUERY',
    category: 'unsupported',
    message: `${entity.name} cannot be filtered by "${field}". It can be by ${Object.keys(entity.filterable).join(', ')}.`,
    system: 'sap',
    entity: entity.name,
    path: field,
  });
}
