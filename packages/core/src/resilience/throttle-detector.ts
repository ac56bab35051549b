import type { AttemptOutcome } from './governor.ts';

/** One refusal may be a glitch, or another app's: so many of the last answers have to be ones. */
const memory = 10;
const fewest = 3;

/**
 * Tells whether the vendor says "too many requests" for good: the third refusal (429, 503, or in its own
 * words) among the last ten answers. The pause that a single one asks for is kept all the same; it is no
 * reason to send slower for minutes.
 */
export function createThrottleDetector(): (outcome: AttemptOutcome) => boolean {
  let refused: readonly boolean[] = [];
  return ({ status, throttled = false }) => {
    if (status === undefined && !throttled) return false;
    const isRefusal = throttled || status === 429 || status === 503;
    refused = [...refused.slice(1 - memory), isRefusal];
    return isRefusal && refused.filter(Boolean).length >= fewest;
  };
}
