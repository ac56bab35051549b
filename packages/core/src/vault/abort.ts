import { abortable } from '../clock/abortable.ts';
import { ConnectorError } from '../errors/connector-error.ts';

/** Ends work whose caller has gone. */
export function checkAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new ConnectorError({
    code: 'ERR_ABORTED',
    category: 'transient',
    retryable: false,
    message: 'The call was aborted by its caller.',
    cause: signal.reason,
  });
}

/** Stops waiting for shared work when a caller goes; the work itself goes on for the others. */
export async function untilAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  try {
    return await abortable(work, signal);
  } catch (error) {
    checkAborted(signal);
    throw error;
  }
}
