import { ConnectorError, type RecordCondition } from '@common/connector-core';
import { formatLiteral, toFilter } from '@common/connector-odata';
import type { SapEntity } from './sap-entity.ts';
import { referenceOf } from './sap-reference.ts';

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

/**
 * The filter that finds a record by references of `findBy`.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_QUERY` when there is none, or another
 */
export function referenceFilter(
  entity: SapEntity,
  reference: Readonly<Record<string, string>>,
): string | undefined {
  const { findBy = [] } = entity.capabilities;
  const fields = Object.keys(reference);
  const unknown = fields.find((field) => !findBy.includes(field));
  if (fields.length === 0 || unknown !== undefined) {
    throw unsupported(entity, unknown ?? '', `found by "${unknown ?? 'nothing'}"`, findBy);
  }
  return filterOf(
    entity,
    Object.entries(reference).map(([field, value]) => ({
      field,
      operator: 'eq',
      value: field === 'idempotencyKey' ? referenceOf(value) : value,
    })),
  );
}

/**
 * The filter of one page in the order of the key. What holds for all alternatives is repeated in each, so
 * that it needs no parentheses: some services cannot convert `(A ge x) and (A le y)` (SAP/cloud-sdk#1197).
 */
export function pageFilter(
  entity: SapEntity,
  page: {
    readonly restriction?: string | undefined;
    /** At least one of them holds. */
    readonly alternatives?: readonly string[] | undefined;
    /** Only what comes behind this key. */
    readonly after?: string | undefined;
  },
): string | undefined {
  const { restriction, alternatives = [], after } = page;
  const { orderProperty: name, version } = entity;
  const behind =
    after === undefined
      ? undefined
      : `${name} gt ${formatLiteral({ value: after, type: 'Edm.String', version })}`;
  const filter = (alternatives.length > 0 ? alternatives : [undefined])
    .map((one) => [restriction, one, behind].filter((part) => part !== undefined).join(' and '))
    .join(' or ');
  return filter || undefined;
}

function propertyOf(entity: SapEntity, field: string): string {
  const property = Object.hasOwn(entity.filterable, field) ? entity.filterable[field] : undefined;
  if (property !== undefined) return property;
  throw unsupported(entity, field, `filtered by "${field}"`, Object.keys(entity.filterable));
}

function unsupported(
  entity: SapEntity,
  path: string,
  what: string,
  possible: readonly string[],
): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNSUPPORTED_QUERY',
    category: 'unsupported',
    message: `${entity.name} cannot be ${what}. It can be by ${possible.join(', ')}.`,
    system: 'sap',
    entity: entity.name,
    path,
  });
}
