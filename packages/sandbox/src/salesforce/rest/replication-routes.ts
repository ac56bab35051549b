import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';
import { type Call, type DataRoute, findType, type Organization } from '../call.ts';
import { formatDatetime, readDatetime } from '../data/wire-value.ts';
import { badRequest } from '../salesforce-error.ts';
import type { ObjectType } from '../schema/schema.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const updatedDays = 30;
const deletedDays = 15;

/** getUpdated and getDeleted. */
export function createReplicationRoutes(
  { schema, database, records }: Organization,
  options: {
    readonly clock: SandboxClock;
    readonly maximumIds: number;
    readonly ignoresSeconds: boolean;
  },
): readonly DataRoute[] {
  const { clock, maximumIds, ignoresSeconds } = options;
  const invalid = (message: string) => badRequest('INVALID_REPLICATION_DATE', message);

  const readInstant = (call: Call, name: string): number => {
    const text = call.query.get(name);
    // An unescaped `+` arrives as a blank.
    const instant = text === null ? undefined : readDatetime(text.replace(' ', '+'));
    if (instant === undefined) throw badRequest('INVALID_FIELD', `${name}: a datetime is needed`);
    return ignoresSeconds ? Math.floor(instant / minuteMs) * minuteMs : instant;
  };
  const readWindow = (call: Call, days: number, minimumMs: number) => {
    const [start, end] = [readInstant(call, 'start'), readInstant(call, 'end')];
    if (end - start <= minimumMs) {
      throw invalid('startDate must be before endDate by more than a minute');
    }
    if (start < clock.now() - days * dayMs) {
      throw invalid(`startDate cannot be more than ${days} days ago`);
    }
    return { start, end, coveredMs: Math.min(end, clock.now()) };
  };
  const typeOf = (call: Call): ObjectType => {
    const type = findType(schema, call.params.type);
    if (type.definition.replicateable !== false) return type;
    throw badRequest('OBJECT_NOT_REPLICATEABLE', `${type.name} is not replicateable`);
  };
  const assertCount = (count: number): void => {
    if (count > maximumIds) {
      throw badRequest('EXCEEDED_ID_LIMIT', `More than ${maximumIds} records changed`);
    }
  };

  return [
    {
      method: 'GET',
      path: '/sobjects/:type/updated',
      operation: 'getUpdated',
      handle(call) {
        const type = typeOf(call);
        const { start, end, coveredMs } = readWindow(call, updatedDays, 0);
        const ids: string[] = [];
        for (const row of database.table(type).rows()) {
          const stamp = Number(row.SystemModstamp);
          if (row.IsDeleted !== true && stamp >= start && stamp < end) ids.push(row.Id);
        }
        assertCount(ids.length);
        return { status: 200, body: { ids, latestDateCovered: formatDatetime(coveredMs) } };
      },
    },
    {
      method: 'GET',
      path: '/sobjects/:type/deleted',
      operation: 'getDeleted',
      handle(call) {
        const type = typeOf(call);
        const { start, end, coveredMs } = readWindow(call, deletedDays, minuteMs);
        const deleted = records.deletions.filter(
          ({ objectName, atMs }) => objectName === type.name && atMs >= start && atMs < end,
        );
        assertCount(deleted.length);
        return {
          status: 200,
          body: {
            deletedRecords: deleted.map(({ id, atMs }) => ({
              id,
              deletedDate: formatDatetime(atMs),
            })),
            earliestDateAvailable: formatDatetime(clock.now() - deletedDays * dayMs),
            latestDateCovered: formatDatetime(coveredMs),
          },
        };
      },
    },
  ];
}
