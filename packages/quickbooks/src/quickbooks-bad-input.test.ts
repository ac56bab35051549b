import { bearer, type ConnectorError, type Logger, memoryTokenStore } from '@common/connector-core';
import type { QuickbooksSandbox } from '@common/connector-sandbox/quickbooks';
import { describe, expect, it } from 'vitest';
import { newCustomer, newInvoice, openQuickbooks } from './open-quickbooks.fixture.ts';
import type { QuickbooksConnector } from './quickbooks-connector.ts';
import type { QuickbooksEntities } from './quickbooks-entities.ts';
import { quickbooksWebhooks } from './quickbooks-webhooks.ts';

type Open = Awaited<ReturnType<typeof openQuickbooks>>;

/** The error that a call ends with, or that of the one record that is written. */
async function failure(work: Promise<unknown>): Promise<ConnectorError> {
  const outcome = await work.catch((error: unknown) => error);
  const [result] = Array.isArray(outcome) ? outcome : [outcome];
  return (result.error ?? result) as ConnectorError;
}

const named = ({ state }: QuickbooksSandbox, entity: 'Customer' | 'Vendor' | 'Employee') =>
  String(state.records(entity)[0]?.DisplayName);

const create = <E extends keyof QuickbooksEntities>(
  books: QuickbooksConnector,
  entity: E,
  record: QuickbooksEntities[E],
) => books.write(entity, [{ op: 'upsert', record }]);

interface Case {
  readonly act: (open: Open) => Promise<unknown>;
  readonly code: string;
  readonly vendorCode?: string;
  /** What to do, in the message. */
  readonly says: RegExp;
  /** Whether nothing was sent, so that there is no id of a request. */
  readonly isLocal?: boolean;
}

