import { compareDecimals, readDecimal } from '../data/decimal.ts';
import { readId } from '../data/salesforce-id.ts';
import { readDate, readDatetime } from '../data/wire-value.ts';
import type { Row, Value } from '../schema/object-definition.ts';
import type { Field, ObjectType } from '../schema/schema.ts';
import { bindPath, type QueryScope } from './resolve-path.ts';
import { soqlError } from './soql-error.ts';
import type { Condition, Literal, SoqlQuery } from './soql-query.ts';

type Filter = (row: Row) => boolean;
export type RunSubquery = (query: SoqlQuery) => ReadonlySet<Value>;

/** The form in which two values of a field are compared: texts without upper and lower case. */
export function comparable(field: Field, value: Value): Value {
  if (typeof value !== 'string') return value;
  const isText = !/^(id|reference|date|datetime|time|int|double|currency|percent)$/.test(
    field.type,
  );
  return isText && !field.caseSensitive ? value.toLowerCase() : value;
}

/** Orders two values of a field that are not null and in their comparable form. */
export function compareValues(field: Field, left: Value, right: Value): number {
  if (/^(double|currency|percent)$/.test(field.type)) {
    return compareDecimals(String(left), String(right));
  }
  if (left === right) return 0;
  return left! < right! ? -1 : 1;
}

const typeNames: Readonly<Record<string, string>> = { datetime: 'dateTime' };

/** The value that a literal means for a field. */
function readLiteral(scope: QueryScope, field: Field, literal: Literal): Value {
  if (literal.kind === 'null') return null;
  const { type } = field;
  const { text } = literal;
  const refuse = (message: string, errorCode = 'INVALID_FIELD') =>
    soqlError({ errorCode, message, soql: scope.soql, at: literal.at });
  const isNumber = /^(int|double|currency|percent)$/.test(type);
  const wanted =
    type === 'datetime' || type === 'date' || type === 'boolean'
      ? type
      : isNumber
        ? 'number'
        : 'string';
  if (literal.kind !== wanted) {
    throw refuse(
      wanted === 'string'
        ? `value of filter criterion for field '${field.name}' must be of type string and should be enclosed in quotes`
        : `value of filter criterion for field '${field.name}' must be of type ${typeNames[type] ?? type} and should not be enclosed in quotes`,
    );
  }
  switch (wanted) {
    case 'boolean':
      return text === 'true';
    case 'datetime': {
      const instant = readDatetime(text);
      if (instant === undefined) throw refuse(`Invalid datetime: ${text}`, 'MALFORMED_QUERY');
      return instant;
    }
    case 'date': {
      const date = readDate(text);
      if (date === undefined) throw refuse(`Invalid date: ${text}`, 'MALFORMED_QUERY');
      return date;
    }
    case 'number':
      // No rounding: 0.005 does not equal a stored 0.01.
      return type === 'int' ? Number(text) : readDecimal(text, 30)!;
    default: {
      if (type !== 'id' && type !== 'reference') return comparable(field, text);
      const id = readId(text);
      if (id === undefined && text !== '') {
        throw refuse(`invalid ID field: ${text}`, 'INVALID_QUERY_FILTER_OPERATOR');
      }
      return id ?? null;
    }
  }
}

function compileCompare(
  scope: QueryScope,
  type: ObjectType,
  condition: Extract<Condition, { kind: 'compare' }>,
  runSubquery: RunSubquery,
): Filter {
  const { field, valueIn } = bindPath(scope, type, condition.path);
  const { operator, literals, semiJoin } = condition;
  const refuse = (message: string, errorCode = 'INVALID_FIELD') =>
    soqlError({ errorCode, message, soql: scope.soql, at: condition.path.at });
  if (field.type === 'address' || (field.type === 'textarea' && field.length > 255)) {
    throw refuse(`field '${field.name}' can not be filtered in a query call`);
  }
  const read = (row: Row): Value => comparable(field, valueIn(row));

  if (operator === 'like') {
    const [literal] = literals;
    const isText = /^(string|textarea|picklist|phone|url|email|multipicklist)$/.test(field.type);
    if (!isText || literal?.kind !== 'string') {
      throw refuse(`invalid operator on ${field.type} field`, 'INVALID_QUERY_FILTER_OPERATOR');
    }
    const { pattern } = literal;
    return (row) => pattern.test(String(valueIn(row) ?? ''));
  }
  if (operator === 'in' || operator === 'not in') {
    const values = semiJoin
      ? runSubquery(semiJoin)
      : new Set(literals.map((literal) => readLiteral(scope, field, literal)));
    const isIn = operator === 'in';
    return (row) => values.has(read(row)) === isIn;
  }
  const wanted = readLiteral(scope, field, literals[0]!);
  if (operator === '=' || operator === '!=') {
    const isEqual = operator === '=';
    return (row) => {
      const value = read(row);
      const fits =
        value === null || wanted === null
          ? value === wanted
          : compareValues(field, value, wanted) === 0;
      return fits === isEqual;
    };
  }
  if (field.type === 'boolean' || wanted === null) {
    throw refuse(`invalid operator on ${field.type} field`, 'INVALID_QUERY_FILTER_OPERATOR');
  }
  const fits: Record<string, (order: number) => boolean> = {
    '<': (order) => order < 0,
    '<=': (order) => order <= 0,
    '>': (order) => order > 0,
    '>=': (order) => order >= 0,
  };
  const fitsOrder = fits[operator]!;
  return (row) => {
    const value = read(row);
    return value !== null && fitsOrder(compareValues(field, value, wanted));
  };
}

/** Makes a test of a WHERE clause. @throws SalesforceError INVALID_FIELD and others */
export function compileFilter(
  scope: QueryScope,
  type: ObjectType,
  condition: Condition | undefined,
  runSubquery: RunSubquery,
): Filter {
  if (!condition) return () => true;
  if (condition.kind === 'compare') return compileCompare(scope, type, condition, runSubquery);
  if (condition.kind === 'not') {
    const inner = compileFilter(scope, type, condition.part, runSubquery);
    return (row) => !inner(row);
  }
  const parts = condition.parts.map((part) => compileFilter(scope, type, part, runSubquery));
  return condition.kind === 'and'
    ? (row) => parts.every((part) => part(row))
    : (row) => parts.some((part) => part(row));
}

/** Records that may fit, when the filter names some by an indexed field: saves reading them all. */
export function findCandidates(
  scope: QueryScope,
  type: ObjectType,
  condition: Condition | undefined,
): readonly Row[] | undefined {
  if (condition?.kind === 'and') {
    for (const part of condition.parts) {
      const found = findCandidates(scope, type, part);
      if (found) return found;
    }
    return undefined;
  }
  if (condition?.kind !== 'compare' || condition.path.names.length > 1 || condition.semiJoin) {
    return undefined;
  }
  if (condition.operator !== '=' && condition.operator !== 'in') return undefined;
  const { field } = bindPath(scope, type, condition.path);
  const table = scope.database.table(type);
  const isId = field.name === 'Id';
  if (!isId && !field.unique && !field.externalId && field.type !== 'reference') return undefined;
  const values = condition.literals.map((literal) => readLiteral(scope, field, literal));
  if (values.includes(null)) return undefined;
  const found = new Map<string, Row>();
  for (const value of values) {
    const rows = isId ? [table.get(value)] : table.find(field, value);
    for (const row of rows) if (row) found.set(row.Id, row);
  }
  return [...found.values()];
}
