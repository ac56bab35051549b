import { assertFilterable, ConnectorError, type RecordCondition } from '@common/connector-core';
import { externalIdOf } from './external-id.ts';
import type { ObjectDescription, ObjectField } from './object-description.ts';
import type { SalesforceEntity } from './salesforce-entity.ts';
import { piece, type Soql, soql, soqlName } from './soql/soql.ts';
import {
  dateLiteral,
  instantLiteral,
  numberLiteral,
  prefixLiteral,
  stringLiteral,
} from './soql/soql-literal.ts';

/** `undefined`: nothing can fit, since a list of values is empty. */
export type Conditions = readonly Soql[] | undefined;

const operators = { eq: '=', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

/**
 * Conditions on canonical fields in SOQL. Salesforce compares texts without regard to upper and lower
 * case.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_QUERY` naming the fields that can be filtered by
 */
export function conditionsOf(
  entity: SalesforceEntity,
  description: ObjectDescription,
  where: readonly RecordCondition[] = [],
): Conditions {
  const filterable = filterableOf(entity, description);
  assertFilterable({
    system: 'salesforce',
    entity: entity.name,
    where,
    filterable: Object.keys(filterable),
  });
  if (where.some(({ operator, value }) => operator === 'in' && [value].flat().length === 0))
    return undefined;
  return where.map(({ field, operator, value }) => {
    const name = filterable[field] ?? field;
    const type = description.fields.get(name);
    const column = soqlName(name);
    if (operator === 'startsWith') {
      return soql`${column} LIKE ${piece(prefixLiteral(String(value)))}`;
    }
    if (operator === 'in') {
      const values = [value].flat().map((one) => literal(type, one));
      return soql`${column} IN (${piece(values.join(', '))})`;
    }
    return soql`${column} ${piece(operators[operator])} ${piece(literal(type, value as string | boolean))}`;
  });
}

/** Entities without a template can be filtered by every field that they have. */
function filterableOf(
  { template, filterable }: SalesforceEntity,
  { fields }: ObjectDescription,
): Readonly<Record<string, string>> {
  if (template !== undefined) return filterable;
  return Object.fromEntries([...fields.keys()].map((name) => [name, name]));
}

/**
 * The condition that finds records by references of `findBy`.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_QUERY` when there is none, or another
 */
export function referenceConditions(
  entity: SalesforceEntity,
  description: ObjectDescription,
  reference: Readonly<Record<string, string>>,
): readonly Soql[] {
  const { findBy } = entity;
  const names = Object.keys(reference);
  const unknown = names.find((name) => !Object.hasOwn(findBy, name));
  if (names.length === 0 || unknown !== undefined) {
    const known = Object.keys(findBy);
    throw new ConnectorError({
      code: 'ERR_UNSUPPORTED_QUERY',
      category: 'unsupported',
      message: `${entity.name} cannot be found by "${unknown ?? 'nothing'}". It can be by ${known.join(', ') || 'nothing'}.`,
      system: 'salesforce',
      entity: entity.name,
      path: unknown,
    });
  }
  return names.map((name) => {
    const field = findBy[name] ?? name;
    const value = reference[name] ?? '';
    const type = description.fields.get(field);
    const wanted = name === 'idempotencyKey' ? externalIdOf(value, type) : value;
    return soql`${soqlName(field)} = ${piece(literal(type, wanted))}`;
  });
}

function literal(field: ObjectField | undefined, value: string | boolean): string {
  if (typeof value === 'boolean') return String(value);
  switch (field?.type) {
    case 'boolean':
      return String(value === 'true');
    case 'date':
      return dateLiteral(value);
    case 'datetime':
      return instantLiteral(value);
    case 'int':
    case 'long':
    case 'double':
    case 'currency':
    case 'percent':
      return numberLiteral(value);
    default:
      return stringLiteral(value);
  }
}
