import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { manualClock } from '@common/connector-core';
import { createWebhookReceiver, standardWebhooks } from '@common/connector-core/webhooks';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseOf, sqlJobEngine } from '../jobs/sql-job-engine.ts';
import type { SqlStore } from '../sql-store.ts';
import { sqlStores } from '../testing/sql-stores.ts';
import {
  createWebhookOutbox,
  type WebhookOutbox,
  type WebhookOutboxOptions,
} from './webhook-outbox.ts';

const kinds = await sqlStores();
afterAll(async () => {
  for (const stores of kinds) await stores.close();
});

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const oldSecret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

describe.each(kinds)('the outbox on $name', (stores) => {
  const clock = manualClock();
  let store: SqlStore;
  let engine: ReturnType<typeof sqlJobEngine>;
  let outbox: WebhookOutbox;
  let server: Server;
  let url: string;
  let received: Received[];
  let answers: { status: number; headers?: Record<string, string> }[];
  let beforeAnswer: () => Promise<void>;
  beforeEach(async () => {
    beforeAnswer = async () => undefined;
    store = stores.create({ clock });
    engine = sqlJobEngine({ store, clock });
    received = [];
    answers = [];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({ headers: request.headers, body: Buffer.concat(chunks) });
        const { status, headers = {} } = answers.shift() ?? { status: 204 };
        const answer = () => response.writeHead(status, { connection: 'close', ...headers }).end();
        beforeAnswer().then(answer, answer);
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterEach(async () => {
    await outbox.close();
    await engine.close();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  async function open(options: Partial<WebhookOutboxOptions> = {}, inOrder = false) {
    outbox = createWebhookOutbox({
      store,
      engine,
      clock,
      random: () => 0,
      secretsOf: async () => secret,
      network: { addresses: { deny: 'private', allow: ['127.0.0.1'] } },
      allowHttp: true,
      ...options,
    });
    await outbox.setEndpoint({ tenant: 'acme', id: 'e1', url, inOrder });
    outbox.start();
    return outbox;
  }

  async function until(isSo: () => Promise<boolean> | boolean, stepMs = 0): Promise<void> {
    while (!(await isSo())) {
      await new Promise<void>((resolve) => {
        setTimeout(resolve, 2);
      });
      if (stepMs > 0) await clock.advance(stepMs);
    }
  }

  const send = (id: string, type = 'order.changed') =>
    outbox.send({ tenant: 'acme', type, data: { type, order: id }, id });
  const statusOf = async (id: string) =>
    (await outbox.list({ tenant: 'acme' })).find((delivery) => delivery.id === id)?.status;
  const jobs = () =>
    store.transaction(
      async (state) => (await databaseOf(state).selectFrom('job').select('id').execute()).length,
      { readOnly: true },
    );
  const ids = () => received.map(({ headers }) => headers['webhook-id']);

  it('delivers a message that the core accepts as signed, with the old key and the new', async () => {
    await open({ secretsOf: async () => [oldSecret, secret] });
    await send('msg_1');
    await until(async () => (await statusOf('msg_1')) === 'done');
    for (const one of [secret, oldSecret]) {
      const receive = createWebhookReceiver({ scheme: standardWebhooks({ secrets: one }), clock });
      const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = received;
      const { events } = await receive({
        method: 'POST',
        url: '/hook',
        headers: headers as Record<string, string>,
        body,
      });
      expect(events).toMatchObject([{ id: 'msg_1', data: { order: 'msg_1' } }]);
    }
  });

  it('is queued if and only if the transaction commits', async () => {
    await open();
    const change = (id: string, fails: boolean) =>
      store.transaction(async (state) => {
        await outbox.send({ tenant: 'acme', type: 't', data: {}, id }, { within: state });
        if (fails) throw new Error('test');
      });
    await change('lost', true).catch(() => undefined);
    await change('kept', false);
    // On a server the look that the message asked for may come before its commit: then the next one finds it.
    await until(async () => (await statusOf('kept')) === 'done', 100);
    expect(ids()).toEqual(['kept']);
  });

  it('tries again after an error, with the same id and a new signature', async () => {
    await open();
    answers = [{ status: 500 }];
    await send('msg_1');
    await until(async () => (await statusOf('msg_1')) === 'done', 1000);
    expect(ids()).toEqual(['msg_1', 'msg_1']);
    const [first, second] = received.map(({ headers }) => headers['webhook-timestamp']);
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(5);
  });

  it('waits as long as the receiver asks', async () => {
    await open();
    answers = [{ status: 429, headers: { 'retry-after': '120' } }];
    await send('msg_1');
    await until(async () => (await outbox.list({ tenant: 'acme' }))[0]?.attempts === 1);
    const [delivery] = await outbox.list({ tenant: 'acme' });
    expect((delivery?.nextAt ?? 0) - clock.now()).toBe(120_000);
    expect(delivery).toMatchObject({ httpStatus: 429, status: 'waiting' });
  });

  it('does not follow a redirect, and gives up in the end; a replay sends it again', async () => {
    const dead: string[] = [];
    await open({ waitsMs: [1000], onDead: ({ id }) => void dead.push(id) });
    answers = [302, 302].map((status) => ({ status, headers: { location: `${url}/other` } }));
    await send('msg_1');
    await until(() => dead.length === 1, 500);
    expect(received).toHaveLength(2);
    expect((await outbox.list({ tenant: 'acme', status: 'dead' }))[0]?.errorMessage).toContain(
      'The endpoint redirects (HTTP 302)',
    );
    expect(await outbox.replay({ tenant: 'other', endpoint: 'e1', id: 'msg_1' })).toBe(false);
    expect(await outbox.replay({ tenant: 'acme', endpoint: 'e1', id: 'msg_1' })).toBe(true);
    await until(async () => (await statusOf('msg_1')) === 'done');
  });

  it('disables an endpoint that is gone, until it is registered again', async () => {
    const disabled: string[] = [];
    await open({ onDisabled: ({ id }) => void disabled.push(id) });
    await outbox.setEndpoint({ tenant: 'other', id: 'e1', url });
    answers = [{ status: 410 }];
    await send('msg_1');
    await until(() => disabled.length === 1);
    await send('msg_2');
    expect(await statusOf('msg_1')).toBe('dead');
    expect(await statusOf('msg_2')).toBeUndefined();
    expect((await outbox.endpoints('acme'))[0]).toMatchObject({ status: 'disabled' });
    expect((await outbox.endpoints('other'))[0]).toMatchObject({ status: 'active' });
    await outbox.setEndpoint({ tenant: 'acme', id: 'e1', url });
    await send('msg_3');
    await until(async () => (await statusOf('msg_3')) === 'done');
  });

  it('keeps the order of an endpoint that wants it', async () => {
    await open({}, true);
    answers = [{ status: 503 }];
    for (const id of ['1', '2', '3']) await send(id);
    await until(() => received.length === 4, 1000);
    expect(ids()).toEqual(['1', '1', '2', '3']);
  });

  it('lets nobody wait for another message of an endpoint without order', async () => {
    await open();
    answers = [{ status: 503 }];
    await send('1');
    await until(() => received.length === 1);
    await send('2');
    await until(async () => (await statusOf('2')) === 'done');
    expect(await statusOf('1')).toBe('waiting');
  });

  it('sends an endpoint the types that it wants, and a message once', async () => {
    await open();
    await outbox.setEndpoint({ tenant: 'acme', id: 'e1', url, types: ['invoice.paid'] });
    await send('1');
    await send('2', 'invoice.paid');
    await send('2', 'invoice.paid');
    await until(async () => (await statusOf('2')) === 'done');
    expect(ids()).toEqual(['2']);
  });

  it('goes to no private address unless it is told to', async () => {
    await open({ network: undefined, waitsMs: [] });
    await send('1');
    await until(async () => (await statusOf('1')) === 'dead');
    expect((await outbox.list({ tenant: 'acme' }))[0]?.errorCode).toBe('ERR_BLOCKED_ADDRESS');
    expect(received).toEqual([]);
  });

  it('sends nothing without a signature', async () => {
    await open({ secretsOf: async () => 'short', waitsMs: [] });
    await send('1');
    await until(async () => (await statusOf('1')) === 'dead');
    expect((await outbox.list({ tenant: 'acme' }))[0]?.errorCode).toBe('ERR_CONFIGURATION');
    expect(received).toEqual([]);
  });

  it('takes no address without TLS, and none with credentials', async () => {
    await open({ allowHttp: undefined }).catch(() => undefined);
    for (const wrong of [url, 'https://user:pass@example.com', 'ftp://example.com', 'nowhere']) {
      await expect(
        outbox.setEndpoint({ tenant: 'acme', id: 'e2', url: wrong }),
      ).rejects.toMatchObject({ code: 'ERR_VALIDATION' });
    }
  });

  it.each(['discard', 'removeEndpoint'] as const)(
    'lets what is under way end without another try: %s',
    async (how) => {
      const dead: string[] = [];
      await open({ waitsMs: [], onDead: ({ id }) => void dead.push(id) });
      answers = [{ status: 500 }];
      const answer = Promise.withResolvers<void>();
      beforeAnswer = () => answer.promise;
      await send('1');
      await until(() => received.length === 1);
      const place = { tenant: 'acme', endpoint: 'e1' };
      if (how === 'discard') await outbox.discard({ ...place, id: '1' }, 'not needed');
      else await outbox.removeEndpoint({ tenant: 'acme', id: 'e1' });
      answer.resolve();
      await until(async () => (await jobs()) === 0);
      expect((await outbox.list({ tenant: 'acme' }))[0]).toMatchObject({
        ...{ status: 'discarded', nextAt: undefined },
      });
      expect(dead).toEqual([]);
    },
  );

  it('removes an endpoint and what waits for it', async () => {
    await open();
    answers = [{ status: 500 }];
    await send('1');
    await until(async () => (await outbox.list({ tenant: 'acme' }))[0]?.attempts === 1);
    expect(await outbox.removeEndpoint({ tenant: 'acme', id: 'e1' })).toBe(true);
    expect(await statusOf('1')).toBe('discarded');
  });
});
