import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request as sendHttp } from 'node:http';
import { request as sendHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Recording } from './recording.ts';
import { findTokenLike } from './secret-names.ts';
import { startPlayback } from './start-playback.ts';
import { saveRecording, startRecording } from './start-recording.ts';

const jwt = `eyJhbGciOiJSUzI1NiJ9.${'eyJpc3MiOiJhcHAifQ'}.c2lnbmF0dXJl`;
const email = 'anna.schmidt@kunde.example';

/** A vendor with a token, a person, a number that no double holds. */
async function startVendor() {
  const server = createServer((request, response) => {
    const json = (body: string) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    if (request.method === 'DELETE') response.writeHead(204).end();
    else if (request.url === '/token') {
      json(JSON.stringify({ access_token: jwt, token_type: 'Bearer', expires_in: 60 }));
    } else if (request.url?.startsWith('/people')) {
      json(JSON.stringify({ name: 'Anna Schmidt', mail: email, status: 'active', phone: '0221' }));
    } else if (request.url === '/metadata') {
      response.writeHead(200, { 'content-type': 'application/xml' }).end('<schema name="x"/>');
    } else if (request.url === '/refused') {
      json(JSON.stringify({ status: 'error', code: 'INVALID' }));
    } else json('{"amount":12345678901234567.123}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function call(url: string, method = 'GET', body = '', headers = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const onAnswer = (response: IncomingMessage): void => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(text));
    };
    const send = url.startsWith('https:') ? sendHttps : sendHttp;
    send(url, { method, headers }, onAnswer).on('error', reject).end(body);
  });
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** Signs in, asks for a person twice, writes with a random id, reads a long number. */
async function useVendor(url: string, random: string): Promise<readonly string[]> {
  const assertion = `grant_type=jwt-bearer&assertion=${jwt}.${random}`;
  const { access_token: token } = JSON.parse(await call(`${url}/token`, 'POST', assertion, form));
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return [
    await call(`${url}/people?mail='${email}'`, 'GET', '', headers),
    await call(`${url}/people?mail='${email}'`, 'GET', '', headers),
    await call(`${url}/people?requestid=${random}`, 'POST', `{"b":1,"a":"${email}"}`, headers),
    await call(`${url}/amount`, 'GET', '', headers),
  ];
}

async function record(keepFields: readonly string[] | 'all' = ['status']): Promise<Recording> {
  const vendor = await startVendor();
  try {
    const recorder = startRecording({ systems: { crm: vendor.url }, keepFields });
    await useVendor(vendor.url, 'first');
    return recorder.stop();
  } finally {
    await vendor.close();
  }
}

describe('a recording', () => {
  it('keeps what may be kept, and replaces the rest the same way everywhere', async () => {
    const { calls } = await record();
    const text = JSON.stringify(calls);
    expect(findTokenLike(text)).toBeUndefined();
    for (const personal of ['Anna', 'Schmidt', 'kunde.example', '0221']) {
      expect(text).not.toContain(personal);
    }
    const body = calls[1]?.response.body as { readonly json: Record<string, string> };
    expect(body.json.status).toBe('active');
    expect(body.json.mail).toMatch(/^person-\d+@example\.com$/);
    expect(calls[1]?.request.url).toBe(`/people?mail=%27${body.json.mail}%27`);
    expect(calls[3]?.request.body).toEqual({ json: { b: 1, a: body.json.mail } });
  });

  it('keeps the code of an error, and no code that one signs in with', async () => {
    const vendor = await startVendor();
    const recorder = startRecording({ systems: { crm: vendor.url }, keepFields: [] });
    const signIn = { grant_type: 'authorization_code', code: 'canary-code' };
    await call(`${vendor.url}/token`, 'POST', JSON.stringify(signIn));
    await call(`${vendor.url}/token`, 'POST', new URLSearchParams(signIn).toString(), form);
    await call(`${vendor.url}/callback?code=canary-code`);
    await call(`${vendor.url}/refused`);
    const { calls } = recorder.stop();
    await vendor.close();
    expect(JSON.stringify(calls)).not.toContain('canary');
    expect(calls[3]?.response.body).toMatchObject({ json: { code: 'INVALID' } });
  });

  it('keeps numbers as text that a double would round', async () => {
    const { calls } = await record();
    expect(calls.at(-1)?.response.body).not.toHaveProperty('json');
    const { calls: all } = await record('all');
    expect(all.at(-1)?.response.body).toEqual({ text: '{"amount":12345678901234567.123}' });
  });

  it('tells random bytes from a path', () => {
    const path = '/services/data/v66.0/sobjects/Account/001xx0000000001EAA/describe/layouts/Main';
    expect(findTokenLike(path)).toBeUndefined();
    const random = 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASN/Z4mr';
    expect(findTokenLike(`{"link":"${random}"}`)).toBe(random);
  });

  it('is not written to a file while something in it looks like a token', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recording-'));
    const file = join(folder, 'crm.json');
    const recording = await record('all');
    await saveRecording(file, recording);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(recording);
    const leaky = { text: `see ${jwt}` };
    const [first, ...rest] = recording.calls;
    const response = { ...first!.response, body: leaky };
    await expect(
      saveRecording(join(folder, 'leak.json'), {
        ...recording,
        calls: [{ ...first!, response }, ...rest],
      }),
    ).rejects.toThrow('looks like a token');
    await expect(readFile(join(folder, 'leak.json'))).rejects.toThrow('ENOENT');
    await rm(folder, { recursive: true });
  });
});

