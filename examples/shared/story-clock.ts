import type { Clock } from '@common/connector-core';

/** Waits between attempts and polls are short, limits of time are long. */
const longestWaitMs = 9_000;

/** A clock that begins at an instant, on which short waits pass at once and limits of time never do. */
export function storyClock(beginsAt: string): Clock {
  let nowMs = Date.parse(beginsAt);
  return {
    now: () => nowMs,
    sleep: (waitMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        if (waitMs > longestWaitMs) return;
        nowMs += waitMs;
        setImmediate(resolve);
      }),
  };
}
