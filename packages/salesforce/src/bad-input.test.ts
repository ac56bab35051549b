import { bearer, ConnectorError, type Customer, type WriteChange } from '@common/connector-core';
import type { SalesforceSandbox } from '@common/connector-sandbox/salesforce';
import { describe, expect, it } from 'vitest';
import { errorOf, type OpenSalesforce, openSalesforce } from './open-salesforce.fixture.ts';
import { salesforceJwtBearer, salesforceRefreshToken } from './salesforce-auth.ts';
import { salesforce } from './salesforce-connector.ts';

// What a new user gets wrong, and what happens at Salesforce meanwhile: each ends in an error that says
// what to do. Sign-ins that are refused with other words: salesforce-auth.test.ts; what testConnection
// finds: salesforce-connection-test.test.ts.

const account = '001xx0000000001AAA';

describe('a mistake of the settings', () => {
  type Settings = Parameters<OpenSalesforce['connect']>[0];
  it.each([
    [
      'a version that the org does not have yet',
      (): Settings => ({ apiVersion: '99.0' }),
      { code: 'ERR_CONFIGURATION', path: 'apiVersion', message: /no version 99\.0.*up to 68\.0/ },
    ],
    [
      'an object that is spelled in another way',
      (): Settings => ({ purchaseOrder: { object: 'Purchase_Orders__c' } }),
      { code: 'ERR_CONFIGURATION', message: /no object Purchase_Orders__c.*__c.*licence/ },
    ],
    [
      'a session of somebody else that has ended',
      ({ url }: SalesforceSandbox): Settings => ({
        instanceUrl: url,
        auth: bearer({ token: 'canary' }),
      }),
      { code: 'ERR_AUTHENTICATION_FAILED', message: /^Salesforce says INVALID_SESSION_ID\. The/ },
    ],
    [
      'a refresh token that is spent',
      ({ settings: { loginUrl, clientId, clientSecret } }: SalesforceSandbox): Settings => ({
        auth: salesforceRefreshToken({ loginUrl, clientId, clientSecret, refreshToken: 'canary' }),
      }),
      { code: 'ERR_REAUTHORIZATION_REQUIRED', message: /Obtain a new one/ },
    ],
  ])('is told: %s', async (_what, settingsOf, { message, ...expected }) => {
    await using open = await openSalesforce({ accounts: 1 });
    const crm = open.connect(settingsOf(open.sandbox));
    const reading = Promise.all([crm.get('customer', account), crm.get('purchaseOrder', account)]);
    const error = await reading.catch((thrown: unknown) => thrown as ConnectorError);
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error).toMatchObject({ ...expected, retryable: false });
    expect((error as ConnectorError).message).toMatch(message);
    expect((error as ConnectorError).message).not.toContain('canary');
  });

  it.each([
    [
      'a user of a sandbox at the host of production',
      'https://login.salesforce.com',
      0,
      'test.salesforce.com',
    ],
    ['a clock that is late', undefined, -3_600_000, 'clock of this machine'],
    ['a clock that is early', undefined, 3_600_000, 'clock of this machine'],
  ])('is told of a JWT: %s', async (_what, audience, offsetMs, advice) => {
    const clock = { startAt: new Date(Date.now() - offsetMs), mode: 'ticking' } as const;
    await using open = await openSalesforce({ clock, isSandboxOrganization: true });
    const { clientId, username, privateKey, loginUrl } = open.sandbox.settings;
    const auth = salesforceJwtBearer({ loginUrl, clientId, username, privateKey, audience });
    const crm = salesforce({ loginUrl, auth });
    await expect(crm.get('customer', account)).rejects.toMatchObject({
      code: 'ERR_AUTHENTICATION_FAILED',
      message: expect.stringContaining(advice),
    });
    await crm.disconnect();
  });
});

