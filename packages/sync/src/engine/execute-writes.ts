import { ConnectorError, type WriteResult } from '@common/connector-core';
import { backOff } from './backoff.ts';
import { connectorErrorOf } from './connector-error-of.ts';
import { findCreated } from './find-created.ts';
import type { Flow } from './flow.ts';
import { isOutage, outageStreak } from './outage.ts';
import type { PlannedWrite } from './planned-write.ts';
import type { Session } from './session.ts';
import type { WriteOutcome } from './write-outcome.ts';

/** What came of the writes of a page. */
export interface ExecutedWrites {
  readonly outcomes: readonly WriteOutcome[];
  /** Why the rest was not tried, or not decided: the target is down. */
  readonly stop: ConnectorError | undefined;
}

/** Sends writes in batches, some at a time, and settles every outcome that can be settled. */
export async function executeWrites(
  flow: Flow,
  session: Session,
  writes: readonly PlannedWrite[],
): Promise<ExecutedWrites> {
  const outcomes: WriteOutcome[] = [];
  let stop: ConnectorError | undefined;
  for (const wave of waves(writes)) {
    const batches = chunks(wave, flow.target.maxBatchSize);
    let next = 0;
    const worker = async () => {
      for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
        if (stop !== undefined) return;
        try {
          await session.ensure();
          const settled = await settleBatch(flow, session, batch);
          outcomes.push(...settled.outcomes);
          stop ??= settled.stop;
        } catch (error) {
          stop ??= connectorErrorOf(error, session.signal);
        }
      }
    };
    await Promise.all(
      Array.from({ length: Math.min(flow.writeConcurrency, batches.length) }, worker),
    );
    if (stop !== undefined) break;
  }
  return { outcomes, stop };
}

/** Writes to the same target record keep their order: each goes into a wave of its own. */
function waves(writes: readonly PlannedWrite[]): readonly (readonly PlannedWrite[])[] {
  const result: PlannedWrite[][] = [];
  const seen = new Map<string, number>();
  for (const write of writes) {
    const key = write.change.key;
    const wave = key === undefined ? 0 : (seen.get(key) ?? 0);
    if (key !== undefined) seen.set(key, wave + 1);
    const list = result[wave];
    if (list === undefined) result[wave] = [write];
    else list.push(write);
  }
  return result;
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const result: Item[][] = [];
  for (let from = 0; from < items.length; from += size) result.push(items.slice(from, from + size));
  return result;
}

/** A write that is tried again, with what went wrong last. */
interface Pending {
  readonly write: PlannedWrite;
  readonly error: ConnectorError;
  /** Whether the last try may have happened. */
  readonly isUnknown: boolean;
}

async function settleBatch(
  flow: Flow,
  session: Session,
  batch: readonly PlannedWrite[],
): Promise<ExecutedWrites> {
  const outcomes: WriteOutcome[] = [];
  let writes = batch;
  let failures = 0;
  for (;;) {
    const results = await send(flow, session, writes);
    const again: Pending[] = [];
    for (const [index, write] of writes.entries()) {
      const settled = await settle(flow, session, write, results[index]);
      if ('isUnknown' in settled) again.push(settled);
      else outcomes.push(settled);
    }
    const isProgress = again.length < writes.length;
    // The target answered about a record: it is not down, and trying on leads somewhere.
    if (isProgress) session.failureStreak = 0;
    failures = isProgress ? 1 : failures + 1;
    if (again.length === 0) return { outcomes, stop: undefined };
    const stopper = again.find(({ error }) => isOutage(error))?.error;
    if (stopper !== undefined) return { outcomes, stop: stopper };
    if (failures > (session.isRetryingLetters ? 0 : flow.writeRetries)) {
      if (!session.isRetryingLetters) session.failureStreak += again.length;
      if (session.failureStreak >= outageStreak) return { outcomes, stop: again[0]?.error };
      return { outcomes: [...outcomes, ...again.map(givenUp)], stop: undefined };
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
  write: PlannedWrite,
  result: WriteResult | undefined,
): Promise<WriteOutcome | Pending> {
  if (result === undefined) throw new TypeError('A result is missing.');
  if (result.status === 'failed') {
    const error = connectorErrorOf(result.error);
    if (write.op === 'delete' && error.category === 'not-found') {
      return { write, status: 'deleted', targetKey: write.change.key ?? '' };
    }
    if (error.retryable || isOutage(error)) return { write, error, isUnknown: false };
    return { write, status: 'failed', error };
  }
  if (result.status === 'unknown') {
    const error = connectorErrorOf(result.error);
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
