/**
 * How a connector has been doing, from what it saw on its own calls of the last five minutes; asking
 * costs no request. What is optional is absent where it is not known.
 */
export interface ConnectorHealth {
  /**
   * - `unhealthy`: the circuit is open, half of the requests fail, or the credentials have ended and
   *   nothing but a person can renew them
   * - `degraded`: the circuit is half open, one request in twenty fails, or a forecast comes true
   *   within a day
   * - `healthy`: otherwise
   */
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** Requests in the window. */
  readonly requests: number;
  /** Share of failed requests in the window, 0 to 1. */
  readonly errorRate: number;
  /** Median latency of the window in milliseconds. */
  readonly latencyMs: number;
  /** 95 of 100 requests of the window were not slower, in milliseconds. */
  readonly p95LatencyMs?: number | undefined;
  readonly breaker: 'closed' | 'half-open' | 'open';
  /** When the credentials end that are in use now, ISO instants. */
  readonly credentials?:
    | {
        readonly accessExpiresAt?: string | undefined;
        readonly refreshExpiresAt?: string | undefined;
      }
    | undefined;
  /** What the vendor last told about what may still be sent. */
  readonly quota?: readonly QuotaLevel[] | undefined;
  /** The budget that the connector shares with others of the vendor tenant. */
  readonly governor?:
    | {
        readonly running: number;
        readonly waiting: number;
        /** Nothing starts before: ISO instant. */
        readonly pausedUntil?: string | undefined;
      }
    | undefined;
  /** What will end, and when, if all goes on as it does; soonest first. */
  readonly forecasts?: readonly HealthForecast[] | undefined;
}

/** What is left of one of the vendor's limits. */
export interface QuotaLevel {
  /** Which header told, for example `sforce-limit-info api-usage`, `x-ratelimit`. */
  readonly source: string;
  readonly limit?: number | undefined;
  readonly remaining: number;
  /** ISO instant. */
  readonly resetsAt?: string | undefined;
  /** When it was told, ISO instant. */
  readonly at: string;
}

/** Something that ends unless somebody acts. */
export interface HealthForecast {
  readonly what: 'quota' | 'refresh-token' | 'access-token';
  /** ISO instant. */
  readonly at: string;
  /** In words: from what it was concluded, and what to do. */
  readonly rule: string;
}
