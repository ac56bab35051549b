import { manualClock, oauth2ClientCredentials, type PurchaseOrder } from '@common/connector-core';
import { startSapSandbox } from '@common/connector-sandbox/sap';
import {
  findSecret,
  findTokenLike,
  type Recording,
  startPlayback,
  startRecording,
} from '@common/connector-testkit';
import { describe, expect, it } from 'vitest';
import { sap } from './sap-connector.ts';

const clientSecret = 'recorded-secret-4711';
const order: PurchaseOrder = {
  orderType: 'NB',
  companyCode: '1010',
  purchasingOrganization: '1010',
  purchasingGroup: '001',
  supplier: '17300001',
  currency: 'EUR',
  lines: [
    {
      lineNumber: '10',
      product: 'MZ-FG-000001',
      quantity: '1.125',
      unit: { code: 'C62', vendorCode: 'PC' },
      unitPrice: '100.10',
      plant: '1010',
      deliveryDate: '2026-03-01',
    },
  ],
};

/** What an app does: reads pages, writes an order, reads it back, follows the changes. */
async function useSap(baseUrl: string, secret: string, recordedAt: string): Promise<unknown> {
  const connector = sap({
    baseUrl,
    client: '100',
    clock: manualClock(Date.parse(recordedAt)),
    random: () => 0.5,
    auth: oauth2ClientCredentials({
      tokenUrl: `${baseUrl}/sap/bc/sec/oauth2/token`,
      clientId: 'app',
      clientSecret: secret,
    }),
  });
  try {
    const seen: unknown[] = [];
    for await (const page of connector.list('product', { pageSize: 2 })) seen.push(page.records);
    const [written] = await connector.write('purchaseOrder', [
      { op: 'upsert', record: order, idempotencyKey: 'REC0000001' },
    ]);
    seen.push(written);
    seen.push(await connector.get('purchaseOrder', written?.key ?? ''));
    for await (const page of connector.changes('supplier')) seen.push(page.changes);
    return seen;
  } finally {
    await connector.disconnect();
  }
}

const recordedAt = '2026-01-05T09:00:00.000Z';

async function record(keepFields: readonly string[] | 'all') {
  const sandbox = await startSapSandbox({
    oauthClient: { clientId: 'app', clientSecret },
    products: 5,
    suppliers: 2,
    pageSize: 2,
  });
  try {
    const systems = { sap: sandbox.url };
    const recorder = startRecording({ systems, keepFields, recordedAt });
    const seen = await useSap(sandbox.url, clientSecret, recordedAt);
    const recording = recorder.stop();
    return { seen, recording, url: sandbox.url };
  } finally {
    await sandbox.close();
  }
}

const withoutAddress = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(/https?:\/\/[\w.:]+/g, 'https://sap'));

describe('a recording of SAP', () => {
  it('plays without the system what was seen with it, sessions and tokens included', async () => {
    const { seen, recording, url } = await record('all');
    const playback = await startPlayback({
      recording: JSON.parse(JSON.stringify(recording)) as Recording,
    });
    const again = await useSap(playback.baseUrl('sap'), 'any secret will do', playback.recordedAt);
    expect(withoutAddress(again)).toEqual(withoutAddress(seen));
    await playback.stop();
    expect(JSON.stringify(recording)).not.toContain(new URL(url).host);
  });

  it('holds no secret and nothing that looks like a token', async () => {
    const { recording } = await record('all');
    const text = JSON.stringify(recording);
    expect(findSecret(text, [clientSecret])).toBeUndefined();
    expect(findTokenLike(text)).toBeUndefined();
    expect(text).not.toContain('"authorization":');
    // The CSRF token and the session that the server gave out are the ones that the client sent.
    const token = /"x-csrf-token":"(secret-\d+)"/.exec(text)?.[1];
    expect(text.split(`"x-csrf-token":"${token}"`).length).toBeGreaterThan(2);
  });

  it('holds no name, address or number of anybody when only harmless fields are kept', async () => {
    const { recording } = await record(['ProductType', 'PurchaseOrderType', 'DocumentCurrency']);
    const text = JSON.stringify(recording);
    expect(text).not.toContain('Lieferant');
    expect(text).not.toContain('Industriestraße');
    expect(text).not.toMatch(/office\d+@example\.com/);
    expect(text).not.toContain('17300001');
    expect(text).toContain('"ProductType":"FERT"');
  });

  it('refuses what was not recorded, and names what comes closest', async () => {
    const { recording } = await record('all');
    const playback = await startPlayback({ recording });
    const connector = sap({
      baseUrl: playback.baseUrl('sap'),
      client: '200',
      auth: oauth2ClientCredentials({
        tokenUrl: `${playback.baseUrl('sap')}/sap/bc/sec/oauth2/token`,
        clientId: 'app',
        clientSecret: 'another',
      }),
      retry: { maxAttempts: 1 },
    });
    await expect(connector.get('product', 'MZ-FG-000001')).rejects.toThrow();
    await connector.disconnect();
    expect(playback.misses[0]).toContain('was never recorded. The closest is sap: GET /sap/opu');
    expect(playback.unused.length).toBeGreaterThan(3);
    await expect(playback.stop()).rejects.toThrow('Recorded, never asked for: sap: GET');
  });
});
