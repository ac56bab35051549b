import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../clock/manual-clock.ts';
import type { ConnectorEvent } from '../../contract/connector-event.ts';
import { hmacSha256 } from '../../crypto/hmac.ts';
import { createWebhookReceiver } from '../create-webhook-receiver.ts';
import { intuitWebhooks } from '../schemes/intuit-webhooks.ts';
import type { WebhookAdapterOptions } from './adapter-options.ts';
import { fetchHandler } from './fetch-handler.ts';
import { lambdaHandler } from './lambda-handler.ts';
import { type NodeHandlerOptions, nodeHandler } from './node-handler.ts';

const event = (id: string) => ({
  specversion: '1.0',
  id,
  source: 's',
  type: 'qbo.item.updated.v1',
  intuitentityid: '1',
  intuitaccountid: 'realm',
});
// Bytes that a parser and printer would not leave as they are.
const body = `[ ${JSON.stringify(event('ü-1'))} ]`;
const headers = {
  'content-type': 'application/json',
  'Intuit-Signature': hmacSha256('token', body).toString('base64'),
};

function app(options: Partial<WebhookAdapterOptions> = {}) {
  const stored: string[] = [];
  const processed: string[] = [];
  const add = (list: string[]) => async (events: readonly ConnectorEvent[]) => {
    list.push(...events.map(({ id }) => id));
  };
  const receive = createWebhookReceiver({ scheme: intuitWebhooks({ verifierTokens: 'token' }) });
  return {
    stored,
    processed,
    options: { receive, store: add(stored), process: add(processed), ...options },
  };
}

