import type { ODataVersion } from '../literals/edm-type.ts';
import { exactNumber } from './exact-number.ts';
import type { WireCodec } from './wire-codec.ts';
import { wireValueError } from './wire-value-error.ts';

/** Byte, SByte, Int16, Int32 as numbers. */
export function integerCodec(type: string): WireCodec {
  const convert = (value: unknown): number => {
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number)) {
      throw wireValueError({ type, expected: 'a whole number', value });
    }
    return number;
  };
  return { decode: convert, encode: convert };
}

/** Int64 as a string of its digits; a string on the wire of V2, a number on that of V4. */
export function int64Codec(input: {
  readonly version: ODataVersion;
  readonly ieee754Compatible: boolean;
}): WireCodec {
  const decode = (value: unknown): string => {
    const text =
      typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : (value as string);
    if (typeof text !== 'string' || !/^[+-]?\d{1,19}$/.test(text)) {
      throw wireValueError({ type: 'Edm.Int64', expected: 'a whole number', value });
    }
    return text.startsWith('+') ? text.slice(1) : text;
  };
  const asText = input.version === 'v2' || input.ieee754Compatible;
  return {
    decode,
    encode: (value) => (asText ? decode(value) : exactNumber(decode(value))),
  };
}

const special: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  INF: Number.POSITIVE_INFINITY,
  '-INF': Number.NEGATIVE_INFINITY,
};

/** Single and Double as numbers; `INF`, `-INF` and `NaN` travel as strings. V2 sends strings. */
export function doubleCodec(type: string, version: ODataVersion): WireCodec {
  return {
    decode: (value) => {
      if (typeof value === 'number') return value;
      if (typeof value === 'string' && value !== '') {
        const number = special[value] ?? Number(value);
        if (!Number.isNaN(number) || value === 'NaN') return number;
      }
      throw wireValueError({ type, expected: 'a number', value });
    },
    encode: (value) => {
      if (typeof value !== 'number') throw wireValueError({ type, expected: 'a number', value });
      if (Number.isNaN(value)) return 'NaN';
      if (!Number.isFinite(value)) return value > 0 ? 'INF' : '-INF';
      if (Object.is(value, -0)) return version === 'v2' ? '-0' : exactNumber('-0');
      return version === 'v2' ? String(value) : value;
    },
  };
}
