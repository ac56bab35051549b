import { type Clock, ConnectorError, type JsonValue, type Logger } from '@common/connector-core';
import type { Kysely } from 'kysely';
import { failureColumns } from '../jobs/failure-columns.ts';
import type { Lane, LaneSession } from '../jobs/lane-worker.ts';
import { retryDelay } from '../jobs/retry-delay.ts';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';
import type { FlowRun } from './flow-run.ts';
import {
  changeRun,
  type FlowRunRow,
  flowRunOf,
  lockRuns,
  runById,
  runsOf,
} from './flow-run-rows.ts';
import type { FlowFactory } from './flow-runner.ts';

export interface RunStepOptions {
  readonly store: SqlStore;
  readonly flows: Readonly<Record<string, FlowFactory>>;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  readonly random: () => number;
  readonly retry: { readonly attempts: number; readonly baseMs: number; readonly maxMs: number };
  readonly cancelPollMs: number;
  readonly onEnd?: ((run: FlowRun) => void | Promise<void>) | undefined;
  /** Runs of this process, to be cancelled at once. */
  readonly active: Map<string, AbortController>;
}

type Db = Kysely<StateSchema>;

/** A run whose process dies that often may be what kills it. */
const mostInterruptions = 100;

/** Runs what is next in the lane of a flow, and writes down what became of it. */
export function runStep(options: RunStepOptions) {
  const { store, flows, clock, random, retry, active } = options;

  /** The lease keeps other workers out; the lock, whoever queues and cancels. */
  const within = <Result>(lane: Lane, session: LaneSession, work: (db: Db) => Promise<Result>) =>
    store.transaction(
      async (state) => {
        await lockRuns(state as SqlStateTransaction, lane);
        return work((state as SqlStateTransaction).database as Db);
      },
      { lease: session.lease(), repeat: 'unless-stored' },
    );

  /** Nobody else has the lane, so a run that is under way has lost its process. Answers one that ends so. */
  async function takeUp(db: Db, lane: Lane, now: number): Promise<FlowRunRow | undefined> {
    const row = await runsOf(db, lane)
      .selectAll()
      .where('status', '=', 'running')
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const values = interrupted(row, now);
    await changeRun(db, row, values);
    return values.status === 'queued' ? undefined : { ...row, ...values };
  }

  async function begin(
    db: Db,
    lane: Lane,
  ): Promise<{ readonly lost: FlowRunRow | undefined; readonly row: FlowRunRow | undefined }> {
    const now = clock.now();
    const lost = await takeUp(db, lane, now);
    const row = await runsOf(db, lane)
      .selectAll()
      .where('status', '=', 'queued')
      .where('next_at', '<=', now)
      .orderBy('next_at')
      .orderBy('queued_at')
      .executeTakeFirst();
    if (row === undefined) return { lost, row };
    const started = { status: 'running' as const, attempt: row.attempt + 1, started_at: now };
    await changeRun(db, row, started);
    return { lost, row: { ...row, ...started } };
  }

  /** Runs the flow; its signal is aborted when the run is cancelled here or in another process. */
  async function execute(row: FlowRunRow, session: LaneSession): Promise<Outcome> {
    const cancelling = new AbortController();
    const ended = new AbortController();
    active.set(row.id, cancelling);
    const signal = AbortSignal.any([session.signal, cancelling.signal]);
    const watch = watchCancelled(row, { cancelling, ended: ended.signal });
    try {
      const create = Object.hasOwn(flows, row.flow) ? flows[row.flow] : undefined;
      if (create === undefined) throw unknownFlow(row.flow, flows);
      const { tenant, connection, flow } = row;
      const runnable = await create({ tenant, connection, flow, signal });
      try {
        signal.throwIfAborted();
        const result = await runnable.run({
          ...(JSON.parse(row.options) as object),
          signal,
        });
        return { kind: 'done', counts: countsOf(result) };
      } finally {
        await runnable.close?.();
      }
    } catch (error) {
      if (cancelling.signal.aborted) return { kind: 'cancelled' };
      if (session.signal.aborted) return { kind: 'interrupted', error };
      return { kind: 'failed', error };
    } finally {
      ended.abort();
      active.delete(row.id);
      await watch;
    }
  }

  async function watchCancelled(
    row: FlowRunRow,
    { cancelling, ended }: { readonly cancelling: AbortController; readonly ended: AbortSignal },
  ): Promise<void> {
    while (!ended.aborted && !cancelling.signal.aborted) {
      await clock.sleep(options.cancelPollMs, ended).catch(() => undefined);
      if (ended.aborted) return;
      const now = await store
        .transaction((state) => runById((state as SqlStateTransaction).database as Db, row), {
          readOnly: true,
        })
        .catch(() => undefined);
      if (now?.cancelled === 1) cancelling.abort(runCancelled());
    }
  }

  async function end(db: Db, row: FlowRunRow, outcome: Outcome): Promise<FlowRunRow> {
    // Another process may have cancelled it, and this one not have heard of it.
    const { cancelled } = (await runById(db, row)) ?? row;
    const values = endOf({ ...row, cancelled }, outcome, clock.now());
    await changeRun(db, row, values);
    return { ...row, ...values };
  }

  function endOf(row: FlowRunRow, outcome: Outcome, now: number): Partial<FlowRunRow> {
    if (row.cancelled === 1 && outcome.kind !== 'done')
      return { status: 'cancelled', ended_at: now };
    switch (outcome.kind) {
      case 'done':
        return {
          status: 'done',
          ended_at: now,
          counts: outcome.counts === undefined ? null : JSON.stringify(outcome.counts),
          error_code: null,
          error_message: null,
        };
      case 'cancelled':
        return { status: 'cancelled', ended_at: now };
      case 'interrupted':
        // The worker closes: another goes on at once, and it is no try.
        return { status: 'queued', next_at: now, attempt: row.attempt - 1 };
      case 'failed': {
        const told = failureColumns(outcome.error);
        if (!isRetryable(outcome.error) || row.attempt >= retry.attempts) {
          return { status: 'failed', ended_at: now, ...told };
        }
        const backoff = { baseMs: retry.baseMs, maxMs: retry.maxMs, random };
        const next_at = now + retryDelay(outcome.error, row.attempt, backoff);
        return { status: 'queued', next_at, ended_at: now, ...told };
      }
    }
  }

  async function tell(ended: FlowRunRow): Promise<void> {
    try {
      await options.onEnd?.(flowRunOf(ended));
    } catch (error) {
      const { error_code: code } = failureColumns(error);
      options.logger?.error('onEnd of the flow runner failed.', { run: ended.id, code });
    }
  }

  return async (lane: Lane, session: LaneSession): Promise<boolean> => {
    const { lost, row } = await within(lane, session, (db) => begin(db, lane));
    if (lost !== undefined) await tell(lost);
    if (row === undefined) return false;
    const outcome = await execute(row, session);
    const ended = await within(lane, session, (db) => end(db, row, outcome));
    const goesOn = outcome.kind === 'interrupted' && ended.status === 'queued';
    if (!goesOn) await tell(ended);
    if (outcome.kind === 'interrupted') throw outcome.error;
    return true;
  };
}

