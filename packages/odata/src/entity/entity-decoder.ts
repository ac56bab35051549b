import { codecFor } from '../codecs/codec-for.ts';
import { dateTimeCodec, dateTimeOffsetCodec } from '../codecs/date-codecs.ts';
import { wireValueError } from '../codecs/wire-value-error.ts';
import type { ODataVersion } from '../literals/edm-type.ts';
import { atPath } from './at-path.ts';
import { type EntityType, type ODataRecord, propertyOf, targetOf } from './entity-type.ts';

/**
 * Turns a wire record into a canonical one. The wire record is taken over: it may be changed and be
 * the result. Throws `ERR_MAPPING` with the path of a bad value.
 */
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
      const value = unwrap(wire, decode as Decode);
      if (value === dropped) return value;
      if (typeof value === 'object' && Array.isArray(value) === navigation.many) return value;
      const expected = navigation.many ? 'a list of records' : 'a record';
      throw wireValueError({ type: `Navigation to ${targetOf(navigation).name}`, expected, value });
    });
  }
  const decodeUnknown = unknownDecoder(version);
  const planFor = (names: readonly string[]): Plan => {
    const kept = names.filter((name) => known.has(name) || !isControl(name));
    const steps = kept.map((name): Step => {
      const decode = known.get(name) ?? decodeUnknown;
      return { name, decode: typeof decode === 'symbol' ? undefined : decode };
    });
    return kept.length === names.length
      ? { names, isWhole: true, steps: steps.filter(({ decode }) => decode !== undefined) }
      : { names, isWhole: false, steps };
  };
  // Records of a page have the same properties in the same order, so what to do is found out once.
  let plan: Plan = { names: [], isWhole: true, steps: [] };

  return (wire) => {
    if (typeof wire !== 'object' || wire === null) {
      throw wireValueError({ type: type?.name ?? 'A record', expected: 'an object', value: wire });
    }
    if (!hasNames(wire, plan.names)) plan = planFor(Object.keys(wire));
    return plan.isWhole ? decodeInPlace(wire, plan.steps) : decodeCopy(wire, plan.steps);
  };
}

interface Step {
  readonly name: string;
  /** Absent for what stays as it is. */
  readonly decode: Decode | undefined;
}

interface Plan {
  readonly names: readonly string[];
  /** Whether nothing has to be left out, so that the record itself can be changed. */
  readonly isWhole: boolean;
  readonly steps: readonly Step[];
}

function hasNames(wire: ODataRecord, names: readonly string[]): boolean {
  let index = 0;
  for (const name in wire) {
    if (names[index] !== name) return false;
    index += 1;
  }
  return index === names.length;
}

function decodeInPlace(wire: ODataRecord, steps: readonly Step[]): ODataRecord {
  for (const step of steps) {
    const value = decodeValue(step, wire[step.name]);
    if (value === dropped) delete wire[step.name];
    else wire[step.name] = value;
  }
  return wire;
}

// Taking a property out of a record would make the record slow; a copy without it is not.
function decodeCopy(wire: ODataRecord, steps: readonly Step[]): ODataRecord {
  const record: ODataRecord = {};
  for (const step of steps) {
    const value = decodeValue(step, wire[step.name]);
    if (value !== dropped) record[step.name] = value;
  }
  return record;
}

function decodeValue(step: Step, value: unknown): unknown {
  if (step.decode === undefined || value === null) return value;
  try {
    return step.decode(value);
  } catch (error) {
    throw atPath(error, step.name);
  }
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
