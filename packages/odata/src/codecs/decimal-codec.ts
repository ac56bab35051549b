import { exactNumber } from '@common/connector-core';
import type { ODataVersion } from '../literals/edm-type.ts';
import { plainDecimal, withoutLeadingZeros } from './plain-decimal.ts';
import type { WireCodec } from './wire-codec.ts';
import { wireValueError } from './wire-value-error.ts';

/**
 * Edm.Decimal as an exact string. V2 carries strings and SAP refuses numbers there
 * (SAP/cloud-sdk-js#4044); V4 carries numbers, or strings under `IEEE754Compatible=true`. Digits are
 * kept as they came, trailing zeros too.
 */
export function decimalCodec(input: {
  readonly version: ODataVersion;
  readonly ieee754Compatible: boolean;
}): WireCodec {
  const asText = input.version === 'v2' || input.ieee754Compatible;
  return {
    decode,
    encode: (value) => {
      const text = decode(value);
      return asText ? text : exactNumber(withoutLeadingZeros(text));
    },
  };
}

function decode(wire: unknown): string {
  if (typeof wire === 'string' && isPlain(wire)) return wire;
  const text = typeof wire === 'number' ? String(wire) : wire;
  const plain = typeof text === 'string' ? plainDecimal(text) : undefined;
  if (plain === undefined) {
    throw wireValueError({ type: 'Edm.Decimal', expected: 'a number such as 12.50', value: wire });
  }
  return plain;
}

// The usual case without a regular expression: this runs for every decimal of every record.
function isPlain(text: string): boolean {
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  const end = text.length;
  let point = -1;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) continue;
    if (code !== 46 || point !== -1 || index === start) return false;
    point = index;
  }
  return end > start && point !== end - 1;
}
