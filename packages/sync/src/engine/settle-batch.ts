import { ConnectorError, type WriteResult } from '@common/connector-core';
import { backOff } from './backoff.ts';
import { connectorErrorOf } from './connector-error-of.ts';
import { findCreated } from './find-created.ts';
import type { Flow } from './flow.ts';
import { isOutage, outageStreak } from './outage.ts';
import type { PlannedWrite } from './planned-write.ts';
import type { Session } from './session.ts';
import type { WriteOutcome } from './write-outcome.ts';

/** A write that is tried again, with what went wrong last. */
interface Pending {
  readonly write: PlannedWrite;
  readonly error: ConnectorError;
  /** Whether it may have happened. */
  readonly isUnknown: boolean;
}

/**
 * Sends a batch until every outcome is known, or nothing more can be found out.
 *
 * @returns why nothing more is to be sent, if that is so
 */
export async function settleBatch(
  flow: Flow,
  session: Session,
  batch: readonly PlannedWrite[],
  {
    outcomes,
    inDoubt,
  }: {
    readonly outcomes: WriteOutcome[];
    /** Writes that may have happened. */
    readonly inDoubt: Set<PlannedWrite>;
  },
): Promise<ConnectorError | undefined> {
  let writes = batch;
  let failures = 0;
  for (;;) {
    const doubtful = new Set(writes.filter((write) => inDoubt.has(write)));
    for (const write of writes) inDoubt.add(write);
    const results = await send(flow, session, writes);
    const again: Pending[] = [];
    for (const [index, write] of writes.entries()) {
      const isDoubtful = doubtful.has(write);
      const settled = await settle(flow, session, { write, isDoubtful, result: results[index] });
      if (!('isUnknown' in settled)) outcomes.push(settled);
      else {
        again.push(settled);
        if (!settled.isUnknown) inDoubt.delete(write);
      }
    }
    const isProgress = again.length < writes.length;
    // The target answered about a record: it is not down, and trying on leads somewhere.
    if (isProgress) session.failureStreak = 0;
    failures = isProgress ? 1 : failures + 1;
    if (again.length === 0) return undefined;
    const stopper = again.find(({ error }) => isOutage(error))?.error;
    if (stopper !== undefined) return stopper;
    session.signal.throwIfAborted();
    if (failures > (session.isRetryingLetters ? 0 : flow.writeRetries)) {
      if (!session.isRetryingLetters) session.failureStreak += again.length;
      if (session.failureStreak >= outageStreak) return again[0]?.error;
      outcomes.push(...again.map(givenUp));
      return undefined;
    }
    const retryAfterMs = Math.max(0, ...again.map(({ error }) => error.retryAfterMs ?? 0));
    await backOff(flow, { attempt: failures, signal: session.signal, retryAfterMs });
    await session.ensure();
    session.counts.retried += again.length;
    writes = again.map(({ write }) => write);
  }
}

function givenUp({ write, error, isUnknown }: Pending): WriteOutcome {
  return { write, status: isUnknown ? 'unknown' : 'failed', error };
}

/** One result per write; a throw is turned into the results it stands for. */
async function send(
  flow: Flow,
  session: Session,
  writes: readonly PlannedWrite[],
): Promise<readonly WriteResult[]> {
  try {
    const results = await flow.target.write(
      flow.targetEntity,
      writes.map(({ change }) => change),
      { signal: session.signal, priority: 'backfill' },
    );
    if (results.length === writes.length) return results;
    const error = new ConnectorError({
      code: 'ERR_INTERNAL',
      category: 'internal',
      message: `The target answered ${results.length} results for ${writes.length} changes. A connector must answer one result per change.`,
    });
    return writes.map(() => ({ status: 'unknown', error }));
  } catch (thrown) {
    // Aborted: whatever was under way is resolved by the next run.
    session.signal.throwIfAborted();
    const error = connectorErrorOf(thrown);
    return writes.map(() => ({ status: error.outcomeUnknown ? 'unknown' : 'failed', error }));
  }
}

async function settle(
  flow: Flow,
  session: Session,
  {
    write,
    isDoubtful,
    result,
  }: {
    readonly write: PlannedWrite;
    /** It may have happened before, whatever is answered now. */
    readonly isDoubtful: boolean;
    readonly result: WriteResult | undefined;
  },
): Promise<WriteOutcome | Pending> {
  if (result === undefined) throw new TypeError('A result is missing.');
  if (result.status === 'failed') {
    const error = connectorErrorOf(result.error, session.signal);
    if (write.op === 'delete' && error.category === 'not-found') {
      return { write, status: 'deleted', targetKey: write.change.key ?? '' };
    }
    if (error.retryable || isOutage(error)) return { write, error, isUnknown: isDoubtful };
    const isOver = !isDoubtful || isRefused(write, error);
    return { write, status: isOver ? 'failed' : 'unknown', error };
  }
  if (result.status === 'unknown') {
    const error = connectorErrorOf(result.error, session.signal);
    if (write.op !== 'create') return { write, error, isUnknown: true };
    switch (flow.target.idempotency) {
      case 'native':
      case 'upsert':
        return { write, error, isUnknown: true };
      case 'external-reference': {
        const found = await findCreated(flow, session, write);
        return found ?? { write, error, isUnknown: false };
      }
      case 'none':
      case 'position':
        return { write, status: 'unknown', error };
      default:
        return flow.target.idempotency satisfies never;
    }
  }
  const status = write.op === 'delete' ? 'deleted' : result.status;
  return { write, status, targetKey: result.key };
}

const refusals: ReadonlySet<string> = new Set([
  'validation',
  'mapping',
  'not-found',
  'unsupported',
]);

/**
 * Whether an error is about the record itself, so that the same creation has not been taken before
 * either. That the target is busy, or lets nobody in, says nothing about what it has; nor does a
 * refusal of a change to a record that is there, or was.
 */
function isRefused({ op }: PlannedWrite, { category }: ConnectorError): boolean {
  return op === 'create' && refusals.has(category);
}
