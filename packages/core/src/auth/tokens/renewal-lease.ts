import { abortable } from '../../clock/abortable.ts';
import { startTimer } from '../../clock/start-timer.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import type { AuthContext } from '../auth-strategy.ts';

/** As long as others may keep us waiting. */
const longestWaitMs = 90_000;
/** Two token requests, each bounded by the transport, and the store. */
const longestWorkMs = 75_000;

/** Between looks at what the holder of the lease may have stored. */
const firstLookMs = 50;
const longestLookMs = 500;

/**
 * Runs a renewal under the lease of the store, both bounded in time. `work` gets the signal of that
 * bound in place of the caller's: a caller that leaves must not cut a rotation in half.
 *
 * @param look - asked while others have the lease: who finds what they stored need not queue for it
 * @throws ConnectorError `ERR_TRANSIENT` when others keep the lease for too long, `ERR_TIMEOUT` when
 *   the work takes too long; what `look` throws
 */
export async function runUnderLease<T>(
  context: AuthContext,
  work: (context: AuthContext) => Promise<T>,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const { tokens, connection, clock } = context;
  if (tokens.withLease === undefined) return inTime(context, work);
  const waiting = new AbortController();
  const watching = new AbortController();
  const stopTimer = startTimer(clock, longestWaitMs, () => waiting.abort(renewalContended()));
  let isGranted = false;
  const leased = tokens.withLease(
    connection,
    () => {
      isGranted = true;
      stopTimer();
      watching.abort();
      return inTime(context, work);
    },
    { signal: waiting.signal },
  );
  const watch = async (): Promise<T> => {
    for (let pauseMs = firstLookMs; ; pauseMs = Math.min(pauseMs * 2, longestLookMs)) {
      await clock.sleep(pauseMs, watching.signal).catch(() => undefined);
      if (watching.signal.aborted) return leased;
      const found = await look();
      if (isGranted) return leased;
      if (found !== undefined) return found;
    }
  };
  try {
    return await Promise.race([leased, watch()]);
  } catch (error) {
    throw !isGranted && waiting.signal.aborted ? waiting.signal.reason : error;
  } finally {
    stopTimer();
    watching.abort();
    // Out of the queue, if still in it.
    leased.catch(() => undefined);
    if (!isGranted) waiting.abort();
  }
}

async function inTime<T>(
  context: AuthContext,
  work: (context: AuthContext) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const stop = startTimer(context.clock, longestWorkMs, () => limit.abort(tooSlow()));
  try {
    return await abortable(work({ ...context, signal: limit.signal }), limit.signal);
  } finally {
    stop();
  }
}

/** Others were first too often, or one of them does not come to an end. */
export function renewalContended(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_TRANSIENT',
    category: 'transient',
    message:
      'Other processes renew the token of this connection again and again, or one of them does not finish. Try again later.',
    notExecuted: true,
  });
}

function tooSlow(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_TIMEOUT',
    category: 'transient',
    message: `The sign-in took more than ${longestWorkMs / 1000} seconds. Try again later.`,
    notExecuted: true,
  });
}
