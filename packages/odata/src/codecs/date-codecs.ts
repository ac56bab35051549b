import { dateOfDays } from '@common/connector-core';
import type { ODataVersion } from '../literals/edm-type.ts';
import { dateTimeOfMilliseconds, type IsoParts, parseIso } from './calendar.ts';
import type { WireCodec } from './wire-codec.ts';
import { wireValueError } from './wire-value-error.ts';

const dayMs = 86_400_000;

/**
 * V2 Edm.DateTime that SAP marks `sap:display-format="Date"`: a calendar day at midnight UTC, as
 * `YYYY-MM-DD`. It is never converted to a local time.
 */
export const dateTimeAsDateCodec: WireCodec = {
  decode: (wire) => {
    const ticks = readTicks(wire);
    const date = ticks === undefined ? isoDay(wire) : dateOfDays(Math.floor(ticks / dayMs));
    if (date === undefined) throw dateTimeError(wire);
    return date;
  },
  encode: (value) => {
    const parts = typeof value === 'string' ? parseIso(value) : undefined;
    if (parts === undefined || parts.secondsMs % dayMs !== 0 || parts.fraction !== '') {
      throw wireValueError({ type: 'Edm.DateTime', expected: 'a day such as 2026-01-31', value });
    }
    return `/Date(${parts.secondsMs})/`;
  },
};

/** V2 Edm.DateTime: a date and time without a zone, as `YYYY-MM-DDTHH:mm:ss[.fff]`. */
export const dateTimeCodec: WireCodec = {
  decode: (wire) => {
    const ticks = readTicks(wire);
    const text = ticks === undefined ? isoDateTime(wire) : dateTimeOfMilliseconds(ticks);
    if (text === undefined) throw dateTimeError(wire);
    return text;
  },
  encode: (value) => `/Date(${wholeMilliseconds('Edm.DateTime', value)})/`,
};

/**
 * Edm.DateTimeOffset as an instant in UTC, `YYYY-MM-DDTHH:mm:ss[.fffffff]Z`. V2 sends
 * `/Date(ticks+0060)/`: the ticks are UTC, the offset (minutes) only tells the sender's zone.
 */
export function dateTimeOffsetCodec(version: ODataVersion): WireCodec {
  const decodeIso = (wire: unknown): string => {
    const parts = typeof wire === 'string' ? parseIso(wire) : undefined;
    if (parts?.timed && (parts.zoned || version === 'v2')) return instantOf(parts);
    throw wireValueError({
      type: 'Edm.DateTimeOffset',
      expected: 'an instant such as 2026-01-31T12:00:00Z',
      value: wire,
    });
  };
  return version === 'v4'
    ? { decode: decodeIso, encode: decodeIso }
    : {
        decode: (wire) => {
          const ticks = readTicks(wire);
          const text = ticks === undefined ? undefined : dateTimeOfMilliseconds(ticks);
          return text === undefined ? decodeIso(wire) : `${text}Z`;
        },
        encode: (value) => `/Date(${wholeMilliseconds('Edm.DateTimeOffset', value)}+0000)/`,
      };
}

/** V4 Edm.Date, `YYYY-MM-DD` on both sides. */
export const dateCodec: WireCodec = { decode: day, encode: day };

function day(value: unknown): string {
  const parts = typeof value === 'string' && value.length === 10 ? parseIso(value) : undefined;
  if (parts === undefined) {
    throw wireValueError({ type: 'Edm.Date', expected: 'a day such as 2026-01-31', value });
  }
  return value as string;
}

/**
 * Milliseconds of `/Date(…)/`, which may be negative; `undefined` for another form. Digit by digit:
 * this runs for every date of every record.
 */
function readTicks(wire: unknown): number | undefined {
  if (typeof wire !== 'string' || !wire.startsWith('/Date(')) return undefined;
  const isNegative = wire.charCodeAt(6) === minus;
  const first = isNegative ? 7 : 6;
  let ticks = 0;
  let at = first;
  for (let digit = digitAt(wire, at); digit >= 0; digit = digitAt(wire, at)) {
    ticks = ticks * 10 + digit;
    at += 1;
  }
  if (at === first || !Number.isSafeInteger(ticks)) return undefined;
  const sign = wire.charCodeAt(at);
  if (sign === plus || sign === minus) {
    const offset = at + 1;
    at = offset;
    while (digitAt(wire, at) >= 0) at += 1;
    if (at === offset || at > offset + 4) return undefined;
  }
  if (at !== wire.length - 2 || !wire.endsWith(')/')) return undefined;
  return isNegative ? -ticks : ticks;
}

const minus = 45;
const plus = 43;

/** The digit there; negative when there is none. */
function digitAt(text: string, index: number): number {
  const digit = text.charCodeAt(index) - 48;
  return digit <= 9 ? digit : -1;
}

/** An instant as canonical text, its fraction kept to the last digit. */
export function instantOf(parts: IsoParts): string {
  const text = dateTimeOfMilliseconds(parts.secondsMs) as string;
  return `${text}${parts.fraction === '' ? '' : `.${parts.fraction}`}Z`;
}

function wholeMilliseconds(type: string, value: unknown): number {
  const parts = typeof value === 'string' ? parseIso(value) : undefined;
  // More digits would be lost silently: V2's JSON form ends at milliseconds.
  if (parts === undefined || parts.fraction.length > 3) {
    throw wireValueError({
      type,
      expected: 'an ISO date and time with at most milliseconds',
      value,
    });
  }
  return parts.secondsMs + Number(parts.fraction.padEnd(3, '0'));
}

function isoDay(wire: unknown): string | undefined {
  const parts = typeof wire === 'string' ? parseIso(wire) : undefined;
  return parts === undefined ? undefined : dateOfDays(Math.floor(parts.secondsMs / dayMs));
}

function isoDateTime(wire: unknown): string | undefined {
  const parts = typeof wire === 'string' ? parseIso(wire) : undefined;
  return parts === undefined ? undefined : instantOf(parts).slice(0, -1);
}

function dateTimeError(value: unknown) {
  return wireValueError({ type: 'Edm.DateTime', expected: '/Date(milliseconds)/', value });
}
