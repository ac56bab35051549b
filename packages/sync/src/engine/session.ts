import { ConnectorError } from '@common/connector-core';
import type { Lease } from '../state/lease.ts';
import { leaseLost } from '../state/lease-lost.ts';
import { isProcessDead, processOwner } from '../state/process-owner.ts';
import type { RunRecord } from '../state/run-record.ts';
import type { StateTransaction } from '../state/state-store.ts';
import { approvedDeletes, createDeleteGuard, type DeleteGuard } from './delete-guard.ts';
import type { Flow } from './flow.ts';
import { type RunSteps, stepsBefore } from './run-steps.ts';
import { type MutableCounts, noCounts, type SyncCounts, type SyncProgress } from './sync-report.ts';

/** What one run (or replay) holds while it works. */
export interface Session {
  readonly runId: string;
  /** Also aborted when the lease is lost: a process that wakes up stops what it was sending. */
  readonly signal: AbortSignal;
  readonly counts: MutableCounts;
  /** The lease; pass it to every transaction that writes. */
  lease(): Lease;
  /** Throws `ERR_LEASE_LOST` or `ERR_ABORTED`. Call it before anything is sent. */
  ensure(): Promise<void>;
  /** Whether the flow has dead letters, so that pages need not look for theirs. */
  hasDeadLetters: boolean;
  /**
   * Creates of which the target could not tell yet: key to key of the source record. They stay in
   * the journal; nothing is created for them.
   */
  readonly openIntents: Map<string, string>;
  /** Keeps the run from deleting too much. */
  readonly deleteGuard: DeleteGuard;
  /** Present when it goes on with a run that is made in steps. */
  readonly steps: RunSteps | undefined;
  /** Letters of earlier runs are tried, once each: that they fail again says nothing about the target. */
  isRetryingLetters: boolean;
  /** Failures of writes that may pass, since the last write that did not fail so. */
  failureStreak: number;
  progress(phase: SyncProgress['phase'], total?: number): void;
  /**
   * Stores work and what it counts in one transaction: the history of runs says neither less nor
   * more than what was committed. The store may run the work again after a lost connection: it changes
   * nothing but the state, and twice has the effect of once.
   */
  commit(
    gained: Partial<SyncCounts>,
    work: (state: StateTransaction) => Promise<void>,
  ): Promise<void>;
  /** Ends the run in the history, together with the last of its work. */
  finish(
    end: { readonly status: RunRecord['status']; readonly errorCode?: string },
    work?: (state: StateTransaction) => Promise<void>,
  ): Promise<void>;
}

/** Takes the lease, works, lets go of it. */
export async function withSession<Result>(
  flow: Flow,
  options: {
    readonly runId: string;
    readonly mode: RunRecord['mode'];
    readonly signal: AbortSignal;
  },
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { store, clock, leaseMs } = flow;
  const { runId, mode } = options;
  const lost = new AbortController();
  const signal = AbortSignal.any([options.signal, lost.signal]);
  const startedAt = clock.now();
  let lease = await acquire(flow);

  async function renew(): Promise<void> {
    const renewed = await store.transaction(
      (state) => state.leases.renew(lease, clock.now() + leaseMs),
      { repeat: 'always' },
    );
    if (renewed === undefined) {
      lost.abort(leaseLost(lease));
      throw lost.signal.reason;
    }
    lease = renewed;
  }

  const counts = noCounts();
  // One after the other: each counts on from the one before.
  let committing: Promise<unknown> = Promise.resolve();
  const steps = await stepsBefore(flow);
  const record = (
    state: StateTransaction,
    end: Pick<RunRecord, 'status' | 'counts'> & { readonly errorCode?: string },
  ) =>
    state.runs.put({
      ...flow.key,
      runId,
      mode,
      startedAt,
      updatedAt: clock.now(),
      errorCode: undefined,
      ...end,
    });
  const session: Session = {
    runId,
    signal,
    counts,
    lease: () => lease,
    async ensure() {
      signal.throwIfAborted();
      if (lease.expiresAt - clock.now() < leaseMs / 2) await renew();
    },
    hasDeadLetters: false,
    openIntents: new Map(),
    deleteGuard: createDeleteGuard(flow, { ...steps, approved: await approvedDeletes(flow) }),
    steps,
    isRetryingLetters: false,
    failureStreak: 0,
    progress(phase, total) {
      flow.onProgress({ ...flow.key, ...counts, phase, total });
    },
    commit(gained, work) {
      const committed = committing.then(async () => {
        const next = sumOf(counts, gained);
        await store.transaction(
          async (state) => {
            await work(state);
            await record(state, { status: 'running', counts: next });
          },
          { lease, repeat: 'always' },
        );
        // Added again: what is counted without a commit went on meanwhile.
        Object.assign(counts, sumOf(counts, gained));
      });
      committing = committed.catch(() => undefined);
      return committed;
    },
    finish: (end, work) =>
      store.transaction(
        async (state) => {
          await work?.(state);
          await record(state, { ...end, counts: { ...counts } });
        },
        { lease, repeat: 'always' },
      ),
  };
  // Real time on purpose: the lease must live on while a single call takes minutes. A renewal that
  // fails for another reason than a new holder is found by the next ensure() or transaction.
  const heartbeat = setInterval(() => void renew().catch(() => undefined), leaseMs / 3);
  heartbeat.unref();
  try {
    return await work(session);
  } catch (error) {
    // What was cut off because of it says so.
    lost.signal.throwIfAborted();
    throw error;
  } finally {
    clearInterval(heartbeat);
    await store
      .transaction((state) => state.leases.release(lease), { repeat: 'always' })
      .catch((error: unknown) => flow.logger.debug('The lease was not released.', { error }));
  }
}

function sumOf(counts: SyncCounts, gained: Partial<SyncCounts>): SyncCounts {
  const sum: MutableCounts = { ...counts };
  for (const name of Object.keys(sum) as (keyof SyncCounts)[]) sum[name] += gained[name] ?? 0;
  return sum;
}

async function acquire(flow: Flow): Promise<Lease> {
  const { store, clock, leaseMs } = flow;
  const request = { ...flow.scope, owner: processOwner(), ttlMs: leaseMs };
  const first = await store.transaction(
    (state) => state.leases.acquire({ ...request, now: clock.now() }),
    { repeat: 'always' },
  );
  // The owner is new with each call: what it holds was granted to an earlier try, whose answer was lost.
  if (first.granted || first.lease.owner === request.owner) return first.lease;
  if (isProcessDead(first.lease.owner)) {
    const second = await store.transaction(
      (state) =>
        state.leases.acquire({ ...request, now: clock.now(), takeOver: first.lease.token }),
      { repeat: 'always' },
    );
    if (second.granted || second.lease.owner === request.owner) return second.lease;
  }
  const seconds = Math.ceil((first.lease.expiresAt - clock.now()) / 1000);
  throw new ConnectorError({
    code: 'ERR_FLOW_BUSY',
    category: 'conflict',
    retryable: true,
    retryAfterMs: seconds * 1000,
    message:
      `${flow.scope.scope} is running in another process. Wait until it is done; ` +
      `if that process does not answer any more, the flow is free in ${seconds} s.`,
  });
}
