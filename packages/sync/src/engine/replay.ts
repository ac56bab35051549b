import { ConnectorError, type RecordChange } from '@common/connector-core';
import type { DeadLetter, DeadLetterQuery } from '../state/dead-letter.ts';
import { deadLetterOf } from './failure.ts';
import type { Flow } from './flow.ts';
import { processPage } from './process-page.ts';
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

/** Tries dead letters of failures that may have passed, one batch, before the pages of a run. */
export async function replayRetryable(flow: Flow, session: Session): Promise<void> {
  const found = await flow.store.transaction(
    (state) =>
      state.deadLetters.list(flow.key, { status: 'open', retryable: true, limit: batchSize }),
    { readOnly: true },
  );
  const letters = found.filter(({ key }) => !session.openIntents.has(key));
  if (letters.length === 0) return;
  session.counts.retried += letters.length;
  await replayLetters(flow, session, letters);
}

/** Replays every open dead letter that the query matches, each once. */
export async function replayAll(
  flow: Flow,
  session: Session,
  query: DeadLetterQuery,
): Promise<ReplayReport> {
  let after: string | undefined;
  let replayed = 0;
  for (;;) {
    const letters = await flow.store.transaction(
      (state) =>
        state.deadLetters.list(flow.key, { ...query, status: 'open', after, limit: batchSize }),
      { readOnly: true },
    );
    if (letters.length === 0) break;
    replayed += letters.length;
    after = letters.at(-1)?.id;
    await replayLetters(flow, session, letters);
  }
  const { failed } = session.counts;
  return { replayed, failed, delivered: replayed - failed };
}

/** Reads the records again from the source and syncs them as a page of their own. */
export async function replayLetters(
  flow: Flow,
  session: Session,
  letters: readonly DeadLetter[],
  resolve?: 'source' | 'target',
): Promise<void> {
  const changes = new Map<string, RecordChange>();
  const lost: DeadLetter[] = [];
  for (const letter of letters) {
    const { sourceKey } = letter;
    if (sourceKey === undefined) lost.push(letter);
    else if (letter.op === 'delete') changes.set(sourceKey, { op: 'delete', key: sourceKey });
    else if (!changes.has(sourceKey)) {
      await session.ensure();
      const record = await flow.source.get(flow.sourceEntity, sourceKey, {
        signal: session.signal,
      });
      if (record === undefined) lost.push(letter);
      else changes.set(sourceKey, { op: 'upsert', record });
    }
  }
  if (lost.length > 0) await keep(flow, session, lost);
  if (changes.size > 0) {
    await processPage(flow, session, { changes: [...changes.values()], isReplay: true, resolve });
  }
  session.progress('replay');
}

/** Letters whose record cannot be read again stay, and say so. */
async function keep(flow: Flow, session: Session, letters: readonly DeadLetter[]): Promise<void> {
  const error = new ConnectorError({
    code: 'ERR_NOT_FOUND',
    category: 'not-found',
    entity: flow.sourceEntity,
    message:
      'The source has no such record (any more), so it cannot be read again. Discard the dead letter, or correct the record at the source.',
  });
  await session.commit({ failed: letters.length }, (state) =>
    state.deadLetters.put(
      letters.map((letter) => deadLetterOf(flow, { ...letter, stage: 'read', error }, letter)),
    ),
  );
}
