import { assertFilterable, ConnectorError, type RecordCondition } from '@common/connector-core';
import type { QueryField, QuickbooksEntity } from './quickbooks-entity.ts';

/** A text in a query. A backslash escapes a quote (quickbooks facts 2.4), so it is escaped itself. */
export const literal = (value: string): string => `'${value.replace(/[\\']/g, '\\$&')}'`;

/** A statement of Intuit's query language: no OR, no joins, at most 1000 records. */
export function statementOf(query: {
  readonly resource: string;
  /** `*` unless records are only counted. */
  readonly count?: boolean | undefined;
  readonly where?: readonly string[] | undefined;
  readonly orderBy?: string | undefined;
  readonly maxResults?: number | undefined;
}): string {
  const { resource, count = false, where = [], orderBy, maxResults } = query;
  return [
    `SELECT ${count ? 'COUNT(*)' : '*'} FROM ${resource}`,
    ...(where.length > 0 ? [`WHERE ${where.join(' AND ')}`] : []),
    ...(orderBy === undefined ? [] : [`ORDERBY ${orderBy}`]),
    ...(maxResults === undefined ? [] : [`MAXRESULTS ${maxResults}`]),
  ].join(' ');
}

/**
 * Conditions on canonical fields as conditions of a query. Name lists are read with what is inactive,
 * which a query leaves out unless it asks.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_QUERY`
 */
export function conditionsOf(
  entity: QuickbooksEntity,
  where: readonly RecordCondition[] = [],
): readonly string[] {
  const { name, filterable } = entity;
  assertFilterable({
    system: 'quickbooks',
    entity: name,
    where,
    filterable: Object.keys(filterable),
  });
  const conditions = where.map((condition) => conditionOf(entity, condition));
  const isList = entity.kind === 'list';
  const asksActive = where.some(({ field }) => filterable[field]?.kind === 'inactive');
  return isList && !asksActive ? ['Active IN (true, false)', ...conditions] : conditions;
}

const operators: Readonly<Record<RecordCondition['operator'], string | undefined>> = {
  eq: '=',
  ne: undefined,
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  in: 'IN',
  startsWith: 'LIKE',
};

function conditionOf(entity: QuickbooksEntity, condition: RecordCondition): string {
  const { field, operator, value } = condition;
  const known = entity.filterable[field]!;
  const { property, kind } = known;
  const sign = operators[operator];
  if (kind === 'inactive') {
    if (typeof value !== 'boolean' || operator !== 'eq') {
      throw unsupported(entity, field, 'takes true or false, with "eq"');
    }
    return `Active = ${!value}`;
  }
  if (sign === undefined) throw unsupported(entity, field, `cannot be compared with "${operator}"`);
  if (operator === 'in') {
    if (!Array.isArray(value) || value.length === 0) {
      throw unsupported(entity, field, 'takes a list of values with "in"');
    }
    const values = (value as readonly string[]).map((one) => asLiteral(known, one, operator));
    return `${property} IN (${values.join(', ')})`;
  }
  if (typeof value !== 'string') throw unsupported(entity, field, 'takes a text');
  if (operator === 'startsWith') {
    // The wildcard of LIKE cannot be escaped.
    if (kind !== 'text' || value.includes('%')) {
      throw unsupported(entity, field, 'cannot be compared with "startsWith" and this value');
    }
    return `${property} LIKE ${literal(`${value}%`)}`;
  }
  return `${property} ${sign} ${asLiteral(known, value, operator)}`;
}

function asLiteral(
  { kind }: QueryField,
  value: string,
  operator: RecordCondition['operator'],
): string {
  return literal(kind === 'instant' ? wholeSecond(value, operator) : value);
}

/** Instants in QuickBooks have whole seconds: the second that makes the comparison the same. */
function wholeSecond(instant: string, operator: RecordCondition['operator']): string {
  const milliseconds = Date.parse(instant);
  if (Number.isNaN(milliseconds)) return instant;
  const isUp = operator === 'ge' || operator === 'lt';
  const second = (isUp ? Math.ceil : Math.floor)(milliseconds / 1000) * 1000;
  return instantLiteral(second);
}

/** An instant as queries take it. */
export const instantLiteral = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/**
 * The conditions that find a record by references of `findBy`.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_QUERY` when there is none, or another
 */
export function referenceConditions(
  entity: QuickbooksEntity,
  reference: Readonly<Record<string, string>>,
): readonly string[] {
  const { findBy = [] } = entity.capabilities;
  const fields = Object.keys(reference);
  const bad = fields.find((field) => !findBy.includes(field));
  if (fields.length === 0 || bad !== undefined) {
    const possible = findBy.length > 0 ? `can be found by ${findBy.join(', ')}` : 'cannot be found';
    throw unsupported(entity, bad ?? '', `is no reference: a ${entity.name} ${possible}`);
  }
  return conditionsOf(
    entity,
    Object.entries(reference).map(([field, value]) => ({ field, operator: 'eq', value })),
  );
}

function unsupported(entity: QuickbooksEntity, path: string, what: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNSUPPORTED_QUERY',
    category: 'unsupported',
    message: `The field "${path}" of ${entity.name} ${what}.`,
    system: 'quickbooks',
    entity: entity.name,
    path,
  });
}
