import { createHmac } from 'node:crypto';
import type { WebhookRequest } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { openQuickbooks } from './open-quickbooks.fixture.ts';
import { quickbooksEntities } from './quickbooks-entities.ts';
import { quickbooksWebhooks } from './quickbooks-webhooks.ts';

const verifierToken = 'a-verifier-token-of-tests';

function signed(payload: unknown, token = verifierToken): WebhookRequest {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const signature = createHmac('sha256', token).update(body).digest('base64');
  const headers = { 'content-type': 'application/json', 'intuit-signature': signature };
  return { method: 'POST', url: '/quickbooks', headers, body };
}

const event = (id: string, type: string, realmId: string, more: object = {}) => ({
  specversion: '1.0',
  id,
  source: 'intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=',
  type,
  time: '2025-09-10T21:31:25.179851517Z',
  intuitentityid: '1234',
  intuitaccountid: realmId,
  data: {},
  ...more,
});

describe('a webhook of Intuit', () => {
  it("is verified as in Intuit's own test (WebhooksServiceTest of its Java SDK)", async () => {
    const receive = quickbooksWebhooks({ verifierTokens: 'b5771f19b12ddb4bcdb9f08bdc50bc63878a' });
    const text =
      '{"eventNotifications":[{"realmId":"1185883450","dataChangeEvent":{"entities":[{"name":"Customer","id":"1","operation":"Create","lastUpdated":"2015-10-05T14:42:19-0700"}]}}]}';
    const { response, events } = await receive({
      method: 'POST',
      url: '/',
      headers: { 'intuit-signature': 'JC2GUwciPmRBwEO7WvrRmKqu9tGOKL8FFallocTFi8Q=' },
      body: Buffer.from(text),
    });
    expect(response.status).toBe(200);
    expect(events).toMatchObject([
      {
        entity: 'customer',
        key: '1',
        op: 'upsert',
        tenant: '1185883450',
        occurredAt: '2015-10-05T21:42:19.000Z',
      },
    ]);
  });

  it('says of each event whose it is, for one request may be about several companies', async () => {
    const receive = quickbooksWebhooks({ verifierTokens: verifierToken });
    const { events } = await receive(
      signed([
        event('1', 'qbo.vendor.updated.v1', '111'),
        event('2', 'qbo.billpayment.deleted.v1', '222'),
        event('3', 'qbo.item.created.v1', '111'),
      ]),
    );
    expect(events.map(({ tenant, entity, op }) => [tenant, entity, op])).toEqual([
      ['111', 'supplier', 'upsert'],
      ['222', 'billPayment', 'delete'],
      ['111', 'product', 'upsert'],
    ]);
  });

  it('in the form of before is about several companies too, and brings each event once', async () => {
    const receive = quickbooksWebhooks({ verifierTokens: verifierToken });
    const changed = (lastUpdated: string) => ({
      entities: [{ name: 'Invoice', id: '7', operation: 'Update', lastUpdated }],
    });
    const of = (realmId: string, lastUpdated = '2026-01-05T10:00:00.000Z') => ({
      eventNotifications: [{ realmId, dataChangeEvent: changed(lastUpdated) }],
    });
    const both = { eventNotifications: ['111', '222'].flatMap((id) => of(id).eventNotifications) };
    const first = await receive(signed(both));
    // The same Id, of two companies.
    expect(first.events.map(({ tenant, key }) => [tenant, key])).toEqual([
      ['111', '7'],
      ['222', '7'],
    ]);
    await first.acknowledge?.();
    expect((await receive(signed(of('222')))).events).toEqual([]);
    expect((await receive(signed(of('222', '2026-01-05T10:00:01.000Z')))).events).toHaveLength(1);
  });

  it('has the name that the connector has for its entity, of all that QuickBooks tells changes of', async () => {
    const entities = quickbooksEntities({ salesOrderAs: 'estimate' });
    const names = Object.values(entities).map(({ resource }) => resource.toLowerCase());
    const body = names.map((name, index) => event(`${index}`, `qbo.${name}.updated.v1`, '111'));
    const request = signed(body);
    const headers = { ...request.headers, 'content-type': 'application/cloudevents-batch+json' };
    const receive = quickbooksWebhooks({ verifierTokens: verifierToken });
    const { events } = await receive({ ...request, headers });
    expect(events.map(({ entity }) => entity)).toEqual(Object.keys(entities));
  });

  it('of an entity that the connector does not have tells its type', async () => {
    const receive = quickbooksWebhooks({ verifierTokens: verifierToken });
    const { events } = await receive(signed([event('1', 'qbo.timeactivity.created.v1', '111')]));
    expect(events).toMatchObject([{ entity: undefined, type: 'qbo.timeactivity.created.v1' }]);
  });

  it('of an estimate or sales receipt is about what stands for a sales order', async () => {
    const body = [
      event('1', 'qbo.estimate.created.v1', '111'),
      event('2', 'qbo.salesreceipt.created.v1', '111'),
    ];
    const entitiesFor = async (salesOrderAs: 'estimate' | 'salesReceipt') => {
      const receive = quickbooksWebhooks({ verifierTokens: verifierToken, salesOrderAs });
      return (await receive(signed(body))).events.map(({ entity }) => entity);
    };
    expect(await entitiesFor('estimate')).toEqual(['salesOrder', undefined]);
    expect(await entitiesFor('salesReceipt')).toEqual([undefined, 'salesOrder']);
  });

  it('of a merge changes one record and deletes the other', async () => {
    const receive = quickbooksWebhooks({ verifierTokens: verifierToken });
    const { events } = await receive(
      signed({
        eventNotifications: [
          {
            realmId: '111',
            dataChangeEvent: {
              entities: [{ name: 'Customer', id: '1', operation: 'Merge', deletedId: '7' }],
            },
          },
        ],
      }),
    );
    expect(events.map(({ key, op }) => [key, op])).toEqual([
      ['1', 'upsert'],
      ['7', 'delete'],
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
    const merged = event('1', 'qbo.customer.merged.v1', '111', { data: { deletedId: '7' } });
    const { events: again } = await receive(signed([merged]));
    expect(again.map(({ key, op }) => [key, op])).toEqual([
      ['1234', 'upsert'],
      ['7', 'delete'],
    ]);
  });

  it('is accepted with the old and the new verifier token while it is changed', async () => {
    const receive = quickbooksWebhooks({ verifierTokens: ['the-new-token', () => verifierToken] });
    const answerTo = async (id: string, token: string) =>
      (await receive(signed([event(id, 'qbo.customer.created.v1', '111')], token))).response.status;
    expect(await answerTo('1', verifierToken)).toBe(200);
    expect(await answerTo('2', 'the-new-token')).toBe(200);
    expect(await answerTo('3', 'another-token')).toBe(401);
  });

  it('signed over other bytes is refused: JSON that was parsed and written again', async () => {
    const receive = quickbooksWebhooks({ verifierTokens: verifierToken });
    const request = signed(JSON.stringify([event('1', 'qbo.item.created.v1', '1')], null, 2));
    const body = Buffer.from(JSON.stringify(JSON.parse(request.body.toString())));
    expect((await receive({ ...request, body })).response.status).toBe(401);
  });

  it('that is repeated brings its events once; an event by its id in whatever request', async () => {
    const receive = quickbooksWebhooks({ verifierTokens: verifierToken });
    const one = event('1', 'qbo.customer.created.v1', '111');
    const first = await receive(signed([one]));
    await first.acknowledge?.();
    const second = await receive(signed([one, event('2', 'qbo.customer.updated.v1', '111')]));
    expect(second.events.map(({ type }) => type)).toEqual(['qbo.customer.updated.v1']);
  });
});

describe('a connector with webhooks', () => {
  it.each(['cloud-events', 'legacy'] as const)(
    'reads what the sandbox sends as %s',
    async (format) => {
      const received: WebhookRequest[] = [];
      const { createServer } = await import('node:http');
      const server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const headers = request.headers as Record<string, string>;
          received.push({ method: 'POST', url: '/', headers, body: Buffer.concat(chunks) });
          response.end();
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      try {
        await using open = await openQuickbooks({}, { webhook: { verifierTokens: verifierToken } });
        const { sandbox, books } = open;
        const realmId = sandbox.settings.realmId;
        sandbox.actions.setWebhook({ url: `http://127.0.0.1:${port}`, verifierToken, format });
        sandbox.actions.change({ entity: 'Vendor', id: '1', fields: { AcctNum: '7' } });
        await sandbox.webhooksIdle();
        const { events } = await books.receiveWebhook!(received[0]!);
        expect(events).toMatchObject([{ entity: 'supplier', key: '1', tenant: realmId }]);
        expect(await books.get('supplier', events[0]!.key!)).toMatchObject({
          externalReference: '7',
        });
      } finally {
        server.close();
      }
    },
  );

  it('has no receiver unless it was given a verifier token', async () => {
    await using open = await openQuickbooks();
    expect(open.books.receiveWebhook).toBeUndefined();
    expect(open.books.capabilities.webhooks).toBe(false);
  });
});
