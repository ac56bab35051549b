import { createHmac } from 'node:crypto';
import { oauth2RefreshToken } from '@common/connector-core';
import { checkTemplateLaws } from '@common/connector-core/mapping';
import {
  type EntityName,
  type JsonObject,
  type QuickbooksSandbox,
  startQuickbooksSandbox,
} from '@common/connector-sandbox/quickbooks';
import type { ConformanceHarness } from '@common/connector-testkit';
import type { NodeQuickbooks } from './native/node-quickbooks.ts';
import { quickbooks } from './quickbooks-connector.ts';
import type { QuickbooksEntities } from './quickbooks-entities.ts';
import { quickbooksFactory } from './quickbooks-factory.ts';
import * as templates from './templates/index.ts';

const clientSecret = 'canary-quickbooks-secret-4711';
const verifierToken = 'canary-quickbooks-verifier-4711';
const realmId = '9341453172000001';
const futureCheckpoint = { at: Date.parse('2999-12-31T00:00:00Z') };
const day = '2026-01-05';

/** The refresh token that a sandbox began with, by its address. */
const known = new Map<string, string>();

/** Calls that read an entity: by its path, or by a query that names it. */
const readsOf = (resource: string) => ({
  method: 'GET',
  path: new RegExp(`/(?:${resource.toLowerCase()}/|query\\?query=.*FROM%20${resource}\\b|cdc)`),
});
const createsOf = (resource: string) => ({
  method: 'POST',
  path: new RegExp(`/(?:${resource.toLowerCase()}|batch)\\?`),
});

const line = (n: number) => ({
  lineNumber: '1',
  product: '1',
  description: 'Gear "XL" 5 €',
  quantity: `${n}.125`,
  unitPrice: '8.00',
});
const netAmount = (n: number) => `${n * 8 + 1}.00`;
const sale = (n: number, change: object = {}) => [
  { ...line(n), netAmount: netAmount(n), ...change },
];

const invoice = (n: number) => ({
  customer: '1',
  currency: 'USD',
  invoiceDate: day,
  grossAmount: netAmount(n),
  lines: sale(n),
});
const bill = (n: number) => ({
  supplier: '1',
  currency: 'USD',
  invoiceNumber: `BILL-${n}`,
  invoiceDate: day,
  grossAmount: netAmount(n),
  lines: sale(n),
});

/** The records of an entity beyond what every company has, made the way people do. */
const makers: Readonly<
  Record<string, { readonly entity: EntityName; make(n: number): JsonObject }>
> = {
  salesOrder: {
    entity: 'Estimate',
    make: () => ({
      CustomerRef: { value: '1' },
      TxnDate: day,
      Line: [
        {
          Amount: 8,
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: '1' }, Qty: 1, UnitPrice: 8 },
        },
      ],
    }),
  },
  creditMemo: {
    entity: 'CreditMemo',
    make: (n) => ({
      CustomerRef: { value: '1' },
      TxnDate: day,
      Line: [
        {
          Amount: 8 * n,
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: '1' }, Qty: n, UnitPrice: 8 },
        },
      ],
    }),
  },
  vendorCredit: {
    entity: 'VendorCredit',
    make: (n) => ({
      VendorRef: { value: '1' },
      TxnDate: day,
      Line: [
        {
          Amount: n,
          DetailType: 'AccountBasedExpenseLineDetail',
          AccountBasedExpenseLineDetail: { AccountRef: { value: '15' } },
        },
      ],
    }),
  },
  billPayment: {
    entity: 'BillPayment',
    make: (n) => ({
      VendorRef: { value: '1' },
      TotalAmt: n,
      TxnDate: day,
      PayType: 'Check',
      CheckPayment: { BankAccountRef: { value: '1' } },
      Line: [],
    }),
  },
  journalEntry: {
    entity: 'JournalEntry',
    make: (n) => ({
      TxnDate: day,
      Line: ['Debit', 'Credit'].map((PostingType, index) => ({
        Amount: n,
        DetailType: 'JournalEntryLineDetail',
        JournalEntryLineDetail: { PostingType, AccountRef: { value: String(index + 1) } },
      })),
    }),
  },
  account: { entity: 'Account', make: (n) => ({ Name: `Account ${n}`, AccountType: 'Expense' }) },
  tax: { entity: 'TaxCode', make: (n) => ({ Name: `Code ${n}`, Taxable: true, Active: true }) },
};

