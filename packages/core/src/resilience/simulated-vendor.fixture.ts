import type { ManualClock } from '../clock/manual-clock.ts';
import type { AttemptOutcome, Governor } from './governor.ts';
import type { Priority } from './governor-lanes.ts';

/** A vendor that allows so many requests per second, and answers after a while. */
export interface SimulatedVendor {
  ratePerSecond: number;
  /** By how many requests are under way. */
  latencyMs: (inFlight: number) => number;
  /** Told with every 429. */
  retryAfterMs: number | undefined;
  readonly inFlight: number;
  /** When each request came, and how it went. */
  readonly log: readonly { readonly at: number; readonly ok: boolean }[];
  /** What was accepted, or sent, per second of a stretch of time. */
  rate(kind: 'accepted' | 'sent', fromMs: number, untilMs: number): number;
  call(): Promise<Omit<AttemptOutcome, 'repeated'>>;
}

/** Counts as a token bucket of half a second, as many gateways do. */
export function simulatedVendor(
  clock: ManualClock,
  ratePerSecond: number,
  latencyMs: SimulatedVendor['latencyMs'] = () => 50,
): SimulatedVendor {
  const log: { at: number; ok: boolean }[] = [];
  let tokens = ratePerSecond / 2;
  let filledAt = clock.now();
  let inFlight = 0;
  const vendor: SimulatedVendor = {
    ratePerSecond,
    latencyMs,
    retryAfterMs: undefined,
    log,
    get inFlight() {
      return inFlight;
    },
    rate: (kind, fromMs, untilMs) =>
      log.filter(({ at, ok }) => at >= fromMs && at < untilMs && (ok || kind === 'sent')).length /
      ((untilMs - fromMs) / 1000),
    async call() {
      const at = clock.now();
      const rate = vendor.ratePerSecond;
      if (at > filledAt) {
        tokens = Math.min(Math.max(1, rate / 2), tokens + ((at - filledAt) / 1000) * rate);
      }
      filledAt = at;
      const ok = tokens >= 1;
      if (ok) tokens -= 1;
      log.push({ at, ok });
      inFlight += 1;
      const takesMs = vendor.latencyMs(inFlight);
      await clock.sleep(takesMs);
      inFlight -= 1;
      return ok
        ? { status: 200, latencyMs: takesMs }
        : { status: 429, latencyMs: takesMs, retryAfterMs: vendor.retryAfterMs };
    },
  };
  return vendor;
}

/** Workers that call as fast as they may, until they are stopped. */
export function startWorkers(
  governor: Governor,
  vendor: SimulatedVendor,
  { count, priority }: { readonly count: number; readonly priority?: Priority },
): { stop(): Promise<void> } {
  let isOn = true;
  const work = async (): Promise<void> => {
    while (isOn) {
      await governor.run(
        async () => governor.observe({ ...(await vendor.call()), repeated: false }),
        { priority },
      );
    }
  };
  const workers = Array.from({ length: count }, work);
  return {
    async stop() {
      isOn = false;
      await Promise.all(workers);
    },
  };
}
