import type { RecordChange, RecordFailure } from '@common/connector-core';
import type { DeadLetter } from '../state/dead-letter.ts';
import { checkTargets } from './check-targets.ts';
import { commitPage } from './commit-page.ts';
import { connectorErrorOf } from './connector-error-of.ts';
import { guardDeletes } from './delete-guard.ts';
import { type ExecutedWrites, executeWrites } from './execute-writes.ts';
import type { Failure } from './failure.ts';
import type { Flow } from './flow.ts';
import type { NamedCheckpoint } from './full-read.ts';
import { type MappedPage, mapPage } from './map-page.ts';
import { mergeTargets } from './merge-targets.ts';
import { type PageState, planPage } from './plan-page.ts';
import { intentOf } from './planned-intent.ts';
import type { PlannedWrite } from './planned-write.ts';
import type { Session } from './session.ts';
import { recordKeyOf, sideLinkOf } from './side-link.ts';
import type { WriteOutcome } from './write-outcome.ts';

/** One resumable unit of work: a page of the source, or dead letters that are replayed. */
export interface WorkPage {
  readonly changes: readonly RecordChange[];
  readonly failures?: readonly RecordFailure[] | undefined;
  /** Stored together with the outcome. */
  readonly checkpoints?: readonly NamedCheckpoint[] | undefined;
  /** Dead letters are being replayed: they are not held back. */
  readonly isReplay?: boolean | undefined;
  /** Its deletions are agreed on. */
  readonly isAdmitted?: boolean | undefined;
  /** The side that somebody chose for conflicts. */
  readonly resolve?: 'source' | 'target' | undefined;
}

/**
 * Syncs one page: map, plan, journal, write, commit. When it returns, every record of the page is
 * written, unchanged or in the dead letters, and the checkpoint says so. When it throws, what is
 * known to be done is stored, the rest is in the journal, and the checkpoint has not moved.
 */
export async function processPage(flow: Flow, session: Session, page: WorkPage): Promise<void> {
  await session.ensure();
  const mapped = await mapPage(flow, session, page.changes);
  const failedKeys = (page.failures ?? []).flatMap(({ key }) => key ?? []);
  const known = await readState(flow, session, mapped, failedKeys);
  const planned = planPage(flow, mapped, known, {
    isReplay: page.isReplay === true,
    openIntents: session.openIntents,
  });
  const { signal } = session;
  const merged = await mergeTargets(flow, planned, { signal, resolve: page.resolve });
  const checked = flow.checkTarget ? await checkTargets(flow, session, merged) : merged;
  const isAdmitted = page.isReplay === true || page.isAdmitted === true;
  const plan = isAdmitted ? checked : await guardDeletes(session.deleteGuard, checked);
  const { outcomes, stop } = flow.writesInCommit
    ? { outcomes: plan.writes.map(writtenInCommit), stop: undefined }
    : await journalAndWrite(flow, session, plan.writes);
  if (stop !== undefined) {
    await commitPage(flow, session, { outcomes, refreshed: plan.refreshed });
    throw stop;
  }
  await commitPage(flow, session, {
    outcomes,
    refreshed: plan.refreshed,
    complete: {
      gained: {
        read: page.changes.length + (page.failures?.length ?? 0),
        unchanged: plan.unchanged,
        skipped: mapped.skipped,
        failed: plan.heldCount,
      },
      failures: [...plan.failures, ...decodeFailures(page)],
      held: plan.held,
      deadLetters: known.deadLetters,
      checkpoints: page.checkpoints ?? [],
    },
  });
}

async function journalAndWrite(
  flow: Flow,
  session: Session,
  writes: readonly PlannedWrite[],
): Promise<ExecutedWrites> {
  if (writes.length > 0 && flow.target.idempotency !== 'position') {
    const intents = writes.map((write) => intentOf(flow, write));
    await flow.store.transaction((state) => state.journal.add(intents), {
      lease: session.lease(),
    });
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
  session: Session,
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

function decodeFailures({ failures = [], checkpoints = [] }: WorkPage): readonly Failure[] {
  return failures.map(({ key, error }, index) => ({
    stage: 'decode',
    op: 'upsert',
    // Without a key the place in the stream has to name it.
    key: key ?? `?${JSON.stringify(checkpoints[0]?.value ?? null)}#${index}`,
    sourceKey: key,
    error: connectorErrorOf(error),
  }));
}
