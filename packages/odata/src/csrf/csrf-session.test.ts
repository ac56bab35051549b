import { describe, expect, test } from 'vitest';
import { createODataClient } from '../client/create-odata-client.ts';
import { type Answer, type SeenRequest, startServer } from '../client/start-server.fixture.ts';
import { createCsrfSession } from './csrf-session.ts';

/** A Gateway: tokens are bound to session cookies, a refused write has no effect. */
function gateway(options: { readonly headStatus?: number; readonly issues?: boolean } = {}) {
  const state = { issued: 0, valid: 0, writes: 0, stripsCookies: false };
  const answer = (request: SeenRequest): Answer => {
    if (request.method === 'HEAD' && options.headStatus) return { status: options.headStatus };
    if (request.headers['x-csrf-token'] === 'Fetch') {
      if (options.issues === false) return { body: { d: {} } };
      state.issued += 1;
      state.valid = state.issued;
      return {
        headers: {
          'x-csrf-token': `TOKEN${state.issued}==`,
          'set-cookie': [
            'sap-usercontext=sap-client=100; path=/',
            `SAP_SESSIONID_SIM_100=s%3d${state.issued}; path=/; secure; HttpOnly`,
          ],
        },
      };
    }
    if (request.method === 'GET') return { body: { d: {} } };
    const cookie = String(request.headers.cookie ?? '');
    const isValid =
      options.issues === false ||
      (request.headers['x-csrf-token'] === `TOKEN${state.valid}==` &&
        cookie.includes(`SAP_SESSIONID_SIM_100=s%3d${state.valid}`) &&
        !state.stripsCookies);
    if (!isValid) {
      return {
        status: 403,
        headers: { 'x-csrf-token': 'Required', 'content-type': 'text/plain; charset=utf-8' },
        body: 'CSRF token validation failed',
      };
    }
    state.writes += 1;
    return { status: 201, body: { d: { Product: `P${state.writes}` } } };
  };
  return { state, answer };
}

function clientOf(server: Awaited<ReturnType<typeof startServer>>, path = '/sap/opu/odata/sap/X') {
  const csrf = createCsrfSession({ http: server.http });
  const client = createODataClient({
    http: server.http,
    csrf,
    servicePath: path,
    version: 'v2',
    query: { 'sap-client': '100' },
  });
  return { client, csrf };
}

describe('one token serves all writes of a connection', () => {
  test('20 writes are 21 requests', async () => {
    const { answer, state } = gateway();
    await using server = await startServer(answer);
    const { client } = clientOf(server);
    for (let index = 0; index < 20; index += 1) {
      await client.create({ entity: 'A_Product', data: { Product: 'X' } });
    }
    expect(server.requests).toHaveLength(21);
    expect(state.writes).toBe(20);
  });

  test('50 parallel writers share one fetch', async () => {
    const { answer, state } = gateway();
    await using server = await startServer(answer);
    const { client } = clientOf(server);
    await Promise.all(
      Array.from({ length: 50 }, () => client.create({ entity: 'A_Product', data: {} })),
    );
    expect(server.requests).toHaveLength(51);
    expect(state).toMatchObject({ issued: 1, writes: 50 });
  });

  test('so do several services, and reads fetch none', async () => {
    const { answer, state } = gateway();
    await using server = await startServer(answer);
    const { client, csrf } = clientOf(server);
    const other = createODataClient({
      http: server.http,
      csrf,
      servicePath: '/sap/opu/odata/sap/Y',
      version: 'v2',
    });
    await client.get({ entity: 'A_Product', key: '1' });
    expect(state.issued).toBe(0);
    await client.create({ entity: 'A_Product', data: {} });
    await other.delete({ entity: 'A_Order', key: '1' });
    expect(state.issued).toBe(1);
  });
});

describe('trap: the token is asked for as Gateway wants it', () => {
  test('with HEAD, a trailing slash, sap-client, and the answer’s cookies go back undecoded', async () => {
    const { answer } = gateway();
    await using server = await startServer(answer);
    const { client } = clientOf(server);
    await client.create({ entity: 'A_Product', data: {} });
    const [fetched, written] = server.requests;
    expect(fetched).toMatchObject({
      method: 'HEAD',
      url: '/sap/opu/odata/sap/X/?sap-client=100',
      headers: { 'x-csrf-token': 'Fetch' },
    });
    expect(written?.headers).toMatchObject({
      'x-csrf-token': 'TOKEN1==',
      cookie: 'sap-usercontext=sap-client=100; SAP_SESSIONID_SIM_100=s%3d1',
    });
  });

  test('with GET where HEAD is not allowed (cloud-sdk-js#3846)', async () => {
    const { answer, state } = gateway({ headStatus: 405 });
    await using server = await startServer(answer);
    const { client } = clientOf(server);
    await client.create({ entity: 'A_Product', data: {} });
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET', 'POST']);
    expect(state.writes).toBe(1);
  });

  test('and a service that hands out none is written to without', async () => {
    const { answer } = gateway({ issues: false });
    await using server = await startServer(answer);
    const { client } = clientOf(server);
    await client.create({ entity: 'A_Product', data: {} });
    await client.create({ entity: 'A_Product', data: {} });
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET', 'POST', 'POST']);
    expect(server.requests.at(-1)?.headers['x-csrf-token']).toBeUndefined();
  });
});

