import { bearer, ConnectorError, manualClock } from '@common/connector-core';
import { extendTemplate } from '@common/connector-core/mapping';
import { describe, expect, it } from 'vitest';
import { create, newInvoice, openQuickbooks } from './open-quickbooks.fixture.ts';
import { quickbooks } from './quickbooks-connector.ts';
import { quickbooksFactory } from './quickbooks-factory.ts';
import { quickbooksRates } from './quickbooks-limits.ts';
import type { QuickbooksOptions } from './quickbooks-options.ts';
import { baseUrlOf, readQuickbooksSettings } from './quickbooks-settings.ts';
import { productTemplate } from './templates/product-template.ts';

const auth = bearer({ token: 'a-token' });
const failure = (options: object): ConnectorError => {
  try {
    quickbooks(options as QuickbooksOptions);
  } catch (error) {
    if (ConnectorError.isInstance(error)) return error;
  }
  throw new Error('not refused');
};

describe('settings', () => {
  it.each([
    [{ auth }, /realmId/],
    [{ auth, realmId: 'acme' }, /realmId: must be the number of the company/],
    [{ auth, realmId: '1', minorVersion: 70 }, /minorVersion: must be 75 at least/],
    [{ auth, realmId: '1', environment: 'test' }, /environment/],
    [{ auth, realmId: '1', realmid: '1' }, /realmid/],
    [{ auth, realmId: '1', baseUrl: 'https://x.example/v3/company' }, /baseUrl: must end before/],
    [{ auth, realmId: '1', pageSize: 5000 }, /pageSize/],
    [{ realmId: '1' }, /auth: must be a sign-in/],
  ])('that cannot be used are told: %j', (options, message) => {
    expect(failure(options)).toMatchObject({ code: 'ERR_CONFIGURATION', system: 'quickbooks' });
    expect(failure(options).message).toMatch(message);
  });

  it('lead to the host of the environment', () => {
    const hostOf = (settings: object) =>
      baseUrlOf(readQuickbooksSettings({ realmId: '1', ...settings }));
    expect(hostOf({})).toBe('https://quickbooks.api.intuit.com');
    expect(hostOf({ environment: 'sandbox' })).toBe('https://sandbox-quickbooks.api.intuit.com');
  });

  it('wait two minutes for an answer, as long as Intuit works on one', async () => {
    const clock = manualClock();
    await using open = await openQuickbooks({}, { clock, retry: { maxAttempts: 1 } });
    const { books, sandbox } = open;
    await books.get('customer', '1');
    sandbox.faults.add({ kind: 'stall-body', match: { operation: 'readCustomer' } });
    let outcome: unknown = 'waiting';
    const reading = books.get('customer', '1').catch((error: unknown) => {
      outcome = error;
    });
    await expect.poll(() => sandbox.faults.pending).toEqual([]);
    await clock.advance(119_000);
    expect(outcome).toBe('waiting');
    await clock.advance(2_000);
    await reading;
    expect(outcome).toMatchObject({ code: 'ERR_TIMEOUT' });
  });

  it('give every request its minor version', async () => {
    await using open = await openQuickbooks({}, { minorVersion: 76 });
    await open.books.get('customer', '1');
    await open.books.find('customer', { name: 'x' });
    await create(open.books, 'supplier', { name: 'New' });
    const calls = open.sandbox.journal.entries({ path: /\/v3\/company\// });
    expect(calls.map(({ query }) => new URLSearchParams(query).get('minorversion'))).toEqual([
      '76',
      '76',
      '76',
    ]);
  });

  it('decide what a sales order is', async () => {
    await using open = await openQuickbooks({}, { salesOrderAs: 'salesReceipt' });
    const key = await create(open.books, 'salesOrder', {
      customer: '1',
      currency: 'USD',
      orderDate: '2026-01-05',
      lines: [{ lineNumber: '1', product: '1', quantity: '2.000', unitPrice: '3.00' }],
    });
    expect(open.sandbox.state.record('SalesReceipt', key)).toMatchObject({ TotalAmt: 6 });
    expect((await open.books.describe('salesOrder')).nativeName).toBe('SalesReceipt');
  });

  it('of the company itself are asked once', async () => {
    await using open = await openQuickbooks();
    for (const _ of [1, 2]) await create(open.books, 'invoice', newInvoice());
    const asked = open.sandbox.journal
      .entries({ operation: 'query' })
      .filter(({ query }) => query.includes('Preferences'));
    expect(asked).toHaveLength(1);
  });

  it('may name another currency of records that name none', async () => {
    await using open = await openQuickbooks({ invoices: 1 }, { homeCurrency: 'EUR' });
    open.sandbox.faults.add({
      kind: 'status',
      match: { path: /\/invoice\/1/ },
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({
        Invoice: {
          Id: '1',
          SyncToken: '0',
          CustomerRef: { value: '1' },
          TxnDate: '2026-01-05',
          TotalAmt: 5.5,
          Balance: 5.5,
          Line: [],
        },
      }),
    });
    expect(await open.books.get('invoice', '1')).toMatchObject({
      currency: 'EUR',
      grossAmount: '5.50',
      status: 'open',
    });
  });

  it('take templates of a tenant', async () => {
    const product = extendTemplate(productTemplate, {
      id: 'tenant.product',
      version: 1,
      base: { id: productTemplate.id, version: productTemplate.version },
      add: [{ vendor: 'Sku', canonical: 'gtin' }],
    });
    await using open = await openQuickbooks({}, { templates: { product } });
    expect(await open.books.get('product', '1')).toMatchObject({ gtin: 'P-0001' });
  });
});

describe('the description of an entity', () => {
  it('has the custom fields of the company', async () => {
    await using open = await openQuickbooks();
    const { fields } = await open.books.describe('invoice');
    expect(fields.find(({ name }) => name === 'CustomField.Reference')).toMatchObject({
      canonical: 'custom.CustomField.Reference',
      custom: true,
    });
    expect(fields.find(({ name }) => name === 'TotalAmt')).toMatchObject({
      canonical: 'grossAmount',
      creatable: false,
    });
  });
});

describe('the factory', () => {
  it('makes the sign-in of Intuit out of what is stored', async () => {
    const sandbox = quickbooksFactory.createAuth({
      kind: 'oauth2-authorization-code',
      clientId: 'ABC',
      clientSecret: 'secret-of-the-app',
      redirectUri: 'https://app.example.com/callback',
    }) as unknown as { authorizationUrl(begin: { connection: string }): Promise<string> };
    const url = await sandbox.authorizationUrl({ connection: 'acme' });
    expect(url).toMatch(/^https:\/\/appcenter\.intuit\.com\/connect\/oauth2\?/);
  });

  it('tells a registry, which makes the governor, what Intuit takes', () => {
    expect(quickbooksFactory.limits).toEqual({ rate: quickbooksRates });
  });
});
