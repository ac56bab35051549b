import type { RecordCondition } from '@common/connector-core';
import { ConnectorError } from '@common/connector-core';
import { type EntityType, propertyOf } from '../entity/entity-type.ts';
import type { ODataVersion } from '../literals/edm-type.ts';
import { formatLiteral } from '../literals/format-literal.ts';

/**
 * Writes conditions, joined by `and`, as a filter that is not yet percent-encoded. `field` is the
 * name in the vendor's metadata. Parentheses stand only where `or` makes them needed: some SAP
 * services cannot convert `(A ge x) and (A le y)` (SAP/cloud-sdk#1197). Instants as bounds are in
 * whole seconds for the same reason: of a bound with a fraction, the rest of its second is found too.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_QUERY` for an empty `in`, `ERR_MAPPING` for a value that
 *   does not fit its type
 */
export function toFilter(input: {
  readonly conditions: readonly RecordCondition[];
  /** Types of the fields; Edm.String where nothing is said. */
  readonly types: EntityType['properties'];
  readonly version: ODataVersion;
}): string {
  const alone = input.conditions.length === 1;
  return input.conditions.map((condition) => write({ ...input, condition, alone })).join(' and ');
}

function write(input: {
  readonly condition: RecordCondition;
  readonly types: EntityType['properties'];
  readonly version: ODataVersion;
  readonly alone: boolean;
}): string {
  const { field, operator, value } = input.condition;
  const { type } = propertyOf(input.types[field] ?? 'Edm.String');
  const literal = (one: unknown) =>
    formatLiteral({
      value: one,
      type,
      version: input.version,
      wholeSeconds: boundIn(operator),
    });
  if (operator === 'in' || Array.isArray(value)) {
    const values = Array.isArray(value) ? value : [value];
    if ((operator !== 'in' && operator !== 'eq') || values.length === 0) {
      throw new ConnectorError({
        code: 'ERR_UNSUPPORTED_QUERY',
        category: 'unsupported',
        message: `The condition on ${field} needs at least one value, and a list only with "in".`,
      });
    }
    // V2 has no `in`, Finance & Operations refuses it: `or` works everywhere.
    const any = values.map((one) => `${field} eq ${literal(one)}`).join(' or ');
    return values.length === 1 || input.alone ? any : `(${any})`;
  }
  return operator === 'startsWith'
    ? `startswith(${field},${literal(value)})`
    : `${field} ${operator} ${literal(value)}`;
}

// Equality has no side to round to.
function boundIn(operator: RecordCondition['operator']): 'down' | 'up' | undefined {
  if (operator === 'ge' || operator === 'gt') return 'down';
  return operator === 'le' || operator === 'lt' ? 'up' : undefined;
}
