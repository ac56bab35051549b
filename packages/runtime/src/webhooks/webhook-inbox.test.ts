import { ConnectorError, type ConnectorEvent, manualClock } from '@common/connector-core';
import {
  createWebhookReceiver,
  handleWebhook,
  standardWebhooks,
} from '@common/connector-core/webhooks';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlJobEngine } from '../jobs/sql-job-engine.ts';
import type { SqlStore } from '../sql-store.ts';
import { sqlStores } from '../testing/sql-stores.ts';
import { signWebhook } from './sign-webhook.ts';
import { sqlDeliveryLog } from './sql-delivery-log.ts';
import {
  createWebhookInbox,
  type WebhookInbox,
  type WebhookInboxOptions,
} from './webhook-inbox.ts';

const kinds = await sqlStores();
afterAll(async () => {
  for (const stores of kinds) await stores.close();
});

const place = { tenant: 'acme', scope: 'acme/shop' };
const event = (id: string): ConnectorEvent => ({ id, type: 'order.changed', key: id });

describe.each(kinds)('the inbox on $name', (stores) => {
  const clock = manualClock();
  let store: SqlStore;
  let engine: ReturnType<typeof sqlJobEngine>;
  let inbox: WebhookInbox;
  let handled: string[];
  beforeEach(() => {
    store = stores.create({ clock });
    engine = sqlJobEngine({ store, clock, random: () => 1 });
    handled = [];
  });
  afterEach(async () => {
    await inbox.close();
    await engine.close();
  });

  function open(handle: WebhookInboxOptions['handle'], options: Partial<WebhookInboxOptions> = {}) {
    inbox = createWebhookInbox({
      store,
      engine,
      clock,
      random: () => 0,
      async handle(received, context) {
        await handle(received, context);
        handled.push(received.id);
      },
      ...options,
    });
    return inbox;
  }

  /** Time goes on until something is so. */
  async function until(isSo: () => Promise<boolean> | boolean, stepMs = 0): Promise<void> {
    while (!(await isSo())) {
      await new Promise<void>((resolve) => {
        setTimeout(resolve, 1);
      });
      if (stepMs > 0) await clock.advance(stepMs);
    }
  }

  it('handles events in the order in which they came', async () => {
    const { storeFor, start } = open(async () => undefined);
    const keep = storeFor(place);
    await keep([event('3'), event('1')]);
    await keep([event('2')]);
    start();
    await until(() => handled.length === 3);
    expect(handled).toEqual(['3', '1', '2']);
  });

  it('keeps an event that is stored twice once', async () => {
    const { storeFor, start, list } = open(async () => undefined);
    await storeFor(place)([event('1')]);
    await storeFor(place)([event('1'), event('2')]);
    start();
    await until(() => handled.length === 2);
    expect((await list({ tenant: 'acme' })).map(({ id }) => id)).toEqual(['1', '2']);
  });

  it('tries again what fails, and keeps what comes after it waiting', async () => {
    let failures = 0;
    const { storeFor, start, list } = open(async ({ id }, { attempt }) => {
      if (id === '1' && attempt < 3) {
        failures += 1;
        throw new Error('not yet');
      }
    });
    await storeFor(place)([event('1'), event('2')]);
    start();
    await until(() => handled.length === 2, 500);
    expect(handled).toEqual(['1', '2']);
    expect(failures).toBe(2);
    await until(async () => (await list({ tenant: 'acme', status: 'done' })).length === 2);
  });

  it('makes a dead letter of what never works, goes on, and replays it', async () => {
    let isBroken = true;
    const dead: string[] = [];
    const { storeFor, start, list, replayDead } = open(
      async ({ id }) => {
        if (id === '1' && isBroken) throw new Error('password=hunter2secret');
      },
      { waitsMs: [1000, 2000], onDead: ({ id }) => void dead.push(id) },
    );
    await storeFor(place)([event('1'), event('2')]);
    start();
    await until(() => handled.length === 1, 500);
    expect(handled).toEqual(['2']);
    const [letter] = await list({ tenant: 'acme', status: 'dead' });
    expect(letter).toMatchObject({ id: '1', attempts: 3, errorCode: 'ERR_INTERNAL' });
    expect(letter?.errorMessage).not.toContain('hunter2secret');
    expect(dead).toEqual(['1']);
    expect(await replayDead('other')).toBe(0);
    isBroken = false;
    expect(await replayDead('acme')).toBe(1);
    await until(() => handled.length === 2);
  });

  it('does not try again what no wait makes right', async () => {
    const { storeFor, start, list } = open(async () => {
      throw new ConnectorError({ code: 'ERR_VALIDATION', category: 'validation', message: 'no' });
    });
    await storeFor(place)([event('1')]);
    start();
    await until(async () => (await list({ tenant: 'acme', status: 'dead' })).length === 1);
    expect((await list({ tenant: 'acme' }))[0]?.attempts).toBe(1);
  });

  it('discards by tenant, scope and id', async () => {
    const { storeFor, discard, list } = open(async () => undefined);
    await storeFor(place)([event('1')]);
    expect(await discard({ ...place, tenant: 'other', id: '1' }, 'test')).toBe(false);
    expect(await discard({ ...place, id: '1' }, 'a test order')).toBe(true);
    expect((await list({ tenant: 'acme' }))[0]).toMatchObject({
      status: 'discarded',
      errorMessage: 'a test order',
    });
  });

  it.each([
    ['fails', false, 'discarded'],
    ['is done', true, 'done'],
  ])('discards one that is under way: it %s', async (_, isGood, status) => {
    const ends = Promise.withResolvers<void>();
    const begun: string[] = [];
    const dead: string[] = [];
    const { storeFor, start, discard, list } = open(
      async ({ id }) => {
        begun.push(id);
        if (id === '1') await ends.promise;
      },
      { waitsMs: [], onDead: ({ id }) => void dead.push(id) },
    );
    await storeFor(place)([event('1'), event('2')]);
    start();
    await until(() => begun.length === 1);
    expect(await discard({ ...place, id: '1' }, 'a test order')).toBe(true);
    if (isGood) ends.resolve();
    else ends.reject(new Error('down'));
    await until(
      async () => (await list({ tenant: 'acme', status: 'done' })).length > Number(isGood),
    );
    expect((await list({ tenant: 'acme' }))[0]).toMatchObject({ id: '1', status });
    expect(dead).toEqual([]);
  });

  it('has nobody else wait for a tenant whose event fails', async () => {
    const { storeFor, start } = open(async (_, { tenant }) => {
      if (tenant === 'acme') throw new Error('down');
    });
    await storeFor(place)([event('1')]);
    await storeFor({ ...place, tenant: 'other' })([event('9')]);
    start();
    await until(() => handled.length === 1);
    expect(handled).toEqual(['9']);
  });

  it('has events safe, and their ids confirmed, before the vendor is answered', async () => {
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    const { storeFor, list } = open(async () => undefined);
    const deliveries = sqlDeliveryLog({ store });
    const receive = createWebhookReceiver({
      scheme: standardWebhooks({ secrets: secret }),
      deliveries,
      scope: place.scope,
      clock,
    });
    const body = JSON.stringify({ type: 'order.changed' });
    const headers = signWebhook({ id: 'msg_1', body, now: clock.now(), secrets: [secret] });
    const request = { method: 'POST', url: '/', headers, body: Buffer.from(body) };

    // The process dies between the store and the answer.
    const receipt = await receive(request);
    await storeFor(place)(receipt.events);

    const { response } = await handleWebhook(request, { receive, store: storeFor(place) });
    expect(response.status).toBe(200);
    expect((await list({ tenant: 'acme' })).map(({ id }) => id)).toEqual(['msg_1']);
  });

  it('adds nothing when the transaction fails', async () => {
    const { add, list } = open(async () => undefined);
    const failing = store.transaction(async (state) => {
      await add({ ...place, events: [event('1')] }, state);
      throw new Error('test');
    });
    await expect(failing).rejects.toThrow('test');
    expect(await list({ tenant: 'acme' })).toEqual([]);
  });
});
