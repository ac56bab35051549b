import { oneOf, wholeNumber } from '../check.ts';
import type { CodecKind } from '../codec.ts';
import { refuse } from '../refuse.ts';
import { dateOfDays, daysOfDate, digitsAt, isIsoDate, twoDigits } from './calendar.ts';

/**
 * A point in time; canonical: ISO in UTC with as many fraction digits as it has
 * (`2026-01-31T12:00:00Z`, `2026-01-31T12:00:00.1234567Z`).
 */
export interface InstantCodecOptions {
  readonly kind: 'instant';
  /**
   * How the vendor writes it. `iso` reads any offset and writes UTC; `/Date(ms)/` is OData V2 JSON;
   * the last one is a time stamp in UTC. @default 'iso'
   */
  readonly format?: InstantFormat | undefined;
  /** Fraction digits that the vendor wants, for format `iso`. @default as many as there are */
  readonly fractionDigits?: number | undefined;
}

export type InstantFormat =
  | 'iso'
  | '/Date(ms)/'
  | 'epoch-milliseconds'
  | 'epoch-seconds'
  | 'YYYYMMDDHHmmss';

const formats = ['iso', '/Date(ms)/', 'epoch-milliseconds', 'epoch-seconds', 'YYYYMMDDHHmmss'];
const isoInstant =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,12}))?)?(?:(Z)|([+-])(\d\d):?(\d\d))$/;
const ticks = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;

/** Whole seconds since 1970-01-01T00:00:00Z, and the digits of the fraction without trailing zeros. */
interface Instant {
  readonly seconds: number;
  readonly fraction: string;
}

export const instantCodec: CodecKind<InstantCodecOptions> = {
  kind: 'instant',
  options: { format: oneOf(formats), fractionDigits: wholeNumber(0, 12) },
  create: ({ format = 'iso', fractionDigits }) => {
    const decimals =
      format === 'iso'
        ? (fractionDigits ?? 7)
        : format.includes('ms') || format === 'epoch-milliseconds'
          ? 3
          : 0;
    return {
      decode: (value) => {
        if (value === '') return undefined;
        const instant = read(value, format);
        const text = instant && write(instant);
        return text ?? refuse(`expected a point in time, written ${format}`);
      },
      encode: (value) => {
        const instant = typeof value === 'string' ? readIso(value) : undefined;
        if (instant === undefined) {
          return refuse('expected a point in time, for example 2026-01-31T12:00:00Z');
        }
        return writeAs(instant, format, fractionDigits);
      },
      sample: (random) =>
        write({
          seconds: random.integer(-2_000_000_000, 4_000_000_000),
          fraction: random.text(random.integer(0, decimals), '0123456789').replace(/0+$/, ''),
        }),
      describe: (_input, _output, direction) =>
        direction === 'decode' ? `read from ${format}, in UTC` : `written as ${format}`,
    };
  },
};

function read(value: unknown, format: InstantFormat): Instant | undefined {
  switch (format) {
    case 'iso':
      return typeof value === 'string' ? readIso(value) : undefined;
    case '/Date(ms)/': {
      const match = typeof value === 'string' ? ticks.exec(value) : null;
      return match === null ? undefined : ofMilliseconds(Number(match[1]));
    }
    case 'epoch-milliseconds':
      return Number.isSafeInteger(value) ? ofMilliseconds(value as number) : undefined;
    case 'epoch-seconds':
      return Number.isSafeInteger(value) ? { seconds: value as number, fraction: '' } : undefined;
    case 'YYYYMMDDHHmmss': {
      if (typeof value !== 'string' || !/^\d{14}$/.test(value)) return undefined;
      const pieces = value.match(/(....)(..)(..)(..)(..)(..)/) as RegExpMatchArray;
      const [, year, month, day, hour, minute, second] = pieces;
      return readIso(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    }
  }
}

function readIso(text: string): Instant | undefined {
  const match = isoInstant.exec(text);
  if (match === null) return undefined;
  const [, date = '', hour, minute, second = '0', fraction = '', , sign, offsetHour, offsetMinute] =
    match;
  if (!isIsoDate(date) || Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59) {
    return undefined;
  }
  const offset = Number(offsetHour ?? 0) * 3600 + Number(offsetMinute ?? 0) * 60;
  const days = daysOfDate(digitsAt(date, 0, 4), digitsAt(date, 5, 2), digitsAt(date, 8, 2));
  return {
    seconds:
      days * 86_400 +
      Number(hour) * 3600 +
      Number(minute) * 60 +
      Number(second) -
      (sign === '-' ? -offset : offset),
    fraction: fraction.replace(/0+$/, ''),
  };
}

function ofMilliseconds(milliseconds: number): Instant {
  const seconds = Math.floor(milliseconds / 1000);
  const rest = milliseconds - seconds * 1000;
  return { seconds, fraction: rest === 0 ? '' : String(rest).padStart(3, '0').replace(/0+$/, '') };
}

/** `undefined` outside the years 0001 to 9999. */
function write({ seconds, fraction }: Instant): string | undefined {
  const days = Math.floor(seconds / 86_400);
  const date = dateOfDays(days);
  const rest = seconds - days * 86_400;
  const clock = [Math.floor(rest / 3600), Math.floor((rest % 3600) / 60), rest % 60];
  return (
    date && `${date}T${clock.map(twoDigits).join(':')}${fraction === '' ? '' : `.${fraction}`}Z`
  );
}

function writeAs(
  instant: Instant,
  format: InstantFormat,
  fractionDigits: number | undefined,
): string | number {
  const { seconds, fraction } = instant;
  const most =
    format === 'iso'
      ? (fractionDigits ?? 12)
      : format === 'epoch-seconds' || format === 'YYYYMMDDHHmmss'
        ? 0
        : 3;
  if (fraction.length > most) {
    return refuse(`the point in time has more than ${most} fraction digits, which would be lost`);
  }
  const milliseconds = seconds * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
  switch (format) {
    case 'iso': {
      const padded = fraction.padEnd(fractionDigits ?? 0, '0');
      return write({ seconds, fraction: padded }) ?? refuse('the year must lie in 0001 to 9999');
    }
    case '/Date(ms)/':
      return `/Date(${milliseconds}+0000)/`;
    case 'epoch-milliseconds':
      return milliseconds;
    case 'epoch-seconds':
      return seconds;
    case 'YYYYMMDDHHmmss':
      return (write(instant) ?? '').replace(/\D/g, '');
  }
}
