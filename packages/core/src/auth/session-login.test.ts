import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import { type SessionLoginOptions, sessionLogin } from './session-login.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A system that answers by routes, and a client that signs in by a session. */
async function open(options: SessionLoginOptions, routes: Readonly<Record<string, Answer>>) {
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = String(request.url).split('?')[0] ?? '';
    calls.push(`${request.method} ${path}`);
    const route = routes[path];
    if (route === undefined) response.writeHead(404);
    route?.(request, response, body);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clock = manualClock();
  const http = createHttpClient({
    system: 'erp',
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    auth: sessionLogin(options),
    clock,
    retry: { maxAttempts: 1 },
  });
  closers.push(
    () => server.close(),
    () => http.close(),
  );
  const call = (headers = {}) => http.send({ method: 'GET', url: '/data', headers });
  return { calls, clock, call, http };
}

const json = (response: ServerResponse, body: unknown, headers = {}): void => {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.write(JSON.stringify(body));
};

/** A password that the tests look for where it must not be. */
const password = 'canary-pässword';
const credentials = `Basic ${Buffer.from(`OPERATIONS:${password}`).toString('base64')}`;

describe('a session of E-Business Suite', () => {
  const options: SessionLoginOptions = {
    login: {
      method: 'GET',
      url: '/webservices/rest/login',
      basic: { username: 'OPERATIONS', password: () => password },
    },
    token: { json: ['data.accessToken', 'response.data.accessToken'] },
    apply: { cookie: { json: ['data.accessTokenName', 'response.data.accessTokenName'] } },
    logout: { method: 'GET', url: '/webservices/rest/logout' },
  };

  function ebs(wrap: (data: object) => object = (data) => ({ data })) {
    const sessions = new Set<string>();
    let issued = 0;
    const isKnown = ({ headers }: IncomingMessage): boolean =>
      sessions.has(/\bEBSPROD=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? '');
    return {
      sessions,
      routes: {
        '/webservices/rest/login': (request, response) => {
          if (request.headers.authorization !== credentials) return void response.writeHead(401);
          issued += 1;
          sessions.add(`t${issued}`);
          json(
            response,
            wrap({
              accessToken: `t${issued}`,
              accessTokenName: 'EBSPROD',
              ebsVersion: '12.2.0',
              userName: 'OPERATIONS',
            }),
          );
        },
        '/webservices/rest/logout': (request, response) => {
          const isOpen = isKnown(request);
          if (isOpen) sessions.clear();
          response.writeHead(isOpen ? 200 : 401);
        },
        '/data': (request, response) => {
          if (isKnown(request)) json(response, { cookie: request.headers.cookie });
          else response.writeHead(401);
        },
      } satisfies Record<string, Answer>,
    };
  }

  it.each([
    ['as data', (data: object) => ({ data })],
    ['as response', (data: object) => ({ response: { data } })],
  ])('is carried by a cookie that the login names: %s', async (_, wrap) => {
    const { calls, call } = await open(options, ebs(wrap).routes);
    await call();
    const answer = await call();
    expect(answer.json()).toEqual({ cookie: 'EBSPROD=t1' });
    expect(calls).toEqual(['GET /webservices/rest/login', 'GET /data', 'GET /data']);
  });

  it('is one for all who wait for it', async () => {
    const { calls, call } = await open(options, ebs().routes);
    await Promise.all(Array.from({ length: 20 }, () => call()));
    expect(calls.filter((path) => path.endsWith('/login'))).toHaveLength(1);
  });

  it('is opened again, once, when it timed out', async () => {
    const { sessions, routes } = ebs();
    const { calls, call } = await open(options, routes);
    await call();
    sessions.clear();
    await Promise.all(Array.from({ length: 10 }, () => call()));
    expect(calls.filter((path) => path.endsWith('/login'))).toHaveLength(2);
  });

  it('is ended at the system when the client is closed', async () => {
    const { sessions, routes } = ebs();
    const { calls, call, http } = await open(options, routes);
    await call();
    await http.close();
    expect([calls.at(-1), sessions.size]).toEqual(['GET /webservices/rest/logout', 0]);
  });
});

