import { longestAskedMs } from '../jobs/retry-delay.ts';

/**
 * Waits between tries, as the Standard Webhooks specification suggests them: some 3 days in all. After
 * the last one it is a dead letter.
 */
export const standardWaitsMs: readonly number[] = [
  5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
];

/**
 * When to try again: as the ladder says, up to a fifth later so that not all come at once, and not
 * before the other side wants it (a day at most).
 *
 * @param attempts - tries so far
 * @returns `undefined` when there is no further try
 */
export function nextTry(options: {
  readonly waitsMs: readonly number[];
  readonly attempts: number;
  readonly now: number;
  readonly random: () => number;
  readonly retryAfterMs?: number | undefined;
}): number | undefined {
  const { waitsMs, attempts, now, random, retryAfterMs = 0 } = options;
  const waitMs = waitsMs[attempts - 1];
  if (waitMs === undefined) return undefined;
  const jittered = Math.ceil(waitMs * (1 + random() / 5));
  return now + Math.max(jittered, Math.min(retryAfterMs, longestAskedMs));
}
