import { describe, expect, it } from 'vitest';
import { type CanonicalEntities, entityJsonSchema, entitySchemas } from './canonical-entities.ts';

const order = {
  source: { system: 'sap', entity: 'purchaseOrder', key: '4500000001', revision: 'r1' },
  orderNumber: '4500000001',
  supplier: '17300001',
  currency: 'EUR',
  orderDate: '2026-01-31',
  lines: [
    {
      lineNumber: '10',
      product: 'MZ-FG-000001',
      quantity: '5.000',
      unit: { code: 'C62', vendorCode: 'PC' },
      unitPrice: '100.00',
      custom: { YY1_COLOUR: 'red' },
    },
  ],
  custom: { YY1_APPROVER: 'A. Person' },
};

const names = Object.keys(entitySchemas) as (keyof CanonicalEntities)[];

describe('canonical entities', () => {
  it('accept a complete purchase order and return it unchanged', () => {
    expect(entitySchemas.purchaseOrder.parse(order)).toEqual(order);
  });

  it.each([
    ['a number as quantity', { quantity: 5 }, 'quantity'],
    ['a quantity without its 3 places', { quantity: '5' }, 'quantity'],
    ['a price in exponent notation', { unitPrice: '1e2' }, 'unitPrice'],
    ['a price with a thousands separator', { unitPrice: '1,000.00' }, 'unitPrice'],
    ['a date with a time', { deliveryDate: '2026-01-31T00:00:00Z' }, 'deliveryDate'],
    ['a field that nobody knows', { qty: '5.000' }, ''],
  ])('refuse %s and name the path', (_name, change, field) => {
    const result = entitySchemas.purchaseOrder.safeParse({
      ...order,
      lines: [{ ...order.lines[0], ...change }],
    });
    expect(result.success).toBe(false);
    expect(result.error?.issues[0]?.path).toEqual(['lines', 0, ...(field ? [field] : [])]);
  });

  it('refuse a currency that is no ISO 4217 code', () => {
    expect(entitySchemas.purchaseOrder.safeParse({ ...order, currency: 'Euro' }).success).toBe(
      false,
    );
  });

  it.each(names)('%s carries source and custom, and refuses unknown fields', (name) => {
    const shape = entitySchemas[name].shape;
    expect(Object.keys(shape)).toEqual(expect.arrayContaining(['source', 'custom']));
    expect(entitySchemas[name].safeParse({ nobodyKnowsThis: 1 }).success).toBe(false);
  });

  it.each(names)('%s has a JSON Schema that names its required fields', (name) => {
    const schema = entityJsonSchema(name);
    expect(schema.type).toBe('object');
    expect(schema.additionalProperties).toBe(false);
    expect(Object.keys(schema.properties as object)).toContain('source');
  });
});
