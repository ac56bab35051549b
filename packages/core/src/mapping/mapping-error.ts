import { ConnectorError } from '../errors/connector-error.ts';
import type { MappingDirection, MappingTemplate } from './mapping-template.ts';
import type { TraceEntry } from './trace-record.ts';
import { valueType } from './value-type.ts';

const shownProblems = 5;

/**
 * One `ConnectorError` for all problems of a record. It names paths, types and rules, never values. It is
 * `retryable` when nothing is wrong but that other records are not there yet.
 */
export function mappingError(
  template: MappingTemplate,
  direction: MappingDirection,
  trace: readonly TraceEntry[],
): ConnectorError {
  const problems = trace.filter((entry) => entry.problem !== undefined);
  const entity = direction === 'decode' ? template.vendor.entity : template.canonical.entity;
  const lines = problems.slice(0, shownProblems).map((entry) => {
    const [canonical, vendor] =
      direction === 'decode' ? [entry.to, entry.from] : [entry.from, entry.to];
    const where = [canonical, vendor && vendor !== canonical && `(vendor field ${vendor})`];
    return `${where.filter(Boolean).join(' ')}: got ${valueType(entry.input)}, ${entry.problem}`;
  });
  const more =
    problems.length > shownProblems ? `; and ${problems.length - shownProblems} more` : '';
  const first = problems[0];
  return new ConnectorError({
    code: 'ERR_MAPPING',
    category: 'mapping',
    message: `Template ${template.id} version ${template.version} cannot ${direction} this ${entity}. ${lines.join('; ')}${more}.`,
    retryable: problems.length > 0 && problems.every(({ mayPass }) => mayPass === true),
    system: template.vendor.system,
    entity: template.canonical.entity,
    path: direction === 'decode' ? first?.to : (first?.from ?? first?.to),
    cause: first?.cause,
  });
}

/** For what is no record at all. */
export function notARecord(
  template: MappingTemplate,
  direction: MappingDirection,
  value: unknown,
): ConnectorError {
  return new ConnectorError({
    code: 'ERR_MAPPING',
    category: 'mapping',
    message: `Template ${template.id} version ${template.version} cannot ${direction} this: expected a record, got ${valueType(value)}.`,
    system: template.vendor.system,
    entity: template.canonical.entity,
  });
}
