import type { RecordChange, RecordFailure } from '@common/connector-core';
import type { DeadLetter } from '../state/dead-letter.ts';
import { checkTargets } from './check-targets.ts';
import { commitPage } from './commit-page.ts';
import { connectorErrorOf } from './connector-error-of.ts';
import { guardDeletes } from './delete-guard.ts';
import { type ExecutedWrites, executeWrites, journalWrites } from './execute-writes.ts';
import type { Failure } from './failure.ts';
import type { Flow } from './flow.ts';
import type { FullRead, NamedCheckpoint } from './full-read.ts';
import { lookFirst } from './look-first.ts';
import { type MappedPage, mapPage } from './map-page.ts';
import { mergeTargets } from './merge-targets.ts';
import { type PagePlan, type PageState, planPage } from './plan-page.ts';
import type { PlannedWrite } from './planned-write.ts';
import type { Session } from './session.ts';
import { recordKeyOf, sideLinkOf } from './side-link.ts';
import type { SyncCounts } from './sync-report.ts';
import type { WriteOutcome } from './write-outcome.ts';

/** One resumable unit of work: a page of the source, or dead letters that are replayed. */
export interface WorkPage {
  readonly changes: readonly RecordChange[];
  readonly failures?: readonly RecordFailure[] | undefined;
  /** Stored together with the outcome. */
  readonly checkpoints?: readonly NamedCheckpoint[] | undefined;
  /** The full read that it is a page of. */
  readonly full?: FullRead | undefined;
  /** Keys of the dead letters that are being replayed: those are not held back, other parts of their records are. */
  readonly replayed?: ReadonlySet<string> | undefined;
  /** Which deletions are agreed on. */
  readonly isAdmitted?: ((write: PlannedWrite) => boolean) | undefined;
  /** Digests say nothing: the records are compared with the target as it is. */
  readonly isForced?: boolean | undefined;
  /** Records that were read along with these and need nothing. */
  readonly others?: Partial<SyncCounts> | undefined;
  /** The side that somebody chose for the conflicts of what is replayed. */
  readonly resolve?: 'source' | 'target' | undefined;
}

/** What a page needs of the run that it is in. */
export type PageContext = Pick<
  Session,
  'signal' | 'ensure' | 'openIntents' | 'hasDeadLetters' | 'deleteGuard'
>;

/** A page that is decided on. */
export interface PreparedPage {
  readonly mapped: MappedPage;
  readonly known: PageState;
  readonly plan: PagePlan;
}

/**
 * Syncs one page: map, plan, journal, write, commit. When it returns, every record of the page is
 * written, unchanged or in the dead letters, and the checkpoint says so. When it throws, what is
 * known to be done is stored, the rest is in the journal, and the checkpoint has not moved.
 */
export async function processPage(flow: Flow, session: Session, page: WorkPage): Promise<void> {
  await session.ensure();
  const draftAnew = () => draftPage(flow, session, page);
  const { replayed } = page;
  const drafted = await lookFirst(flow, session, await draftAnew(), { replayed, draftAnew });
  await executePage(flow, session, page, await settlePage(flow, session, page, drafted));
}

/** Decides by the state alone. Changes nothing. */
export async function draftPage(
  flow: Flow,
  context: PageContext,
  page: WorkPage,
): Promise<PreparedPage> {
  const mapped = await mapPage(flow, context, page.changes);
  const failedKeys = (page.failures ?? []).flatMap(({ key }) => key ?? []);
  const known = await readState(flow, context, mapped, failedKeys);
  const plan = planPage(flow, mapped, known, {
    replayed: page.replayed,
    isForced: page.isForced === true,
    openIntents: context.openIntents,
  });
  return { mapped, known, plan };
}

/** Decides what takes a look at the target. Changes nothing. */
export async function settlePage(
  flow: Flow,
  context: PageContext,
  page: WorkPage,
  drafted: PreparedPage,
): Promise<PreparedPage> {
  const { signal, deleteGuard } = context;
  const { replayed, resolve, isForced } = page;
  const merged = await mergeTargets(flow, drafted.plan, {
    signal,
    resolve: ({ key }) => (replayed?.has(key) === true ? resolve : undefined),
    isForced,
  });
  // What was written since a backup need not be written again.
  const isChecked = flow.checkTarget || flow.restored?.isLooking === true;
  const checked = isChecked ? await checkTargets(flow, context, merged) : merged;
  // Whoever replays a letter has decided.
  const isAdmitted = (write: PlannedWrite) =>
    replayed?.has(write.key) === true || page.isAdmitted?.(write) === true;
  const plan = await guardDeletes(deleteGuard, checked, isAdmitted);
  return { ...drafted, plan };
}

