import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { basic, type PurchaseOrder } from '@common/connector-core';
import { backupState, openStore } from '@common/connector-runtime';
import { type SapSandbox, startSapSandbox } from '@common/connector-sandbox/sap';
import { sap } from '@common/connector-sap';
import { createSync } from '@common/connector-sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const boxes: SapSandbox[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'restored-orders-'));
});
afterEach(async () => {
  for (const box of boxes.splice(0)) await box.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(purchaseOrderApi: 'v2' | 'v4') {
  const box = await startSapSandbox({ products: 30, purchaseOrders: 0, suppliers: 3 });
  boxes.push(box);
  const { user: username, password } = box.settings;
  const auth = basic({ username, password });
  return sap({
    baseUrl: box.url,
    client: '100',
    auth,
    purchaseOrderApi,
    safetyLagMs: 0,
    random: () => 0,
  });
}

const order = (quantity: string): PurchaseOrder => ({
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
      quantity,
      unitPrice: '100.10',
      plant: '1010',
      deliveryDate: '2026-03-01',
    },
  ],
});

describe('orders from one SAP to another, after this morning’s state was restored', () => {
  it.each(['v2', 'v4'] as const)('are there once each, as they are now: %s', async (api) => {
    const [from, to] = [await open(api), await open(api)];
    const create = async (quantity: string) => {
      const [result] = await from.write('purchaseOrder', [
        { op: 'upsert', record: order(quantity) },
      ]);
      return result?.status === 'created' ? result.key : '';
    };
    const change = (key: string, quantity: string) =>
      from.write('purchaseOrder', [
        { op: 'upsert', key, record: { lines: [{ lineNumber: '10', quantity }] } as PurchaseOrder },
      ]);
    const run = async (url: string) => {
      const store = openStore({ url });
      const report = await createSync<PurchaseOrder, PurchaseOrder>({
        id: 'orders',
        source: from,
        target: to,
        entity: 'purchaseOrder',
        compare: ['lines.quantity'],
        mapping: {
          map: ({ lines }) => ({ record: order(lines[0]?.quantity ?? '0.000') }),
        },
        store,
      }).run();
      await store.close();
      return report;
    };
    const quantities = async () => {
      const found: string[] = [];
      for await (const { records } of to.list('purchaseOrder')) {
        found.push(...records.map(({ lines }) => lines[0]?.quantity ?? ''));
      }
      return found.sort();
    };

    const path = join(folder, 'state.db');
    const backup = join(folder, 'backup.db');
    const first = await create('1.000');
    await run(path);
    await backupState({ path, to: backup });
    const second = await create('2.000');
    await create('3.000');
    await change(first, '1.500');
    await run(path);
    expect(await quantities()).toEqual(['1.500', '2.000', '3.000']);

    // The disk is lost; nobody stops working.
    await change(second, '2.500');
    await create('4.000');
    expect(await run(backup)).toMatchObject({ mode: 'full', inserted: 1, updated: 1, failed: 0 });
    expect(await quantities()).toEqual(['1.500', '2.500', '3.000', '4.000']);
    expect(await run(backup)).toMatchObject({ inserted: 0, updated: 0, failed: 0 });
  });
});