const throwing = () => {
  throw new Error('no');
};

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function listen(options: NodeHandlerOptions): Promise<string> {
  const server = createServer(nodeHandler(options)).listen(0, '127.0.0.1');
  closers.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?x=1`;
}

describe('nodeHandler', () => {
  it('stores, answers, then processes', async () => {
    const { stored, options } = app();
    let answered = (): void => undefined;
    const answer = new Promise<void>((resolve) => {
      answered = resolve;
    });
    let processed: readonly ConnectorEvent[] = [];
    const done = new Promise<void>((resolve) => {
      options.process = async (events) => {
        // It would wait for ever if the answer waited for it.
        await answer;
        processed = events;
        resolve();
      };
    });
    const url = await listen(options);
    const response = await fetch(url, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    expect(stored).toEqual(['s#ü-1']);
    answered();
    await done;
    expect(processed).toHaveLength(1);
  });

  it('says that a parser had the body, and takes the bytes that it kept', async () => {
    const told: unknown[] = [];
    const silent = () => undefined;
    const logger = {
      debug: silent,
      info: silent,
      warn: silent,
      error: (_: string, fields: unknown) => void told.push(fields),
    };
    const { stored, options } = app({ logger });
    const handler = nodeHandler(options);
    const ask = async (keepsBytes: boolean) => {
      const server = createServer(async (request, response) => {
        const bytes = await buffer(request);
        await handler(keepsBytes ? Object.assign(request, { rawBody: bytes }) : request, response);
      }).listen(0, '127.0.0.1');
      closers.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      return (await fetch(`http://127.0.0.1:${port}/hook`, { method: 'POST', headers, body }))
        .status;
    };
    expect(await ask(false)).toBe(503);
    expect(told).toEqual([{ reason: expect.stringContaining('express.json()') }]);
    expect(stored).toEqual([]);
    expect(await ask(true)).toBe(200);
    expect(stored).toEqual(['s#ü-1']);
  });

  it('takes a repeated delivery for what it is', async () => {
    const { stored, options } = app();
    const url = await listen(options);
    for (let count = 0; count < 3; count += 1) {
      expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
    }
    expect(stored).toEqual(['s#ü-1']);
  });

  it('asks for the events again when they could not be stored, and then gets them', async () => {
    let broken = true;
    const { stored, options } = app();
    const store = options.store;
    options.store = async (events, call) => {
      if (broken) throw new Error('disk full');
      await store(events, call);
    };
    const url = await listen(options);
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(503);
    broken = false;
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
    expect(stored).toEqual(['s#ü-1']);
  });

  it('survives a failing process step, with a line in the log', async () => {
    const lines: string[] = [];
    let failed = (): void => undefined;
    const failure = new Promise<void>((resolve) => {
      failed = resolve;
    });
    const log = (message: string) => {
      lines.push(message);
      failed();
    };
    const { options } = app({
      logger: { debug: log, info: log, warn: log, error: log },
      process: async () => {
        throw new Error('no');
      },
    });
    const response = await fetch(await listen(options), { method: 'POST', headers, body });
    await failure;
    expect(response.status).toBe(200);
    expect(lines).toEqual(['Stored events of a webhook could not be processed.']);
  });

  it.each([
    ['the receiver', { receive: async () => Promise.reject(new Error('the audit is down')) }],
    ['the receiver at once', { receive: throwing }],
    ['what tells the address', { remoteAddress: throwing }],
  ])('survives that %s throws, and asks to send again', async (_, failing) => {
    const { options } = app();
    const response = await fetch(await listen({ ...options, ...failing }), {
      method: 'POST',
      headers,
      body,
    });
    expect(response.status).toBe(503);
  });

  it('survives a sender that goes away in the middle', async () => {
    const { stored, options } = app();
    const url = await listen(options);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc');
    await once(socket, 'connect');
    socket.destroy();
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
    expect(stored).toEqual(['s#ü-1']);
  });

  it('cuts a body off that is too large, without reading it to its end', async () => {
    const { stored, options } = app({ maxBytes: 1000 });
    const url = new URL(await listen(options));
    const request = send(url, { method: 'POST' });
    request.on('error', () => undefined);
    const answer = once(request, 'response');
    const endless = setInterval(() => request.write('x'.repeat(500)), 1);
    const [response] = await answer;
    clearInterval(endless);
    request.destroy();
    expect(response.statusCode).toBe(413);
    expect(stored).toEqual([]);
  });

  it('cuts a body off that is too slow', async () => {
    const clock = manualClock(0);
    const { options } = app({ clock, bodyTimeoutMs: 5000 });
    const url = new URL(await listen(options));
    const socket = connect(Number(url.port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc');
    const answer = once(socket, 'data');
    while (clock.sleeping === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(5000);
    expect(String((await answer)[0])).toMatch(/^HTTP\/1\.1 408 /);
    socket.destroy();
  });
});

describe('fetchHandler', () => {
  it('stores, answers and hands the processing to the platform', async () => {
    const { stored, processed, options } = app();
    const works: Promise<void>[] = [];
    const handler = fetchHandler({ ...options, waitUntil: (work) => void works.push(work) });
    const request = new Request('https://app.example/hook', { method: 'POST', headers, body });
    expect((await handler(request)).status).toBe(200);
    await Promise.all(works);
    expect([stored, processed]).toEqual([['s#ü-1'], ['s#ü-1']]);
  });

  it('has the vendor send it again when something read the body before', async () => {
    const { options } = app();
    const request = new Request('https://app.example/hook', { method: 'POST', headers, body });
    await request.text();
    expect((await fetchHandler(options)(request)).status).toBe(503);
  });

  it('refuses what is forged or too large', async () => {
    const { options } = app({ maxBytes: body.length + 10 });
    const handler = fetchHandler(options);
    const ask = (text: string) =>
      handler(new Request('https://app.example/', { method: 'POST', headers, body: text }));
    expect((await ask(`${body} `)).status).toBe(401);
    expect((await ask(body + ' '.repeat(20))).status).toBe(413);
    expect((await handler(new Request('https://app.example/'))).status).toBe(401);
  });
});

describe('lambdaHandler', () => {
  const elb = { elb: {} };
  it.each([
    ['payload 2.0', { rawQueryString: 'code=k%2By&a=1' }],
    ['payload 1.0', { queryStringParameters: { code: 'k+y', a: '1' } }],
    ['a load balancer', { queryStringParameters: { code: 'k%2By', a: '1' }, requestContext: elb }],
    [
      'a load balancer with several values',
      { multiValueQueryStringParameters: { code: ['k%2By'], a: ['1'] }, requestContext: elb },
    ],
  ])('hands on the query of %s', async (_, lambdaEvent) => {
    let url = '';
    const handler = lambdaHandler({
      receive: async (request) => {
        url = request.url;
        return { response: { status: 200 }, events: [] };
      },
      store: async () => {},
    });
    await handler({ path: '/hook', ...lambdaEvent });
    expect(url).toBe('/hook?code=k%2By&a=1');
  });

  it.each([
    [
      'payload 2.0, base64',
      {
        rawPath: '/hook',
        rawQueryString: '',
        headers,
        body: Buffer.from(body).toString('base64'),
        isBase64Encoded: true,
        requestContext: { http: { method: 'POST', sourceIp: '203.0.113.7' } },
      },
    ],
    [
      'payload 1.0, text',
      {
        httpMethod: 'POST',
        path: '/hook',
        queryStringParameters: null,
        headers,
        body,
        isBase64Encoded: false,
      },
    ],
    [
      'a load balancer with several values per name',
      {
        httpMethod: 'POST',
        path: '/hook',
        multiValueHeaders: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, [value]]),
        ),
        body,
        requestContext: { elb: {} },
      },
    ],
  ])('reads %s', async (_, lambdaEvent) => {
    const { stored, options } = app();
    expect(await lambdaHandler(options)(lambdaEvent)).toEqual({
      statusCode: 200,
      headers: {},
      body: '',
    });
    expect(stored).toEqual(['s#ü-1']);
  });

  it('refuses what is forged or too large', async () => {
    const { options } = app({ maxBytes: 1000 });
    const handler = lambdaHandler(options);
    expect(await handler({ headers, body: '[]' })).toMatchObject({ statusCode: 401 });
    expect(await handler({ headers, body: 'x'.repeat(1001) })).toMatchObject({ statusCode: 413 });
    expect(await handler({})).toMatchObject({ statusCode: 401 });
  });
});
