// Tables in place of padding: these run for every date of every record.
const two = Array.from({ length: 100 }, (_, index) => String(index).padStart(2, '0'));
const twoAndColon = two.map((digits) => `${digits}:`);
const monthAndDay = Array.from(
  { length: 13 * 32 },
  (_, index) => `-${two[Math.floor(index / 32)]}-${two[index % 32]}`,
);
const millisecondsPerDay = 86_400_000;

/** Days since 1970-01-01 of a proleptic Gregorian date; `undefined` when there is no such day. */
function daysOfDate(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  // Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** `YYYY-MM-DD` of days since 1970-01-01, years 0 to 9999; `undefined` beyond. */
export function dateOfDays(days: number): string | undefined {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1;
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  if (year < 0 || year > 9999) return undefined;
  const digits = year > 999 ? String(year) : String(year).padStart(4, '0');
  return digits + monthAndDay[month * 32 + day];
}

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
  /** Milliseconds since 1970 of the whole seconds, UTC when there was an offset, else as written. */
  readonly secondsMs: number;
  /** Fraction digits as written, without trailing zeros. */
  readonly fraction: string;
  /** Whether a zone was written. */
  readonly zoned: boolean;
  /** Whether a time was written. */
  readonly timed: boolean;
}

const isoForm =
  /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Takes an ISO text apart; `undefined` when it is none, or names a day or time that is none. */
export function parseIso(text: string): IsoParts | undefined {
  const match = isoForm.exec(text);
  if (match === null) return undefined;
  const days = daysOfDate(Number(match[1]), Number(match[2]), Number(match[3]));
  if (days === undefined) return undefined;
  const hours = Number(match[4] ?? 0);
  const minutes = Number(match[5] ?? 0);
  const seconds = Number(match[6] ?? 0);
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const zone = match[8];
  const offsetMinutes =
    zone === undefined || zone === 'Z' || zone === 'z'
      ? 0
      : (zone[0] === '-' ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
  return {
    secondsMs:
      days * millisecondsPerDay + ((hours * 60 + minutes - offsetMinutes) * 60 + seconds) * 1000,
    fraction: (match[7] ?? '').replace(/0+$/, ''),
    zoned: zone !== undefined,
    timed: match[4] !== undefined,
  };
}
