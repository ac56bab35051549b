import { ConnectorError } from '@common/connector-core';
import type { DeadLetter } from '../state/dead-letter.ts';
import type { Link } from '../state/link.ts';
import { commitPage, inDoubtLink, isOfKnownKey, linkAfter, outcomeUnknown } from './commit-page.ts';
import { executeWrites } from './execute-writes.ts';
import { deadLetterId, deadLetterOf, type Failure, failureOf } from './failure.ts';
import { findAllCreated } from './find-created.ts';
import type { Flow } from './flow.ts';
import { plannedWriteOf } from './planned-intent.ts';
import type { PlannedWrite } from './planned-write.ts';
import type { Session } from './session.ts';
import { linkOf, type SideLink, sideLinkOf } from './side-link.ts';
import type { SyncCounts } from './sync-report.ts';
import type { WriteOutcome } from './write-outcome.ts';

/**
 * Settles the writes whose outcome an earlier run did not live to store. Afterwards the journal is
 * empty, but for creates of which the target still cannot tell.
 *
 * @returns how many there were
 */
export async function recover(flow: Flow, session: Session): Promise<number> {
  const { key, space, side } = flow;
  const { intents, links, letters, others } = await flow.store.transaction(
    async (state) => {
      const open = await state.journal.list(key);
      const keys = open.map((intent) => intent.key);
      const sourceKeys = open.map(({ sourceKey }) => sourceKey);
      return {
        intents: open,
        links: open.length === 0 ? [] : await state.links.byKeys(space, side, keys),
        letters: open.length === 0 ? [] : await state.deadLetters.bySourceKeys(key, sourceKeys),
        others: (await state.journal.flowsOf(space)).filter((name) => name !== key.flow),
      };
    },
    { readOnly: true },
  );
  if (others.length > 0) throw pendingElsewhere(flow, others);
  if (intents.length === 0) return 0;
  flow.logger.info('Settling writes of an interrupted run.', {
    flow: key.flow,
    writes: intents.length,
  });

  const linkByKey = new Map(
    links.map((link: Link) => sideLinkOf(link, side)).map((link) => [link.key, link]),
  );
  const doubts = letters.filter(({ error }) => error.code === 'ERR_OUTCOME_UNKNOWN');
  const discarded = new Set(
    doubts.flatMap(({ key: own, status }) => (status === 'discarded' ? [own] : [])),
  );
  const open = intents.map((intent) => ({
    ...plannedWriteOf(intent),
    link: linkByKey.get(intent.key),
  }));
  // Somebody has looked and does not want to know any more.
  const dropped = open.filter(({ op, key: own }) => op === 'create' && discarded.has(own));
  await store(flow, session, { closed: dropped });
  const writes = open.filter((write) => !dropped.includes(write));
  if (flow.target.idempotency !== 'position') {
    await forgetDigests(
      flow,
      session,
      writes.filter((write) => isRepeatable(flow, write)),
    );
    await sendAgain(
      flow,
      session,
      writes.filter((write) => isSentAgain(flow, write)),
      doubts,
    );
    await readBack(
      flow,
      session,
      writes.filter((write) => isReadBack(flow, write)),
      doubts,
    );
    await giveUp(
      flow,
      session,
      writes.filter(({ op }) => op === 'create'),
    );
  }
  session.progress('recover');
  return intents.length;
}

/** The source is read again and written again. */
const isRepeatable = (flow: Flow, write: PlannedWrite) =>
  write.op !== 'delete' && isOfKnownKey(flow, write);

/** Deletes, and creates that the target recognises by their idempotency key. */
const isSentAgain = (flow: Flow, { op }: PlannedWrite) =>
  op === 'delete' || (op === 'create' && flow.target.idempotency === 'native');

const isReadBack = (flow: Flow, { op }: PlannedWrite) =>
  op === 'create' && flow.target.idempotency === 'external-reference';

async function forgetDigests(
  flow: Flow,
  session: Session,
  writes: readonly PlannedWrite[],
): Promise<void> {
  const forgotten = writes.flatMap(inDoubtLink);
  await store(flow, session, { links: forgotten, closed: writes });
}

async function sendAgain(
  flow: Flow,
  session: Session,
  writes: readonly PlannedWrite[],
  doubts: readonly DeadLetter[],
): Promise<void> {
  if (writes.length === 0) return;
  // What certainly did not happen leaves the journal: it is planned anew when its record is read again.
  const { outcomes, stop } = await executeWrites(flow, session, writes, { isSentAgain: true });
  const settled = outcomes.flatMap(({ status, write }) => (status === 'unknown' ? [] : [write]));
  const letters = settledDoubts(doubts, settled);
  await commitPage(flow, session, { outcomes, refreshed: [], letters });
  if (stop !== undefined) throw stop;
  await hold(flow, session, outcomes);
  // Its page was not committed: the source tells of the record again, whatever has become of it there.
  const deletes = outcomes.flatMap(({ status, write }) =>
    status === 'unknown' && write.op === 'delete' ? [write] : [],
  );
  await store(flow, session, {
    links: deletes.flatMap(inDoubtLink),
    closed: deletes,
  });
}

