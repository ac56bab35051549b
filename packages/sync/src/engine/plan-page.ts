import { ConnectorError, type ErpRecord, type WriteChange } from '@common/connector-core';
import { digest } from '../digest/digest.ts';
import type { DeadLetter } from '../state/dead-letter.ts';
import type { Failure } from './failure.ts';
import type { Flow } from './flow.ts';
import type { MappedPage, MappedPart } from './map-page.ts';
import type { SideLink } from './side-link.ts';

/** A write that was decided. */
export interface PlannedWrite {
  /** Key of the source record or part. */
  readonly key: string;
  readonly sourceKey: string;
  readonly op: 'create' | 'update' | 'delete';
  readonly change: WriteChange & { readonly idempotencyKey: string };
  readonly sourceDigest: string;
  readonly targetDigest: string;
  readonly targetPart: string | undefined;
  /** The link as it is, tombstones included. */
  readonly link: SideLink | undefined;
}

/** What is to be done with a page. */
export interface PagePlan {
  readonly writes: readonly PlannedWrite[];
  /** Links whose digests are brought up to date without a write. */
  readonly refreshed: readonly SideLink[];
  readonly unchanged: number;
  readonly failures: readonly Failure[];
  /** Parts that are not created, because they may have been already. */
  readonly heldCount: number;
  /** Their dead letters, which stay as they are. */
  readonly held: readonly DeadLetter[];
}

/** What the state knows about a page. */
export interface PageState {
  /** By source key, tombstones included. */
  readonly links: ReadonlyMap<string, SideLink>;
  /** Live links of deleted records and their parts. */
  readonly linksOfDeleted: readonly SideLink[];
  /** By key. */
  readonly deadLetters: ReadonlyMap<string, DeadLetter>;
}

/**
 * Decides what each part of a page needs.
 *
 * A part whose digest is the stored one of its side has not changed since the last sync, whichever
 * direction that was. A part that maps to what the target has already is our own write, or that of
 * the other direction, coming back.
 */
export function planPage(
  flow: Flow,
  page: MappedPage,
  known: PageState,
  options: { readonly isReplay: boolean; readonly openIntents: ReadonlySet<string> },
): PagePlan {
  const writes: PlannedWrite[] = [];
  const refreshed: SideLink[] = [];
  const held: DeadLetter[] = [];
  const failures = [...page.failures];
  let unchanged = 0;
  let heldCount = 0;
  for (const part of page.parts) {
    const link = known.links.get(part.key);
    const sourceDigest = flow.sourceProjection.digest(part.part);
    if (part.mapped.delete === true) {
      const write = deletion(flow, part, link, sourceDigest);
      if (write === undefined) unchanged += 1;
      else writes.push(write);
      continue;
    }
    const record = part.mapped.record as ErpRecord;
    const live = link?.deleted === false ? link : undefined;
    if (live !== undefined && live.sourceDigest === sourceDigest) {
      unchanged += 1;
      continue;
    }
    const targetDigest = targetDigestOf(flow, part, record, sourceDigest, live);
    // An empty digest means that a write of unknown outcome was under way: then nothing is equal.
    if (
      flow.targetProjection !== undefined &&
      live !== undefined &&
      live.sourceDigest !== '' &&
      live.targetDigest === targetDigest
    ) {
      refreshed.push({ ...live, sourceDigest });
      unchanged += 1;
      continue;
    }
    const write = upsert(flow, part, record, { link, sourceDigest, targetDigest });
    const letter = known.deadLetters.get(part.key);
    // Whoever replays a letter has decided; a create that is still open is never tried anew.
    const isInDoubt = letter?.error.code === 'ERR_OUTCOME_UNKNOWN' && !options.isReplay;
    if (write.op === 'create' && (isInDoubt || options.openIntents.has(part.key))) {
      heldCount += 1;
      if (letter !== undefined) held.push(letter);
    } else writes.push(write);
  }
  for (const link of known.linksOfDeleted) writes.push(deletionOf(flow, link, ''));
  for (const sourceKey of page.deletedKeys) {
    for (const key of options.openIntents) {
      const isPart = key === sourceKey || key.startsWith(`${sourceKey}/`);
      if (isPart) failures.push(deletionInDoubt(flow, key, sourceKey));
    }
  }
  const linked = new Set(known.linksOfDeleted.map((link) => link.key));
  unchanged += page.deletedKeys.filter(
    (key) =>
      !linked.has(key) && !known.linksOfDeleted.some((link) => link.key.startsWith(`${key}/`)),
  ).length;
  return { writes, refreshed, unchanged, failures, heldCount, held };
}

