import type { Company } from '../company/company.ts';
import { computedFields } from '../company/render-row.ts';
import type { Row } from '../company/row.ts';
import { queryValidationError } from '../fault/refusals.ts';
import { findEntity } from '../model/entities.ts';
import type { EntityDefinition } from '../model/entity-definition.ts';
import type { Field } from '../model/field.ts';
import { isObject, listAt, objectAt, textAt } from '../model/json-object.ts';
import type { Condition, Query } from './parse-query.ts';

type Value = string | number | boolean | undefined;

/** How a property is compared. */
interface Property {
  readonly kind: 'text' | 'number' | 'flag' | 'instant' | 'id';
  read(row: Row): Value;
}

/** The rows that fit, in order; not yet the page. */
export interface QueryResult {
  readonly definition: EntityDefinition;
  readonly rows: readonly Row[];
}

const kinds: Partial<Record<Field['kind'], Property['kind']>> = {
  text: 'text',
  enum: 'text',
  date: 'text',
  reference: 'text',
  number: 'number',
  flag: 'flag',
};

// MetaData has seconds: what happened within the same one is simultaneous.
const toSecond = (milliseconds: number): number => Math.floor(milliseconds / 1_000) * 1_000;
const computedNames = new Set(['Balance', 'BalanceWithJobs', 'CurrentBalance', 'QtyOnHand']);

function propertyOf(company: Company, definition: EntityDefinition, path: string): Property {
  const wanted = path.toLowerCase();
  if (wanted === 'id') return { kind: 'id', read: (row) => Number(row.id) || row.id };
  if (wanted === 'metadata.createtime') {
    return { kind: 'instant', read: (row) => toSecond(row.createdAt) };
  }
  if (wanted === 'metadata.lastupdatedtime') {
    return { kind: 'instant', read: (row) => toSecond(row.changedAt) };
  }
  if (definition.name === 'Attachable' && wanted.startsWith('attachableref.entityref.')) {
    const part = wanted.endsWith('.type') ? 'type' : 'value';
    return {
      kind: 'text',
      read: ({ record }) => {
        const [first = {}] = listAt(record, 'AttachableRef');
        return textAt(objectAt(first, 'EntityRef'), part);
      },
    };
  }
  const name = Object.keys(definition.fields).find((field) => field.toLowerCase() === wanted);
  const kind = name === undefined ? undefined : kinds[definition.fields[name]!.kind];
  if (name === undefined) {
    throw queryValidationError(`Property ${path} not found for Entity ${definition.name}`);
  }
  if (kind === undefined) {
    throw queryValidationError(`Property ${path} of ${definition.name} is not queryable`);
  }
  if (definition.kind === 'list' && computedNames.has(name)) {
    return { kind, read: (row) => computedFields(company, row)[name] as Value };
  }
  return {
    kind,
    read({ record }) {
      const value = record[name];
      return (isObject(value) ? value.value : value) as Value;
    },
  };
}

function operandOf({ field }: Condition, kind: Property['kind'], given: Value): Value {
  const refuse = () => queryValidationError(`"${String(given)}" does not fit property ${field}`);
  switch (kind) {
    case 'flag':
      if (given === true || String(given).toLowerCase() === 'true') return true;
      if (given === false || String(given).toLowerCase() === 'false') return false;
      throw refuse();
    case 'number': {
      const number = Number(given);
      if (Number.isNaN(number)) throw refuse();
      return number;
    }
    case 'instant': {
      // A date without time begins in UTC, as it does for clients that send one.
      const instant = Date.parse(String(given));
      if (Number.isNaN(instant)) throw refuse();
      return instant;
    }
    case 'id':
      return Number(given) || String(given);
    case 'text':
      return String(given);
  }
}

const lower = (value: Value): Value => (typeof value === 'string' ? value.toLowerCase() : value);

function patternOf(text: string): RegExp {
  const source = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('%', '.*');
  return new RegExp(`^${source}$`, 'is');
}

function testOf(condition: Condition, { kind, read }: Property): (row: Row) => boolean {
  const { operator, values } = condition;
  if (operator === 'LIKE') {
    if (kind !== 'text')
      throw queryValidationError(`LIKE does not fit property ${condition.field}`);
    const pattern = patternOf(String(values[0]));
    return (row) => pattern.test(String(read(row) ?? ''));
  }
  const operands = values.map((value) => lower(operandOf(condition, kind, value)));
  if (operator === 'IN' || operator === '=') {
    const wanted = new Set(operands);
    return (row) => wanted.has(lower(read(row)));
  }
  const operand = operands[0]!;
  return (row) => {
    const value = lower(read(row));
    if (value === undefined || typeof value !== typeof operand) return false;
    if (operator === '<') return value < operand;
    if (operator === '<=') return value <= operand;
    if (operator === '>') return value > operand;
    return value >= operand;
  };
}

const compare = (left: Value, right: Value): number => {
  if (left === right) return 0;
  if (left === undefined) return -1;
  if (right === undefined) return 1;
  return left < right ? -1 : 1;
};

/**
 * The rows that a statement asks for. Inactive ones are hidden unless it says something on `Active`;
 * rows that are equal in order follow their age.
 * @throws QuickbooksFault 4001
 */
export function runQuery(company: Company, query: Query): QueryResult {
  const definition = findEntity(query.entity);
  if (!definition) throw queryValidationError(`Invalid context declaration: ${query.entity}`);
  for (const field of query.fields ?? []) {
    const [name = ''] = field.split('.');
    const isKnown = ['id', 'metadata', 'synctoken', ...Object.keys(definition.fields)].some(
      (known) => known.toLowerCase() === name.toLowerCase(),
    );
    if (!isKnown) {
      throw queryValidationError(`Property ${field} not found for Entity ${definition.name}`);
    }
  }
  const tests = query.conditions.map((condition) =>
    testOf(condition, propertyOf(company, definition, condition.field)),
  );
  const asksForInactive = query.conditions.some(({ field }) => field.toLowerCase() === 'active');
  const rows: Row[] = [];
  for (const row of company.rows(definition.name)) {
    if (row.isDeleted || (!asksForInactive && row.record.Active === false)) continue;
    if (tests.every((test) => test(row))) rows.push(row);
  }
  const orders = query.order.map(({ field, isDescending }) => ({
    ...propertyOf(company, definition, field),
    sign: isDescending ? -1 : 1,
  }));
  if (orders.length > 0) {
    rows.sort((left, right) => {
      for (const { read, sign } of orders) {
        const difference = compare(lower(read(left)), lower(read(right)));
        if (difference !== 0) return difference * sign;
      }
      return 0;
    });
  }
  return { definition, rows };
}
