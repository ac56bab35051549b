import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createControlPlane, type SandboxAction, type StateDump } from './control-plane.ts';
import type { RandomFaults } from './fault.ts';
import { deliverFault } from './fault-delivery.ts';
import { createFaultInjector, type Faults, type NamedFault } from './fault-injector.ts';
import { createRequestJournal, type Journal, type JournalOptions } from './request-journal.ts';
import { createRouter, type SandboxRoute } from './router.ts';
import {
  createSandboxClock,
  type SandboxClock,
  type SandboxClockOptions,
} from './sandbox-clock.ts';
import { createSandboxRequest, type SandboxRequest } from './sandbox-request.ts';
import type { SandboxResponse } from './sandbox-response.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import { encodeResponse, sendEncoded } from './send-response.ts';

/** What every simulator lets its user choose. */
export interface SandboxServerOptions {
  /** 0 takes a free one. @default 0 */
  readonly port?: number | undefined;
  /** @default '127.0.0.1' */
  readonly host?: string | undefined;
  /** Makes data and faults; the same seed gives the same. @default 1 */
  readonly seed?: number | undefined;
  /** A clock, or how to make one. @default fixed at `seedInstant` */
  readonly clock?: SandboxClock | SandboxClockOptions | undefined;
  /** Faults by chance from the start. Scripted ones are added on `sandbox.faults`. */
  readonly faults?: RandomFaults | undefined;
  readonly journal?: JournalOptions | undefined;
  /** Serves HTTPS with this key and certificate (PEM). */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  /** Answers gzip to clients that accept it, from 2 kB on. @default true */
  readonly compress?: boolean | undefined;
}

/** What a simulator is made of. */
export interface SandboxOptions extends SandboxServerOptions {
  /** Shown by the health check, for example `sap`. @default 'sandbox' */
  readonly name?: string | undefined;
  readonly routes: readonly SandboxRoute[];
  /** Runs before the handler: authentication, throttling. An answer ends the call. */
  readonly onRequest?:
    | ((
        request: SandboxRequest,
      ) => SandboxResponse | undefined | Promise<SandboxResponse | undefined>)
    | undefined;
  /** Runs after every handler: headers that all answers have. */
  readonly onResponse?:
    | ((response: SandboxResponse, request: SandboxRequest) => SandboxResponse)
    | undefined;
  /** Turns what a handler threw into the vendor's error. @default 500 with the message */
  readonly onError?: ((error: unknown, request: SandboxRequest) => SandboxResponse) | undefined;
  /** The answer where no route fits. @default 404, or 405 when only the method does not fit */
  readonly onUnmatched?:
    | ((request: SandboxRequest, allowedMethods: readonly string[]) => SandboxResponse)
    | undefined;
  /** The vendor's look of an injected status. @default a plain text */
  readonly faultResponse?:
    | ((status: number, request: SandboxRequest) => SandboxResponse)
    | undefined;
  /** Kinds of fault that only this simulator has. */
  readonly namedFaults?: Readonly<Record<string, NamedFault>> | undefined;
  /** Dumps under `GET /__sandbox/state/<name>`. */
  readonly state?: Readonly<Record<string, StateDump>> | undefined;
  /** Actions under `POST /__sandbox/actions/<name>`. */
  readonly actions?: Readonly<Record<string, SandboxAction>> | undefined;
  /**
   * How many more addresses the simulator answers on, each a free port: a vendor with a login host
   * apart from the hosts that serve data. Handlers tell them by the `host` header.
   * @default 0
   */
  readonly additionalAddresses?: number | undefined;
  /** Runs when the sandbox closes: stop timers, webhook senders. */
  readonly onClose?: (() => void | Promise<void>) | undefined;
}

/** A running simulator. */
export interface Sandbox {
  readonly name: string;
  /** For example `http://127.0.0.1:40123`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The other addresses, see `additionalAddresses`. */
  readonly additionalUrls: readonly string[];
  readonly seed: number;
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly faults: Faults;
  readonly journal: Journal;
  /** Ends all connections and frees the port. May be called twice. */
  close(): Promise<void>;
  /** Resolves when the sandbox was closed, by `close` or over the control plane. */
  readonly closed: Promise<void>;
}

const maxBodyBytes = 128 * 1024 * 1024;
const controlPrefix = '/__sandbox/';

const noBody = Buffer.alloc(0);

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

/** The body, or nothing when it is too large. */
function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBodyBytes) chunks.push(chunk);
    });
    incoming.on('end', () => {
      if (length > maxBodyBytes) resolve(undefined);
      else resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    incoming.on('error', reject);
  });
}

const isClock = (clock: SandboxClock | SandboxClockOptions): clock is SandboxClock =>
  'stampWrite' in clock;

function defaultUnmatched(
  request: SandboxRequest,
  allowedMethods: readonly string[],
): SandboxResponse {
  if (allowedMethods.length === 0) {
    return { status: 404, body: { error: `There is no ${request.path}` } };
  }
  return {
    status: 405,
    headers: { allow: allowedMethods.join(', ') },
    body: { error: `${request.path} does not know ${request.method}` },
  };
}

