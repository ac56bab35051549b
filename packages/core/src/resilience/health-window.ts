import type { Clock } from '../contract/clock.ts';
import type { ConnectorHealth } from '../contract/connector-health.ts';
import type { CircuitState } from './circuit-breaker.ts';

const capacity = 256;
const windowMs = 5 * 60_000;

/** Remembers the last 256 operations of the last five minutes. */
export interface HealthWindow {
  record(outcome: { readonly ok: boolean; readonly latencyMs: number }): void;
  report(breaker: CircuitState): ConnectorHealth;
}

/** Makes an empty window. */
export function createHealthWindow(clock: Clock): HealthWindow {
  const at = new Float64Array(capacity);
  const latency = new Float64Array(capacity);
  const failed = new Uint8Array(capacity);
  let recorded = 0;

  return {
    record(outcome) {
      const slot = recorded % capacity;
      at[slot] = clock.now();
      latency[slot] = outcome.latencyMs;
      failed[slot] = outcome.ok ? 0 : 1;
      recorded += 1;
    },
    report(breaker) {
      const since = clock.now() - windowMs;
      const latencies: number[] = [];
      let failures = 0;
      for (let slot = 0; slot < Math.min(recorded, capacity); slot += 1) {
        if ((at[slot] ?? 0) < since) continue;
        latencies.push(latency[slot] ?? 0);
        failures += failed[slot] ?? 0;
      }
      const requests = latencies.length;
      const errorRate = requests === 0 ? 0 : failures / requests;
      latencies.sort((a, b) => a - b);
      return {
        status: judge(errorRate, breaker),
        requests,
        errorRate,
        latencyMs: latencies[requests >> 1] ?? 0,
        breaker,
      };
    },
  };
}

function judge(errorRate: number, breaker: CircuitState): ConnectorHealth['status'] {
  if (breaker === 'open' || errorRate >= 0.5) return 'unhealthy';
  return breaker === 'half-open' || errorRate >= 0.05 ? 'degraded' : 'healthy';
}
