import { ConnectorError, type ErpRecord, type RecordChange } from '@common/connector-core';
import type { DeadLetter, DeadLetterQuery } from '../state/dead-letter.ts';
import { connectorErrorOf } from './connector-error-of.ts';
import { withheldCode } from './delete-guard.ts';
import { canLookAgain } from './detect-deletes.ts';
import { deadLetterOf, stillInDoubt } from './failure.ts';
import type { Flow } from './flow.ts';
import { isOutage, outageStreak } from './outage.ts';
import { processPage } from './process-page.ts';
import { isOfRecord } from './record-error.ts';
import type { Session } from './session.ts';

const batchSize = 100;

/** What a replay came to. */
export interface ReplayReport {
  readonly replayed: number;
  /** Records that are synced now. */
  readonly delivered: number;
  /** Records that are in the dead letters still. */
  readonly failed: number;
}

/** Tries dead letters of failures that may have passed, one batch in turn, before the pages of a run. */
export async function replayRetryable(flow: Flow, session: Session): Promise<void> {
  const { found, turn } = await flow.store.transaction(
    async (state) => {
      const query = { status: 'open', retryable: true, limit: batchSize } as const;
      const turn = await state.checkpoints.get(flow.key, turnCheckpoint);
      const after = typeof turn === 'string' ? turn : undefined;
      const next = await state.deadLetters.list(flow.key, { ...query, after });
      const isOver = next.length === 0 && after !== undefined;
      return { found: isOver ? await state.deadLetters.list(flow.key, query) : next, turn };
    },
    { readOnly: true },
  );
  const letters = found.filter(({ key }) => !session.openIntents.has(key));
  if (letters.length > 0) {
    session.counts.retried += letters.length;
    session.isRetryingLetters = true;
    await replayLetters(flow, session, letters);
    session.isRetryingLetters = false;
  }
  // The next run goes on behind them: a hundred hopeless ones do not starve the rest.
  if (found.length === batchSize) await setTurn(flow, session, found.at(-1)?.id);
  else if (turn !== undefined) await setTurn(flow, session, undefined);
}

const turnCheckpoint = 'retryAfter';

async function setTurn(flow: Flow, session: Session, id: string | undefined): Promise<void> {
  await flow.store.transaction((state) => state.checkpoints.set(flow.key, turnCheckpoint, id), {
    lease: session.lease(),
  });
}

/**
 * Makes the deletions that were withheld, if somebody has approved as many.
 *
 * @returns how many were made
 */
export async function replayWithheld(flow: Flow, session: Session): Promise<void> {
  const { approved } = session.deleteGuard;
  if (approved === undefined) return;
  const withheld: DeadLetter[] = [];
  for await (const letters of openLetters(flow, {})) {
    for (const letter of letters) if (letter.error.code === withheldCode) withheld.push(letter);
    if (withheld.length > approved) break;
  }
  if (withheld.length === 0 || !(await session.deleteGuard.admit(withheld.length))) return;
  for (let from = 0; from < withheld.length; from += batchSize) {
    await replayLetters(flow, session, withheld.slice(from, from + batchSize));
  }
}

async function* openLetters(flow: Flow, query: DeadLetterQuery) {
  let after: string | undefined;
  for (;;) {
    const letters = await flow.store.transaction(
      (state) =>
        state.deadLetters.list(flow.key, { ...query, status: 'open', after, limit: batchSize }),
      { readOnly: true },
    );
    if (letters.length === 0) return;
    after = letters.at(-1)?.id;
    yield letters;
  }
}

/** Replays every open dead letter that the query matches, each once. */
export async function replayAll(
  flow: Flow,
  session: Session,
  query: DeadLetterQuery,
): Promise<ReplayReport> {
  let replayed = 0;
  let failed = 0;
  for await (const found of openLetters(flow, query)) {
    // Deletions are approved in a number, or one by one, and not along with everything else.
    const letters = found.filter(({ error }) => error.code !== withheldCode);
    const report = await replayLetters(flow, session, letters);
    replayed += report.replayed;
    failed += report.failed;
  }
  return { replayed, failed, delivered: replayed - failed };
}

