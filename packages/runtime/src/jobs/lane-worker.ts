import { type Clock, ConnectorError, type Logger } from '@common/connector-core';
import {
  isProcessDead,
  type Lease,
  leaseLost,
  processOwner,
  type StateTransaction,
} from '@common/connector-sync';
import { moveOf } from '../move/state-move.ts';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type {
  Job,
  JobContext,
  JobEngine,
  JobRequest,
  JobWorker,
  WorkOptions,
} from './job-engine.ts';

/** Work that is done one after the other: the runs of a flow, the events of a tenant. */
export interface Lane {
  readonly tenant: string;
  readonly lane: string;
}

/** The right to work on a lane. Pass `lease()` to every transaction that writes. */
export interface LaneSession {
  readonly signal: AbortSignal;
  lease(): Lease;
}

export interface LaneOptions extends WorkOptions {
  readonly store: SqlStore;
  readonly engine: JobEngine;
  readonly queue: string;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  readonly leaseMs: number;
  /** Steps before another tenant gets its turn. */
  readonly mostSteps: number;
  /** Does what is next in a lane, whole. Answers `false` when nothing is due. */
  readonly step: (lane: Lane, session: LaneSession) => Promise<boolean>;
  /** When the next of a lane is due, milliseconds since the Unix epoch. */
  readonly nextAt: (state: SqlStateTransaction, lane: Lane) => Promise<number | undefined>;
  /** Lanes in which something has been due since before an instant. */
  readonly overdue: (
    state: SqlStateTransaction,
    options: { readonly before: number; readonly limit: number },
  ) => Promise<readonly Lane[]>;
  /** Forgets what is over. Called once a minute. */
  readonly prune?: (() => Promise<void>) | undefined;
  /** What to do with a job that names no lane. */
  readonly receive?: (job: Job) => Promise<Lane>;
}

const sweepMs = 60_000;
const mostLanes = 1000;

/** The job that has a lane looked at. */
function laneJob(queue: string, { tenant, lane }: Lane, runAt?: number): JobRequest {
  // The lane has its own tries: its jobs never end by failing.
  return { queue, tenant, data: { lane }, runAt, attempts: 1_000_000 };
}

/**
 * Works on lanes. What is to be done stands in tables; a job only says that there is something. So a job
 * may come too often, and one that is lost is made again: a lane in which something is overdue gets one
 * at the start and once a minute. A lane has one worker at a time, by a lease with a fencing token.
 */
