import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import type { Logger } from '../contract/logger.ts';
import { createWebhookReceiver, type WebhookReceiverOptions } from './create-webhook-receiver.ts';
import { memoryDeliveryLog } from './memory-delivery-log.ts';
import { post } from './signed-request.fixture.ts';
import { forged, type WebhookScheme } from './webhook-scheme.ts';

/** The body is a list of event ids; `forged` in it is one. */
const scheme: WebhookScheme = {
  name: 'test',
  async verify({ body }) {
    const ids = new TextDecoder().decode(body).split(' ');
    if (ids.includes('throw')) throw new Error('the vault is down, password=hunter2');
    if (ids.includes('forged')) return forged('It is forged.');
    return { kind: 'verified', events: ids.map((id) => ({ id, type: 'test' })) };
  },
};

function start(options: Partial<WebhookReceiverOptions> = {}) {
  const lines: unknown[] = [];
  const log = (message: string, details?: object) => void lines.push({ message, ...details });
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const clock = manualClock(0);
  const receive = createWebhookReceiver({ scheme, clock, logger, ...options });
  return { clock, lines, receive: (body: string) => receive(post(body)), raw: receive };
}

const idsOf = ({ events }: { readonly events: readonly { readonly id: string }[] }) =>
  events.map(({ id }) => id);

describe('createWebhookReceiver', () => {
  it('answers 200 with the events, once they are acknowledged never again', async () => {
    const { receive } = start();
    const first = await receive('a b');
    expect(first).toMatchObject({ response: { status: 200 } });
    expect(idsOf(first)).toEqual(['a', 'b']);
    await first.acknowledge?.();
    expect(await receive('a b')).toEqual({ response: { status: 200 }, events: [] });
    expect(idsOf(await receive('b c'))).toEqual(['c']);
  });

  it('asks to send again while another delivery of the same event is being stored', async () => {
    const { receive } = start();
    const first = await receive('a');
    expect(await receive('a b')).toMatchObject({ response: { status: 503 }, events: [] });
    await first.acknowledge?.();
    expect(idsOf(await receive('a b'))).toEqual(['b']);
  });

  it('brings events again when the app died before they were safe', async () => {
    const { receive, clock } = start({ claimMs: 1000 });
    await receive('a');
    await clock.advance(1000);
    expect(idsOf(await receive('a'))).toEqual(['a']);
  });

  it('brings released events again at once', async () => {
    const { receive } = start();
    await (await receive('a')).release?.();
    expect(idsOf(await receive('a'))).toEqual(['a']);
  });

  it('forgets events after the time they are remembered for', async () => {
    const { receive, clock } = start({ rememberMs: 5000 });
    await (await receive('a')).acknowledge?.();
    await clock.advance(4999);
    expect(idsOf(await receive('a'))).toEqual([]);
    await clock.advance(1);
    expect(idsOf(await receive('a'))).toEqual(['a']);
  });

  it('takes an event once that stands twice in a request', async () => {
    const { receive } = start();
    expect(idsOf(await receive('a a'))).toEqual(['a']);
  });

  it('remembers across receivers that share a log', async () => {
    const deliveries = memoryDeliveryLog();
    await (await start({ deliveries }).receive('a')).acknowledge?.();
    expect(idsOf(await start({ deliveries }).receive('a'))).toEqual([]);
    expect(idsOf(await start({ deliveries, scope: 'other' }).receive('a'))).toEqual(['a']);
  });

  it('answers a forged request with 401 and tells the log why, the sender nothing', async () => {
    const { receive, lines } = start();
    expect(await receive('forged')).toEqual({ response: { status: 401 }, events: [] });
    expect(lines).toEqual([
      { message: 'A webhook was refused.', scheme: 'test', status: 401, reason: 'It is forged.' },
    ]);
  });

  it('refuses a body that is too large before it looks at it', async () => {
    const { receive } = start({ maxBytes: 5 });
    expect(await receive('throw!')).toMatchObject({ response: { status: 413 } });
  });

  it.each([
    ['203.0.113.7', 200],
    ['::ffff:203.0.113.7', 200],
    ['203.0.114.7', 403],
    [undefined, 403],
  ])('with allowFrom, the address %s gets %i', async (remoteAddress, status) => {
    const { raw } = start({ allowFrom: ['203.0.113.0/24'] });
    expect(await raw({ ...post('a'), remoteAddress })).toMatchObject({ response: { status } });
  });

  it('says which entry of allowFrom is no address, before the first request', () => {
    expect(() => start({ allowFrom: ['example.com'] })).toThrow(/allowFrom .*"example\.com"/);
  });

  it('answers 503 when it cannot look at a request, so that nothing is lost', async () => {
    const { receive, lines } = start();
    expect(await receive('throw')).toEqual({ response: { status: 503 }, events: [] });
    expect(JSON.stringify(lines)).toContain('the vault is down');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('answers 503 when the log of deliveries is down', async () => {
    const down = async () => {
      throw new Error('disk full');
    };
    const { receive } = start({ deliveries: { ...memoryDeliveryLog(), claim: down } });
    expect(await receive('a')).toMatchObject({ response: { status: 503 }, events: [] });
  });
});
