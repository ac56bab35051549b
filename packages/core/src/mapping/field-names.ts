import type { FieldMapping } from './mapping-template.ts';

/** The names by which extensions and migrations call a field: by its canonical path, by its vendor path. */
export function namesOfField(field: FieldMapping, prefix: string): readonly string[] {
  return [
    ...('canonical' in field ? [`${prefix}${field.canonical}`] : []),
    ...('vendor' in field ? [`${prefix}vendor:${field.vendor}`] : []),
  ];
}

/** What the names of the fields of a list begin with. */
export const prefixOfList = (list: { readonly canonical: string }, prefix: string): string =>
  `${prefix}${list.canonical}[].`;

/** The names of all fields, those of lists included. */
export const allFieldNames = (fields: readonly FieldMapping[], prefix = ''): readonly string[] =>
  fields.flatMap((field) => [
    ...('each' in field ? allFieldNames(field.each, prefixOfList(field, prefix)) : []),
    ...namesOfField(field, prefix),
  ]);
