/** How much a client may add to the load of a backend that fails. */
export interface RetryBudgetOptions {
  /** @default 500 */
  readonly capacity?: number | undefined;
  /** @default 5 */
  readonly retryCost?: number | undefined;
  /**
   * Timeouts cost more: each one has already held the server for long.
   * @default 10
   */
  readonly timeoutCost?: number | undefined;
  /**
   * Given back by every success.
   * @default 1
   */
  readonly refund?: number | undefined;
}

/**
 * A token bucket that bounds retries over all calls that share it, so that a brown-out is not
 * multiplied into an outage. The figures are those of the AWS SDKs.
 */
export interface RetryBudget {
  /** Pays for a retry; `false` when the budget does not cover it. */
  spend(reason: 'failure' | 'timeout'): boolean;
  refund(): void;
  readonly available: number;
}

/** Makes a retry budget. */
export function createRetryBudget(options: RetryBudgetOptions = {}): RetryBudget {
  const { capacity = 500, retryCost = 5, timeoutCost = 10, refund = 1 } = options;
  let available = capacity;
  return {
    spend(reason) {
      const cost = reason === 'timeout' ? timeoutCost : retryCost;
      if (available < cost) return false;
      available -= cost;
      return true;
    },
    refund() {
      if (available < capacity) available = Math.min(capacity, available + refund);
    },
    get available() {
      return available;
    },
  };
}
