import { randomUUID } from 'node:crypto';
import type { RunRecord } from '../state/run-record.ts';
import { connectorErrorOf } from './connector-error-of.ts';
import type { Flow } from './flow.ts';
import { recover } from './recover.ts';
import { joinSpace, withRestore } from './restored-flow.ts';
import { type Session, withSession } from './session.ts';
import type { SyncReport } from './sync-report.ts';

/**
 * A session whose end is in the history of runs, whatever it is. The work is given the flow as the state
 * has it now.
 *
 * @throws ConnectorError whatever was thrown
 */
export async function withRecordedSession<Result>(
  flow: Flow,
  options: {
    readonly mode: RunRecord['mode'];
    readonly signal: AbortSignal | undefined;
  },
  work: (session: Session, flow: Flow) => Promise<Result>,
): Promise<Result> {
  const { mode, signal } = options;
  // Also ends a page that is being fetched ahead when the run fails.
  const stopping = new AbortController();
  const whole = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
  const run = { runId: randomUUID(), mode, signal: whole };
  try {
    return await withSession(flow, run, async (session) => {
      try {
        return await work(session, await withRestore(flow));
      } catch (error) {
        const status = signal?.aborted === true ? 'aborted' : 'failed';
        const errorCode = connectorErrorOf(error, whole).code;
        await session
          .finish({ status, errorCode })
          .catch((cause: unknown) =>
            flow.logger.debug('The end of the run was not stored.', { cause }),
          );
        throw error;
      } finally {
        stopping.abort();
      }
    });
  } catch (error) {
    throw connectorErrorOf(error, signal);
  }
}

/** Makes target and journal ready for work: goes on exactly behind what earlier runs have stored. */
export async function beginWork(
  flow: Flow,
  session: Session,
): Promise<{
  /** Writes of an interrupted run that were settled. */
  readonly recovered: number;
  readonly latest: RunRecord | undefined;
}> {
  const { store, key, target } = flow;
  const before = await store.transaction(
    async (state) => ({
      position: await state.checkpoints.get(key, 'target'),
      deadLetters: await state.deadLetters.count(key),
      latest: (await state.runs.list(key, 1))[0],
    }),
    { readOnly: true },
  );
  session.hasDeadLetters = before.deadLetters > 0;
  await target.resume?.(before.position);
  // A target with positions begins where it is now: what an earlier life wrote behind that is undone.
  const position = before.position === undefined ? await target.position?.() : undefined;
  await session.commit({}, async (state) => {
    if (position !== undefined) await state.checkpoints.set(key, 'target', position);
    await joinSpace(flow, state);
  });
  return { recovered: await recover(flow, session), latest: before.latest };
}

/** What a session came to. */
export function reportOf(
  flow: Flow,
  session: Session,
  read: Pick<SyncReport, 'mode' | 'resumed' | 'pages' | 'hasMore'>,
): SyncReport {
  return {
    ...session.counts,
    runId: session.runId,
    ...read,
    synced_at: new Date(flow.clock.now()).toISOString(),
  };
}
