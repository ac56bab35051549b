import { Duplex } from 'node:stream';
import { ConnectorError } from '@common/connector-core';

/** What jsforce may be given as a body; `getBuffer` is that of the package `form-data`. */
export type JsforceBody =
  | string
  | Uint8Array
  | URLSearchParams
  | { getBuffer(): Uint8Array }
  | AsyncIterable<Uint8Array | string>
  | null
  | undefined;

/** Most that a bulk job takes, see the limits of the Bulk API 2.0. */
const maxBytes = 150_000_000;

/** The two ends of a request that jsforce sees: it writes a body into it, and reads the answer from it. */
export function openExchange(): {
  readonly stream: Duplex;
  /** What is written, to its end. Whole, so that it can be sent again. */
  readonly written: Promise<Uint8Array>;
} {
  const body = collector();
  const { promise: written, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Uint8Array, _encoding, done) {
      done(body.add(chunk));
    },
    final(done) {
      resolve(body.whole());
      done();
    },
    destroy(error, done) {
      reject(error);
      done(error);
    },
  });
  // Whoever waits for the answer hears of failures there, and most requests write no body.
  stream.on('error', () => undefined);
  written.catch(() => undefined);
  return { stream, written };
}

/** The body in a form that can be sent again. */
export async function bodyOf(body: JsforceBody): Promise<string | Uint8Array | undefined> {
  if (body === null || body === undefined) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body instanceof URLSearchParams) return body.toString();
  // A form is a stream too, but one that knows what it holds.
  if ('getBuffer' in body) return body.getBuffer();
  const { add, whole } = collector();
  for await (const chunk of body) {
    const failure = add(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    if (failure !== null) throw failure;
  }
  return whole();
}

function collector() {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    /** Answers why it takes no more. */
    add(chunk: Uint8Array): ConnectorError | null {
      size += chunk.length;
      if (size > maxBytes) return tooLarge();
      chunks.push(chunk);
      return null;
    },
    whole: () => Buffer.concat(chunks),
  };
}

function tooLarge(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: `The body has more than ${maxBytes / 1_000_000} MB, which Salesforce takes in no bulk job. Split it.`,
    system: 'salesforce',
    operation: 'native',
    notExecuted: true,
  });
}
