import { bearer } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { openSalesforce } from './open-salesforce.fixture.ts';
import { salesforceClientCredentials, salesforceJwtBearer } from './salesforce-auth.ts';
import { salesforce } from './salesforce-connector.ts';

const problemsOf = (report: {
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly message: string;
  }[];
}) => report.checks.filter(({ ok }) => !ok).map(({ name, message }) => [name, message] as const);

describe('testConnection', () => {
  it('tells which org it is, and that all is there', async () => {
    await using open = await openSalesforce();
    const report = await open.crm.testConnection();
    expect(report).toMatchObject({ ok: true, system: new URL(open.sandbox.url).host });
    expect(report.checks.map(({ name }) => name)).toEqual([
      ...['network', 'tls', 'service', 'credentials', 'version', 'permission'],
      ...['customer', 'contact', 'product', 'price', 'salesOrder', 'purchaseOrder'],
    ]);
  });

  it.each([
    [
      'the login host of others',
      { instanceUrl: 'http://127.0.0.1:9' },
      'network',
      /Check loginUrl and instanceUrl/,
    ],
    ['a version that the org does not have', { apiVersion: '99.0' }, 'version', /Check apiVersion/],
    [
      'an object that the org does not have',
      { purchaseOrder: { object: 'No_Such__c' } },
      'purchaseOrder',
      /The org has no object No_Such__c.*licence/,
    ],
    ['a licence that is not there', { invoice: true }, 'invoice', /The org has no object Invoice/],
    [
      'no external id field',
      { externalIdFields: { customer: 'Nope__c' } },
      'customer',
      /no field Nope__c.*Text, External ID, Unique.*externalIdFields/,
    ],
    [
      'a field that is no external id',
      { externalIdFields: { customer: 'Tax_Number__c' } },
      'customer',
      /Tick "External ID"/,
    ],
  ])('explains %s', async (_what, settings, step, words) => {
    await using open = await openSalesforce({}, settings as never);
    const auth = 'instanceUrl' in settings ? { auth: bearer({ token: 'x' }) } : {};
    const crm = 'instanceUrl' in settings ? open.connect({ ...settings, ...auth }) : open.crm;
    const report = await crm.testConnection();
    expect(report.ok).toBe(false);
    const [[name, message]] = problemsOf(report) as [readonly [string, string]];
    expect(name).toBe(step);
    expect(message).toMatch(words);
  });

  it('explains a secret that is wrong', async () => {
    await using open = await openSalesforce();
    const { clientId } = open.sandbox.settings;
    const loginUrl = open.sandbox.url;
    const auth = salesforceClientCredentials({ loginUrl, clientId, clientSecret: 'canary-wrong' });
    const report = await salesforce({ loginUrl, auth }).testConnection();
    expect(problemsOf(report)).toEqual([
      ['credentials', expect.stringMatching(/consumer key and secret|client id and secret/)],
    ]);
    expect(JSON.stringify(report)).not.toContain('canary');
  });

  it('explains a private key that is none', async () => {
    await using open = await openSalesforce();
    const { clientId, username, loginUrl } = open.sandbox.settings;
    const auth = salesforceJwtBearer({ loginUrl, clientId, username, privateKey: 'server.key' });
    const report = await salesforce({ loginUrl, auth }).testConnection();
    expect(problemsOf(report)).toEqual([
      ['settings', expect.stringContaining('Give the content of the file, not its name')],
    ]);
  });

  it('explains client credentials at the host of all orgs', async () => {
    await using open = await openSalesforce();
    const { clientId, clientSecret, loginUrl } = open.sandbox.settings;
    const auth = salesforceClientCredentials({ loginUrl, clientId, clientSecret });
    const report = await salesforce({ loginUrl, auth }).testConnection();
    expect(problemsOf(report)).toEqual([['credentials', expect.stringContaining('My Domain')]]);
  });

  it('explains an org without API, and a user who may not use it', async () => {
    await using open = await openSalesforce();
    open.sandbox.actions.setApiEnabled({ enabled: false });
    expect(problemsOf(await open.crm.testConnection())).toEqual([
      ['permission', expect.stringContaining('API Enabled')],
    ]);
  });

  it('explains an org that has used its requests', async () => {
    await using open = await openSalesforce({ dailyApiRequests: 100 });
    open.sandbox.actions.setUsedRequests({ used: 100 });
    const [[name, message]] = problemsOf(await open.crm.testConnection()) as [
      readonly [string, string],
    ];
    expect(name).toBe('service');
    expect(message).toContain('last 24 hours');
  });
});

describe('health', () => {
  it('tells how much of the day is left', async () => {
    await using open = await openSalesforce({ dailyApiRequests: 1000 });
    open.sandbox.actions.setUsedRequests({ used: 400 });
    await open.crm.get('customer', '001xx0000000001AAA');
    const [quota] = open.crm.health().quota ?? [];
    expect(quota).toMatchObject({ source: 'sforce-limit-info api-usage', limit: 1000 });
    expect(quota?.remaining).toBeGreaterThan(590);
    expect(quota?.remaining).toBeLessThan(600);
  });
});