/** What becomes of a run whose process ended before the run did. */
function interrupted(row: FlowRunRow, now: number): Partial<FlowRunRow> {
  if (row.cancelled === 1) return { status: 'cancelled', ended_at: now };
  const told = {
    interruptions: row.interruptions + 1,
    error_code: 'ERR_RUN_INTERRUPTED',
    error_message: 'The process of the run ended before the run did.',
  };
  return told.interruptions >= mostInterruptions
    ? { status: 'failed', ended_at: now, ...told }
    : { status: 'queued', next_at: now, attempt: row.attempt - 1, ...told };
}

type Outcome =
  | { readonly kind: 'done'; readonly counts: object | undefined }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'interrupted' | 'failed'; readonly error: unknown };

/** An error of another kind is a mistake in the flow: the next schedule tries again, nobody hammers. */
function isRetryable(error: unknown): boolean {
  return ConnectorError.isInstance(error) && error.retryable;
}

/** The numbers of a report, whatever else it holds. */
function countsOf(result: unknown): Record<string, number> | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  const numbers = Object.entries(result as Record<string, JsonValue>).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return numbers.length === 0 ? undefined : Object.fromEntries(numbers);
}

export function runCancelled(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_ABORTED',
    category: 'transient',
    retryable: false,
    message: 'The run was cancelled. What it has stored stays; the next run goes on from there.',
  });
}

function unknownFlow(flow: string, flows: object): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `No flow "${flow}" is registered in this process; it has ${Object.keys(flows).join(', ')}. Add it to the flows of createFlowRunner, in every worker.`,
    path: 'flows',
  });
}
