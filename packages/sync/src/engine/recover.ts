import { ConnectorError } from '@common/connector-core';
import type { Intent } from '../state/intent.ts';
import type { Link } from '../state/link.ts';
import { commitPage, linkAfter, outcomeUnknown } from './commit-page.ts';
import { executeWrites } from './execute-writes.ts';
import { deadLetterId, deadLetterOf } from './failure.ts';
import { findCreated } from './find-created.ts';
import type { Flow } from './flow.ts';
import type { PlannedWrite } from './plan-page.ts';
import { plannedWriteOf } from './planned-intent.ts';
import type { Session } from './session.ts';
import { linkOf, type SideLink, sideLinkOf } from './side-link.ts';
import type { WriteOutcome } from './write-outcome.ts';

/**
 * Settles the writes whose outcome an earlier run did not live to store. Afterwards the journal is
 * empty, but for creates of which the target still cannot tell.
 *
 * @returns how many there were
 */
export async function recover(flow: Flow, session: Session): Promise<number> {
  const { store, key, space, side } = flow;
  const { intents, links, others } = await store.transaction(
    async (state) => {
      const open = await state.journal.list(key);
      const keys = open.map((intent) => intent.key);
      return {
        intents: open,
        links: keys.length === 0 ? [] : await state.links.byKeys(space, side, keys),
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
  const writes = intents.map((intent) => ({
    ...plannedWriteOf(intent),
    link: linkByKey.get(intent.key),
  }));
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
    );
    await readBack(
      flow,
      session,
      writes.filter((write) => isReadBack(flow, write)),
    );
    await giveUp(
      flow,
      session,
      intents.filter((intent) => intent.op === 'create'),
    );
  }
  session.progress('recover');
  return intents.length;
}

/** Updates of a known record: the source is read again and written again. */
const isRepeatable = (flow: Flow, { op }: PlannedWrite) =>
  op === 'update' || (op === 'create' && flow.target.idempotency === 'upsert');

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
  const forgotten = writes.flatMap((write): SideLink[] => {
    const { link, change, key, targetDigest, targetPart } = write;
    const isLive = link?.deleted === false;
    if (isLive) return [{ ...link, sourceDigest: '' }];
    if (change.key === undefined) return [];
    const targetKey = targetPart === undefined ? change.key : `${change.key}/${targetPart}`;
    return [
      {
        key,
        targetKey,
        sourceDigest: '',
        targetDigest,
        version: link?.version ?? 0,
        deleted: false,
      },
    ];
  });
  await store(
    flow,
    session,
    forgotten,
    writes.map(({ key }) => key),
  );
}

async function sendAgain(
  flow: Flow,
  session: Session,
  writes: readonly PlannedWrite[],
): Promise<void> {
  if (writes.length === 0) return;
  const { outcomes, stop } = await executeWrites(flow, session, writes);
  await commitPage(flow, session, { outcomes, refreshed: [] });
  if (stop !== undefined) throw stop;
  // What certainly did not happen is planned anew when its record is read again.
  const failed = outcomes.filter(({ status }) => status === 'failed').map(({ write }) => write.key);
  await store(flow, session, [], failed);
  const unknown = outcomes.filter((outcome) => outcome.status === 'unknown');
  if (unknown.length > 0) session.hasOpenIntents = true;
}

async function readBack(
  flow: Flow,
  session: Session,
  writes: readonly PlannedWrite[],
): Promise<void> {
  for (const write of writes) {
    const outcome = await findCreated(flow, session, write);
    if (outcome === undefined) await store(flow, session, [], [write.key]);
    else if ('targetKey' in outcome) await storeCreated(flow, session, outcome);
    else session.hasOpenIntents = true;
  }
}

async function storeCreated(
  flow: Flow,
  session: Session,
  outcome: Extract<WriteOutcome, { targetKey: string }>,
): Promise<void> {
  session.counts.inserted += 1;
  await store(flow, session, [linkAfter(outcome)], [outcome.write.key]);
}

async function giveUp(flow: Flow, session: Session, creates: readonly Intent[]): Promise<void> {
  if (flow.target.idempotency !== 'none' || creates.length === 0) return;
  const letters = creates.map((intent) =>
    deadLetterOf(
      flow,
      {
        stage: 'write',
        op: 'upsert',
        key: intent.key,
        sourceKey: intent.sourceKey,
        digest: intent.targetDigest,
        error: outcomeUnknown(flow, undefined),
      },
      undefined,
    ),
  );
  session.hasDeadLetters = true;
  await flow.store.transaction(
    async (state) => {
      await state.deadLetters.put(letters);
      await state.journal.remove(
        flow.key,
        creates.map(({ key }) => key),
      );
    },
    { lease: session.lease() },
  );
}

async function store(
  flow: Flow,
  session: Session,
  links: readonly SideLink[],
  closedKeys: readonly string[],
): Promise<void> {
  if (closedKeys.length === 0) return;
  const now = flow.clock.now();
  await flow.store.transaction(
    async (state) => {
      await state.links.put(
        flow.space,
        links.map((link) => linkOf(link, flow.side, now)),
      );
      await state.journal.remove(flow.key, closedKeys);
      // A create that turned out well is no dead letter any more.
      await state.deadLetters.remove(
        flow.key,
        links.map((link) => deadLetterId(flow, link.key)),
      );
    },
    { lease: session.lease() },
  );
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