const seeded: Readonly<Record<string, EntityName>> = {
  customer: 'Customer',
  supplier: 'Vendor',
  product: 'Item',
  invoice: 'Invoice',
  payment: 'Payment',
  supplierInvoice: 'Bill',
  purchaseOrder: 'PurchaseOrder',
};

function fill(sandbox: QuickbooksSandbox, entity: string, records: number): void {
  const { actions, state } = sandbox;
  const maker = makers[entity];
  if (maker === undefined) return;
  const ids = () => state.records(maker.entity).map(({ Id }) => String(Id));
  // Every company has some accounts and tax codes: merged into one, they are gone.
  for (const fromId of ids().slice(Math.max(1, records))) {
    actions.merge({ entity: maker.entity, fromId, intoId: ids()[0]! });
  }
  for (let n = ids().length; n < records; n += 1) {
    actions.create({ entity: maker.entity, record: maker.make(n + 1) });
  }
}

/** Records of lists are made inactive and stay; merged into another they go. */
const merged =
  (entity: EntityName) =>
  ({ actions, state }: QuickbooksSandbox, keys: readonly string[]): void => {
    const ids = state.records(entity).map(({ Id }) => String(Id));
    const intoId = ids.find((id) => !keys.includes(id)) ?? '';
    for (const fromId of keys) actions.merge({ entity, fromId, intoId });
  };

const source = (entity: string, key: string) => ({ system: 'quickbooks', entity, key });

/** An invoice of a sandbox, made if there is none. */
function invoiceIn({ actions, state }: QuickbooksSandbox): string {
  const [known] = state.records('Invoice');
  const SalesItemLineDetail = { ItemRef: { value: '1' }, Qty: 1, UnitPrice: 8 };
  const Line = [{ Amount: 8, DetailType: 'SalesItemLineDetail', SalesItemLineDetail }];
  const record = { CustomerRef: { value: '1' }, TxnDate: day, Line };
  return String((known ?? actions.create({ entity: 'Invoice', record })).Id);
}

