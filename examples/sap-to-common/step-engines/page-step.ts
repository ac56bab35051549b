import { ConnectorError } from '@common/connector-core';
import type { Sync } from '@common/connector-sync';

/** Which flow, in words that an engine can keep. */
export interface FlowName {
  readonly tenant: string;
  readonly flow: string;
  readonly mode?: 'incremental' | 'full';
}

/** What a step answers: small, plain JSON, for the engine's history. */
export interface StepReport {
  readonly hasMore: boolean;
  readonly read: number;
  readonly failed: number;
}

/** One page of a flow. Where the flow stands is in the store, not in the engine. */
export async function pageStep(
  sync: Sync,
  { mode, signal }: { readonly mode?: FlowName['mode']; readonly signal?: AbortSignal },
): Promise<StepReport> {
  const { hasMore, read, failed } = await sync.run({ mode, signal, maxPages: 1 });
  return { hasMore, read, failed };
}

/** What an engine has to know of an error: whether to try again, and when. */
export function retryOf(error: unknown) {
  if (!ConnectorError.isInstance(error)) {
    return { code: 'ERR_INTERNAL', isFinal: true, delayMs: undefined };
  }
  const { code, retryable, retryAfterMs: delayMs } = error;
  // A step that was cut off, or that another one has overtaken, is no mistake of the flow.
  const isFinal = !retryable && code !== 'ERR_ABORTED' && code !== 'ERR_LEASE_LOST';
  return { code, isFinal, delayMs };
}
