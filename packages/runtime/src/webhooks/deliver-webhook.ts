import {
  type Clock,
  ConnectorError,
  type HttpTransport,
  parseRetryAfter,
} from '@common/connector-core';

/** What became of a try. */
export interface DeliveryAnswer {
  /** Absent when no answer came. */
  readonly status: number | undefined;
  readonly ok: boolean;
  /** 410: the receiver wants no more of it. */
  readonly gone: boolean;
  readonly retryAfterMs: number | undefined;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
}

/**
 * Sends one request. 2xx is success; a redirect is a failure, for it would take the data elsewhere. The
 * body of the answer is not read.
 */
export async function deliverWebhook(options: {
  readonly transport: HttpTransport;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Promise<DeliveryAnswer> {
  const { transport, url, headers, body, timeoutMs, clock, signal } = options;
  const ended = new AbortController();
  const late = new AbortController();
  const timer = clock
    .sleep(timeoutMs, ended.signal)
    .then(() => late.abort(tooLate(timeoutMs)))
    .catch(() => undefined);
  try {
    const response = await transport.exchange({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'common-connectors',
        ...headers,
      },
      body,
      signal: AbortSignal.any([signal, late.signal]),
      maxBytes: 1_048_576,
      stream: true,
    });
    if (Symbol.asyncIterator in response.body) {
      await response.body[Symbol.asyncIterator]().return?.();
    }
    return answerOf(response.status, response.headers, clock.now());
  } catch (error) {
    // The worker closes, or has lost the lane: that is no answer of the receiver.
    signal.throwIfAborted();
    const failure = late.signal.aborted ? (late.signal.reason as ConnectorError) : error;
    return unanswered(failure);
  } finally {
    ended.abort();
    await timer;
  }
}

/** A try that no answer came of. */
export function unanswered(error: unknown): DeliveryAnswer {
  const nothing = { status: undefined, ok: false, gone: false, retryAfterMs: undefined };
  return { ...nothing, ...described(error) };
}

function answerOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  now: number,
): DeliveryAnswer {
  const ok = status >= 200 && status < 300;
  const isRedirect = status >= 300 && status < 400;
  return {
    status,
    ok,
    gone: status === 410,
    retryAfterMs: parseRetryAfter(headers, now),
    errorCode: ok ? undefined : 'ERR_WEBHOOK_REFUSED',
    errorMessage: ok
      ? undefined
      : isRedirect
        ? `The endpoint redirects (HTTP ${status}), which is not followed. Register the address it leads to.`
        : `The endpoint answered HTTP ${status}.`,
  };
}

function described(error: unknown): { readonly errorCode: string; readonly errorMessage: string } {
  if (ConnectorError.isInstance(error))
    return { errorCode: error.code, errorMessage: error.message };
  const { code } = error as { readonly code?: unknown };
  const reason = typeof code === 'string' ? code : 'unknown';
  return {
    errorCode: 'ERR_NETWORK',
    errorMessage: `The endpoint did not answer (${reason}). Check its address, its certificate and that it is up.`,
  };
}

function tooLate(timeoutMs: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_TIMEOUT',
    category: 'transient',
    message: `The endpoint did not answer within ${timeoutMs / 1000} s. It should store what it gets, answer, and work on it after that.`,
  });
}
