import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { basic } from '../auth/basic.ts';
import { type ManualClock, manualClock } from '../clock/manual-clock.ts';
import type { ConnectorError } from '../errors/connector-error.ts';
import { axiosTransport } from './axios-transport.ts';
import { createHttpClient } from './create-http-client.ts';
import type { HttpClient } from './http-client.ts';
import type { HttpClientOptions } from './http-client-options.ts';
import { localhostCertificate, localhostKey } from './localhost-certificate.fixture.ts';

const json = { 'content-type': 'application/json' };
const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Wire {
  readonly client: HttpClient;
  readonly requests: string[];
  readonly sockets: Set<Socket>;
  connections(): number;
}

async function wire(
  answer: (request: IncomingMessage, response: ServerResponse, index: number) => void,
  options: Partial<HttpClientOptions> = {},
): Promise<Wire> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response, requests.length - 1);
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createHttpClient({
    system: 'test',
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    retry: { baseDelayMs: 1, throttleBaseDelayMs: 1 },
    ...options,
  });
  cleanUps.push(async () => {
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { client, requests, sockets, connections: () => connections };
}

const failureOf = async (work: Promise<unknown>): Promise<ConnectorError> => {
  try {
    await work;
  } catch (error) {
    return error as ConnectorError;
  }
  throw new Error('should have failed');
};

/** Resolves when the server sees its socket closed. How fast that is, the bench tells. */
const closeOf = (request: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    request.socket.once('close', () => resolve());
  });

describe('a connection', () => {
  it('is kept alive and used again', async () => {
    const { client, connections } = await wire((_, response) =>
      response.writeHead(200, json).end('{}'),
    );
    for (let call = 0; call < 10; call += 1) await client.send({ method: 'GET', url: '/' });
    expect(connections()).toBe(1);
  });

  it('is not tried again where another that stood with it leads nowhere', async () => {
    const clock = manualClock();
    const together = 6;
    const held: ServerResponse[] = [];
    const deserted = new Set<Socket>();
    const { client, sockets, requests } = await wire(
      (request, response) => {
        if (deserted.has(request.socket)) return;
        held.push(response);
        if (held.length < together) return;
        for (const each of held.splice(0)) each.writeHead(200, json).end('{}');
      },
      { clock },
    );
    const read = () => client.send({ method: 'GET', url: '/' });
    await Promise.all(Array.from({ length: together }, read));
    expect(sockets.size).toBe(together);
    for (const socket of sockets) deserted.add(socket);
    const answered = read();
    await expect.poll(() => requests.length).toBe(together + 1);
    // The one time limit that passes, and the wait before the second try.
    await clock.advance(30_000);
    await clock.advance(1_000);
    await expect.poll(() => requests.length).toBe(together + 2);
    expect(held).toHaveLength(1);
    for (const each of held) each.writeHead(200, json).end('{}');
    expect((await answered).status).toBe(200);
  });

  it('that is refused fails as unreachable, with nothing sent', async () => {
    const { client } = await wire(() => undefined);
    const port = new URL(client.baseUrl).port;
    await cleanUps.pop()?.();
    const other = createHttpClient({
      system: 'test',
      baseUrl: `http://127.0.0.1:${port}`,
      retry: { maxAttempts: 1 },
    });
    const error = await failureOf(other.send({ method: 'POST', url: '/', body: '{}' }));
    expect(error).toMatchObject({ code: 'ERR_NETWORK', notExecuted: true, outcomeUnknown: false });
    expect(error.message).toContain('ECONNREFUSED');
    await other.close();
  });

  it('that does not come about in time counts as not sent', async () => {
    // Takes the TCP connection and never answers the TLS handshake.
    const mute = createTcpServer();
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const transport = axiosTransport({ connectTimeoutMs: 20 });
    cleanUps.push(async () => {
      await transport.close();
      mute.close();
    });
    const client = createHttpClient({
      system: 'test',
      baseUrl: `https://127.0.0.1:${(mute.address() as AddressInfo).port}`,
      transport,
      retry: { maxAttempts: 1 },
    });
    const error = await failureOf(client.send({ method: 'POST', url: '/', body: '{}' }));
    expect(error).toMatchObject({ code: 'ERR_NETWORK', notExecuted: true, outcomeUnknown: false });
  });

  it('to a server without TLS is a TLS failure that is not tried again', async () => {
    const { client, requests } = await wire((_, response) => response.end());
    const secure = createHttpClient({
      system: 'test',
      baseUrl: client.baseUrl.replace('http:', 'https:'),
    });
    const error = await failureOf(secure.send({ method: 'GET', url: '/' }));
    expect(error).toMatchObject({ code: 'ERR_TLS', category: 'configuration', retryable: false });
    expect(requests).toEqual([]);
    await secure.close();
  });
});

