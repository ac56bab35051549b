import type { ErpRecord } from '@common/connector-core';
import { inDoubt, isAsBefore, parseShadow, shadowFields } from '../digest/shadow.ts';
import type { DeadLetter } from '../state/dead-letter.ts';
import type { Failure } from './failure.ts';
import type { Flow } from './flow.ts';
import type { MappedPage, MappedPart } from './map-page.ts';
import { mappedDeletion, planDeletions } from './plan-deletions.ts';
import { linkedTo, type PlannedWrite, upsertOf } from './planned-write.ts';
import { shadowsAfter } from './shadows-after.ts';
import type { SideLink } from './side-link.ts';

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
  /** Live links of deleted records and of records that are mapped to lists, by key of the record. */
  readonly linksOfRecords: ReadonlyMap<string, readonly SideLink[]>;
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
  options: {
    /** Keys of the dead letters that are being replayed. */
    readonly replayed?: ReadonlySet<string> | undefined;
    /** Whatever the digests say, the records are to be written. */
    readonly isForced?: boolean;
    readonly openIntents: ReadonlyMap<string, string>;
  },
): PagePlan {
  const { isForced = false, replayed } = options;
  const writes: PlannedWrite[] = [];
  const refreshed: SideLink[] = [];
  const held: DeadLetter[] = [];
  const failures = [...page.failures];
  let unchanged = 0;
  let heldCount = 0;
  for (const part of page.parts) {
    const link = isForced ? forgotten(known.links.get(part.key)) : known.links.get(part.key);
    const sourceDigest = flow.sourceProjection.digest(part.part);
    if (part.mapped.delete === true) {
      const deletion = mappedDeletion(flow, part, link, sourceDigest);
      if (deletion === undefined) unchanged += 1;
      else if ('error' in deletion) failures.push(deletion);
      else writes.push(deletion);
      continue;
    }
    const record = part.mapped.record as ErpRecord;
    const live = link?.deleted === false ? link : undefined;
    // What an older version of the mapping has made is mapped anew.
    const isCurrent = live !== undefined && isOfMapping(flow, live);
    if (isCurrent && live.sourceDigest === sourceDigest) {
      unchanged += 1;
      continue;
    }
    if (!isForced && isCurrent && isEchoInDoubt(flow, live, part)) {
      refreshed.push({ ...live, sourceDigest });
      unchanged += 1;
      continue;
    }
    const targetDigest = targetDigestOf(flow, part, record, sourceDigest, live);
    // An empty digest means that a write of unknown outcome was under way: then nothing is equal.
    if (
      flow.targetProjection !== undefined &&
      isCurrent &&
      live.sourceDigest !== '' &&
      live.targetDigest === targetDigest
    ) {
      const { sourceShadow, targetShadow } = shadowsAfter(flow, { record, part: part.part, live });
      refreshed.push({ ...live, sourceDigest, sourceShadow, targetShadow });
      unchanged += 1;
      continue;
    }
    const { write, isEmpty } = upsertOf(flow, part, record, { link, sourceDigest, targetDigest });
    if (isEmpty && live !== undefined) {
      refreshed.push(linkedTo(write, write.change.key ?? ''));
      unchanged += 1;
      continue;
    }
    const letter = known.deadLetters.get(part.key);
    // Whoever replays a letter has decided; a create that is still open is never tried anew.
    const isInDoubt =
      letter?.error.code === 'ERR_OUTCOME_UNKNOWN' && replayed?.has(part.key) !== true;
    if (write.op === 'create' && (isInDoubt || options.openIntents.has(part.key))) {
      heldCount += 1;
      if (letter !== undefined) held.push(letter);
    } else writes.push(write);
  }
  const deletions = planDeletions(flow, page, {
    linksOfRecords: known.linksOfRecords,
    openIntents: options.openIntents,
  });
  for (const write of deletions.writes) writes.push(write);
  for (const failure of deletions.failures) failures.push(failure);
  unchanged += deletions.unchanged;
  const settled = new Set([...(replayed ?? []), ...failures.map(({ key }) => key)]);
  for (const { key } of held) settled.add(key);
  for (const { key } of writes) settled.add(key);
  const doubts = openDoubts(known, settled);
  heldCount += doubts.length;
  held.push(...doubts);
  return { writes, refreshed, unchanged, failures, heldCount, held };
}

/**
 * The dead letters of what is wanted no more (its record is gone, or has lost a part), and of which nobody
 * knows whether the target ever had it: somebody still has to look.
 */
function openDoubts(
  { deadLetters, links, linksOfRecords }: PageState,
  settled: ReadonlySet<string>,
): readonly DeadLetter[] {
  const isLinked = ({ key, sourceKey = '' }: DeadLetter) =>
    links.get(key)?.deleted === false ||
    linksOfRecords.get(sourceKey)?.some((link) => link.key === key) === true;
  return [...deadLetters.values()].filter(
    (letter) =>
      letter.error.code === 'ERR_OUTCOME_UNKNOWN' && !settled.has(letter.key) && !isLinked(letter),
  );
}

/**
 * Whether a record is no more than what a write of the other direction, whose outcome is not known, may have
 * made of it: nobody has changed it, and that direction says what comes of the pair.
 */
function isEchoInDoubt({ canonicalJson }: Flow, link: SideLink, { part }: MappedPart): boolean {
  const known = parseShadow(link.sourceShadow)?.fields;
  if (known === undefined || ![...known.values()].some(({ either }) => either)) return false;
  const now = shadowFields(part, canonicalJson, '');
  const names = [...new Set([...known.keys(), ...now.keys()])];
  return names.every((name) => isAsBefore(known.get(name), now.get(name)) === true);
}

/** A link of whose target nothing is known but which fields it had. */
function forgotten(link: SideLink | undefined): SideLink | undefined {
  if (link === undefined || link.deleted) return link;
  const { targetShadow } = link;
  return { ...link, sourceDigest: '', targetShadow: inDoubt(undefined, targetShadow) };
}

function isOfMapping({ mapping }: Flow, { targetShadow }: SideLink): boolean {
  return mapping.version === undefined || parseShadow(targetShadow)?.mapping === mapping.version;
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
