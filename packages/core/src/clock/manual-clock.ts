import type { Clock } from '../contract/clock.ts';

/** A clock that stands still until it is moved. For tests. */
export interface ManualClock extends Clock {
  /** How many sleepers are waiting. */
  readonly sleeping: number;
  /** Moves the time on, waking sleepers in order; work that they start gets its turn before the next one. */
  advance(milliseconds: number): Promise<void>;
  /**
   * Jumps from sleeper to sleeper until `work` settles, and answers as `work` does.
   *
   * @throws Error when `work` hangs although nobody sleeps
   */
  runUntil<T>(work: Promise<T>): Promise<T>;
}

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** Lets everything run that does not wait for time. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Makes a clock for tests.
 *
 * @param startMs - milliseconds since the epoch, 2026-01-01T00:00:00Z by default
 */
export function manualClock(startMs: number = Date.UTC(2026, 0, 1)): ManualClock {
  let nowMs = startMs;
  const sleepers = new Set<Sleeper>();

  const next = (): Sleeper | undefined => {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (first === undefined || sleeper.wakeAt < first.wakeAt) first = sleeper;
    }
    return first;
  };

  return {
    now: () => nowMs,
    sleep: (milliseconds, signal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const abort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          wakeAt: nowMs + Math.max(0, milliseconds),
          wake: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort, { once: true });
      }),
    get sleeping() {
      return sleepers.size;
    },
    async advance(milliseconds) {
      const untilMs = nowMs + milliseconds;
      await turn();
      for (let due = next(); due !== undefined && due.wakeAt <= untilMs; due = next()) {
        nowMs = Math.max(nowMs, due.wakeAt);
        sleepers.delete(due);
        due.wake();
        await turn();
      }
      nowMs = untilMs;
    },
    async runUntil(work) {
      let settled = false;
      const mark = (): void => {
        settled = true;
      };
      work.then(mark, mark);
      await turn();
      while (!settled) {
        const due = next();
        if (due === undefined) {
          // Promises may still be passing results on; only then is it a hang.
          for (let turns = 0; turns < 20 && !settled && sleepers.size === 0; turns += 1)
            await turn();
          if (!settled && sleepers.size === 0) {
            throw new Error('manualClock: the work hangs, and nobody sleeps');
          }
          continue;
        }
        nowMs = Math.max(nowMs, due.wakeAt);
        sleepers.delete(due);
        due.wake();
        await turn();
      }
      return work;
    },
  };
}
