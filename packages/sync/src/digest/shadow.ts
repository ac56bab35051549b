import type { ErpRecord } from '@common/connector-core';
import type { CanonicalJson } from './canonical-json.ts';
import { digest } from './digest.ts';

/**
 * What one side of a pair had, field by field, when the two sides last agreed. It holds digests, no
 * values; what is not a digest says what kind of field it was.
 */
export interface Shadow {
  /** Version of the mapping that made the record. */
  readonly mapping: string | undefined;
  /** By name of the field; those of `custom` as `custom.<name>`. */
  readonly fields: ReadonlyMap<string, ShadowField>;
}

/** One field of a shadow. */
export interface ShadowField {
  /** Empty: there was a value, which one is not known. */
  readonly digest: string;
  /** A list is emptied by an empty one, anything else by `null`. */
  readonly isList: boolean;
  /** Tag of the flow whose mapping gave the value. Empty: it was only seen there. */
  readonly tag: string;
}

/** As it is stored: `{"v":"2","f":{"name":"Zk3…","lines":"[9aQ…"}}`, a tag behind the digest. */
interface StoredShadow {
  readonly v?: string;
  readonly f?: Readonly<Record<string, string>>;
}

// 48 bits tell one value of a field from the next; the digest of the whole record guards the rest.
const digestLength = 8;
const emptyList = digest('[]').slice(0, digestLength);
const unknownDigest = '?'.repeat(digestLength);

/** Whether there was a list without elements: some systems show one, others nothing. */
export const isEmptyList = ({ digest: own, isList }: ShadowField): boolean =>
  isList && own === emptyList;

/** What every system keeps for itself. */
const bookkeeping: ReadonlySet<string> = new Set(['source', 'changedAt', 'createdOn']);

export const isBookkeeping = (field: string): boolean => bookkeeping.has(field);

/** Stands where the shadow was when a deletion of unknown outcome was under way: there may be nothing left. */
export const perhapsDeleted = JSON.stringify({ d: true });

export function parseShadow(text: string | undefined): Shadow | undefined {
  if (text === undefined || text === perhapsDeleted) return undefined;
  const { v, f = {} } = JSON.parse(text) as StoredShadow;
  return {
    mapping: v,
    fields: new Map(Object.entries(f).map(([name, at]) => [name, fieldOf(at)])),
  };
}

export function formatShadow({ mapping, fields }: Shadow): string {
  const f: Record<string, string> = Object.create(null);
  for (const [name, { digest: own, isList, tag }] of fields) {
    f[name] = `${isList ? '[' : ''}${own === '' ? unknownDigest : own}${tag}`;
  }
  return JSON.stringify({ v: mapping, f } satisfies { v: string | undefined; f: object });
}

function fieldOf(text: string): ShadowField {
  const isList = text.startsWith('[');
  const from = isList ? 1 : 0;
  const own = text.slice(from, from + digestLength);
  return {
    digest: own === unknownDigest ? '' : own,
    isList,
    tag: text.slice(from + digestLength),
  };
}

/** The values of a record, one by one as a patch has them: every field, every field of `custom`. */
export function fieldsOf(record: ErpRecord): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined || bookkeeping.has(name)) continue;
    if (name !== 'custom') fields.set(name, value);
    else {
      for (const [own, inner] of Object.entries(value ?? {})) {
        if (inner !== undefined) fields.set(`custom.${own}`, inner);
      }
    }
  }
  return fields;
}

/** The digest of each field of a record. */
export function shadowFields(
  record: ErpRecord,
  canonicalJson: CanonicalJson,
  tag: string,
): ReadonlyMap<string, ShadowField> {
  const fields = new Map<string, ShadowField>();
  for (const [name, value] of fieldsOf(record)) {
    // An explicit null is "empty", as if the field were not there.
    if (value === null) continue;
    fields.set(name, {
      digest: digest(canonicalJson(value)).slice(0, digestLength),
      isList: Array.isArray(value),
      tag,
    });
  }
  return fields;
}

/** What is left when a write of unknown outcome was under way: that there were fields, not what they held. */
export function inDoubt(
  before: string | undefined,
  attempted: string | undefined,
): string | undefined {
  const [a, b] = [parseShadow(before), parseShadow(attempted)];
  // Without a shadow before, whole records are written until there is one.
  if (b === undefined) return undefined;
  const fields = new Map<string, ShadowField>();
  for (const [name, field] of [...(a?.fields ?? []), ...b.fields]) {
    fields.set(name, { ...field, digest: '' });
  }
  return formatShadow({ mapping: undefined, fields });
}