describe('a session in cookies', () => {
  const options: SessionLoginOptions = {
    login: { url: '/Login', json: { CompanyDB: 'SBO', UserName: 'manager', Password: password } },
    token: { cookie: 'B1SESSION' },
    lifetime: { json: 'SessionTimeout', unit: 'minutes' },
  };
  const bodies: string[] = [];
  const login: Answer = (_request, response, body) => {
    bodies.push(body);
    json(
      response,
      { SessionId: 's%3d1', SessionTimeout: 30 },
      { 'set-cookie': ['B1SESSION=s%3d1; HttpOnly', 'ROUTEID=.node4; path=/', 'old=; Max-Age=0'] },
    );
  };
  const data: Answer = ({ headers }, response) =>
    json(response, [headers.cookie, headers.authorization]);

  it('sends all that the login set, undecoded', async () => {
    const { call } = await open(options, { '/Login': login, '/data': data });
    expect((await call()).json()).toEqual(['B1SESSION=s%3d1; ROUTEID=.node4', null]);
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      CompanyDB: 'SBO',
      UserName: 'manager',
      Password: password,
    });
  });

  it('leaves the cookies of the request beside its own', async () => {
    const { call } = await open(options, { '/Login': login, '/data': data });
    const answer = await call({ cookie: 'csrf=1; ROUTEID=other' });
    expect(answer.json()).toEqual(['csrf=1; B1SESSION=s%3d1; ROUTEID=.node4', null]);
  });

  it('is renewed before it ends', async () => {
    const { calls, call, clock } = await open(options, { '/Login': login, '/data': data });
    await call();
    await clock.advance(30 * 60_000 - 60_001);
    await call();
    expect(calls.filter((path) => path === 'POST /Login')).toHaveLength(1);
    await clock.advance(1);
    await call();
    expect(calls.filter((path) => path === 'POST /Login')).toHaveLength(2);
  });
});

describe('a session that sends its callers to a login page', () => {
  const options: SessionLoginOptions = {
    login: { url: '/j_security_check', form: { j_username: 'a', j_password: 'b&c' } },
    token: { cookie: 'JSESSIONID' },
  };

  it.each(['/login.jsp?from=%2Fdata', 'http://sso.example.com/sign-in'])(
    'is opened again: %s',
    async (location) => {
      let session = 0;
      const { calls, call } = await open(options, {
        '/j_security_check': (_request, response, body) => {
          expect(body).toBe('j_username=a&j_password=b%26c');
          session += 1;
          response.writeHead(302, { location: '/', 'set-cookie': `JSESSIONID=${session}` });
        },
        '/data': ({ headers }, response) => {
          if (headers.cookie === 'JSESSIONID=2') return json(response, {});
          response.writeHead(302, { location });
        },
      });
      await call();
      expect(calls).toEqual([
        'POST /j_security_check',
        'GET /data',
        'POST /j_security_check',
        'GET /data',
      ]);
    },
  );

  it('fails when it does so after the login too', async () => {
    const { calls, call } = await open(options, {
      '/j_security_check': (_request, response) =>
        void response.writeHead(302, { location: '/', 'set-cookie': 'JSESSIONID=1' }),
      '/data': (_request, response) => void response.writeHead(302, { location: '/login' }),
    });
    await expect(call()).rejects.toMatchObject({
      code: 'ERR_AUTHENTICATION_FAILED',
      message: expect.stringContaining('asks to sign in'),
    });
    expect(calls).toHaveLength(4);
  });

  it('is not mistaken for one that leads elsewhere', async () => {
    const { call } = await open(options, {
      '/j_security_check': (_request, response) =>
        void response.writeHead(302, { location: '/', 'set-cookie': 'JSESSIONID=1' }),
      '/data': (_request, response) => void response.writeHead(302, { location: '/moved?login=1' }),
      '/moved': (_request, response) => json(response, { moved: true }),
    });
    expect((await call()).json()).toEqual({ moved: true });
  });

  it('is not mistaken for an answer that tells the address of a new record', async () => {
    const { calls, call } = await open(options, {
      '/j_security_check': (_request, response) =>
        void response.writeHead(302, { location: '/', 'set-cookie': 'JSESSIONID=1' }),
      '/data': (_request, response) => void response.writeHead(201, { location: '/logins/7' }),
    });
    await call();
    expect(calls).toHaveLength(2);
  });

  it('may be known by something else', async () => {
    let session = 0;
    const isSignedOut: SessionLoginOptions['isSignedOut'] = ({ status, headers }) =>
      status === 200 && headers['content-type'] === 'text/html';
    const { call } = await open(
      { ...options, isSignedOut },
      {
        '/j_security_check': (_request, response) => {
          session += 1;
          response.writeHead(200, { 'set-cookie': `JSESSIONID=${session}` });
        },
        '/data': ({ headers }, response) => {
          if (headers.cookie === 'JSESSIONID=2') return json(response, {});
          response.writeHead(200, { 'content-type': 'text/html' });
        },
      },
    );
    await call();
    expect(session).toBe(2);
  });
});

