import { abortable } from '../clock/abortable.ts';
import { startTimer } from '../clock/start-timer.ts';
import { systemClock } from '../clock/system-clock.ts';
import { createBudgetShare } from './budget-share.ts';
import { createConcurrencyLearner } from './governor-concurrency.ts';
import { createLanes, type Priority, type Turn } from './governor-lanes.ts';
import { type Limit, type Start, usable } from './governor-limit.ts';
import { type GovernorOptions, readCost, readWindows } from './governor-options.ts';
import { createQuotaGuard } from './governor-quota.ts';
import type { LimitReading } from './limit-headers.ts';
import { createRateLearner } from './rate-learner.ts';
import { createRateWindow, mostCost, type RateLimit } from './rate-window.ts';
import { createThrottleDetector } from './throttle-detector.ts';

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
  /** Of a repeated request. @default 1 */
  readonly cost?: number | undefined;
  /** Latencies are compared with those of the same operation. */
  readonly operation?: string | undefined;
  /**
   * The vendor says "too many" in its own way, not by 429: Salesforce by a 403 with
   * `REQUEST_LIMIT_EXCEEDED`. Told after the attempt itself, whose latency is known by then.
   */
  readonly throttled?: boolean | undefined;
  /**
   * Only more about an attempt that was told before: how long its 429 asks to wait in the words of the
   * plugin. It is not counted, or learned from, once more.
   * @default false
   */
  readonly isCounted?: boolean | undefined;
}

/** What a governor knows now. */
export interface GovernorState {
  /** Most operations at a time at present: of this process, and as the latency allows. */
  readonly concurrency: number;
  /** Learned from throttling. Absent while nothing is learned. */
  readonly ratePerSecond?: number | undefined;
  /** Nothing starts before, milliseconds since the epoch. Absent while not paused. */
  readonly pausedUntil?: number | undefined;
  /** What the vendor says is left. */
  readonly limits: readonly LimitReading[];
  /** Processes that share the budget, as far as known. */
  readonly workers: number;
}

/** How a piece of work is to be run. */
export interface RunOptions {
  /** @default 'interactive' */
  readonly priority?: Priority | undefined;
  /**
   * What it costs of the `rate`, for example the number of records or of batch parts. More than the
   * smallest window has counts as much as that has.
   * @default 1
   */
  readonly cost?: number | undefined;
  /** An aborted caller leaves the queue at once with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The budget of one vendor tenant. Make one and give it to all connectors of the tenant, and they
 * share it; a client that is given none makes its own.
 */
export interface Governor {
  /**
   * Runs `work` when there is room: interactive before backfill, else first come, first served. While
   * both wait, every tenth start is backfill's. Backfill leaves a tenth of each limit to interactive work.
   *
   * A place is held until `work` settles: with a streamed answer until its headers, so that a reader who
   * calls the vendor for every record does not wait for itself.
   */
  run<T>(work: () => Promise<T>, options?: RunOptions): Promise<T>;
  /**
   * A 429 or 503 that names a time pauses further starts until then. What else is learned: see
   * `GovernorOptions.adaptive`.
   */
  observe(outcome: AttemptOutcome): void;
  /** For health; absent in governors that learn nothing. */
  state?(): GovernorState;
  /**
   * A budget beside this one, for requests that have a further limit of their own, such as batches. It is
   * one for each name, with the same concurrency, and shared with the same processes.
   */
  beside?(name: string, rate: RateLimit | readonly RateLimit[]): Governor;
  readonly running: number;
  readonly waiting: number;
}

interface Waiter {
  readonly cost: number;
  readonly start: () => void;
}

/**
 * Makes the governor of a vendor tenant.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for limits below 1
 */
export function createGovernor(options: GovernorOptions = {}): Governor {
  const { clock = systemClock, adaptive = true, shared, logger } = options;
  const { windows, concurrency, maxPauseMs } = readWindows(options);
  const highestCost = mostCost(windows);
  const share =
    shared &&
    createBudgetShare({
      store: shared.store,
      name: shared.name,
      worker: shared.worker ?? crypto.randomUUID(),
      windows,
      maxPauseMs,
      now: () => clock.now(),
      random: options.random ?? Math.random,
      logger,
      onChange: () => pump(),
    });
  const rate = createRateLearner(() => share?.workers ?? 1);
  const places = createConcurrencyLearner(concurrency);
  const quota = createQuotaGuard(maxPauseMs);
  const detectThrottling = createThrottleDetector();
  const limits: readonly Limit[] = [
    ...windows.map(createRateWindow),
    ...(adaptive ? [rate, quota] : []),
    ...(share === undefined ? [] : [share]),
  ];
  const lanes = createLanes<Waiter>();
  const others = new Map<string, Governor>();
  let running = 0;
  let pausedUntil = 0;
  let alarm: { readonly at: number; readonly stop: () => void } | undefined;

  const mostRunning = (): number =>
    Math.min(Math.floor(places.learned), share?.places(concurrency) ?? concurrency);

  function readyAt(start: Start): number {
    if (running >= usable(mostRunning(), start.keepsReserve)) return Infinity;
    let at = pausedUntil;
    for (const limit of limits) at = Math.max(at, limit.readyAt(start));
    return at;
  }

  function spend(start: Start): void {
    for (const limit of limits) limit.spend(start);
  }

  function startOf(turn: Turn<Waiter>, nowMs: number): Start {
    const isBackfill = turn.priority === 'backfill';
    const keepsReserve = isBackfill && !turn.isGuaranteed;
    return { nowMs, cost: turn.waiter.cost, isBackfill, keepsReserve };
  }

  function disarm(): void {
    alarm?.stop();
    alarm = undefined;
  }

  // The alarm is set only while somebody waits, so that an idle governor keeps no process alive.
  function arm(at: number, nowMs: number): void {
    // One that rings earlier looks again then.
    if (alarm !== undefined && alarm.at <= at) return;
    disarm();
    if (at === Infinity) return;
    const stop = startTimer(clock, at - nowMs, () => {
      alarm = undefined;
      pump();
    });
    alarm = { at, stop };
  }

  /** Starts all whose turn it is. */
  function pump(): void {
    for (let turn = lanes.next(); turn !== undefined; turn = lanes.next()) {
      const nowMs = clock.now();
      const start = startOf(turn, nowMs);
      const at = readyAt(start);
      if (at > nowMs) {
        arm(at, nowMs);
        return;
      }
      lanes.take(turn);
      running += 1;
      spend(start);
      turn.waiter.start();
    }
    disarm();
  }

  /** Resolves when it is the caller's turn; its place is taken by then. */
  function turnOf({ priority = 'interactive', cost = 1, signal }: RunOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) throw signal.reason;
      const leave = (): void => {
        lanes.remove(waiter, priority);
        reject(signal?.reason);
        pump();
      };
      const waiter: Waiter = {
        cost: Math.min(readCost(cost), highestCost),
        start() {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      lanes.add(waiter, priority);
      signal?.addEventListener('abort', leave, { once: true });
      pump();
    });
  }

