import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSalesforceCaller, type SalesforceCaller } from '../salesforce-caller.fixture.ts';
import { type SalesforceSandbox, startSalesforceSandbox } from '../salesforce-sandbox.ts';

let sandbox: SalesforceSandbox;
let call: SalesforceCaller;

beforeEach(async () => {
  sandbox = await startSalesforceSandbox({ accounts: 4, contacts: 0, products: 2, orders: 0 });
  call = await createSalesforceCaller(sandbox);
});
afterEach(() => sandbox.close());

const create = async (type: string, body: Record<string, unknown>): Promise<string> => {
  const answer = await call('POST', `/sobjects/${type}`, body);
  expect(answer.text).toContain('"success":true');
  return answer.json.id;
};

describe('the recycle bin', () => {
  const find = async (id: string, path = 'queryAll') => {
    const soql = `SELECT Id, IsDeleted FROM Account WHERE Id = '${id}'`;
    return (await call('GET', `/${path}?q=${encodeURIComponent(soql)}`)).json.records;
  };

  it('keeps what was deleted, with what went with it, for 15 days', async () => {
    const id = await create('Account', { Name: 'A' });
    const contact = await create('Contact', { LastName: 'C', AccountId: id });
    await call('PATCH', `/sobjects/Account/${id}`, { ERP_Id__c: 'key' });
    await call('DELETE', `/sobjects/Account/${id}`);
    const byKey = encodeURIComponent("SELECT Id FROM Account WHERE ERP_Id__c = 'key'");
    expect((await call('GET', `/queryAll?q=${byKey}`)).json.totalSize).toBe(1);
    expect((await call('GET', `/query?q=${byKey}`)).json.totalSize).toBe(0);
    expect(await find(id, 'query')).toEqual([]);
    expect(await find(id)).toMatchObject([{ Id: id, IsDeleted: true }]);
    expect(sandbox.state.get('Contact', contact)?.IsDeleted).toBe(true);

    sandbox.actions.undeleteRecords({ object: 'Account', ids: [id] });
    expect(await find(id, 'query')).toMatchObject([{ Id: id, IsDeleted: false }]);
    expect(sandbox.state.get('Contact', contact)?.IsDeleted).toBe(false);

    await call('DELETE', `/sobjects/Account/${id}`);
    sandbox.clock.advance(15 * 24 * 3_600_000 + 1);
    call = await createSalesforceCaller(sandbox);
    expect(await find(id)).toEqual([]);
  });

  it('is told by getDeleted even when it was emptied', async () => {
    const [id, kept] = [
      await create('Account', { Name: 'A' }),
      await create('Account', { Name: 'B' }),
    ];
    await call('DELETE', `/sobjects/Account/${id}`);
    sandbox.actions.emptyRecycleBin();
    expect(await find(id)).toEqual([]);
    const window = `start=${encodeURIComponent('2026-01-05T07:00:00+00:00')}&end=${encodeURIComponent('2026-01-05T09:00:00+00:00')}`;
    const deleted = await call('GET', `/sobjects/Account/deleted/?${window}`);
    expect(deleted.json.deletedRecords).toEqual([
      { id, deletedDate: expect.stringMatching(/^2026-01-05T08:00:00\.\d{3}\+0000$/) },
    ]);
    expect(deleted.json.latestDateCovered).toBe(sandbox.clock.iso().replace('Z', '+0000'));
    await call('DELETE', `/sobjects/Account/${kept}`);
    sandbox.actions.undeleteRecords({ object: 'Account', ids: [kept] });
    const again = await call('GET', `/sobjects/Account/deleted/?${window}`);
    expect(again.json.deletedRecords).toEqual(deleted.json.deletedRecords);
    const updated = await call('GET', `/sobjects/Account/updated/?${window}`);
    expect(updated.json.ids).toContain(kept);
    expect(updated.json.ids).not.toContain(id);
  });

  it.each([
    ['updated', '2025-12-01T00:00:00Z', '2026-01-05T00:00:00Z'],
    ['deleted', '2025-12-20T00:00:00Z', '2026-01-05T00:00:00Z'],
    ['deleted', '2026-01-05T00:00:00Z', '2026-01-05T00:01:00Z'],
    ['updated', '2026-01-05T00:00:00Z', '2026-01-04T00:00:00Z'],
  ])('has its window: %s from %s to %s', async (what, start, end) => {
    const answer = await call('GET', `/sobjects/Account/${what}/?start=${start}&end=${end}`);
    expect([answer.status, answer.json[0].errorCode]).toEqual([400, 'INVALID_REPLICATION_DATE']);
  });

  it('has its limits: ids, objects, and seconds where they are cut off', async () => {
    await sandbox.close();
    sandbox = await startSalesforceSandbox({
      maximumReplicationIds: 3,
      replicationIgnoresSeconds: true,
    });
    call = await createSalesforceCaller(sandbox);
    const window = 'start=2026-01-04T00:00:00Z&end=2026-01-05T08:00:59Z';
    const many = await call('GET', `/sobjects/Account/updated/?${window}`);
    expect(many.json[0].errorCode).toBe('EXCEEDED_ID_LIMIT');
    const none = await call('GET', `/sobjects/Organization/updated/?${window}`);
    expect(none.json[0].errorCode).toBe('OBJECT_NOT_REPLICATEABLE');
    await call('POST', '/sobjects/Contract', { AccountId: '001xx0000000001AAA' });
    const cut = await call('GET', `/sobjects/Contract/updated/?${window}`);
    expect(cut.json).toEqual({ ids: [], latestDateCovered: '2026-01-05T08:00:00.000+0000' });
  });
});

