import type { EntityDescription } from '../../contract/entity-description.ts';
import { type CanonicalEntities, entitySchemas } from '../../entities/canonical-entities.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import type { CodecOptions } from '../codec-options.ts';
import { didYouMean } from '../nearest-name.ts';
import { canonicalScope } from './canonical-fields.ts';
import { placeOf } from './canonical-targets.ts';
import type { PairMeasures } from './confidence.ts';
import { isCustomerField } from './customer-field.ts';
import type { FieldMatch } from './match-fields.ts';
import { matchScope, type ScopeMatch } from './match-scope.ts';
import { sampleOverlap } from './sample-overlap.ts';
import { allFields, vendorScope } from './vendor-scope.ts';

export interface SuggestMappingOptions {
  /**
   * The vendor's entity, as `describe` of a connector tells it. Fields of lists are named with their way:
   * `to_Item[].Quantity`, `to_Item[].to_Schedule[].Date`; those of single records `Address.City`.
   */
  readonly vendor: EntityDescription;
  /**
   * Entities that come as lists in the records, where the system describes them apart:
   * `{ purchaseOrderLines: description }`. The same as naming their fields `purchaseOrderLines[].…`.
   */
  readonly lists?: { readonly [name: string]: EntityDescription } | undefined;
  /** The canonical entity that its records become. */
  readonly canonical: keyof CanonicalEntities;
  /** Records of the vendor. A few dozen say most; nothing of them leaves the process. @default none */
  readonly samples?: readonly object[] | undefined;
  /** Canonical records of the same things: equal values speak for a pair. @default none */
  readonly canonicalSamples?: readonly object[] | undefined;
  /** The least confidence of what is suggested. @default 0.8 */
  readonly threshold?: number | undefined;
}

/** A pair that is proposed. */
export interface FieldSuggestion {
  /** Path of the vendor: `to_Item[].Quantity`. */
  readonly vendor: string;
  /** Path of the canonical record: `lines[].quantity`. */
  readonly canonical: string;
  /** How the value would be converted. It refuses what does not fit, and cuts or rounds nothing. */
  readonly codec: CodecOptions;
  /** The share of pairs like this one that were right in the evaluation, from 0 to 1. */
  readonly confidence: number;
  /** In words, what speaks for it and against it. Holds no values of samples. */
  readonly reasons: readonly string[];
  /** Whether the vendor's field can only be read. */
  readonly isReadOnly: boolean;
  /** What the confidence was computed from. */
  readonly measures: PairMeasures;
}

export interface MappingSuggestions {
  readonly vendor: { readonly entity: string };
  readonly canonical: { readonly entity: keyof CanonicalEntities };
  /** One to one, from the threshold on, the surest first. */
  readonly suggestions: readonly FieldSuggestion[];
  /** Everything that a canonical path may be, the likeliest first; for a person to choose from. */
  readonly candidates: { readonly [canonical: string]: readonly FieldSuggestion[] };
  /** Lists that belong together: `to_Item` and `lines`. */
  readonly lists: readonly { readonly vendor: string; readonly canonical: string }[];
  /** The customer's own fields that are not suggested for anything: they pass through `custom`. */
  readonly custom: readonly string[];
  /** What is left on both sides. */
  readonly unmapped: { readonly vendor: readonly string[]; readonly canonical: readonly string[] };
}

const defaultThreshold = 0.8;

/**
 * Proposes which fields of a vendor's entity are which of a canonical entity. By names, labels, types,
 * lengths and sample values, with a table of business words in English and German: here, without any
 * service, and the same for the same input in whatever order.
 *
 * @throws ConnectorError `ERR_UNKNOWN_ENTITY` for a canonical entity that the core does not have,
 * `ERR_CONFIGURATION` for a description without fields
 */
