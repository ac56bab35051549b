import { exactNumber } from '@common/connector-core';
import type { ODataVersion } from '../literals/edm-type.ts';
import { withoutLeadingZeros } from './plain-decimal.ts';
import type { WireCodec } from './wire-codec.ts';
import { wireValueError } from './wire-value-error.ts';

/** Byte, SByte, Int16, Int32 as numbers. */
export function integerCodec(type: string): WireCodec {
  const convert = (value: unknown): number => {
    const number = typeof value === 'string' ? numberOf(value) : value;
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
  // Beyond the safe integers, `parseJson` leaves a number only where it is exact.
  const decode = (value: unknown): string => {
    const text =
      typeof value === 'bigint' || Number.isInteger(value) ? String(value) : (value as string);
    if (typeof text !== 'string' || !/^[+-]?\d{1,19}$/.test(text)) {
      throw wireValueError({ type: 'Edm.Int64', expected: 'a whole number', value });
    }
    return text.startsWith('+') ? text.slice(1) : text;
  };
  const asText = input.version === 'v2' || input.ieee754Compatible;
  return {
    decode,
    encode: (value) => {
      if (typeof value === 'number' && !Number.isSafeInteger(value)) {
        const expected = 'a whole number, beyond 2^53 as a text or a bigint';
        throw wireValueError({ type: 'Edm.Int64', expected, value });
      }
      const text = decode(value);
      return asText ? text : exactNumber(withoutLeadingZeros(text));
    },
  };
}

const special: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['INF', Number.POSITIVE_INFINITY],
  ['-INF', Number.NEGATIVE_INFINITY],
]);

/** Single and Double as numbers; `INF`, `-INF` and `NaN` travel as strings. V2 sends strings. */
export function doubleCodec(type: string, version: ODataVersion): WireCodec {
  return {
    decode: (value) => {
      if (typeof value === 'number') return value;
      const number =
        typeof value === 'string' ? (special.get(value) ?? numberOf(value)) : undefined;
      if (number !== undefined) return number;
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

/** `Number` also takes blanks, `0x10` and `Infinity` for numbers. */
function numberOf(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
