import { ConnectorError } from '@common/connector-core';
import { type CanonicalJson, createCanonicalJson } from './canonical-json.ts';
import { digest } from './digest.ts';

/** Fields that change although the business record is the same. */
const bookkeeping: ReadonlySet<string> = new Set(['source', 'changedAt', 'createdOn']);
/** Between two systems the customer's own fields, too. */
const bookkeepingOfTwo: ReadonlySet<string> = new Set([...bookkeeping, 'custom']);

/** The part of a record that decides whether two records are equal. */
export interface Projection {
  digest(record: object): string;
  /** Names of the compared fields in which two records differ. */
  differences(left: object, right: object): readonly string[];
}

/**
 * @param paths - compared fields, for example `lines.quantity`; a path goes through arrays. Without
 * it everything but `source`, `changedAt` and `createdOn` is compared, and `custom` only with `custom: true`.
 * @throws ConnectorError `ERR_CONFIGURATION` for a path that names single elements, as in `lines[0].quantity`
 */
export function createProjection(
  paths?: readonly string[],
  { custom = false }: { readonly custom?: boolean } = {},
): Projection {
  const canonicalJson = createCanonicalJson();
  if (paths === undefined)
    return wholeRecord(canonicalJson, custom ? bookkeeping : bookkeepingOfTwo);
  for (const path of paths) refuseElements(path);
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

/** It would be a name that no record has, and nothing would ever differ. */
function refuseElements(path: string): void {
  if (!path.replaceAll('[]', '').includes('[')) return;
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `"${path}" names single elements of a list; a list is compared with all of them: "${path.replaceAll(/\[[^\]]*\]/g, '')}".`,
    path: 'compare',
  });
}

function wholeRecord(canonicalJson: CanonicalJson, ignored: ReadonlySet<string>): Projection {
  return {
    digest: (record) => digest(canonicalJson(record, ignored)),
    differences(left, right) {
      const a = left as Readonly<Record<string, unknown>>;
      const b = right as Readonly<Record<string, unknown>>;
      return [...new Set([...Object.keys(a), ...Object.keys(b)])]
        .filter((key) => !ignored.has(key) && canonicalJson(a[key]) !== canonicalJson(b[key]))
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
