import { ConnectorError } from '@common/connector-core';
import type { Flow } from './flow.ts';
import { readSource } from './read-source.ts';
import { beginWork, reportOf, withRecordedSession } from './recorded-session.ts';
import { replayRetryable, replayWithheld } from './replay.ts';
import type { Session } from './session.ts';
import type { SyncReport } from './sync-report.ts';

/** Options of a run. */
export interface RunOptions {
  /**
   * `incremental`: what changed since the last run; everything the first time. `full`: everything.
   * @default 'incremental'
   */
  readonly mode?: 'incremental' | 'full' | undefined;
  /**
   * Ends the run behind so many pages of the source; then the report says `hasMore`, and the next run
   * with the same `mode` goes on there. For an engine whose unit of work is a step of seconds.
   * @default up to the end of the source
   */
  readonly maxPages?: number | undefined;
  /** Stops the run, inside a page too. What is done is stored; the next run goes on from there. */
  readonly signal?: AbortSignal | undefined;
}

export async function runFlow(flow: Flow, options: RunOptions): Promise<SyncReport> {
  const { mode = 'incremental', maxPages = Number.POSITIVE_INFINITY } = options;
  if (mode !== 'incremental' && mode !== 'full') {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The mode of a run is "incremental" or "full", not "${mode as string}".`,
    });
  }
  if (!(maxPages === Number.POSITIVE_INFINITY || (Number.isInteger(maxPages) && maxPages > 0))) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The maxPages of a run is a whole number above 0, not ${String(maxPages)}.`,
      path: 'maxPages',
    });
  }
  return withRecordedSession(flow, { mode, signal: options.signal }, (session, current) =>
    runPages(current, session, { mode, maxPages }),
  );
}

async function runPages(
  flow: Flow,
  session: Session,
  { mode, maxPages }: { readonly mode: 'incremental' | 'full'; readonly maxPages: number },
): Promise<SyncReport> {
  const { recovered, latest } = await beginWork(flow, session);
  // Once a run, not with each of its steps.
  // Nor after a restore: then everything is read anyway, and looked for before it is created.
  if (session.hasDeadLetters && session.steps === undefined && flow.restored?.isLooking !== true) {
    await replayRetryable(flow, session);
    await replayWithheld(flow, session);
  }
  const read = await readSource(flow, session, { mode, maxPages });
  return reportOf(flow, session, {
    mode: read.mode,
    resumed:
      recovered > 0 ||
      (latest !== undefined && latest.status !== 'done') ||
      session.steps !== undefined ||
      read.isResumed,
    pages: read.pages,
    hasMore: read.hasMore,
  });
}
