import { createGovernor, manualClock, memoryTokenStore } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { openQuickbooks } from '../open-quickbooks.fixture.ts';
import { loadNodeQuickbooks } from './load-node-quickbooks.ts';
import type { NodeQuickbooks } from './node-quickbooks.ts';

type Row = { readonly [name: string]: unknown };

describe('the client of node-quickbooks', () => {
  it('reads and writes with the tokens of the connector', async () => {
    await using open = await openQuickbooks({ customers: 3 });
    const client = await open.books.native();
    const found = (await client.findCustomers!([{ field: 'limit', value: 2 }])) as {
      readonly QueryResponse: { readonly Customer: readonly Row[] };
    };
    expect(found.QueryResponse.Customer).toHaveLength(2);
    const made = (await client.createCustomer!({ DisplayName: 'By native' })) as Row;
    expect(await open.books.get('customer', String(made.Id))).toMatchObject({ name: 'By native' });
    const { SyncToken } = made;
    await client.updateCustomer!({ Id: made.Id, SyncToken, CompanyName: 'Later' });
    expect(await open.books.get('customer', String(made.Id))).toMatchObject({ name2: 'Later' });
  });

  it('calls back as the package does, with the Fault behind an error', async () => {
    await using open = await openQuickbooks();
    const client = await open.books.native();
    const [none, customer] = await new Promise<unknown[]>((resolve) => {
      void client.getCustomer!('1', (...answer: unknown[]) => resolve(answer));
    });
    expect(none).toBeNull();
    expect(customer).toMatchObject({ Id: '1' });
    const [error, body] = await new Promise<unknown[]>((resolve) => {
      void client.getCustomer!('99999', (...answer: unknown[]) => resolve(answer));
    });
    expect(error).toMatchObject({ code: 'ERR_NOT_FOUND', vendorCode: '610', system: 'quickbooks' });
    expect(body).toMatchObject({ Fault: { Error: [{ code: '610' }] } });
  });

  it('renews an expired token once, together with the calls of the connector, and keeps the new one', async () => {
    const tokens = memoryTokenStore();
    await using open = await openQuickbooks({ previousRefreshTokenMinutes: 0 }, { tokens });
    const { books, sandbox } = open;
    const client = await books.native();
    await client.getCustomer!('1');
    for (const round of [1, 2]) {
      const before = sandbox.state.counters().refreshes;
      sandbox.actions.expireAccessTokens();
      await Promise.all([
        client.getCustomer!('1'),
        client.getVendor!('1'),
        books.get('customer', '2'),
        books.get('product', '1'),
      ]);
      expect(sandbox.state.counters().refreshes - before, `round ${round}`).toBe(1);
    }
    expect(sandbox.state.counters().refusedGrants).toBe(0);
    const stored = await tokens.read(`quickbooks:${sandbox.settings.realmId}@${sandbox.url}`);
    expect(stored?.token.refreshToken).toBeDefined();
    expect(stored?.token.refreshToken).not.toBe(sandbox.settings.refreshToken);
  });

  it('repeats a write under its request id when the answer is lost, and only then', async () => {
    await using open = await openQuickbooks();
    const client = await open.books.native();
    open.sandbox.faults.add({ kind: 'reset-after', match: { method: 'POST', path: /customer/ } });
    const customer = { DisplayName: 'Once' };
    await client.createCustomer!(customer);
    const all = open.sandbox.state.records('Customer');
    expect(all.filter(({ DisplayName }) => DisplayName === 'Once')).toHaveLength(1);
    // The package takes properties out of what it is given; ours is a copy.
    expect(customer).toEqual({ DisplayName: 'Once' });
  });

  it('sends no more batches than the connector may', async () => {
    const clock = manualClock();
    const governor = createGovernor({ clock });
    await using open = await openQuickbooks({}, { clock, governor });
    const client = await open.books.native();
    const batches = () => open.sandbox.journal.count({ operation: 'batch' });
    const send = () => client.batch!([{ bId: '1', Query: 'select * from Item maxresults 1' }]);
    for (let n = 0; n < 40; n += 1) await send();
    const last = send();
    await client.getCustomer!('1');
    expect(batches()).toBe(40);
    await clock.advance(61_000);
    expect(await last).toMatchObject({ BatchItemResponse: [{ bId: '1' }] });
    expect(batches()).toBe(41);
  });

  it('shows neither token nor record in its errors', async () => {
    await using open = await openQuickbooks();
    const client = await open.books.native();
    const { inspect } = await import('node:util');
    const failures = [
      () => client.createCustomer!({ DisplayName: 'Amy: Lauterbach' }),
      () => client.updateCustomer!({ DisplayName: 'Amy Lauterbach' }),
    ];
    for (const fail of failures) {
      const error: unknown = await fail().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'ERR_VALIDATION' });
      const text = inspect(error, { depth: 9, showHidden: true });
      expect(text).not.toMatch(/Lauterbach|Bearer|eyJ/);
    }
  });

  it('leaves the tokens to the connector', async () => {
    await using open = await openQuickbooks();
    const client = await open.books.native();
    for (const method of ['refreshAccessToken', 'revokeAccess', 'disconnect']) {
      await expect(client[method]!()).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED_OPERATION' });
    }
  });

  it('changes nothing of the package for others', async () => {
    await using open = await openQuickbooks();
    const { default: Package } = await import('node-quickbooks');
    const statics = Package as unknown as { readonly V3_ENDPOINT_BASE_URL: string };
    const before = statics.V3_ENDPOINT_BASE_URL;
    await ((await open.books.native()) as NodeQuickbooks).getCustomer!('1');
    expect(statics.V3_ENDPOINT_BASE_URL).toBe(before);
  });

  it('says what to install when the package is not there', async () => {
    const missing = () => Promise.reject(new Error("Cannot find package 'node-quickbooks'"));
    await expect(loadNodeQuickbooks(missing)).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('npm install node-quickbooks'),
    });
  });
});
