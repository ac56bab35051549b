import type { Clock } from '@common/connector-core';

/** A clock on which back-offs pass at once, and which remembers them. */
export interface HastyClock extends Clock {
  /** The waits that were begun and pass at once, in milliseconds, oldest first. */
  readonly waits: readonly number[];
  /** Resolves when a wait of this kind begins. */
  nextWait(): Promise<void>;
  /** Lets the time limit pass that would pass first, if any is running. */
  passNextLimit(): void;
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

/**
 * Makes a clock for tests of what waits: back-offs of up to 9 seconds pass at once and take the time
 * along; anything longer is a time limit and stays real until `passNextLimit`.
 */
export function createHastyClock({ frozen = false }: HastyClockOptions = {}): HastyClock {
  const waits: number[] = [];
  const limits = new Map<() => void, number>();
  let aheadMs = 0;
  let announce: (() => void)[] = [];
  const now = (): number => Date.now() + aheadMs;

  return {
    now,
    waits,
    passNextLimit() {
      const [first] = [...limits].sort(([, a], [, b]) => a - b);
      if (first === undefined) return;
      const [pass, wakeAt] = first;
      aheadMs = Math.max(aheadMs, wakeAt - Date.now());
      pass();
    },
    nextWait: () => new Promise((resolve) => announce.push(resolve)),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const isHasty = milliseconds <= longestHastyWaitMs;
        const wakeAt = now() + milliseconds;
        let timer: NodeJS.Timeout | undefined;
        const abort = (): void => {
          clearTimeout(timer);
          limits.delete(wake);
          reject(signal?.reason);
        };
        const wake = (): void => {
          clearTimeout(timer);
          limits.delete(wake);
          signal?.removeEventListener('abort', abort);
          if (isHasty) aheadMs = Math.max(aheadMs, wakeAt - Date.now());
          resolve();
        };
        signal?.addEventListener('abort', abort, { once: true });
        if (!isHasty) {
          limits.set(wake, wakeAt);
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
