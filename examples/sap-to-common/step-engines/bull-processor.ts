import type { Sync } from '@common/connector-sync';
import { type FlowName, pageStep, retryOf, type StepReport } from './page-step.ts';

/** What is used of a job of BullMQ. */
export interface BullJob {
  readonly data: FlowName;
  updateProgress(progress: object): Promise<void>;
  moveToDelayed(timestamp: number, token?: string): Promise<void>;
}

/** Pages of one job before others get their turn. */
const pagesPerTurn = 10;

/** Makes the processor of a `Worker`. */
export function bullProcessor(options: {
  readonly syncOf: (name: FlowName) => Sync | Promise<Sync>;
  /** `new DelayedError()` */
  readonly delayed: () => Error;
  /** `new UnrecoverableError(message)` */
  readonly unrecoverable: (message: string) => Error;
  /** Milliseconds since the Unix epoch. */
  readonly now?: () => number;
}) {
  const { syncOf, delayed, unrecoverable, now = Date.now } = options;
  return async (job: BullJob, token?: string, signal?: AbortSignal): Promise<StepReport> => {
    const sync = await syncOf(job.data);
    try {
      for (let page = 1; page <= pagesPerTurn; page += 1) {
        const step = { mode: job.data.mode, ...(signal === undefined ? {} : { signal }) };
        const report = await pageStep(sync, step);
        await job.updateProgress(report);
        if (!report.hasMore) return report;
      }
    } catch (error) {
      const { code, isFinal, delayMs } = retryOf(error);
      if (isFinal) throw unrecoverable(`${code}: ${error instanceof Error ? error.message : ''}`);
      // Whoever says when is asked again then, and that is no attempt. The rest is up to `attempts` and `backoff`.
      if (delayMs === undefined) throw error;
      await job.moveToDelayed(now() + delayMs, token);
      throw delayed();
    }
    await job.moveToDelayed(now(), token);
    throw delayed();
  };
}
