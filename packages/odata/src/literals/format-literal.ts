import { ConnectorError } from '@common/connector-core';
import { dateTimeOfMilliseconds, parseIso } from '../codecs/calendar.ts';
import { codecFor } from '../codecs/codec-for.ts';
import { instantOf } from '../codecs/date-codecs.ts';
import { timeCodec, timeOfDayCodec } from '../codecs/time-codecs.ts';
import { wireValueError } from '../codecs/wire-value-error.ts';
import type { EdmType, ODataVersion } from './edm-type.ts';

/** A value as it stands in a URL. */
export interface LiteralInput {
  /** Canonical: decimals, Int64, dates, instants, times, Guid as strings; `null` for null. */
  readonly value: unknown;
  readonly type: EdmType;
  readonly version: ODataVersion;
  /**
   * Takes the fraction off instants: some SAP services fail on it (SAP/cloud-sdk#1197). `down` for a
   * lower bound and `up` for an upper one, so that no record is left out.
   * @default the fraction stays
   */
  readonly wholeSeconds?: 'down' | 'up' | undefined;
}

/**
 * Writes a literal, not yet percent-encoded: `'O''Neil'`, `100.50M`, `datetime'2026-01-01T00:00:00'`.
 *
 * @throws ConnectorError `ERR_MAPPING` when the value does not have the type's form,
 *   `ERR_UNSUPPORTED_QUERY` for types that have no literal
 */
export function formatLiteral(input: LiteralInput): string {
  const { value, type, version } = input;
  if (value === null || value === undefined) return 'null';
  const canonical = () => codecFor({ type, version }).decode(value);
  switch (type) {
    case 'Edm.String':
      return quote(String(canonical()));
    case 'Edm.Boolean':
    case 'Edm.Byte':
    case 'Edm.SByte':
    case 'Edm.Int16':
    case 'Edm.Int32':
      return String(canonical());
    case 'Edm.Int64':
      return `${codecFor({ type, version: 'v2' }).encode(value)}${version === 'v2' ? 'L' : ''}`;
    case 'Edm.Decimal':
      return version === 'v2' ? `${canonical()}M` : String(canonical());
    case 'Edm.Single':
    case 'Edm.Double': {
      const number = String(codecFor({ type, version: 'v2' }).encode(canonical()));
      if (version === 'v4' || /[FN]/.test(number)) return number;
      return number + (type === 'Edm.Single' ? 'f' : 'd');
    }
    case 'Edm.Guid':
      return version === 'v2' ? `guid'${canonical()}'` : String(canonical());
    case 'Edm.DateTime':
      return `datetime'${dateTime(value)}'`;
    case 'Edm.DateTimeOffset': {
      const instant = instantText(value, input.wholeSeconds);
      return version === 'v2' ? `datetimeoffset'${instant}'` : instant;
    }
    case 'Edm.Date':
      return String(canonical());
    case 'Edm.Time':
      return `time'${timeCodec.encode(value)}'`;
    case 'Edm.TimeOfDay':
      return String(timeOfDayCodec.encode(value));
    case 'Edm.Duration':
      return `duration'${canonical()}'`;
    case 'Edm.Binary':
      return version === 'v2' ? `X'${hex(String(canonical()))}'` : base64url(String(canonical()));
    default:
      return enumLiteral(type, value);
  }
}

/** A string literal: quotes doubled, in quotes. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

// A zone inside datetime'…' is a syntax error on Gateway (odata2ts#435).
function dateTime(value: unknown): string {
  const parts = typeof value === 'string' ? parseIso(value) : undefined;
  if (parts === undefined) {
    throw wireValueError({ type: 'Edm.DateTime', expected: 'an ISO date or date-time', value });
  }
  return instantOf(parts).slice(0, -1);
}

function instantText(value: unknown, wholeSeconds: LiteralInput['wholeSeconds']): string {
  const parts = typeof value === 'string' ? parseIso(value) : undefined;
  if (parts === undefined) {
    throw wireValueError({ type: 'Edm.DateTimeOffset', expected: 'an ISO instant', value });
  }
  if (wholeSeconds === undefined || parts.fraction === '') return instantOf(parts);
  const text = dateTimeOfMilliseconds(parts.secondsMs + (wholeSeconds === 'up' ? 1000 : 0));
  // Behind the last second of the year 9999 comes none.
  return text === undefined ? instantOf(parts) : `${text}Z`;
}

function hex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex').toUpperCase();
}

function base64url(base64: string): string {
  return `binary'${Buffer.from(base64, 'base64').toString('base64url')}'`;
}

function enumLiteral(type: string, value: unknown): string {
  if (typeof value === 'string' && type.includes('.') && !/^(?:Edm\.|Collection\()/.test(type)) {
    return `${type}${quote(value)}`;
  }
  throw new ConnectorError({
    code: 'ERR_UNSUPPORTED_QUERY',
    category: 'unsupported',
    message: `A value of type ${type} cannot be written into a URL; filter on a primitive property.`,
  });
}
