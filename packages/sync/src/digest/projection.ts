import { type CanonicalJson, createCanonicalJson } from './canonical-json.ts';
import { digest } from './digest.ts';

/** Fields that differ between two systems although the business record is the same. */
const bookkeeping: ReadonlySet<string> = new Set(['source', 'changedAt', 'createdOn', 'custom']);

/** The part of a record that decides whether two records are equal. */
export interface Projection {
  digest(record: object): string;
  /** Names of the compared fields in which two records differ. */
  differences(left: object, right: object): readonly string[];
}

/**
 * @param paths - compared fields, for example `lines.quantity`; a path goes through arrays. Without
 * it everything but `source`, `changedAt`, `createdOn` and `custom` is compared.
 */
export function createProjection(paths?: readonly string[]): Projection {
  const canonicalJson = createCanonicalJson();
  if (paths === undefined) return wholeRecord(canonicalJson);
  const compiled = paths.map((path) => ({ path, segments: path.replaceAll('[]', '').split('.') }));
  return {
    digest: (record) =>
      digest(canonicalJson(compiled.map(({ segments }) => pick(record, segments, 0)))),
    differences: (left, right) =>
      compiled
        .filter(
          ({ segments }) =>
            canonicalJson(pick(left, segments, 0)) !== canonicalJson(pick(right, segments, 0)),
        )
        .map(({ path }) => path),
  };
}

function wholeRecord(canonicalJson: CanonicalJson): Projection {
  return {
    digest: (record) => digest(canonicalJson(record, bookkeeping)),
    differences(left, right) {
      const a = left as Readonly<Record<string, unknown>>;
      const b = right as Readonly<Record<string, unknown>>;
      return [...new Set([...Object.keys(a), ...Object.keys(b)])]
        .filter((key) => !bookkeeping.has(key) && canonicalJson(a[key]) !== canonicalJson(b[key]))
        .sort();
    },
  };
}

function pick(value: unknown, segments: readonly string[], from: number): unknown {
  if (Array.isArray(value)) return value.map((item) => pick(item, segments, from));
  const segment = segments[from];
  if (segment === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment))
    return undefined;
  return pick((value as Readonly<Record<string, unknown>>)[segment], segments, from + 1);
}
