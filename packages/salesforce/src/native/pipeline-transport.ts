import type { Duplex } from 'node:stream';
import { type CallOptions, ConnectorError, type HttpRequest } from '@common/connector-core';
import type { SalesforceSession } from '../salesforce-session.ts';
import { isBulkResult, joinResultPages } from './join-result-pages.ts';
import { bodyOf, type JsforceBody, openExchange } from './request-body.ts';

/** A request as jsforce makes it; the address is absolute. */
interface JsforceRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: JsforceBody;
}

interface JsforceResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What jsforce uses of a transport: an answer that is a promise and a stream at once. */
export interface JsforceTransport {
  httpRequest(
    request: JsforceRequest,
    options?: { readonly encoding?: BufferEncoding | undefined },
  ): Promise<JsforceResponse> & { stream(): Duplex };
}

/** These are the pipeline's: it signs, knows how long a body is, and what it can decompress. */
const ownHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'connection',
  'host',
]);
const identityPath = /^\/id\/00D\w+\/005\w+$/;

/**
 * Sends what jsforce sends through the pipeline. Failures never reach jsforce as answers, so it neither
 * retries nor signs in again: that has happened already.
 *
 * @param call - holds for every request
 * @param onOrigin - hears where the org answered
 */
export function pipelineTransport(
  session: SalesforceSession,
  options: {
    readonly call: CallOptions;
    readonly origin: string;
    readonly onOrigin: (origin: string) => void;
  },
): JsforceTransport {
  const { call, onOrigin } = options;
  // Where the org is and was: addresses of old pages and jobs are still good after it has moved.
  const origins = new Set([options.origin, new URL(session.http.baseUrl).origin]);

  /** Relative where it is the org's own, so that the pipeline follows it; others it refuses. */
  const pathOf = (url: string): string => {
    const { origin, pathname, search, hash } = new URL(url, options.origin);
    // Of the key `A#1` the server would see `A`: another record.
    if (hash !== '') throw notEncoded();
    return origins.has(origin) || identityPath.test(pathname) ? pathname + search : url;
  };

  const send = async (
    { method, url, headers = {} }: JsforceRequest,
    body: HttpRequest['body'],
  ): ReturnType<SalesforceSession['http']['send']> => {
    const response = await session.http.send({
      ...call,
      method: method.toUpperCase() as HttpRequest['method'],
      url: pathOf(url),
      headers: Object.fromEntries(
        Object.entries(headers).filter(([name]) => !ownHeaders.has(name.toLowerCase())),
      ),
      body,
      operation: 'native',
    });
    const { origin } = new URL(response.url);
    origins.add(origin);
    onOrigin(origin);
    return response;
  };

  return {
    httpRequest(request, { encoding = 'utf8' } = {}) {
      const { stream, written } = openExchange();
      const answer = async (): Promise<JsforceResponse> => {
        try {
          // Without a body jsforce writes one into the stream.
          const isWritten =
            request.body === undefined && /^(?:POST|PUT|PATCH)$/i.test(request.method);
          const body = isWritten
            ? await untilAborted(written, call.signal)
            : await bodyOf(request.body);
          const first = await send(request, body);
          const { status, headers, bytes } = isBulkResult(request.url)
            ? await joinResultPages(first, (locator) => {
                const url = `${request.url}?locator=${encodeURIComponent(locator)}`;
                return send({ ...request, url }, undefined);
              })
            : first;
          stream.push(bytes);
          stream.push(null);
          return { statusCode: status, headers, body: Buffer.from(bytes).toString(encoding) };
        } catch (error) {
          stream.destroy();
          throw asJsforceTells(error);
        }
      };
      return Object.assign(answer(), { stream: () => stream });
    },
  };
}

/** Nobody waits for what is never written: the pipeline sends nothing after an abort, and says so. */
function untilAborted<Value>(
  value: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value | undefined> {
  if (signal === undefined) return value;
  return new Promise((resolve, reject) => {
    const leave = (): void => resolve(undefined);
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

function notEncoded(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message:
      'The address of the request has a "#", behind which nothing is sent. jsforce does not encode the external id of a single upsert: give a list with one record, or encode it.',
    system: 'salesforce',
    operation: 'native',
    notExecuted: true,
  });
}

/** jsforce, and code that was written for it, look for Salesforce's code in `errorCode`. */
function asJsforceTells(error: unknown): unknown {
  if (!ConnectorError.isInstance(error) || error.vendorCode === undefined) return error;
  return Object.assign(error, { errorCode: error.vendorCode });
}
