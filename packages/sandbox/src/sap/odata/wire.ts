import { decimalPattern, rescale, scaleOf } from './decimal.ts';
import {
  instantOf,
  millisecondsOf,
  parseDate,
  parseDayTime,
  parseInstant,
  parseTime,
} from './instant.ts';
import { initialValue, type Property, type Value } from './model.ts';

/** A JSON number with the digits as they were sent. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type SourceReviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

const keepNumbers: SourceReviver = (_key, value, context) =>
  typeof value === 'number' ? new JsonNumber(context?.source ?? String(value)) : value;

/** Parses JSON without passing numbers through a double. @throws SyntaxError */
export function parseJsonExact(text: string): unknown {
  return JSON.parse(text, keepNumbers as (key: string, value: unknown) => unknown);
}

/** Reads and writes property values in JSON, as one version of OData has them. */
export interface WireFormat {
  /** Compiles how a property's values become JSON text; pages are made of millions of them. */
  writer(property: Property): (value: Value) => string;
  /** `undefined`: the value does not fit the property. */
  read(value: unknown, property: Property): Value | undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON must escape exactly these.
const needsEscape = /["\\\u0000-\u001f\ud800-\udfff\u2028\u2029]/;

export const quote = (text: string): string =>
  text === '' ? '""' : needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`;

const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the conversion exits do to a value that comes in: upper case, leading zeros. */
export function normalize(text: string, format: Property['format']): string {
  if (format === 'upper') return text.toUpperCase();
  if (format === 'plain' || !/^0+\d+$/.test(text)) return text;
  return text.replace(/^0+(?=\d)/, '');
}

function readString(value: unknown, property: Property): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (property.maxLength > 0 && value.length > property.maxLength) return undefined;
  if (property.format === 'numeric' && !/^\d*$/.test(value)) return undefined;
  return normalize(value, property.format);
}

/** A decimal with more digits than declared is refused, never rounded. */
function readDecimal(text: string, property: Property): string | undefined {
  if (!decimalPattern.test(text) || scaleOf(text) > property.scale) return undefined;
  const integerDigits = text.replace('-', '').split('.')[0]!.replace(/^0+/, '').length;
  if (integerDigits > property.precision - property.scale) return undefined;
  return rescale(text, property.scale);
}

function readPlain(value: unknown, property: Property): Value | undefined {
  switch (property.kind) {
    case 'string':
      return readString(value, property);
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'guid':
      return typeof value === 'string' && guidPattern.test(value) ? value.toLowerCase() : undefined;
    case 'int32':
      return value instanceof JsonNumber && /^-?\d{1,10}$/.test(value.text)
        ? Number(value.text)
        : undefined;
    default:
      return undefined;
  }
}

// ABAP dates go from year 1 to 9999.
const firstInstant = Date.parse('0001-01-01T00:00:00Z');
const lastInstant = Date.parse('9999-12-31T23:59:59.999Z');

const readEdmDate = (text: string): string | undefined => {
  const ticks = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(text);
  if (!ticks) return parseInstant(text);
  const milliseconds = Number(ticks[1]);
  const isKnownYear = milliseconds >= firstInstant && milliseconds <= lastInstant;
  return isKnownYear ? instantOf(milliseconds) : undefined;
};

const orNull =
  (write: (value: string) => string): ((value: Value) => string) =>
  (value) =>
    value === null ? 'null' : write(value as string);

/** V2: Decimal and Int64 are strings, dates are `/Date(…)/`, times are durations. */
export const wireV2: WireFormat = {
  writer({ kind }) {
    switch (kind) {
      case 'date':
        return orNull((value) => `"/Date(${Date.parse(value)})/"`);
      case 'instant':
        return orNull((value) => `"/Date(${millisecondsOf(value)}+0000)/"`);
      case 'time':
        return orNull(
          (value) => `"PT${value.slice(0, 2)}H${value.slice(3, 5)}M${value.slice(6, 8)}S"`,
        );
      case 'boolean':
      case 'int32':
        return String;
      case 'string':
        return orNull(quote);
      default:
        return orNull((value) => `"${value}"`);
    }
  },
  read(value, property) {
    if (value === null) return property.isKey ? undefined : initialValue(property);
    switch (property.kind) {
      case 'decimal':
        return typeof value === 'string' ? readDecimal(value, property) : undefined;
      case 'int64':
        return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? value : undefined;
      case 'date':
        return typeof value === 'string' ? readEdmDate(value)?.slice(0, 10) : undefined;
      case 'instant':
        return typeof value === 'string' ? readEdmDate(value) : undefined;
      case 'time':
        return typeof value === 'string' ? parseDayTime(value) : undefined;
      default:
        return readPlain(value, property);
    }
  },
};

// V2 has the exchange rate as a text, which may be empty.
const digitsOf = (value: string): string => (value === '' ? '0' : value);

function createWireV4({ decimalsAsStrings }: { readonly decimalsAsStrings: boolean }): WireFormat {
  return {
    writer({ kind }) {
      switch (kind) {
        case 'decimal':
        case 'int64':
          return orNull(decimalsAsStrings ? (value) => `"${digitsOf(value)}"` : digitsOf);
        case 'boolean':
        case 'int32':
          return String;
        case 'string':
          return orNull(quote);
        default:
          return orNull((value) => `"${value}"`);
      }
    },
    read(value, property) {
      const isTemporal = ['date', 'instant', 'guid'].includes(property.kind);
      if (value === null) return isTemporal && !property.isKey ? null : undefined;
      switch (property.kind) {
        case 'decimal':
        case 'int64': {
          // Seen on a real system: a quoted decimal without IEEE754Compatible has an "invalid value".
          const text = value instanceof JsonNumber ? value.text : undefined;
          const digits = decimalsAsStrings && typeof value === 'string' ? value : text;
          if (digits === undefined) return undefined;
          if (property.kind === 'decimal') return readDecimal(digits, property);
          return /^-?\d{1,19}$/.test(digits) ? digits : undefined;
        }
        case 'date':
          return typeof value === 'string' ? parseDate(value) : undefined;
        case 'instant':
          return typeof value === 'string' && /(Z|[+-]\d{2}:\d{2})$/.test(value)
            ? parseInstant(value)
            : undefined;
        case 'time':
          return typeof value === 'string' ? parseTime(value) : undefined;
        default:
          return readPlain(value, property);
      }
    },
  };
}

/** V4: numbers as they are, ISO dates. */
export const wireV4: WireFormat = createWireV4({ decimalsAsStrings: false });

/** V4 with `IEEE754Compatible=true`: Decimal and Int64 are strings. */
export const wireV4Strings: WireFormat = createWireV4({ decimalsAsStrings: true });
