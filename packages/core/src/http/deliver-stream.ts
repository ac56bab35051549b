import { startTimer } from '../clock/start-timer.ts';
import type { Clock } from '../contract/clock.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { HttpResponse } from './http-response.ts';
import type { Operation } from './operation.ts';

/** Who hears how the stream of an operation goes. */
interface StreamScope {
  readonly operation: Operation;
  readonly clock: Clock;
  /** Within this time somebody has to begin reading. */
  readonly timeoutMs: number;
  /** The error that the reader gets. */
  readonly fail: (thrown: unknown) => ConnectorError;
  /** The operation is over. May be called again. */
  readonly settle: (error?: ConnectorError) => void;
}

/**
 * Hands a stream to its reader. From now on not the deadline ends it, but the reader, the server,
 * an abort, or that nobody begins to read: a socket is not kept for ever. The turn of the governor is
 * over already: a reader who calls the vendor for every record must not wait for itself.
 */
export function deliverStream(
  response: HttpResponse,
  stream: AsyncIterable<Uint8Array>,
  scope: StreamScope,
): HttpResponse {
  const { operation, clock, timeoutMs, fail, settle } = scope;
  operation.stopDeadline();
  const begun = startTimer(clock, timeoutMs, () => operation.abort(unread(timeoutMs)));
  operation.signal.addEventListener('abort', () => {
    begun();
    settle(fail(operation.signal.reason));
  });
  return { ...response, stream: read(stream, { begun, fail, settle }) };
}

async function* read(
  stream: AsyncIterable<Uint8Array>,
  { begun, fail, settle }: Pick<StreamScope, 'fail' | 'settle'> & { readonly begun: () => void },
): AsyncGenerator<Uint8Array> {
  begun();
  let failure: ConnectorError | undefined;
  try {
    yield* stream;
  } catch (thrown) {
    failure = fail(thrown);
    throw failure;
  } finally {
    settle(failure);
  }
}

function unread(timeoutMs: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_TIMEOUT',
    category: 'transient',
    message: `Nobody began to read the stream within ${timeoutMs} ms, so it was closed. Read a stream as soon as it is there, or cancel it.`,
    retryable: false,
  });
}
