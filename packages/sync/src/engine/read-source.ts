import { ConnectorError, type JsonValue } from '@common/connector-core';
import { approvalCheckpoint } from './delete-guard.ts';
import { detectDeletes } from './detect-deletes.ts';
import type { Flow } from './flow.ts';
import { type FullRead, type NamedCheckpoint, openFullRead, showsEverything } from './full-read.ts';
import { gatherPages } from './gather-pages.ts';
import { mappingProgress } from './mapping-progress.ts';
import { prefetch } from './prefetch.ts';
import { processPage } from './process-page.ts';
import { withoutRepeatedPages } from './repeated-pages.ts';
import { beginLooking, finishLooking } from './restored-flow.ts';
import { forgetSteps, storeSteps } from './run-steps.ts';
import type { Session } from './session.ts';
import { type SourcePage, type SourceRead, sourcePages, sourceReadOf } from './source-pages.ts';

/** What a read of the source came to. */
export interface ReadOutcome {
  /** What it was in the end: a position that the source has forgotten makes a full run of it. */
  readonly mode: 'incremental' | 'full';
  readonly isResumed: boolean;
  readonly pages: number;
  /** It ended at `maxPages`. */
  readonly hasMore: boolean;
}

/** Syncs the pages of the source, up to its end or `maxPages`. */
export async function readSource(
  flow: Flow,
  session: Session,
  asked: { readonly mode: 'incremental' | 'full'; readonly maxPages: number },
): Promise<ReadOutcome> {
  const mapping = await mappingProgress(flow);
  const { maxPages } = asked;
  const isWhole = mapping.isOutdated || flow.restored?.isLooking === true;
  const mode = isWhole ? 'full' : asked.mode;
  const finishWhole = () => [...mapping.finish(), ...finishLooking(flow)];
  await mapping.begin(session);
  await beginLooking(flow, session);
  try {
    return await readOnce(flow, session, { mode, maxPages, finishWhole });
  } catch (error) {
    if (!isExpired(error)) throw error;
    flow.logger.warn(
      'The source does not know the position of the last run any more. Everything is read and compared, deletions too.',
      { ...flow.key },
    );
    // The position of an interrupted full read may be what it has forgotten.
    await flow.store.transaction((state) => state.checkpoints.set(flow.key, 'full', undefined), {
      lease: session.lease(),
    });
    return readOnce(flow, session, { mode: 'full', maxPages, finishWhole });
  }
}

function isExpired(error: unknown): boolean {
  return ConnectorError.isInstance(error) && error.code === 'ERR_CHECKPOINT_EXPIRED';
}

async function readOnce(
  flow: Flow,
  session: Session,
  {
    mode,
    maxPages,
    finishWhole,
  }: {
    readonly mode: 'incremental' | 'full';
    readonly maxPages: number;
    readonly finishWhole: () => readonly NamedCheckpoint[];
  },
): Promise<ReadOutcome> {
  const read = sourceReadOf(flow, mode);
  const isFull = read.checkpointName === 'full';
  const before = await flow.store.transaction(
    (state) => state.checkpoints.get(flow.key, read.checkpointName),
    { readOnly: true },
  );
  const isResumed = isFull && before !== undefined;
  const full = (await showsEverything(flow, read, before))
    ? await openFullRead(flow, read, before !== undefined)
    : undefined;
  let last = before;
  let pages = 0;
  // Pages with nothing in them are no step: a source may answer one each time that it is asked.
  let filled = 0;
  // Whoever asked for steps of so many pages gets them one by one; a queue wants each acknowledged.
  const isGathered =
    flow.target.bulkFrom !== undefined && maxPages === Number.POSITIVE_INFINITY && !read.isQueue;
  const source = gatherPages(
    withoutRepeatedPages(flow, sourcePages(flow, read, { after: last, signal: session.signal })),
    isGathered ? flow.target.maxBatchSize : undefined,
  );
  // A queue shows the same page again until it is acknowledged: never ask ahead.
  const mayAskAhead = () => !read.isQueue && filled + 1 < maxPages;
  for await (const page of prefetch(source, mayAskAhead)) {
    session.signal.throwIfAborted();
    await takePage(flow, session, page, { read, last, full });
    last = page.checkpoint as JsonValue;
    pages += page.pages;
    // Only after the commit: the source may forget what is acknowledged.
    await page.acknowledge?.({ signal: session.signal });
    session.progress('sync', page.total);
    if (page.changes.length + (page.failures?.length ?? 0) > 0) filled += 1;
    if (filled < maxPages) continue;
    await session.finish({ status: 'done' }, (state) =>
      storeSteps(state, flow, session.deleteGuard),
    );
    return { mode, isResumed, pages, hasMore: true };
  }
  if (full !== undefined) await detectDeletes(flow, session, full);
  await finish(flow, session, { read, last, full, checkpoints: isFull ? finishWhole() : [] });
  return { mode, isResumed, pages, hasMore: false };
}

async function takePage(
  flow: Flow,
  session: Session,
  page: SourcePage,
  {
    read,
    last,
    full,
  }: {
    readonly read: SourceRead;
    readonly last: JsonValue | undefined;
    readonly full: FullRead | undefined;
  },
): Promise<void> {
  const isIdle =
    page.changes.length === 0 &&
    (page.failures?.length ?? 0) === 0 &&
    JSON.stringify(page.checkpoint) === JSON.stringify(last);
  if (isIdle) return;
  await processPage(flow, session, {
    changes: page.changes,
    failures: page.failures,
    full,
    checkpoints: [
      { name: read.checkpointName, value: page.checkpoint as JsonValue },
      ...(full?.take(page) ?? []),
    ],
  });
}

async function finish(
  flow: Flow,
  session: Session,
  {
    read,
    last,
    full,
    checkpoints,
  }: {
    readonly read: SourceRead;
    readonly last: JsonValue | undefined;
    readonly full: FullRead | undefined;
    readonly checkpoints: readonly NamedCheckpoint[];
  },
): Promise<void> {
  await session.finish({ status: 'done' }, async (state) => {
    const set = (name: string, value: JsonValue | undefined) =>
      state.checkpoints.set(flow.key, name, value);
    if (session.deleteGuard.isApprovalUsed) await set(approvalCheckpoint, undefined);
    for (const { name, value } of checkpoints) await set(name, value);
    if (session.steps !== undefined) await forgetSteps(state, flow);
    await full?.clear(state);
    if (read.checkpointName !== 'full') return;
    await set('full', undefined);
    if (read.via === 'changes' && last !== undefined) await set('incremental', last);
  });
}
