import type { Clock } from '../contract/clock.ts';

// A reason of our own spares the DOMException, with its stack, that abort() would make.
const stopped = 'timer stopped';

/** Calls `ring` once after a while, unless it is stopped before. @returns stops the timer */
export function startTimer(clock: Clock, milliseconds: number, ring: () => void): () => void {
  const stop = new AbortController();
  clock.sleep(milliseconds, stop.signal).then(ring, () => undefined);
  return () => stop.abort(stopped);
}
