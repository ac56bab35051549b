import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { entityJsonSchema, entitySchemas } from './canonical-entities.ts';
import { redactRecord } from './redact-record.ts';

describe('redactRecord', () => {
  it('keeps what business needs and hides what may tell about a person', () => {
    const customer = {
      name: 'Jane Doe',
      kind: 'person',
      email: 'jane@example.com',
      vatNumber: 'DE123',
      paymentTerms: 'NT30',
      addresses: [{ kind: 'billing', street: 'Main Street', city: 'Berlin', country: 'DE' }],
      custom: { YY1_Birthday: '1990-01-01' },
      source: { system: 'sap', entity: 'customer', key: '17' },
    };
    expect(redactRecord('customer', customer)).toEqual({
      name: '[name]',
      kind: 'person',
      email: '[contact]',
      vatNumber: '[tax-number]',
      paymentTerms: 'NT30',
      addresses: [{ kind: 'billing', street: '[address]', city: '[address]', country: 'DE' }],
      custom: '[custom]',
      source: { system: 'sap', entity: 'customer', key: '17' },
    });
  });

  it('reaches into lines', () => {
    const lines = [
      { lineNumber: '1', description: 'For Jane', quantity: '1.000', custom: { a: 1 } },
    ];
    expect(redactRecord('purchaseOrder', { lines })).toEqual({
      lines: [
        { lineNumber: '1', description: '[free-text]', quantity: '1.000', custom: '[custom]' },
      ],
    });
  });

  it('leaves the nulls of a patch, and nothing in place of what is absent', () => {
    expect(redactRecord('customer', { email: null, phone: undefined, isBlocked: true })).toEqual({
      email: null,
      isBlocked: true,
    });
  });

  it('hides what the schema does not know, and what is not what it says', () => {
    const odd = {
      password: 'hunter2',
      isBlocked: 'secret',
      companyCodes: 'secret',
      addresses: [{ floor: 'secret' }, 'secret'],
      source: { system: 'sap', entity: 'customer', key: '17', token: 'secret' },
    };
    const text = JSON.stringify(redactRecord('customer', odd));
    expect(text).not.toMatch(/hunter2|secret/);
    expect(JSON.parse(text)).toMatchObject({ password: '[redacted]', source: { key: '17' } });
  });

  it.each(['opportunity', 'toString', '__proto__'])(
    'shows names only of the entity %s',
    (entity) => {
      expect(redactRecord(entity, { name: 'x', amount: 1 })).toEqual({
        name: '[redacted]',
        amount: '[redacted]',
      });
    },
  );

  it('marks every field whose name speaks of a person, in every entity', () => {
    const suspicious =
      /name$|name2|mail|phone|street|city|postal|vat|iban|birth|notes|text$|^reason$/i;
    const unmarked: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      const { properties = {}, items } = schema as {
        readonly properties?: Readonly<Record<string, { readonly personalData?: string }>>;
        readonly items?: unknown;
      };
      for (const [name, field] of Object.entries(properties)) {
        const place = `${path}.${name}`;
        if (suspicious.test(name) && field.personalData === undefined) unmarked.push(place);
        visit(field, place);
      }
      if (items !== undefined) visit(items, `${path}[]`);
    };
    for (const entity of Object.keys(entitySchemas) as (keyof typeof entitySchemas)[]) {
      visit(entityJsonSchema(entity), entity);
    }
    // A product is no person.
    expect(unmarked).toEqual(['product.descriptions[].text']);
  });

  it('changes nothing about what the schemas accept', () => {
    const schema: z.ZodType = entitySchemas.customer;
    expect(schema.safeParse({ name: '' }).success).toBe(false);
    expect(schema.safeParse({ name: 'x', email: 'y' }).success).toBe(true);
  });
});