describe('ending a request', () => {
  type End = (by: {
    readonly controller: AbortController;
    readonly client: HttpClient;
    readonly clock: ManualClock;
  }) => unknown;

  it.each([
    ['by the caller', {}, 'ERR_ABORTED', ({ controller }) => controller.abort()],
    ['by close()', {}, 'ERR_ABORTED', ({ client }) => client.close()],
    ['by the attempt timeout', {}, 'ERR_TIMEOUT', ({ clock }) => clock.advance(30_000)],
    [
      'by the deadline',
      { attemptTimeoutMs: 200_000 },
      'ERR_DEADLINE_EXCEEDED',
      ({ clock }) => clock.advance(120_000),
    ],
  ] as [string, Partial<HttpClientOptions>, string, End][])(
    '%s closes the socket',
    async (_, options, code, end) => {
      const clock = manualClock();
      const { client, arrived } = await silent({ ...options, clock, retry: { maxAttempts: 1 } });
      const controller = new AbortController();
      const failed = failureOf(client.send({ method: 'GET', url: '/', signal: controller.signal }));
      const closed = closeOf(await arrived);
      end({ controller, client, clock });
      expect((await failed).code).toBe(code);
      await closed;
    },
  );

  it('of which the body is on its way closes the socket, too', async () => {
    const { client, arrived } = await silent({}, (response) =>
      response.writeHead(200, { ...json, 'content-length': '100' }).write('{'),
    );
    const controller = new AbortController();
    const failed = failureOf(client.send({ method: 'GET', url: '/', signal: controller.signal }));
    const closed = closeOf(await arrived);
    controller.abort();
    expect((await failed).code).toBe('ERR_ABORTED');
    await closed;
  });
});

/** A server that never ends its answer. */
async function silent(
  options: Partial<HttpClientOptions>,
  begin: (response: ServerResponse) => void = () => undefined,
): Promise<{ readonly client: HttpClient; readonly arrived: Promise<IncomingMessage> }> {
  let seen: (request: IncomingMessage) => void = () => undefined;
  const arrived = new Promise<IncomingMessage>((resolve) => {
    seen = resolve;
  });
  const { client } = await wire((request, response) => {
    begin(response);
    seen(request);
  }, options);
  return { client, arrived };
}

describe('an answer that is lost', () => {
  const cut = (response: ServerResponse): void => {
    response.writeHead(200, { ...json, 'content-length': '1000' });
    response.write('{"id":', () => response.destroy());
  };

  it.each([
    [
      'by a reset',
      (_: IncomingMessage, response: ServerResponse) => response.socket?.resetAndDestroy(),
    ],
    [
      'by a closed connection',
      (_: IncomingMessage, response: ServerResponse) => response.destroy(),
    ],
    ['halfway', (_: IncomingMessage, response: ServerResponse) => cut(response)],
    [
      'by damaged gzip',
      (_: IncomingMessage, response: ServerResponse) =>
        response
          .writeHead(200, { ...json, 'content-encoding': 'gzip' })
          .end(gzipSync('{"a":1}').subarray(0, 20)),
    ],
  ])('%s: a read is repeated, a create is not', async (_, lose) => {
    const { client, requests } = await wire((request, response, index) => {
      if (index === 0 || request.method === 'POST') lose(request, response);
      else response.writeHead(200, json).end('{"id":1}');
    });
    expect((await client.send({ method: 'GET', url: '/read' })).json()).toEqual({ id: 1 });
    const error = await failureOf(client.send({ method: 'POST', url: '/create', body: '{}' }));
    expect(error).toMatchObject({ outcomeUnknown: true, retryable: false });
    expect(error.message).toContain('read it back');
    expect(requests).toEqual(['GET /read', 'GET /read', 'POST /create']);
  });

  it('for a repeatable write that never succeeds leaves its outcome unknown', async () => {
    const { client, requests } = await wire((_, response) => response.destroy());
    const error = await failureOf(client.send({ method: 'PUT', url: '/', body: '{}' }));
    expect(requests).toHaveLength(4);
    expect(error).toMatchObject({ code: 'ERR_NETWORK', outcomeUnknown: true, retryable: true });
  });

  it('shows no credentials, not even in its cause', async () => {
    const { client } = await wire((_, response) => response.destroy(), {
      auth: basic({ username: 'ann', password: 'canary-secret' }),
      retry: { maxAttempts: 1 },
    });
    const error = await failureOf(client.send({ method: 'POST', url: '/', body: 'canary-body' }));
    const shown = inspect(error, { depth: 20, showHidden: true });
    expect(error.cause).toMatchObject({ code: 'ECONNRESET' });
    for (const canary of ['canary', Buffer.from('ann:canary-secret').toString('base64')]) {
      expect(shown).not.toContain(canary);
    }
  });
});

