import type { AttemptOutcome } from './governor.ts';

/** A 503 may be a glitch: so many of the last answers have to be ones. */
const memory = 10;
const fewest = 3;

/**
 * Tells whether an answer means "too many requests": each 429, and a 503 that names a time or is the third
 * among the last ten answers.
 */
export function createThrottleDetector(): (outcome: AttemptOutcome) => boolean {
  let unavailable: readonly boolean[] = [];
  return ({ status, retryAfterMs }) => {
    if (status === undefined) return false;
    unavailable = [...unavailable.slice(1 - memory), status === 503];
    if (status === 429) return true;
    if (status !== 503) return false;
    return retryAfterMs !== undefined || unavailable.filter(Boolean).length >= fewest;
  };
}
