import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { recordingObserver } from '../observe/observer.fixture.ts';
import { createGovernor } from '../resilience/governor.ts';
import { createHttpClient } from './create-http-client.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpTransport } from './http-transport.ts';

const download: HttpRequest = { method: 'GET', url: '/file', responseType: 'stream' };

/** Streams two chunks; knows whose socket was destroyed. */
function fileServer() {
  const signals: AbortSignal[] = [];
  const transport: HttpTransport = {
    close: async () => undefined,
    async exchange({ signal }) {
      signals.push(signal);
      const chunks = async function* () {
        for (const chunk of ['a', 'b']) {
          if (signal.aborted) throw signal.reason;
          yield Buffer.from(chunk);
        }
      };
      return { status: 200, headers: {}, body: chunks() };
    },
  };
  return { transport, isDestroyed: (index: number) => signals[index]?.aborted };
}

function setUp() {
  const clock = manualClock();
  const governor = createGovernor({ clock, concurrency: 1 });
  const { observer, all } = recordingObserver();
  const { transport, isDestroyed } = fileServer();
  const client = createHttpClient({
    ...{ system: 'test', baseUrl: 'https://erp.example.com' },
    ...{ transport, clock, governor, observer },
    attemptTimeoutMs: 5000,
  });
  return { client, clock, isDestroyed, outcomes: () => all('ended') };
}

async function readAll(stream: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += Buffer.from(chunk).toString();
  return text;
}

describe('a stream', () => {
  it('is over when it has been read, and lets its reader call the vendor meanwhile', async () => {
    const { client, clock, outcomes } = setUp();
    const { stream } = await client.send(download);
    const next = await client.send(download);
    await clock.advance(1000);
    expect(outcomes()).toEqual([]);
    expect(await readAll(stream)).toBe('ab');
    expect(outcomes()).toEqual([{ ok: true, durationMs: 1000, attempts: 1 }]);
    expect(await readAll(next.stream)).toBe('ab');
  });

  it('is over when its reader leaves in the middle', async () => {
    const { client, outcomes } = setUp();
    for await (const _chunk of (await client.send(download)).stream ?? []) break;
    expect(outcomes()).toMatchObject([{ ok: true }]);
  });

  it('that nobody begins to read is closed, and says so to who comes too late', async () => {
    const { client, clock, isDestroyed, outcomes } = setUp();
    const { stream } = await client.send(download);
    await clock.advance(4999);
    expect(isDestroyed(0)).toBe(false);
    await clock.advance(1);
    expect(isDestroyed(0)).toBe(true);
    await expect(readAll(stream)).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
      message: expect.stringContaining('Nobody began to read'),
    });
    expect(outcomes()).toMatchObject([{ ok: false, code: 'ERR_TIMEOUT' }]);
  });

  it('whose reading has begun may take its time', async () => {
    const { client, clock, isDestroyed } = setUp();
    const reader = (await client.send(download)).stream?.[Symbol.asyncIterator]();
    await reader?.next();
    await clock.advance(3_600_000);
    expect(isDestroyed(0)).toBe(false);
    expect((await reader?.next())?.done).toBe(false);
  });

  it('half read is over when the client is closed', async () => {
    const { client, isDestroyed, outcomes } = setUp();
    await (await client.send(download)).stream?.[Symbol.asyncIterator]().next();
    await client.close();
    expect(isDestroyed(0)).toBe(true);
    expect(outcomes()).toMatchObject([{ ok: false, code: 'ERR_ABORTED' }]);
  });
});
