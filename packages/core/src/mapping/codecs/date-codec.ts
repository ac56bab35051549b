import { dateOfDays, daysOfDate, digitsAt, isIsoDate } from '../../calendar/calendar.ts';
import { oneOf } from '../check.ts';
import type { Codec, CodecKind } from '../codec.ts';
import { refuse } from '../refuse.ts';

/**
 * A calendar date without a time zone; canonical: `YYYY-MM-DD`. Zeros, blanks and the empty text are
 * "no date".
 */
export interface DateCodecOptions {
  readonly kind: 'date';
  /** How the vendor writes it. `/Date(ms)/` is OData V2 JSON. @default 'YYYY-MM-DD' */
  readonly format?: DateFormat | undefined;
}

export type DateFormat =
  | 'YYYY-MM-DD'
  | 'YYYYMMDD'
  | 'DD.MM.YYYY'
  | 'MM/DD/YYYY'
  | 'YYYY-MM-DDTHH:mm:ss'
  | '/Date(ms)/';

/** How a vendor's text becomes the ISO date and back. `decode` may answer what is no date: it is checked. */
interface DateNotation {
  decode(text: string): string | undefined;
  encode(isoDate: string): string;
  readonly empty?: string;
}

const millisecondsOfDay = 86_400_000;
const parts = (text: string, year: number, month: number, day: number) =>
  `${text.slice(year, year + 4)}-${text.slice(month, month + 2)}-${text.slice(day, day + 2)}`;

const notations: { readonly [format in DateFormat]: DateNotation } = {
  'YYYY-MM-DD': { decode: (text) => text, encode: (date) => date },
  YYYYMMDD: {
    decode: (text) => (text.length === 8 ? parts(text, 0, 4, 6) : undefined),
    encode: (date) => date.slice(0, 4) + date.slice(5, 7) + date.slice(8),
    // The initial value of ABAP's type DATS.
    empty: '00000000',
  },
  'DD.MM.YYYY': {
    decode: (text) => (/^..\...\.....$/.test(text) ? parts(text, 6, 3, 0) : undefined),
    encode: (date) => `${date.slice(8)}.${date.slice(5, 7)}.${date.slice(0, 4)}`,
  },
  'MM/DD/YYYY': {
    decode: (text) => (/^..\/..\/....$/.test(text) ? parts(text, 6, 0, 3) : undefined),
    encode: (date) => `${date.slice(5, 7)}/${date.slice(8)}/${date.slice(0, 4)}`,
  },
  'YYYY-MM-DDTHH:mm:ss': {
    // Only midnight: a time of day would be lost.
    decode: (text) =>
      /^.{10}T00:00(:00(\.0+)?)?(Z|\+00:00)?$/.test(text) ? text.slice(0, 10) : undefined,
    encode: (date) => `${date}T00:00:00`,
  },
  '/Date(ms)/': { decode: dateOfTicks, encode: ticksOfDate },
};

function dateOfTicks(text: string): string | undefined {
  if (!text.startsWith('/Date(') || !text.endsWith(')/')) return undefined;
  const milliseconds = integerBetween(text, 6, text.length - 2);
  const days = milliseconds / millisecondsOfDay;
  return Number.isInteger(days) ? dateOfDays(days) : undefined;
}

/** The whole number in a part of a text, or NaN. */
function integerBetween(text: string, from: number, to: number): number {
  const isNegative = text.charCodeAt(from) === 45;
  const start = isNegative ? from + 1 : from;
  if (to <= start || to - start > 15) return Number.NaN;
  const value = digitsAt(text, start, to - start);
  return isNegative ? -value : value;
}

function ticksOfDate(date: string): string {
  const days = daysOfDate(digitsAt(date, 0, 4), digitsAt(date, 5, 2), digitsAt(date, 8, 2));
  return `/Date(${days * millisecondsOfDay})/`;
}

export const dateCodec: CodecKind<DateCodecOptions> = {
  kind: 'date',
  options: { format: oneOf(Object.keys(notations)) },
  create: ({ format = 'YYYY-MM-DD' }): Codec => {
    const notation = notations[format];
    return {
      decode: (value) => {
        if (typeof value !== 'string') return refuse(`expected a date as text, ${format}`);
        const date = notation.decode(value);
        if (date !== undefined && isIsoDate(date)) return date;
        // Zeros, blanks or nothing: all ways to say "no date".
        if (/^[0\s./-]*$/.test(value)) return undefined;
        return refuse(`expected a date that exists, written ${format}`);
      },
      encode: (value) => {
        if (typeof value === 'string' && isIsoDate(value)) return notation.encode(value);
        return refuse('expected a date that exists, written YYYY-MM-DD');
      },
      ...(notation.empty === undefined ? {} : { empty: notation.empty }),
      sample: (random) => dateOfDays(random.integer(-25_000, 60_000)),
      describe: (_input, _output, direction) =>
        direction === 'decode' ? `read from ${format}` : `written as ${format}`,
    };
  },
};
