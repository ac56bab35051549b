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
 * Answers at once what `work` answers, and gives the turn back when the operation is over: a stream
 * that is being read is work for the vendor as much as a request.
 */
export function holdTurn(
  run: (work: () => Promise<void>) => Promise<void>,
  work: () => Promise<HttpResponse>,
  onOver: (giveBack: () => void) => void,
): Promise<HttpResponse> {
  const isOver = new Promise<void>((resolve) => onOver(resolve));
  return new Promise((resolve, reject) => {
    run(async () => {
      const response = await work();
      resolve(response);
      if (response.stream !== undefined) await isOver;
    }).catch(reject);
  });
}

/**
 * Hands a stream to its reader. From now on not the deadline ends it, but the reader, the server,
 * an abort, or that nobody begins to read: a socket is not kept for ever.
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
