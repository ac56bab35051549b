import { channel } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';

/** A call of this process as it was on the wire. */
export interface ObservedCall {
  readonly origin: string;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: Buffer;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: Buffer;
}

const flatten = (
  headers: NodeJS.Dict<number | string | readonly string[]>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [[name.toLowerCase(), Array.isArray(value) ? value.join('\n') : String(value)]],
    ),
  );

/** Keeps what a method of a stream is given, and lets it go on. */
function keep(chunk: unknown, encoding: unknown, into: Buffer[]): void {
  if (typeof chunk === 'string') {
    into.push(
      Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'),
    );
  } else if (chunk instanceof Uint8Array) into.push(Buffer.from(chunk));
}

/**
 * Looks on at every call that this process makes through `node:http` and `node:https`, whoever makes it,
 * by Node's own diagnostics channels: nothing is patched globally, nothing on the wire changes, and
 * bodies are seen before anybody reads numbers into doubles.
 *
 * @returns ends it
 */
export function observeHttp(onCall: (call: ObservedCall) => void): () => void {
  const bodies = new WeakMap<ClientRequest, Buffer[]>();

  const onCreated = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    const chunks: Buffer[] = [];
    bodies.set(request, chunks);
    const { write, end } = request;
    // What `end` is given goes on to `write` or not, by the version of Node: one of both keeps it.
    let isEnding = false;
    request.write = ((chunk: unknown, ...rest: unknown[]) => {
      if (!isEnding) keep(chunk, rest[0], chunks);
      return Reflect.apply(write, request, [chunk, ...rest]);
    }) as typeof write;
    request.end = ((chunk?: unknown, ...rest: unknown[]) => {
      if (typeof chunk !== 'function') keep(chunk, rest[0], chunks);
      isEnding = true;
      return Reflect.apply(end, request, [chunk, ...rest]);
    }) as typeof end;
  };

  const onResponse = (message: unknown): void => {
    const { request, response } = message as {
      readonly request: ClientRequest;
      readonly response: IncomingMessage;
    };
    const chunks: Buffer[] = [];
    const { push } = response;
    let isOver = false;
    response.push = (chunk: unknown, encoding?: BufferEncoding) => {
      keep(chunk, encoding, chunks);
      if (chunk === null && !isOver && response.complete !== false) {
        isOver = true;
        const { host, protocol, method, path } = request;
        const port = /:\d+$/.exec(String(request.getHeader('host') ?? ''))?.[0] ?? '';
        onCall({
          origin: new URL(`${protocol}//${host}${port}`).origin,
          method,
          url: path,
          requestHeaders: flatten(request.getHeaders()),
          requestBody: Buffer.concat(bodies.get(request) ?? []),
          status: response.statusCode ?? 0,
          responseHeaders: flatten(response.headers),
          responseBody: Buffer.concat(chunks),
        });
      }
      return Reflect.apply(push, response, [chunk, encoding]);
    };
  };

  const created = channel('http.client.request.created');
  const answered = channel('http.client.response.finish');
  created.subscribe(onCreated);
  answered.subscribe(onResponse);
  return () => {
    created.unsubscribe(onCreated);
    answered.unsubscribe(onResponse);
  };
}
