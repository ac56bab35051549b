import { invalidCheckpoint } from '../connector/invalid-checkpoint.ts';
import type { Checkpoint } from '../contract/checkpoint.ts';
import type { RecordCondition, RecordQuery } from '../contract/record-query.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { compareInstants, readIsoInstant } from '../mapping/codecs/instant.ts';
import type { CommonEntities } from './common-entities.ts';

/** A query in Common's terms. */
export interface CommonQuery {
  /** Parameters of the list endpoint, paging included. */
  readonly filter: Readonly<Record<string, string | number>>;
  /** Conditions that Common cannot check, or not to the letter: on the canonical record. */
  readonly isWanted: (record: object) => boolean;
}

/** Which condition becomes which parameter; what is not here is not filterable. */
const parameters: {
  readonly [E in keyof CommonEntities]: Readonly<Record<string, string>>;
} = {
  purchaseOrder: {
    orderNumber: 'po_number',
    supplier: 'seller_company_id',
    buyer: 'buyer_company_id',
    status: 'status',
  },
  amendment: {},
  company: { externalReference: 'external_id', role: 'company_type' },
  businessRelationship: { status: 'status' },
};

const maxPageSize = 200;

/** @throws ConnectorError `ERR_UNSUPPORTED_QUERY` for a condition that cannot be kept exactly */
export function toCommonQuery(entity: keyof CommonEntities, query: RecordQuery): CommonQuery {
  const filter: Record<string, string | number> = {
    page_size: Math.min(Math.max(1, Math.trunc(query.pageSize ?? maxPageSize)), maxPageSize),
  };
  const checks: ((record: object) => boolean)[] = [];
  for (const condition of query.where ?? []) {
    const { field, operator, value } = condition;
    const parameter = parameters[entity][field];
    if (field === 'changedAt' && (entity === 'purchaseOrder' || entity === 'amendment')) {
      const since = instantOf(entity, condition);
      if (operator !== 'le' && operator !== 'lt') filter.updated_since = since;
      checks.push((record) => isSo(fieldOf(record, field), since, operator));
    } else if (entity === 'amendment' && field === 'status' && operator === 'eq') {
      checks.push((record) => fieldOf(record, field) === value);
    } else if (parameter !== undefined && operator === 'eq' && typeof value === 'string') {
      if (parameter in filter) throw unsupported(entity, condition, 'one condition per field');
      filter[parameter] = value;
    } else {
      throw unsupported(entity, condition, 'a field of `filterable`, compared with eq');
    }
  }
  return { filter, isWanted: (record) => checks.every((check) => check(record)) };
}

/** Where a list goes on: behind a page, or nowhere. */
export function readListCheckpoint(
  after: Checkpoint | undefined,
): { readonly cursor: string | undefined } | 'end' {
  if (after === undefined) return { cursor: undefined };
  if (after.end === true) return 'end';
  if (typeof after.cursor === 'string') return { cursor: after.cursor };
  throw invalidCheckpoint({ system: 'common', of: 'a list' });
}

export function writeListCheckpoint(nextCursor: string | undefined): Checkpoint {
  return nextCursor === undefined ? { end: true } : { cursor: nextCursor };
}

function fieldOf(record: object, field: string): unknown {
  return (record as Readonly<Record<string, unknown>>)[field];
}

function instantOf(entity: string, condition: RecordCondition): string {
  const { operator, value } = condition;
  const comparable = ['eq', 'ge', 'gt', 'le', 'lt'].includes(operator);
  if (comparable && typeof value === 'string' && readIsoInstant(value) !== undefined) return value;
  throw unsupported(entity, condition, 'an instant, compared with eq, ge, gt, le or lt');
}

function isSo(actual: unknown, wanted: string, operator: RecordCondition['operator']): boolean {
  const [left, right] = [readIsoInstant(String(actual)), readIsoInstant(wanted)];
  if (left === undefined || right === undefined) return false;
  const distance = compareInstants(left, right);
  switch (operator) {
    case 'ge':
      return distance >= 0;
    case 'gt':
      return distance > 0;
    case 'le':
      return distance <= 0;
    case 'lt':
      return distance < 0;
    default:
      return distance === 0;
  }
}

function unsupported(entity: string, condition: RecordCondition, allowed: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNSUPPORTED_QUERY',
    category: 'unsupported',
    system: 'common',
    entity,
    path: condition.field,
    message: `Common cannot filter ${entity} by ${condition.field} ${condition.operator}. It takes ${allowed}.`,
  });
}
