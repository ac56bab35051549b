import { dateOfDays, daysOfDate, isIsoDate } from '@common/connector-core';

// Tables in place of padding: these run for every date of every record.
const two = Array.from({ length: 100 }, (_, index) => String(index).padStart(2, '0'));
const twoAndColon = two.map((digits) => `${digits}:`);
const millisecondsPerDay = 86_400_000;
// The first of the year 0 and of the year 10000, in days since 1970.
const firstDay = -719_528;
const endDay = 2_932_897;

/**
 * `YYYY-MM-DDTHH:mm:ss[.fff]` of milliseconds since 1970 without a zone, years 0 to 9999; `undefined`
 * beyond. The fraction has no trailing zeros, so that the same instant always is the same text.
 */
export function dateTimeOfMilliseconds(milliseconds: number): string | undefined {
  const days = Math.floor(milliseconds / millisecondsPerDay);
  const date = dateOfDays(days);
  if (date === undefined) return undefined;
  const rest = milliseconds - days * millisecondsPerDay;
  const seconds = Math.floor(rest / 1000);
  const fraction = rest - seconds * 1000;
  const minutes = Math.floor(seconds / 60);
  const clock =
    (twoAndColon[Math.floor(minutes / 60)] as string) +
    twoAndColon[minutes % 60] +
    two[seconds % 60];
  return fraction === 0 ? `${date}T${clock}` : `${date}T${clock}.${fractionDigits(fraction)}`;
}

function fractionDigits(milliseconds: number): string {
  if (milliseconds % 100 === 0) return String(milliseconds / 100);
  if (milliseconds % 10 === 0) return two[milliseconds / 10] as string;
  return String(milliseconds).padStart(3, '0');
}

/** The parts of an ISO date, date-time or instant. */
export interface IsoParts {
  /**
   * Milliseconds since 1970 of the whole seconds, UTC when there was an offset, else as written; in the
   * years 0 to 9999.
   */
  readonly secondsMs: number;
  /** Fraction digits as written, without trailing zeros. */
  readonly fraction: string;
  /** Whether a zone was written. */
  readonly zoned: boolean;
  /** Whether a time was written. */
  readonly timed: boolean;
}

const isoForm =
  /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?$/i;

/** Takes an ISO text apart; `undefined` when it is none, or names a day or time that is none. */
export function parseIso(text: string): IsoParts | undefined {
  const match = isoForm.exec(text);
  if (match === null) return undefined;
  if (!isIsoDate(text.slice(0, 10))) return undefined;
  const days = daysOfDate(Number(match[1]), Number(match[2]), Number(match[3]));
  const hours = Number(match[4] ?? 0);
  const minutes = Number(match[5] ?? 0);
  const seconds = Number(match[6] ?? 0);
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const zone = match[8];
  const offsetMinutes =
    zone === undefined || zone === 'Z' || zone === 'z'
      ? 0
      : (zone[0] === '-' ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
  const secondsMs =
    days * millisecondsPerDay + ((hours * 60 + minutes - offsetMinutes) * 60 + seconds) * 1000;
  if (secondsMs < firstDay * millisecondsPerDay || secondsMs >= endDay * millisecondsPerDay) {
    return undefined;
  }
  return {
    secondsMs,
    fraction: (match[7] ?? '').replace(/0+$/, ''),
    zoned: zone !== undefined,
    timed: match[4] !== undefined,
  };
}
