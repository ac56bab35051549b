import { basic, type PurchaseOrder, type WriteResult } from '@common/connector-core';
import {
  type SapSandbox,
  type SapSandboxOptions,
  startSapSandbox,
} from '@common/connector-sandbox/sap';
import { type OpenConnectors, openConnectors } from '../../../testing/open-connectors.ts';
import { type SapConnector, sap } from './sap-connector.ts';
import type { SapOptions } from './sap-options.ts';

export { collect } from '../../../testing/collect.ts';

/** A sandbox and a connector to it; both are closed with `await using`. */
export interface OpenSap extends OpenConnectors<SapSandbox, SapConnector, SapOptions> {
  readonly erp: SapConnector;
}

export async function openSap(
  options: SapSandboxOptions = {},
  settings: Partial<SapOptions> = {},
): Promise<OpenSap> {
  const sandbox = await startSapSandbox({
    products: 30,
    purchaseOrders: 12,
    suppliers: 3,
    customers: 3,
    ...options,
  });
  const open = openConnectors(sandbox, (own: Partial<SapOptions>) => {
    return sap({
      baseUrl: sandbox.url,
      client: '100',
      auth: basic({ username: sandbox.settings.user, password: sandbox.settings.password }),
      // Jitter of zero: every back-off ends at once.
      random: () => 0,
      ...own,
    });
  });
  return { ...open, erp: open.connect(settings) };
}

/** An order that SAP accepts, with two lines. */
export const newOrder = (change: Partial<PurchaseOrder> = {}): PurchaseOrder => ({
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
      quantity: '5.125',
      unit: { code: 'C62', vendorCode: 'PC' },
      unitPrice: '100.10',
      plant: '1010',
      deliveryDate: '2026-03-01',
    },
    {
      lineNumber: '20',
      product: 'MZ-FG-000002',
      quantity: '12.000',
      unitPrice: '7.00',
      plant: '1010',
      deliveryDate: '2026-03-02',
    },
  ],
  ...change,
});

/** Only lines, to change an order with: what is absent stays. */
export const onlyLines = (...lines: readonly object[]): PurchaseOrder =>
  ({ lines }) as unknown as PurchaseOrder;

export async function writeOrder(
  erp: SapConnector,
  change: Parameters<typeof erp.write<'purchaseOrder'>>[1][number],
): Promise<WriteResult> {
  const [result] = await erp.write('purchaseOrder', [change]);
  return result!;
}

/** Creates an order and answers its number. */
export async function createOrder(erp: SapConnector, record = newOrder()): Promise<string> {
  const result = await writeOrder(erp, { op: 'upsert', record });
  if (result.status !== 'created') throw new Error(`not created: ${JSON.stringify(result)}`);
  return result.key;
}
