import { describe, expect, it } from 'vitest';
import type { ObjectDescription } from './object-description.ts';
import { createRecordCodec } from './record-codec.ts';
import { salesforceEntities } from './salesforce-entities.ts';
import { salesforceSettingsSchema } from './salesforce-settings-schema.ts';

const codecOf = (name: string) => {
  const entity = salesforceEntities(salesforceSettingsSchema.parse({})).get(name);
  if (entity === undefined) throw new TypeError(name);
  return createRecordCodec(entity, { currency: 'EUR' });
};

function descriptionOf(types: Readonly<Record<string, string>>): ObjectDescription {
  const fields = Object.entries(types).map(([name, type]) => [name, { name, type }] as const);
  const can = { queryable: true, createable: true, updateable: true, deletable: true };
  return { name: 'X', fields: new Map(fields), replicateable: true, ...can };
}

const id = '01uxx0000000001AAA';

describe('a row of Salesforce', () => {
  it.each([
    [1234567890123456, '1234567890123456.00'],
    [-1234567890123456, '-1234567890123456.00'],
    [12345678901234.56, '12345678901234.56'],
    [123456789012345, '123456789012345.00'],
    [0.1, '0.10'],
    ['9007199254740993.01', '9007199254740993.01'],
  ])('with the number %s keeps its digits', (UnitPrice, unitPrice) => {
    const row = { Id: id, Product2Id: '01txx0000000001AAA', UnitPrice };
    expect(codecOf('price').decode(row, descriptionOf({}))).toMatchObject({ unitPrice });
  });

  it('of a document keeps them in its lines', () => {
    const OrderItems = [{ OrderItemNumber: '1', Quantity: 1, UnitPrice: 1234567890123456 }];
    const row = { Id: '801xx0000000001AAA', OrderNumber: '1', AccountId: '001xx0000000001AAA' };
    const description = descriptionOf({});
    const record = codecOf('salesOrder').decode({ ...row, OrderItems }, description);
    expect(record).toMatchObject({ lines: [{ unitPrice: '1234567890123456.00' }] });
    // What came is as it was.
    expect(OrderItems[0]?.UnitPrice).toBe(1234567890123456);
  });

  it('has the instants of its own fields in UTC, by what the org says at that time', () => {
    const codec = codecOf('customer');
    const row = { Id: '001xx0000000001AAA', Name: 'A', At__c: '2026-01-31T12:00:00.000+0000' };
    const seen = ['string', 'datetime', 'string'].map(
      (type) => codec.decode(row, descriptionOf({ At__c: type })).custom?.At__c,
    );
    const asItIs = '2026-01-31T12:00:00.000+0000';
    expect(seen).toEqual([asItIs, '2026-01-31T12:00:00.000Z', asItIs]);
  });
});