export function suggestMapping(options: SuggestMappingOptions): MappingSuggestions {
  const { vendor, canonical, samples = [], threshold = defaultThreshold } = options;
  checkInput(vendor, canonical);
  const fields = allFields(vendor, options.lists);
  const matched = matchScope(
    vendorScope(fields, { key: vendor.key, samples }),
    canonicalScope(canonical),
    {
      place: placeOf(canonical),
      prefix: '',
      overlap: sampleOverlap(options.canonicalSamples ?? []),
    },
  );
  const scopes = scopesIn(matched);
  const pairs = scopes.flatMap(({ matches, prefix }) =>
    matches.map((match) => ({ isBest: match.isBest, suggestion: suggestionOf(match, prefix) })),
  );
  const suggestions = pairs
    .filter(({ isBest, suggestion }) => isBest && suggestion.confidence >= threshold)
    .map(({ suggestion }) => suggestion)
    .sort(bySureness);
  const taken = new Set(suggestions.map((each) => each.vendor));
  const left = fields.filter(({ name }) => !taken.has(name));
  const mapped = new Set(suggestions.map((each) => each.canonical.replaceAll(/\[[^\]]*\]/g, '[]')));
  return {
    vendor: { entity: vendor.nativeName },
    canonical: { entity: canonical },
    suggestions,
    candidates: Object.fromEntries(candidatesOf(pairs.map(({ suggestion }) => suggestion))),
    lists: scopes
      .filter(({ prefix }) => prefix !== '')
      .map((scope) => ({
        vendor: listName(scope.vendor.prefix),
        canonical: listName(scope.prefix),
      })),
    custom: left.filter(isCustomerField).map(({ name }) => name),
    unmapped: {
      vendor: left.filter((field) => !isCustomerField(field)).map(({ name }) => name),
      canonical: pathsOf(canonicalScope(canonical)).filter((path) => !mapped.has(path)),
    },
  };
}

function checkInput(vendor: EntityDescription, canonical: string): void {
  if (!Object.hasOwn(entitySchemas, canonical)) {
    throw new ConnectorError({
      code: 'ERR_UNKNOWN_ENTITY',
      category: 'configuration',
      message: `There is no canonical entity "${canonical}".${didYouMean(canonical, Object.keys(entitySchemas))}`,
    });
  }
  if (!Array.isArray(vendor.fields) || vendor.fields.length === 0) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The description of ${vendor.nativeName} has no fields; give what the connector's describe() answers.`,
    });
  }
}

const scopesIn = (match: ScopeMatch): readonly ScopeMatch[] => [
  match,
  ...match.lists.flatMap(scopesIn),
];
const listName = (prefix: string): string => prefix.slice(0, -'[].'.length);

const suggestionOf = (match: FieldMatch, prefix: string): FieldSuggestion => ({
  vendor: match.vendor.description.name,
  canonical: prefix + match.target.path,
  codec: match.codec,
  confidence: match.confidence,
  reasons: match.reasons,
  isReadOnly: !match.vendor.description.creatable && !match.vendor.description.updatable,
  measures: match.measures,
});

const bySureness = (left: FieldSuggestion, right: FieldSuggestion): number =>
  right.confidence - left.confidence ||
  right.measures.score - left.measures.score ||
  (`${left.canonical} ${left.vendor}` < `${right.canonical} ${right.vendor}` ? -1 : 1);

function candidatesOf(
  all: readonly FieldSuggestion[],
): ReadonlyMap<string, readonly FieldSuggestion[]> {
  const byPath = Map.groupBy(all, ({ canonical }) => canonical);
  return new Map(
    [...byPath].map(([path, candidates]) => [path, candidates.toSorted(bySureness)] as const),
  );
}

function pathsOf(scope: ReturnType<typeof canonicalScope>, prefix = ''): readonly string[] {
  return [
    ...scope.fields.map(({ path }) => prefix + path),
    ...scope.lists.flatMap((list) => pathsOf(list.scope, `${prefix}${list.name}[].`)),
  ];
}
