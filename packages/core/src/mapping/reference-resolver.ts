import type { MappingDirection } from './mapping-template.ts';

/** A key of another record that a `reference` codec has to translate. */
export interface MappedReference {
  /** The entity in the codec's options, for example `supplier`. */
  readonly entity: string;
  readonly key: string;
}

/**
 * Translates keys between the two sides, synchronously. Ask `mapping.collectReferences` first what a
 * page needs, resolve that in bulk (an identity map, a lookup call), and map with the result.
 */
export interface ReferenceResolver {
  toCanonical(entity: string, vendorKey: string): string | undefined;
  toVendor(entity: string, canonicalKey: string): string | undefined;
}

/** A value that a `lookup` codec has to translate by a table that is supplied with the call. */
export interface MappedLookup {
  /** The table in the codec's options. */
  readonly table: string;
  /** `decode`: the value is the vendor's; `encode`: a canonical one. */
  readonly direction: MappingDirection;
  readonly value: string;
}

/** Translates the values of supplied tables, synchronously; the counterpart of `ReferenceResolver`. */
export interface LookupResolver {
  toCanonical(table: string, vendorValue: string): string | undefined;
  toVendor(table: string, canonicalValue: string): string | undefined;
}

/** A resolver over pairs of keys. */
export function createReferenceTable(
  rows: Iterable<{ readonly entity: string; readonly vendor: string; readonly canonical: string }>,
): ReferenceResolver {
  const toCanonical = new Map<string, Map<string, string>>();
  const toVendor = new Map<string, Map<string, string>>();
  const add = (
    table: Map<string, Map<string, string>>,
    entity: string,
    from: string,
    to: string,
  ) => {
    const keys = table.get(entity) ?? new Map<string, string>();
    table.set(entity, keys.set(from, to));
  };
  for (const { entity, vendor, canonical } of rows) {
    add(toCanonical, entity, vendor, canonical);
    add(toVendor, entity, canonical, vendor);
  }
  return {
    toCanonical: (entity, key) => toCanonical.get(entity)?.get(key),
    toVendor: (entity, key) => toVendor.get(entity)?.get(key),
  };
}