/** Reads the records again from the source and syncs them as a page of their own. */
export async function replayLetters(
  flow: Flow,
  session: Session,
  letters: readonly DeadLetter[],
  resolve?: 'source' | 'target',
): Promise<ReplayReport> {
  const discarded = letters.filter(({ status }) => status === 'discarded');
  // Whoever replays it wants it after all: whatever becomes of the write is to be told again.
  if (discarded.length > 0) {
    await session.commit({}, (state) =>
      state.deadLetters.put(
        discarded.map((letter) => ({ ...letter, status: 'open', reason: undefined })),
      ),
    );
  }
  const changes = new Map<string, RecordChange>();
  const lost: Unreadable[] = [];
  let failuresInTurn = 0;
  for (const letter of letters) {
    const { sourceKey } = letter;
    if (sourceKey === undefined) lost.push({ letter, error: notThere(flow) });
    else if (letter.op === 'delete' && !canLookAgain(flow)) {
      changes.set(sourceKey, { op: 'delete', key: sourceKey });
    } else if (!changes.has(sourceKey)) {
      await session.ensure();
      const found = await readAgain(flow, session, sourceKey);
      if ('error' in found) lost.push({ letter, error: found.error });
      else if (found.record !== undefined) {
        // What was deleted may have come back.
        changes.set(sourceKey, { op: 'upsert', record: found.record });
      } else if (letter.op === 'delete') changes.set(sourceKey, { op: 'delete', key: sourceKey });
      else lost.push({ letter, error: notThere(flow) });
      const mayPass = 'error' in found && found.error.retryable && !isOfRecord(found.error);
      failuresInTurn = mayPass ? failuresInTurn + 1 : 0;
      // One record may be locked; the source is down when one after the other fails.
      if (mayPass && failuresInTurn >= outageStreak) throw found.error;
    }
  }
  if (lost.length > 0) await keep(flow, session, lost);
  if (changes.size > 0) {
    const replayed = new Set(letters.map(({ key }) => key));
    await processPage(flow, session, { changes: [...changes.values()], replayed, resolve });
  }
  session.progress('replay');
  const replayed = letters.length;
  const failed = await countLeft(flow, letters);
  return { replayed, failed, delivered: replayed - failed };
}

/** Other parts of a record may fail along with what is replayed: they are not counted. */
function countLeft(flow: Flow, letters: readonly DeadLetter[]): Promise<number> {
  return flow.store.transaction(
    async (state) => {
      let left = 0;
      for (const { id } of letters) {
        if ((await state.deadLetters.get(flow.key, id)) !== undefined) left += 1;
      }
      return left;
    },
    { readOnly: true },
  );
}

/** A letter whose record cannot be read again, and why. */
interface Unreadable {
  readonly letter: DeadLetter;
  readonly error: ConnectorError;
}

async function readAgain(
  { source, sourceEntity }: Flow,
  { signal }: Session,
  key: string,
): Promise<{ readonly record: ErpRecord | undefined } | { readonly error: ConnectorError }> {
  try {
    return { record: await source.get(sourceEntity, key, { signal }) };
  } catch (thrown) {
    const error = connectorErrorOf(thrown, signal);
    // The source is down: that is not the record's fault.
    if (signal.aborted || (isOutage(error) && !isOfRecord(error))) throw error;
    return { error };
  }
}

/** Letters whose record cannot be read again stay, and say so. */
async function keep(flow: Flow, session: Session, lost: readonly Unreadable[]): Promise<void> {
  await session.commit({ failed: lost.length }, (state) =>
    state.deadLetters.put(
      lost.map(({ letter, error }) =>
        letter.error.code === 'ERR_OUTCOME_UNKNOWN'
          ? { ...stillInDoubt(flow, letter), status: 'open' }
          : deadLetterOf(flow, { ...letter, stage: 'read', error }, letter),
      ),
    ),
  );
}

function notThere({ sourceEntity }: Pick<Flow, 'sourceEntity'>): ConnectorError {
  return new ConnectorError({
    code: 'ERR_NOT_FOUND',
    category: 'not-found',
    entity: sourceEntity,
    message:
      'The source has no such record (any more), so it cannot be read again. Discard the dead letter, or correct the record at the source.',
  });
}
