import type { EntityDescription, FieldDescription } from '../../contract/entity-description.ts';
import type { VendorField } from './propose-codec.ts';
import { hasBlank, sampleValues } from './sample-values.ts';

/** The fields of a vendor's record, and the lists of records in it. */
export interface VendorScope {
  /** What the names of its fields begin with: `to_Item[].`. */
  readonly prefix: string;
  readonly fields: readonly ScopedField[];
  readonly lists: readonly VendorScope[];
}

export interface ScopedField extends VendorField {
  /** Relative to its list. */
  readonly name: string;
  readonly isKey: boolean;
}

/** The fields of an entity with those of further entities as lists in it. */
export function allFields(
  vendor: EntityDescription,
  lists: { readonly [name: string]: EntityDescription } = {},
): readonly FieldDescription[] {
  const inLists = Object.entries(lists).flatMap(([list, { fields }]) =>
    fields.map((field) => ({ ...field, name: `${list}[].${field.name}` })),
  );
  const byName = new Map([...vendor.fields, ...inLists].map((field) => [field.name, field]));
  // By code unit: the same on every machine, whatever the order was.
  return [...byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

export function vendorScope(
  fields: readonly FieldDescription[],
  { key, samples }: { readonly key: readonly string[]; readonly samples: readonly unknown[] },
  prefix = '',
): VendorScope {
  const own: ScopedField[] = [];
  const names = new Set<string>();
  for (const description of fields) {
    const name = description.name.slice(prefix.length);
    const end = name.indexOf('[].');
    if (end >= 0) names.add(name.slice(0, end));
    else {
      own.push({
        name,
        description,
        isKey: prefix === '' && key.includes(name),
        values: sampleValues(samples, description.name),
        hasBlank: hasBlank(samples, description.name),
      });
    }
  }
  const lists = [...names].map((name) => {
    const inner = `${prefix}${name}[].`;
    const inside = fields.filter((field) => field.name.startsWith(inner));
    return vendorScope(inside, { key, samples }, inner);
  });
  return { prefix, fields: own, lists };
}
