import type { JsonValue } from '@common/connector-core';
import type { StateTransaction } from '../state/state-store.ts';
import type { Flow } from './flow.ts';
import type { PreparedPage } from './process-page.ts';
import { createSeenKeys, type SeenKeys } from './seen-keys.ts';
import type { SourcePage, SourceRead } from './source-pages.ts';
import type { WriteOutcome } from './write-outcome.ts';

/** A read of everything, over all the lives that it takes: what it has shown so far. */
export interface FullRead {
  readonly seen: SeenKeys;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Takes a page in; the answer is to be stored with it. */
  take(page: SourcePage): readonly NamedCheckpoint[];
  /** Counts the links of the page that was taken in last; the answer is to be stored with it too. */
  count(page: PreparedPage, outcomes: readonly WriteOutcome[]): readonly NamedCheckpoint[];
  /** Live links of all records that were shown. Too few where somebody else deletes, never too many. */
  readonly linked: number;
  /** Why it cannot be told what is gone; absent when it can. */
  readonly gap: string | undefined;
  /** Forgets it, in the transaction that ends the run. */
  clear(state: StateTransaction): Promise<void>;
}

/** A checkpoint and its name. */
export interface NamedCheckpoint {
  readonly name: string;
  readonly value: JsonValue;
}

/** What is stored beside the keys. */
interface Progress {
  readonly startedAt: number;
  readonly pages: number;
  readonly gap?: string;
  /** Records that the source says it has. */
  readonly total?: number;
  readonly linked?: number;
}

/** A full read that was interrupted and the first incremental one do not know of each other. */
const progressName = ({ checkpointName }: SourceRead) => `${checkpointName}Read`;
const pageName = (read: SourceRead, page: number) => `${progressName(read)}/${page}`;

/**
 * Whether a read shows everything: a full one, and the first incremental one, up to its end. An
 * earlier life may have written records before it stored a position; if they are deleted meanwhile,
 * a read from the beginning does not show it.
 */
export async function showsEverything(
  flow: Flow,
  read: SourceRead,
  before: JsonValue | undefined,
): Promise<boolean> {
  if (!flow.deletes.detect || !read.showsAll) return false;
  if (read.checkpointName === 'full' || before === undefined) return true;
  const progress = await flow.store.transaction(
    (state) => state.checkpoints.get(flow.key, progressName(read)),
    { readOnly: true },
  );
  return progress !== undefined;
}

/**
 * @param isResumed - whether an interrupted read goes on; what is stored of it is taken up
 */
export async function openFullRead(
  flow: Flow,
  read: SourceRead,
  isResumed: boolean,
): Promise<FullRead> {
  const { store, key } = flow;
  const seen = createSeenKeys();
  const stored = await store.transaction(
    async (state) => {
      const progress = (await state.checkpoints.get(key, progressName(read))) as unknown as
        | Progress
        | undefined;
      const pages: string[] = [];
      for (let page = 1; page <= (progress?.pages ?? 0); page += 1) {
        pages.push(String(await state.checkpoints.get(key, pageName(read, page))));
      }
      return { progress, pages };
    },
    { readOnly: true },
  );
  let progress: Progress;
  if (isResumed && stored.progress !== undefined) {
    progress = stored.progress;
    for (const page of stored.pages) seen.restore(page);
    seen.takeNew();
  } else {
    // A read that began before keys were kept has shown what nobody remembers.
    const gap = isResumed ? 'an earlier version began it' : undefined;
    progress = { startedAt: flow.clock.now(), pages: 0, ...(gap === undefined ? {} : { gap }) };
  }
  const before = stored.progress?.pages ?? 0;
  let fresh = new Set<string>();

  return {
    seen,
    startedAt: progress.startedAt,
    take(page) {
      fresh = new Set();
      for (const change of page.changes) {
        const known = change.op === 'delete' ? undefined : change.record.source?.key;
        if (known !== undefined && seen.add(known)) fresh.add(known);
      }
      for (const { key: failed } of page.failures ?? []) {
        if (failed !== undefined) seen.add(failed);
        else progress = { ...progress, gap: 'a record without a key could not be read' };
      }
      const { total = progress.total } = page;
      progress = {
        ...progress,
        pages: progress.pages + 1,
        ...(total === undefined ? {} : { total }),
      };
      return [
        { name: progressName(read), value: progress as unknown as JsonValue },
        { name: pageName(read, progress.pages), value: seen.takeNew() },
      ];
    },
    count({ mapped, known }, outcomes) {
      let linked = progress.linked ?? 0;
      for (const { key, sourceKey } of mapped.parts) {
        if (fresh.has(sourceKey) && known.links.get(key)?.deleted === false) linked += 1;
      }
      for (const { status, write } of outcomes) {
        if (status === 'failed' || status === 'unknown') continue;
        // A record that was counted, or one that was not: then too few are.
        if (status === 'deleted') linked -= 1;
        else if (write.link?.deleted !== false && fresh.has(write.sourceKey)) linked += 1;
      }
      progress = { ...progress, linked };
      return [{ name: progressName(read), value: progress as unknown as JsonValue }];
    },
    get linked() {
      return progress.linked ?? 0;
    },
    get gap() {
      if (progress.gap !== undefined) return progress.gap;
      const { total } = progress;
      if (total === undefined || seen.size >= total) return undefined;
      return `the source has ${total} records and showed ${seen.size}`;
    },
    async clear(state) {
      await state.checkpoints.set(key, progressName(read), undefined);
      for (let page = 1; page <= Math.max(before, progress.pages); page += 1) {
        await state.checkpoints.set(key, pageName(read, page), undefined);
      }
    },
  };
}
