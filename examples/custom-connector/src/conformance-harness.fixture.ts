import type { Product } from '@common/connector-core';
import { checkTemplateLaws } from '@common/connector-core/mapping';
import type { ConformanceHarness } from '@common/connector-testkit';
import { type AcmeSandbox, startAcmeSandbox } from '../sandbox/acme-sandbox.ts';
import { acmeKey } from './acme-auth.ts';
import { acme } from './acme-connector.ts';
import type { AcmeEntities } from './acme-entities.ts';
import { acmeFactory } from './acme-factory.ts';
import { acmeProductTemplate } from './templates/acme-product-template.ts';

const apiKey = 'canary+acme/key=42';
const loop = JSON.stringify({ items: [], total: 0, next: 'again' });
const newProduct = (n: number): Product => ({
  productNumber: `NEW-${n}`,
  description: 'Hammer "XL" – 5 ½ €',
  baseUnit: { code: 'C62', vendorCode: 'PCE' },
  netWeight: '1.500',
});

/** What the conformance suite needs to know about this connector. */
export const harness: ConformanceHarness<AcmeEntities> = {
  start: ({ records, simultaneous }) =>
    startAcmeSandbox({ apiKey, products: records, simultaneous }),
  create: ({ credentials, ...setup }) =>
    acme({ ...setup, auth: acmeKey(credentials === 'good' ? apiKey : 'wrong') }),
  factory: {
    factory: acmeFactory,
    settings: (baseUrl) => ({ baseUrl }),
    credentials: () => ({ kind: 'api-key', apiKey }),
  },
  secrets: [apiKey],
  paging: {
    loop: () => ({ kind: 'status', status: 200, body: loop, contentType: 'application/json' }),
    crossOrigin: 'ACME pages by cursors; its answers have no links',
    total: /(?<="total":)\d+/,
  },
  entities: {
    product: {
      reads: { method: 'GET', path: /^\/api\/products/ },
      missingKey: '999999',
      futureCheckpoint: { modified: '2999-12-31T00:00:00.000Z' },
      remove: (sandbox: AcmeSandbox, keys) => sandbox.remove(keys),
      write: {
        creates: { method: 'POST', path: /^\/api\/products/ },
        record: newProduct,
        invalidRecord: (n) => ({ productNumber: `BAD-${n}` }),
        changed: (product) => ({ ...product, description: 'Changed' }),
        decimals: ['0.001', '12345678901234567.123'].map((netWeight) => ({
          ...newProduct(1),
          netWeight,
        })),
      },
    },
  },
  templates() {
    const [violation] = checkTemplateLaws(acmeProductTemplate);
    if (violation) throw new Error(JSON.stringify(violation));
  },
};
