import {
  type Customer,
  oauth2ClientCredentials,
  type Product,
  type PurchaseOrder,
} from '@common/connector-core';
import { checkTemplateLaws } from '@common/connector-core/mapping';
import { type SapSandbox, startSapSandbox } from '@common/connector-sandbox/sap';
import type { ConformanceHarness } from '@common/connector-testkit';
import { type SapNative, sap } from './sap-connector.ts';
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

/** Written down from the answer of the sandbox's API_PRODUCT_SRV, field by field. */
const firstProduct: Product = {
  source: { system: 'sap', entity: 'product', key: 'MZ-FG-000001' },
  productNumber: 'MZ-FG-000001',
  description: 'Pressure sensor 168',
  productType: 'FERT',
  productGroup: 'L002',
  baseUnit: piece,
  grossWeight: '94.378',
  netWeight: '94.258',
  weightUnit: { code: 'KGM', vendorCode: 'KG' },
  gtin: '4000000000013',
  countryOfOrigin: 'US',
  isMarkedForDeletion: false,
  createdOn: '2021-03-11',
  custom: { YY1_Margin_PRD: '19.56', YY1_LegacyNumber_PRD: '9007199254740001' },
};

/** As the sandbox's API_PURCHASEORDER_PROCESS_SRV shows its first order. */
const firstOrder: Partial<PurchaseOrder> = {
  source: { system: 'sap', entity: 'purchaseOrder', key: '4500000000' },
  orderNumber: '4500000000',
  orderType: 'NB',
  purchasingGroup: '002',
  supplier: '17300001',
  currency: 'EUR',
  paymentTerms: '0004',
  incoterms: 'CIF',
  isDeleted: false,
};

/** What archiving takes away. */
const archived =
  (table: 'product' | 'businessPartner' | 'purchaseOrder') =>
  ({ actions }: SapSandbox, keys: readonly string[]): void =>
    actions.archive({ table, keys });

/** The suite over one of the two services for purchase orders. */
const harness = (purchaseOrderApi: 'v2' | 'v4'): ConformanceHarness<SapEntities> => {
  const orderPath = purchaseOrderApi === 'v2' ? /\/A_PurchaseOrder\b/ : /\/PurchaseOrder\b/;
  const partners = {
    reads: { method: 'GET', path: /\/A_BusinessPartner\b/ },
    missingKey: '99999999',
    futureCheckpoint,
    remove: archived('businessPartner'),
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
      total: 'no total is asked for, and SAP tells none unasked',
    },
    entities: {
      product: {
        reads: { method: 'GET', path: /\/A_Product\b/ },
        missingKey: 'NO SUCH/PRODUCT',
        futureCheckpoint,
        remove: archived('product'),
        expected: [firstProduct],
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
        // What is deleted stays, marked, until it is archived.
        remove: archived('purchaseOrder'),
        expected: [firstOrder],
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
    faults: [
      {
        name: 'CSRF token gone stale',
        fault: { kind: 'stale-csrf' },
        hits: ['creates', 'updates', 'deletes'],
        expect: 'nothing',
      },
      {
        name: 'token revoked',
        fault: { kind: 'expired-token' },
        hits: ['reads'],
        expect: 'nothing',
      },
      {
        name: 'SAML login page with 200',
        fault: { kind: 'saml-login-page' },
        hits: ['reads', 'creates'],
        expect: 'truth',
      },
      {
        name: 'maintenance page',
        fault: { kind: 'maintenance' },
        hits: ['reads'],
        expect: 'nothing',
      },
    ],
    native: {
      calls: { method: 'GET', path: /API_PRODUCT_SRV/ },
      async use(client) {
        const products = (client as SapNative).service('/sap/opu/odata/sap/API_PRODUCT_SRV', 'v2');
        await products.count({ entity: 'A_Product' });
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

/** What is put through the suite: the connector with purchase orders over OData V2, and over V4. */
export const conformanceHarnesses = [
  { id: 'sap', harness: harness('v2') },
  { id: 'sap-v4', harness: harness('v4') },
] as const;
