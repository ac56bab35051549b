import {
  type EntityType,
  extendEntityType,
  type NavigationDefinition,
  type ODataRecord,
  type ServiceMetadata,
  targetOf,
} from '@common/connector-odata';
import type { SapEntity } from './sap-entity.ts';

const prefix = 'YY1_';
const dateAtMidnight = /^\d{4}-\d\d-\d\dT00:00:00$/;
const dateOrInstant = /^\d{4}-\d\d-\d\d(?:T|$)/;

/**
 * The record with days in customer fields as `YYYY-MM-DD`, on every level. The fields are not declared, so
 * V2 read them as date and time; of an Edm.DateTime, key user extensibility makes days only.
 */
export function withCustomDates({ version }: SapEntity, record: ODataRecord): ODataRecord {
  return version === 'v2' ? readCustomDates(record) : record;
}

function readCustomDates(record: ODataRecord): ODataRecord {
  let changed: ODataRecord | undefined;
  for (const name in record) {
    const value = record[name];
    const read = readValue(name, value);
    if (read === value) continue;
    changed ??= { ...record };
    changed[name] = read;
  }
  return changed ?? record;
}

function readValue(name: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => (isRecord(item) ? readCustomDates(item) : item));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (isRecord(value)) return readCustomDates(value);
  return typeof value === 'string' && name.startsWith(prefix) && dateAtMidnight.test(value)
    ? value.slice(0, 10)
    : value;
}

/** Whether a customer field holds what may be a day or an instant, which V2 writes by its type. */
export function hasCustomDate(record: ODataRecord): boolean {
  return Object.entries(record).some(([name, value]) => {
    if (Array.isArray(value)) return value.some((item) => isRecord(item) && hasCustomDate(item));
    if (isRecord(value)) return hasCustomDate(value);
    return name.startsWith(prefix) && typeof value === 'string' && dateOrInstant.test(value);
  });
}

/** The type with the fields that the live service knows besides, and those of its children. */
export function withLiveFields(type: EntityType, metadata: ServiceMetadata): EntityType {
  const navigations = Object.entries(type.navigations ?? {}).map(
    ([name, navigation]): [string, NavigationDefinition] => [
      name,
      { ...navigation, type: withLiveFields(targetOf(navigation), metadata) },
    ],
  );
  return {
    ...extendEntityType({ type, metadata }),
    navigations: Object.fromEntries(navigations),
  };
}

const isRecord = (value: unknown): value is ODataRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
