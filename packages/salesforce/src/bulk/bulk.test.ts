import { type Checkpoint, type Clock, type Customer, systemClock } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import {
  collect,
  errorOf,
  type OpenSalesforce,
  openSalesforce,
} from '../open-salesforce.fixture.ts';
import { salesforceClientCredentials } from '../salesforce-auth.ts';
import { openSalesforceSession } from '../salesforce-session.ts';
import { salesforceSettingsSchema } from '../salesforce-settings-schema.ts';
import { ingestRecords } from './ingest-records.ts';

const bulk = { writeFrom: 5, queryFrom: 5 };

/** A clock on which the pauses between two looks at a job pass at once. */
const impatient = (onPause = () => {}): Clock => ({
  now: () => Date.now(),
  sleep(milliseconds, signal) {
    // Time limits are longer, and stay.
    if (milliseconds > 8_000) return systemClock.sleep(milliseconds, signal);
    if (milliseconds >= 1_000) onPause();
    return systemClock.sleep(0, signal);
  },
});
const clock = impatient();
const customers = (count: number, offset = 0): readonly Customer[] =>
  Array.from({ length: count }, (_, n) => ({
    name: `Müller "${n + offset}", Söhne\nund Töchter, #N/A`,
    externalReference: `C-${n + offset}`,
    phone: n % 2 === 0 ? `+49 30 ${n}` : undefined,
  }));
const creates = (records: readonly Customer[]) =>
  records.map((record) => ({ op: 'upsert', record }) as const);
const status200 = { kind: 'status', status: 200, contentType: 'text/csv' };
const isNewJob = ({ method, path }: { readonly method: string; readonly path: string }) =>
  method === 'POST' && path.endsWith('/jobs/ingest');
const byPath = (path: RegExp) => (entry: { readonly path: string }) => path.test(entry.path);

