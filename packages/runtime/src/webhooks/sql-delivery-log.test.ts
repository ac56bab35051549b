import { createHmac } from 'node:crypto';
import { manualClock } from '@common/connector-core';
import {
  createWebhookReceiver,
  deliveryLogConformance,
  intuitWebhooks,
} from '@common/connector-core/webhooks';
import { afterAll, describe, expect, it } from 'vitest';
import type { SqlStore } from '../sql-store.ts';
import { sqlStores } from '../testing/sql-stores.ts';
import { sqlDeliveryLog } from './sql-delivery-log.ts';

for (const stores of await sqlStores()) {
  describe(`the delivery log in ${stores.name}`, () => {
    afterAll(() => stores.close());

    it.each(deliveryLogConformance)('$name', async ({ run }) => {
      await run(sqlDeliveryLog({ store: stores.create() }));
    });

    it('knows a replayed delivery after a restart', async () => {
      const body = JSON.stringify([
        { specversion: '1.0', id: '1', source: 's', type: 'qbo.item.updated.v1' },
      ]);
      const request = {
        method: 'POST',
        url: '/',
        headers: {
          'intuit-signature': createHmac('sha256', 'token').update(body).digest('base64'),
        },
        body: Buffer.from(body),
      };
      const clock = manualClock();
      const receiverOf = (store: SqlStore) => {
        const scheme = intuitWebhooks({ verifierTokens: 'token' });
        return createWebhookReceiver({ scheme, deliveries: sqlDeliveryLog({ store }), clock });
      };
      const store = stores.create();
      const receipt = await receiverOf(store)(request);
      expect(receipt.events).toHaveLength(1);
      await receipt.acknowledge?.();
      await store.close();
      const after = receiverOf(stores.another(store));
      expect(await after(request)).toEqual({ response: { status: 200 }, events: [] });
    });

    it('takes an event in once when it comes to many processes at the same time', async () => {
      const store = stores.create();
      const logs = [store, stores.another(store)].map((one) => sqlDeliveryLog({ store: one }));
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          logs[index % 2]?.claim({ scope: 's', ids: ['a', 'b'], now: 0, until: 10 }),
        ),
      );
      const taken = claims.filter((states) => states?.includes('new'));
      expect(taken).toEqual([['new', 'new']]);
    });

    it('shares the database of a state store', async () => {
      const store = stores.create();
      const claim = { scope: 's', ids: ['a'], now: 0, until: 10 };
      expect(await sqlDeliveryLog({ store }).claim(claim)).toEqual(['new']);
      expect(await sqlDeliveryLog({ store }).claim(claim)).toEqual(['pending']);
    });
  });
}
