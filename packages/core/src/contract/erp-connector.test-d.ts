// Compiled by `tsc`, never run: what must compile, and what must not.
import { defineConnector } from '../connector/define-connector.ts';
import type { Product } from '../entities/product.ts';
import type { PurchaseOrder } from '../entities/purchase-order.ts';
import type { EntityCapabilities } from './connector-capabilities.ts';
import type { IErpConnector } from './erp-connector.ts';
import type { RecordChange } from './record-page.ts';
import type { WriteChange, WriteResult } from './record-write.ts';

type Entities = { readonly product: Product; readonly purchaseOrder: PurchaseOrder };
declare const connector: IErpConnector<Entities>;
declare const product: Product;
declare const order: PurchaseOrder;
declare const none: EntityCapabilities;

// A connector of particular entities is a connector.
export const general: IErpConnector = connector;

// Records are typed by the entity's name.
export const found: Promise<Product | undefined> = connector.get('product', 'MZ-1');
// @ts-expect-error an entity that the connector does not have
connector.get('invoice', '1');
// @ts-expect-error a record of another entity
export const wrong: Promise<PurchaseOrder | undefined> = connector.get('product', 'MZ-1');

// Optional members have to be asked for.
// @ts-expect-error `write` may be absent
connector.write('product', []);
connector.write?.('product', [{ op: 'upsert', record: product }]);
// @ts-expect-error a record of another entity
connector.write?.('product', [{ op: 'upsert', record: order }]);
// An update may bring a few fields, and null clears one; a create brings the whole record.
connector.write?.('product', [{ op: 'upsert', key: '1', record: { description: null } }]);
// @ts-expect-error a list has no null
connector.write?.('product', [{ op: 'upsert', key: '1', record: { descriptions: null } }]);
// @ts-expect-error a create with a part of a record
connector.write?.('product', [{ op: 'upsert', record: { description: 'Bolt' } }]);
// @ts-expect-error null clears, and in a create there is nothing to clear
connector.write?.('product', [{ op: 'upsert', record: { ...product, description: null } }]);
// @ts-expect-error the plain change of a page is an upsert or a delete, nothing else
export const change: RecordChange<Product> = { op: 'create', record: product };
// @ts-expect-error a delete needs a key
export const deletion: WriteChange<Product> = { op: 'delete' };

// A result has a key when something was written, and an error when it was not.
export function outcome(result: WriteResult): string {
  // @ts-expect-error not every result has an error
  result.error;
  return result.status === 'failed' || result.status === 'unknown'
    ? result.error.message
    : result.key;
}

// Decimals are strings.
// @ts-expect-error a number loses digits
export const lossy: PurchaseOrder = { ...order, totalAmount: 10.5 };

// Nothing in a contract object can be reassigned.
// @ts-expect-error readonly
connector.specificationVersion = 'v1';

const base = {
  specificationVersion: 'v1',
  manifest: {
    id: 'acme',
    vendor: 'ACME',
    version: '1.0.0',
    authMethods: [],
    settingsSchema: {},
    links: { documentation: '' },
  },
  connect: async () => {},
  disconnect: async () => {},
  testConnection: async () => ({ ok: true, checks: [], latencyMs: 0 }),
  describe: async () => ({ entity: '', nativeName: '', key: [], fields: [] }),
  get: async () => undefined,
  async *list() {},
} as const;

// `defineConnector` infers the rest and keeps members beyond the contract.
const acme = defineConnector<{ product: Product }>()({
  ...base,
  capabilities: { entities: { product: none } },
  native: async () => ({ ping: () => 'pong' }),
});
export const pong: Promise<string> = acme.native().then((client) => client.ping());

defineConnector<{ product: Product }>()({
  ...base,
  // @ts-expect-error capabilities of every entity are required
  capabilities: { entities: {} },
});

defineConnector<{ product: Product }>()({
  ...base,
  // @ts-expect-error a version that this core does not know
  specificationVersion: 'v2',
  capabilities: { entities: { product: none } },
});