describe('a compressed answer', () => {
  const text = JSON.stringify({ text: 'äöü'.repeat(20_000) });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
  ])('in %s is unpacked, whole and as a stream', async (encoding, pack) => {
    const { client } = await wire((_, response) =>
      response.writeHead(200, { ...json, 'content-encoding': encoding }).end(pack(text)),
    );
    expect((await client.send({ method: 'GET', url: '/' })).text()).toBe(text);
    const { stream, bytes } = await client.send({
      method: 'GET',
      url: '/',
      responseType: 'stream',
    });
    expect(bytes).toHaveLength(0);
    expect(await readText(stream!)).toBe(text);
  });

  it('that unpacks to far more than its size is refused, whole and as a stream', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    const { client, requests } = await wire((_, response) =>
      response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(bomb),
    );
    const whole = await failureOf(client.send({ method: 'GET', url: '/' }));
    expect(whole).toMatchObject({ code: 'ERR_RESPONSE_TOO_LARGE', retryable: false });
    const { stream } = await client.send({ method: 'GET', url: '/', responseType: 'stream' });
    expect(await failureOf(readText(stream!))).toMatchObject({ code: 'ERR_RESPONSE_TOO_LARGE' });
    expect(requests).toHaveLength(2);
  });
});

describe('an answer without end', () => {
  it('is cut at the limit, whole and as a stream, and its socket closed', async () => {
    const { client, sockets } = await wire(
      (_, response) => {
        response.writeHead(200, json);
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(16_384)));
        };
        response.on('drain', more);
        more();
      },
      { limits: { maxBytes: 100_000 } },
    );
    const whole = await failureOf(client.send({ method: 'GET', url: '/' }));
    expect(whole).toMatchObject({ code: 'ERR_RESPONSE_TOO_LARGE', system: 'test' });
    const { stream } = await client.send({ method: 'GET', url: '/', responseType: 'stream' });
    expect(await failureOf(readText(stream!))).toMatchObject({ code: 'ERR_RESPONSE_TOO_LARGE' });
    await expect.poll(() => sockets.size).toBe(0);
  });
});

describe('a stream', () => {
  it('that the reader leaves closes its socket', async () => {
    const { client, sockets } = await wire((_, response) => {
      response.writeHead(200, json).write('first');
    });
    const { stream } = await client.send({ method: 'GET', url: '/', responseType: 'stream' });
    for await (const chunk of stream!) {
      expect(Buffer.from(chunk).toString()).toBe('first');
      break;
    }
    await expect.poll(() => sockets.size).toBe(0);
  });

  it.each([
    ['the caller aborts', 'ERR_ABORTED'],
    ['nothing more arrives', 'ERR_TIMEOUT'],
  ])('ends when %s', async (_, code) => {
    const clock = manualClock();
    const { client, sockets } = await wire(
      (__, response) => {
        response.writeHead(200, json).write('first');
      },
      { clock },
    );
    const controller = new AbortController();
    const { stream } = await client.send({
      method: 'GET',
      url: '/',
      responseType: 'stream',
      signal: controller.signal,
    });
    const chunks = stream![Symbol.asyncIterator]();
    await chunks.next();
    const failed = failureOf(chunks.next());
    await clock.advance(29_999);
    if (code === 'ERR_ABORTED') controller.abort();
    else await clock.advance(1);
    expect(await failed).toMatchObject({ code, system: 'test' });
    await expect.poll(() => sockets.size).toBe(0);
  });

  it('that is cut off fails, and is never taken for complete', async () => {
    const { client } = await wire((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('first', () => response.destroy());
    });
    const { stream } = await client.send({ method: 'GET', url: '/', responseType: 'stream' });
    expect(await failureOf(readText(stream!))).toMatchObject({ code: 'ERR_NETWORK' });
  });

  it('of an answer that is a failure is classified like any other', async () => {
    const { client } = await wire((_, response) => response.writeHead(404, json).end('{}'));
    const error = await failureOf(client.send({ method: 'GET', url: '/', responseType: 'stream' }));
    expect(error.code).toBe('ERR_NOT_FOUND');
  });
});

