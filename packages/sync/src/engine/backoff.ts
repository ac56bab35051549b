import type { Flow } from './flow.ts';

const firstDelayMs = 250;
const longestDelayMs = 30_000;

/** Waits before attempt `attempt` (from 1): doubled each time, jittered, never less than asked for. */
export async function backOff(
  flow: Flow,
  options: {
    readonly attempt: number;
    readonly signal: AbortSignal;
    readonly retryAfterMs?: number | undefined;
  },
): Promise<void> {
  const { attempt, signal, retryAfterMs = 0 } = options;
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
  const jittered = ceiling * (0.5 + flow.random() / 2);
  await flow.clock.sleep(Math.max(retryAfterMs, Math.round(jittered)), signal);
}