const harness: ConformanceHarness<QuickbooksEntities> = {
  secrets: [clientSecret, verifierToken],
  signIn: { method: 'POST', path: /\/oauth2\/v1\/tokens\/bearer/ },
  async start({ entity, records, simultaneous }) {
    const counts = { customers: 3, vendors: 3, employees: 0, items: 3, invoices: 0, bills: 0 };
    const plurals: Readonly<Record<string, object>> = {
      customer: { customers: records },
      supplier: { vendors: records },
      product: { items: records },
      invoice: { invoices: records },
      payment: { invoices: records, payments: records },
      supplierInvoice: { bills: records },
      purchaseOrder: { purchaseOrders: records },
    };
    const sandbox = await startQuickbooksSandbox({
      ...counts,
      ...plurals[entity],
      clientSecret,
      companies: [{ realmId }],
      // Another connector begins with the same refresh token.
      previousRefreshTokenMinutes: 24 * 60,
      clock: { advancePerWriteMs: simultaneous ? 0 : 1 },
    });
    fill(sandbox, entity, records);
    const name = makers[entity]?.entity ?? seeded[entity];
    if (simultaneous && name !== undefined) {
      const ids = sandbox.state.records(name).map(({ Id }) => String(Id));
      sandbox.actions.stampChanges({ entity: name, ids });
    }
    // What was done to fill the company is no news.
    sandbox.actions.advanceClock({ seconds: 600 });
    known.set(sandbox.url, sandbox.settings.refreshToken);
    return sandbox;
  },
  create: ({ credentials, baseUrl, ...setup }) =>
    quickbooks({
      ...setup,
      baseUrl,
      realmId,
      // The clock of the suite lets waits of some seconds pass.
      throttlePauseMs: 4_000,
      accounts: { payable: '6', income: '11', expense: '14' },
      webhook: { verifierTokens: verifierToken },
      auth: oauth2RefreshToken({
        tokenUrl: `${baseUrl}/oauth2/v1/tokens/bearer`,
        clientId: 'sandbox-client',
        clientSecret: credentials === 'good' ? clientSecret : 'wrong-secret',
        refreshToken: known.get(baseUrl) ?? 'none',
      }),
    }),
  factory: {
    factory: quickbooksFactory,
    settings: (baseUrl) => ({ baseUrl, realmId }),
    credentials: (baseUrl) => ({
      kind: 'oauth2-refresh-token',
      tokenUrl: `${baseUrl}/oauth2/v1/tokens/bearer`,
      clientId: 'sandbox-client',
      clientSecret,
      refreshToken: known.get(baseUrl) ?? 'none',
    }),
  },
  paging: {
    loop: () => ({
      kind: 'status',
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({
        QueryResponse: {
          Customer: [1, 2, 3].map((n) => ({ Id: `${n}`, SyncToken: '0', DisplayName: `C${n}` })),
        },
      }),
    }),
    crossOrigin: 'QuickBooks pages by keys; its answers have no links',
    total: 'QuickBooks tells of a page how many records it has itself (maxResults); no total',
  },
  entities: {
    customer: {
      reads: readsOf('Customer'),
      expected: [
        {
          source: source('customer', '1'),
          customerNumber: '1',
          email: 'c1@example.com',
          phone: '(650) 555-1001',
          currency: 'USD',
          paymentTerms: '1',
          isMarkedForDeletion: false,
        },
      ],
      missingKey: '99999',
      remove: merged('Customer'),
      futureCheckpoint,
      write: {
        creates: createsOf('Customer'),
        record: (n) => ({
          name: `Müller & O'Brien ${n}`,
          email: `office${n}@example.com`,
          phone: '(650) 555-1234',
          addresses: [
            {
              kind: 'billing',
              street: 'Hauptstraße 1',
              city: 'Köln',
              postalCode: '50667',
              country: 'DE',
            },
          ],
        }),
        invalidRecord: (n) => ({ name: `Bad: with a colon ${n}` }),
        changed: (record) => ({ ...record, name: 'Changed' }),
      },
    },
    supplier: {
      reads: readsOf('Vendor'),
      expected: [
        {
          source: source('supplier', '2'),
          supplierNumber: '2',
          email: 'v2@example.com',
          externalReference: '17300002',
        },
      ],
      missingKey: '99999',
      remove: merged('Vendor'),
      futureCheckpoint,
      write: {
        creates: createsOf('Vendor'),
        record: (n) => ({ name: `Lieferant ${n}`, externalReference: `1730000${n}` }),
        invalidRecord: (n) => ({ name: `Bad: with a colon ${n}` }),
        changed: (record) => ({ ...record, email: 'changed@example.com' }),
      },
    },
    product: {
      reads: readsOf('Item'),
      expected: [
        {
          source: source('product', '1'),
          productNumber: 'Product 0001',
          productType: 'NonInventory',
          isMarkedForDeletion: false,
        },
        { source: source('product', '3'), productNumber: 'Product 0003', productType: 'Service' },
      ],
      missingKey: '99999',
      remove: merged('Item'),
      futureCheckpoint,
      write: {
        creates: createsOf('Item'),
        record: (n) => ({
          productNumber: `NEW/${n} A`,
          description: 'Zahnrad "XL" 5 €',
          productType: 'NonInventory',
          custom: { UnitPrice: '12.345', Sku: `S-${n}` },
        }),
        invalidRecord: (n) => ({ productNumber: `BAD-${n}`, productType: 'NoSuchType' }),
        changed: (record) => ({ ...record, description: 'Changed' }),
      },
    },
    invoice: {
      reads: readsOf('Invoice'),
      missingKey: '99999',
      futureCheckpoint,
      write: {
        creates: createsOf('Invoice'),
        record: invoice,
        invalidRecord: (n) => ({ ...invoice(n), customer: '99999' }),
        changed: (record) => ({ ...record, dueDate: '2026-03-31' }),
        decimals: [
          {
            ...invoice(1),
            grossAmount: '0.01',
            lines: sale(1, { quantity: '0.001', unitPrice: '10.00', netAmount: '0.01' }),
          },
          {
            ...invoice(1),
            grossAmount: '99999999.99',
            lines: sale(1, {
              quantity: '1.000',
              unitPrice: '99999999.99',
              netAmount: '99999999.99',
            }),
          },
        ],
      },
    },
    creditMemo: {
      reads: readsOf('CreditMemo'),
      expected: [
        {
          source: source('creditMemo', '2'),
          customer: '1',
          currency: 'USD',
          invoiceDate: day,
          isCreditMemo: true,
          status: 'open',
          grossAmount: '16.00',
          openAmount: '16.00',
        },
      ],
      missingKey: '99999',
      futureCheckpoint,
      write: {
        creates: createsOf('CreditMemo'),
        record: (n) => ({ ...invoice(n), isCreditMemo: true }),
        invalidRecord: (n) => ({ ...invoice(n), customer: '99999' }),
        changed: (record) => ({ ...record, invoiceDate: '2026-01-06' }),
      },
    },
    vendorCredit: {
      reads: readsOf('VendorCredit'),
      expected: [
        {
          source: source('vendorCredit', '2'),
          supplier: '1',
          isCreditMemo: true,
          grossAmount: '2.00',
          lines: [{ lineNumber: '1', account: '15', netAmount: '2.00' }],
        },
      ],
      missingKey: '99999',
      futureCheckpoint,
      write: {
        creates: createsOf('VendorCredit'),
        record: (n) => ({ ...bill(n), isCreditMemo: true }),
        invalidRecord: (n) => ({ ...bill(n), supplier: '99999' }),
        changed: (record) => ({ ...record, invoiceDate: '2026-01-06' }),
      },
    },
    supplierInvoice: {
      reads: readsOf('Bill'),
      missingKey: '99999',
      futureCheckpoint,
      write: {
        creates: createsOf('Bill'),
        record: bill,
        invalidRecord: (n) => ({ ...bill(n), supplier: '99999' }),
        changed: (record) => ({ ...record, dueDate: '2026-03-31' }),
      },
    },
    payment: {
      reads: readsOf('Payment'),
      missingKey: '99999',
      futureCheckpoint,
      write: {
        creates: createsOf('Payment'),
        record: (n) => ({
          direction: 'incoming',
          partner: '1',
          currency: 'USD',
          amount: `${n}.25`,
          paymentDate: day,
          paymentNumber: `CHK-${n}`,
        }),
        invalidRecord: (n) => ({
          direction: 'incoming',
          partner: '99999',
          currency: 'USD',
          amount: `${n}.25`,
          paymentDate: day,
        }),
        changed: (record) => ({ ...record, paymentNumber: 'CHANGED' }),
      },
    },
    billPayment: {
      reads: readsOf('BillPayment'),
      expected: [
        {
          source: source('billPayment', '3'),
          supplier: '1',
          currency: 'USD',
          amount: '3.00',
          paymentDate: day,
          payType: 'check',
          account: '1',
        },
      ],
      missingKey: '99999',
      futureCheckpoint,
      write: {
        creates: createsOf('BillPayment'),
        record: (n) => ({
          supplier: '1',
          currency: 'USD',
          amount: `${n}.25`,
          paymentDate: day,
          payType: 'check',
          account: '1',
          allocations: [],
        }),
        invalidRecord: (n) => ({
          supplier: '99999',
          currency: 'USD',
          amount: `${n}.25`,
          paymentDate: day,
          payType: 'check',
          account: '1',
          allocations: [],
        }),
        changed: (record) => ({ ...record, paymentNumber: 'CHANGED' }),
      },
    },
    purchaseOrder: {
      reads: readsOf('PurchaseOrder'),
      missingKey: '99999',
      futureCheckpoint,
      write: {
        creates: createsOf('PurchaseOrder'),
        record: (n) => ({ supplier: '1', currency: 'USD', orderDate: day, lines: [line(n)] }),
        invalidRecord: (n) => ({ supplier: '99999', currency: 'USD', lines: [line(n)] }),
        changed: ({ lines, ...record }) => ({
          ...record,
          lines: lines.map(({ lineNumber }) => ({ lineNumber, quantity: '77.500' })),
        }),
        assigned: ['totalAmount'],
      },
    },
    salesOrder: {
      reads: readsOf('Estimate'),
      expected: [
        {
          source: source('salesOrder', '1'),
          customer: '1',
          currency: 'USD',
          orderDate: day,
          status: 'draft',
          totalAmount: '8.00',
          lines: [
            {
              lineNumber: '1',
              product: '1',
              quantity: '1.000',
              unitPrice: '8.00',
              netAmount: '8.00',
            },
          ],
        },
      ],
      missingKey: '99999',
      futureCheckpoint,
      write: {
        creates: createsOf('Estimate'),
        record: (n) => ({
          customer: '1',
          currency: 'USD',
          orderDate: day,
          status: 'open',
          lines: [line(n)],
        }),
        invalidRecord: (n) => ({ customer: '99999', currency: 'USD', lines: [line(n)] }),
        changed: (record) => ({ ...record, status: 'cancelled' }),
        assigned: ['totalAmount'],
      },
    },
    journalEntry: {
      reads: readsOf('JournalEntry'),
      expected: [
        {
          source: source('journalEntry', '2'),
          postingDate: day,
          currency: 'USD',
          lines: [
            { lineNumber: '1', account: '1', amount: '2.00' },
            { lineNumber: '2', account: '2', amount: '-2.00' },
          ],
        },
      ],
      missingKey: '99999',
      futureCheckpoint,
      write: {
        creates: createsOf('JournalEntry'),
        record: (n) => ({
          postingDate: day,
          currency: 'USD',
          headerText: `Accrual ${n}`,
          lines: [
            { lineNumber: '1', account: '15', amount: `${n}.25`, text: 'Office' },
            { lineNumber: '2', account: '1', amount: `-${n}.25` },
          ],
        }),
        invalidRecord: (n) => ({
          postingDate: day,
          currency: 'USD',
          lines: [
            { lineNumber: '1', account: '15', amount: `${n}.25` },
            { lineNumber: '2', account: '99999', amount: `-${n}.25` },
          ],
        }),
        changed: (record) => ({ ...record, headerText: 'Changed' }),
      },
    },
    company: {
      reads: readsOf('CompanyInfo'),
      expected: [
        {
          source: source('company', realmId),
          companyNumber: realmId,
          name: 'Sandbox Company',
          country: 'US',
          currency: 'USD',
        },
      ],
      missingKey: '99999',
    },
    account: {
      reads: readsOf('Account'),
      expected: [
        {
          source: source('account', '1'),
          name: 'Checking',
          accountType: 'Bank',
          accountSubType: 'Checking',
          classification: 'Asset',
          currency: 'USD',
        },
      ],
      missingKey: '99999',
      remove: merged('Account'),
      futureCheckpoint,
      fewestRecords: 1,
      write: {
        creates: createsOf('Account'),
        record: (n) => ({ name: `Postage ${n}`, accountType: 'Expense' }),
        invalidRecord: (n) => ({ name: `Bad ${n}`, accountType: 'NoSuchType' }),
        changed: (record) => ({ ...record, description: 'Changed' }),
      },
    },
    tax: {
      reads: readsOf('TaxCode'),
      missingKey: '99999',
      remove: merged('TaxCode'),
      futureCheckpoint,
      fewestRecords: 1,
    },
  },
  faults: [
    {
      name: 'Fault in an answer with 200',
      fault: { kind: 'fault-in-200' },
      hits: ['reads', 'creates', 'updates', 'deletes'],
      expect: 'nothing',
    },
    {
      name: 'access token that runs out',
      fault: { kind: 'expired-token' },
      hits: ['reads', 'creates', 'updates', 'deletes'],
      expect: 'nothing',
    },
    {
      name: 'somebody else was quicker',
      fault: { kind: 'stale-object' },
      hits: ['updates', 'deletes'],
      expect: 'nothing',
    },
  ],
  webhooks: {
    signedHeaders: ['intuit-signature'],
    toleranceMs: 'deliveries of Intuit carry no time of their signature',
    tenants: [realmId, '9341453172000002'],
    delivery({ n, sentAt, tenants = [realmId] }) {
      const events = tenants.map((tenant) => ({
        specversion: '1.0',
        id: `88cd52aa-33b6-4351-9aa4-${tenant.slice(-6)}-${n}`,
        source: 'intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=',
        type: 'qbo.customer.created.v1',
        datacontenttype: 'application/json',
        time: new Date(sentAt).toISOString(),
        intuitentityid: String(n),
        intuitaccountid: tenant,
        data: {},
      }));
      const body = Buffer.from(JSON.stringify(events));
      const signature = createHmac('sha256', verifierToken).update(body).digest('base64');
      const headers = { 'content-type': 'application/json', 'intuit-signature': signature };
      return { method: 'POST', url: '/webhooks/quickbooks', headers, body };
    },
  },
  // Every write has a requestid, so QuickBooks does it once.
  operations: {
    void: {
      input: (sandbox: QuickbooksSandbox) => ({ entity: 'invoice', key: invoiceIn(sandbox) }),
      calls: { method: 'POST', path: /\/invoice\?operation=void/ },
      isRepeatable: true,
    },
    send: {
      input: (sandbox: QuickbooksSandbox) => ({
        entity: 'invoice',
        key: invoiceIn(sandbox),
        to: 'office@example.com',
      }),
      calls: { method: 'POST', path: /\/invoice\/\d+\/send\?sendTo=office/ },
      isRepeatable: true,
    },
    pdf: {
      input: (sandbox: QuickbooksSandbox) => ({ entity: 'invoice', key: invoiceIn(sandbox) }),
      calls: { method: 'GET', path: /\/invoice\/\d+\/pdf/ },
      check(answer) {
        const { content } = answer as { readonly content: string };
        const head = Buffer.from(content, 'base64').subarray(0, 5).toString();
        if (head !== '%PDF-') throw new Error(`The file begins with ${head}`);
      },
    },
    report: {
      input: { name: 'TrialBalance', parameters: { accounting_method: 'Accrual' } },
      calls: { method: 'GET', path: /\/reports\/TrialBalance\?accounting_method=Accrual/ },
    },
    exchangeRate: {
      input: { currency: 'EUR', date: day },
      calls: { method: 'GET', path: /\/exchangerate\?sourcecurrencycode=EUR&asofdate=/ },
    },
    upload: {
      input: {
        fileName: 'receipt "1".txt',
        contentType: 'text/plain',
        content: Buffer.from('paid').toString('base64'),
        attachTo: { entity: 'customer', key: '1' },
      },
      calls: { method: 'POST', path: /\/upload\?/ },
      isRepeatable: true,
      check(answer) {
        const { Size } = answer as { readonly Size: number };
        if (Size !== 4) throw new Error(`The file has ${Size} bytes`);
      },
    },
    query: {
      input: { statement: 'SELECT * FROM Term WHERE Name = :name', parameters: { name: 'Net 30' } },
      calls: { method: 'GET', path: /\/query\?query=SELECT.*Term/ },
      check(answer) {
        const { Term = [] } = answer as { readonly Term?: readonly object[] };
        if (Term.length !== 1) throw new Error(`${Term.length} terms`);
      },
    },
  },
  native: {
    calls: { method: 'GET', path: /\/companyinfo\// },
    async use(client) {
      await (client as NodeQuickbooks).getCompanyInfo?.(realmId);
    },
  },
  templates() {
    for (const template of Object.values(templates)) {
      const [violation] = checkTemplateLaws(template);
      if (violation) throw new Error(`${template.id}: ${JSON.stringify(violation)}`);
    }
  },
};

/** What is put through the suite. */
export const conformanceHarnesses = [{ id: 'quickbooks', harness }] as const;
