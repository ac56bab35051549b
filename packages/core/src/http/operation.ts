import { startTimer } from '../clock/start-timer.ts';
import type { Clock } from '../contract/clock.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { OperationObserver } from '../observe/connector-observer.ts';
import type { HttpRequest } from './http-request.ts';

/** One call of `send` on its way through the pipeline. */
export interface Operation {
  readonly request: HttpRequest;
  /** Absolute, but where the strategy tells the base URL: then as it was given. */
  readonly url: string;
  readonly isIdempotent: boolean;
  /** Aborts with a `ConnectorError`: the caller left, the deadline passed, or the client closed. */
  readonly signal: AbortSignal;
  readonly correlationId: string | undefined;
  readonly observer: OperationObserver | undefined;
  /** Requests sent so far. */
  sent: number;
  /** A 401 is answered by signing in again once, however many attempts there are. */
  recovered: boolean;
  /** Whether the server may be acting on a request at this moment. */
  onWire: boolean;
  /** Whether it may have acted on the last attempt without telling. */
  lastIsUncertain: boolean;
  /** The same of any attempt. */
  isUncertain: boolean;
  latencyMs: number;
  remainingMs(): number;
  /** Since it was opened. */
  elapsedMs(): number;
  abort(reason: ConnectorError): void;
  /** From now on only the caller ends it, not the deadline: for streams. */
  stopDeadline(): void;
  end(): void;
}

const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/** Begins an operation: its deadline runs from here. */
export function openOperation(start: {
  readonly request: HttpRequest;
  readonly url: string;
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly correlationId: string | undefined;
  readonly observer?: OperationObserver | undefined;
}): Operation {
  const { request, clock, deadlineMs } = start;
  const controller = new AbortController();
  const openedAt = clock.now();
  const follow = (): void => controller.abort(abortedByCaller(request.signal));
  if (request.signal?.aborted === true) follow();
  else request.signal?.addEventListener('abort', follow);
  const stopDeadline = startTimer(clock, deadlineMs, () =>
    controller.abort(deadlineExceeded(deadlineMs)),
  );
  return {
    request,
    url: start.url,
    isIdempotent:
      request.idempotent ?? (!isWrite(request) || idempotentMethods.has(request.method)),
    signal: controller.signal,
    correlationId: start.correlationId,
    observer: start.observer,
    sent: 0,
    recovered: false,
    onWire: false,
    lastIsUncertain: false,
    isUncertain: false,
    latencyMs: 0,
    remainingMs: () => openedAt + deadlineMs - clock.now(),
    elapsedMs: () => clock.now() - openedAt,
    abort: (reason) => controller.abort(reason),
    stopDeadline,
    end() {
      stopDeadline();
      request.signal?.removeEventListener('abort', follow);
    },
  };
}

/** Whether the request is one that changes something. */
export function isWrite(request: HttpRequest): boolean {
  return !(request.readOnly ?? (request.method === 'GET' || request.method === 'HEAD'));
}

/** `ERR_ABORTED`, for whatever reason the caller had. */
export function abortedByCaller(signal: AbortSignal | undefined): ConnectorError {
  return new ConnectorError({
    code: 'ERR_ABORTED',
    category: 'transient',
    message: 'The call was aborted by its caller.',
    retryable: false,
    cause: signal?.reason,
  });
}

/** `ERR_ABORTED`, because the connection is closed. */
export function clientClosed(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_ABORTED',
    category: 'transient',
    message: 'The connection was closed. Connect again before the next call.',
    retryable: false,
  });
}

function deadlineExceeded(deadlineMs: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_DEADLINE_EXCEEDED',
    category: 'transient',
    message: `The operation took longer than ${deadlineMs} ms with all its waits and retries. Raise deadlineMs if it may.`,
  });
}
