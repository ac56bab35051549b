import { dateOfDays, daysOfDate, digitsAt, isIsoDate, twoDigits } from '../../calendar/calendar.ts';

/** Whole seconds since 1970-01-01T00:00:00Z, and the digits of the fraction without trailing zeros. */
export interface Instant {
  readonly seconds: number;
  readonly fraction: string;
}

// Date, hour, minute, second, fraction, then Z or sign, hours and minutes of the offset.
const grammar =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,12}))?)?(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))$/;

/** Reads ISO 8601 with any offset, or answers `undefined`. */
export function readIsoInstant(text: string): Instant | undefined {
  const match = grammar.exec(text);
  if (match === null) return undefined;
  const [, date = '', hour, minute, second = 0, fraction = '', sign, hours = 0, minutes = 0] =
    match;
  if (!isIsoDate(date)) return undefined;
  const days = daysOfDate(digitsAt(date, 0, 4), digitsAt(date, 5, 2), digitsAt(date, 8, 2));
  const local = days * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const offset = Number(hours) * 3600 + Number(minutes) * 60;
  return {
    seconds: sign === '-' ? local + offset : local - offset,
    fraction: fraction.replace(/0+$/, ''),
  };
}

/** ISO 8601 in UTC, or `undefined` outside the years 0001 to 9999. */
export function writeIsoInstant({ seconds, fraction }: Instant): string | undefined {
  const days = Math.floor(seconds / 86_400);
  const date = dateOfDays(days);
  if (date === undefined) return undefined;
  const rest = seconds - days * 86_400;
  const clock = [Math.floor(rest / 3600), Math.floor((rest % 3600) / 60), rest % 60];
  return `${date}T${clock.map(twoDigits).join(':')}${fraction === '' ? '' : `.${fraction}`}Z`;
}

export function instantOfMilliseconds(milliseconds: number): Instant {
  const seconds = Math.floor(milliseconds / 1000);
  const rest = milliseconds - seconds * 1000;
  return { seconds, fraction: rest === 0 ? '' : String(rest).padStart(3, '0').replace(/0+$/, '') };
}

/** Negative, zero or positive, to the last digit: `Date.parse` ends at milliseconds. */
export const compareInstants = (left: Instant, right: Instant): number =>
  left.seconds - right.seconds ||
  (left.fraction === right.fraction ? 0 : left.fraction < right.fraction ? -1 : 1);

export const millisecondsOfInstant = ({ seconds, fraction }: Instant): number =>
  seconds * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
