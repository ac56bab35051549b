import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import type { HttpTransport, WireRequest } from '../http/http-transport.ts';
import { withAttemptTimeout } from './attempt-timeout.ts';

function request(signal = new AbortController().signal): WireRequest {
  return {
    method: 'GET',
    url: 'https://erp.example.com/',
    headers: {},
    signal,
    maxBytes: 1000,
    stream: false,
  };
}

function limited(exchange: HttpTransport['exchange']) {
  const clock = manualClock();
  const transport = withAttemptTimeout(
    { exchange, close: async () => undefined },
    { timeoutMs: 100, clock },
  );
  return { clock, transport };
}

describe('an attempt', () => {
  it('in time is left alone, and leaves no timer', async () => {
    const { clock, transport } = limited(async () => ({
      status: 200,
      headers: {},
      body: Buffer.from('x'),
    }));
    await expect(transport.exchange(request())).resolves.toMatchObject({ status: 200 });
    await clock.advance(0);
    expect(clock.sleeping).toBe(0);
  });

  it.each([
    ['that obeys', true],
    ['that ignores its signal', false],
  ])('too late ends with ERR_TIMEOUT, by a transport %s', async (_, obeys) => {
    let signal: AbortSignal | undefined;
    const { clock, transport } = limited((sent) => {
      signal = sent.signal;
      return new Promise((__, reject) => {
        if (obeys) sent.signal.addEventListener('abort', () => reject(new Error('socket closed')));
      });
    });
    const failed = expect(transport.exchange(request())).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
      category: 'transient',
      retryable: true,
    });
    await clock.advance(99);
    expect(signal?.aborted).toBe(false);
    await clock.advance(1);
    await failed;
    expect(signal?.aborted).toBe(true);
  });

  it('ends with the reason of its caller, before and during', async () => {
    let sent = 0;
    const { transport } = limited(() => {
      sent += 1;
      return new Promise(() => undefined);
    });
    const controller = new AbortController();
    const failed = transport.exchange(request(controller.signal));
    controller.abort(new Error('left'));
    await expect(failed).rejects.toThrow('left');
    await expect(transport.exchange(request(controller.signal))).rejects.toThrow('left');
    expect(sent).toBe(1);
  });

  it('that fails by itself fails so', async () => {
    const { transport } = limited(() => Promise.reject(new Error('ECONNRESET')));
    await expect(transport.exchange(request())).rejects.toThrow('ECONNRESET');
  });
});

describe('a stream', () => {
  it('has the time again for every chunk, but its reader as much as he wants', async () => {
    const { clock, transport } = limited(async (sent) => ({
      status: 200,
      headers: {},
      body: (async function* () {
        for (let count = 0; count < 3; count += 1) {
          await clock.sleep(90, sent.signal);
          yield Buffer.from(String(count));
        }
        await clock.sleep(101, sent.signal);
        yield Buffer.from('too late');
      })(),
    }));
    const { body } = await transport.exchange({ ...request(), stream: true });
    const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    for (let count = 0; count < 3; count += 1) {
      const { value } = await clock.runUntil(chunks.next());
      expect(Buffer.from(value as Uint8Array).toString()).toBe(String(count));
      await clock.advance(1_000_000);
    }
    await expect(clock.runUntil(chunks.next())).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    await clock.advance(0);
    expect(clock.sleeping).toBe(0);
  });

  it('ends with the reason of its caller', async () => {
    const { clock, transport } = limited(async (sent) => ({
      status: 200,
      headers: {},
      body: (async function* () {
        yield Buffer.from('first');
        await clock.sleep(90, sent.signal);
      })(),
    }));
    const controller = new AbortController();
    const { body } = await transport.exchange({ ...request(controller.signal), stream: true });
    const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    await chunks.next();
    const failed = expect(chunks.next()).rejects.toThrow('left');
    await clock.advance(1);
    controller.abort(new Error('left'));
    await failed;
    expect(clock.sleeping).toBe(0);
  });
});
