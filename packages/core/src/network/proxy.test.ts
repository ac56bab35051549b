import type { RequestListener } from 'node:http';
import type { ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { testIssuer } from '../auth/certificates.fixture.ts';
import { mutualTls } from '../auth/mutual-tls.ts';
import { type AxiosTransportOptions, axiosTransport } from '../http/axios-transport.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { HttpClientOptions } from '../http/http-client-options.ts';
import { failureOf, serve, serveProxy } from './loopback.fixture.ts';
import type { NetworkPolicy, ProxyOptions } from './network-policy.ts';

const issuer = testIssuer();
const { ca } = issuer;
const { cert, key } = issuer.issue('loopback');
const tls = { ca };
const password = 'canary-password';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0).reverse()) await close();
});

const start = async (secure?: ServerOptions, answer?: RequestListener) => {
  const server = await serve(answer ?? ((_, response) => void response.end('{}')), secure);
  closers.push(server.close);
  return server;
};

const startProxy = async (options?: Parameters<typeof serveProxy>[0]) => {
  const proxy = await serveProxy(options);
  closers.push(proxy.close);
  return proxy;
};

function clientOf(
  baseUrl: string,
  network: NetworkPolicy,
  {
    transport: more,
    ...options
  }: Omit<Partial<HttpClientOptions>, 'transport'> & { transport?: AxiosTransportOptions } = {},
): HttpClient {
  const transport = axiosTransport({ network, tls: () => options.auth?.tls?.() ?? {}, ...more });
  const retry = { maxAttempts: 1 };
  const client = createHttpClient({ system: 'erp', baseUrl, transport, retry, ...options });
  closers.push(transport.close, client.close);
  return client;
}

const read = (client: HttpClient) => client.send({ method: 'GET', url: '/orders' });

describe('a proxy', () => {
  it.each([
    ['https', { cert, key }, undefined],
    ['http', undefined, undefined],
    ['https, when the proxy speaks TLS', { cert, key }, { cert, key }],
    ['http, when the proxy speaks TLS', undefined, { cert, key }],
  ])('opens one tunnel for many requests to a system with %s', async (_, secure, ofProxy) => {
    const server = await start(secure);
    const proxy = await startProxy(ofProxy === undefined ? {} : { tls: ofProxy });
    const client = clientOf(server.url, { tls, proxy: { url: proxy.url } });
    for (let call = 0; call < 5; call += 1) expect((await read(client)).status).toBe(200);
    expect(proxy.asked).toEqual([{ target: `127.0.0.1:${server.port}`, credentials: undefined }]);
    expect(server.connections()).toBe(1);
  });

  it('resolves the name of the system, which is verified all the same', async () => {
    const named = issuer.issue('erp', {}, 'erp.example.com');
    const names: unknown[] = [];
    const server = await start(
      { cert: named.cert, key: named.key },
      ({ socket, headers }, response) => {
        names.push((socket as TLSSocket & { servername: string }).servername, headers.host);
        response.end('{}');
      },
    );
    // The proxy's own certificate is verified by the proxy's address.
    const proxy = await startProxy({ to: server.port, tls: { cert, key } });
    const network = { tls, proxy: { url: proxy.url } };
    const resolveHost = () => Promise.reject(new Error('asked'));
    const transport = { resolveHost };
    expect((await read(clientOf('https://erp.example.com', network, { transport }))).status).toBe(
      200,
    );
    expect(proxy.asked[0]?.target).toBe('erp.example.com:443');
    expect(names).toEqual(['erp.example.com', 'erp.example.com']);
    const other = await failureOf(
      read(clientOf('https://crm.example.com', network, { transport })),
    );
    expect(other.message).toContain('crm.example.com (ERR_TLS_CERT_ALTNAME_INVALID)');
  });

  it('gets the credentials of the proxy, read for every tunnel, and never those of the system', async () => {
    const seen: unknown[] = [];
    const server = await start(undefined, ({ headers }, response) => {
      seen.push(headers['proxy-authorization']);
      response.writeHead(200, { connection: 'close' }).end('{}');
    });
    const proxy = await startProxy();
    const passwords = ['first', 'second:ä'];
    const options = { url: proxy.url, username: 'ann', password: () => passwords.shift() ?? '' };
    const client = clientOf(server.url, { proxy: options });
    await read(client);
    await read(client);
    expect(proxy.asked.map(({ credentials }) => credentials)).toEqual([
      `Basic ${Buffer.from('ann:first').toString('base64')}`,
      `Basic ${Buffer.from('ann:second:ä').toString('base64')}`,
    ]);
    expect(seen).toEqual([undefined, undefined]);
  });

  it('hands the client certificate through to the system, and is not shown it', async () => {
    const client = issuer.issue('client');
    const shown: unknown[] = [];
    const server = await start({ cert, key, ca, requestCert: true }, ({ socket }, response) => {
      shown.push((socket as TLSSocket).getPeerCertificate().subject?.CN);
      response.end('{}');
    });
    const proxy = await startProxy({
      tls: { cert, key, ca, requestCert: true, rejectUnauthorized: false },
      judge: ({ socket }) => {
        shown.push((socket as TLSSocket).getPeerCertificate().subject?.CN);
        return 200;
      },
    });
    const auth = mutualTls({ cert: client.cert, key: client.key });
    const network = { tls, proxy: { url: proxy.url } };
    expect((await read(clientOf(server.url, network, { auth }))).status).toBe(200);
    expect(shown).toEqual([undefined, 'client']);
  });

  it('is passed by for targets that noProxy names', async () => {
    const server = await start();
    const proxy = await startProxy();
    const network = { proxy: { url: proxy.url, noProxy: ['127.0.0.0/8'] } };
    await read(clientOf(server.url, network));
    expect(proxy.asked).toEqual([]);
  });

  it('of the environment is used when the policy says so', async () => {
    const server = await start();
    const proxy = await startProxy();
    vi.stubEnv('http_proxy', `http://ann:${password}@127.0.0.1:${proxy.port}`);
    vi.stubEnv('no_proxy', '');
    await read(clientOf(server.url, {}));
    expect(proxy.asked).toEqual([]);
    await read(clientOf(server.url, { proxy: 'environment' }));
    expect(proxy.asked).toHaveLength(1);
    vi.stubEnv('no_proxy', '127.0.0.1');
    await read(clientOf(server.url, { proxy: 'environment' }));
    expect(proxy.asked).toHaveLength(1);
  });

  it('passes on bytes that the system sent at once', async () => {
    const greeting = createTcpServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
      socket.on('error', () => undefined).resume();
    });
    await new Promise<void>((resolve) => greeting.listen(0, '127.0.0.1', resolve));
    closers.push(async () => void greeting.close());
    const proxy = await startProxy({ to: (greeting.address() as AddressInfo).port });
    const client = clientOf('http://erp.example.com', { proxy: { url: proxy.url } });
    expect((await read(client)).text()).toBe('{}');
  });
});

