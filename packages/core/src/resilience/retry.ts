import type { Clock } from '../contract/clock.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { RetryBudget } from './retry-budget.ts';

/** When and how often to try again. */
export interface RetryOptions {
  /**
   * Attempts in all; 1 switches retries off.
   * @default 4
   */
  readonly maxAttempts?: number | undefined;
  /** @default 100 */
  readonly baseDelayMs?: number | undefined;
  /**
   * The base after a 429 or 503.
   * @default 500
   */
  readonly throttleBaseDelayMs?: number | undefined;
  /** @default 20_000 */
  readonly maxDelayMs?: number | undefined;
  /**
   * A vendor that asks for a longer wait gets no retry: the caller learns `retryAfterMs` instead.
   * @default 60_000
   */
  readonly maxRetryAfterMs?: number | undefined;
}

/** What a retry loop runs on. */
export interface RetryScope {
  readonly options?: RetryOptions | undefined;
  readonly budget: RetryBudget;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Ends a back-off at once. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the work may be run again after this error, beside the error being retryable. */
  readonly isRepeatable: (error: ConnectorError) => boolean;
  /** Time left for waiting; a wait that does not fit is not begun. */
  readonly remainingMs?: (() => number) | undefined;
  readonly onRetry?: ((error: ConnectorError, delayMs: number) => void) | undefined;
}

/**
 * Runs `work` until it succeeds, fails for good, or may not be tried again; then the last error stands.
 *
 * @param work - gets the number of the attempt, from 0
 */
export async function retry<T>(
  work: (attempt: number) => Promise<T>,
  scope: RetryScope,
): Promise<T> {
  const { options = {}, budget, signal } = scope;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const result = await work(attempt);
      budget.refund();
      return result;
    } catch (error) {
      if (!ConnectorError.isInstance(error) || !error.retryable) throw error;
      if (attempt + 1 >= (options.maxAttempts ?? 4) || signal?.aborted === true) throw error;
      if (!scope.isRepeatable(error)) throw error;
      const delayMs = backoff(error, attempt, scope);
      if (delayMs === undefined || delayMs >= (scope.remainingMs?.() ?? Infinity)) throw error;
      if (!budget.spend(error.code === 'ERR_TIMEOUT' ? 'timeout' : 'failure')) throw error;
      scope.onRetry?.(error, delayMs);
      await scope.clock.sleep(delayMs, signal);
    }
  }
}

/** Full jitter, after what the vendor asked for. Absent: the vendor asks for too much. */
function backoff(error: ConnectorError, attempt: number, scope: RetryScope): number | undefined {
  const {
    baseDelayMs = 100,
    throttleBaseDelayMs = 500,
    maxDelayMs = 20_000,
    maxRetryAfterMs = 60_000,
  } = scope.options ?? {};
  const { retryAfterMs } = error;
  if (retryAfterMs !== undefined) {
    if (retryAfterMs > maxRetryAfterMs) return undefined;
    // Spread, so that callers who were told the same time do not come back in the same moment.
    return retryAfterMs + scope.random() * baseDelayMs;
  }
  const throttled = error.category === 'rate-limit' || error.httpStatus === 503;
  const base = throttled ? throttleBaseDelayMs : baseDelayMs;
  return scope.random() * Math.min(base * 2 ** attempt, maxDelayMs);
}
