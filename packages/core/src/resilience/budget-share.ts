import type { Logger } from '../contract/logger.ts';
import {
  type BudgetGrant,
  type BudgetRequest,
  type BudgetStore,
  pauseBudget,
  takeFromBudget,
} from './budget.ts';
import type { Limit, Start } from './governor-limit.ts';
import type { RateLimit } from './rate-window.ts';

/** One governor's part of a budget that workers share. */
export interface BudgetShare extends Limit {
  /** As far as known; 1 at first. */
  readonly workers: number;
  /** This worker's part of places for all, at least one. */
  places(all: number): number;
  /** Tells the other workers. */
  pause(untilMs: number): void;
}

/** What a share runs on. */
export interface BudgetShareOptions {
  readonly store: BudgetStore;
  /** Name of the vendor tenant. */
  readonly name: string;
  readonly worker: string;
  readonly windows: readonly RateLimit[];
  /** Longest pause that another worker may impose. */
  readonly maxPauseMs: number;
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly logger: Logger | undefined;
  /** The share has changed: look again. */
  readonly onChange: () => void;
}

const mostChunk = 1_000;
/** A store that fails is asked again so much later. */
const failureMs = 1_000;

/**
 * Takes from the shared budget in chunks, so that a request seldom costs a round trip. A chunk that
 * was used up makes the next one larger, up to a fair part of what is free.
 */
export function createBudgetShare(options: BudgetShareOptions): BudgetShare {
  const { store, name, worker, windows, maxPauseMs, now } = options;
  let grant: BudgetGrant = {
    cost: 0,
    useWithinMs: 0,
    retryInMs: 0,
    pausedUntil: 0,
    workers: 1,
    rank: 0,
  };
  let grantedAt = -Infinity;
  let left = 0;
  let chunk = 1;
  let isAsking = false;
  let hasFailed = false;
  /** Refused until then; to backfill, what is kept for interactive work, too. */
  const refusedUntil = { all: 0, backfill: 0 };

  function requestFor({ cost, keepsReserve }: Start, nowMs: number): BudgetRequest {
    const unused = Math.max(0, left);
    if (unused > 0) chunk = Math.max(1, grant.cost - unused);
    else if (grant.cost > 0) chunk = Math.min(2 * chunk, mostChunk);
    return {
      worker,
      nowMs,
      windows,
      need: cost,
      want: Math.max(cost, chunk),
      keepsReserve,
      maxPauseMs,
      returned: unused > 0 ? { grantedAt, cost: unused } : undefined,
    };
  }

  function accept(granted: BudgetGrant, { keepsReserve }: Start, nowMs: number): void {
    grant = granted;
    grantedAt = nowMs;
    left = Math.min(left, 0) + granted.cost;
    if (granted.retryInMs > 0) {
      // Spread, so that not always the same worker comes first.
      const waitMs = granted.retryInMs + options.random() * granted.useWithinMs;
      refusedUntil[keepsReserve ? 'backfill' : 'all'] = nowMs + Math.ceil(waitMs);
    }
  }

  /** Without the store each worker goes on with the part that it had. */
  function standIn(start: Start, nowMs: number, error: unknown): void {
    if (!hasFailed) {
      options.logger?.warn('The shared budget cannot be reached; this worker keeps to its share.', {
        budget: name,
        reason: error instanceof Error ? error.message : undefined,
      });
    }
    hasFailed = true;
    const costMs =
      grant.workers * Math.max(0, ...windows.map(({ requests, perMs }) => perMs / requests));
    const cost = costMs === 0 ? mostChunk : Math.max(start.cost, Math.floor(failureMs / costMs));
    left = Math.min(left, 0) + cost;
    grant = { ...grant, cost, useWithinMs: failureMs };
    grantedAt = nowMs;
    refusedUntil.all = nowMs + Math.max(failureMs, cost * costMs);
  }

  async function ask(start: Start): Promise<void> {
    isAsking = true;
    // The grant is counted from before it was made: it ends here no later than there.
    const nowMs = now();
    const request = requestFor(start, nowMs);
    left = Math.min(left, 0);
    try {
      accept(await store.update(name, (state) => takeFromBudget(state, request)), start, nowMs);
      hasFailed = false;
    } catch (error) {
      standIn(start, now(), error);
    }
    isAsking = false;
    options.onChange();
  }

  return {
    get workers() {
      return grant.workers;
    },
    places(all) {
      const { workers, rank } = grant;
      return Math.max(1, Math.floor(all / workers) + (rank < all % workers ? 1 : 0));
    },
    readyAt(start) {
      const { nowMs, cost, keepsReserve } = start;
      if (grant.pausedUntil > nowMs) return grant.pausedUntil;
      if (left >= cost && nowMs < grantedAt + grant.useWithinMs) return nowMs;
      const refused = Math.max(refusedUntil.all, keepsReserve ? refusedUntil.backfill : 0);
      if (nowMs < refused) return refused;
      if (!isAsking) void ask(start);
      return Infinity;
    },
    spend({ cost }) {
      left -= cost;
    },
    pause(untilMs) {
      // A worker that does not hear of it is told by the vendor.
      store.update(name, (state) => pauseBudget(state, untilMs)).catch(() => undefined);
    },
  };
}
