import type { Clock } from '../contract/clock.ts';

const capacity = 256;
const windowMs = 5 * 60_000;

/** Remembers the last 256 operations of the last five minutes. */
export interface HealthWindow {
  record(outcome: { readonly ok: boolean; readonly latencyMs: number }): void;
  figures(): HealthFigures;
}

/** What the operations of the window say. */
export interface HealthFigures {
  readonly requests: number;
  /** 0 to 1. */
  readonly errorRate: number;
  /** Median. */
  readonly latencyMs: number;
  readonly p95LatencyMs: number;
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
    figures() {
      const since = clock.now() - windowMs;
      const latencies: number[] = [];
      let failures = 0;
      for (let slot = 0; slot < Math.min(recorded, capacity); slot += 1) {
        if ((at[slot] ?? 0) < since) continue;
        latencies.push(latency[slot] ?? 0);
        failures += failed[slot] ?? 0;
      }
      const requests = latencies.length;
      latencies.sort((a, b) => a - b);
      return {
        requests,
        errorRate: requests === 0 ? 0 : failures / requests,
        latencyMs: latencies[requests >> 1] ?? 0,
        // The nearest rank: an observed value, never one between two.
        p95LatencyMs: latencies[Math.ceil(requests * 0.95) - 1] ?? 0,
      };
    },
  };
}
