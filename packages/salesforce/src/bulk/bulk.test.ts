import { type Clock, type Customer, systemClock } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { collect, errorOf, openSalesforce } from '../open-salesforce.fixture.ts';
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
    expect(calls.filter(byPath(/jobs\/ingest$/))).toHaveLength(1);
  });

  it('stay collections below the limit, and with "never"', async () => {
    await using org = await openSalesforce(
      { accounts: 0 },
      { bulk: { ...bulk, writeFrom: 'never' }, clock },
    );
    await org.crm.write('customer', creates(customers(30)));
    expect(org.sandbox.journal.entries().filter(byPath(/jobs\/ingest/))).toEqual([]);
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

  it('change, clear and delete', async () => {
    await using org = await openSalesforce({ accounts: 0 }, { bulk, clock });
    const made = await org.crm.write('customer', creates(customers(10)));
    const changed = await org.crm.write(
      'customer',
      made.map(({ key = '' }, n) => ({
        op: 'upsert' as const,
        key,
        record: { name: `Neu ${n}`, phone: n % 2 === 0 ? null : `${n}` },
      })),
    );
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

  it('asks again for a page that broke off', async () => {
    await using org = await openSalesforce({ accounts: 60 }, { pageSize: 10, bulk, clock });
    const match = { method: 'GET', path: /jobs\/query\/.*\/results/ };
    org.sandbox.faults.add({ match, kind: 'truncate-body' });
    const pages = await collect(org.crm.list('customer'));
    const keys = pages.flatMap(({ records }) => records.map(({ source }) => source?.key));
    expect(new Set(keys).size).toBe(60);
    expect(keys).toHaveLength(60);
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