describe('a stale token is renewed once', () => {
  test('and the write repeated', async () => {
    const { answer, state } = gateway();
    await using server = await startServer(answer);
    const { client } = clientOf(server);
    await client.create({ entity: 'A_Product', data: {} });
    state.valid = -1;
    await client.create({ entity: 'A_Product', data: {} });
    expect(state).toMatchObject({ issued: 2, writes: 2 });
    expect(server.requests).toHaveLength(5);
  });

  test('trap: all writers that were refused share one renewal (cloud-sdk-java#357, #379)', async () => {
    const { answer, state } = gateway();
    await using server = await startServer(answer);
    const { client } = clientOf(server);
    await client.create({ entity: 'A_Product', data: {} });
    state.valid = -1;
    await Promise.all(
      Array.from({ length: 50 }, () => client.create({ entity: 'A_Product', data: {} })),
    );
    expect(state).toMatchObject({ issued: 2, writes: 51 });
  });

  test('trap: cookies that a proxy drops end in a clear error, not a loop (cloud-sdk-js#1037)', async () => {
    const { answer, state } = gateway();
    state.stripsCookies = true;
    await using server = await startServer(answer);
    const { client } = clientOf(server);
    await expect(client.create({ entity: 'A_Product', data: {} })).rejects.toMatchObject({
      code: 'ERR_CSRF_TOKEN_REFUSED',
      category: 'permission',
      message: expect.stringContaining('proxy'),
    });
    expect(server.requests).toHaveLength(4);
  });

  test('trap: a 403 that is no token refusal is a permission error and not repeated', async () => {
    await using server = await startServer((request) =>
      request.headers['x-csrf-token'] === 'Fetch'
        ? { headers: { 'x-csrf-token': 'T' } }
        : {
            status: 403,
            body: { error: { code: '/IWBEP/403', message: { value: 'No authorisation.' } } },
          },
    );
    const { client } = clientOf(server);
    await expect(client.create({ entity: 'A_Product', data: {} })).rejects.toMatchObject({
      code: 'ERR_PERMISSION_DENIED',
      vendorCode: '/IWBEP/403',
      message: expect.stringContaining('No authorisation.'),
    });
    expect(server.requests).toHaveLength(2);
  });
});

describe('a fetch that fails', () => {
  test.each([
    [
      404,
      { error: { code: '/IWFND/MED/170', message: { value: 'No service found' } } },
      'ERR_CONFIGURATION',
    ],
    [403, { error: { code: 'X', message: 'No authorisation' } }, 'ERR_PERMISSION_DENIED'],
    [401, '', 'ERR_AUTHENTICATION_FAILED'],
  ])('with %i says so, and nothing is written', async (status, body, code) => {
    await using server = await startServer(() => ({ status, body }));
    const { client } = clientOf(server);
    await expect(client.create({ entity: 'A_Product', data: {} })).rejects.toMatchObject({ code });
    expect(server.requests.every(({ method }) => method !== 'POST')).toBe(true);
  });

  test('is asked for again by the next write', async () => {
    const { answer } = gateway();
    let isDown = true;
    await using server = await startServer((request) =>
      isDown ? { status: 404 } : answer(request),
    );
    const { client } = clientOf(server);
    await expect(client.create({ entity: 'A_Product', data: {} })).rejects.toThrow('No CSRF token');
    isDown = false;
    await expect(client.create({ entity: 'A_Product', data: {} })).resolves.toBeDefined();
  });
});

describe('a caller who gives up', () => {
  test('leaves the shared fetch to the others', async () => {
    const { answer } = gateway();
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using server = await startServer(async (request) => {
      if (request.method === 'HEAD') await held;
      return answer(request);
    });
    const { client } = clientOf(server);
    const controller = new AbortController();
    const first = client.create({ entity: 'A_Product', data: {}, signal: controller.signal });
    const second = client.create({ entity: 'A_Product', data: {} });
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    release();
    await expect(second).resolves.toBeDefined();
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'POST']);
  });
});
