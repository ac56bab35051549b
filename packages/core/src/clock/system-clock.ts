import type { Clock } from '../contract/clock.ts';

// A longer setTimeout fires at once.
const longestTimerMs = 2_147_483_647;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      let remainingMs = milliseconds;
      const tick = (): void => {
        if (remainingMs > longestTimerMs) {
          remainingMs -= longestTimerMs;
          timer = setTimeout(tick, longestTimerMs);
          return;
        }
        timer = setTimeout(done, remainingMs);
      };
      const done = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      let timer: NodeJS.Timeout | undefined;
      tick();
      signal?.addEventListener('abort', abort, { once: true });
    }),
};
