import type { CodecOptions } from '../codec-options.ts';
import { meaningsOf } from './field-words.ts';

// What systems say for a state, beside its own name.
const sameState: { readonly [canonical: string]: string } = {
  in_transit: 'shipped sent underway',
  pending: 'submitted new in_process backorder pending_approval',
  confirmed: 'approved accepted released open',
  delivered: 'received fulfilled closed complete completed',
  cancelled: 'canceled voided void',
  declined: 'rejected',
  approved: 'accepted',
  draft: 'incomplete entered',
  organization: 'company business org',
  person: 'individual people',
};

const folded = (value: unknown): string =>
  String(value)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_');

/**
 * The seen values as those of an enumeration, by what they are called. A value that means nothing known
 * stays out and is refused when it comes; without samples the vendor's values are taken to be the same.
 */
export function enumOf(
  canonical: readonly string[],
  values: readonly unknown[],
): readonly CodecOptions[] {
  if (values.length === 0) {
    return [{ kind: 'enum', values: Object.fromEntries(canonical.map((value) => [value, value])) }];
  }
  const pairs: [string, string][] = [];
  const aliases: [string, string][] = [];
  const taken = new Set<string>();
  // Exact names first, so that no synonym takes their place.
  const byExactness = [...values].sort(
    (a, b) => Number(canonical.includes(folded(b))) - Number(canonical.includes(folded(a))),
  );
  for (const value of byExactness) {
    const means = stateOf(value, canonical);
    if (means === undefined) continue;
    (taken.has(means) ? aliases : pairs).push([String(value), means]);
    taken.add(means);
  }
  if (pairs.length === 0) return [];
  return [
    {
      kind: 'enum',
      values: Object.fromEntries(pairs),
      ...(aliases.length > 0 && { aliases: Object.fromEntries(aliases) }),
      ...(values.every((value) => typeof value === 'number') && { vendorType: 'integer' as const }),
    },
  ];
}

function stateOf(value: unknown, canonical: readonly string[]): string | undefined {
  const name = folded(value);
  const own = canonical.find((state) => state === name);
  if (own !== undefined) return own;
  const synonym = canonical.find((state) => sameState[state]?.split(' ').includes(name));
  if (synonym !== undefined) return synonym;
  const meaning = meaningsOf(String(value)).join(' ');
  return canonical.find((state) => meaning !== '' && meaningsOf(state).join(' ') === meaning);
}