async function readBack(
  flow: Flow,
  session: Session,
  writes: readonly PlannedWrite[],
  doubts: readonly DeadLetter[],
): Promise<void> {
  if (writes.length === 0) return;
  const { found, missing, failure } = await findAllCreated(flow, session, writes);
  const created = found.flatMap((outcome) => ('targetKey' in outcome ? [outcome] : []));
  const closed = [...created.map(({ write }) => write), ...missing];
  await store(flow, session, {
    links: created.map(linkAfter),
    letters: settledDoubts(doubts, closed),
    closed,
    gained: { inserted: created.length },
  });
  await hold(flow, session, found);
  if (failure !== undefined) throw failure;
}

/** The letters of creates that are in doubt no more: the record is read again, it may have changed, or be gone. */
function settledDoubts(
  doubts: readonly DeadLetter[],
  settled: readonly PlannedWrite[],
): readonly DeadLetter[] {
  const keys = new Set(settled.map(({ key }) => key));
  return doubts
    .filter(({ key }) => keys.has(key))
    .map((letter) => ({
      ...letter,
      error: {
        code: 'ERR_PENDING_WRITES',
        category: 'conflict',
        retryable: true,
        path: undefined,
        message:
          'Whether the record was created is known now. What the source has is written by the next run.',
      },
    }));
}

/** Creates of which the target could not tell: nothing is created for them until it can. */
async function hold(
  flow: Flow,
  session: Session,
  outcomes: readonly WriteOutcome[],
): Promise<void> {
  const creates = outcomes.flatMap((outcome) =>
    outcome.status === 'unknown' && outcome.write.op === 'create' ? [outcome] : [],
  );
  for (const { write } of creates) session.openIntents.set(write.key, write.sourceKey);
  await putLetters(
    flow,
    session,
    creates.map(({ write, error }) => failureOf(write, outcomeUnknown(flow, error))),
  );
}

/** Creates at a target that never can tell: somebody has to look. */
async function giveUp(
  flow: Flow,
  session: Session,
  creates: readonly PlannedWrite[],
): Promise<void> {
  if (flow.target.idempotency !== 'none') return;
  await putLetters(
    flow,
    session,
    creates.map((write) => failureOf(write, outcomeUnknown(flow, undefined))),
    creates.map(({ key }) => key),
  );
}

async function putLetters(
  flow: Flow,
  session: Session,
  failures: readonly Failure[],
  closedKeys: readonly string[] = [],
): Promise<void> {
  if (failures.length === 0) return;
  session.hasDeadLetters = true;
  await flow.store.transaction(
    async (state) => {
      for (const failure of failures) {
        const earlier = await state.deadLetters.get(flow.key, deadLetterId(flow, failure.key));
        // A delete that waits for the same create keeps its letter.
        if (earlier?.op !== 'delete') {
          await state.deadLetters.put([deadLetterOf(flow, failure, earlier)]);
        }
      }
      if (closedKeys.length > 0) await state.journal.remove(flow.key, closedKeys);
    },
    { lease: session.lease() },
  );
}

async function store(
  flow: Flow,
  session: Session,
  settled: {
    readonly links?: readonly SideLink[];
    readonly letters?: readonly DeadLetter[];
    /** Writes that leave the journal. */
    readonly closed: readonly PlannedWrite[];
    readonly gained?: Partial<SyncCounts>;
  },
): Promise<void> {
  const { links = [], letters = [], closed, gained = {} } = settled;
  if (closed.length === 0) return;
  const now = flow.clock.now();
  await session.commit(gained, async (state) => {
    await state.links.put(
      flow.space,
      links.map((link) => linkOf(link, flow.side, now)),
    );
    if (letters.length > 0) await state.deadLetters.put(letters);
    await state.journal.remove(
      flow.key,
      closed.map(({ key }) => key),
    );
  });
}

function pendingElsewhere(flow: Flow, others: readonly string[]): ConnectorError {
  return new ConnectorError({
    code: 'ERR_PENDING_WRITES',
    category: 'conflict',
    retryable: true,
    message:
      `The flow ${others.join(', ')} of the same identity map was interrupted and has writes of unknown outcome. ` +
      `Run it first; "${flow.key.flow}" could otherwise take its records for new ones.`,
  });
}
