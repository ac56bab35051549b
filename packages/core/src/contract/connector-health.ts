/** How a connector has been doing, from what it measured on its own calls; asking costs no request. */
export interface ConnectorHealth {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** Requests in the window. */
  readonly requests: number;
  /** Share of failed requests in the window, 0 to 1. */
  readonly errorRate: number;
  /** Median latency of the window in milliseconds. */
  readonly latencyMs: number;
  readonly breaker: 'closed' | 'half-open' | 'open';
}