export function startLanes(options: LaneOptions): JobWorker {
  const { store, engine, queue, clock, logger, leaseMs } = options;
  const closing = new AbortController();

  const transaction = <Result>(
    work: (state: SqlStateTransaction) => Promise<Result>,
    lease?: Lease,
  ): Promise<Result> =>
    store.transaction((state) => work(state as SqlStateTransaction), {
      lease,
      repeat: 'unless-stored',
    });

  /** The lease, or how long somebody else has it. */
  async function acquire(lane: Lane): Promise<Lease | number> {
    const request = {
      tenant: lane.tenant,
      scope: `${queue}:${lane.lane}`,
      owner: processOwner(),
      ttlMs: leaseMs,
    };
    const take = (takeOver?: number) =>
      transaction((state) => state.leases.acquire({ ...request, now: clock.now(), takeOver }));
    let answer = await take();
    if (!answer.granted && isProcessDead(answer.lease.owner))
      answer = await take(answer.lease.token);
    return answer.granted ? answer.lease : answer.lease.expiresAt - clock.now();
  }

  async function handle(job: Job, context: JobContext): Promise<void> {
    // A hint of before a move: what it is about is elsewhere, or not here completely.
    if ((await transaction(({ database }) => moveOf(database, job.tenant))) !== undefined) return;
    const { lane: name } = job.data as { readonly lane?: string };
    const lane =
      name === undefined && options.receive !== undefined
        ? await options.receive(job)
        : { tenant: job.tenant, lane: name ?? '' };
    const taken = await acquire(lane);
    if (typeof taken === 'number') {
      // Whoever has the lane looks again before it lets go, so this job is not needed. Unless that one
      // has died and this is its job, come back: then it is the last that knows.
      if (job.attempt > 1) throw busy(lane, taken);
      return;
    }
    await withLease(lane, { job, context, lease: taken });
  }

  async function withLease(
    lane: Lane,
    { job, context, lease: first }: { job: Job; context: JobContext; lease: Lease },
  ): Promise<void> {
    let lease = first;
    const lost = new AbortController();
    const ended = new AbortController();
    const signal = AbortSignal.any([context.signal, lost.signal]);

    async function renewing(): Promise<void> {
      while (!ended.signal.aborted) {
        await clock.sleep(leaseMs / 3, ended.signal).catch(() => undefined);
        if (ended.signal.aborted) return;
        const renewed = await transaction((state) =>
          state.leases.renew(lease, clock.now() + leaseMs),
        ).catch(() => lease);
        if (renewed === undefined) return lost.abort(leaseLost(lease));
        lease = renewed;
      }
    }

    const renewal = renewing();
    try {
      let steps = 0;
      for (;;) {
        while (
          steps < options.mostSteps &&
          (await options.step(lane, { signal, lease: () => lease }))
        ) {
          steps += 1;
          signal.throwIfAborted();
        }
        const isFull = steps >= options.mostSteps;
        if (await leave(lane, { lease, isFull, knowsMore: steps > 0 || job.attempt > 1 })) return;
      }
    } catch (error) {
      await transaction((state) => state.leases.release(lease)).catch(() => undefined);
      throw error;
    } finally {
      ended.abort();
      await renewal;
    }
  }

  /** Lets go of a lane, unless something came in meanwhile. All in one transaction: nothing is overlooked. */
  function leave(
    lane: Lane,
    end: { readonly lease: Lease; readonly isFull: boolean; readonly knowsMore: boolean },
  ): Promise<boolean> {
    return transaction(async (state) => {
      const next = await options.nextAt(state, lane);
      const now = clock.now();
      if (next !== undefined && next <= now && !end.isFull) return false;
      // A job that found nothing to do leaves the later work to the job that was made with it.
      if (next !== undefined && end.knowsMore) {
        await engine.enqueue([laneJob(queue, lane, Math.max(next, now))], { within: state });
      }
      await state.leases.release(end.lease);
      return true;
    }, end.lease);
  }

  async function sweep(): Promise<void> {
    const request = {
      tenant: '',
      scope: `sweep:${queue}`,
      owner: processOwner(),
      ttlMs: sweepMs - 1,
    };
    await transaction(async (state) => {
      const now = clock.now();
      if (!(await state.leases.acquire({ ...request, now })).granted) return;
      const lanes = await options.overdue(state, { before: now - sweepMs, limit: mostLanes });
      await engine.enqueue(
        lanes.map((lane) => laneJob(queue, lane)),
        { within: state },
      );
    });
  }

  async function sweeping(): Promise<void> {
    while (!closing.signal.aborted) {
      await sweep().catch((error: unknown) =>
        logger?.warn('It could not be looked for overdue work; it is tried again.', {
          code: ConnectorError.isInstance(error) ? error.code : 'ERR_INTERNAL',
        }),
      );
      await options.prune?.();
      await clock.sleep(sweepMs, closing.signal).catch(() => undefined);
    }
  }

  const worker = engine.work(queue, handle, options);
  const sweeper = sweeping();
  return {
    async close() {
      closing.abort();
      await Promise.all([worker.close(), sweeper]);
    },
  };
}

/** Adds the job that has a lane looked at, in the transaction that gave the lane something to do. */
export async function wakeLane(
  engine: JobEngine,
  wake: Lane & { readonly queue: string; readonly runAt?: number | undefined },
  state: StateTransaction,
): Promise<void> {
  await engine.enqueue([laneJob(wake.queue, wake, wake.runAt)], { within: state });
}

function busy(lane: Lane, remainingMs: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_LANE_BUSY',
    category: 'conflict',
    retryable: true,
    retryAfterMs: Math.min(Math.max(remainingMs, 100), 5000),
    message: `Another worker has ${lane.lane} of ${lane.tenant}, or had it when it died. It is tried again until its lease has ended.`,
  });
}
