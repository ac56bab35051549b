import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { AuthStrategy } from '../auth/auth-strategy.ts';
import { basic } from '../auth/basic.ts';
import { oauth2ClientCredentials } from '../auth/oauth2/oauth2-client-credentials.ts';
import { sessionLogin } from '../auth/session-login.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import type { HttpClientOptions } from '../http/http-client-options.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { failureOf, serve, serveProxy } from './loopback.fixture.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const start = async (answer: RequestListener) => {
  const server = await serve(answer);
  closers.push(server.close);
  return server;
};

/** A server of somebody else, which writes down what it is sent. */
async function stranger() {
  const requests: IncomingMessage[] = [];
  const { url, port } = await start((request, response) => {
    requests.push(request);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"access_token":"stolen"}');
  });
  return { url, port, requests };
}

const open = (baseUrl: string, options: Partial<HttpClientOptions> = {}) => {
  const auth = basic({ username: 'ann', password: 'canary' });
  const retry = { maxAttempts: 1 };
  const client = createHttpClient({ system: 'erp', baseUrl, auth, retry, ...options });
  closers.push(client.close);
  return client;
};

const token = (tokenUrl: string) =>
  oauth2ClientCredentials({ tokenUrl, clientId: 'app', clientSecret: 'canary' });

describe('credentials', () => {
  it.each([301, 302, 303, 307, 308])('do not follow a redirect (%i) elsewhere', async (status) => {
    const { url, requests } = await stranger();
    const erp = await start((_, response) => response.writeHead(status, { location: url }).end());
    for (const method of ['GET', 'POST', 'DELETE'] satisfies HttpRequest['method'][]) {
      const error = await failureOf(open(erp.url).send({ method, url: '/orders' }));
      expect(error).toMatchObject({ code: 'ERR_CROSS_ORIGIN', category: 'configuration' });
      expect(error.message).toContain(`Refused to send credentials of ${erp.url} to ${url}`);
    }
    expect(requests).toEqual([]);
  });

  it('do not follow a write to another place of the same origin', async () => {
    const paths: unknown[] = [];
    const erp = await start((request, response) => {
      paths.push(request.url);
      response.writeHead(307, { location: '/other' }).end();
    });
    await failureOf(open(erp.url).send({ method: 'POST', url: '/orders', body: '{}' }));
    expect(paths).toEqual(['/orders']);
  });

  it.each([
    (port: number) => `http://127.0.0.1:${port}/next`,
    (port: number) => `HTTP://127.0.0.1:${port}/next`,
    (port: number) => `http:127.0.0.1:${port}/next`,
    (port: number) => `http:\\\\127.0.0.1:${port}\\next`,
    (port: number) => `http://localhost:${port}/next`,
    (port: number) => `//127.0.0.1:${port}/next`,
    (port: number) => `\\\\127.0.0.1:${port}/next`,
  ])('do not go to the next page on another host: %o', async (link) => {
    const { port, requests } = await stranger();
    const erp = await start((_, response) => response.end());
    const error = await failureOf(open(erp.url).send({ method: 'GET', url: link(port) }));
    expect(error).toMatchObject({ code: 'ERR_CROSS_ORIGIN', notExecuted: true });
    expect(requests).toEqual([]);
    expect(erp.connections()).toBe(0);
  });

  it.each([
    '/\\127.0.0.1/next',
    '@127.0.0.1/next',
    ':80/next',
    '.example.com/next',
    ' http://127.0.0.1/next',
    '\thttp://127.0.0.1/next',
    '/../../next',
  ])('stay on the origin with the link "%s"', async (url) => {
    const hosts: unknown[] = [];
    const erp = await start(({ headers }, response) => {
      hosts.push(headers.host);
      response.end();
    });
    await open(`${erp.url}/api`)
      .send({ method: 'GET', url })
      .catch(() => undefined);
    expect(hosts.filter((host) => host !== `127.0.0.1:${erp.port}`)).toEqual([]);
  });

  it('do not go where a strategy turns a signed request to', async () => {
    const { url, requests } = await stranger();
    const erp = await start((_, response) => response.end());
    const auth: AuthStrategy = {
      kind: 'x',
      async authorize(draft) {
        draft.headers.authorization = 'canary';
        draft.url = url;
      },
    };
    const error = await failureOf(open(erp.url, { auth }).send({ method: 'GET', url: '/' }));
    expect(error.code).toBe('ERR_CROSS_ORIGIN');
    expect(requests).toEqual([]);
  });

  it('go to a told address, and from there to no other: not to the configured one either', async () => {
    const { url, requests } = await stranger();
    const seen: unknown[] = [];
    const told = await start((request, response) => {
      seen.push(request.url);
      response.writeHead(302, { location: `${url}/next` }).end();
    });
    const auth: AuthStrategy = {
      kind: 'x',
      authorize: async () => undefined,
      baseUrl: async () => told.url,
    };
    const client = open(`${url}/api`, { auth });
    const redirected = await failureOf(client.send({ method: 'GET', url: '/orders' }));
    expect(redirected.code).toBe('ERR_CROSS_ORIGIN');
    const link = await failureOf(client.send({ method: 'GET', url: `${url}/next` }));
    expect(link.code).toBe('ERR_CROSS_ORIGIN');
    expect(seen).toEqual(['/orders']);
    expect(requests).toEqual([]);
  });

  it.each([302, 307, 308])('of a token request do not follow a redirect (%i)', async (status) => {
    const { url, requests } = await stranger();
    const server = await start((_, response) =>
      response.writeHead(status, { location: url }).end(),
    );
    const auth = token(`${server.url}/token`);
    const error = await failureOf(open(server.url, { auth }).send({ method: 'GET', url: '/' }));
    expect(error.message).not.toContain('canary');
    expect(error.retryable).toBe(false);
    expect(requests).toEqual([]);
  });

  it('in cookies do not leave the origin', async () => {
    const { url, requests } = await stranger();
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      if (request.url === '/login') {
        const cookie = 'JSESSIONID=canary; Domain=127.0.0.1; Path=/';
        response.writeHead(200, { 'set-cookie': cookie }).end('{}');
      } else response.writeHead(302, { location: url }).end();
    };
    const erp = await start(answer);
    const auth = sessionLogin({
      login: { url: '/login', json: {} },
      token: { cookie: 'JSESSIONID' },
    });
    const error = await failureOf(open(erp.url, { auth }).send({ method: 'GET', url: '/orders' }));
    expect(error.code).toBe('ERR_CROSS_ORIGIN');
    expect(requests).toEqual([]);
  });
});

describe('a token endpoint', () => {
  it('is under the policy of the connection', async () => {
    const { port } = await stranger();
    const erp = await start((_, response) => response.end('{}'));
    const network = { hosts: ['localhost'] };
    const read = (origin: string) => {
      const auth = token(`${origin}:${port}/token`);
      const client = open(`http://localhost:${erp.port}`, { auth, network });
      return client.send({ method: 'GET', url: '/' });
    };
    const error = await failureOf(read('https://login.example.com'));
    expect(error).toMatchObject({ code: 'ERR_BLOCKED_ADDRESS', category: 'configuration' });
    expect(error.message).toContain('login.example.com is not reached');
    expect((await read('http://localhost')).status).toBe(200);
  });

  it('is asked through the proxy', async () => {
    const { url, port } = await stranger();
    const erp = await start((_, response) => response.end('{}'));
    const proxy = await serveProxy();
    closers.push(proxy.close);
    const network = { proxy: { url: proxy.url } };
    await open(erp.url, { auth: token(`${url}/token`), network }).send({ method: 'GET', url: '/' });
    const asked = proxy.asked.map(({ target }) => target);
    expect(asked).toEqual([`127.0.0.1:${port}`, `127.0.0.1:${erp.port}`]);
  });
});
