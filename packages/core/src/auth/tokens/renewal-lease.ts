import { abortable } from '../../clock/abortable.ts';
import { startTimer } from '../../clock/start-timer.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import type { AuthContext } from '../auth-strategy.ts';

/** As long as others may keep us waiting. */
const longestWaitMs = 90_000;
/** Two token requests, each bounded by the transport, and the store. */
const longestWorkMs = 75_000;

/**
 * Runs a renewal under the lease of the store, both bounded in time. `work` gets the signal of that
 * bound in place of the caller's: a caller that leaves must not cut a rotation in half.
 *
 * @throws ConnectorError `ERR_TRANSIENT` when others keep the lease for too long, `ERR_TIMEOUT` when
 *   the work takes too long
 */
export async function runUnderLease<T>(
  context: AuthContext,
  work: (context: AuthContext) => Promise<T>,
): Promise<T> {
  const { tokens, connection, clock } = context;
  const workInTime = async (): Promise<T> => {
    const limit = new AbortController();
    const stop = startTimer(clock, longestWorkMs, () => limit.abort(tooSlow()));
    try {
      return await abortable(work({ ...context, signal: limit.signal }), limit.signal);
    } finally {
      stop();
    }
  };
  if (tokens.withLease === undefined) return workInTime();
  const waiting = new AbortController();
  const stop = startTimer(clock, longestWaitMs, () => waiting.abort(renewalContended()));
  const start = (): Promise<T> => {
    stop();
    return workInTime();
  };
  try {
    return await tokens.withLease(connection, start, { signal: waiting.signal });
  } catch (error) {
    throw waiting.signal.aborted ? waiting.signal.reason : error;
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
