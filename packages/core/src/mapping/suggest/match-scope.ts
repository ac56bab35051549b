import { bestAssignment } from './best-assignment.ts';
import type { CanonicalScope } from './canonical-fields.ts';
import {
  flatAddressTargets,
  flatLineTargets,
  listTermsOf,
  type Place,
  placeIn,
  type Target,
  targetsOf,
} from './canonical-targets.ts';
import { meaningsOf } from './field-words.ts';
import { type FieldMatch, matchFields } from './match-fields.ts';
import { nameLikeness } from './name-likeness.ts';
import type { ScopedField, VendorScope } from './vendor-scope.ts';

/** How the fields of a vendor's record and a canonical record match, lists included. */
export interface ScopeMatch {
  readonly vendor: VendorScope;
  readonly canonical: CanonicalScope;
  /** Canonical paths begin with this: `lines[].`. */
  readonly prefix: string;
  readonly matches: readonly FieldMatch[];
  readonly lists: readonly ScopeMatch[];
}

export interface MatchAround {
  readonly place: Place;
  readonly prefix: string;
  /** Overlap of the sample values of a vendor field and a canonical path. */
  readonly overlap: (vendor: ScopedField, canonical: string) => number;
}

// How little two lists may have in common and still be the same.
const leastListScore = 0.3;

export function matchScope(
  vendor: VendorScope,
  canonical: CanonicalScope,
  around: MatchAround,
): ScopeMatch {
  const lists = matchLists(vendor, canonical, around);
  const { place, prefix } = around;
  const overlap = (field: ScopedField, target: Target) =>
    around.overlap(field, prefix + target.path);
  const match = (targets: readonly Target[]) =>
    matchFields(vendor.fields, targets, { context: place.context, overlap });
  const isTaken = (name: string) => lists.some((list) => list.prefix === `${prefix}${name}[].`);
  const list = (name: string) =>
    canonical.lists.find((each) => each.name === name && !isTaken(name));
  const addresses = list('addresses');
  const targets = [
    ...targetsOf(canonical, place),
    ...(addresses === undefined
      ? []
      : flatAddressTargets(addresses.scope, place, addressKinds(vendor))),
  ];
  const lines = vendor.lists.length === 0 ? list('lines') : undefined;
  const withLine = lines && match([...targets, ...flatLineTargets(lines.scope, place)]);
  const isOwnLine = withLine?.some(
    ({ target, isBest, score }) => target.path === 'lines[only].quantity' && isBest && score > 0.7,
  );
  const matches = isOwnLine && withLine ? withLine : match(targets);
  return { vendor, canonical, prefix, matches, lists };
}

/** The kinds of addresses that fields are named after: `BillingCity`, `ship_to_street`. */
function addressKinds({ fields }: VendorScope): readonly string[] {
  const named = new Set(fields.flatMap(({ name }) => meaningsOf(name)));
  return ['billing', 'shipping'].filter((kind) => named.has(kind));
}

/** The lists of both sides, paired by their names and by how well their fields match. */
function matchLists(
  vendor: VendorScope,
  canonical: CanonicalScope,
  { place, prefix, overlap }: MatchAround,
): readonly ScopeMatch[] {
  if (vendor.lists.length === 0 || canonical.lists.length === 0) return [];
  const tried = canonical.lists.map(({ name, scope }) =>
    vendor.lists.map((list) => {
      const inner = { place: placeIn(place, name), prefix: `${prefix}${name}[].`, overlap };
      const found = matchScope(list, scope, inner);
      return { found, score: listScore(found, { name, context: place.context }) };
    }),
  );
  const columnOf = bestAssignment(
    tried.map((row) => row.map(({ score }) => (score < leastListScore ? 0 : score ** 2))),
  );
  return columnOf.flatMap((column, row) => tried[row]?.[column]?.found ?? []);
}

function listScore(
  { vendor, canonical, matches }: ScopeMatch,
  { name, context }: { readonly name: string; readonly context: ReadonlySet<string> },
): number {
  const path = vendor.prefix.slice(0, -'[].'.length);
  const own = meaningsOf(path.slice(path.lastIndexOf('[].') + 1));
  const likeness = Math.max(...listTermsOf(name).map((term) => nameLikeness(own, term, context)));
  const matched = matches.reduce((sum, { isBest, score }) => sum + (isBest ? score ** 2 : 0), 0);
  const most = Math.min(canonical.fields.length, vendor.fields.length);
  const coverage = most === 0 ? 0 : matched / most;
  return 0.5 * likeness + 0.5 * Math.min(1, 1.5 * coverage);
}
