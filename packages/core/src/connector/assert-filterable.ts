import type { RecordCondition } from '../contract/record-query.ts';
import { ConnectorError } from '../errors/connector-error.ts';

/**
 * Refuses a query by a field that the entity does not name as filterable: ignoring it would answer
 * records that were not asked for.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_QUERY`
 */
export function assertFilterable(query: {
  /** `manifest.id`. */
  readonly system: string;
  readonly entity: string;
  readonly where: readonly RecordCondition[] | undefined;
  readonly filterable: readonly string[];
}): void {
  const { system, entity, where = [], filterable } = query;
  const bad = where.find(({ field }) => !filterable.includes(field));
  if (bad === undefined) return;
  const known =
    filterable.length === 0 ? 'It cannot be filtered.' : `It can be by ${filterable.join(', ')}.`;
  throw new ConnectorError({
    code: 'ERR_UNSUPPORTED_QUERY',
    category: 'unsupported',
    message: `A ${entity} of ${system} cannot be filtered by "${bad.field}". ${known}`,
    system,
    entity,
    path: bad.field,
  });
}