const defaultError = (error: unknown): SandboxResponse => ({
  status: 500,
  body: { error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
});

const defaultFaultResponse = (status: number): SandboxResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: `Injected ${status}\n`,
});

/**
 * Starts a simulator on a real HTTP server.
 * @throws Error with code `EADDRINUSE` when the port is taken
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { name = 'sandbox', seed = 1, host = '127.0.0.1', compress = true } = options;
  const { clock: clockOption = {}, namedFaults: named = {} } = options;
  const clock = isClock(clockOption) ? clockOption : createSandboxClock(clockOption);
  const random = createSeededRandom(seed);
  const journal = createRequestJournal(options.journal);
  const faults = createFaultInjector({ seed, named, random: options.faults });
  const router = createRouter(options.routes);
  const onUnmatched = options.onUnmatched ?? defaultUnmatched;
  const onError = options.onError ?? defaultError;
  const statusBody = options.faultResponse ?? defaultFaultResponse;
  const standing = new Set<Socket>();
  /** Connections whose peer, this server, has vanished. */
  const deserted = new WeakSet<Socket>();
  let lastId = 0;
  let closing: Promise<void> | undefined;
  let markClosed = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    markClosed = resolve;
  });

  const control = createControlPlane({
    name,
    seed,
    startedAt: new Date().toISOString(),
    clock,
    faults,
    journal,
    state: options.state ?? {},
    actions: options.actions ?? {},
    requestCount: () => lastId,
    shutdown: () => void close(),
  });

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedAt = performance.now();
    const body = hasBody(incoming) ? await readBody(incoming) : noBody;
    const url = incoming.url ?? '/';
    const method = incoming.method ?? 'GET';
    const headers = incoming.headers as Record<string, string | undefined>;
    if (url.startsWith(controlPrefix)) {
      const request = createSandboxRequest({
        method,
        url,
        headers,
        body: body ?? '',
        clock,
        random,
      });
      const answer = await control.handle(request, response);
      if (answer) sendEncoded(await encodeResponse(answer, request, false), response);
      return;
    }

    const question = url.indexOf('?');
    const match = router.match(method, question < 0 ? url : url.slice(0, question));
    lastId += 1;
    const request = createSandboxRequest({
      id: lastId,
      method,
      url,
      headers,
      body: body ?? '',
      params: 'route' in match ? match.params : {},
      operation: 'route' in match ? match.route.operation : undefined,
      clock,
      random,
    });

    const answer = async (): Promise<SandboxResponse> => {
      let answered: SandboxResponse;
      try {
        if (body === undefined) return { status: 413, body: { error: 'The body is too large' } };
        answered =
          (await options.onRequest?.(request)) ??
          ('route' in match
            ? await match.route.handler(request)
            : onUnmatched(request, match.allowed));
      } catch (error) {
        answered = onError(error, request);
      }
      return options.onResponse ? options.onResponse(answered, request) : answered;
    };
    const settle = (status: number | undefined, fault: string | undefined): void => {
      const durationMs = performance.now() - startedAt;
      journal.record(request, { at: clock.now(), status, durationMs, fault });
    };

    if (deserted.has(incoming.socket)) return settle(undefined, 'half-open');
    const fault = faults.draw(request);
    if (fault) {
      const vanish = (everyConnection = false): void => {
        for (const socket of everyConnection ? standing : [incoming.socket]) deserted.add(socket);
      };
      const about = { fault, request, response, answer, named, statusBody, compress };
      await deliverFault({ ...about, vanish, settle });
      return;
    }
    const encoded = await encodeResponse(await answer(), request, compress);
    settle(encoded.status, undefined);
    sendEncoded(encoded, response);
  };

  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    serve(incoming, response).catch(() => response.destroy());
  };
  // Long $filter URLs and many cookies must not fail on node's 16 kB. An idle connection is kept
  // longer than any client keeps it, so that the server never closes one that is being reused.
  const serverOptions = {
    maxHeaderSize: 64 * 1024,
    keepAliveTimeout: 120_000,
    requestTimeout: 0,
    noDelay: true,
  };
  const listen = async (wantedPort: number): Promise<Server> => {
    const server = options.tls
      ? createTlsServer({ ...serverOptions, ...options.tls }, listener)
      : createServer(serverOptions, listener);
    server.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      standing.add(socket);
      socket.once('close', () => standing.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wantedPort, host, resolve);
    });
    return server;
  };
  const servers = [await listen(options.port ?? 0)];
  for (let more = options.additionalAddresses ?? 0; more > 0; more -= 1) {
    servers.push(await listen(0));
  }

  const close = (): Promise<void> => {
    closing ??= (async () => {
      const ended = servers.map(
        (server) => new Promise<void>((resolve) => server.close(() => resolve())),
      );
      for (const server of servers) server.closeAllConnections();
      await Promise.all([...ended, options.onClose?.()]);
      markClosed();
    })();
    return closing;
  };

  const shownHost = host.includes(':') ? `[${host}]` : host;
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  const [url = '', ...additionalUrls] = ports.map(
    (port) => `${options.tls ? 'https' : 'http'}://${shownHost}:${port}`,
  );
  const [port = 0] = ports;
  return { name, url, port, additionalUrls, seed, clock, random, faults, journal, close, closed };
}
