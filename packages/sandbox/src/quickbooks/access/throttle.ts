import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';

/** How many requests one company takes from one app, by the sandbox's clock. */
export interface QuickbooksLimits {
  /** @default 10 */
  readonly perSecond?: number | undefined;
  /** @default 500 */
  readonly perMinute?: number | undefined;
  /** Of `/batch` alone. @default 40 */
  readonly batchesPerMinute?: number | undefined;
}

export interface Throttle {
  /** Counts a request; false when it is one too many, which then is not counted. */
  admit(realmId: string, isBatch: boolean): boolean;
}

interface Window {
  readonly spanMs: number;
  readonly limit: number;
  readonly isForBatches: boolean;
}

// Sources: quickbooks facts 2.8.
export function createThrottle(clock: SandboxClock, limits: QuickbooksLimits): Throttle {
  const windows: readonly Window[] = [
    { spanMs: 1_000, limit: limits.perSecond ?? 10, isForBatches: false },
    { spanMs: 60_000, limit: limits.perMinute ?? 500, isForBatches: false },
    { spanMs: 60_000, limit: limits.batchesPerMinute ?? 40, isForBatches: true },
  ];
  const seen = new Map<string, number[]>();

  return {
    admit(realmId, isBatch) {
      const now = clock.now();
      const counted: number[][] = [];
      for (const [index, { spanMs, limit, isForBatches }] of windows.entries()) {
        if (isForBatches && !isBatch) continue;
        const key = `${realmId} ${index}`;
        const recent = (seen.get(key) ?? []).filter((at) => at > now - spanMs && at <= now);
        seen.set(key, recent);
        if (recent.length >= limit) return false;
        counted.push(recent);
      }
      for (const recent of counted) recent.push(now);
      return true;
    },
  };
}
