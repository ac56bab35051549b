import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manualClock } from '@common/connector-core';
import {
  createWebhookReceiver,
  deliveryLogConformance,
  intuitWebhooks,
} from '@common/connector-core/webhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqliteStore } from '../sqlite-store.ts';
import { sqliteDeliveryLog } from './sqlite-delivery-log.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-deliveries-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('sqliteDeliveryLog', () => {
  it.each(deliveryLogConformance)('$name', async ({ run }) => {
    const log = sqliteDeliveryLog({ path: ':memory:' });
    await run(log);
    await log.close();
  });

  it('knows a replayed delivery after a restart', async () => {
    const path = join(folder, 'restart.db');
    const body = JSON.stringify([
      { specversion: '1.0', id: '1', source: 's', type: 'qbo.item.updated.v1' },
    ]);
    const request = {
      method: 'POST',
      url: '/',
      headers: { 'intuit-signature': createHmac('sha256', 'token').update(body).digest('base64') },
      body: Buffer.from(body),
    };
    const clock = manualClock();
    const start = () => {
      const deliveries = sqliteDeliveryLog({ path });
      const scheme = intuitWebhooks({ verifierTokens: 'token' });
      return { deliveries, receive: createWebhookReceiver({ scheme, deliveries, clock }) };
    };
    const before = start();
    const receipt = await before.receive(request);
    expect(receipt.events).toHaveLength(1);
    await receipt.acknowledge?.();
    await before.deliveries.close();
    const after = start();
    expect(await after.receive(request)).toEqual({ response: { status: 200 }, events: [] });
    await after.deliveries.close();
  });

  it('shares the file of a state store, which closes it', async () => {
    const store = sqliteStore({ path: join(folder, 'shared.db') });
    const log = sqliteDeliveryLog({ store });
    const claim = { scope: 's', ids: ['a'], now: 0, until: 10 };
    expect(await log.claim(claim)).toEqual(['new']);
    await log.close();
    expect(await sqliteDeliveryLog({ store }).claim(claim)).toEqual(['pending']);
    await store.close();
  });

  it('needs to be told where', () => {
    expect(() => sqliteDeliveryLog({})).toThrow('sqliteDeliveryLog needs a path, or a store');
  });
});
