import type { Customer, Product, PurchaseOrder, SalesOrder } from '@common/connector-core';
import { checkTemplateLaws } from '@common/connector-core/mapping';
import {
  type SalesforceSandbox,
  startSalesforceSandbox,
} from '@common/connector-sandbox/salesforce';
import type { ConformanceHarness, ConformanceSandbox } from '@common/connector-testkit';
import type { Contact } from './contact.ts';
import type { JsforceConnection } from './native/jsforce-connection.ts';
import { orderLineField } from './open-salesforce.fixture.ts';
import type { Price } from './price.ts';
import { salesforceClientCredentials } from './salesforce-auth.ts';
import { type SalesforceEntityMap, salesforce } from './salesforce-connector.ts';
import { salesforceFactory } from './salesforce-factory.ts';
import * as templates from './templates/index.ts';

const clientId = 'conformance-consumer-key';
const clientSecret = 'canary-salesforce-secret-4711';

/** Ids of the sandbox are counted. */
const accountId = '001xx0000000001AAA';
const productId = (n: number): string => `01txx00000000${`${n}`.padStart(2, '0')}AAA`;

const objects = {
  customer: 'Account',
  contact: 'Contact',
  product: 'Product2',
  price: 'PricebookEntry',
  salesOrder: 'Order',
  purchaseOrder: 'Purchase_Order__c',
  invoice: 'Invoice',
  opportunity: 'Opportunity',
} as const;

const everything = ['reads', 'creates', 'updates', 'deletes'] as const;

/** How many there are of what: entities that are not looked at have as few as the others need. */
const countsOf = (entity: string, records: number) => ({
  accounts: entity === 'customer' ? records : 1,
  contacts: entity === 'contact' ? records : 0,
  products: entity === 'product' || entity === 'price' ? records : 2,
  orders: entity === 'salesOrder' ? records : 0,
  purchaseOrders: entity === 'purchaseOrder' ? records : 0,
  invoices: entity === 'invoice' ? records : 0,
  opportunities: entity === 'opportunity' ? records : 0,
});

const settings = {
  currency: 'EUR',
  purchaseOrder: {},
  invoice: true,
  orderLineNumberField: 'Line__c',
  objects: { opportunity: { object: 'Opportunity' } },
} as const;

