import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commonCompanyTemplate, commonPurchaseOrderTemplate } from '../common/templates/index.ts';
import { defineTemplate } from './define-template.ts';
import type { MappingTemplate } from './mapping-template.ts';
import { templateJsonSchema } from './template-shape.ts';

// zod reads JSON Schema by itself, so it says what an editor would say.
const schema = z.fromJSONSchema(templateJsonSchema() as never);
const isValid = (value: unknown): boolean => schema.safeParse(value).success;

const rich: MappingTemplate = defineTemplate({
  id: 'rich',
  version: 1,
  vendor: { system: 's', entity: 'v' },
  canonical: { entity: 'thing' },
  tables: { t: [['a', 'b']] },
  custom: { prefix: ['A'], names: ['B'] },
  fields: [
    { vendor: 'C', canonical: 'currency', codec: { kind: 'currency' } },
    { vendor: 'Type', constant: { any: ['thing'] } },
    {
      vendor: 'L',
      canonical: 'l',
      required: 'decode',
      each: [
        {
          vendor: 'A',
          canonical: 'a',
          codec: { kind: 'decimal', scale: { currencyField: '^.currency' }, rounding: 'down' },
          when: {
            vendor: { any: [{ path: 'x', equals: 1 }, { not: { path: 'y', present: true } }] },
            canonical: [{ path: 'z', in: ['a', 2] }],
          },
        },
        {
          vendor: 'T',
          canonical: 't',
          codec: { kind: 'list', of: { kind: 'enum', values: { A: 'a' } } },
        },
      ],
    },
  ],
});
const field = { vendor: 'a', canonical: 'b' };
const withField = (more: object) => ({ ...rich, fields: [{ ...field, ...more }] });

describe('the JSON Schema of templates', () => {
  it.each([
    ['a rich one', rich],
    ['Common’s purchase order', commonPurchaseOrderTemplate('EUR')],
    ['Common’s company', commonCompanyTemplate],
  ])('takes %s', (_name, template) => {
    expect(isValid(JSON.parse(JSON.stringify(template)))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['no template', 5],
    ['a misspelt property', { ...rich, feilds: [] }],
    ['one that is missing', { ...rich, vendor: undefined }],
    ['a version that is none', { ...rich, version: 0 }],
    ['a field without its other side', { ...rich, fields: [{ vendor: 'a' }] }],
    ['an unknown property of a field', withField({ codecs: {} })],
    ['an unknown codec', withField({ codec: { kind: 'decmal' } })],
    ['an option of another codec', withField({ codec: { kind: 'date', scale: 2 } })],
    ['a codec without what it needs', withField({ codec: { kind: 'lookup' } })],
    ['a wrong codec in a list', withField({ codec: { kind: 'list', of: { kind: 'x' } } })],
    ['a wrong field in a list', { ...rich, fields: [{ ...field, each: [{ vendor: 'x' }] }] }],
    ['a condition without a test', withField({ when: { vendor: { path: 'x' } } })],
    ['a wrong condition inside', withField({ when: { vendor: { any: [{ not: 5 }] } } })],
    ['a direction that is none', withField({ direction: 'up' })],
    ['a row of three', { ...rich, tables: { t: [['a', 'b', 'c']] } }],
  ])('refuses %s', (_name, template) => {
    expect(isValid(template)).toBe(false);
    // It is no stricter than the template's own check.
    expect(() => defineTemplate(template as MappingTemplate)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_TEMPLATE' }),
    );
  });

  it('is plain JSON', () => {
    const once = templateJsonSchema();
    expect(JSON.parse(JSON.stringify(once))).toEqual(once);
    expect(once).toMatchObject({ $schema: expect.stringContaining('2020-12'), type: 'object' });
  });
});
