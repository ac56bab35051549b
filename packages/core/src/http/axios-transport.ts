import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { AxiosAdapter, AxiosHeaders, InternalAxiosRequestConfig } from 'axios';
import type { TlsIdentity } from '../auth/auth-strategy.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { ResolveHost } from '../network/address-guard.ts';
import { createNetworkGate, type NetworkGate } from '../network/network-gate.ts';
import type { NetworkPolicy } from '../network/network-policy.ts';
import { type Agents, openAgents } from '../network/open-agents.ts';
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
  /** Finds the addresses of a host. @default the resolver of the machine */
  readonly resolveHost?: ResolveHost | undefined;
}

interface Loaded extends Agents {
  readonly adapter: AxiosAdapter;
  readonly emptyHeaders: () => AxiosHeaders;
}

/**
 * The default transport: axios with keep-alive. It is loaded at the first request.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for a network policy that cannot be read
 */
export function axiosTransport(options: AxiosTransportOptions = {}): HttpTransport {
  const { network, resolveHost } = options;
  const gate = network === undefined ? undefined : createNetworkGate(network, resolveHost);
  let loading: Promise<Loaded> | undefined;
  let loaded: Loaded | undefined;

  return {
    async exchange(request) {
      if (loaded === undefined) {
        loading ??= load(options, gate ?? createNetworkGate({}, resolveHost)).catch(
          (error: unknown) => {
            // A certificate that could not be read may be there the next time.
            loading = undefined;
            throw error;
          },
        );
        loaded = await loading;
      }
      return exchange(request, loaded);
    },
    async close() {
      (loaded ?? (await loading))?.close();
    },
  };
}

async function load(options: AxiosTransportOptions, gate: NetworkGate): Promise<Loaded> {
  const { connectTimeoutMs = 10_000, maxSockets = 64 } = options;
  const [axios, identity] = await Promise.all([import('axios'), options.tls?.() ?? {}]);
  return {
    ...(await openAgents({ gate, identity, connectTimeoutMs, maxSockets })),
    adapter: axios.getAdapter('http'),
    emptyHeaders: () => new axios.AxiosHeaders(),
  };
}

async function exchange(request: WireRequest, loaded: Loaded): Promise<WireResponse> {
  // The adapter would read `data:` without any connection.
  if (!/^https?:\/\//i.test(request.url)) throw notHttp(request.url);
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
    // No answer at all: those that stood beside it may lead nowhere as well, and each would cost a time limit.
    if (isTimeout(request.signal)) loaded.closeIdle();
    throw withoutRequest(error);
  }
}

function isTimeout({ aborted, reason }: AbortSignal): boolean {
  return aborted && ConnectorError.isInstance(reason) && reason.code === 'ERR_TIMEOUT';
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
  // The gate has said all there is to say.
  if (ConnectorError.isInstance(error.cause)) return error.cause;
  const { code, syscall } = { code: undefined, syscall: undefined, ...error.cause!, ...error } as {
    code: unknown;
    syscall: unknown;
  };
  return Object.assign(new Error(error.message), { code, syscall });
}

function notHttp(url: string): ConnectorError {
  const [protocol] = /^[a-z][a-z0-9+.-]{0,20}:/i.exec(url) ?? ['no protocol'];
  return new ConnectorError({
    code: 'ERR_BLOCKED_ADDRESS',
    category: 'configuration',
    message: `An address with ${protocol} is not reached: only http: and https: are. Check the address.`,
    notExecuted: true,
  });
}
