import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from './create-sandbox.ts';
import type { SandboxResponse } from './sandbox-response.ts';
import {
  createWebhookSender,
  type WebhookSender,
  type WebhookSenderOptions,
} from './webhook-sender.ts';

let receiver: Sandbox;
let answers: SandboxResponse[];
let sender: WebhookSender;
let waits: number[];
let nowMs: number;

beforeEach(async () => {
  answers = [];
  waits = [];
  nowMs = Date.parse('2026-01-05T08:00:00Z');
  receiver = await createSandbox({
    routes: [{ method: '*', path: '*', handler: () => answers.shift() ?? { status: 200 } }],
  });
});

afterEach(async () => {
  sender.close();
  await receiver.close();
});

function start(options: Partial<WebhookSenderOptions> = {}): void {
  sender = createWebhookSender({
    url: `${receiver.url}/hook`,
    sign: ({ id, timestamp, body }) => ({ 'x-signed': `${id}.${timestamp}.${body}` }),
    now: () => nowMs,
    async sleep(milliseconds) {
      waits.push(milliseconds);
      nowMs += milliseconds;
    },
    ...options,
  });
}

const received = (): string[] =>
  receiver.journal.entries().map(({ headers }) => headers['x-signed'] ?? '');

describe('a webhook sender', () => {
  it('posts the signed body once when it is taken', async () => {
    start();
    sender.send({ id: 'm1', body: '{"a":1}' });
    await sender.idle();
    expect(received()).toEqual(['m1.1767600000.{"a":1}']);
    expect(receiver.journal.entries()[0]).toMatchObject({ method: 'POST', body: '{"a":1}' });
    expect(sender.deliveries).toMatchObject([
      { id: 'm1', state: 'delivered', attempts: [{ at: '2026-01-05T08:00:00.000Z', status: 200 }] },
    ]);
  });

  it('climbs the ladder on any other answer, redirects too, signing each time anew', async () => {
    start({ ladderMs: [5_000, 300_000, 1_800_000] });
    answers.push({ status: 500 }, { status: 302, headers: { location: receiver.url } });
    receiver.faults.add({ kind: 'reset-before', after: 2 });
    sender.send({ id: 'm1', body: 'b' });
    await sender.idle();
    expect(waits).toEqual([5_000, 300_000, 1_800_000]);
    expect(received().map((signed) => signed.split('.')[1])).toEqual([
      '1767600000',
      '1767600005',
      '1767600305',
      '1767602105',
    ]);
    expect(sender.deliveries[0]?.attempts.map(({ status }) => status)).toEqual([
      500,
      302,
      undefined,
      200,
    ]);
    expect(sender.deliveries[0]?.attempts[2]?.error).toMatch(/ECONNRESET|closed/);
  });

  it('gives up at the end of the ladder', async () => {
    const ended: string[] = [];
    start({ ladderMs: [10, 20], retryScale: 3, onEnd: ({ id, state }) => ended.push(id, state) });
    answers.push({ status: 503 }, { status: 503 }, { status: 503 });
    sender.send({ id: 'm1', body: 'b' });
    await sender.idle();
    expect(waits).toEqual([30, 60]);
    expect(ended).toEqual(['m1', 'failed']);
  });

  it('waits as long as Retry-After says, in seconds or as date', async () => {
    start({ ladderMs: [10, 10] });
    const until = new Date(nowMs + 2_000 + 9_000).toUTCString();
    answers.push({ status: 429, headers: { 'retry-after': '2' } });
    answers.push({ status: 503, headers: { 'retry-after': until } });
    sender.send({ id: 'm1', body: 'b' });
    await sender.idle();
    expect(waits).toEqual([2_000, 9_000]);
  });

  it('stops for good at 410', async () => {
    start();
    answers.push({ status: 410 });
    sender.send({ id: 'm1', body: 'b' });
    await sender.idle();
    sender.send({ id: 'm2', body: 'b' });
    await sender.idle();
    expect(sender.isDisabled).toBe(true);
    expect(sender.deliveries.map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect(receiver.journal.total).toBe(1);
  });

  it('counts an answer that does not come in time as none', async () => {
    start({ timeoutMs: 20, ladderMs: [] });
    receiver.faults.add({ kind: 'slow-headers', delayMs: 60_000 });
    sender.send({ id: 'm1', body: 'b' });
    await sender.idle();
    expect(sender.deliveries[0]?.attempts).toMatchObject([
      { error: expect.stringMatching(/timeout/) },
    ]);
  });

  it('sends duplicates under the same id, and held messages out of order', async () => {
    start();
    sender.hold();
    for (const id of ['m1', 'm2', 'm3']) sender.send({ id, body: id });
    await sender.idle();
    expect(receiver.journal.total).toBe(0);
    sender.release('reversed');
    await sender.idle();
    expect(sender.deliveries.map(({ state }) => state)).toEqual(Array(3).fill('delivered'));
    sender.redeliver('m2');
    await sender.idle();
    expect(received().filter((signed) => signed.startsWith('m2.'))).toHaveLength(2);
    expect(() => sender.redeliver('m9')).toThrow('No webhook "m9" was sent');
  });

  it('ends waits and requests when it is closed', async () => {
    start({ sleep: undefined, ladderMs: [3_600_000] });
    answers.push({ status: 500 });
    sender.send({ id: 'm1', body: 'b' });
    await expect.poll(() => receiver.journal.total).toBe(1);
    sender.close();
    await sender.idle();
    expect(sender.deliveries[0]?.state).toBe('pending');
  });
});
