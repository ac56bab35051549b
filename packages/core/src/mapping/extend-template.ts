import type { TemplateProblem } from './check.ts';
import { problemsOfTemplate, templateError } from './define-template.ts';
import { allFieldNames, namesOfField, prefixOfList } from './field-names.ts';
import type { FieldMapping, ListField, MappingTemplate } from './mapping-template.ts';
import { didYouMean } from './nearest-name.ts';
import { checkExtension } from './parse-extension.ts';
import type { FieldOverride, TemplateExtension } from './template-extension.ts';

/**
 * Makes a new template of one and a tenant's changes, without copying it by hand. The result can be
 * extended again.
 *
 * @throws ConnectorError `ERR_INVALID_TEMPLATE` with paths in the extension: for a field that the template
 * does not have, for changes that contradict each other, for whatever makes the result no valid
 * template, and for an extension that was made for another version
 */
export function extendTemplate(
  base: MappingTemplate,
  extension: TemplateExtension,
): MappingTemplate {
  const problems = [...checkExtension(extension)];
  if (problems.length > 0) throw templateError(extension, problems);
  problems.push(...checkBase(base, extension), ...checkNames(base, extension));
  if (problems.length > 0) throw templateError(extension, problems);

  const origins: Origins = new Map();
  const changes: Changes = {
    overrides: new Map(Object.entries(extension.override ?? {})),
    removed: new Set(extension.remove),
    origins,
  };
  let fields = changeFields(base.fields, '', changes);
  extension.add?.forEach((field, index) => {
    fields = addField(fields, field, { at: `add[${index}]`, problems, origins });
  });
  const template = extendedTemplate(base, extension, fields);
  if (problems.length === 0) {
    const found = problemsOfTemplate(template);
    problems.push(...found.map((problem) => atOrigin(problem, fields, origins)));
  }
  if (problems.length > 0) throw templateError(extension, problems);
  return template;
}

/** Which part of the extension a field of the result comes from. */
type Origins = Map<FieldMapping, string>;

interface Changes {
  readonly overrides: ReadonlyMap<string, FieldOverride>;
  readonly removed: ReadonlySet<string>;
  readonly origins: Origins;
}

function extendedTemplate(
  base: MappingTemplate,
  extension: TemplateExtension,
  fields: readonly FieldMapping[],
): MappingTemplate {
  const description = extension.description ?? base.description;
  const custom = extension.custom ?? base.custom;
  const tables = { ...base.tables, ...extension.tables };
  return {
    id: extension.id,
    version: extension.version,
    ...(description === undefined ? {} : { description }),
    vendor: base.vendor,
    canonical: base.canonical,
    fields,
    ...(custom === undefined ? {} : { custom }),
    ...(Object.keys(tables).length === 0 ? {} : { tables }),
    extends: { id: base.id, version: base.version },
  };
}

function checkBase(base: MappingTemplate, extension: TemplateExtension) {
  const made = extension.base;
  if (made === undefined || (made.id === base.id && made.version === base.version)) return [];
  const message =
    made.id === base.id
      ? `was made for version ${made.version} of ${base.id}, and this is version ${base.version}; bring it over with migrateExtension.`
      : `was made for the template "${made.id}", and this is "${base.id}".`;
  return [{ path: 'base', message }];
}

function checkNames(
  base: MappingTemplate,
  extension: TemplateExtension,
): readonly TemplateProblem[] {
  const known = new Set(allFieldNames(base.fields));
  const overrides = Object.keys(extension.override ?? {});
  const removed = extension.remove ?? [];
  const named = [
    ...overrides.map((name) => ({ name, path: `override.${name}` })),
    ...removed.map((name, index) => ({ name, path: `remove[${index}]` })),
  ];
  const unknown = named.flatMap(({ name, path }) => {
    if (known.has(name)) return [];
    const hint = didYouMean(name, [...known]);
    return { path, message: `names a field that ${base.id} does not have.${hint}` };
  });
  const contradictions = overrides.flatMap((name) =>
    removed.some((gone) => gone === name || name.startsWith(`${gone}[].`))
      ? { path: `override.${name}`, message: 'changes a field that `remove` takes away.' }
      : [],
  );
  return [...unknown, ...contradictions];
}

