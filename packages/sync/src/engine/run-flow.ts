import { randomUUID } from 'node:crypto';
import { ConnectorError, type JsonValue } from '@common/connector-core';
import { connectorErrorOf } from './connector-error-of.ts';
import type { Flow } from './flow.ts';
import { prefetch } from './prefetch.ts';
import { processPage } from './process-page.ts';
import { recover } from './recover.ts';
import { repeatedPages } from './repeated-pages.ts';
import { replayRetryable } from './replay.ts';
import { type Session, withSession } from './session.ts';
import { sourcePages, sourceReadOf } from './source-pages.ts';
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
  const read = sourceReadOf(flow, mode);
  const before = await store.transaction(
    async (state) => ({
      checkpoint: await state.checkpoints.get(key, read.checkpointName),
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
  if (session.hasDeadLetters) await replayRetryable(flow, session);

  const checkProgress = repeatedPages(flow);
  let last = before.checkpoint;
  let pages = 0;
  const source = sourcePages(flow, read, { after: last, signal: session.signal });
  // A queue shows the same page again until it is acknowledged: never ask ahead.
  for await (const page of read.isQueue ? source : prefetch(source)) {
    session.signal.throwIfAborted();
    checkProgress(page);
    const isIdle =
      page.changes.length === 0 &&
      (page.failures?.length ?? 0) === 0 &&
      JSON.stringify(page.checkpoint) === JSON.stringify(last);
    if (!isIdle) {
      await processPage(flow, session, {
        changes: page.changes,
        failures: page.failures,
        checkpoint: { name: read.checkpointName, value: page.checkpoint },
      });
    }
    last = page.checkpoint as JsonValue;
    pages += 1;
    // Only after the commit: the source may forget what is acknowledged.
    await page.acknowledge?.({ signal: session.signal });
    session.progress('sync', page.total);
  }
  await finish(flow, session, { isFull: read.checkpointName === 'full', via: read.via, last });
  return {
    ...session.counts,
    runId: session.runId,
    mode,
    resumed:
      recovered > 0 ||
      (before.latest !== undefined && before.latest.status !== 'done') ||
      (read.checkpointName === 'full' && before.checkpoint !== undefined),
    pages,
    synced_at: new Date(flow.clock.now()).toISOString(),
  };
}

async function finish(
  flow: Flow,
  session: Session,
  read: { readonly isFull: boolean; readonly via: string; readonly last: JsonValue | undefined },
): Promise<void> {
  await session.finish({ status: 'done' }, async (state) => {
    if (!read.isFull) return;
    await state.checkpoints.set(flow.key, 'full', undefined);
    if (read.via === 'changes' && read.last !== undefined) {
      await state.checkpoints.set(flow.key, 'incremental', read.last);
    }
  });
}
