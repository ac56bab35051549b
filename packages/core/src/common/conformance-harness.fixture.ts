import { signStandardWebhook } from '@common/connector-sandbox';
import { type CommonSandbox, nameUuid, startCommonSandbox } from '@common/connector-sandbox/common';
import type { ConformanceHarness } from '@common/connector-testkit';
import type { Amendment } from '../entities/amendment.ts';
import type { PurchaseOrder } from '../entities/purchase-order.ts';
import { checkTemplateLaws } from '../mapping/index.ts';
import type { CommonClient } from './common-client.ts';
import { common } from './common-connector.ts';
import type { CommonEntities } from './common-entities.ts';
import { commonFactory } from './common-factory.ts';
import {
  commonAmendmentTemplate,
  commonBusinessRelationshipTemplate,
  commonCompanyTemplate,
  commonPurchaseOrderTemplate,
} from './templates/index.ts';

const companyId = 'b7f6c1de-3f0a-4c5e-9a51-2d6c8e0f1a10';
const missingKey = '6f1c2a4e-0f1b-4c8e-9a55-0d7d3c1e2b10';
const clientSecret = 'conformance-secret-0815';
const webhookSecret = `whsec_${Buffer.from('conformance-webhook-secret-23').toString('base64')}`;
const badSecret = 'conformance-wrong-4711';
const orderReads = { method: 'GET', path: /^\/api\/v1\/purchase-orders/ } as const;

const remove = 'the API of Common deletes nothing: what ends is cancelled or declined, and stays';

/** Orders without an amendment, so that there is something to propose to. */
let amendable: readonly string[] = [];

const order = (n: number, change: Partial<PurchaseOrder['lines'][number]> = {}): PurchaseOrder => ({
  orderNumber: `CT-${n}-10`,
  buyer: companyId,
  supplier: nameUuid('seller:17300001', companyId),
  currency: 'EUR',
  status: 'pending',
  lines: [
    {
      lineNumber: '1',
      product: nameUuid(`product ${n}`, companyId),
      quantity: `${n}.500`,
      unit: { code: 'C62' },
      unitPrice: '19.90',
      deliveryDate: '2026-12-24',
      deliveryLocation: 'Hamburg, Dock 4',
      ...change,
    },
  ],
});

/** As the sandbox shows its first order to a caller of the API. */
const firstOrder: Partial<PurchaseOrder> = {
  source: {
    system: 'common',
    entity: 'purchaseOrder',
    key: '24c550a1-0b69-431e-866b-47d32f4ce889',
  },
  orderNumber: 'CO-000001',
  buyer: companyId,
  currency: 'EUR',
  status: 'pending',
  lines: [
    {
      lineNumber: '1',
      product: '845d0432-f34d-4706-97f5-5bd61dcc1a06',
      quantity: '448.000',
      unit: { code: 'EA' },
      unitPrice: '710.59',
      netAmount: '318344.32',
      deliveryDate: '2026-03-07',
      deliveryLocation: 'Walldorf, Gate 1',
    },
  ],
  totalAmount: '318344.32',
};

const amendment = (n: number): Amendment => ({
  purchaseOrder: amendable[n] ?? missingKey,
  status: 'proposed',
  proposedQuantity: `${n}00.125`,
  reason: `Reason ${n}`,
});