describe('many writes', () => {
  it('go by one job, and every record has its own result in order', async () => {
    await using org = await openSalesforce({ accounts: 0 }, { bulk, clock });
    const records = customers(300);
    const results = await org.crm.write('customer', creates(records));
    expect(results.map(({ status }) => status)).toEqual(records.map(() => 'created'));
    for (const [index, result] of results.entries()) {
      const found = await (index % 50 === 0
        ? org.crm.get('customer', result.key ?? '')
        : undefined);
      if (found) expect(found).toMatchObject(JSON.parse(JSON.stringify(records[index])));
    }
    const calls = org.sandbox.journal.entries();
    expect(calls.filter(byPath(/composite\/sobjects/))).toEqual([]);
    expect(calls.filter(isNewJob)).toHaveLength(1);
  });

  it('stay collections below the limit, and with "never"', async () => {
    await using org = await openSalesforce(
      { accounts: 0 },
      { bulk: { ...bulk, writeFrom: 'never' }, clock },
    );
    await org.crm.write('customer', creates(customers(30)));
    expect(org.sandbox.journal.entries().filter(isNewJob)).toEqual([]);
  });

  it('make one record of a reference, however often they are sent', async () => {
    await using org = await openSalesforce({ accounts: 0 }, { bulk, clock });
    await org.crm.write('customer', creates(customers(20)));
    const again = await org.crm.write('customer', creates(customers(25)));
    expect(again.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 20 }, () => 'updated'),
      ...Array.from({ length: 5 }, () => 'created'),
    ]);
    const pages = await collect(org.crm.list('customer'));
    expect(pages.flatMap(({ records }) => records)).toHaveLength(25);
  });

  it('find what they have made before, however many they are: prices, which are never upserted', async () => {
    const many = { accounts: 0, contacts: 0, orders: 0, products: 1500 };
    await using org = await openSalesforce(many, { bulk, clock });
    const [priceBook = ''] = org.sandbox.actions.createRecords({
      object: 'Pricebook2',
      records: [{ Name: 'Dealers', IsActive: true }],
    });
    const prices = org.sandbox.state.find('Product2').map(({ Id }, n) => ({
      op: 'upsert' as const,
      idempotencyKey: `${'a long key of a flow '.repeat(3)}${n}`,
      record: { product: String(Id), priceBook, unitPrice: '1.00', isActive: true },
    }));
    const made = await org.crm.write('price', prices);
    expect(new Set(made.map(({ status }) => status))).toEqual(new Set(['created']));
    expect(await org.crm.write('price', prices)).toEqual(made);
  });

  it('change, clear and delete', async () => {
    const fields = { customer: ['Site'] };
    await using org = await openSalesforce({ accounts: 0 }, { bulk, clock, fields });
    const made = await org.crm.write(
      'customer',
      creates(customers(10).map((record) => ({ ...record, custom: { Site: 'Here' } }))),
    );
    const changed = await org.crm.write(
      'customer',
      made.map(({ key = '' }, n) => ({
        op: 'upsert' as const,
        key,
        record: { name: `Neu ${n}`, phone: n % 2 === 0 ? null : `${n}`, custom: { Site: '' } },
      })),
    );
    expect(org.sandbox.state.find('Account', ({ Site }) => Site !== null)).toEqual([]);
    expect(new Set(changed.map(({ status }) => status))).toEqual(new Set(['updated']));
    expect(await org.crm.get('customer', made[0]?.key ?? '')).toMatchObject({ name: 'Neu 0' });
    expect(await org.crm.get('customer', made[0]?.key ?? '')).not.toHaveProperty('phone');
    expect(await org.crm.get('customer', made[1]?.key ?? '')).toMatchObject({ phone: '1' });
    const gone = await org.crm.write(
      'customer',
      made.map(({ key = '' }) => ({ op: 'delete' as const, key })),
    );
    expect(new Set(gone.map(({ status }) => status))).toEqual(new Set(['deleted']));
    expect((await collect(org.crm.list('customer'))).flatMap(({ records }) => records)).toEqual([]);
  });

  it('go by several jobs when they are too long for one, and a job that fails stands alone', async () => {
    await using org = await openSalesforce({ accounts: 0 });
    const { clientId, clientSecret } = org.sandbox.settings;
    const loginUrl = org.sandbox.url;
    const auth = salesforceClientCredentials({ loginUrl, clientId, clientSecret });
    const settings = salesforceSettingsSchema.parse({ loginUrl });
    const session = openSalesforceSession(settings, auth, { clock, random: () => 0 });
    const rows = Array.from({ length: 9 }, (_, n) => ({ Name: `Number ${n} ${'ü'.repeat(20)}` }));
    const refused = { kind: 'status', status: 403, after: 1 };
    org.sandbox.faults.add({ ...refused, match: { method: 'PUT', path: /batches$/ } });
    const request = { object: 'Account', operation: 'insert', rows } as const;
    const outcomes = await ingestRecords(session, request, { maxJobBytes: 160 });
    await session.http.close();
    const uploads = org.sandbox.journal.entries().filter(byPath(/batches$/));
    expect(uploads).toHaveLength(3);
    for (const { body } of uploads) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(160);
    const names = new Map(org.sandbox.state.find('Account').map(({ Id, Name }) => [Id, Name]));
    const failed = outcomes.filter(({ status }) => status === 'failed');
    expect(failed).toHaveLength(3);
    expect(names.size).toBe(9 - failed.length);
    for (const [n, outcome] of outcomes.entries()) {
      if (outcome.status === 'done') expect(names.get(outcome.id)).toBe(rows[n]?.Name);
    }
  });

  it('keep all digits of decimals, there and back', async () => {
    const amounts = ['9007199254740993.01', '-0.10', '1234567890123456.5', '7'];
    const changes = Array.from({ length: 8 }, (_, n) => ({
      name: `N${n}`,
      custom: { Credit_Limit__c: amounts[n % 4] },
    }));
    await using org = await openSalesforce({ accounts: 0 }, { bulk, clock, pageSize: 2 });
    const results = await org.crm.write('customer', creates(changes as readonly Customer[]));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['created']));
    const upload = org.sandbox.journal.entries().find(byPath(/batches$/));
    expect(upload?.body).toContain('9007199254740993.01');
    const limitsOf = async (queryFrom: number | 'never') =>
      (await collect(org.connect({ bulk: { queryFrom }, clock, pageSize: 2 }).list('customer')))
        .flatMap(({ records }) => records)
        .map(({ custom }) => custom?.Credit_Limit__c);
    const byRest = await limitsOf('never');
    expect(byRest.slice(0, 4).map(Number)).toEqual(amounts.map(Number));
    expect(byRest[0]).toBe('9007199254740993.01');
    expect(await limitsOf(1)).toEqual(byRest);
  });

  it('fail one by one, each with its reason and its field', async () => {
    await using org = await openSalesforce({ accounts: 0 }, { bulk, clock });
    const records = customers(12).map((record, n) =>
      n % 4 === 0 ? { ...record, custom: { Tier__c: 'Unobtainium' } } : record,
    );
    const results = await org.crm.write('customer', creates(records));
    expect(results.map(({ status }) => status)).toEqual(
      records.map((_, n) => (n % 4 === 0 ? 'failed' : 'created')),
    );
    expect(errorOf(results[4])).toMatchObject({
      code: 'ERR_VALIDATION',
      vendorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      path: 'Tier__c',
    });
    expect(errorOf(results[4]).message).not.toContain('Unobtainium');
  });

  it('go without a record that has a field which the org has not: it would end the job', async () => {
    await using org = await openSalesforce({ accounts: 0 }, { bulk, clock });
    const records = customers(12).map((record, n) =>
      n === 4 ? { ...record, custom: { Nope__c: 'x' } } : record,
    );
    const results = await org.crm.write('customer', creates(records));
    expect(results.map(({ status }) => status)).toEqual(
      records.map((_, n) => (n === 4 ? 'failed' : 'created')),
    );
    expect(errorOf(results[4])).toMatchObject({ vendorCode: 'INVALID_FIELD', path: 'Nope__c' });
    expect(org.sandbox.journal.entries().filter(isNewJob)).toHaveLength(1);
    expect(org.sandbox.journal.count({ path: /unprocessedrecords/ })).toBe(0);
  });

  it('go by collections, each for itself, when Salesforce takes no job of them', async () => {
    await using org = await openSalesforce({ accounts: 0 }, { bulk, clock });
    const match = { method: 'POST', path: /jobs\/ingest$/ };
    const body =
      '[{"errorCode":"INVALIDENTITY","message":"InvalidEntity : Entity \'Account\' is not supported by the Bulk API."}]';
    org.sandbox.faults.add({
      ...{ match, kind: 'status', status: 400, contentType: 'application/json', body },
    });
    const results = await org.crm.write('customer', creates(customers(6)));
    expect(results.map(({ status }) => status)).toEqual(Array(6).fill('created'));
    org.sandbox.actions.failNextBulkJob({ message: 'InvalidBatch : Field name not found : Name' });
    const records = customers(6, 6).map((record, n) =>
      n === 2 ? { ...record, custom: { Tier__c: 'Unobtainium' } } : record,
    );
    const again = await org.crm.write('customer', creates(records));
    expect(again.map(({ status }) => status)).toEqual(
      records.map((_, n) => (n === 2 ? 'failed' : 'created')),
    );
  });

  it.each([
    [
      'which the external id tells',
      'ERP_Id__c',
      (n: number) => ['+49', `C-${n}`, 'Something else'],
    ],
    ['but for blanks and ends of lines', 'none', (n: number) => [' ', '', `Line 1\r\nLine ${n} `]],
  ])(
    'have their results though Salesforce writes the values in another way, %s',
    async (...row) => {
      const [, externalIdField, told] = row;
      await using org = await openSalesforce({ accounts: 0 }, { bulk, clock, externalIdField });
      const key = (n: number) => `001xx00000000${n}0AAA`;
      const cells = (rows: readonly (readonly string[])[]) =>
        rows.map((one) => one.map((cell) => `"${cell}"`).join(',')).join('\n');
      org.sandbox.faults.add({
        ...status200,
        match: { path: /successfulResults/ },
        body: cells([
          ['sf__Id', 'sf__Created', 'Phone', 'ERP_Id__c', 'Name'],
          ...[4, 2, 0, 3, 1].map((n) => [key(n), 'true', ...told(n)]),
        ]),
      });
      const records = [0, 1, 2, 3, 4].map((n) => ({
        name: `Line 1\nLine ${n}`,
        ...(externalIdField === 'none' ? {} : { externalReference: `C-${n}` }),
      }));
      const results = await org.crm.write('customer', creates(records));
      expect(results).toMatchObject(records.map((_, n) => ({ status: 'created', key: key(n) })));
    },
  );

  it('have a result each when two are the same', async () => {
    await using org = await openSalesforce(
      { accounts: 0 },
      { bulk, clock, externalIdField: 'none' },
    );
    const same = { name: ' Twice\r\nthe same ' };
    const others = [{ name: 'A' }, { name: 'B' }, { name: 'C' }];
    const results = await org.crm.write('customer', creates([same, ...others, same]));
    expect(results.map(({ status }) => status)).toEqual(Array(5).fill('created'));
    expect(new Set(results.map(({ key }) => key)).size).toBe(5);
  });

  it('are not done when the job fails as a whole', async () => {
    await using org = await openSalesforce({ accounts: 0 }, { bulk, clock });
    org.sandbox.actions.failNextBulkJob({ message: 'InternalServerError : too many retries' });
    const results = await org.crm.write('customer', creates(customers(6)));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['failed']));
    expect(errorOf(results[0])).toMatchObject({ retryable: true });
  });

  it.each([
    ['the upload', { method: 'PUT', path: /batches$/ }],
    ['the end of the upload', { method: 'PATCH', path: /jobs\/ingest/ }],
    ['the new job', { method: 'POST', path: /jobs\/ingest$/ }],
  ])('make each record once when the answer to %s is lost', async (_, match) => {
    await using org = await openSalesforce({ accounts: 0 }, { bulk, clock });
    org.sandbox.faults.add({ match, kind: 'reset-after' });
    const results = await org.crm.write('customer', creates(customers(40)));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['created']));
    const pages = await collect(org.crm.list('customer'));
    expect(pages.flatMap(({ records }) => records)).toHaveLength(40);
  });

  it.each([
    ['the new job', { method: 'POST', path: /jobs\/ingest$/ }],
    ['the upload', { method: 'PUT', path: /batches$/ }],
  ])('were not written when the answer to %s is always lost', async (_, match) => {
    await using org = await openSalesforce({ accounts: 0 }, { bulk, clock });
    org.sandbox.faults.add({ match, kind: 'reset-after', times: 20 });
    const results = await org.crm.write('customer', creates(customers(6)));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['failed']));
    expect(errorOf(results[0])).toMatchObject({ outcomeUnknown: false, notExecuted: true });
    expect(org.sandbox.state.find('Account')).toEqual([]);
  });

  it('were not written when their job may not be begun, and the job is aborted', async () => {
    await using org = await openSalesforce({ accounts: 0 }, { bulk, clock });
    const match = { method: 'PATCH', path: /jobs\/ingest/ };
    org.sandbox.faults.add({ match, kind: 'status', status: 403 });
    const results = await org.crm.write('customer', creates(customers(6)));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['failed']));
    expect(errorOf(results[0])).toMatchObject({ category: 'permission', notExecuted: true });
    expect(org.sandbox.state.find('Account')).toEqual([]);
    expect(org.sandbox.journal.entries(match).at(-1)?.body).toContain('Aborted');
  });

  it.each(['successfulResults', 'failedResults'])(
    'have their results when the answer to %s breaks off',
    async (file) => {
      await using org = await openSalesforce({ accounts: 0 }, { bulk, clock });
      const records = customers(40).map((record, n) =>
        n % 2 === 0 ? { ...record, custom: { Tier__c: 'Unobtainium' } } : record,
      );
      org.sandbox.faults.add({ match: { path: new RegExp(file) }, kind: 'truncate-body' });
      const results = await org.crm.write('customer', creates(records));
      expect(results.map(({ status }) => status)).toEqual(
        records.map((_, n) => (n % 2 === 0 ? 'failed' : 'created')),
      );
    },
  );

  it('have their results though the org was away for a while', async () => {
    await using org = await openSalesforce({ accounts: 0 });
    const match = { method: 'GET', path: /jobs\/ingest\/\w+$/ };
    org.sandbox.faults.add({ match, kind: 'status', status: 503, times: 2 });
    const crm = org.connect({ bulk, clock, retry: { maxAttempts: 1 } });
    const results = await crm.write('customer', creates(customers(6)));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['created']));
  });

  it('are unknown when they were begun and nobody heard of their end', async () => {
    await using org = await openSalesforce({ accounts: 0, bulkPolls: 3 }, { bulk, clock });
    const stop = new AbortController();
    const leaving = impatient(() => stop.abort());
    const crm = org.connect({ bulk, clock: leaving });
    const results = await crm.write('customer', creates(customers(6)), { signal: stop.signal });
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['unknown']));
    expect(errorOf(results[0]).code).toBe('ERR_OUTCOME_UNKNOWN');
  });
});

