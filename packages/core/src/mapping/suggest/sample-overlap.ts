import { sampleValues } from './sample-values.ts';
import type { ScopedField } from './vendor-scope.ts';

// Fewer different values are equal by chance: 1, X, EUR.
const leastValues = 3;

/** Compares sample values of both sides; the answer is the share of the smaller side that the other has. */
export function sampleOverlap(
  records: readonly object[],
): (vendor: ScopedField, canonical: string) => number {
  const known = new Map<string, ReadonlySet<string>>();
  const valuesOf = (path: string) => {
    const seen = known.get(path) ?? new Set(sampleValues(records, path).map(comparable));
    known.set(path, seen);
    return seen;
  };
  return ({ values }, canonical) => {
    if (records.length === 0 || values.length < leastValues) return 0;
    const theirs = valuesOf(canonical);
    if (theirs.size < leastValues) return 0;
    const ours = new Set(values.map(comparable));
    const shared = [...ours].filter((value) => theirs.has(value)).length;
    return shared < leastValues ? 0 : shared / Math.min(ours.size, theirs.size);
  };
}

/** The same for `000017`, `17` and `17.000`. */
const comparable = (value: unknown): string => {
  const text = String(value).trim().toLowerCase();
  if (!/^[\d.]+$/.test(text)) return text;
  return text
    .replace(/^0+(?=\d)/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
};