describe('a deletion that fails in the middle', () => {
  const start = async (): Promise<{ account: string; contacts: readonly string[] }> => {
    await sandbox.close();
    sandbox = await startSalesforceSandbox({
      accounts: 0,
      objects: [
        {
          name: 'Badge__c',
          keyPrefix: 'a07',
          fields: [
            {
              name: 'Contact__c',
              type: 'reference',
              referenceTo: ['Contact'],
              onParentDelete: 'restrict',
            },
          ],
        },
      ],
    });
    call = await createSalesforceCaller(sandbox);
    const account = await create('Account', { Name: 'A' });
    const contacts = [
      await create('Contact', { LastName: 'Free', AccountId: account }),
      await create('Contact', { LastName: 'Held', AccountId: account }),
    ];
    await create('Badge__c', { Contact__c: contacts[1] });
    return { account, contacts };
  };

  const deleteAlone = async (account: string): Promise<void> => {
    const { json } = await call('DELETE', `/sobjects/Account/${account}`);
    expect(json[0].errorCode).toBe('DELETE_FAILED');
  };
  const deleteAsPart = async (account: string): Promise<void> => {
    const url = `/services/data/v60.0/sobjects/Account/${account}`;
    const { json } = await call('POST', '/composite', {
      compositeRequest: [{ method: 'DELETE', url, referenceId: 'gone' }],
    });
    expect(json.compositeResponse[0].httpStatusCode).toBe(400);
  };
  const deleteInBulk = async (account: string): Promise<void> => {
    const job = await call('POST', '/jobs/ingest', { object: 'Account', operation: 'delete' });
    const path = `/jobs/ingest/${job.json.id}`;
    await call('PUT', `${path}/batches`, `Id\n${account}\n`, { 'content-type': 'text/csv' });
    await call('PATCH', path, { state: 'UploadComplete' });
    sandbox.clock.advance(60_000);
    expect((await call('GET', path)).json).toMatchObject({ numberRecordsFailed: 1 });
  };

  it.each([
    ['alone', deleteAlone],
    ['as a part of a composite call', deleteAsPart],
    ['in bulk', deleteInBulk],
  ])('leaves nothing behind, %s', async (_, remove) => {
    const { account, contacts } = await start();
    await remove(account);
    expect(sandbox.state.get('Contact', contacts[0]!)?.IsDeleted).toBe(false);
    expect(sandbox.state.get('Account', account)?.IsDeleted).toBe(false);
  });
});
