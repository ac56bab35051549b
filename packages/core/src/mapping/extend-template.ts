import type { TemplateProblem } from './check.ts';
import { defineTemplate, templateError } from './define-template.ts';
import type {
  CustomFields,
  FieldMapping,
  ListField,
  LookupTable,
  MappingTemplate,
} from './mapping-template.ts';
import { didYouMean } from './nearest-name.ts';

/**
 * What a tenant changes in a template. It is data as well.
 *
 * Fields are named by their canonical path, `orderDate`, fields of lists by `lines[].quantity`, and
 * fields without a canonical path by `vendor:PurchaseOrderType`.
 */
export interface TemplateExtension {
  readonly id: string;
  readonly version: number;
  readonly description?: string | undefined;
  /**
   * Properties to change, by field. Null takes a property away. A codec without `kind` changes options
   * of the field's codec; with `kind` it replaces the codec.
   */
  readonly override?: { readonly [field: string]: FieldOverride } | undefined;
  /** More fields. With `lines[].batch` and `to_Item[].YY1_Batch` as paths, a field of a list. */
  readonly add?: readonly FieldMapping[] | undefined;
  /** Fields that are left out. */
  readonly remove?: readonly string[] | undefined;
  readonly custom?: CustomFields | undefined;
  /** More tables; one of the same name replaces the template's. */
  readonly tables?: { readonly [name: string]: LookupTable } | undefined;
}

/** Properties of a field and their new values; null takes a property away. */
export type FieldOverride = { readonly [property: string]: unknown };

/**
 * Makes a new template of one and a tenant's changes, without copying it by hand.
 *
 * @throws ConnectorError `ERR_INVALID_TEMPLATE` for a field that the template does not have, and for
 * whatever makes the result no valid template
 */
export function extendTemplate(
  base: MappingTemplate,
  extension: TemplateExtension,
): MappingTemplate {
  const known = fieldNames(base.fields);
  const problems: TemplateProblem[] = [];
  const mustBeKnown = (name: string, path: string) => {
    if (known.includes(name)) return;
    const hint = didYouMean(name, known);
    problems.push({ path, message: `names a field that ${base.id} does not have.${hint}` });
  };
  const overrides = new Map(Object.entries(extension.override ?? {}));
  const removed = new Set(extension.remove);
  for (const name of overrides.keys()) mustBeKnown(name, `override.${name}`);
  extension.remove?.forEach((name, index) => {
    mustBeKnown(name, `remove[${index}]`);
  });
  let fields = changeFields(base.fields, '', overrides, removed);
  extension.add?.forEach((field, index) => {
    fields = addField(fields, field, `add[${index}]`, problems);
  });
  if (problems.length > 0) throw templateError(extension, problems);

  const description = extension.description ?? base.description;
  const custom = extension.custom ?? base.custom;
  const tables = { ...base.tables, ...extension.tables };
  return defineTemplate({
    id: extension.id,
    version: extension.version,
    ...(description === undefined ? {} : { description }),
    vendor: base.vendor,
    canonical: base.canonical,
    fields,
    ...(custom === undefined ? {} : { custom }),
    ...(Object.keys(tables).length === 0 ? {} : { tables }),
    extends: { id: base.id, version: base.version },
  });
}

const nameOf = (field: FieldMapping, prefix: string): string =>
  'canonical' in field ? `${prefix}${field.canonical}` : `${prefix}vendor:${field.vendor}`;

const fieldNames = (fields: readonly FieldMapping[], prefix = ''): readonly string[] =>
  fields.flatMap((field) => {
    const name = nameOf(field, prefix);
    return ['each' in field ? fieldNames(field.each, `${name}[].`) : [], name].flat();
  });

function changeFields(
  fields: readonly FieldMapping[],
  prefix: string,
  overrides: ReadonlyMap<string, FieldOverride>,
  removed: ReadonlySet<string>,
): readonly FieldMapping[] {
  return fields.flatMap((field) => {
    const name = nameOf(field, prefix);
    if (removed.has(name)) return [];
    const changed = overrideField(field, overrides.get(name));
    if (!('each' in changed)) return changed;
    return { ...changed, each: changeFields(changed.each, `${name}[].`, overrides, removed) };
  });
}

function overrideField(field: FieldMapping, override: FieldOverride | undefined): FieldMapping {
  if (override === undefined) return field;
  const merged: Record<string, unknown> = { ...field, ...override };
  const codec = override.codec as { readonly kind?: unknown } | null | undefined;
  if (codec && codec.kind === undefined && 'codec' in field) {
    merged.codec = { ...field.codec, ...codec };
  }
  for (const [name, value] of Object.entries(merged)) if (value === null) delete merged[name];
  // What came out is checked as a whole by defineTemplate.
  return merged as unknown as FieldMapping;
}

/** Appends a field, into the list that `lines[].` in its paths names. */
function addField(
  fields: readonly FieldMapping[],
  field: FieldMapping,
  at: string,
  problems: TemplateProblem[],
): readonly FieldMapping[] {
  const paths = [
    'canonical' in field ? (['canonical', field.canonical] as const) : undefined,
    'vendor' in field ? (['vendor', field.vendor] as const) : undefined,
  ].filter((path) => path !== undefined);
  const isInList = paths.some(([, path]) => path?.includes('[].'));
  if (!isInList) return [...fields, field];

  const isInside = (list: ListField) =>
    paths.every(([side, path]) => path?.startsWith(`${list[side]}[].`));
  const target = fields.find(
    (candidate): candidate is ListField => 'each' in candidate && isInside(candidate),
  );
  if (target === undefined) {
    problems.push({
      path: at,
      message:
        'lies in a list that the template does not have; both paths must begin with those of the list.',
    });
    return fields;
  }
  const relative = Object.fromEntries(
    paths.map(([side, path]) => [side, path?.slice(target[side].length + 3)]),
  );
  const inner = { ...field, ...relative } as FieldMapping;
  return fields.map((candidate) =>
    candidate === target
      ? { ...target, each: addField(target.each, inner, at, problems) }
      : candidate,
  );
}