describe('a proxy that fails', () => {
  it.each([
    [407, 'configuration', 'Check username and password of the proxy'],
    [403, 'configuration', 'Have the target allowed there, or name it in noProxy'],
    [405, 'configuration', 'Check that it is a forward proxy that knows CONNECT'],
    [502, 'transient', 'Check the address, and that the proxy may go there'],
    [503, 'transient', 'Check the address, and that the proxy may go there'],
  ])(
    'by %i is named, and its answer is not taken for one of the system',
    async (status, category, advice) => {
      const server = await start();
      const proxy = await startProxy({ judge: () => status });
      const options = { url: proxy.url, username: 'ann', password };
      const client = clientOf(server.url, { proxy: options });
      const error = await failureOf(client.send({ method: 'POST', url: '/orders', body: '{}' }));
      expect(error).toMatchObject({
        code: 'ERR_PROXY',
        category,
        retryable: category === 'transient',
        notExecuted: true,
        outcomeUnknown: false,
        httpStatus: undefined,
      });
      expect(error.message).toContain(`The proxy ${proxy.url} `);
      expect(error.message).toContain(`(${status})`);
      expect(error.message).toContain(advice);
      expect(server.connections()).toBe(0);
      const shown = inspect(error, { depth: 20, showHidden: true });
      expect(shown).not.toContain('canary');
      expect(shown).not.toContain(Buffer.from(`ann:${password}`).toString('base64'));
    },
  );

  const gone = async (): Promise<string> => {
    const { url, close } = await serve(() => undefined);
    await close();
    return url;
  };

  it('by not being there is named, and not the system', async () => {
    const url = await gone();
    const error = await failureOf(read(clientOf('https://erp.example.com', { proxy: { url } })));
    expect(error).toMatchObject({ code: 'ERR_PROXY', category: 'transient', notExecuted: true });
    expect(error.message).toBe(
      `The proxy ${url} refuses connections (ECONNREFUSED). Check its address and port, and that it is up.`,
    );
  });

  it('by speaking no TLS, or an unknown certificate, is named', async () => {
    const plain = await startProxy();
    const wrong = { url: plain.url.replace('http:', 'https:') };
    const error = await failureOf(read(clientOf('https://erp.example.com', { proxy: wrong })));
    expect(error).toMatchObject({ code: 'ERR_TLS', category: 'configuration', notExecuted: true });
    expect(error.message).toContain(`the proxy ${wrong.url} (`);
    expect(error.message).toContain('answered with something that is not TLS');
    const secure = await startProxy({ tls: { cert, key } });
    const unknown = await failureOf(
      read(clientOf('https://erp.example.com', { proxy: { url: secure.url } })),
    );
    expect(unknown).toMatchObject({ code: 'ERR_TLS' });
    expect(unknown.message).toContain(`the proxy ${secure.url} (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`);
  });

  it('by speaking no HTTP is named', async () => {
    const url = await serveTcp((socket) => void socket.end('220 mail.example.com ESMTP\r\n'));
    const error = await failureOf(read(clientOf('https://erp.example.com', { proxy: { url } })));
    expect(error).toMatchObject({ code: 'ERR_PROXY', notExecuted: true });
    expect(error.message).toContain('answered with something that is not HTTP');
  });

  it('by silence is given up within the limit for connecting', async () => {
    const url = await serveTcp(() => undefined);
    const client = clientOf(
      'https://erp.example.com',
      { proxy: { url } },
      { transport: { connectTimeoutMs: 20 } },
    );
    const error = await failureOf(client.send({ method: 'POST', url: '/', body: '{}' }));
    expect(error).toMatchObject({ code: 'ERR_PROXY', category: 'transient', notExecuted: true });
    expect(error.message).toContain(`The proxy ${url} cannot be reached`);
  });

  it('by a tunnel that leads nowhere is given up, too', async () => {
    const nowhere = await serveTcp(() => undefined);
    const proxy = await startProxy({ to: Number(new URL(nowhere).port) });
    const client = clientOf(
      'https://erp.example.com',
      { proxy: { url: proxy.url } },
      { transport: { connectTimeoutMs: 200 } },
    );
    const error = await failureOf(read(client));
    expect(proxy.asked).toHaveLength(1);
    expect(error).toMatchObject({ code: 'ERR_NETWORK', notExecuted: true });
  });

  it('is tried again as any network is', async () => {
    const server = await start();
    let asked = 0;
    const proxy = await startProxy({ judge: () => (asked++ === 0 ? 503 : 200) });
    const client = clientOf(
      server.url,
      { proxy: { url: proxy.url } },
      { retry: { baseDelayMs: 1 } },
    );
    const response = await client.send({ method: 'POST', url: '/', body: '{}' });
    expect(response.status).toBe(200);
  });

  it('does not hold up close()', async () => {
    let arrived: (socket: Socket) => void = () => undefined;
    const arrival = new Promise<Socket>((resolve) => {
      arrived = resolve;
    });
    const url = await serveTcp((socket) => arrived(socket));
    const transport = axiosTransport({ network: { proxy: { url } }, connectTimeoutMs: 600_000 });
    const client = createHttpClient({
      system: 'erp',
      baseUrl: 'https://erp.example.com',
      transport,
    });
    const failed = failureOf(read(client));
    const socket = await arrival;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await client.close();
    await transport.close();
    expect((await failed).code).toBe('ERR_ABORTED');
    await closed;
  });

  const serveTcp = async (take: (socket: Socket) => void): Promise<string> => {
    const sockets: Socket[] = [];
    const server = createTcpServer((socket) => {
      sockets.push(socket.on('error', () => undefined).resume());
      take(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
});

describe('behind a proxy', () => {
  it.each([
    ['https://127.0.0.1', {}, 'not a public address'],
    ['https://[::ffff:10.0.0.1]', {}, 'not a public address'],
    ['https://2130706433', {}, 'not a public address'],
    ['https://localhost.', {}, 'not a public address'],
    ['https://erp.localhost', {}, 'not a public address'],
    ['http://169.254.169.254', {}, 'metadata service'],
    ['http://metadata.google.internal', {}, 'metadata service'],
    ['http://METADATA.google.internal.', { addresses: {} }, 'metadata service'],
    ['https://erp.example.com', { hosts: ['crm.example.com'] }, 'not among network.hosts'],
    ['https://erp.example.com', { hosts: ['10.0.0.0/8'] }, 'not among network.hosts'],
  ] as [string, NetworkPolicy, string][])(
    '%s is refused by what can be seen of it',
    async (url, policy, text) => {
      const proxy = await startProxy();
      const network: NetworkPolicy = {
        addresses: { deny: 'private' },
        proxy: { url: proxy.url } satisfies ProxyOptions,
        ...policy,
      };
      const error = await failureOf(read(clientOf(url, network)));
      expect(error).toMatchObject({ code: 'ERR_BLOCKED_ADDRESS', category: 'configuration' });
      expect(error.message).toContain(text);
      expect(proxy.asked).toEqual([]);
    },
  );

  it('localhost is reached where loopback is allowed', async () => {
    const server = await start();
    const proxy = await startProxy();
    const addresses = { deny: 'private', allow: ['127.0.0.1'] } as const;
    const network = { addresses, proxy: { url: proxy.url } };
    await read(clientOf(`http://localhost:${server.port}`, network));
    expect(proxy.asked).toHaveLength(1);
  });
});