describe('a body that streams', () => {
  it('arrives whole, at every attempt anew', async () => {
    const bodies: string[] = [];
    const { client } = await wire((request, response, index) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push(`${request.headers['transfer-encoding']} ${Buffer.concat(chunks)}`);
        response.writeHead(index === 0 ? 503 : 200, json).end('{}');
      });
    });
    async function* rows() {
      yield Buffer.from('id,name\n');
      yield Buffer.from('1,Ä\n');
    }
    await client.send({ method: 'PUT', url: '/rows', body: rows });
    expect(bodies).toEqual(['chunked id,name\n1,Ä\n', 'chunked id,name\n1,Ä\n']);
  });

  it('is closed when nobody takes it', async () => {
    const { client } = await wire((request) => request.socket.destroy());
    const isClosed = new Promise<void>((resolve) => {
      const endless = async function* () {
        try {
          for (;;) yield Buffer.alloc(65_536);
        } finally {
          resolve();
        }
      };
      void client.send({ method: 'POST', url: '/rows', body: endless }).catch(() => undefined);
    });
    await isClosed;
  });
});

describe('a client certificate', () => {
  const identity = { cert: localhostCertificate, key: localhostKey, ca: localhostCertificate };

  it('and the issuers to trust are those of the strategy', async () => {
    const server = createTlsServer(
      { ...identity, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        const { subject } = (request.socket as TLSSocket).getPeerCertificate();
        response.writeHead(200, json).end(JSON.stringify({ client: subject.CN }));
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const about = { system: 'test', baseUrl, retry: { maxAttempts: 1 } };
    const auth = { kind: 'mtls', authorize: async () => {}, tls: async () => identity };
    const known = createHttpClient({ ...about, auth });
    const unknown = createHttpClient(about);
    cleanUps.push(async () => {
      await Promise.all([known.close(), unknown.close()]);
      await new Promise((resolve) => server.close(resolve));
    });
    const answer = await known.send({ method: 'GET', url: '/' });
    expect(answer.json()).toEqual({ client: 'localhost' });
    expect(await failureOf(unknown.send({ method: 'GET', url: '/' }))).toMatchObject({
      code: 'ERR_TLS',
      category: 'configuration',
    });
  });

  it('that cannot be read at first is read again by the next call', async () => {
    let reads = 0;
    const transport = axiosTransport({
      tls: async () => {
        reads += 1;
        if (reads === 1) throw new Error('no such file');
        return {};
      },
    });
    const { client } = await wire((_, response) => void response.writeHead(200, json).end('{}'), {
      transport,
    });
    await failureOf(client.send({ method: 'GET', url: '/' }));
    expect((await client.send({ method: 'GET', url: '/' })).status).toBe(200);
    await transport.close();
  });
});

describe('what is sent', () => {
  it('arrives as it is: method, path, body bytes, several cookies back', async () => {
    const bodies: string[] = [];
    const { client, requests } = await wire((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push(Buffer.concat(chunks).toString('utf8'));
        response.setHeader('set-cookie', ['a=1', 'b=2']);
        response.writeHead(200, json).end('{}');
      });
    });
    const url = "/Orders('1%2F2')?$filter=Name%20eq%20%27A%27";
    const first = await client.send({ method: 'MERGE', url, body: '{"ä":"€"}' });
    await client.send({ method: 'PUT', url: '/b', body: Buffer.from('{"x":1}') });
    expect(requests).toEqual([`MERGE ${url}`, 'PUT /b']);
    expect(bodies).toEqual(['{"ä":"€"}', '{"x":1}']);
    expect(first.headers['set-cookie']).toBe('a=1\nb=2');
  });
});

async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