function changeFields(
  fields: readonly FieldMapping[],
  prefix: string,
  changes: Changes,
): readonly FieldMapping[] {
  return fields.flatMap((field): readonly FieldMapping[] => {
    const names = namesOfField(field, prefix);
    if (names.some((name) => changes.removed.has(name))) return [];
    let changed = field;
    for (const name of names) changed = overrideField(changed, changes.overrides.get(name));
    if (changed !== field) {
      const name = names.find((each) => changes.overrides.has(each));
      changes.origins.set(changed, `override.${name}`);
    }
    if (!('each' in changed) || !Array.isArray(changed.each)) return [changed];
    // Fields of lists are named by what the list is called in the template that is extended.
    const inner = 'each' in field ? prefixOfList(field, prefix) : prefix;
    const list = { ...changed, each: changeFields(changed.each, inner, changes) };
    const origin = changes.origins.get(changed);
    if (origin !== undefined) changes.origins.set(list, origin);
    return [list];
  });
}

function overrideField(field: FieldMapping, override: FieldOverride | undefined): FieldMapping {
  if (override === undefined) return field;
  const merged: Record<string, unknown> = { ...field, ...override };
  const codec = override.codec as { readonly kind?: unknown } | null | undefined;
  if (typeof codec === 'object' && codec !== null && codec.kind === undefined && 'codec' in field) {
    merged.codec = withoutNulls({ ...field.codec, ...codec });
  }
  // What came out is checked as a whole.
  return withoutNulls(merged) as unknown as FieldMapping;
}

const withoutNulls = (record: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));

/** Appends a field, into the list that `lines[].` in its paths names. */
function addField(
  fields: readonly FieldMapping[],
  field: FieldMapping,
  place: {
    readonly at: string;
    readonly problems: TemplateProblem[];
    readonly origins: Origins;
  },
): readonly FieldMapping[] {
  const paths = [
    'canonical' in field ? (['canonical', field.canonical] as const) : undefined,
    'vendor' in field ? (['vendor', field.vendor] as const) : undefined,
  ].filter((path) => path !== undefined);
  const isInList = paths.some(([, path]) => path?.includes('[].'));
  if (!isInList) {
    place.origins.set(field, place.at);
    return [...fields, field];
  }
  const isInside = (list: ListField) =>
    paths.every(([side, path]) => path?.startsWith(`${list[side]}[].`));
  const target = fields.find(
    (candidate): candidate is ListField => 'each' in candidate && isInside(candidate),
  );
  if (target === undefined) {
    place.problems.push({
      path: place.at,
      message:
        'lies in a list that the template does not have; both paths must begin with those of the list.',
    });
    return fields;
  }
  const relative = Object.fromEntries(
    paths.map(([side, path]) => [side, path?.slice(target[side].length + 3)]),
  );
  const inner = { ...field, ...relative } as FieldMapping;
  const changed = { ...target, each: addField(target.each, inner, place) };
  const origin = place.origins.get(target);
  if (origin !== undefined) place.origins.set(changed, origin);
  return fields.map((candidate) => (candidate === target ? changed : candidate));
}

const fieldStep = /^(?:fields|\.each)\[(\d+)\]/;

/** A problem of the result, said of the part of the extension that brought it in, if one did. */
function atOrigin(
  problem: TemplateProblem,
  fields: readonly FieldMapping[],
  origins: Origins,
): TemplateProblem {
  let rest = problem.path;
  let found = problem.path;
  let level: readonly FieldMapping[] = fields;
  for (let step = fieldStep.exec(rest); step !== null; step = fieldStep.exec(rest)) {
    const field = level[Number(step[1])];
    rest = rest.slice(step[0].length);
    const origin = field && origins.get(field);
    if (origin !== undefined) found = `${origin}${rest}`;
    level = field !== undefined && 'each' in field ? field.each : [];
  }
  return { ...problem, path: found };
}
