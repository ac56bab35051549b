import type { Clock } from '../contract/clock.ts';
import type { Logger } from '../contract/logger.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { BudgetStore } from './budget.ts';
import type { RateLimit } from './rate-window.ts';

/** How a vendor tenant may be used. */
export interface GovernorOptions {
  /**
   * Most operations at the same time.
   * @default 10
   */
  readonly concurrency?: number | undefined;
  /**
   * Most requests within any stretch of time, for example `{ requests: 100, perMs: 60_000 }`; several
   * hold at once, for example `[{ requests: 10, perMs: 1000 }, { requests: 500, perMs: 60_000 }]`.
   * Requests are weighed by their cost.
   * @default no limit
   */
  readonly rate?: RateLimit | readonly RateLimit[] | undefined;
  /**
   * Whether to learn from throttling (429, 503), from latency and from headers that tell what is
   * left. A `Retry-After` is always obeyed.
   * @default true
   */
  readonly adaptive?: boolean | undefined;
  /**
   * Longest pause that a `Retry-After` or an exhausted limit may impose on all callers.
   * @default 60_000
   */
  readonly maxPauseMs?: number | undefined;
  /**
   * Shares `concurrency` and `rate` with the governors of other processes.
   * @default this process has them for itself
   */
  readonly shared?: SharedBudgetOptions | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 up to 1, to spread workers that share a budget. @default Math.random */
  readonly random?: (() => number) | undefined;
  /** @default silent */
  readonly logger?: Logger | undefined;
}

/**
 * A budget for all workers of a vendor tenant. All have to give the same `concurrency` and `rate`, and
 * their clocks have to agree to about a second.
 *
 * Each stretch of time is kept strictly, at the price of a seventh of the rate. Places are an
 * approximation: each live worker has an equal part of them, at least one, so more active workers
 * than places exceed the limit; for two seconds after a worker has come the others use what they had;
 * a worker that starts nothing for ten seconds gives its part to the others, even while a long request runs.
 */
export interface SharedBudgetOptions {
  /** `memoryBudgetStore()`, or `sqlBudgetStore()` of `@common/connector-runtime`. */
  readonly store: BudgetStore;
  /** Name of the vendor tenant, for example `quickbooks:4620816365`. */
  readonly name: string;
  /** Name of this worker. @default a random one */
  readonly worker?: string | undefined;
}

/** The windows, checked. @throws ConnectorError `ERR_CONFIGURATION` for numbers that limit nothing */
export function readWindows({ rate, concurrency = 10, maxPauseMs = 60_000 }: GovernorOptions) {
  const windows: readonly RateLimit[] = rate === undefined ? [] : [rate].flat();
  check('concurrency', concurrency, concurrency >= 1);
  check('maxPauseMs', maxPauseMs, maxPauseMs >= 0);
  for (const { requests, perMs } of windows) {
    check('rate.requests', requests, requests >= 1);
    check('rate.perMs', perMs, perMs > 0 && perMs < Infinity);
  }
  return { windows, concurrency, maxPauseMs };
}

/** @throws ConnectorError `ERR_CONFIGURATION` */
export function readCost(cost: number): number {
  check('cost', cost, cost >= 0);
  return cost;
}

function check(name: string, value: unknown, isGood: boolean): void {
  if (typeof value === 'number' && isGood) return;
  const smallest = name === 'concurrency' || name === 'rate.requests' ? '1' : '0';
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `${name} of a governor is ${String(value)}. Give a number of at least ${smallest}.`,
    path: name,
  });
}
