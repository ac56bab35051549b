import { describe, expect, it } from 'vitest';
import type { ConnectorError } from '../errors/connector-error.ts';
import { compileTemplate } from './compile-template.ts';
import { defineTemplate, parseTemplate } from './define-template.ts';
import { extendTemplate, type TemplateExtension } from './extend-template.ts';
import { checkTemplateLaws } from './template-laws.ts';

const base = defineTemplate({
  id: 'sap.purchaseOrder',
  version: 2,
  vendor: { system: 'sap', entity: 'A_PurchaseOrder' },
  canonical: { entity: 'order' },
  fields: [
    { vendor: 'PurchaseOrder', canonical: 'orderNumber', required: true },
    { vendor: 'Terms', canonical: 'paymentTerms', codec: { kind: 'lookup', table: 'terms' } },
    { vendor: 'Type', constant: 'NB' },
    {
      vendor: 'to_Item',
      canonical: 'lines',
      each: [
        {
          vendor: 'Price',
          canonical: 'unitPrice',
          codec: { kind: 'decimal', scale: 2, rounding: 'half-even' },
        },
        { vendor: 'Text', canonical: 'description' },
      ],
    },
  ],
  custom: { prefix: 'YY1_' },
  tables: { terms: [['N30', 'net-30']] },
});
const extend = (extension: Omit<TemplateExtension, 'id' | 'version'>) =>
  extendTemplate(base, { id: 'acme.purchaseOrder', version: 1, ...extension });
const problemOf = (action: () => unknown): ConnectorError => {
  try {
    action();
  } catch (error) {
    return error as ConnectorError;
  }
  throw new Error('expected an error');
};

describe('extendTemplate', () => {
  it('without changes is the template under another name that says where it comes from', () => {
    const { id, version, extends: origin, ...rest } = extend({});
    expect([id, version, origin]).toEqual([
      'acme.purchaseOrder',
      1,
      { id: 'sap.purchaseOrder', version: 2 },
    ]);
    expect({ id: base.id, version: base.version, ...rest }).toEqual(base);
  });

  it('changes options of a codec, replaces it, and takes properties away, in lists too', () => {
    const extended = extend({
      override: {
        'lines[].unitPrice': { codec: { scale: 4 } },
        orderNumber: { codec: { kind: 'text', zeroPad: 10 }, required: null },
        'vendor:Type': { constant: 'ZNB' },
      },
    });
    const mapping = compileTemplate(extended);
    expect(mapping.encode({ orderNumber: '45', lines: [{ unitPrice: '1.23456' }] })).toEqual({
      PurchaseOrder: '0000000045',
      Type: 'ZNB',
      to_Item: [{ Price: '1.2346' }],
    });
    expect(mapping.encode({})).toEqual({ Type: 'ZNB' });
  });

  it('does not mix the options of a replaced codec with the new ones', () => {
    const extended = extend({ override: { 'lines[].unitPrice': { codec: { kind: 'json' } } } });
    const lines = extended.fields.find((field) => 'each' in field);
    expect(lines?.each[0]).toHaveProperty('codec', { kind: 'json' });
  });

  it('adds fields, in lists too, and removes fields', () => {
    const extended = extend({
      add: [
        { vendor: 'Incoterms', canonical: 'incoterms' },
        { vendor: 'to_Item[].Batch', canonical: 'lines[].batch' },
        { vendor: 'to_Item[].Category', constant: '0' },
      ],
      remove: ['paymentTerms', 'lines[].description', 'vendor:Type'],
    });
    const order = { orderNumber: '1', incoterms: 'FOB', lines: [{ batch: 'B', description: 'x' }] };
    expect(compileTemplate(extended).encode({ ...order, paymentTerms: 'net-30' })).toEqual({
      PurchaseOrder: '1',
      Incoterms: 'FOB',
      to_Item: [{ Batch: 'B', Category: '0' }],
    });
  });

  it('replaces tables by name and the names of custom fields', () => {
    const extended = extend({ tables: { terms: [['Z30', 'net-30']] }, custom: { prefix: 'ZZ1_' } });
    const vendor = { PurchaseOrder: '1', Terms: 'Z30', ZZ1_A: 1, YY1_B: 2 };
    expect(compileTemplate(extended).decode(vendor)).toEqual({
      orderNumber: '1',
      paymentTerms: 'net-30',
      custom: { ZZ1_A: 1 },
    });
  });

  it('leaves the base alone, gives data, keeps the laws, and can be extended again', () => {
    const before = JSON.stringify(base);
    const once = extend({ override: { orderNumber: { note: 'ours' } } });
    const twice = extendTemplate(once, { id: 'acme.berlin', version: 1, remove: ['paymentTerms'] });
    expect(JSON.stringify(base)).toBe(before);
    expect(parseTemplate(JSON.stringify(twice))).toEqual(twice);
    expect(twice.extends).toEqual({ id: 'acme.purchaseOrder', version: 1 });
    expect(checkTemplateLaws(twice, { records: 200 })).toEqual([]);
  });

  it.each<[string, Omit<TemplateExtension, 'id' | 'version'>, string, RegExp]>([
    [
      'an unknown field to change',
      { override: { 'lines[].unitPrise': {} } },
      'override.lines[].unitPrise',
      /Did you mean "lines\[\].unitPrice"/,
    ],
    [
      'an unknown field to remove',
      { remove: ['paymentTerm'] },
      'remove[0]',
      /Did you mean "paymentTerms"/,
    ],
    [
      'a field in an unknown list',
      { add: [{ vendor: 'to_Itm[].A', canonical: 'lines[].a' }] },
      'add[0]',
      /list that the template does not have/,
    ],
    [
      'a field half in a list',
      { add: [{ vendor: 'A', canonical: 'lines[].a' }] },
      'add[0]',
      /both paths/,
    ],
    [
      'a field that is there already',
      { add: [{ vendor: 'X', canonical: 'orderNumber' }] },
      'fields[4].canonical',
      /writes as well/,
    ],
    [
      'an option that the codec does not have',
      { override: { 'lines[].unitPrice': { codec: { scal: 1 } } } },
      'fields[3].each[0].codec.scal',
      /Did you mean "scale"/,
    ],
  ])('refuses %s', (_name, extension, path, message) => {
    const problem = problemOf(() => extend(extension));
    expect(problem).toMatchObject({ code: 'ERR_INVALID_TEMPLATE', path });
    expect(problem.message).toMatch(message);
  });
});
