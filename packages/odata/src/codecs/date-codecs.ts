import type { ODataVersion } from '../literals/edm-type.ts';
import { dateOfDays, dateTimeOfMilliseconds, type IsoParts, parseIso } from './calendar.ts';
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

/** Milliseconds of `/Date(…)/`, which may be negative; `undefined` for another form. */
function readTicks(wire: unknown): number | undefined {
  if (typeof wire !== 'string' || !wire.startsWith('/Date(') || !wire.endsWith(')/')) {
    return undefined;
  }
  let end = wire.length - 2;
  const sign = Math.max(wire.lastIndexOf('+'), wire.lastIndexOf('-'));
  if (sign > 6) {
    if (!/^\d{1,4}$/.test(wire.slice(sign + 1, end))) return undefined;
    end = sign;
  }
  const ticks = end > 6 ? Number(wire.slice(6, end)) : Number.NaN;
  return Number.isSafeInteger(ticks) ? ticks : undefined;
}

/** An instant as canonical text, its fraction kept to the last digit. */
export function instantOf(parts: IsoParts): string {
  const text = dateTimeOfMilliseconds(parts.secondsMs) ?? '';
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