describe('a job that works on though its process is gone', () => {
  it('is waited for, so that it writes nothing over what is newer', async () => {
    await using org = await openSalesforce({ accounts: 0, bulkPolls: 2 }, { bulk, clock });
    const { crm, sandbox } = org;
    const stop = new AbortController();
    const dying = org.connect({ bulk, clock: impatient(() => stop.abort()) });
    // It cannot even say that it goes.
    const farewell = { method: 'PATCH', path: /jobs\/ingest/ };
    sandbox.faults.add({ kind: 'status', status: 403, match: farewell, after: 1 });
    await dying.write('customer', creates(customers(6)), { signal: stop.signal });
    expect(sandbox.state.find('Account')).toEqual([]);
    const [id] = await jobsOf(crm);
    const newer = { name: 'Newer', externalReference: 'C-3' };
    const [result] = await crm.write('customer', creates([newer]));
    expect(result?.status).toBe('updated');
    for (let look = 0; look < 9; look += 1) await jobState(crm, id);
    expect(await jobState(crm, id)).toBe('JobComplete');
    expect(sandbox.state.find('Account')).toHaveLength(6);
    expect(await crm.get('customer', result?.key ?? '')).toMatchObject({ name: 'Newer' });
  });

  it('is ended by whoever stops to wait for it', async () => {
    await using org = await openSalesforce({ accounts: 0, bulkPolls: 2 }, { bulk, clock });
    const stop = new AbortController();
    const leaving = org.connect({ bulk, clock: impatient(() => stop.abort()) });
    await leaving.write('customer', creates(customers(6)), { signal: stop.signal });
    const [id] = await jobsOf(org.crm);
    expect(await jobState(org.crm, id)).toBe('Aborted');
  });

  it('is no concern where it is of another object or user', async () => {
    await using org = await openSalesforce({ accounts: 0, bulkPolls: 2 }, { bulk, clock });
    const match = { method: 'GET', path: /jobs\/ingest\?/ };
    const createdById = org.sandbox.settings.userId;
    const job = { id: '750xx0000000009AAA', state: 'InProgress', object: 'Account', createdById };
    const records = [
      { ...job, createdById: '005xx0000000009AAA' },
      { ...job, object: 'Contact' },
      ...['Open', 'JobComplete', 'Failed', 'Aborted'].map((state) => ({ ...job, state })),
    ];
    org.sandbox.faults.add({
      ...{ match, kind: 'status', status: 200, contentType: 'application/json' },
      body: JSON.stringify({ done: true, records }),
    });
    const [result] = await org.crm.write('customer', creates(customers(1)));
    expect(result?.status).toBe('created');
    expect(org.sandbox.journal.count({ path: /jobs\/ingest\/750/ })).toBe(0);
  });

  it('is looked for once, and not by those who have no such jobs', async () => {
    await using org = await openSalesforce({ accounts: 0 }, { bulk, clock });
    const match = { method: 'GET', path: /jobs\/ingest\?/ };
    for (let n = 0; n < 3; n += 1) await org.crm.write('customer', creates(customers(1, n)));
    expect(org.sandbox.journal.count(match)).toBe(1);
    const rest = org.connect({ bulk: { writeFrom: 'never' } });
    await rest.write('customer', creates(customers(1)));
    expect(org.sandbox.journal.count(match)).toBe(1);
    org.sandbox.faults.add({ match, kind: 'status', status: 403 });
    const [result] = await org.connect({ bulk }).write('customer', creates(customers(1)));
    expect(result?.status).toBe('updated');
  });

  async function apiOf(crm: OpenSalesforce['crm'], path: string): Promise<unknown> {
    const part = { method: 'GET', url: `/services/data/v67.0${path}`, referenceId: 'a' };
    const answer = await crm.call('composite', { compositeRequest: [part] });
    const { compositeResponse } = answer as {
      readonly compositeResponse: readonly { readonly body: unknown }[];
    };
    return compositeResponse[0]?.body;
  }
  async function jobsOf(crm: OpenSalesforce['crm']): Promise<readonly string[]> {
    const { records } = (await apiOf(crm, '/jobs/ingest')) as {
      readonly records: readonly { readonly id: string }[];
    };
    return records.map(({ id }) => id);
  }
  async function jobState(crm: OpenSalesforce['crm'], id: string | undefined): Promise<unknown> {
    return ((await apiOf(crm, `/jobs/ingest/${id}`)) as { readonly state: unknown }).state;
  }
});

