import type { Sync } from '@common/connector-sync';
import { type FlowName, pageStep, retryOf, type StepReport } from './page-step.ts';

/** What is used of `@temporalio/activity`: `Context.current` and `ApplicationFailure.create` fit. */
export interface TemporalActivity {
  context(): { heartbeat(): void; readonly cancellationSignal: AbortSignal };
  failure(options: {
    readonly message: string;
    readonly type: string;
    readonly nonRetryable: boolean;
    readonly nextRetryDelay?: number;
  }): Error;
}

export function temporalActivities(options: {
  readonly temporal: TemporalActivity;
  /** Makes the sync of a flow: the same store in every worker. */
  readonly syncOf: (name: FlowName) => Sync | Promise<Sync>;
}) {
  const { temporal, syncOf } = options;
  return {
    async syncPage(name: FlowName): Promise<StepReport> {
      const context = temporal.context();
      // Heartbeats bring the cancellation; without them the signal is never aborted.
      const beating = setInterval(() => context.heartbeat(), 5_000);
      try {
        const sync = await syncOf(name);
        return await pageStep(sync, { mode: name.mode, signal: context.cancellationSignal });
      } catch (error) {
        // A cancellation has to come out as it came in.
        context.cancellationSignal.throwIfAborted();
        const { code, isFinal, delayMs } = retryOf(error);
        throw temporal.failure({
          message: error instanceof Error ? error.message : code,
          type: code,
          nonRetryable: isFinal,
          ...(delayMs === undefined ? {} : { nextRetryDelay: delayMs }),
        });
      } finally {
        clearInterval(beating);
      }
    },
  };
}
