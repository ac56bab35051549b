import { ConnectorError, type ErpRecord, type WriteChange } from '@common/connector-core';
import { digest } from '../digest/digest.ts';
import { recordPatch } from '../digest/record-patch.ts';
import type { Shadow } from '../digest/shadow.ts';
import type { Flow } from './flow.ts';
import type { MappedPart } from './map-page.ts';
import { isCleared, shadowsAfter } from './shadows-after.ts';
import { partOf, recordKeyOf, type SideLink } from './side-link.ts';

/** A write that was decided. */
export interface PlannedWrite {
  /** Key of the source record or part. */
  readonly key: string;
  /** Key of the source record. */
  readonly sourceKey: string;
  /** What happened to the source record; a part may be deleted although its record lives. */
  readonly sourceOp: 'upsert' | 'delete';
  readonly op: 'create' | 'update' | 'delete';
  readonly change: WriteChange & { readonly idempotencyKey: string };
  readonly sourceDigest: string;
  readonly targetDigest: string;
  readonly targetPart: string | undefined;
  /** What the sides have field by field once it is written; absent where no flow needs to know. */
  readonly sourceShadow: string | undefined;
  readonly targetShadow: string | undefined;
  /** What it was made of; `change` may have less. Absent for deletions and in the journal. */
  readonly part: MappedPart | undefined;
  /** The link as it is, tombstones included. */
  readonly link: SideLink | undefined;
}

/** A decided upsert, and whether the target has all of it already. */
export interface UpsertPlan {
  readonly write: PlannedWrite;
  readonly isEmpty: boolean;
}

const noShadow: Shadow = { mapping: undefined, fields: new Map() };

/** Whether the target takes the keys of the source for its own. */
function isKeyedByUs({ target }: Flow): boolean {
  return target.idempotency === 'upsert' || target.idempotency === 'position';
}

export function upsertOf(
  flow: Flow,
  from: MappedPart,
  record: ErpRecord,
  state: {
    readonly link: SideLink | undefined;
    readonly sourceDigest: string;
    readonly targetDigest: string;
    /** Fields that the target keeps as it has them. */
    readonly kept?: ReadonlySet<string> | undefined;
    /** Fields that the target has as wanted already. */
    readonly present?: ReadonlySet<string> | undefined;
  },
): UpsertPlan {
  const { key, sourceKey, mapped, part } = from;
  const { link, sourceDigest, targetDigest, kept, present } = state;
  const live = link?.deleted === false ? link : undefined;
  const targetKey =
    mapped.targetKey ??
    (live === undefined ? undefined : nativeKeyOf(live.targetKey, mapped.targetPart));
  // Version 0: it was under way when a run was interrupted, and nobody has counted it yet.
  const isNew = targetKey === undefined || (live?.version === 0 && isKeyedByUs(flow));
  const op = isNew ? 'create' : 'update';
  const known = targetKey ?? (isKeyedByUs(flow) ? key : undefined);
  const { base, now, ...shadows } = shadowsAfter(flow, { record, part, live });
  const patch =
    op === 'create' || flow.target.patches !== true || (base ?? kept) === undefined
      ? record
      : recordPatch(record, {
          base: base ?? noShadow,
          now,
          isCleared: (name, field) => isCleared(flow, name, field),
          left: (name) => kept?.has(name) === true || present?.has(name) === true,
        });
  const body = patch ?? record;
  const idempotencyKey = idempotencyKeyOf(flow, { key, op, link, record: body, targetDigest });
  const write: PlannedWrite = {
    key,
    sourceKey,
    sourceOp: 'upsert',
    op,
    change:
      known === undefined
        ? { op: 'upsert', record, idempotencyKey }
        : { op: 'upsert', key: known, record: body, idempotencyKey },
    sourceDigest,
    targetDigest,
    targetPart: mapped.targetPart,
    ...shadows,
    part: from,
    link,
  };
  return { write, isEmpty: patch === undefined };
}

/** @param options - `sourceDigest`: of the part that the mapping deletes; empty when there is none */
export function deletionOf(
  flow: Flow,
  link: SideLink,
  options: { readonly sourceOp: PlannedWrite['sourceOp']; readonly sourceDigest?: string },
): PlannedWrite {
  const { sourceOp, sourceDigest = '' } = options;
  const { key } = link;
  const idempotencyKey = idempotencyKeyOf(flow, {
    key,
    op: 'delete',
    link,
    record: undefined,
    targetDigest: '',
  });
  return {
    key,
    sourceKey: recordKeyOf(link),
    sourceOp,
    op: 'delete',
    change: { op: 'delete', key: link.targetKey, idempotencyKey },
    sourceDigest,
    targetDigest: '',
    targetPart: undefined,
    sourceShadow: undefined,
    targetShadow: undefined,
    part: undefined,
    link,
  };
}

/** The link of a part that was written to the target record `targetKey`. */
export function linkedTo(write: PlannedWrite, targetKey: string): SideLink {
  const { key, sourceKey, sourceDigest, targetDigest, targetPart, link } = write;
  const { sourceShadow, targetShadow } = write;
  return {
    key,
    sourcePart: partOf(key, sourceKey),
    targetKey: targetPart === undefined ? targetKey : `${targetKey}/${targetPart}`,
    targetPart,
    sourceDigest,
    targetDigest,
    sourceShadow,
    targetShadow,
    version: link?.version ?? 0,
    deleted: false,
  };
}

/**
 * The same write has the same key in every process; another content or a later write has another.
 * The version is in it because a value may come back: A, B, A are three writes.
 */
function idempotencyKeyOf(
  flow: Flow,
  write: {
    readonly key: string;
    readonly op: PlannedWrite['op'];
    readonly link: SideLink | undefined;
    readonly record: ErpRecord | undefined;
    readonly targetDigest: string;
  },
): string {
  const version = write.link?.version ?? 0;
  // A target that is written by key does not look at the idempotency key: a cheap one will do.
  if (isKeyedByUs(flow)) return `${version}-${write.targetDigest}`;
  const { tenant, flow: name } = flow.key;
  const identity = [tenant, name, write.key, write.op, version];
  // It is looked for by its key: also when its content has changed, and nobody remembers what it was.
  if (write.op === 'create' && flow.target.idempotency === 'external-reference') {
    return digest(JSON.stringify(identity));
  }
  const content = digest(flow.canonicalJson(write.record, sourceOnly));
  // A restored state counts its versions again: what is changed now was not sent before. A creation may have been.
  const life = write.op === 'create' || flow.restored === undefined ? [] : [flow.restored.id];
  return digest(JSON.stringify([...identity, content, ...life]));
}

/** What a record does not say of itself. */
export const sourceOnly: ReadonlySet<string> = new Set(['source']);

/** `4500000001/10` without its part `10`. */
function nativeKeyOf(targetKey: string, targetPart: string | undefined): string {
  if (targetPart === undefined) return targetKey;
  const suffix = `/${targetPart}`;
  if (targetKey.endsWith(suffix)) return targetKey.slice(0, -suffix.length);
  throw new ConnectorError({
    code: 'ERR_MAPPING',
    category: 'mapping',
    message: `The identity map says another part than the mapping's targetPart "${targetPart}". Give the record to update as targetKey.`,
  });
}
