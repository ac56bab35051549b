import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpClient, type HttpClient } from '@common/connector-core';
import { classifyODataError } from '../index.ts';

/** A request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query as they were sent, quotes unescaped: the URL parser of the transport writes `%27`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text, or a value to be sent as JSON. */
  readonly body?: unknown;
  /** Cuts the connection in place of an answer. */
  readonly reset?: boolean;
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: SeenRequest[];
  readonly http: HttpClient;
}

/** A service on loopback that answers what the test says, and a client of the real pipeline on it. */
export async function startServer(
  answer: (request: SeenRequest) => Answer | Promise<Answer>,
): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request: SeenRequest = {
      method: incoming.method ?? '',
      url: (incoming.url ?? '').replaceAll('%27', "'"),
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    requests.push(request);
    const { status = 200, headers = {}, body, reset } = await answer(request);
    if (reset) {
      incoming.socket.destroy();
      return;
    }
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    outgoing.writeHead(status, {
      ...(text !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    } as Record<string, string>);
    outgoing.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = createHttpClient({
    system: 'test',
    baseUrl: url,
    classify: classifyODataError,
    retry: { maxAttempts: 1 },
  });
  return {
    url,
    requests,
    http,
    [Symbol.asyncDispose]: async () => {
      await http.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