/** There is no link yet to delete by: the next run knows more. */
function deletionInDoubt(flow: Flow, key: string, sourceKey: string): Failure {
  const error = new ConnectorError({
    code: 'ERR_OUTCOME_UNKNOWN',
    category: 'transient',
    entity: flow.targetEntity,
    message:
      'The record was deleted while its creation at the target was in doubt. The next run finds out and deletes it.',
  });
  return { stage: 'write', op: 'delete', key, sourceKey, error };
}

function targetDigestOf(
  flow: Flow,
  { part }: MappedPart,
  record: ErpRecord,
  sourceDigest: string,
  live: SideLink | undefined,
): string {
  if (flow.targetProjection === undefined) return live?.targetDigest ?? '';
  const isSame = record === part && flow.targetProjection === flow.sourceProjection;
  return isSame ? sourceDigest : flow.targetProjection.digest(record);
}

function upsert(
  flow: Flow,
  { key, sourceKey, mapped }: MappedPart,
  record: ErpRecord,
  state: {
    readonly link: SideLink | undefined;
    readonly sourceDigest: string;
    readonly targetDigest: string;
  },
): PlannedWrite {
  const { link, ...digests } = state;
  const live = link?.deleted === false ? link : undefined;
  const targetKey =
    mapped.targetKey ??
    (live === undefined ? undefined : nativeKeyOf(live.targetKey, mapped.targetPart));
  const op = targetKey === undefined ? 'create' : 'update';
  const known = targetKey ?? (isKeyedByUs(flow) ? key : undefined);
  return {
    key,
    sourceKey,
    op,
    change: {
      op: 'upsert',
      ...(known === undefined ? {} : { key: known }),
      record,
      idempotencyKey: idempotencyKeyOf(flow, { key, op, link, record, ...digests }),
    },
    ...digests,
    targetPart: mapped.targetPart,
    link,
  };
}

function deletion(
  flow: Flow,
  { key, sourceKey, mapped }: MappedPart,
  link: SideLink | undefined,
  sourceDigest: string,
): PlannedWrite | undefined {
  if (link?.deleted === true && link.sourceDigest === sourceDigest) return undefined;
  const live = link?.deleted === false ? link : undefined;
  const targetKey = mapped.targetKey ?? live?.targetKey;
  if (targetKey === undefined) return undefined;
  const base = live ?? {
    key,
    targetKey,
    sourceDigest: '',
    targetDigest: '',
    version: link?.version ?? 0,
    deleted: false,
  };
  return { ...deletionOf(flow, { ...base, targetKey }, sourceDigest), sourceKey };
}

function deletionOf(flow: Flow, link: SideLink, sourceDigest: string): PlannedWrite {
  const idempotencyKey = idempotencyKeyOf(flow, {
    key: link.key,
    op: 'delete',
    link,
    record: undefined,
    sourceDigest,
    targetDigest: '',
  });
  return {
    key: link.key,
    sourceKey: link.key,
    op: 'delete',
    change: { op: 'delete', key: link.targetKey, idempotencyKey },
    sourceDigest,
    targetDigest: '',
    targetPart: undefined,
    link,
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
    readonly sourceDigest: string;
    readonly targetDigest: string;
  },
): string {
  const version = write.link?.version ?? 0;
  // A target that is written by key does not look at the idempotency key: a cheap one will do.
  if (isKeyedByUs(flow)) return `${version}-${write.targetDigest}`;
  const content = digest(flow.canonicalJson(write.record, sourceOnly));
  return digest(
    JSON.stringify([flow.key.tenant, flow.key.flow, write.key, write.op, version, content]),
  );
}

/** Whether the target takes the keys of the source for its own. */
function isKeyedByUs({ target }: Flow): boolean {
  return target.idempotency === 'upsert' || target.idempotency === 'position';
}

const sourceOnly: ReadonlySet<string> = new Set(['source']);

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
