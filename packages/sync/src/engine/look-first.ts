import { ConnectorError } from '@common/connector-core';
import { inDoubt } from '../digest/shadow.ts';
import { journalWrites } from './execute-writes.ts';
import { failureOf } from './failure.ts';
import { findAllCreated } from './find-created.ts';
import type { Flow } from './flow.ts';
import { linkedTo, type PlannedWrite } from './planned-write.ts';
import type { PreparedPage } from './process-page.ts';
import type { Session } from './session.ts';
import { linkOf, sideLinkOf } from './side-link.ts';

/** A record of the target that a planned creation stands for. */
interface Adopted {
  readonly write: PlannedWrite;
  readonly targetKey: string;
}

/**
 * After a restore of the state: asks the target for what is to be created, links what is there already,
 * and plans the page anew. What cannot be asked for, and may be there, becomes a dead letter.
 */
export async function lookFirst(
  flow: Flow,
  session: Session,
  drafted: PreparedPage,
  {
    replayed,
    draftAnew,
  }: {
    /** Keys of the dead letters that are being replayed. */
    readonly replayed: ReadonlySet<string> | undefined;
    draftAnew(): Promise<PreparedPage>;
  },
): Promise<PreparedPage> {
  const { idempotency } = flow.target;
  if (flow.restored?.isLooking !== true) return drafted;
  if (idempotency === 'upsert' || idempotency === 'position') return drafted;
  const { deadLetters } = drafted.known;
  // Whoever replays a creation in doubt has looked.
  const isDecided = ({ key }: PlannedWrite) =>
    replayed?.has(key) === true && deadLetters.get(key)?.error.code === 'ERR_OUTCOME_UNKNOWN';
  const creates = drafted.plan.writes.filter((write) => write.op === 'create' && !isDecided(write));
  if (creates.length === 0) return drafted;

  const asked = creates.filter((write) => referencesOf(flow, write).length > 0);
  const { found, missing, failure } = await findAllCreated(flow, session, asked, {
    referencesOf: (write) => referencesOf(flow, write),
    isOver: true,
  });
  const candidates = found.flatMap((outcome) => ('targetKey' in outcome ? [outcome] : []));
  const { adopted, taken } = await withoutTaken(flow, candidates);
  if (adopted.length > 0) await adopt(flow, session, adopted);
  if (failure !== undefined) throw failure;

  const absent = new Set(missing);
  const failures = taken.map(({ write, targetKey }) => failureOf(write, isTaken(flow, targetKey)));
  for (const outcome of found) {
    if ('error' in outcome) failures.push(failureOf(outcome.write, outcome.error));
  }
  const unasked = creates.filter((write) => !asked.includes(write));
  for (const write of [...missing, ...unasked]) {
    const { waitsFor } = flow.restored;
    if (waitsFor.length > 0) failures.push(failureOf(write, mayBeTheirs(flow, waitsFor)));
    else if (idempotency === 'none' && !absent.has(write)) {
      failures.push(failureOf(write, mayBeThere(flow)));
    }
  }
  const next = adopted.length > 0 ? await draftAnew() : drafted;
  const held = new Set(failures.map(({ key }) => key));
  await keepAsking(
    flow,
    session,
    found.flatMap((outcome) => ('error' in outcome ? [outcome.write] : [])),
  );
  return {
    ...next,
    plan: {
      ...next.plan,
      writes: next.plan.writes.filter(({ op, key }) => op !== 'create' || !held.has(key)),
      failures: [...next.plan.failures, ...failures],
    },
  };
}

/** What the target can be asked for. */
function referencesOf({ target, matchBy }: Flow, { change }: PlannedWrite) {
  const references: Readonly<Record<string, string>>[] = [];
  if (target.idempotency === 'external-reference') {
    references.push({ idempotencyKey: change.idempotencyKey });
  }
  const record: object = change.op === 'upsert' ? change.record : {};
  const value = matchBy === undefined ? undefined : (record as Record<string, unknown>)[matchBy];
  if (matchBy !== undefined && typeof value === 'string' && value !== '') {
    references.push({ [matchBy]: value });
  }
  return references;
}

