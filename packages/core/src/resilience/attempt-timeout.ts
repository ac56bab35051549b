import { abortable } from '../clock/abortable.ts';
import { startTimer } from '../clock/start-timer.ts';
import type { Clock } from '../contract/clock.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { HttpTransport } from '../http/http-transport.ts';

/**
 * Ends an exchange that takes too long, socket and all. A stream has this time for its head, and
 * again for every chunk.
 *
 * The exchange rejects with `ERR_TIMEOUT`, or with the reason of the request's own signal.
 */
export function withAttemptTimeout(
  transport: HttpTransport,
  limits: { readonly timeoutMs: number; readonly clock: Clock },
): HttpTransport {
  const { timeoutMs, clock } = limits;
  return {
    close: () => transport.close(),
    async exchange(request) {
      const { signal } = request;
      if (signal.aborted) throw signal.reason;
      const attempt = new AbortController();
      const giveUp = (): void => attempt.abort(timedOut(timeoutMs));
      const follow = (): void => attempt.abort(signal.reason);
      const unfollow = (): void => signal.removeEventListener('abort', follow);
      signal.addEventListener('abort', follow);
      const stop = startTimer(clock, timeoutMs, giveUp);
      let streaming = false;
      try {
        const response = await abortable(
          transport.exchange({ ...request, signal: attempt.signal }),
          attempt.signal,
        );
        if (response.body instanceof Uint8Array) return response;
        streaming = true;
        const watch = { attempt, clock, timeoutMs, giveUp, end: unfollow };
        return { ...response, body: watched(response.body, watch) };
      } catch (error) {
        throw attempt.signal.aborted ? attempt.signal.reason : error;
      } finally {
        stop();
        if (!streaming) unfollow();
      }
    },
  };
}

async function* watched(
  body: AsyncIterable<Uint8Array>,
  watch: {
    readonly attempt: AbortController;
    readonly clock: Clock;
    readonly timeoutMs: number;
    readonly giveUp: () => void;
    readonly end: () => void;
  },
): AsyncGenerator<Uint8Array> {
  const { attempt, clock, timeoutMs, giveUp } = watch;
  let stop = startTimer(clock, timeoutMs, giveUp);
  try {
    for await (const chunk of body) {
      stop();
      // A reader that takes its time is not the server's fault.
      yield chunk;
      stop = startTimer(clock, timeoutMs, giveUp);
    }
  } catch (error) {
    throw attempt.signal.aborted ? attempt.signal.reason : error;
  } finally {
    stop();
    watch.end();
  }
}

function timedOut(timeoutMs: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_TIMEOUT',
    category: 'transient',
    message: `No answer within ${timeoutMs} ms. The request was cancelled. If the operation is a long one, raise attemptTimeoutMs.`,
  });
}