describe('what happens at Salesforce meanwhile', () => {
  it.each([
    [
      'the API is switched off',
      ({ actions }: SalesforceSandbox) => actions.setApiEnabled({ enabled: false }),
      { code: 'ERR_PERMISSION_DENIED', message: /Partner\. Give the user.*"API Enabled".*edition/ },
    ],
    [
      'the user is deactivated',
      ({ actions }: SalesforceSandbox) => actions.setUserActive({ active: false }),
      { code: 'ERR_AUTHENTICATION_FAILED', message: /Activate it in Setup, Users/ },
    ],
  ])('is told: %s', async (_what, happen, { message, code }) => {
    await using open = await openSalesforce({ accounts: 1 });
    await open.crm.get('customer', account);
    happen(open.sandbox);
    const error = await open.crm.get('customer', account).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, retryable: false });
    expect((error as ConnectorError).message).toMatch(message);
  });

  it('is no matter when My Domain changes: the next sign-in tells where the org is', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    const crm = open.connect({ instanceUrl: open.sandbox.url });
    await crm.get('customer', account);
    open.sandbox.actions.moveInstance();
    expect(await crm.get('customer', account)).toBeDefined();
  });
});

describe('a record that cannot be written', () => {
  it('stands alone, whatever it is', async () => {
    await using open = await openSalesforce({ accounts: 1 });
    const good = { op: 'upsert', record: { name: 'Good' } } as const;
    const bad = [
      { op: 'upsert', record: null },
      { op: 'upsert' },
      { op: 'upsert', key: 5, record: { name: 'A' } },
      { op: 'upsert', key: account, record: 'text' },
      { op: 'delete', key: null },
    ] as unknown as readonly WriteChange<Customer>[];
    const results = await open.crm.write('customer', [...bad, good]);
    expect(results.map(({ status }) => status)).toEqual([...bad.map(() => 'failed'), 'created']);
    for (const result of results.slice(0, -1)) expect(errorOf(result).retryable).toBe(false);
  });

  const write = async (
    change: unknown,
    settings: Parameters<OpenSalesforce['connect']>[0] = {},
    entity: 'customer' | 'contact' = 'customer',
  ) => {
    await using open = await openSalesforce({ accounts: 2 });
    const crm = open.connect(settings);
    const taken = { op: 'upsert', record: { name: 'B', externalReference: 'X' } } as const;
    await open.crm.write('customer', [taken]);
    const [result] = await crm.write(entity, [change as never]);
    return errorOf(result);
  };

  it.each([
    [
      'for a field that must be there',
      { op: 'upsert', record: { firstName: 'A' } },
      { code: 'ERR_MAPPING', path: 'lastName', message: /LastName.*required/ },
      {},
      'contact' as const,
    ],
    [
      'for a value that another one has',
      { op: 'upsert', key: account, record: { externalReference: 'X' } },
      { code: 'ERR_DUPLICATE', path: 'ERP_Id__c', message: /Change that one/ },
    ],
    [
      'for a field that the org has not, or hides from the user',
      { op: 'upsert', record: { name: 'A', custom: { Nope__c: 'x' } } },
      {
        code: 'ERR_VALIDATION',
        path: 'Nope__c',
        message: /type Account\. Check the spelling.*field-level security/,
      },
    ],
    [
      'for a field that nobody may write',
      { op: 'upsert', record: { name: 'A', custom: { CreatedDate: '2026-01-01T00:00:00Z' } } },
      { code: 'ERR_VALIDATION', path: 'CreatedDate', message: /field-level security/ },
      { fields: { customer: ['CreatedDate'] } },
    ],
    [
      'for the external id field that the org has not, or hides from the user',
      { op: 'upsert', record: { name: 'A' }, idempotencyKey: 'k' },
      {
        code: 'ERR_CONFIGURATION',
        message:
          /does not exist.*Nope__c\. Make the field \(Text, External ID, Unique\).*externalIdFields/,
      },
      { externalIdFields: { customer: 'Nope__c' } },
    ],
  ] as const)('says so, %s', async (_what, change, { message, ...expected }, ...rest) => {
    const [settings, entity] = rest as [{ [name: string]: never }?, 'contact'?];
    const error = await write(change, settings, entity);
    expect(error).toMatchObject({ ...expected, retryable: false });
    expect(error.message).toMatch(message);
  });
});