/** A target record stands for one record only: one that is linked is not taken for another. */
async function withoutTaken(
  flow: Flow,
  candidates: readonly Adopted[],
): Promise<{ readonly adopted: readonly Adopted[]; readonly taken: readonly Adopted[] }> {
  if (candidates.length === 0) return { adopted: [], taken: [] };
  const keys = candidates.map(({ targetKey }) => targetKey);
  const side = flow.side === 'left' ? 'right' : 'left';
  const links = await flow.store.transaction(
    (state) => state.links.byRecords(flow.space, side, keys),
    { readOnly: true },
  );
  const takenKeys = new Set(
    links
      .map((link) => sideLinkOf(link, flow.side))
      .map(({ targetKey, targetPart }) =>
        targetPart === undefined ? targetKey : targetKey.slice(0, -targetPart.length - 1),
      ),
  );
  const adopted: Adopted[] = [];
  const taken: Adopted[] = [];
  for (const candidate of candidates) {
    const isFree = !takenKeys.has(candidate.targetKey);
    (isFree ? adopted : taken).push(candidate);
    takenKeys.add(candidate.targetKey);
  }
  return { adopted, taken };
}

/** Links what was found. What it holds is not known: the next look at its record writes it. */
async function adopt(flow: Flow, session: Session, adopted: readonly Adopted[]): Promise<void> {
  const now = flow.clock.now();
  const links = adopted.map(({ write, targetKey }) => ({
    ...linkedTo(write, targetKey),
    sourceDigest: '',
    targetDigest: '',
    targetShadow: inDoubt(undefined, write.targetShadow),
    version: (write.link?.version ?? 0) + 1,
  }));
  // On the right side the target's key is the row's key: a tombstone of another one goes.
  const old = adopted.flatMap(({ write: { link }, targetKey }) =>
    flow.side === 'right' && link !== undefined && link.targetKey !== targetKey
      ? [link.targetKey]
      : [],
  );
  await session.commit({}, async (state) => {
    if (old.length > 0) await state.links.remove(flow.space, old);
    await state.links.put(
      flow.space,
      links.map((link) => linkOf(link, flow.side, now)),
    );
  });
  flow.logger.info('Found what was created since the backup.', {
    ...flow.key,
    records: adopted.length,
  });
}

/** In the journal they are asked for again by every run, until the target can tell. */
async function keepAsking(
  flow: Flow,
  session: Session,
  writes: readonly PlannedWrite[],
): Promise<void> {
  if (writes.length === 0 || flow.target.idempotency !== 'external-reference') return;
  await journalWrites(flow, session, writes);
  for (const { key, sourceKey } of writes) session.openIntents.set(key, sourceKey);
}

function mayBeThere(flow: Flow): ConnectorError {
  return new ConnectorError({
    code: 'ERR_OUTCOME_UNKNOWN',
    category: 'conflict',
    entity: flow.targetEntity,
    message:
      'The state was restored from a backup: the record may have been created since, and the target cannot tell. ' +
      'Look for it there. Discard this dead letter if it exists, replay it if it does not.',
  });
}

function isTaken(flow: Flow, targetKey: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_OUTCOME_UNKNOWN',
    category: 'conflict',
    entity: flow.targetEntity,
    message:
      `The target's record ${targetKey} has the same ${flow.matchBy ?? 'reference'}, and another record of the source is linked to it. ` +
      'Correct one of the two, or replay this dead letter to have it created.',
  });
}

function mayBeTheirs(flow: Flow, waitsFor: readonly string[]): ConnectorError {
  return new ConnectorError({
    code: 'ERR_PENDING_WRITES',
    category: 'conflict',
    retryable: true,
    entity: flow.targetEntity,
    message:
      `The state was restored from a backup: the record may have been brought by ${waitsFor.join(', ')} since. ` +
      'Run that flow, then this one again. If it is no more, endRestore({ store }).',
  });
}