/** Does what was decided. */
export async function executePage(
  flow: Flow,
  session: Session,
  page: WorkPage,
  { mapped, known, plan }: PreparedPage,
): Promise<void> {
  const { outcomes, stop, undone, stored } = flow.writesInCommit
    ? { outcomes: plan.writes.map(writtenInCommit), stop: undefined, undone: [], stored: new Set() }
    : await journalAndWrite(flow, session, plan.writes);
  const unstored = outcomes.filter((outcome) => !stored.has(outcome));
  if (stop !== undefined) {
    await commitPage(flow, session, { outcomes: unstored, undone, refreshed: plan.refreshed });
    throw stop;
  }
  const { read = 0, unchanged = 0, skipped = 0 } = page.others ?? {};
  await commitPage(flow, session, {
    outcomes: unstored,
    refreshed: plan.refreshed,
    complete: {
      gained: {
        read: read + page.changes.length + (page.failures?.length ?? 0),
        unchanged: unchanged + plan.unchanged,
        skipped: skipped + mapped.skipped,
        failed: plan.heldCount,
      },
      failures: [...plan.failures, ...decodeFailures(page)],
      held: plan.held,
      deadLetters: known.deadLetters,
      checkpoints: lastOfEach([
        ...(page.checkpoints ?? []),
        ...(page.full?.count({ mapped, known, plan }, outcomes) ?? []),
      ]),
    },
  });
}

/** Each is stored once: a statement is a round trip. */
function lastOfEach(checkpoints: readonly NamedCheckpoint[]): readonly NamedCheckpoint[] {
  return [...new Map(checkpoints.map((checkpoint) => [checkpoint.name, checkpoint])).values()];
}

async function journalAndWrite(
  flow: Flow,
  session: Session,
  writes: readonly PlannedWrite[],
): Promise<ExecutedWrites> {
  const { idempotency } = flow.target;
  if (writes.length > 0 && idempotency !== 'position' && idempotency !== 'none') {
    await journalWrites(flow, session, writes);
  }
  return executeWrites(flow, session, writes);
}

/** How a write will have ended if the commit that holds it succeeds. */
function writtenInCommit(write: PlannedWrite): WriteOutcome {
  const status = { create: 'created', update: 'updated', delete: 'deleted' } as const;
  return { write, status: status[write.op], targetKey: write.change.key ?? write.key };
}

async function readState(
  flow: Flow,
  session: PageContext,
  page: MappedPage,
  failedKeys: readonly string[],
): Promise<PageState> {
  const { space, side } = flow;
  return flow.store.transaction(
    async (state) => {
      const keys = page.parts.map(({ key }) => key);
      const links = keys.length === 0 ? [] : await state.links.byKeys(space, side, keys);
      const records = [...page.deletedKeys, ...page.listedKeys.keys()];
      const ofRecords =
        records.length === 0 ? [] : await state.links.byRecords(space, side, records);
      const letters = session.hasDeadLetters
        ? await state.deadLetters.bySourceKeys(flow.key, [...page.sourceKeys, ...failedKeys])
        : [];
      return {
        links: new Map(links.map((link) => sideLinkOf(link, side)).map((link) => [link.key, link])),
        linksOfRecords: Map.groupBy(
          ofRecords.map((link) => sideLinkOf(link, side)),
          recordKeyOf,
        ),
        deadLetters: new Map<string, DeadLetter>(letters.map((letter) => [letter.key, letter])),
      };
    },
    { readOnly: true },
  );
}

export function decodeFailures({ failures = [], checkpoints = [] }: WorkPage): readonly Failure[] {
  return failures.map(({ key, error }, index) => ({
    stage: 'decode',
    op: 'upsert',
    // Without a key the place in the stream has to name it.
    key: key ?? `?${JSON.stringify(checkpoints[0]?.value ?? null)}#${index}`,
    sourceKey: key,
    error: connectorErrorOf(error),
  }));
}
