import { randomUUID } from 'node:crypto';
import { ConnectorError } from '@common/connector-core';
import { connectorErrorOf } from './connector-error-of.ts';
import type { Flow } from './flow.ts';
import { readSource } from './read-source.ts';
import { recover } from './recover.ts';
import { replayRetryable, replayWithheld } from './replay.ts';
import { type Session, withSession } from './session.ts';
import type { SyncReport } from './sync-report.ts';

/** Options of a run. */
export interface RunOptions {
  /**
   * `incremental`: what changed since the last run; everything the first time. `full`: everything.
   * @default 'incremental'
   */
  readonly mode?: 'incremental' | 'full' | undefined;
  /** Stops the run, inside a page too. What is done is stored; the next run goes on from there. */
  readonly signal?: AbortSignal | undefined;
}

export async function runFlow(flow: Flow, options: RunOptions): Promise<SyncReport> {
  const { mode = 'incremental' } = options;
  if (mode !== 'incremental' && mode !== 'full') {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The mode of a run is "incremental" or "full", not "${mode as string}".`,
    });
  }
  // Also ends a page that is being fetched ahead when the run fails.
  const stopping = new AbortController();
  const signal =
    options.signal === undefined
      ? stopping.signal
      : AbortSignal.any([options.signal, stopping.signal]);
  const runId = randomUUID();
  try {
    return await withSession(flow, { runId, mode, signal }, async (session) => {
      try {
        return await runPages(flow, session, mode);
      } catch (error) {
        const known = connectorErrorOf(error, signal);
        await session
          .finish({
            status: options.signal?.aborted === true ? 'aborted' : 'failed',
            errorCode: known.code,
          })
          .catch((cause: unknown) =>
            flow.logger.debug('The end of the run was not stored.', { cause }),
          );
        throw error;
      } finally {
        stopping.abort();
      }
    });
  } catch (error) {
    throw connectorErrorOf(error, options.signal);
  }
}

async function runPages(
  flow: Flow,
  session: Session,
  mode: 'incremental' | 'full',
): Promise<SyncReport> {
  const { store, key } = flow;
  const before = await store.transaction(
    async (state) => ({
      position: await state.checkpoints.get(key, 'target'),
      deadLetters: await state.deadLetters.count(key),
      latest: (await state.runs.list(key, 1))[0],
    }),
    { readOnly: true },
  );
  session.hasDeadLetters = before.deadLetters > 0;
  await flow.target.resume?.(before.position);
  // A target with positions begins where it is now: what an earlier life wrote behind that is undone.
  const position = before.position === undefined ? await flow.target.position?.() : undefined;
  await session.commit({}, async (state) => {
    if (position !== undefined) await state.checkpoints.set(key, 'target', position);
  });
  const recovered = await recover(flow, session);
  if (session.hasDeadLetters) {
    await replayRetryable(flow, session);
    await replayWithheld(flow, session);
  }
  const read = await readSource(flow, session, mode);
  return {
    ...session.counts,
    runId: session.runId,
    mode: read.mode,
    resumed:
      recovered > 0 ||
      (before.latest !== undefined && before.latest.status !== 'done') ||
      read.isResumed,
    pages: read.pages,
    synced_at: new Date(flow.clock.now()).toISOString(),
  };
}
