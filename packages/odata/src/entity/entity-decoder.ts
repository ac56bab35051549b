import { codecFor } from '../codecs/codec-for.ts';
import { dateTimeCodec, dateTimeOffsetCodec } from '../codecs/date-codecs.ts';
import type { ODataVersion } from '../literals/edm-type.ts';
import { atPath } from './at-path.ts';
import { type EntityType, type ODataRecord, propertyOf, targetOf } from './entity-type.ts';

/** Turns a wire record into a canonical one. Throws `ERR_MAPPING` with the path of a bad value. */
export type EntityDecoder = (wire: ODataRecord) => ODataRecord;

type Decode = (wire: unknown) => unknown;

const dropped = Symbol('dropped');
const asItIs = Symbol('as it is');
// JSON has these types itself.
const jsonTypes = new Set(['Edm.String', 'Edm.Boolean', 'Edm.Int16', 'Edm.Int32', 'Edm.Byte']);

/**
 * Compiles the decoder of an entity type. It renames nothing, keeps unknown properties, unwraps
 * expanded collections and leaves out `__metadata`, `__deferred` and `@odata.…`.
 */
export function compileDecoder(input: {
  readonly type: EntityType | undefined;
  readonly version: ODataVersion;
}): EntityDecoder {
  const { type, version } = input;
  const known = new Map<string, Decode | symbol>();
  for (const [name, definition] of Object.entries(type?.properties ?? {})) {
    const form = { ...propertyOf(definition), version };
    known.set(name, jsonTypes.has(form.type) ? asItIs : codecFor(form).decode);
  }
  for (const [name, navigation] of Object.entries(type?.navigations ?? {})) {
    // Compiled at first use: types may refer to each other in a circle.
    let decode: EntityDecoder | undefined;
    known.set(name, (wire) => {
      decode ??= compileDecoder({ type: targetOf(navigation), version });
      return unwrap(wire, decode as Decode);
    });
  }
  const decodeUnknown = unknownDecoder(version);

  return (wire) => {
    const record: ODataRecord = {};
    for (const name in wire) {
      const value = wire[name];
      const decode = known.get(name);
      if (decode === asItIs) {
        record[name] = value;
        continue;
      }
      if (decode === undefined && isControl(name)) continue;
      if (value === null) {
        record[name] = null;
        continue;
      }
      let decoded: unknown;
      try {
        decoded = ((decode as Decode | undefined) ?? decodeUnknown)(value);
      } catch (error) {
        throw atPath(error, name);
      }
      if (decoded !== dropped) record[name] = decoded;
    }
    return record;
  };
}

// A navigation or customer field that nobody declared: containers are unwrapped, dates recognised.
function unknownDecoder(version: ODataVersion): Decode {
  let decodeRecord: EntityDecoder | undefined;
  const decodeItem: Decode = (wire) => {
    if (typeof wire === 'string') return version === 'v2' ? recogniseDate(wire) : wire;
    if (typeof wire !== 'object' || wire === null) return wire;
    if (Array.isArray(wire)) return wire.map(decodeItem);
    decodeRecord ??= compileDecoder({ type: undefined, version });
    return decodeRecord(wire as ODataRecord);
  };
  return (wire) => (typeof wire === 'object' ? unwrap(wire, decodeItem) : decodeItem(wire));
}

// V2 wraps expanded collections in `results` and sends a link in place of what was not expanded.
function unwrap(wire: unknown, decode: Decode): unknown {
  if (typeof wire !== 'object' || wire === null) return wire;
  const list = Array.isArray(wire) ? wire : (wire as { readonly results?: unknown }).results;
  if (Array.isArray(list)) {
    return list.map((item, index) => {
      try {
        return decode(item);
      } catch (error) {
        throw atPath(error, `[${index}]`);
      }
    });
  }
  return '__deferred' in wire ? dropped : decode(wire);
}

function isControl(name: string): boolean {
  return name.startsWith('__') || name.startsWith('@') || name.includes('@odata.');
}

function recogniseDate(text: string): unknown {
  if (!text.startsWith('/Date(')) return text;
  try {
    const codec = /[+-]\d+\)\/$/.test(text.slice(7)) ? dateTimeOffsetCodec('v2') : dateTimeCodec;
    return codec.decode(text);
  } catch {
    return text;
  }
}
