import type { Organization } from './call.ts';
import type { BusEvent, EventLog } from './events/event-log.ts';
import type { Row } from './schema/object-definition.ts';
import type { ObjectType } from './schema/schema.ts';

/** A record as the simulator holds it: decimals as texts, datetimes as ISO texts. */
export type SalesforceRecord = Readonly<Record<string, string | number | boolean | null>>;

export interface SalesforceCounters {
  /** Records by object, deleted ones not counted. */
  readonly records: Readonly<Record<string, number>>;
  readonly deleted: number;
  readonly sessions: number;
  readonly grants: number;
  readonly requests: number;
}

/** The state, read past sessions, limits and faults: the proof of what really happened. */
export interface SalesforceState {
  /** How many records there are, deleted ones not counted. */
  count(objectName: string): number;
  /** Records whose fields have these values, or that a test accepts. Values find deleted ones only with
   * `IsDeleted: true`; a test sees them all.
   */
  find(
    objectName: string,
    match?: Readonly<Record<string, unknown>> | ((record: SalesforceRecord) => boolean),
  ): readonly SalesforceRecord[];
  get(objectName: string, id: string): SalesforceRecord | undefined;
  /** Change events that are retained, oldest first. */
  events(): readonly BusEvent[];
  counters(): SalesforceCounters;
}

export function createSalesforceState(
  { schema, database }: Organization,
  log: EventLog,
  counts: () => { readonly sessions: number; readonly grants: number; readonly requests: number },
): SalesforceState {
  const typeOf = (objectName: string): ObjectType => {
    const type = schema.object(objectName);
    if (type) return type;
    const known = schema.objects.map(({ name }) => name).join(', ');
    throw new TypeError(`There is no object "${objectName}"; known: ${known}`);
  };
  const show = (type: ObjectType, row: Row): SalesforceRecord =>
    Object.fromEntries(
      type.fields
        .filter((field) => field.type !== 'address')
        .map((field) => {
          const value = database.valueIn(field, row);
          const isInstant = field.type === 'datetime' && value !== null;
          return [field.name, isInstant ? new Date(Number(value)).toISOString() : value];
        }),
    );
  const rowsOf = (type: ObjectType): Row[] => [...database.table(type).rows()];

  return {
    count: (objectName) =>
      rowsOf(typeOf(objectName)).filter(({ IsDeleted }) => IsDeleted !== true).length,
    find(objectName, match = {}) {
      const type = typeOf(objectName);
      const fits =
        typeof match === 'function'
          ? match
          : (record: SalesforceRecord) =>
              Object.entries({ IsDeleted: false, ...match }).every(
                ([name, value]) => record[name] === value,
              );
      return rowsOf(type)
        .map((row) => show(type, row))
        .filter(fits);
    },
    get(objectName, id) {
      const type = typeOf(objectName);
      const row = database.table(type).get(id);
      return row && show(type, row);
    },
    events: () => log.events(),
    counters() {
      const live = (type: ObjectType) => rowsOf(type).filter(({ IsDeleted }) => IsDeleted !== true);
      return {
        records: Object.fromEntries(schema.objects.map((type) => [type.name, live(type).length])),
        deleted: schema.objects.flatMap(rowsOf).filter(({ IsDeleted }) => IsDeleted === true)
          .length,
        ...counts(),
      };
    },
  };
}