const read = {
  reads: { method: 'GET', path: /\/query(?:All)?[/?]/ },
  missingKey: '001xx0000000zzzAAA',
  futureCheckpoint: {
    records: { at: '2999-12-31T00:00:00.000Z' },
    lines: { at: '2999-12-31T00:00:00.000Z' },
  },
};
const collected = { path: /\/composite\/sobjects/ };
const transaction = { method: 'POST', path: /\/composite\/graph/ };
const removal = { method: 'DELETE', path: /\/sobjects\// };

const customer = (n: number): Customer => ({
  customerNumber: `NEW-${n}`,
  name: `Müller & Söhne "${n}" O'Neill \\ 鍵`,
  phone: '+49 40 123',
  addresses: [
    { kind: 'billing', street: 'Hauptstraße 1', city: 'Köln', postalCode: '50667', country: 'DE' },
    { kind: 'shipping', city: 'Bonn', country: 'DE' },
  ],
  custom: { Tax_Number__c: `DE${n}` },
});

const contact = (n: number): Contact => ({
  lastName: `Ängström-${n}`,
  firstName: 'Zoë',
  email: `new-${n}@example.com`,
  address: { city: 'Köln', country: 'DE' },
});

const product = (n: number): Product => ({
  productNumber: `NEW/${n} A`,
  description: 'Zahnrad "XL" 5 €',
  baseUnit: { code: 'EA', vendorCode: 'Each' },
  isMarkedForDeletion: false,
});

const price = (n: number, unitPrice = '100.10'): Price => ({
  product: productId(n),
  unitPrice,
  isActive: true,
});

const order = (n: number, unitPrice = '100.10'): SalesOrder => ({
  customer: accountId,
  currency: 'EUR',
  orderDate: '2026-03-01',
  externalReference: `PO/${n}`,
  lines: [1, 2].map((position) => ({
    lineNumber: `${position}0`,
    product: productId(position),
    quantity: `${n}.500`,
    unitPrice,
    description: 'Zeile',
  })),
});

const purchase = (n: number, unitPrice = '0.01'): PurchaseOrder => ({
  supplier: accountId,
  currency: 'EUR',
  orderDate: '2026-03-01',
  status: 'pending',
  lines: [1, 2].map((position) => ({
    lineNumber: `${position}0`,
    product: productId(position),
    quantity: `${n}.125`,
    unit: { code: 'EA' },
    unitPrice,
  })),
});

const source = (entity: string, key: string) => ({ system: 'salesforce', entity, key });

/** The first record of each, as the pages of Salesforce show it. */
const first: {
  readonly [Name in keyof SalesforceEntityMap<'opportunity'>]: Partial<
    SalesforceEntityMap<'opportunity'>[Name]
  >;
} = {
  customer: {
    source: source('customer', accountId),
    name: 'O\'Brien & Söhne GmbH, "Filiale" Süd',
    customerNumber: 'C-000001',
    phone: '+49 40 155602',
    addresses: [
      {
        kind: 'billing',
        street: 'Main Street 1',
        city: 'Hamburg',
        postalCode: '20095',
        country: 'DE',
      },
      { kind: 'shipping', city: 'Hamburg', country: 'DE' },
    ],
  },
  contact: {
    source: source('contact', '003xx0000000001AAA'),
    customer: accountId,
    salutation: 'Mr.',
    firstName: 'Siobhán',
    lastName: 'Lovelace',
    email: 'contact-1@company.example',
    phone: '+49 30 231451',
  },
  product: {
    source: source('product', productId(1)),
    productNumber: 'P-000001',
    description: 'Licence 0001',
    productGroup: 'Services',
    baseUnit: { code: 'KGM', vendorCode: 'Kilogram' },
    isMarkedForDeletion: false,
  },
  price: {
    source: source('price', '01uxx0000000001AAA'),
    priceBook: '01sxx0000000001AAA',
    product: productId(1),
    currency: 'EUR',
    unitPrice: '2173.77',
    isActive: true,
    usesStandardPrice: false,
  },
  salesOrder: {
    source: source('salesOrder', '801xx0000000001AAA'),
    orderNumber: '00000001',
    externalReference: 'PO/1',
    customer: accountId,
    currency: 'EUR',
    status: 'draft',
    totalAmount: '90866.19',
    lines: [
      {
        lineNumber: '#1',
        product: productId(1),
        description: 'Line for product 1',
        quantity: '19.000',
        unitPrice: '2106.49',
        netAmount: '40023.31',
      },
      {
        lineNumber: '#2',
        product: productId(1),
        description: 'Line for product 1',
        quantity: '23.000',
        unitPrice: '2210.56',
        netAmount: '50842.88',
      },
    ],
  },
  purchaseOrder: {
    source: source('purchaseOrder', 'a00xx0000000001AAA'),
    orderNumber: 'PO-000001',
    supplier: accountId,
    currency: 'EUR',
    status: 'pending',
    totalAmount: '274363.85',
    lines: [
      {
        lineNumber: '10',
        product: productId(1),
        quantity: '161.500',
        unit: { code: 'EA' },
        unitPrice: '158.69',
        netAmount: '25628.44',
      },
      {
        lineNumber: '20',
        product: productId(2),
        quantity: '374.500',
        unit: { code: 'EA' },
        unitPrice: '664.18',
        netAmount: '248735.41',
      },
    ],
  },
  invoice: {
    source: source('invoice', '3ttxx0000000001AAA'),
    invoiceNumber: 'INV-000001',
    customer: accountId,
    currency: 'EUR',
    status: 'open',
    grossAmount: '1072.00',
    lines: [
      {
        lineNumber: '1',
        product: productId(1),
        quantity: '8.000',
        unitPrice: '134.00',
        netAmount: '1072.00',
      },
    ],
  },
  opportunity: {
    source: source('opportunity', '006xx0000000001AAA'),
    custom: { Name: 'Opportunity 1', StageName: 'Proposal', Amount: 16592.64, IsClosed: false },
  },
};

/** The suite for Salesforce, over the sandbox. */
export const harness: ConformanceHarness<SalesforceEntityMap<'opportunity'>> = {
  secrets: [clientSecret],
  signIn: { method: 'POST', path: /\/services\/oauth2\/token/ },
  async start({ entity, records, simultaneous }) {
    const sandbox = await startSalesforceSandbox({
      clientId,
      clientSecret,
      invoicing: true,
      fields: { OrderItem: [orderLineField] },
      clock: { startAt: new Date(), mode: 'ticking' },
      longPollMs: 20,
      apexRest: () => ({ status: 200, body: { ok: true } }),
      ...countsOf(entity, records),
    });
    const object = objects[entity as keyof typeof objects];
    if (entity === 'price') {
      // Products that have no price yet, to write one for.
      sandbox.actions.createRecords({
        object: 'Product2',
        records: Array.from({ length: 130 }, (_, n) => ({
          Name: `New ${n}`,
          ProductCode: `N${n}`,
        })),
      });
    }
    if (simultaneous) {
      const ids = sandbox.state.find(object).map(({ Id }) => String(Id));
      sandbox.actions.equalStamps({ object, ids });
    }
    return sandbox;
  },
  create: ({ credentials, baseUrl, ...setup }) =>
    salesforce({
      ...setup,
      ...settings,
      loginUrl: baseUrl,
      auth: salesforceClientCredentials({
        loginUrl: baseUrl,
        clientId,
        clientSecret: credentials === 'good' ? clientSecret : 'wrong-secret',
      }),
    }),
  factory: {
    factory: salesforceFactory,
    settings: (baseUrl) => ({ ...settings, loginUrl: baseUrl }),
    credentials: (baseUrl) => ({
      kind: 'oauth2-client-credentials',
      loginUrl: baseUrl,
      clientId,
      clientSecret,
    }),
  },
  faults: [
    {
      name: 'ended session',
      fault: { kind: 'expired-session' },
      hits: everything,
      expect: 'nothing',
    },
    {
      name: 'requests of the day used up',
      fault: { kind: 'request-limit' },
      hits: everything,
      expect: 'refusal',
      category: ['rate-limit'],
    },
    {
      name: 'too many long requests',
      fault: { kind: 'concurrent-limit' },
      hits: everything,
      expect: 'nothing',
    },
    {
      name: 'locked row',
      fault: { kind: 'lock-row' },
      hits: ['creates', 'updates', 'deletes'],
      expect: 'nothing',
    },
    {
      name: 'server unavailable',
      fault: { kind: 'server-unavailable' },
      hits: ['reads'],
      expect: 'nothing',
    },
    { name: 'maintenance', fault: { kind: 'maintenance' }, hits: ['reads'], expect: 'nothing' },
    {
      name: 'XML of a gateway',
      fault: { kind: 'gateway-error' },
      hits: ['reads'],
      expect: 'nothing',
    },
  ],
  paging: {
    loop: () => ({
      kind: 'status',
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({
        totalSize: 9,
        done: false,
        nextRecordsUrl: '/services/data/v66.0/query/0r8xx-3',
        records: [],
      }),
    }),
    crossOrigin: (url) => ({
      kind: 'status',
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({ totalSize: 9, done: false, nextRecordsUrl: url, records: [] }),
    }),
    total: /(?<="totalSize":)\d+/,
  },
  entities: {
    customer: {
      ...read,
      expected: [first.customer],
      write: {
        creates: collected,
        updates: collected,
        record: customer,
        invalidRecord: (n) => ({ ...customer(n), custom: { Tier__c: 'No such tier' } }),
        changed: (record) => ({ ...record, name: 'Changed' }),
        decimals: [
          { ...customer(1), custom: { Credit_Limit__c: '9999999999999999.99' } },
          { ...customer(2), custom: { Credit_Limit__c: 0.01 } },
        ],
        reference: (idempotencyKey) => ({ idempotencyKey }),
      },
    },
    contact: {
      ...read,
      expected: [first.contact],
      write: {
        creates: collected,
        updates: collected,
        record: contact,
        invalidRecord: (n) => ({ ...contact(n), email: 'no address' }),
        changed: (record) => ({ ...record, title: 'Changed' }),
        reference: (idempotencyKey) => ({ idempotencyKey }),
      },
    },
    product: {
      ...read,
      expected: [first.product],
      write: {
        creates: collected,
        updates: collected,
        record: product,
        invalidRecord: (n) => ({ ...product(n), description: 'too long '.repeat(100) }),
        changed: (record) => ({ ...record, description: 'Changed' }),
        reference: (idempotencyKey) => ({ idempotencyKey }),
      },
    },
    price: {
      ...read,
      expected: [first.price],
      write: {
        creates: collected,
        updates: collected,
        record: (n) => price(n + 10),
        invalidRecord: (n) => ({ ...price(n), product: accountId }),
        changed: (record) => ({ ...record, unitPrice: '77.77' }),
        decimals: [price(11, '0.01'), price(12, '9999999999999999.99')],
        reference: (idempotencyKey) => ({ idempotencyKey }),
      },
    },
    salesOrder: {
      ...read,
      expected: [first.salesOrder],
      write: {
        creates: transaction,
        updates: transaction,
        deletes: removal,
        record: order,
        invalidRecord: (n) => ({ ...order(n), customer: productId(1) }),
        changed: ({ lines, ...head }) => ({
          customer: head.customer,
          currency: head.currency,
          lines: lines.map(({ netAmount: _, ...line }) => ({ ...line, quantity: '77.500' })),
        }),
        decimals: [order(1, '0.01'), order(2, '9999999999999.99')],
        reference: (idempotencyKey) => ({ idempotencyKey }),
      },
    },
    purchaseOrder: {
      ...read,
      expected: [first.purchaseOrder],
      write: {
        creates: transaction,
        updates: transaction,
        deletes: removal,
        record: purchase,
        invalidRecord: (n) => ({ ...purchase(n), supplier: productId(1) }),
        changed: ({ lines, ...head }) => ({
          supplier: head.supplier,
          currency: head.currency,
          lines: lines.map(({ netAmount: _, ...line }) => ({ ...line, quantity: '77.777' })),
        }),
        decimals: [purchase(1, '0.01'), purchase(2, '9999999999999.99')],
        reference: (idempotencyKey) => ({ idempotencyKey }),
      },
    },
    invoice: {
      ...read,
      expected: [first.invoice],
      remove: ({ actions }: SalesforceSandbox, ids) =>
        actions.deleteRecords({ object: objects.invoice, ids }),
    },
    opportunity: {
      ...read,
      expected: [first.opportunity],
      write: {
        creates: collected,
        updates: collected,
        record: (n) => ({
          custom: { Name: `New ${n}`, StageName: 'Prospecting', CloseDate: '2026-12-31' },
        }),
        invalidRecord: (n) => ({ custom: { Name: `No stage ${n}` } }),
        changed: () => ({ custom: { Name: 'Changed' } }),
        reference: (idempotencyKey) => ({ idempotencyKey }),
      },
    },
  },
  events: {
    publish(sandbox: SalesforceSandbox, count) {
      const before = sandbox.state.events().length;
      const [account] = sandbox.state.find('Account');
      const ids = [String(account?.Id)];
      for (let n = 0; n < count; n += 1) {
        const fields = { Site: `${before + n}` };
        sandbox.actions.changeRecords({ object: 'Account', ids, fields });
      }
      const published = sandbox.state.events().slice(before);
      return published.map(({ replayId }) => `${replayId}:${ids[0]}`);
    },
    forget(sandbox: SalesforceSandbox) {
      sandbox.clock.advance(73 * 3_600_000);
    },
  },
  operations: {
    query: {
      input: { soql: 'SELECT Id FROM Account WHERE Name != :name', bind: { name: "O'Neill" } },
      calls: { method: 'GET', path: /\/query\?/ },
    },
    queryAll: {
      input: { soql: 'SELECT Id FROM Account' },
      calls: { method: 'GET', path: /\/queryAll\?/ },
    },
    search: {
      input: { q: 'Söhne', sobjects: [{ name: 'Account' }] },
      calls: { method: 'POST', path: /\/parameterizedSearch$/ },
      isRepeatable: true,
      check(answer) {
        const { searchRecords } = answer as { readonly searchRecords: readonly object[] };
        if (searchRecords.length === 0) throw new Error('Nothing was found');
      },
    },
    limits: { calls: { method: 'GET', path: /\/limits$/ } },
    describeGlobal: { calls: { method: 'GET', path: /\/sobjects$/ } },
    composite: {
      input: {
        compositeRequest: [
          { method: 'GET', url: '/services/data/v66.0/limits', referenceId: 'limits' },
        ],
      },
      calls: { method: 'POST', path: /\/composite$/ },
    },
    compositeBatch: {
      input: { batchRequests: [{ method: 'GET', url: 'v66.0/limits' }] },
      calls: { method: 'POST', path: /\/composite\/batch$/ },
    },
    graph: {
      input: {
        graphs: [
          {
            graphId: '1',
            compositeRequest: [
              {
                method: 'POST',
                url: '/services/data/v66.0/sobjects/Account',
                referenceId: 'account',
                body: { Name: 'New' },
              },
            ],
          },
        ],
      },
      calls: { method: 'POST', path: /\/composite\/graph$/ },
    },
    tree: {
      input: {
        object: 'Account',
        records: [{ attributes: { type: 'Account', referenceId: 'a' }, Name: 'New' }],
      },
      calls: { method: 'POST', path: /\/composite\/tree\/Account$/ },
    },
    recordByExternalId: {
      input: (sandbox: ConformanceSandbox) => {
        const { actions } = sandbox as SalesforceSandbox;
        const records = [{ Name: 'New', ERP_Id__c: 'A/B C?x#1' }];
        actions.createRecords({ object: 'Account', records });
        return { object: 'Account', field: 'ERP_Id__c', value: 'A/B C?x#1' };
      },
      calls: { method: 'GET', path: /\/sobjects\/Account\/ERP_Id__c\/A%2FB%20C%3Fx%231$/ },
    },
    apex: {
      input: { method: 'POST', path: '/orders', body: { id: 1 } },
      calls: { method: 'POST', path: /\/services\/apexrest\/orders$/ },
    },
  },
  native: {
    calls: { method: 'GET', path: /\/query\?/ },
    async use(client) {
      await (client as JsforceConnection).query('SELECT Id FROM Account');
    },
  },
  templates() {
    for (const template of Object.values(templates)) {
      const [violation] = checkTemplateLaws(template);
      if (violation) throw new Error(`${template.id}: ${JSON.stringify(violation)}`);
    }
  },
};