  function learn(outcome: AttemptOutcome, nowMs: number): void {
    const { headers, latencyMs } = outcome;
    if (headers !== undefined) quota.observe(headers, nowMs);
    if (detectThrottling(outcome)) {
      rate.throttled({ sentAt: nowMs - latencyMs, pausedUntil, nowMs });
    } else if (outcome.status !== undefined && outcome.status < 500) {
      rate.accepted(nowMs);
    }
    places.observe(outcome, { nowMs, running });
  }

  return {
    async run(work, runOptions = {}) {
      await turnOf(runOptions);
      try {
        // Work that does not listen to the signal keeps neither the caller nor the place.
        return await abortable(work(), runOptions.signal);
      } finally {
        running -= 1;
        pump();
      }
    },
    observe(outcome) {
      const { status, retryAfterMs, repeated, throttled, cost = 1 } = outcome;
      const nowMs = clock.now();
      if (repeated) spend({ nowMs, cost, isBackfill: false, keepsReserve: false });
      if (retryAfterMs !== undefined && (throttled || status === 429 || status === 503)) {
        pausedUntil = Math.max(pausedUntil, nowMs + Math.min(retryAfterMs, maxPauseMs));
        share?.pause(pausedUntil);
      }
      if (adaptive && outcome.isCounted !== true) learn(outcome, nowMs);
    },
    state() {
      const nowMs = clock.now();
      return {
        concurrency: mostRunning(),
        ratePerSecond: rate.ratePerSecond === Infinity ? undefined : rate.ratePerSecond,
        pausedUntil: pausedUntil > nowMs ? pausedUntil : undefined,
        limits: quota.readings(nowMs),
        workers: share?.workers ?? 1,
      };
    },
    beside(name, ownRate) {
      const known = others.get(name);
      if (known !== undefined) return known;
      const other = createGovernor({
        ...options,
        rate: ownRate,
        // Requests pass this one too, which learns from them.
        adaptive: false,
        shared: shared && { ...shared, name: `${shared.name}/${name}` },
      });
      others.set(name, other);
      return other;
    },
    get running() {
      return running;
    },
    get waiting() {
      return lanes.size;
    },
  };
}