const harness: ConformanceHarness<CommonEntities> = {
  secrets: [clientSecret, badSecret, webhookSecret.slice('whsec_'.length)],
  async start({ entity, records, simultaneous }) {
    const sandbox = await startCommonSandbox({
      clientSecret,
      clock: { advancePerWriteMs: simultaneous ? 0 : 1 },
      sellers:
        entity === 'company'
          ? Math.max(records - 1, 0)
          : entity === 'businessRelationship'
            ? records
            : 3,
    });
    const isOrder = entity === 'purchaseOrder' || entity === 'amendment';
    if (isOrder) sandbox.actions.seedOrders({ count: records });
    if (entity === 'amendment') {
      sandbox.actions.proposeAmendments({ count: records });
      amendable = sandbox.actions.seedOrders({ count: 10, prefix: 'FREE-' }).ids;
    }
    return sandbox;
  },
  create: ({ baseUrl, credentials, ...setup }) =>
    common({
      baseUrl,
      clientId: 'common-demo',
      clientSecret: credentials === 'good' ? clientSecret : badSecret,
      companyId,
      webhook: { secrets: webhookSecret },
      ...setup,
    }),
  factory: {
    factory: commonFactory,
    settings: (baseUrl) => ({ baseUrl, companyId }),
    credentials: () => ({ kind: 'common-login', clientId: 'common-demo', clientSecret }),
  },
  signIn: { method: 'POST', path: /\/auth\/(login|refresh)$/ },
  paging: {
    loop: () => ({
      kind: 'status',
      status: 200,
      body: JSON.stringify({ items: [], next_cursor: 'again' }),
      contentType: 'application/json',
    }),
    crossOrigin: 'pages by a cursor, not by a link',
    total: 'pages of Common tell no total',
  },
  entities: {
    company: {
      reads: { method: 'GET', path: /\/companies/ },
      missingKey,
      remove,
      fewestRecords: 1,
    },
    businessRelationship: {
      reads: { method: 'GET', path: /\/business-relationships/ },
      missingKey,
      remove,
    },
    purchaseOrder: {
      reads: orderReads,
      missingKey,
      remove,
      expected: [firstOrder],
      write: {
        creates: { method: 'POST', path: /\/purchase-orders$/ },
        record: order,
        invalidRecord: (n) => order(n, { quantity: '0.000' }),
        changed: (record) => ({
          ...record,
          lines: record.lines.map((line) => ({ ...line, deliveryLocation: 'Rotterdam' })),
        }),
        decimals: [
          order(1, { quantity: '0.001', unitPrice: '0.01' }),
          order(2, { quantity: '999999999999.999', unitPrice: '9999999999999.99' }),
        ],
      },
    },
    amendment: {
      reads: orderReads,
      missingKey,
      remove,
      write: {
        creates: { method: 'PUT', path: /\/propose-changes$/ },
        record: amendment,
        invalidRecord: (n) => ({ ...amendment(n), proposedQuantity: '0.000' }),
        changed: (record) => ({ ...record, status: 'approved' }),
      },
    },
  },
  webhooks: {
    delivery({ n, sentAt }) {
      const order = { id: nameUuid(`order ${n}`, companyId), po_number: `CO-${n}` };
      const id = nameUuid(`update ${n}`, companyId);
      const body = JSON.stringify({
        update_id: id,
        type: 'purchase_order.updated',
        occurred_at: '2026-01-05T08:00:00Z',
        purchase_order: order,
      });
      const timestamp = Math.floor(sentAt / 1000);
      return {
        method: 'POST',
        url: '/webhooks/common',
        headers: signStandardWebhook({ id, timestamp, body }, webhookSecret),
        body: Buffer.from(body),
      };
    },
    signedHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    toleranceMs: 300_000,
    tenants: 'an endpoint of Common belongs to one company',
  },
  // Writes have an idempotency key, so Common does them once.
  operations: {
    inviteSupplier: {
      input: { companyName: 'Nova GmbH', email: 'info@nova.example' },
      calls: { method: 'POST', path: /\/invite-supplier$/ },
      isRepeatable: true,
    },
    sellerConfirm: {
      input(sandbox: CommonSandbox) {
        const [purchaseOrder = ''] = sandbox.actions.seedOrders({ count: 1, prefix: 'OP-' }).ids;
        return { purchaseOrder };
      },
      calls: { path: /\/seller-confirm$/ },
      isRepeatable: true,
    },
    syncStatus: { calls: { method: 'GET', path: /\/erp-sync\/status$/ } },
    testWebhook: { calls: { method: 'POST', path: /\/erp-sync\/webhook-test$/ } },
  },
  faults: [
    {
      name: 'token revoked',
      fault: { kind: 'expired-token' },
      hits: ['reads', 'creates', 'updates'],
      expect: 'nothing',
    },
  ],
  native: {
    calls: { method: 'GET', path: /\/erp-sync\/status$/ },
    use: async (client) => void (await (client as CommonClient).erpSync.status()),
  },
  templates() {
    for (const template of [
      commonPurchaseOrderTemplate('EUR'),
      commonAmendmentTemplate,
      commonCompanyTemplate,
      commonBusinessRelationshipTemplate,
    ]) {
      const [violation] = checkTemplateLaws(template);
      if (violation) throw new Error(`${template.id}: ${JSON.stringify(violation)}`);
    }
  },
};

export const conformanceHarnesses = [{ id: 'common', harness }] as const;
