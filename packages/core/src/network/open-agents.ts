import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions, PeerCertificate, SecureContext } from 'node:tls';
import type { TlsIdentity } from '../auth/auth-strategy.ts';
import type { NetworkGate } from './network-gate.ts';
import { openSecureContext } from './secure-context.ts';
import { openTunnel } from './tunnel.ts';

/** What sockets are opened by. */
export interface AgentOptions {
  readonly gate: NetworkGate;
  readonly identity: TlsIdentity;
  readonly connectTimeoutMs: number;
  readonly maxSockets: number;
}

/** The pools of sockets of a transport. A socket passes the gate when it opens, and is used again after. */
export interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  /**
   * Closes the sockets that wait to be used again. A firewall that forgets connections forgets all that
   * were idle, and tells nobody.
   */
  readonly closeIdle: () => void;
  /** Closes what is open, and what is about to be. */
  readonly close: () => void;
}

/**
 * @throws ConnectorError `ERR_TLS` when a certificate or a key cannot be read
 */
export async function openAgents(options: AgentOptions): Promise<Agents> {
  const { gate, identity, maxSockets } = options;
  const [http, https, tls, secureContext, proxyContext] = await Promise.all([
    import('node:http'),
    import('node:https'),
    import('node:tls'),
    openSecureContext(identity, gate.tls),
    gate.tls.ca === undefined ? undefined : openSecureContext({}, gate.tls),
  ]);
  const httpAgent = new http.Agent({ keepAlive: true, maxSockets });
  const httpsAgent = new https.Agent({
    keepAlive: true,
    maxSockets,
    secureContext,
    minVersion: 'TLSv1.2',
    // Said aloud, because a variable of the environment turns the default around.
    rejectUnauthorized: true,
    // A resumed session shows no certificate, so nothing to compare with a pin.
    ...(gate.checkPin === undefined ? {} : { maxCachedSessions: 0 }),
  });
  const tunnels = new Set<Destroyable>();
  const common = { ...options, proxyContext, tunnels };
  openThrough(httpAgent, common);
  openThrough(httpsAgent, common, (host) => ({
    ...(gate.servernames.has(host) ? { servername: gate.servernames.get(host) } : {}),
    checkServerIdentity: (name: string, certificate: PeerCertificate) =>
      tls.checkServerIdentity(name, certificate) ?? gate.checkPin?.(host, certificate),
  }));
  return {
    httpAgent,
    httpsAgent,
    closeIdle() {
      for (const { freeSockets } of [httpAgent, httpsAgent]) {
        for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
      }
    },
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
      // Agents know a socket only when its tunnel stands.
      for (const tunnel of tunnels) tunnel.destroy(new Error('the transport was closed'));
    },
  };
}

interface Destination extends ConnectionOptions {
  readonly host: string;
}
type Created = (error: Error | null, socket?: Duplex) => void;
type Connect = (options: Destination) => Duplex | null | undefined;

function openThrough(
  agent: HttpAgent,
  {
    gate,
    connectTimeoutMs,
    proxyContext,
    tunnels,
  }: AgentOptions & {
    readonly proxyContext: SecureContext | undefined;
    /** Those that are being opened. */
    readonly tunnels: Set<Destroyable>;
  },
  secure?: (host: string) => ConnectionOptions,
): void {
  const connectable = agent as unknown as {
    createConnection: (options: Destination, created: Created) => Duplex | null | undefined;
  };
  const connect = connectable.createConnection.bind(agent) as Connect;

  connectable.createConnection = (options, created) => {
    const { host } = options;
    const target = { host, port: Number(options.port) };
    const timer = startTimer(connectTimeoutMs);
    const open = (
      more: Pick<ConnectionOptions, 'lookup' | 'socket'>,
    ): Duplex | null | undefined => {
      const socket = connect({ ...options, ...secure?.(host), ...more, host });
      if (!socket) return socket;
      timer.watch(socket);
      const connected = secure === undefined ? 'connect' : 'secureConnect';
      socket.once(connected, timer.stop).once('close', timer.stop);
      return socket;
    };
    try {
      const protocol = secure === undefined ? 'http:' : 'https:';
      const proxy = gate.routeOf({ ...target, protocol });
      const refused = gate.guard.refuse(host, proxy !== undefined);
      if (refused !== undefined) throw refused;
      if (proxy === undefined) return open({ lookup: gate.guard.lookup });
      const onOpening = (opening: Destroyable): void => {
        timer.watch(opening);
        tunnels.add(opening);
        opening.once('close', () => tunnels.delete(opening));
      };
      void openTunnel({ proxy, target, secureContext: proxyContext, onOpening }).then(
        (socket) => {
          if (secure !== undefined) return created(null, open({ socket }) ?? undefined);
          timer.stop();
          created(null, socket);
        },
        (error: Error) => {
          timer.stop();
          created(error);
        },
      );
    } catch (error) {
      timer.stop();
      created(error as Error);
    }
    return undefined;
  };
}

/** Node knows no limit for the connect phase, and afterwards nobody can tell what was sent. */
function startTimer(limitMs: number): {
  readonly watch: (opening: Destroyable) => void;
  readonly stop: () => void;
} {
  let opening: Destroyable | undefined;
  const timer = setTimeout(() => {
    opening?.destroy(
      Object.assign(new Error(`no connection within ${limitMs} ms`), {
        code: 'ETIMEDOUT',
        syscall: 'connect',
      }),
    );
  }, limitMs);
  return {
    stop: () => clearTimeout(timer),
    watch(next) {
      opening = next;
    },
  };
}

interface Destroyable {
  destroy(error: Error): unknown;
  once(event: 'close', then: () => void): unknown;
}
