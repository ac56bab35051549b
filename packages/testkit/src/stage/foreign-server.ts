import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of another origin, which must never hear from a connector. */
export interface ForeignServer {
  readonly url: string;
  /** Calls that arrived. */
  readonly calls: number;
  close(): Promise<void>;
}

export async function startForeignServer(): Promise<ForeignServer> {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An address on this machine where nobody listens. */
export async function deadUrl(): Promise<string> {
  const server = await startForeignServer();
  await server.close();
  return server.url;
}
