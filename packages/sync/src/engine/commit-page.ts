import { ConnectorError } from '@common/connector-core';
import { inDoubt, perhapsDeleted } from '../digest/shadow.ts';
import type { DeadLetter } from '../state/dead-letter.ts';
import { withheldCode } from './delete-guard.ts';
import { deadLetterOf, type Failure, failureOf, stillInDoubt } from './failure.ts';
import type { Flow } from './flow.ts';
import type { NamedCheckpoint } from './full-read.ts';
import { linkedTo, type PlannedWrite } from './planned-write.ts';
import type { Session } from './session.ts';
import { linkOf, type SideLink } from './side-link.ts';
import type { SyncCounts } from './sync-report.ts';
import type { WriteOutcome } from './write-outcome.ts';

/** What a page came to. */
export interface PageOutcome {
  readonly outcomes: readonly WriteOutcome[];
  /** Writes that certainly did not happen, of a run that stops: they are planned anew. */
  readonly undone?: readonly PlannedWrite[];
  readonly refreshed: readonly SideLink[];
  /** Dead letters that say something else now. */
  readonly letters?: readonly DeadLetter[];
  /** Absent when the run stops inside the page: then only what is certain is stored. */
  readonly complete?:
    | {
        /** What was counted beside the outcomes. */
        readonly gained: Partial<SyncCounts>;
        readonly failures: readonly Failure[];
        readonly held: readonly DeadLetter[];
        /** The dead letters that the records of the page have, by key: renewed or cleared. */
        readonly deadLetters: ReadonlyMap<string, DeadLetter>;
        readonly checkpoints: readonly NamedCheckpoint[];
      }
    | undefined;
}

/** Stores the outcome of a page in one transaction: journal, links, dead letters, checkpoint. */
export async function commitPage(flow: Flow, session: Session, page: PageOutcome): Promise<void> {
  const { complete } = page;
  // A target with positions forgets what no committed position covers: then nothing is certain yet.
  if (complete === undefined && flow.target.idempotency === 'position') return;
  const settled = settle(flow, session, page);
  const letters =
    complete === undefined ? (page.letters ?? []) : lettersOf(flow, complete, settled.failures);
  const kept = new Set([
    ...letters.map(({ id }) => id),
    ...(complete?.held ?? []).map(({ id }) => id),
  ]);
  const cleared = [...(complete?.deadLetters.values() ?? [])].filter(({ id }) => !kept.has(id));
  if (letters.length > 0) session.hasDeadLetters = true;
  const position = complete === undefined ? undefined : await flow.target.position?.();
  const gained = { ...complete?.gained };
  const withheld = letters.filter(({ error }) => error.code === withheldCode).length;
  gained.withheld = withheld;
  if (complete !== undefined) gained.failed = (gained.failed ?? 0) + letters.length - withheld;
  for (const [name, count] of settled.counted) gained[name] = (gained[name] ?? 0) + count;
  await session.commit(gained, async (state) => {
    if (flow.writesInCommit && page.outcomes.length > 0) {
      const changes = page.outcomes.map(({ write }) => write.change);
      await flow.target.writeWithin?.(state, flow.targetEntity, changes);
    } else if (settled.closedIntents.length > 0) {
      const isAll = complete !== undefined && session.openIntents.size === 0;
      await state.journal.remove(flow.key, isAll ? undefined : settled.closedIntents);
    }
    const now = flow.clock.now();
    const links = [...page.refreshed, ...settled.links];
    if (settled.replacedLeftKeys.length > 0) {
      await state.links.remove(flow.space, settled.replacedLeftKeys);
    }
    if (links.length > 0) {
      await state.links.put(
        flow.space,
        links.map((link) => linkOf(link, flow.side, now)),
      );
    }
    if (cleared.length > 0) {
      await state.deadLetters.remove(
        flow.key,
        cleared.map(({ id }) => id),
      );
    }
    if (letters.length > 0) await state.deadLetters.put(letters);
    if (position !== undefined) await state.checkpoints.set(flow.key, 'target', position);
    for (const { name, value } of complete?.checkpoints ?? []) {
      await state.checkpoints.set(flow.key, name, value);
    }
  });
}

/** Counts the outcomes and says what they change in the state. */
function settle(flow: Flow, session: Session, { outcomes, undone = [], complete }: PageOutcome) {
  const links: SideLink[] = [];
  const replacedLeftKeys: string[] = [];
  const closedIntents = undone.map(({ key }) => key);
  const failures: Failure[] = [];
  const counted = new Map<keyof SyncCounts, number>();
  for (const outcome of outcomes) {
    const { write } = outcome;
    if (outcome.status === 'failed' || outcome.status === 'unknown') {
      if (complete === undefined) {
        // What was refused is planned anew too, and refused again where it belongs: in a page that is done.
        if (outcome.status === 'failed') closedIntents.push(write.key);
        continue;
      }
      failures.push(failureOf(write, reasonOf(flow, outcome)));
      const isOpen = outcome.status === 'unknown' && write.op === 'create' && canResolve(flow);
      if (isOpen) session.openIntents.set(write.key, write.sourceKey);
      else closedIntents.push(write.key);
      if (outcome.status === 'unknown' && isOfKnownKey(flow, write)) {
        links.push(...inDoubtLink(write));
      }
      continue;
    }
    closedIntents.push(write.key);
    const link = linkAfter(outcome);
    links.push(link);
    // On the right side the target's key is the row's key: a record with a new target leaves its old row.
    if (
      flow.side === 'right' &&
      write.link !== undefined &&
      write.link.targetKey !== link.targetKey
    ) {
      replacedLeftKeys.push(write.link.targetKey);
    }
    const counter = countOf(outcome);
    counted.set(counter, (counted.get(counter) ?? 0) + 1);
  }
  return { links, replacedLeftKeys, closedIntents, failures, counted };
}

