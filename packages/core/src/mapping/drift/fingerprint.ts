import type { EntityDescription, FieldDescription } from '../../contract/entity-description.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import {
  anyText,
  check,
  listOf,
  required,
  shape,
  someText,
  type TemplateProblem,
  tableOf,
  trueOrFalse,
  wholeNumber,
} from '../check.ts';
import { parsedJson } from '../define-template.ts';
import type { MappingTemplate } from '../mapping-template.ts';
import { usedFields } from './used-fields.ts';

/** What is remembered of a field: what a change of it could break. */
export type FieldFacts = Pick<
  FieldDescription,
  'type' | 'maxLength' | 'precision' | 'scale' | 'nullable' | 'creatable' | 'updatable'
>;

/** The fields of an entity that templates use, as the live system had them. */
export interface EntityFingerprint {
  readonly entity: string;
  readonly nativeName: string;
  readonly key: readonly string[];
  readonly fields: { readonly [path: string]: FieldFacts };
}

/**
 * The fields that templates use, as a live system had them. JSON to be stored; the same facts give the
 * same text, in whichever order they were described.
 */
export interface SchemaFingerprint {
  readonly format: 1;
  readonly entities: readonly EntityFingerprint[];
}

/** The templates of one described entity. */
export interface UsedEntity {
  readonly description: EntityDescription;
  readonly templates: readonly MappingTemplate[];
}

/**
 * Takes the fingerprint of what the templates use. Used fields that the system does not describe
 * (nested ones, at some vendors) are not in it.
 *
 * @param described - what `connector.describe(entity)` answered, for every template's entity
 * @throws ConnectorError `ERR_CONFIGURATION` for a template whose entity is not among them
 */
export function fingerprint({
  templates,
  described,
}: {
  readonly templates: readonly MappingTemplate[];
  readonly described: readonly EntityDescription[];
}): SchemaFingerprint {
  const entities = usedEntities(templates, described).map(({ description, templates: of }) => {
    const uses = usedFields(of);
    const facts = description.fields
      .filter(({ name }) => uses.has(name))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((field) => [field.name, factsOf(field)] as const);
    const { entity, nativeName, key } = description;
    return { entity, nativeName, key, fields: Object.fromEntries(facts) };
  });
  return { format: 1, entities: entities.toSorted((a, b) => (a.entity < b.entity ? -1 : 1)) };
}

/** The same properties in the same order, absent ones left out. */
export function factsOf(field: FieldFacts): FieldFacts {
  const { type, maxLength, precision, scale, nullable, creatable, updatable } = field;
  return {
    type,
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(precision === undefined ? {} : { precision }),
    ...(scale === undefined ? {} : { scale }),
    nullable,
    creatable,
    updatable,
  };
}

/** Templates by the description of their entity. */
export function usedEntities(
  templates: readonly MappingTemplate[],
  described: readonly EntityDescription[],
): readonly UsedEntity[] {
  const byDescription = new Map<EntityDescription, MappingTemplate[]>();
  for (const template of templates) {
    const { canonical, vendor } = template;
    const description = described.find(
      ({ entity, nativeName }) => entity === canonical.entity && nativeName === vendor.entity,
    );
    if (description === undefined) throw notDescribed(template, described);
    byDescription.set(description, [...(byDescription.get(description) ?? []), template]);
  }
  return [...byDescription].map(([description, of]) => ({ description, templates: of }));
}

function notDescribed(
  { id, canonical, vendor }: MappingTemplate,
  given: readonly EntityDescription[],
) {
  const names = given.map(({ entity, nativeName }) => `${entity} (${nativeName})`).join(', ');
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    entity: canonical.entity,
    message: `The template ${id} maps ${canonical.entity} (${vendor.entity}), which is not among the descriptions${names === '' ? '' : `: ${names}`}. Give what connector.describe() answers for it, and the template that the connector uses.`,
  });
}

const facts = shape({
  type: required(someText),
  maxLength: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  precision: wholeNumber(0, 1e9),
  scale: wholeNumber(0, 1e9),
  nullable: required(trueOrFalse),
  creatable: required(trueOrFalse),
  updatable: required(trueOrFalse),
});
const knownFormat = check(
  (value, path, problems) => {
    if (value === 1) return;
    problems.push({ path, message: 'is not 1, the only one known; take a new fingerprint.' });
  },
  () => ({ const: 1 }),
);
const form = shape({
  format: required(knownFormat),
  entities: required(
    listOf(
      shape({
        entity: required(someText),
        nativeName: required(anyText),
        key: required(listOf(someText)),
        fields: required(tableOf(facts)),
      }),
    ),
  ),
});

/**
 * Reads a stored fingerprint from JSON text or parsed JSON.
 *
 * @throws ConnectorError `ERR_INVALID_TEMPLATE` with the path of what is wrong
 */
export function parseFingerprint(source: unknown): SchemaFingerprint {
  const value = parsedJson(source, 'A schema fingerprint');
  const problems: TemplateProblem[] = [];
  form(value, '', problems);
  const [first] = problems;
  if (first === undefined) return value as SchemaFingerprint;
  throw new ConnectorError({
    code: 'ERR_INVALID_TEMPLATE',
    category: 'mapping',
    message: `The schema fingerprint is not valid: ${first.path || 'it'} ${first.message}`,
    path: first.path || undefined,
  });
}
