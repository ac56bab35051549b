import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { ConnectorError } from '../errors/connector-error.ts';

/** A server of a test. */
export interface Loopback {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  /** How many connections it took. */
  connections(): number;
  close(): Promise<void>;
}

/** Serves on 127.0.0.1, by TLS where keys are given. */
export async function serve(answer: RequestListener, tls?: ServerOptions): Promise<Loopback> {
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket.on('error', () => undefined));
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    server,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A forward proxy that knows nothing but CONNECT. */
export interface LoopbackProxy extends Loopback {
  /** The targets that it was asked for, and the credentials that came with each. */
  readonly asked: { readonly target: string; readonly credentials: string | undefined }[];
}

/**
 * @param judge - answers a status to refuse by; default: everybody goes everywhere
 * @param to - where tunnels lead, whatever was asked for
 */
export async function serveProxy({
  judge = () => 200,
  to,
  tls,
}: {
  readonly judge?: (request: IncomingMessage) => number;
  readonly to?: number;
  readonly tls?: ServerOptions;
} = {}): Promise<LoopbackProxy> {
  const asked: { target: string; credentials: string | undefined }[] = [];
  const proxy = await serve((_, response) => response.writeHead(400).end(), tls);
  proxy.server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    const target = request.url ?? '';
    asked.push({ target, credentials: request.headers['proxy-authorization'] });
    const status = judge(request);
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 6\r\n\r\nrefuse`);
      return;
    }
    const onward = connect(to ?? Number(target.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(head);
      onward.pipe(client).pipe(onward);
    });
    client.on('error', () => onward.destroy()).on('close', () => onward.destroy());
    onward.on('error', () => client.destroy());
  });
  return { ...proxy, asked };
}

export async function failureOf(work: Promise<unknown>): Promise<ConnectorError> {
  try {
    await work;
  } catch (error) {
    return error as ConnectorError;
  }
  throw new Error('should have failed');
}
