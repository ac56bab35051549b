import { type Checkpoint, ConnectorError } from '@common/connector-core';
import { sqliteStore, tableTarget } from '@common/connector-runtime';
import { salesforce, salesforceClientCredentials } from '@common/connector-salesforce';
import { startSalesforceSandbox } from '@common/connector-sandbox/salesforce';
import { createSync, reconcile, syncEvents } from '@common/connector-sync';
import { expect, it } from 'vitest';

it('events keep a table up to date, and a gap of four days loses nothing: not even deletions', async () => {
  const sandbox = await startSalesforceSandbox({
    accounts: 30,
    contacts: 0,
    orders: 0,
    opportunities: 0,
    longPollMs: 20,
  });
  const { clientId, clientSecret } = sandbox.settings;
  const loginUrl = sandbox.url;
  const auth = salesforceClientCredentials({ loginUrl, clientId, clientSecret });
  const crm = salesforce({ loginUrl, auth, currency: 'EUR' });
  const store = sqliteStore({ path: ':memory:' });
  const target = tableTarget({ store, table: 'customer' });
  const customers = createSync({ id: 'customers', source: crm, target, entity: 'customer', store });
  const accounts = () => sandbox.state.find('Account').map(({ Id }) => String(Id));
  const rename = (id: string, Name: string) =>
    sandbox.actions.changeRecords({ object: 'Account', ids: [id], fields: { Name } });
  await customers.run();

  /** Follows events until so many have come, or the position is forgotten. */
  async function follow(since: Checkpoint | undefined, count: number, onOpen: () => void) {
    const stop = new AbortController();
    let checkpoint = since;
    let seen = 0;
    const opened = async () => {
      const before = sandbox.journal.count({ path: /cometd/ });
      while (sandbox.journal.count({ path: /cometd/ }) < before + 3) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      onOpen();
    };
    const opening = since === undefined ? opened() : Promise.resolve();
    for await (const page of crm.events(since, { signal: stop.signal })) {
      await syncEvents(customers, page.events, { entity: 'customer' });
      checkpoint = page.checkpoint;
      seen += page.events.length;
      if (seen >= count) stop.abort();
    }
    await opening;
    return checkpoint;
  }

  const [first = '', second = '', third = ''] = accounts();
  const checkpoint = await follow(undefined, 2, () => {
    rename(first, 'Renamed while listening');
    rename(second, 'So was this');
  });
  const row = (key: string) => target.get('customer', key);
  expect(await row(first)).toMatchObject({ name: 'Renamed while listening' });

  rename(first, 'Renamed in the gap');
  sandbox.actions.deleteRecords({ object: 'Account', ids: [third] });
  sandbox.clock.advance(4 * 24 * 3_600_000);
  const error = await follow(checkpoint, 1, () => {}).catch((thrown: unknown) => thrown);
  expect(ConnectorError.isInstance(error) && error.code).toBe('ERR_CHECKPOINT_EXPIRED');
  await customers.run({ mode: 'full' });

  const both = await reconcile({
    left: { from: crm, entity: 'customer' },
    right: { from: target, entity: 'customer' },
  });
  expect(both).toMatchObject({ compared: 29, missing: 0, extra: 0, different: 0 });
  await Promise.all([crm.disconnect(), store.close(), sandbox.close()]);
});