describe('a long list', () => {
  it('is read by a job, as the REST API would send it, and goes on behind any page', async () => {
    const organization = { accounts: 60, bulkResultRows: 7 };
    await using org = await openSalesforce(organization, { pageSize: 10 });
    const expected = (await collect(org.crm.list('customer'))).flatMap(({ records }) => records);
    expect(expected).toHaveLength(60);
    const crm = org.connect({ pageSize: 10, bulk, clock });
    const pages = await collect(crm.list('customer'));
    expect(pages.flatMap(({ records }) => records)).toEqual(expected);
    const calls = org.sandbox.journal.entries();
    expect(calls.filter(byPath(/jobs\/query$/))).toHaveLength(1);
    const rest = crm.list('customer', { after: pages[3]?.checkpoint });
    const seen = pages.slice(0, 4).flatMap(({ records }) => records).length;
    expect((await collect(rest)).flatMap(({ records }) => records)).toEqual(expected.slice(seen));
  });

  it('of changes is read by a job too, deletions in their places', async () => {
    await using org = await openSalesforce(
      { accounts: 60, orders: 0, contacts: 0, opportunities: 0, purchaseOrders: 0 },
      { pageSize: 10 },
    );
    const ids = org.sandbox.state.find('Account').map(({ Id }) => String(Id));
    const orphans = ids.filter((_, n) => n % 7 === 0);
    org.sandbox.actions.deleteRecords({ object: 'Account', ids: orphans });
    const read = async (crm: OpenSalesforce['crm'], since?: Checkpoint) =>
      (await collect(crm.changes('customer', since))).map(({ changes, checkpoint }) => ({
        keys: changes.map((one) => (one.op === 'delete' ? one.key : one.record.source)),
        checkpoint,
      }));
    const expected = await read(org.crm);
    expect(expected.flatMap(({ keys }) => keys)).toHaveLength(60);
    const jobs = { method: 'POST', path: /jobs\/query$/ };
    const crm = org.connect({ pageSize: 10, bulk, clock });
    const found = await read(crm);
    expect(found.map(({ keys }) => keys)).toEqual(expected.map(({ keys }) => keys));
    expect(org.sandbox.journal.count(jobs)).toBe(1);
    const rest = await read(crm, found[3]?.checkpoint);
    expect(rest.flatMap(({ keys }) => keys)).toEqual(expected.slice(4).flatMap(({ keys }) => keys));
  });

  it('asks again for a page that broke off', async () => {
    await using org = await openSalesforce({ accounts: 60 }, { pageSize: 10, bulk, clock });
    const match = { method: 'GET', path: /jobs\/query\/.*\/results/ };
    org.sandbox.faults.add({ match, kind: 'truncate-body' });
    const pages = await collect(org.crm.list('customer'));
    const keys = pages.flatMap(({ records }) => records.map(({ source }) => source?.key));
    expect(new Set(keys).size).toBe(60);
    expect(keys).toHaveLength(60);
  });

  it.each([
    [
      'has fewer rows than it says',
      { kind: 'altered-body', search: /(?<=\n)"001[^\n]*\n(?="001)/ },
    ],
    ['does not say whether there is more', { ...status200, body: '"Id"\n' }],
  ])('asks again for a page that %s, and never takes it for all', async (_what, effect) => {
    await using org = await openSalesforce({ accounts: 60 }, { pageSize: 10, bulk, clock });
    const fault = { match: { path: /jobs\/query\/.*\/results/ }, ...effect };
    org.sandbox.faults.add(fault);
    const pages = await collect(org.crm.list('customer'));
    expect(pages.flatMap(({ records }) => records)).toHaveLength(60);
    org.sandbox.faults.add({ ...fault, times: 20 });
    await expect(collect(org.crm.list('customer'))).rejects.toMatchObject({
      code: 'ERR_INVALID_RESPONSE',
    });
  });

  it('says that it was aborted, also while it waits for its job', async () => {
    await using org = await openSalesforce({ accounts: 60, bulkPolls: 3 }, { pageSize: 10 });
    const stop = new AbortController();
    const crm = org.connect({ pageSize: 10, bulk, clock: impatient(() => stop.abort()) });
    const reading = collect(crm.list('customer', undefined, { signal: stop.signal }));
    await expect(reading).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });

  it('leaves no job behind when its reader stops', async () => {
    await using org = await openSalesforce({ accounts: 60 }, { pageSize: 10, bulk, clock });
    let pages = 0;
    for await (const _ of org.crm.list('customer')) {
      pages += 1;
      if (pages === 3) break;
    }
    const ended = org.sandbox.journal
      .entries()
      .filter(
        ({ method, path }) => ['PATCH', 'DELETE'].includes(method) && /jobs\/query/.test(path),
      );
    expect(ended).toHaveLength(1);
  });
});
