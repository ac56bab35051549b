import type { Agent as HttpAgent, IncomingMessage } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import type { AxiosAdapter, AxiosHeaders, InternalAxiosRequestConfig } from 'axios';
import type { TlsIdentity } from '../auth/auth-strategy.ts';
import type { NetworkPolicy } from '../network/network-policy.ts';
import { tooLarge } from './decode-body.ts';
import type { HttpBody } from './http-body.ts';
import type { HttpTransport, WireRequest, WireResponse } from './http-transport.ts';

/** How sockets are opened. */
export interface AxiosTransportOptions {
  /** Client certificate and trust; read when the first TLS socket opens. */
  readonly tls?: (() => TlsIdentity | Promise<TlsIdentity>) | undefined;
  /**
   * Longest time until a connection stands, TLS included. Past it nothing was sent, so any request
   * may be tried again.
   * @default 10_000
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Most sockets per origin.
   * @default 64
   */
  readonly maxSockets?: number | undefined;
  /** @default TLS 1.2 and up, no proxy, anywhere but metadata services */
  readonly network?: NetworkPolicy | undefined;
}

interface Loaded {
  readonly adapter: AxiosAdapter;
  readonly emptyHeaders: () => AxiosHeaders;
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** The default transport: axios with keep-alive. It is loaded at the first request. */
export function axiosTransport(options: AxiosTransportOptions = {}): HttpTransport {
  let loading: Promise<Loaded> | undefined;
  let loaded: Loaded | undefined;

  return {
    async exchange(request) {
      if (loaded === undefined) {
        loading ??= load(options).catch((error: unknown) => {
          // A certificate that could not be read may be there the next time.
          loading = undefined;
          throw error;
        });
        loaded = await loading;
      }
      return exchange(request, loaded);
    },
    async close() {
      const agents = loaded ?? (await loading);
      agents?.httpAgent.destroy();
      agents?.httpsAgent.destroy();
    },
  };
}

async function load(options: AxiosTransportOptions): Promise<Loaded> {
  const [axios, http, https, identity] = await Promise.all([
    import('axios'),
    import('node:http'),
    import('node:https'),
    options.tls?.(),
  ]);
  const { connectTimeoutMs = 10_000, maxSockets = 64 } = options;
  const agentOptions = { keepAlive: true, maxSockets };
  const httpAgent = new http.Agent(agentOptions);
  const httpsAgent = new https.Agent({
    ...agentOptions,
    minVersion: 'TLSv1.2',
    ...(identity as object | undefined),
  });
  limitConnecting(httpAgent, 'connect', connectTimeoutMs);
  limitConnecting(httpsAgent, 'secureConnect', connectTimeoutMs);
  return {
    adapter: axios.getAdapter('http'),
    emptyHeaders: () => new axios.AxiosHeaders(),
    httpAgent,
    httpsAgent,
  };
}

type Connect = (...parameters: unknown[]) => import('node:stream').Duplex | null | undefined;

/** Node knows no limit for the connect phase, and afterwards nobody can tell what was sent. */
function limitConnecting(
  agent: HttpAgent,
  connected: 'connect' | 'secureConnect',
  limitMs: number,
): void {
  const connectable = agent as unknown as { createConnection: Connect };
  const connect = connectable.createConnection.bind(agent) as Connect;
  connectable.createConnection = (...parameters) => {
    const socket = connect(...parameters);
    if (socket === null || socket === undefined) return socket;
    const timer = setTimeout(() => {
      socket.destroy(
        Object.assign(new Error(`no connection within ${limitMs} ms`), {
          code: 'ETIMEDOUT',
          syscall: 'connect',
        }),
      );
    }, limitMs);
    const stop = (): void => clearTimeout(timer);
    socket.once(connected, stop).once('close', stop);
    return socket;
  };
}

async function exchange(request: WireRequest, loaded: Loaded): Promise<WireResponse> {
  const headers = loaded.emptyHeaders();
  for (const name in request.headers) headers.set(name, request.headers[name]);
  const data = toData(request.body);
  let body: IncomingMessage;
  try {
    // The adapter itself, not an instance: merging and transforming a config per call costs as much
    // as all our policies together, and there is nothing to merge.
    const response = await loaded.adapter({
      url: request.url,
      method: request.method,
      headers,
      data,
      signal: request.signal,
      responseType: 'stream',
      decompress: false,
      maxRedirects: 0,
      proxy: false,
      httpAgent: loaded.httpAgent,
      httpsAgent: loaded.httpsAgent,
      validateStatus: null,
    } as unknown as InternalAxiosRequestConfig);
    body = response.data as IncomingMessage;
    const answered = { status: response.status, headers: flatten(body.headers) };
    if (request.stream && response.status < 300) {
      return { ...answered, body: bounded(body, request.maxBytes) };
    }
    return { ...answered, body: await collect(body, request.maxBytes) };
  } catch (error) {
    // A source that nobody reads any more would stay open.
    if (data instanceof Readable) data.destroy();
    throw withoutRequest(error);
  }
}

function toData(body: HttpBody | undefined): Buffer | Readable | undefined {
  if (body === undefined) return undefined;
  if (typeof body === 'function') return Readable.from(body(), { objectMode: false });
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function flatten(headers: IncomingMessage['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join('\n');
  }
  return flat;
}

function collect(body: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise<Uint8Array>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        reject(tooLarge(maxBytes));
        body.destroy();
        return;
      }
      chunks.push(chunk);
    });
    body.on('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    body.on('error', reject);
    body.on('close', () => reject(cutOff()));
  });
}

async function* bounded(body: IncomingMessage, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
    if (!body.complete) throw cutOff();
  } catch (error) {
    throw withoutRequest(error);
  } finally {
    body.destroy();
  }
}

function cutOff(): Error {
  return Object.assign(new Error('the answer was cut off'), { code: 'ECONNRESET' });
}

/** An axios error holds the request with its credentials; only what went wrong goes on. */
function withoutRequest(error: unknown): unknown {
  if (!(error instanceof Error) || !('isAxiosError' in error || '__CANCEL__' in error))
    return error;
  const { code, syscall } = { code: undefined, syscall: undefined, ...error.cause!, ...error } as {
    code: unknown;
    syscall: unknown;
  };
  return Object.assign(new Error(error.message), { code, syscall });
}
