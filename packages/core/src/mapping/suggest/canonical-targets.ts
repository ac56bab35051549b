import type { CanonicalField, CanonicalScope } from './canonical-fields.ts';
import { canonicalTerms, entityTerms, listTerms } from './canonical-terms.ts';
import { meaningsOf } from './field-words.ts';

/** A canonical field with what systems call it. */
export interface Target {
  /** Relative to its list, with its way through a list that the vendor does not have. */
  readonly path: string;
  readonly field: CanonicalField;
  readonly terms: readonly (readonly string[])[];
}

/** Where a field stands: names of the surroundings say nothing in it. */
export interface Place {
  readonly entity: string;
  readonly context: ReadonlySet<string>;
}

export const placeOf = (entity: string): Place => ({
  entity,
  context: new Set(meaningsOf(entityTerms[entity] ?? entity)),
});

export const placeIn = (around: Place, list: string): Place => ({
  entity: around.entity,
  context: new Set([...around.context, ...meaningsOf(list)]),
});

export const targetsOf = ({ fields }: CanonicalScope, place: Place): readonly Target[] =>
  fields.map((field) => ({ path: field.path, field, terms: termsOf(field.name, place) }));

export const listTermsOf = (list: string): readonly (readonly string[])[] =>
  [list, ...(listTerms[list] ?? [])].map(meaningsOf);

function termsOf(name: string, { entity }: Place, before = ''): readonly (readonly string[])[] {
  const terms = canonicalTerms[`${entity}.${name}`] ?? [name, ...(canonicalTerms[name] ?? [])];
  return terms.map((term) => meaningsOf(`${before} ${term}`));
}

/** Address fields that stand flat in the record: `BillingCity`, `ship_to_city`, `city`. */
export function flatAddressTargets(
  { fields }: CanonicalScope,
  around: Place,
  kinds: readonly string[],
): readonly Target[] {
  const place = placeIn(around, 'addresses');
  const mapped = fields.filter(({ name }) => name !== 'kind' && name !== 'name');
  // `[only]` refuses a second address, so it cannot stand beside those of a kind.
  return (kinds.length === 0 ? [''] : kinds).flatMap((kind) =>
    mapped.map((field) => ({
      path: `addresses[${kind === '' ? 'only' : `kind=${kind}`}].${field.path}`,
      field,
      terms: termsOf(field.name, place, kind),
    })),
  );
}

/** Line fields of a record that is its own single line. */
export function flatLineTargets(scope: CanonicalScope, around: Place): readonly Target[] {
  return targetsOf(scope, placeIn(around, 'lines'))
    .filter(({ path }) => path !== 'lineNumber')
    .map((target) => ({ ...target, path: `lines[only].${target.path}` }));
}
