import type { Clock, Logger } from '@common/connector-core';
import { redact } from '@common/connector-core';
import type { Job, JobHandler } from './job-engine.ts';
import { jobLost, workerClosing } from './job-lost.ts';

/** Where a worker gets its jobs, and what it says of them. */
export interface WorkSource<Claimed extends Job> {
  claim(limit: number): Promise<readonly Claimed[]>;
  /** Answers the ids of those that are still ours. */
  beat(jobs: readonly Claimed[]): Promise<ReadonlySet<string>>;
  complete(job: Claimed): Promise<void>;
  fail(job: Claimed, error: unknown): Promise<void>;
  giveBack(job: Claimed): Promise<void>;
}

export interface WorkerOptions<Claimed extends Job> {
  readonly source: WorkSource<Claimed>;
  readonly handler: JobHandler;
  readonly concurrency: number;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  readonly pollMs: number;
  readonly beatMs: number;
}

/** How long a handler may take to notice that it is aborted. */
const closeWaitMs = 30_000;

/** The loop of a worker: claim, do, say so; beat meanwhile. */
export function startWorker<Claimed extends Job>(options: WorkerOptions<Claimed>) {
  const { source, handler, concurrency, clock, logger, pollMs, beatMs } = options;
  const closing = new AbortController();
  const active = new Map<string, { readonly job: Claimed; readonly lost: AbortController }>();
  const running = new Set<Promise<void>>();
  let waking = new AbortController();

  const report = (message: string, error: unknown): void =>
    logger?.warn(message, { reason: error instanceof Error ? redact(error.message) : 'unknown' });

  function wake(): void {
    waking.abort();
  }

  async function pause(milliseconds: number): Promise<void> {
    await clock
      .sleep(milliseconds, AbortSignal.any([closing.signal, waking.signal]))
      .catch(() => undefined);
    if (waking.signal.aborted) waking = new AbortController();
  }

  async function beat(jobs: readonly Claimed[]): Promise<void> {
    const kept = await source.beat(jobs);
    for (const { id } of jobs) if (!kept.has(id)) active.get(id)?.lost.abort(jobLost(id));
  }

  async function work(job: Claimed): Promise<void> {
    const lost = new AbortController();
    active.set(job.id, { job, lost });
    const signal = AbortSignal.any([lost.signal, closing.signal]);
    const { id, queue, tenant, data, attempt } = job;
    try {
      // Claimed while the worker was told to close.
      if (closing.signal.aborted) return await source.giveBack(job);
      try {
        await handler(
          { id, queue, tenant, data, attempt },
          {
            signal,
            async heartbeat() {
              lost.signal.throwIfAborted();
              await beat([job]);
              lost.signal.throwIfAborted();
            },
          },
        );
      } catch (error) {
        // Cancelled, or somebody else's by now: there is nothing to say of it.
        if (lost.signal.aborted) return;
        if (closing.signal.aborted) return await source.giveBack(job);
        report(`The job ${id} of the queue ${queue} failed, try ${attempt}.`, error);
        return await source.fail(job, error);
      }
      await source.complete(job);
    } catch (error) {
      // What became of it was not stored: its heartbeat ends, and it is given out again.
      report(`The end of the job ${id} could not be stored; it will run again.`, error);
    } finally {
      active.delete(id);
    }
  }

  async function claiming(): Promise<void> {
    while (!closing.signal.aborted) {
      let isIdle = true;
      try {
        const free = concurrency - running.size;
        const jobs = free > 0 ? await source.claim(free) : [];
        for (const job of jobs) {
          const working: Promise<void> = work(job).finally(() => {
            running.delete(working);
            wake();
          });
          running.add(working);
        }
        isIdle = jobs.length === 0 || running.size >= concurrency;
      } catch (error) {
        report('Jobs could not be fetched; it is tried again.', error);
      }
      if (isIdle) await pause(pollMs);
    }
  }

  async function beating(): Promise<void> {
    while (!closing.signal.aborted) {
      await clock.sleep(beatMs, closing.signal).catch(() => undefined);
      if (active.size === 0) continue;
      await beat([...active.values()].map(({ job }) => job)).catch((error: unknown) =>
        report('A heartbeat could not be stored.', error),
      );
    }
  }

  const loops = [claiming(), beating()];
  return {
    wake,
    abort(id: string, reason: Error): void {
      active.get(id)?.lost.abort(reason);
    },
    async close(): Promise<void> {
      if (!closing.signal.aborted) closing.abort(workerClosing());
      await Promise.all(loops);
      const waited = new AbortController();
      await Promise.race([
        Promise.all(running),
        clock.sleep(closeWaitMs, waited.signal).catch(() => undefined),
      ]);
      waited.abort();
    },
  };
}
