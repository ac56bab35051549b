import { Agent, get, request } from 'node:http';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox, type SandboxOptions } from './create-sandbox.ts';

let sandbox: Sandbox;
let notes: string[];

async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  notes = [];
  sandbox = await createSandbox({
    name: 'notes',
    routes: [
      {
        method: 'GET',
        path: '/notes/:index',
        operation: 'readNote',
        handler: ({ params }) => ({ status: 200, body: { note: notes[Number(params.index)] } }),
      },
      {
        method: 'POST',
        path: '/notes',
        operation: 'addNote',
        handler(request) {
          notes.push(request.text());
          return { status: 201, headers: { location: '/notes/0' }, body: { count: notes.length } };
        },
      },
      { method: 'DELETE', path: '/notes', handler: () => ({ status: 204 }) },
      {
        method: 'GET',
        path: '/service/*',
        handler: ({ params, rawQuery }) => ({ status: 200, body: { rest: params.rest, rawQuery } }),
      },
      {
        method: 'GET',
        path: '/big',
        handler: () => ({ status: 200, body: { text: 'x'.repeat(10_000) } }),
      },
      {
        method: 'POST',
        path: '/json',
        handler: (request) => ({ status: 200, body: request.json() }),
      },
    ],
    state: { notes: () => notes },
    actions: { forget: () => ({ forgotten: notes.splice(0).length }) },
    ...options,
  });
  return sandbox;
}

const add = (text: string, signal?: AbortSignal): Promise<Response> =>
  fetch(`${sandbox.url}/notes`, { method: 'POST', body: text, ...(signal ? { signal } : {}) });

const control = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`${sandbox.url}/__sandbox/${path}`, init);

afterEach(() => sandbox.close());

