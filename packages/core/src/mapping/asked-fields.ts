import type { AskedField, CodecEnvironment, MappingContext } from './codec.ts';
import { createCodec } from './codecs/codec-kinds.ts';
import { compileConditions } from './condition.ts';
import type { MutableRecord } from './field-path.ts';
import type { FieldMapping, MappingDirection } from './mapping-template.ts';
import { type Around, type ScopedPath, scopedPathOf } from './scoped-path.ts';

/** Reads a field that a codec asks for. */
export type Ask = (
  record: Readonly<MutableRecord>,
  around: Around | undefined,
  context: MappingContext,
) => unknown;

export interface AskScope {
  /** The fields of the record, of the record around it, and so on. */
  readonly scopes: readonly (readonly FieldMapping[])[];
  readonly direction: MappingDirection;
  readonly environment: CodecEnvironment;
}

/** Compiles what a codec asks for. A canonical field is converted first when vendor records are read. */
export function compileAsk(asked: AskedField, scope: AskScope): Ask {
  const path = scopedPathOf('canonical' in asked ? asked.canonical : asked.vendor);
  if ('vendor' in asked) return path.read;
  const named = (scope.scopes[path.up] ?? []).filter(
    (field) => 'canonical' in field && field.canonical === path.path.text,
  );
  if (scope.direction === 'encode') return askCanonical(path, named);
  const readers = named.flatMap((field) => askThrough(field, path, scope.environment) ?? []);
  return (record, around, context) => {
    for (const read of readers) {
      const value = read(record, around, context);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

/** What every canonical record has need not stand in it. */
function askCanonical(path: ScopedPath, named: readonly FieldMapping[]): Ask {
  const constant = named.find((field) => 'constant' in field);
  return (record, around) => path.read(record, around) ?? constant?.constant;
}

/** The canonical value that a field makes of a vendor record. */
function askThrough(
  field: FieldMapping,
  { up }: ScopedPath,
  environment: CodecEnvironment,
): Ask | undefined {
  if (field.direction === 'encode' || 'each' in field) return undefined;
  const test = compileConditions(field.when?.vendor);
  const at = (path: string) => scopedPathOf('^.'.repeat(up) + path);
  const holds = (record: Readonly<MutableRecord>, around: Around | undefined): boolean => {
    if (test === undefined) return true;
    let outer: Around | undefined = { record, around };
    for (let level = 0; level < up; level += 1) outer = outer?.around;
    return outer !== undefined && test(outer.record, outer.around);
  };
  if ('constant' in field) {
    return (record, around) => (holds(record, around) ? field.constant : undefined);
  }
  const path = at(field.vendor);
  const codec = createCodec(field.codec ?? { kind: 'text' }, environment);
  return (record, around, context) => {
    if (!holds(record, around)) return undefined;
    const value = path.read(record, around);
    const decoded =
      value === undefined || value === null ? undefined : codec.decode(value, context);
    return decoded ?? field.default;
  };
}
