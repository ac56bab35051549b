import type { ConnectorError } from '@common/connector-core';
import { commitPage } from './commit-page.ts';
import { connectorErrorOf } from './connector-error-of.ts';
import type { Flow } from './flow.ts';
import { intentOf } from './planned-intent.ts';
import type { PlannedWrite } from './planned-write.ts';
import type { Session } from './session.ts';
import { settleBatch } from './settle-batch.ts';
import type { WriteOutcome } from './write-outcome.ts';

/** What came of the writes of a page. */
export interface ExecutedWrites {
  readonly outcomes: readonly WriteOutcome[];
  /** Why the rest was not tried, or not decided: the target is down. */
  readonly stop: ConnectorError | undefined;
  /** What of the rest certainly did not happen. */
  readonly undone: readonly PlannedWrite[];
  /** Outcomes that are stored already. */
  readonly stored: ReadonlySet<WriteOutcome>;
}

/**
 * Sends writes in batches, some at a time, and settles every outcome that can be settled.
 *
 * Where the target cannot tell what became of a create, a person has to look for whatever is in the
 * journal of a killed process: there each batch is journaled before it is sent and stored behind it.
 *
 * @param isSentAgain - an earlier run may have sent them already, and they are in the journal
 */
export async function executeWrites(
  flow: Flow,
  session: Session,
  writes: readonly PlannedWrite[],
  { isSentAgain = false }: { readonly isSentAgain?: boolean } = {},
): Promise<ExecutedWrites> {
  const outcomes: WriteOutcome[] = [];
  const stored = new Set<WriteOutcome>();
  const inDoubt = new Set(isSentAgain ? writes : []);
  const isStoredByBatch = flow.target.idempotency === 'none' && !isSentAgain;
  let stop: ConnectorError | undefined;

  async function take(batch: readonly PlannedWrite[]): Promise<void> {
    const settled: WriteOutcome[] = [];
    try {
      await session.ensure();
      if (isStoredByBatch) await journalWrites(flow, session, batch);
      const reason = await settleBatch(flow, session, batch, { outcomes: settled, inDoubt });
      // Not in one statement: another batch may have stopped it meanwhile.
      stop ??= reason;
      if (!isStoredByBatch) return;
      await commitPage(flow, session, { outcomes: settled, refreshed: [] });
      for (const outcome of settled) if ('targetKey' in outcome) stored.add(outcome);
    } catch (error) {
      stop ??= connectorErrorOf(error, session.signal);
    } finally {
      outcomes.push(...settled);
    }
  }

  for (const wave of waves(writes)) {
    const batches = chunks(wave, flow.target.maxBatchSize);
    let next = 0;
    const worker = async () => {
      for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
        if (stop !== undefined) return;
        await take(batch);
      }
    };
    await Promise.all(
      Array.from({ length: Math.min(flow.writeConcurrency, batches.length) }, worker),
    );
    if (stop !== undefined) break;
  }
  const settled = new Set(outcomes.map(({ write }) => write));
  const undone = writes.filter((write) => !settled.has(write) && !inDoubt.has(write));
  return { outcomes, stop, undone, stored };
}

/** Notes what is about to be sent. */
export async function journalWrites(
  flow: Flow,
  session: Session,
  writes: readonly PlannedWrite[],
): Promise<void> {
  const intents = writes.map((write) => intentOf(flow, write));
  await flow.store.transaction((state) => state.journal.add(intents), {
    lease: session.lease(),
    repeat: 'always',
  });
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
