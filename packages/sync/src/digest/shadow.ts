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
  /** What it may be, where a write of unknown outcome was under way: digests, empty for no value. */
  readonly either?: readonly string[] | undefined;
}

/**
 * As it is stored: `{"v":"2","f":{"name":"Zk3…","lines":"[9aQ…"}}`, a tag behind the digest. `!Zk3…9aQ…!`
 * in place of the digest says what it may be.
 */
interface StoredShadow {
  readonly v?: string;
  readonly f?: Readonly<Record<string, string>>;
}

// 48 bits tell one value of a field from the next; the digest of the whole record guards the rest.
const digestLength = 8;
const emptyList = digest('[]').slice(0, digestLength);
const unknownDigest = '?'.repeat(digestLength);
const noValue = '.'.repeat(digestLength);

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
  for (const [name, { digest: own, isList, tag, either }] of fields) {
    const known = own === '' ? unknownDigest : own;
    const may = either?.map((one) => (one === '' ? noValue : one)).join('');
    f[name] = `${isList ? '[' : ''}${may === undefined ? known : `!${may}!`}${tag}`;
  }
  return JSON.stringify({ v: mapping, f } satisfies { v: string | undefined; f: object });
}

function fieldOf(text: string): ShadowField {
  const isList = text.startsWith('[');
  const from = isList ? 1 : 0;
  if (text[from] === '!') {
    const end = text.indexOf('!', from + 1);
    const either: string[] = [];
    for (let at = from + 1; at < end; at += digestLength) {
      const one = text.slice(at, at + digestLength);
      either.push(one === noValue ? '' : one);
    }
    return { digest: '', isList, tag: text.slice(end + 1), either };
  }
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

/**
 * What is left when a write of unknown outcome was under way: a field that it was to change is as before, or
 * as it was to be.
 */
export function inDoubt(
  before: string | undefined,
  attempted: string | undefined,
): string | undefined {
  const [a, b] = [parseShadow(before), parseShadow(attempted)];
  // Without a shadow before, whole records are written until there is one.
  if (b === undefined) return undefined;
  const fields = new Map<string, ShadowField>();
  for (const [name, field] of [...(a?.fields ?? []), ...b.fields]) {
    const before = a === undefined ? undefined : mayBe(a.fields.get(name));
    const after = mayBe(b.fields.get(name));
    const either = before && after && [...new Set([...before, ...after])];
    fields.set(name, either?.length === 1 ? field : { ...field, digest: '', either });
  }
  return formatShadow({ mapping: undefined, fields });
}

/** What a field of a known shadow may be; absent where that is not known. An empty list and none are one value. */
function mayBe(field: ShadowField | undefined): readonly string[] | undefined {
  if (field === undefined || isEmptyList(field)) return [''];
  return field.either ?? (field.digest === '' ? undefined : [field.digest]);
}

/** Whether what is there now is what there was; absent where that is not known. */
export function isAsBefore(
  before: ShadowField | undefined,
  now: ShadowField | undefined,
): boolean | undefined {
  const own = now === undefined || isEmptyList(now) ? '' : now.digest;
  return mayBe(before)?.includes(own);
}