describe('routes', () => {
  it('binds segments, decoded, and the rest, as it came', async () => {
    await start();
    await add('first');
    expect(await (await fetch(`${sandbox.url}/notes/%30`)).json()).toEqual({ note: 'first' });
    const answer = await fetch(`${sandbox.url}/service/A_Order('4%2F5')?$filter=a+eq%20%2Bb`);
    expect(await answer.json()).toEqual({
      rest: "A_Order('4%2F5')",
      rawQuery: '$filter=a+eq%20%2Bb',
    });
  });

  it('answers HEAD by the GET route, without a body', async () => {
    await start();
    const answer = await fetch(`${sandbox.url}/big`, {
      method: 'HEAD',
      headers: { 'accept-encoding': 'identity' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe('10011');
    expect(await answer.text()).toBe('');
  });

  it('says 404 for an unknown path and 405 for an unknown method', async () => {
    await start();
    expect((await fetch(`${sandbox.url}/nothing`)).status).toBe(404);
    const answer = await fetch(`${sandbox.url}/notes`, { method: 'PUT' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST, DELETE');
  });

  it('compresses only for a client that accepts it', async () => {
    await start();
    const sizes = await Promise.all(
      ['gzip', 'identity', 'gzip;q=0'].map((encoding) => {
        return new Promise<number>((resolve) => {
          get(`${sandbox.url}/big`, { headers: { 'accept-encoding': encoding } }, (response) => {
            let size = 0;
            response.on('data', (chunk: Buffer) => {
              size += chunk.length;
            });
            response.on('end', () => resolve(size));
          });
        });
      }),
    );
    expect(sizes[0]).toBeLessThan(200);
    expect(sizes.slice(1)).toEqual([10_011, 10_011]);
  });

  it('lets the simulator answer before the handler, word its errors and dress its answers', async () => {
    await start({
      onRequest: ({ headers }) => (headers['x-stop'] ? { status: 401 } : undefined),
      onError: (error) => ({ status: 400, body: { wording: (error as Error).name } }),
      onResponse: (response) => ({ ...response, headers: { ...response.headers, 'x-dress': '1' } }),
    });
    const stopped = await fetch(`${sandbox.url}/big`, { headers: { 'x-stop': '1' } });
    expect([stopped.status, stopped.headers.get('x-dress')]).toEqual([401, '1']);
    const broken = await fetch(`${sandbox.url}/json`, { method: 'POST', body: '{"a":' });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toEqual({ wording: 'MalformedJsonError' });
  });
});

describe('faults on the wire', () => {
  it('answers any status, with Retry-After as seconds, date or garbage', async () => {
    await start();
    const when = new Date('2026-01-05T08:00:30Z');
    sandbox.faults.add({ kind: 'status', status: 429, retryAfter: 7 });
    sandbox.faults.add({ kind: 'status', retryAfter: when });
    sandbox.faults.add({ kind: 'status', status: 500, retryAfter: 'soon', body: 'no' });
    const answers = [await add('a'), await add('a'), await add('a'), await add('a')];
    expect(answers.map(({ status }) => status)).toEqual([429, 503, 500, 201]);
    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual([
      '7',
      'Mon, 05 Jan 2026 08:00:30 GMT',
      'soon',
      null,
    ]);
    expect(await answers[2]?.text()).toBe('no');
    expect(notes).toEqual(['a']);
    expect(sandbox.faults.pending).toEqual([]);
    expect(sandbox.faults.injected).toEqual({ total: 3, byKind: { status: 3 } });
  });

  it('can answer an error after the write was applied', async () => {
    await start();
    sandbox.faults.add({ kind: 'status', status: 502, applyFirst: true });
    expect((await add('a')).status).toBe(502);
    expect(notes).toEqual(['a']);
  });

  it('resets before the write, or after it: a lost answer', async () => {
    await start();
    sandbox.faults.add({ kind: 'reset-before' });
    await expect(add('before')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(notes).toEqual([]);
    sandbox.faults.add({ kind: 'reset-after' });
    await expect(add('after')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(notes).toEqual(['after']);
    expect(sandbox.journal.entries().map(({ status, fault }) => [status, fault])).toEqual([
      [undefined, 'reset-before'],
      [undefined, 'reset-after'],
    ]);
  });

  it('begins the answer late', async () => {
    await start();
    sandbox.faults.add({ kind: 'slow-headers', delayMs: 40 });
    const before = performance.now();
    expect((await add('a')).status).toBe(201);
    expect(performance.now() - before).toBeGreaterThanOrEqual(35);
  });

  it('stalls in the middle of the body until the client gives up', async () => {
    await start();
    sandbox.faults.add({ kind: 'stall-body' });
    const stop = new AbortController();
    const answer = await add('a', stop.signal);
    expect(answer.status).toBe(201);
    const reader = answer.body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('{"cou');
    const rest = reader.read();
    stop.abort();
    await expect(rest).rejects.toThrow('aborted');
  });

  it('sends the rest of a stalled body after the delay', async () => {
    await start();
    sandbox.faults.add({ kind: 'stall-body', delayMs: 10 });
    expect(await (await add('a')).json()).toEqual({ count: 1 });
  });

  it('truncates the body', async () => {
    await start();
    sandbox.faults.add({ kind: 'truncate-body' });
    const answer = await add('a');
    expect(answer.status).toBe(201);
    await expect(answer.text()).rejects.toThrow('terminated');
    expect(notes).toEqual(['a']);
  });

  it('answers an HTML page, an empty body, and JSON that is cut', async () => {
    await start();
    sandbox.faults.add({ kind: 'html-page' });
    sandbox.faults.add({ kind: 'html-page', status: 500 });
    sandbox.faults.add({ kind: 'empty-body' });
    sandbox.faults.add({ kind: 'malformed-json' });
    const pages = [await add('a'), await add('a')];
    expect(pages.map(({ status }) => status)).toEqual([200, 500]);
    expect(pages[0]?.headers.get('content-type')).toContain('text/html');
    expect(await pages[0]?.text()).toContain('<html>');
    const empty = await add('b');
    expect([empty.status, await empty.text()]).toEqual([201, '']);
    const cut = await add('c');
    expect(cut.status).toBe(201);
    await expect(cut.json()).rejects.toThrow(SyntaxError);
    expect(notes).toEqual(['b', 'c']);
  });

  it('alters what it finds in a body, and waits for one that has it', async () => {
    await start();
    sandbox.faults.add({ kind: 'altered-body', search: /"count":\d+/, replacement: '"count":7' });
    expect(await (await fetch(`${sandbox.url}/notes/0`)).json()).toEqual({});
    expect(sandbox.faults.pending).toHaveLength(1);
    const altered = await add('a');
    expect(altered.headers.get('content-type')).toContain('application/json');
    expect(await altered.json()).toEqual({ count: 7 });
    expect(await (await add('a')).json()).toEqual({ count: 2 });
  });

  it.each([false, true])(
    'vanishes from a connection, the work done: %s, and serves new ones',
    async (applyFirst) => {
      await start();
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const status = (through: Agent | false, signal?: AbortSignal): Promise<number | undefined> =>
        new Promise((resolve, reject) => {
          const options = { agent: through, method: 'POST', ...(signal ? { signal } : {}) };
          request(`${sandbox.url}/notes`, options, (answer) => {
            answer.resume().once('end', () => resolve(answer.statusCode));
          })
            .once('error', reject)
            .end();
        });
      expect(await status(agent)).toBe(201);
      sandbox.faults.add({ kind: 'half-open', applyFirst, match: { method: 'POST' } });
      const stop = new AbortController();
      const unanswered = status(agent, stop.signal);
      while (sandbox.journal.count({ fault: 'half-open' }) === 0) await setImmediate();
      expect(notes).toHaveLength(applyFirst ? 2 : 1);
      expect(sandbox.faults.pending).toEqual([]);
      expect(await status(false)).toBe(201);
      stop.abort();
      await expect(unanswered).rejects.toMatchObject({ code: 'ABORT_ERR' });
      agent.destroy();
    },
  );

  it('vanishes from every connection that stands, and answers nothing more on them', async () => {
    await start();
    const socket = connect(sandbox.port, '127.0.0.1');
    let received = '';
    socket.on('data', (piece) => {
      received += piece;
    });
    const ask = 'GET /notes/0 HTTP/1.1\r\nhost: here\r\n\r\n';
    sandbox.faults.add({ kind: 'half-open', everyConnection: true, after: 1 });
    socket.write(ask);
    while (!received.includes('{}')) await setImmediate();
    // Another connection meets the fault; this one was open at that moment.
    const stop = new AbortController();
    const other = fetch(`${sandbox.url}/notes/0`, { signal: stop.signal }).catch(() => null);
    while (sandbox.journal.count({ fault: 'half-open' }) < 1) await setImmediate();
    stop.abort();
    await other;
    const before = received;
    socket.write(ask);
    while (sandbox.journal.count({ fault: 'half-open' }) < 2) await setImmediate();
    expect(received).toBe(before);
    expect(socket.readyState).toBe('open');
    socket.destroy();
  });

  it('keeps a body fault for a call that has a body', async () => {
    await start();
    sandbox.faults.add({ kind: 'truncate-body' });
    expect((await fetch(`${sandbox.url}/notes`, { method: 'DELETE' })).status).toBe(204);
    expect(sandbox.faults.pending).toHaveLength(1);
    expect(sandbox.faults.injected.total).toBe(0);
    await expect((await add('a')).text()).rejects.toThrow();
    expect(sandbox.faults.pending).toEqual([]);
  });

  it('knows the kinds that the simulator adds, only where they apply', async () => {
    let revoked = false;
    await start({
      namedFaults: {
        'revoke-token': {
          appliesTo: ({ method }) => method === 'POST',
          inject() {
            revoked = true;
            return undefined;
          },
        },
      },
      onRequest: () => (revoked ? { status: 401 } : undefined),
    });
    sandbox.faults.add({ kind: 'revoke-token' });
    expect((await fetch(`${sandbox.url}/big`)).status).toBe(200);
    expect((await add('a')).status).toBe(401);
    expect(() => sandbox.faults.add({ kind: 'revoke-tokens' })).toThrow(
      /Unknown fault kind "revoke-tokens"; known: .*revoke-token/,
    );
  });
});

describe('the journal', () => {
  it('keeps what was sent, with secrets masked', async () => {
    await start();
    await fetch(`${sandbox.url}/notes?x=1`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer s3cret',
        apikey: 's3cret',
        'x-csrf-token': 's3cret',
        'x-plain': 'p',
      },
      body: '{"client_id":"c","client_secret":"s3cret"}',
    });
    await fetch(`${sandbox.url}/notes/0`);
    const [first] = sandbox.journal.entries({ method: 'POST', path: '/notes' });
    expect(first).toMatchObject({
      id: 1,
      at: '2026-01-05T08:00:00.000Z',
      query: 'x=1',
      operation: 'addNote',
      status: 201,
      headers: {
        authorization: '[masked]',
        apikey: '[masked]',
        'x-csrf-token': '[masked]',
        'x-plain': 'p',
      },
      body: '{"client_id":"c","client_secret":"[masked]"}',
    });
    expect(sandbox.journal.count({ path: /^\/notes/ })).toBe(2);
    expect(sandbox.journal.count({ operation: 'readNote', status: 200 })).toBe(1);
    sandbox.journal.clear();
    expect(sandbox.journal.count()).toBe(0);
    expect(sandbox.journal.total).toBe(2);
  });

  it('is bounded in entries and in bytes of each body', async () => {
    await start({ journal: { maxEntries: 3, maxBodyBytes: 4, journalSecrets: true } });
    for (const text of ['a', 'b', 'c', 'd', 'eeeeeeee']) await add(text);
    expect(sandbox.journal.entries().map(({ body }) => body)).toEqual(['c', 'd', 'eeee']);
  });
});

describe('the control plane', () => {
  it('shows health, state, journal and faults, past faults and the journal', async () => {
    await start({ faults: { rate: 1, kinds: ['reset-before'] } });
    notes.push('a', 'b');
    expect(await (await control('health')).json()).toMatchObject({
      name: 'notes',
      seed: 1,
      requests: 0,
    });
    expect(await (await control('state/notes')).json()).toEqual(['a', 'b']);
    expect(await (await control('state/notes?format=ndjson')).text()).toBe('"a"\n"b"\n');
    expect(await (await control('journal')).json()).toEqual([]);
    expect(await (await control('faults')).json()).toMatchObject({ injected: { total: 0 } });
    const unknown = await control('state/note');
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toEqual({ error: 'There is no state "note"; known: notes' });
  });

  it('runs an action once per idempotency key', async () => {
    await start();
    const forget = async (key: string) => {
      const answer = await fetch(`${sandbox.url}/__sandbox/actions/forget`, {
        method: 'POST',
        headers: { 'idempotency-key': key },
      });
      return answer.json();
    };
    notes.push('one');
    expect(await forget('a')).toEqual({ forgotten: 1 });
    notes.push('two', 'three');
    expect(await forget('a')).toEqual({ forgotten: 1 });
    expect(await forget('b')).toEqual({ forgotten: 2 });
    await add('counted');
    expect(await (await control('health')).json()).toMatchObject({ requests: 1 });
  });

  it('adds faults, moves the clock, runs actions', async () => {
    await start();
    const post = (path: string, body: unknown): Promise<Response> =>
      control(path, { method: 'POST', body: JSON.stringify(body) });
    await post('faults', { kind: 'status', status: 418, match: { pathPattern: '^/no' } });
    expect((await add('a')).status).toBe(418);
    await post('clock', { set: '2026-02-01T00:00:00Z', advanceMs: 1_500 });
    expect(sandbox.clock.iso()).toBe('2026-02-01T00:00:01.500Z');
    await add('b');
    expect(await (await post('actions/forget', {})).json()).toEqual({ forgotten: 1 });
    const wrong = await post('faults', { kind: 'meteor' });
    expect(wrong.status).toBe(400);
    expect(((await wrong.json()) as { error: string }).error).toContain('meteor');
  });

  it('is reached under every address', async () => {
    const several = await createSandbox({
      additionalAddresses: 2,
      routes: [
        {
          method: 'GET',
          path: '/',
          handler: ({ headers }) => ({ status: 200, body: headers.host }),
        },
      ],
    });
    const urls = [several.url, ...several.additionalUrls];
    expect(new Set(urls).size).toBe(3);
    for (const url of urls) {
      expect(await (await fetch(url)).text()).toBe(new URL(url).host);
      const health = await (await fetch(`${url}/__sandbox/health`)).json();
      expect(health).toMatchObject({ name: 'sandbox' });
    }
    await several.close();
    for (const url of urls) await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('does not answer web pages', async () => {
    await start();
    const headers = { origin: 'https://elsewhere.example' };
    const answer = await control('shutdown', { method: 'POST', headers });
    expect(answer.status).toBe(403);
    expect((await control('health')).status).toBe(200);
  });

  it('shuts the sandbox down', async () => {
    await start();
    expect((await control('shutdown', { method: 'POST' })).status).toBe(200);
    await sandbox.closed;
    await expect(control('health')).rejects.toThrow('fetch failed');
  });
});
