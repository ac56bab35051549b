import { afterEach, describe, expect, it } from 'vitest';
import { createSalesforceCaller, type SalesforceCaller } from '../salesforce-caller.fixture.ts';
import type { SalesforceSandboxOptions } from '../salesforce-options.ts';
import { type SalesforceSandbox, startSalesforceSandbox } from '../salesforce-sandbox.ts';

let sandbox: SalesforceSandbox;

async function start(options: SalesforceSandboxOptions = {}): Promise<SalesforceCaller> {
  sandbox = await startSalesforceSandbox({ accounts: 3, contacts: 0, orders: 0, ...options });
  return createSalesforceCaller(sandbox);
}
afterEach(() => sandbox.close());

describe('the parameterized search', () => {
  it('finds records of the named objects by a text that they have, but no deleted ones', async () => {
    const call = await start();
    const records = [{ Name: 'Needle One' }, { Name: 'Another', Site: 'by the NEEDLE' }];
    sandbox.actions.createRecords({ object: 'Account', records });
    const ids = sandbox.state
      .find('Account', ({ Name }) => ['Needle One', 'Another'].includes(String(Name)))
      .map(({ Id }) => String(Id));
    const search = async (body: object) => (await call('POST', '/parameterizedSearch', body)).json;
    const body = { q: 'needle', sobjects: [{ name: 'Account' }] };
    const found = (await search(body)).searchRecords;
    expect(found.map(({ Id }: { readonly Id: string }) => Id)).toEqual(ids);
    expect(found[0].attributes.type).toBe('Account');
    sandbox.actions.deleteRecords({ object: 'Account', ids: ids.slice(0, 1) });
    expect((await search(body)).searchRecords).toHaveLength(1);
    expect((await search({ ...body, q: 'n' }))[0].errorCode).toBe('MALFORMED_SEARCH');
  });
});

describe('a REST service in Apex', () => {
  it('is what the test says it is, for those who are signed in', async () => {
    const call = await start({
      apexRest: (request) =>
        request.path === '/services/apexrest/orders'
          ? { status: 200, body: { asked: request.json() } }
          : undefined,
    });
    const post = (path: string, headers = {}) =>
      call('POST', `/services/apexrest${path}`, { id: 1 }, headers);
    expect((await post('/orders')).json).toEqual({ asked: { id: 1 } });
    expect((await post('/elsewhere')).status).toBe(404);
    expect((await post('/orders', { authorization: 'Bearer none' })).status).toBe(401);
  });
});
