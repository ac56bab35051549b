import type { ODataVersion } from '../literals/edm-type.ts';
import { primitiveGrammar } from '../literals/primitive-grammar.ts';
import type { WireCodec } from './wire-codec.ts';
import { wireValueError } from './wire-value-error.ts';

/** A text that is the same on both sides. Numbers become their digits: some servers send them bare. */
export const stringCodec: WireCodec = { decode: text, encode: text };

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw wireValueError({ type: 'Edm.String', expected: 'a text', value });
}

export const booleanCodec: WireCodec = { decode: boolean, encode: boolean };

function boolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw wireValueError({ type: 'Edm.Boolean', expected: 'true or false', value });
}

export const guidCodec: WireCodec = { decode: guid, encode: guid };

function guid(value: unknown): string {
  if (typeof value === 'string' && primitiveGrammar['Edm.Guid'].test(value)) return value;
  throw wireValueError({ type: 'Edm.Guid', expected: '8-4-4-4-12 hexadecimal digits', value });
}

export const durationCodec: WireCodec = { decode: duration, encode: duration };

function duration(value: unknown): string {
  if (typeof value === 'string' && primitiveGrammar['Edm.Duration'].test(value)) return value;
  throw wireValueError({ type: 'Edm.Duration', expected: 'a duration such as P1DT2H', value });
}

/** Binary data as base64 with padding; V4 carries base64url. */
export function binaryCodec(version: ODataVersion): WireCodec {
  const decode = (value: unknown): string => {
    const standard = typeof value === 'string' ? toStandard(value) : undefined;
    if (standard !== undefined) return standard;
    throw wireValueError({ type: 'Edm.Binary', expected: 'base64', value });
  };
  return {
    decode,
    encode: (value) => {
      const standard = decode(value);
      return version === 'v2' ? standard : standard.replaceAll('+', '-').replaceAll('/', '_');
    },
  };
}

function toStandard(value: string): string | undefined {
  const url = value.replaceAll('+', '-').replaceAll('/', '_');
  if (!primitiveGrammar['Edm.Binary'].test(url)) return undefined;
  const bare = value.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  return bare + '='.repeat((4 - (bare.length % 4)) % 4);
}

/** What this package does not know: handed through as it is. */
export const plainCodec: WireCodec = { decode: (wire) => wire, encode: (value) => value };
