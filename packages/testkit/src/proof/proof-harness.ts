import type { IErpConnector } from '@common/connector-core';
import type { ConformanceHarness } from '../conformance-harness.ts';
import type { Flaw } from './flaw.ts';
import { type ProofEntities, proofConnector } from './proof-connector.ts';
import { proofDelivery, webhookSecret } from './proof-extras.ts';
import { proofFactory } from './proof-factory.ts';
import { clientSecret, type ProofSandbox, startProofSandbox } from './proof-sandbox.ts';

type ProofConnector = IErpConnector<ProofEntities>;

/** What is wrong with a connector: a flaw inside it, or something that is done to it afterwards. */
export type Defect = Flaw | ((connector: ProofConnector) => ProofConnector);

const looping = JSON.stringify({ items: [], next: '/products?limit=3' });

/** The harness of the proof's connector, which is right but for its defects. */
export function proofHarness(...defects: readonly Defect[]): ConformanceHarness<ProofEntities> {
  const flaws = new Set(defects.filter((defect) => typeof defect === 'string'));
  const wraps = defects.filter((defect) => typeof defect === 'function');
  return {
    start: startProofSandbox,
    create: (setup) =>
      wraps.reduce((connector, wrap) => wrap(connector), proofConnector(setup, flaws)),
    secrets: [clientSecret, webhookSecret, 'canary-token-'],
    signIn: { path: /^\/token$/ },
    paging: {
      loop: () => ({ kind: 'status', status: 200, body: looping, contentType: 'application/json' }),
      crossOrigin: (url) => ({
        kind: 'status',
        status: 200,
        body: JSON.stringify({ items: [], next: `${url}/products` }),
        contentType: 'application/json',
      }),
      total: /(?<="total":)\d+/,
    },
    entities: {
      product: {
        reads: { method: 'GET', path: /^\/products/ },
        missingKey: '999999',
        futureCheckpoint: { position: '2999-12-31T00:00:00.000Z ' },
        expected: [
          {
            productNumber: 'P-1',
            description: 'Bolt 1',
            netWeight: '1.500',
            source: { system: 'proof', entity: 'product', key: '101' },
          },
        ],
        write: {
          creates: { method: 'POST', path: /^\/products/ },
          record: (n) => ({ productNumber: `N-${n}`, description: 'Nut', netWeight: '0.250' }),
          invalidRecord: () => ({ productNumber: '' }),
          changed: (product) => ({ ...product, description: 'Changed' }),
          decimals: ['0.001', '99999999999999999.999'].map((netWeight) => ({
            productNumber: 'D',
            netWeight,
          })),
        },
      },
      customer: {
        reads: { method: 'GET', path: /^\/customers/ },
        missingKey: '999999',
        remove: (sandbox: ProofSandbox, keys) => sandbox.remove('customers', keys),
        write: {
          creates: { method: 'POST', path: /^\/customers/ },
          record: (n) => ({ name: `New customer ${n}` }),
          invalidRecord: () => ({ name: '' }),
          changed: (customer) => ({ ...customer, name: 'Changed' }),
        },
      },
    },
    webhooks: {
      delivery: proofDelivery,
      signedHeaders: ['x-proof-time', 'x-proof-signature'],
      toleranceMs: 300_000,
      tenants: ['one', 'two'],
    },
    events: {
      publish: (sandbox: ProofSandbox, count) => sandbox.publish(count),
      forget: (sandbox: ProofSandbox) => sandbox.forget(),
    },
    operations: {
      recount: {
        calls: { method: 'POST', path: /^\/recount$/ },
        check: (answer) => {
          if (typeof (answer as { count?: unknown }).count !== 'number')
            throw new Error('No count');
        },
      },
    },
    native: {
      calls: { path: /^\/products/ },
      use: async (client) => {
        await (client as { get(path: string): Promise<unknown> }).get('/products?limit=1');
      },
    },
    templates: () => undefined,
    factory: {
      factory: proofFactory(flaws),
      settings: (baseUrl) => ({ baseUrl }),
      credentials: () => ({ kind: 'oauth2-client-credentials', clientSecret }),
    },
  };
}
