import {
  type CallOptions,
  ConnectorError,
  type JsonValue,
  type RecordChange,
  type RecordFailure,
} from '@common/connector-core';
import { goneRecords, withheldDeletes } from './detect-deletes.ts';
import type { Flow } from './flow.ts';
import { type FullRead, type NamedCheckpoint, openFullRead, showsEverything } from './full-read.ts';
import { mappingProgress } from './mapping-progress.ts';
import { draftPage, type PageContext, type PreparedPage, type WorkPage } from './process-page.ts';
import { readByKey } from './read-by-key.ts';
import { recordKeyOf } from './side-link.ts';
import { sourcePages, sourceReadOf } from './source-pages.ts';
import type { PlanSelection } from './sync-plan.ts';

/** Everything that a plan is about, as one page. */
export interface CollectedChanges {
  readonly page: WorkPage;
  readonly hasMore: boolean;
  readonly withheld: number;
  /** Keys of records that a full read did not show any more. */
  readonly goneKeys: ReadonlySet<string>;
  /** Forgets what a full read has stored, once it is over. */
  readonly full: FullRead | undefined;
  acknowledge(options: CallOptions): Promise<void>;
}

/** Reads the source as a run would and keeps the records that need something. Changes nothing. */
export async function collectChanges(
  flow: Flow,
  context: PageContext,
  { selection, atMost }: { readonly selection: PlanSelection; readonly atMost: number },
): Promise<CollectedChanges> {
  if ('keys' in selection) return collectKeys(flow, context, selection.keys);
  const mapping = await mappingProgress(flow);
  const mode = mapping.isOutdated ? 'full' : selection.mode;
  const options = { atMost, finish: mapping.finish };
  try {
    return await collectRead(flow, context, mode, { ...options, isAnew: mapping.isAnew });
  } catch (error) {
    if (!ConnectorError.isInstance(error) || error.code !== 'ERR_CHECKPOINT_EXPIRED') throw error;
    return collectRead(flow, context, 'full', { ...options, isAnew: true });
  }
}

async function collectRead(
  flow: Flow,
  context: PageContext,
  mode: 'incremental' | 'full',
  {
    atMost,
    isAnew,
    finish,
  }: {
    readonly atMost: number;
    /** An interrupted full read does not go on. */
    readonly isAnew: boolean;
    readonly finish: () => readonly NamedCheckpoint[];
  },
): Promise<CollectedChanges> {
  const read = sourceReadOf(flow, mode);
  const isFull = read.checkpointName === 'full';
  const stored = await flow.store.transaction(
    (state) => state.checkpoints.get(flow.key, read.checkpointName),
    { readOnly: true },
  );
  const before = isFull && isAnew ? undefined : stored;
  const full = (await showsEverything(flow, read, before))
    ? await openFullRead(flow, read, before !== undefined)
    : undefined;
  const changes = new Map<string, RecordChange>();
  const failures: RecordFailure[] = [];
  const checkpoints = new Map<string, JsonValue>();
  const acknowledgements: NonNullable<CollectedChanges['acknowledge']>[] = [];
  const others = { read: 0, unchanged: 0, skipped: 0 };
  let hasMore = false;
  let last: JsonValue | undefined;
  const reading = new AbortController();
  const signal = AbortSignal.any([context.signal, reading.signal]);
  for await (const page of sourcePages(flow, read, { after: before, signal })) {
    context.signal.throwIfAborted();
    if (changes.size + failures.length >= atMost) {
      hasMore = true;
      break;
    }
    const draft = await draftPage(flow, context, page);
    const active = activeKeys(draft);
    let kept = 0;
    for (const change of page.changes) {
      const key = change.op === 'delete' ? change.key : (change.record.source?.key ?? '');
      // Only the latest sight of a record counts.
      changes.delete(key);
      if (!active.has(key)) continue;
      changes.set(key, change);
      kept += 1;
    }
    others.read += page.changes.length - kept;
    const idle = idleCounts(draft, active);
    others.unchanged += idle.unchanged;
    others.skipped += idle.skipped;
    failures.push(...(page.failures ?? []));
    last = page.checkpoint as JsonValue;
    checkpoints.set(read.checkpointName, last);
    for (const { name, value } of full?.take(page) ?? []) checkpoints.set(name, value);
    if (page.acknowledge !== undefined) acknowledgements.push((call) => page.acknowledge!(call));
    // A queue shows the same page again until it is acknowledged.
    if (read.isQueue) {
      hasMore = page.changes.length + (page.failures?.length ?? 0) > 0;
      break;
    }
  }
  reading.abort();
  let withheld = 0;
  const goneKeys = new Set<string>();
  if (full !== undefined && !hasMore) {
    withheld = await withheldDeletes(flow, context, full);
    if (withheld === 0) {
      for await (const gone of goneRecords(flow, context, full)) {
        for (const change of gone) {
          const key = change.op === 'delete' ? change.key : (change.record.source?.key ?? '');
          changes.set(key, change);
          if (change.op === 'delete') goneKeys.add(key);
        }
      }
    }
  }
  if (isFull && !hasMore) {
    for (const { name, value } of finish()) checkpoints.set(name, value);
    if (read.via === 'changes' && last !== undefined) checkpoints.set('incremental', last);
  }
  const page: WorkPage = {
    changes: [...changes.values()],
    failures,
    checkpoints: [...checkpoints].map(([name, value]) => ({ name, value })),
    others,
  };
  return {
    page,
    hasMore,
    withheld,
    goneKeys,
    full: hasMore ? undefined : full,
    async acknowledge(options) {
      for (const acknowledge of acknowledgements) await acknowledge(options);
    },
  };
}

/** What the records of a page come to that need nothing; the others are counted with the plan. */
function idleCounts({ mapped }: PreparedPage, active: ReadonlySet<string>) {
  const parts = Map.groupBy(mapped.parts, ({ sourceKey }) => sourceKey);
  const deleted = new Set(mapped.deletedKeys);
  let unchanged = 0;
  let skipped = 0;
  for (const key of mapped.sourceKeys) {
    if (active.has(key)) continue;
    const count = deleted.has(key) ? 1 : (parts.get(key)?.length ?? 0);
    if (count === 0) skipped += 1;
    unchanged += count;
  }
  return { unchanged, skipped };
}

/** Source keys of the records of a page that need something. */
function activeKeys({ plan, mapped, known }: PreparedPage): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { sourceKey } of plan.writes) keys.add(sourceKey);
  for (const link of plan.refreshed) keys.add(recordKeyOf(link));
  for (const { sourceKey, key } of plan.failures) keys.add(sourceKey ?? key);
  for (const { sourceKey, key } of plan.held) keys.add(sourceKey ?? key);
  for (const { sourceKey, key } of mapped.failures) keys.add(sourceKey ?? key);
  // A dead letter may be over.
  for (const { sourceKey, key } of known.deadLetters.values()) keys.add(sourceKey ?? key);
  return keys;
}

async function collectKeys(
  flow: Flow,
  context: PageContext,
  keys: readonly string[],
): Promise<CollectedChanges> {
  return {
    page: { ...(await readByKey(flow, context, keys)), isForced: true },
    hasMore: false,
    withheld: 0,
    goneKeys: new Set(),
    full: undefined,
    acknowledge: async () => undefined,
  };
}