const cases: Readonly<Record<string, Case>> = {
  'a company that the sign-in is not for': {
    act: ({ connect }) => connect({ realmId: '9341453172000002' }).get('customer', '1'),
    code: 'ERR_PERMISSION_DENIED',
    vendorCode: '3100',
    says: /realmId is another one.*environment.*connect the company again/,
  },
  'a token of the other environment': {
    act: ({ connect }) =>
      connect({ auth: bearer({ token: 'of-other-keys' }) }).get('customer', '1'),
    code: 'ERR_AUTHENTICATION_FAILED',
    vendorCode: '3200',
    says: /keys of this environment/,
  },
  'an app that was disconnected': {
    act({ books, sandbox }) {
      sandbox.actions.disconnect();
      return books.get('customer', '1');
    },
    code: 'ERR_REAUTHORIZATION_REQUIRED',
    says: /revoked.*Obtain a new one/,
  },
  'a refresh token older than 100 days': {
    act({ connect, sandbox }) {
      sandbox.actions.advanceClock({ seconds: 102 * 86_400 });
      return connect({ tokens: memoryTokenStore() }).get('customer', '1');
    },
    code: 'ERR_REAUTHORIZATION_REQUIRED',
    says: /too old.*Obtain a new one/,
  },
  'an entity that there is not': {
    act: async ({ books }) => books.get('deposit' as 'invoice', '1'),
    code: 'ERR_UNKNOWN_ENTITY',
    says: /It has customer, supplier/,
    isLocal: true,
  },
  'a query of an entity that there is not': {
    act: ({ books }) => books.call('query', { statement: 'SELECT * FROM Nothing' }),
    code: 'ERR_VALIDATION',
    vendorCode: '4001',
    says: /an entity or a property/,
  },
  'a query in another language': {
    act: ({ books }) => books.call('query', { statement: 'SELECT a, b FROM Item, Customer' }),
    code: 'ERR_VALIDATION',
    vendorCode: '4000',
    says: /one entity.*AND.*single quotes/,
  },
  'a record without what its template needs': {
    act: ({ books }) => create(books, 'customer', { email: 'a@b.example' } as never),
    code: 'ERR_MAPPING',
    says: /name \(vendor field DisplayName\): got nothing/,
    isLocal: true,
  },
  'a record without what Intuit needs': {
    act: ({ books }) =>
      create(books, 'product', { productNumber: 'P', productType: 'Service' } as never),
    code: 'ERR_VALIDATION',
    vendorCode: '2020',
    says: /IncomeAccountRef/,
  },
  'the name of a customer': {
    act: ({ books, sandbox }) =>
      create(books, 'customer', newCustomer({ name: named(sandbox, 'Customer') })),
    code: 'ERR_CONFLICT',
    vendorCode: '6240',
    says: /Use its key, or another name/,
  },
  'the name of a supplier': {
    act: ({ books, sandbox }) => create(books, 'customer', { name: named(sandbox, 'Vendor') }),
    code: 'ERR_CONFLICT',
    vendorCode: '6240',
    says: /customer, supplier or employee/,
  },
  'the name of an employee': {
    act: ({ books, sandbox }) => create(books, 'supplier', { name: named(sandbox, 'Employee') }),
    code: 'ERR_CONFLICT',
    vendorCode: '6240',
    says: /customer, supplier or employee/,
  },
  'the number of another invoice': {
    act({ books, sandbox }) {
      const invoiceNumber = String(sandbox.state.records('Invoice')[0]?.DocNumber);
      return create(books, 'invoice', newInvoice({ invoiceNumber }));
    },
    code: 'ERR_CONFLICT',
    vendorCode: '6140',
    says: /another number, or leave it out/,
  },
  'a revision that is gone': {
    async act({ books, sandbox }) {
      sandbox.actions.change({ entity: 'Customer', id: '1', fields: { Notes: 'x' } });
      const change = { key: '1', record: { email: 'a@b.example' }, expectedRevision: '0' };
      return books.write('customer', [{ op: 'upsert', ...change }]);
    },
    code: 'ERR_CONFLICT',
    says: /Read it again/,
    isLocal: true,
  },
  'a date in books that are closed': {
    act({ books, sandbox }) {
      sandbox.actions.closeBooks({ closingDate: '2026-12-31' });
      return create(books, 'invoice', newInvoice());
    },
    code: 'ERR_VALIDATION',
    vendorCode: '6210',
    says: /later date, or let the company open the period/,
  },
  'a customer who is inactive': {
    act({ books, sandbox }) {
      sandbox.actions.change({ entity: 'Customer', id: '1', fields: { Active: false } });
      return create(books, 'invoice', newInvoice());
    },
    code: 'ERR_VALIDATION',
    vendorCode: '610',
    says: /inactive.*Make it active/,
  },
  'a customer that there is not': {
    act: ({ books }) => create(books, 'invoice', newInvoice({ customer: '9999' })),
    code: 'ERR_VALIDATION',
    vendorCode: '2500',
    says: /does not exist in this company.*CustomerRef/,
  },
  'a currency that is not turned on': {
    act: ({ books }) => create(books, 'invoice', newInvoice({ currency: 'EUR' })),
    code: 'ERR_VALIDATION',
    says: /Turn on multicurrency/,
    isLocal: true,
  },
  'a company whose subscription has ended': {
    act({ books, sandbox }) {
      sandbox.actions.setCompanyStatus({ status: 'suspended' });
      return books.get('customer', '1');
    },
    code: 'ERR_PERMISSION_DENIED',
    vendorCode: '6190',
    says: /has to renew it/,
  },
  'a person who is no administrator any more': {
    act({ books, sandbox }) {
      sandbox.actions.setCompanyStatus({ status: 'no-administrator' });
      return books.get('customer', '1');
    },
    code: 'ERR_PERMISSION_DENIED',
    vendorCode: '120',
    says: /Let an administrator of the company connect it again/,
  },
};

describe('what a new user gets wrong', () => {
  it.each(Object.entries(cases))('%s: the error says what to do', async (_, one) => {
    await using open = await openQuickbooks({ invoices: 1 });
    const error = await failure(one.act(open));
    expect(error).toMatchObject({ code: one.code, system: 'quickbooks', retryable: false });
    expect(error.message).toMatch(one.says);
    if (one.vendorCode !== undefined) expect(error.vendorCode).toBe(one.vendorCode);
    expect(error.requestId ?? 'none').toMatch(one.isLocal ? /^none$/ : /^1-[0-9a-f]{8}-/);
  });

  it('a wrong verifier token: the log says what to check, the answer nothing', async () => {
    const reasons: unknown[] = [];
    const ignore = (): void => undefined;
    const logger: Logger = {
      ...{ debug: ignore, info: ignore, error: ignore },
      warn: (_, facts) => reasons.push(facts?.reason),
    };
    const receive = quickbooksWebhooks({ verifierTokens: 'of-another-app', logger });
    const body = Buffer.from('[]');
    const headers = { 'content-type': 'application/json', 'intuit-signature': 'AAAA' };
    const receipt = await receive({ method: 'POST', url: '/', headers, body });
    expect(receipt).toEqual({ response: { status: 401 }, events: [] });
    expect(String(reasons[0])).toMatch(/verifier token is that of this app/);
  });
});
