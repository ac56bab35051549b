import type { Clock } from '@common/connector-core';

/** A clock on which back-offs pass at once, and which remembers them. */
export interface HastyClock extends Clock {
  /** The waits that were begun and pass at once, in milliseconds, oldest first. */
  readonly waits: readonly number[];
  /** Resolves when a wait of this kind begins. */
  nextWait(): Promise<void>;
}

export interface HastyClockOptions {
  /** Waits never end but by abort. @default false */
  readonly frozen?: boolean;
}

/**
 * Back-offs are short, time limits are long: waits up to this pass at once and take the time along,
 * longer ones stay real, so that no request times out while its answer is on the way.
 */
const longestHastyWaitMs = 9_000;

export function createHastyClock({ frozen = false }: HastyClockOptions = {}): HastyClock {
  const waits: number[] = [];
  let aheadMs = 0;
  let announce: (() => void)[] = [];
  const now = (): number => Date.now() + aheadMs;

  return {
    now,
    waits,
    nextWait: () => new Promise((resolve) => announce.push(resolve)),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const isHasty = milliseconds <= longestHastyWaitMs;
        const wakeAt = now() + milliseconds;
        let timer: NodeJS.Timeout | undefined;
        const abort = (): void => {
          clearTimeout(timer);
          reject(signal?.reason);
        };
        const wake = (): void => {
          signal?.removeEventListener('abort', abort);
          if (isHasty) aheadMs = Math.max(aheadMs, wakeAt - Date.now());
          resolve();
        };
        signal?.addEventListener('abort', abort, { once: true });
        if (!isHasty) {
          timer = setTimeout(wake, milliseconds);
          timer.unref();
          return;
        }
        waits.push(milliseconds);
        if (!frozen) timer = setTimeout(wake, 0);
        for (const tell of announce) tell();
        announce = [];
      }),
  };
}