export function linkAfter(outcome: Extract<WriteOutcome, { targetKey: string }>): SideLink {
  const { write, status, targetKey } = outcome;
  const { link, sourceDigest } = write;
  const version = (link?.version ?? 0) + 1;
  if (status !== 'deleted') return { ...linkedTo(write, targetKey), version };
  const base = link ?? linkedTo(write, targetKey);
  return {
    ...base,
    sourceDigest,
    targetDigest: '',
    sourceShadow: undefined,
    targetShadow: undefined,
    version,
    deleted: true,
  };
}

/** Updates, deletions, and creates under our own keys: written again at the next sight of the record. */
export function isOfKnownKey({ target }: Flow, { op }: PlannedWrite): boolean {
  return op !== 'create' || target.idempotency === 'upsert';
}

/** The link of such a write that may have happened: nothing is equal to what it says. */
export function inDoubtLink(write: PlannedWrite): readonly SideLink[] {
  const { op, change, link, targetShadow } = write;
  if (link?.deleted === false) {
    const shadow = op === 'delete' ? perhapsDeleted : inDoubt(link.targetShadow, targetShadow);
    return [{ ...link, sourceDigest: '', targetShadow: shadow }];
  }
  if (op === 'delete' || change.key === undefined) return [];
  const begun = {
    ...linkedTo(write, change.key),
    sourceDigest: '',
    targetShadow: inDoubt(undefined, targetShadow),
  };
  // Version 0 makes the next write count as the creation that it is.
  return [op === 'create' ? { ...begun, version: 0 } : begun];
}

function countOf({ write, status }: Extract<WriteOutcome, { targetKey: string }>) {
  if (status === 'deleted') return 'deleted';
  // What the target calls a create or an update says nothing after a repeated write.
  if (write.op === 'create') return 'inserted';
  return status === 'unchanged' ? 'unchanged' : 'updated';
}

/** Whether the next start can find out what became of a create. */
function canResolve({ target }: Flow): boolean {
  return target.idempotency === 'native' || target.idempotency === 'external-reference';
}

/** What the dead letter of a write says. */
function reasonOf(
  flow: Flow,
  { write, status, error }: Extract<WriteOutcome, { status: 'failed' | 'unknown' }>,
): ConnectorError {
  // Written by our keys, it is simply written again.
  const isHeld =
    status === 'unknown' && write.op === 'create' && flow.target.idempotency !== 'upsert';
  if (isHeld && error.code !== 'ERR_OUTCOME_UNKNOWN') return outcomeUnknown(flow, error);
  return isOvertaken(write, error) ? overtaken(flow, error) : error;
}

/** Somebody changed the target record between its merge and its write. */
function isOvertaken({ change }: PlannedWrite, error: ConnectorError): boolean {
  return change.expectedRevision !== undefined && error.category === 'conflict';
}

function overtaken(flow: Flow, cause: ConnectorError): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFLICT',
    category: 'conflict',
    retryable: true,
    entity: flow.targetEntity,
    message:
      'The target record was changed while it was being merged. The next run merges it again.',
    cause,
  });
}

export function outcomeUnknown(flow: Flow, cause: ConnectorError | undefined): ConnectorError {
  const isResolvable = canResolve(flow);
  return new ConnectorError({
    code: 'ERR_OUTCOME_UNKNOWN',
    category: isResolvable ? 'transient' : 'conflict',
    entity: flow.targetEntity,
    outcomeUnknown: true,
    message:
      `The record may or may not have been created${cause === undefined ? '' : ` (${cause.message})`}. ` +
      (isResolvable
        ? 'The next run finds out and goes on.'
        : 'The target cannot tell: look for it there. Discard this dead letter if it exists, replay it if it does not.'),
    cause,
  });
}

function lettersOf(
  flow: Flow,
  complete: NonNullable<PageOutcome['complete']>,
  writeFailures: readonly Failure[],
): readonly DeadLetter[] {
  return [...complete.failures, ...writeFailures].map((failure) => {
    const earlier = complete.deadLetters.get(failure.key);
    const isDoubt = earlier?.error.code === 'ERR_OUTCOME_UNKNOWN' && failure.stage !== 'write';
    return isDoubt ? stillInDoubt(flow, earlier) : deadLetterOf(flow, failure, earlier);
  });
}
