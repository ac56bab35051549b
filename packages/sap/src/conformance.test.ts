import { type Customer, oauth2ClientCredentials, type PurchaseOrder } from '@common/connector-core';
import { checkTemplateLaws } from '@common/connector-core/mapping';
import { startSapSandbox } from '@common/connector-sandbox/sap';
import { type ConformanceHarness, describeConnector } from '@common/connector-testkit';
import { describe, it } from 'vitest';
import { sap } from './sap-connector.ts';
import type { SapEntities } from './sap-entities.ts';
import { sapFactory } from './sap-factory.ts';
import { customerTemplate, supplierTemplate } from './templates/business-partner-template.ts';
import { productTemplate } from './templates/product-template.ts';
import {
  purchaseOrderV2Template,
  purchaseOrderV4Template,
} from './templates/purchase-order-template.ts';

const clientId = 'conformance-client';
const clientSecret = 'canary-sap-secret-4711';
const tokenPath = '/sap/bc/sec/oauth2/token';
const piece = { code: 'C62', vendorCode: 'PC' };
const futureCheckpoint = { at: '2999-12-31T00:00:00.0000000Z' };

const partner = (n: number): Customer => ({
  name: `Müller & Söhne ${n}`,
  kind: 'organization',
  addresses: [
    { street: 'Hauptstraße', houseNumber: '1', city: 'Köln', postalCode: '50667', country: 'DE' },
  ],
});

const order = (n: number, line: Partial<PurchaseOrder['lines'][number]> = {}): PurchaseOrder => ({
  orderType: 'NB',
  companyCode: '1010',
  purchasingOrganization: '1010',
  purchasingGroup: '001',
  supplier: '17300001',
  currency: 'EUR',
  lines: [1, 2].map((position) => ({
    lineNumber: `${position}0`,
    product: `MZ-FG-00000${position}`,
    quantity: `${n}.125`,
    unit: piece,
    unitPrice: '100.10',
    plant: '1010',
    deliveryDate: '2026-03-01',
    ...line,
  })),
});

/** The suite over one of the two services for purchase orders. */
const harness = (purchaseOrderApi: 'v2' | 'v4'): ConformanceHarness<SapEntities> => {
  const orderPath = purchaseOrderApi === 'v2' ? /\/A_PurchaseOrder\b/ : /\/PurchaseOrder\b/;
  const partners = {
    reads: { method: 'GET', path: /\/A_BusinessPartner\b/ },
    missingKey: '99999999',
    futureCheckpoint,
    write: {
      creates: { method: 'POST', path: /\/A_BusinessPartner\b/ },
      record: partner,
      invalidRecord: (n: number) => ({ ...partner(n), name: 'too long '.repeat(10) }),
      changed: (record: Customer) => ({ ...record, name: 'Changed' }),
    },
  };
  return {
    secrets: [clientSecret],
    signIn: { method: 'POST', path: new RegExp(tokenPath) },
    async start({ entity, records, pageSize, simultaneous }) {
      const sandbox = await startSapSandbox({
        oauthClient: { clientId, clientSecret },
        pageSize,
        products: 3,
        suppliers: 1,
        customers: 1,
        clock: { advancePerWriteMs: simultaneous ? 0 : 1 },
        [`${entity}s`]: records,
      });
      // Partners are seeded with times of their own, and no action changes them.
      if (simultaneous && entity === 'product') sandbox.actions.changeProducts({ count: records });
      if (simultaneous && entity === 'purchaseOrder')
        sandbox.actions.changeOrderQuantities({ count: records });
      return sandbox;
    },
    create: ({ credentials, baseUrl, ...setup }) =>
      sap({
        ...setup,
        baseUrl,
        client: '100',
        purchaseOrderApi,
        auth: oauth2ClientCredentials({
          tokenUrl: `${baseUrl}${tokenPath}`,
          clientId,
          clientSecret: credentials === 'good' ? clientSecret : 'wrong-secret',
        }),
      }),
    factory: {
      factory: sapFactory,
      settings: (baseUrl) => ({ baseUrl, client: '100', purchaseOrderApi }),
      credentials: (baseUrl) => ({
        kind: 'oauth2-client-credentials',
        tokenUrl: `${baseUrl}${tokenPath}`,
        clientId,
        clientSecret,
      }),
    },
    paging: {
      loop: () => ({ kind: 'loop-next-link' }),
      crossOrigin: (url) => ({
        kind: 'status',
        status: 200,
        contentType: 'application/json',
        body: JSON.stringify({ d: { results: [], __next: `${url}/A_Product` } }),
      }),
    },
    entities: {
      product: {
        reads: { method: 'GET', path: /\/A_Product\b/ },
        missingKey: 'NO SUCH/PRODUCT',
        futureCheckpoint,
        write: {
          creates: { method: 'POST', path: /\/A_Product\b/ },
          record: (n) => ({
            productNumber: `NEW/${n} A`,
            description: 'Zahnrad "XL" 5 €',
            productType: 'FERT',
            productGroup: 'L001',
            baseUnit: piece,
            netWeight: '0.250',
            grossWeight: '1.500',
            weightUnit: { code: 'KGM', vendorCode: 'KG' },
          }),
          invalidRecord: (n) => ({ productNumber: `BAD-${n}`, productType: '????' }),
          changed: (product) => ({ ...product, grossWeight: '99.999' }),
        },
      },
      customer: partners,
      supplier: partners,
      purchaseOrder: {
        reads: { method: 'GET', path: orderPath },
        missingKey: '4599999999',
        futureCheckpoint,
        write: {
          creates: { method: 'POST', path: orderPath },
          record: order,
          invalidRecord: (n) => ({ ...order(n), supplier: '99999999' }),
          changed: ({ lines, ...head }) => ({
            supplier: head.supplier,
            currency: head.currency,
            lines: lines.map(({ lineNumber }) => ({ lineNumber, quantity: '77.777' })),
          }),
          decimals: [
            order(1, { quantity: '0.001', unitPrice: '0.01' }),
            order(1, { quantity: '9999999999.999', unitPrice: '0.01' }),
          ],
          reference: (idempotencyKey) => ({ idempotencyKey }),
        },
      },
    },
    templates() {
      for (const template of [
        productTemplate,
        customerTemplate,
        supplierTemplate,
        purchaseOrderV2Template,
        purchaseOrderV4Template,
      ]) {
        const [violation] = checkTemplateLaws(template);
        if (violation) throw new Error(`${template.id}: ${JSON.stringify(violation)}`);
      }
    },
  };
};

describe.each(['v2', 'v4'] as const)('SAP with purchase orders over OData %s', (api) => {
  describeConnector({ describe, it }, harness(api));
});
