import PQueue from 'p-queue';
import { systemClock } from '../clock/system-clock.ts';
import type { Clock } from '../contract/clock.ts';

/** How a vendor tenant may be used. */
export interface GovernorOptions {
  /**
   * Most operations at the same time.
   * @default 10
   */
  readonly concurrency?: number | undefined;
  /**
   * Most requests within any stretch of time, for example `{ requests: 100, perMs: 60_000 }`.
   * @default no limit
   */
  readonly rate?: { readonly requests: number; readonly perMs: number } | undefined;
  /**
   * Longest pause that a `Retry-After` may impose on all callers.
   * @default 60_000
   */
  readonly maxPauseMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** What the pipeline tells about every attempt, so that a governor can learn from it. */
export interface AttemptOutcome {
  /** Absent when no answer came. */
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly latencyMs: number;
  /** How long the vendor asks everyone to wait. */
  readonly retryAfterMs?: number | undefined;
  /** Sent beyond the one that `run` counted: a retry, or a repetition after signing in again. */
  readonly repeated: boolean;
}

/**
 * The budget of one vendor tenant. Make one and give it to all connectors of the tenant, and they
 * share it; a client that is given none makes its own.
 */
export interface Governor {
  /** Runs `work` when there is room: interactive before backfill, else first come, first served. */
  run<T>(
    work: () => Promise<T>,
    options?: {
      readonly priority?: 'interactive' | 'backfill' | undefined;
      /** An aborted caller leaves the queue at once with the signal's reason. */
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<T>;
  /** A 429 or 503 that names a time pauses further starts until then. */
  observe(outcome: AttemptOutcome): void;
  readonly running: number;
  readonly waiting: number;
}

/** Makes the governor of a vendor tenant. */
export function createGovernor(options: GovernorOptions = {}): Governor {
  const { rate, clock = systemClock, maxPauseMs = 60_000 } = options;
  const queue = new PQueue({ concurrency: options.concurrency ?? 10 });
  const sentAt: number[] = [];
  let pausedUntil = 0;
  let alarm: AbortController | undefined;

  const blockedUntil = (): number => {
    if (rate === undefined || sentAt.length < rate.requests) return pausedUntil;
    return Math.max(pausedUntil, (sentAt[sentAt.length - rate.requests] ?? 0) + rate.perMs);
  };

  const count = (): void => {
    if (rate === undefined) return;
    sentAt.push(clock.now());
    if (sentAt.length > 2 * rate.requests) sentAt.splice(0, sentAt.length - rate.requests);
  };

  const disarm = (): void => {
    alarm?.abort();
    alarm = undefined;
  };

  // The alarm is set only while somebody waits, so that an idle governor keeps no process alive.
  const gate = (): void => {
    const waitMs = blockedUntil() - clock.now();
    if (waitMs <= 0) {
      disarm();
      if (queue.isPaused) queue.start();
      return;
    }
    if (!queue.isPaused) queue.pause();
    if (queue.size === 0) disarm();
    else if (alarm === undefined) {
      const mine = new AbortController();
      alarm = mine;
      clock.sleep(waitMs, mine.signal).then(
        () => {
          if (alarm !== mine) return;
          alarm = undefined;
          gate();
        },
        () => undefined,
      );
    }
  };

  return {
    async run(work, { priority = 'interactive', signal } = {}) {
      gate();
      const turn = queue.add(
        () => {
          count();
          gate();
          return work();
        },
        {
          priority: priority === 'interactive' ? 1 : 0,
          ...(signal === undefined ? {} : { signal }),
        },
      );
      if (queue.isPaused) gate();
      try {
        return await turn;
      } finally {
        if (alarm !== undefined && queue.size === 0) disarm();
      }
    },
    observe({ status, retryAfterMs, repeated }) {
      if (repeated) count();
      if (retryAfterMs !== undefined && (status === 429 || status === 503)) {
        pausedUntil = Math.max(pausedUntil, clock.now() + Math.min(retryAfterMs, maxPauseMs));
      }
      // A longer pause does not move the alarm: it looks again when it rings.
      if (repeated || pausedUntil > clock.now()) gate();
    },
    get running() {
      return queue.pending;
    },
    get waiting() {
      return queue.size;
    },
  };
}
