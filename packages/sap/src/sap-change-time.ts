import type { ODataRecord } from '@common/connector-odata';
import type { SapEntity } from './sap-entity.ts';

/**
 * When a record was changed last, as an instant with seven fraction digits; empty when SAP does not say.
 * Business partners have date and time apart, and no change date before their first change. That the times
 * are UTC is not verified against a live system.
 */
export function changeTimeOf(entity: SapEntity, vendor: ODataRecord): string {
  const times = changeProperties[entity.changeTime].map((names) => timeIn(names, vendor));
  return times.sort().at(-1) ?? '';
}

/** Where the times stand. */
export const changeProperties = {
  instant: [['LastChangeDateTime']],
  'date-and-time': [
    ['LastChangeDate', 'LastChangeTime'],
    ['CreationDate', 'CreationTime'],
  ],
} as const satisfies Record<SapEntity['changeTime'], readonly ChangeProperties[]>;

/** A property with an instant, or one with the date and one with the time. */
export type ChangeProperties = readonly [string] | readonly [date: string, time: string];

/** The instant in the given properties; empty when there is none. */
export function timeIn([first, second]: ChangeProperties, vendor: ODataRecord): string {
  return second === undefined
    ? normalizeInstant(vendor[first])
    : instantOf(vendor[first], vendor[second]);
}

/** The same instant with exactly seven fraction digits, so that texts compare as times do. */
export function normalizeInstant(instant: unknown): string {
  if (typeof instant !== 'string') return '';
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7})\d*)?Z$/.exec(instant);
  return parts ? `${parts[1]}.${(parts[2] ?? '').padEnd(7, '0')}Z` : '';
}

function instantOf(date: unknown, time: unknown): string {
  if (typeof date !== 'string') return '';
  return normalizeInstant(`${date.slice(0, 10)}T${typeof time === 'string' ? time : '00:00:00'}Z`);
}
