import { bearer, createGovernor } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { salesforceJwtBearer } from './salesforce-auth.ts';
import { salesforce } from './salesforce-connector.ts';
import type { SalesforceOptions } from './salesforce-options.ts';

const auth = salesforceJwtBearer({ clientId: 'id', username: 'u', privateKey: 'canary-key-1' });

function complaintAbout(change: object): { readonly message: string; readonly path?: string } {
  try {
    salesforce({ auth, ...change } as SalesforceOptions);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_CONFIGURATION', category: 'configuration' });
    expect((error as Error).message).not.toContain('canary');
    return error as { message: string; path?: string };
  }
  throw new Error('The options were taken.');
}

describe('the options of salesforce()', () => {
  it('are few, and the rest is for the pipeline', () => {
    expect(() => salesforce({ auth })).not.toThrow();
    expect(() => salesforce({ auth, governor: createGovernor(), deadlineMs: 5_000 })).not.toThrow();
    const instanceUrl = 'https://acme.my.salesforce.com';
    expect(() => salesforce({ auth: bearer({ token: 'x' }), instanceUrl })).not.toThrow();
  });

  it.each([
    ['no sign-in', { auth: undefined }, 'auth', /salesforceJwtBearer/],
    [
      'a sign-in that does not tell the org',
      { auth: bearer({ token: 'x' }) },
      'instanceUrl',
      /my\.salesforce\.com/,
    ],
    [
      'the address of the pages',
      { instanceUrl: 'https://acme.lightning.force.com' },
      'instanceUrl',
      /https:\/\/acme\.my\.salesforce\.com/,
    ],
    [
      'a path',
      { instanceUrl: 'https://acme.my.salesforce.com/services' },
      'instanceUrl',
      /host alone/,
    ],
    ['an old version', { apiVersion: '59.0' }, 'apiVersion', /60\.0 or newer/],
    ['a version that is none', { apiVersion: 'v66' }, 'apiVersion', /67\.0/],
    ['a field with a blank', { externalIdField: 'ERP Id' }, 'externalIdField', /API name|Invalid/],
    ['a price book that is none', { priceBook: 'Standard' }, 'priceBook', /01s/],
    [
      'a field that orders do not have',
      { purchaseOrder: { fields: { suplier: 'Supplier__c' } } },
      'purchaseOrder.fields.suplier',
      /must be one of .*supplier|no such name/,
    ],
    ['a setting that does not exist', { pagesize: 5 }, 'pagesize', /no such name/],
    ['pages beyond 2,000', { pageSize: 5000 }, 'pageSize', /2000/],
    [
      'an object that is none',
      { objects: { asset: { object: 'As set' } } },
      'objects.asset.object',
      /API name/,
    ],
    ['an entity with a capital', { objects: { Asset: { object: 'Asset' } } }, 'objects.Asset', /./],
  ])('are refused with %s', (_what, change, path, words) => {
    const complaint = complaintAbout(change);
    expect(complaint.path).toBe(path);
    expect(complaint.message).toMatch(words);
  });

  it('make entities of objects, and leave out what the org may not have', () => {
    const plain = salesforce({ auth });
    expect(Object.keys(plain.capabilities.entities)).toEqual([
      'customer',
      'contact',
      'product',
      'price',
      'salesOrder',
    ]);
    const more = salesforce({
      auth,
      invoice: true,
      purchaseOrder: {},
      objects: { asset: { object: 'Asset' } },
    });
    expect(Object.keys(more.capabilities.entities)).toEqual(
      expect.arrayContaining(['invoice', 'purchaseOrder', 'asset']),
    );
  });

  it('say how an entity gets there that is not', async () => {
    const crm = salesforce({ auth });
    await expect(crm.describe('invoice')).rejects.toMatchObject({
      code: 'ERR_UNKNOWN_ENTITY',
      message: expect.stringContaining('invoice with the setting invoice: true'),
    });
  });

  it.each([
    ['by default', {}, [5000, 2000]],
    ['from where it is wanted', { bulk: { writeFrom: 20_000 } }, [20_000, 20_000]],
    ['never where that is wanted', { bulk: { writeFrom: 'never' } }, [200, undefined]],
    ['never where one takes back all', { allOrNone: true }, [200, undefined]],
    ['never where nothing is known again', { externalIdField: 'none' }, [200, undefined]],
  ] as const)('let a sync write many by jobs, %s', (_what, options, expected) => {
    const { customer, salesOrder } = salesforce({ auth, ...options }).capabilities.entities;
    expect([customer.maxBatchSize, customer.bulkFrom]).toEqual(expected);
    expect([salesOrder.maxBatchSize, salesOrder.bulkFrom]).toEqual([1, undefined]);
  });

  it('without an external id field promise no more than there is', () => {
    const { entities } = salesforce({ auth, externalIdField: 'none' }).capabilities;
    expect(entities.customer).toMatchObject({ idempotency: 'none' });
    expect(entities.customer.upsertBy).toBeUndefined();
    expect(entities.customer.findBy).toEqual(['customerNumber']);
    const own = { externalIdFields: { customer: 'Legacy_Id__c', contact: 'none' } };
    const mixed = salesforce({ auth, ...own }).capabilities.entities;
    expect(mixed.customer.upsertBy).toBe('externalReference');
    expect(mixed.contact.idempotency).toBe('none');
  });
});
