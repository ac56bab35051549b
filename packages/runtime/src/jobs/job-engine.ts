import type { JsonValue } from '@common/connector-core';
import type { StateTransaction } from '@common/connector-sync';
import type { JobSchedules } from '../schedules/job-schedules.ts';

/** Work to be done, now or later. */
export interface JobRequest {
  /** Names the kind of work: `work` takes the jobs of one queue. */
  readonly queue: string;
  /** Tenants take turns. */
  readonly tenant: string;
  /** Small: names and ids, not records. No secrets. */
  readonly data: JsonValue;
  /**
   * A UUID. The same one twice is one job, as long as the first is there.
   * @default a random one
   */
  readonly id?: string | undefined;
  /**
   * Not before this instant, milliseconds since the Unix epoch.
   * @default at once
   */
  readonly runAt?: number | undefined;
  /**
   * How often it is tried in all; a process that dies counts as a try.
   * @default 20
   */
  readonly attempts?: number | undefined;
}

/** A job in the hands of a worker. */
export interface Job {
  readonly id: string;
  readonly queue: string;
  readonly tenant: string;
  readonly data: JsonValue;
  /** 1 for the first try. */
  readonly attempt: number;
}

/** What a handler gets beside its job. */
export interface JobContext {
  /** Aborted when the job was cancelled, given to somebody else, or when the worker closes. */
  readonly signal: AbortSignal;
  /**
   * Tells that the work goes on. The engine does it by itself; call it where the event loop was busy for
   * long, and before something that must not happen twice.
   *
   * @throws ConnectorError `ERR_JOB_LOST` when the job is not ours any more
   */
  heartbeat(): Promise<void>;
}

/**
 * Does a job. It may run twice (its process died before the job was marked done): make its effect the
 * same. An error brings it back after a wait: `retryAfterMs` of a `ConnectorError`, else a growing one.
 */
export type JobHandler = (job: Job, context: JobContext) => Promise<void>;

/** How a worker works. */
export interface WorkOptions {
  /**
   * Jobs at the same time in this worker.
   * @default 4
   */
  readonly concurrency?: number | undefined;
  /**
   * Jobs of one tenant at the same time, in all workers together.
   * @default 2
   */
  readonly tenantConcurrency?: number | undefined;
}

/** A worker that was started. */
export interface JobWorker {
  /** Takes no more jobs, aborts those under way and gives them back. */
  close(): Promise<void>;
}

/**
 * Runs jobs at least once, on any number of processes that may die at any time. Implementations:
 * `sqlJobEngine` (in the process, in the database of the state) and `pgBossEngine`.
 * `jobEngineConformance` proves one.
 */
export interface JobEngine {
  /** Whether jobs survive the process. */
  readonly durable: boolean;
  /** Jobs that begin by cron. */
  readonly schedules: JobSchedules;
  /**
   * Adds jobs.
   *
   * @param options.within - a transaction of the store: the jobs are there if and only if it commits
   * @returns their ids
   */
  enqueue(
    jobs: readonly JobRequest[],
    options?: { readonly within?: StateTransaction | undefined },
  ): Promise<readonly string[]>;
  /**
   * Has this engine's worker look for jobs at once. For after a transaction that `within` was given:
   * when it commits, the engine does not learn. Without it a job waits for the next look, a second at most.
   */
  wake(queue: string): void;
  /** Takes jobs of a queue, and has the schedules watched. One handler per queue and engine. */
  work(queue: string, handler: JobHandler, options?: WorkOptions): JobWorker;
  /** Removes a job; one that is under way has its signal aborted. Answers whether it was there. */
  cancel(job: { readonly queue: string; readonly id: string }): Promise<boolean>;
  /** Closes all workers. Not the store. */
  close(): Promise<void>;
}