describe('a body of text', () => {
  const recordText = async (keepTexts: readonly RegExp[]): Promise<Recording> => {
    const vendor = await startVendor();
    const recorder = startRecording({ systems: { crm: vendor.url }, keepFields: [], keepTexts });
    await call(`${vendor.url}/metadata`);
    await call(`${vendor.url}/people/7`, 'DELETE');
    await vendor.close();
    return recorder.stop();
  };

  it('is replaced as a whole, unless its address may be kept', async () => {
    const { calls } = await recordText([]);
    expect(calls[0]?.response.body).toEqual({ text: 'value-1' });
    const { calls: kept } = await recordText([/\/metadata$/]);
    expect(kept[0]?.response.body).toEqual({ text: '<schema name="x"/>' });
  });

  it('is not there in an answer without content, which is played all the same', async () => {
    const recording = await recordText([/\/metadata$/]);
    const playback = await startPlayback({ recording });
    expect(await call(`${playback.baseUrl('crm')}/people/7`, 'DELETE')).toBe('');
    expect(await call(`${playback.baseUrl('crm')}/metadata`)).toContain('<schema');
    await playback.stop();
  });
});

describe('a playback', () => {
  it('fits although secrets, assertions and ignored ids are other ones', async () => {
    const recording = await record('all');
    const playback = await startPlayback({ recording, ignore: ['requestid'] });
    const seen = await useVendor(playback.baseUrl('crm'), 'second');
    expect(seen.at(-1)).toBe('{"amount":12345678901234567.123}');
    expect(playback.unused).toEqual([]);
    await playback.stop();
  });

  it('tells each request that was not recorded, with the closest one and the difference', async () => {
    const playback = await startPlayback({ recording: await record('all') });
    const url = playback.baseUrl('crm');
    await expect(call(`${url}/people?mail='x'`)).rejects.toThrow();
    await call(`${url}/amount`);
    await expect(call(`${url}/amount`)).rejects.toThrow();
    expect(playback.misses[0]).toContain('The closest is crm: GET /people?mail=');
    expect(playback.misses[0]).toContain('query is "mail=%27x%27", recorded is "');
    expect(playback.misses[1]).toBe(
      'crm: GET /amount was recorded 1 times, and is asked for once more.',
    );
    await expect(playback.stop()).rejects.toThrow('Recorded, never asked for: crm: POST /token');
  });

  it('reaches no other host, and leaves the network as it was', async () => {
    const playback = await startPlayback({ recording: await record('all') });
    await expect(call('http://elsewhere.test/')).rejects.toThrow(/disallowed|connect/i);
    expect(() => playback.baseUrl('erp')).toThrow('The recording has no system "erp". It has crm.');
    await playback.stop({ mayLeaveUnused: true });
    const vendor = await startVendor();
    await expect(call(`${vendor.url}/amount`)).resolves.toContain('amount');
    await vendor.close();
  });

  it('is the only one of its systems in a process', async () => {
    const recording = await record('all');
    const playback = await startPlayback({ recording });
    await expect(startPlayback({ recording })).rejects.toThrow('stop it first');
    await playback.stop({ mayLeaveUnused: true });
    await (await startPlayback({ recording })).stop({ mayLeaveUnused: true });
  });

  it('says how to make a file that is not there', async () => {
    const recording = new URL('./none.recording.json', import.meta.url);
    await expect(startPlayback({ recording })).rejects.toThrow(
      /none\.recording\.json.*saveRecording/,
    );
  });

  it('refuses a file of another form', async () => {
    await expect(startPlayback({ recording: { format: 'har' } as never })).rejects.toThrow('har');
  });
});