describe('a token of a login', () => {
  it.each<[string, Pick<SessionLoginOptions, 'token' | 'apply'>, object]>([
    ['in the JSON', { token: { json: 'token' } }, { authorization: 'Bearer t1' }],
    [
      'in a header, to a header',
      { token: { header: 'X-Auth-Token' }, apply: { header: 'X-Session' } },
      { 'x-session': 'h1' },
    ],
    [
      'to a header after a prefix',
      { token: { json: 'token' }, apply: { header: 'Authorization', prefix: 'Session ' } },
      { authorization: 'Session t1' },
    ],
    [
      'to a cookie of a known name',
      { token: { json: 'token' }, apply: { cookie: 'sid' } },
      { cookie: 'sid=t1' },
    ],
    ['that is a number', { token: { json: 'number' } }, { authorization: 'Bearer 7' }],
  ])('is found and sent: %s', async (_, options, expected) => {
    const { call } = await open(
      { ...options, login: { url: '/login', headers: { 'X-Tenant': '1' }, json: { a: 'b' } } },
      {
        '/login': ({ headers }, response) => {
          expect(headers['x-tenant']).toBe('1');
          json(response, { token: 't1', number: 7 }, { 'x-auth-token': 'h1' });
        },
        '/data': ({ headers }, response) => json(response, headers),
      },
    );
    expect((await call()).json()).toMatchObject(expected);
  });
});

describe('a login that fails', () => {
  const options: SessionLoginOptions = {
    login: { url: '/login', basic: { username: 'u', password } },
    token: { json: 'token' },
  };

  it.each<[number, string, string]>([
    [401, 'ERR_AUTHENTICATION_FAILED', 'refused the credentials'],
    [403, 'ERR_AUTHENTICATION_FAILED', 'refused the credentials'],
    [404, 'ERR_CONFIGURATION', 'There is no login'],
    [429, 'ERR_RATE_LIMITED', 'too many sign-ins'],
    [503, 'ERR_TRANSIENT', 'Try again later'],
    [200, 'ERR_AUTHENTICATION_FAILED', 'without a token'],
  ])('says why: %i', async (status, code, message) => {
    const login: Answer = (_request, response) => {
      response.writeHead(status);
      response.write('<html>canary</html>');
    };
    const { call, calls } = await open(options, { '/login': login });
    const error = await call().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code,
      httpStatus: status,
      notExecuted: true,
      message: expect.stringContaining(message),
    });
    expect(inspect(error)).not.toContain('canary');
    expect(calls).toEqual(['POST /login']);
  });

  it.each([
    ['a name', { json: 'name' }],
    ['a value', 'sid'],
  ])('is not followed by a cookie with more than one value in it: %s', async (_, cookie) => {
    const token = typeof cookie === 'string' ? 'a; admin=1' : 'a';
    const { call } = await open(
      { ...options, apply: { cookie } },
      { '/login': (_request, response) => json(response, { token, name: 'x=1; y' }) },
    );
    await expect(call()).rejects.toMatchObject({ code: 'ERR_AUTHENTICATION_FAILED' });
  });

  it('never leaves the origin of the connection', async () => {
    const url = 'https://evil.example/login';
    const { call } = await open({ ...options, login: { ...options.login, url } }, {});
    await expect(call()).rejects.toMatchObject({ code: 'ERR_CROSS_ORIGIN' });
  });

  it('tells an unreachable system from wrong credentials', async () => {
    const http = createHttpClient({
      system: 'erp',
      baseUrl: 'http://127.0.0.1:9',
      auth: sessionLogin(options),
      retry: { maxAttempts: 1 },
    });
    closers.push(() => http.close());
    await expect(http.send({ method: 'GET', url: '/data' })).rejects.toMatchObject({
      code: 'ERR_NETWORK',
      notExecuted: true,
    });
  });

  it('keeps the secrets of the strategy in it', () => {
    const auth = sessionLogin(options);
    expect(inspect(auth, { depth: 20, showHidden: true })).not.toContain('canary');
  });
});
