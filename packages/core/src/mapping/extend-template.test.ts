import { describe, expect, it } from 'vitest';
import type { ConnectorError } from '../errors/connector-error.ts';
import { compileTemplate } from './compile-template.ts';
import { defineTemplate, parseTemplate } from './define-template.ts';
import { extendTemplate } from './extend-template.ts';
import { parseExtension } from './parse-extension.ts';
import type { TemplateExtension } from './template-extension.ts';
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

  it('takes options of a codec away, to give another in their place', () => {
    const extended = extend({
      override: { 'lines[].unitPrice': { codec: { scale: null, minScale: 2, rounding: null } } },
    });
    const encode = (unitPrice: string) =>
      compileTemplate(extended).encode({ orderNumber: '1', lines: [{ unitPrice }] });
    expect(encode('1.23456')).toMatchObject({ to_Item: [{ Price: '1.23456' }] });
  });

  it('names one of several fields that share a canonical path by its vendor path', () => {
    const conditional = (vendor: string, kind: string) => ({
      vendor,
      canonical: 'name',
      when: { vendor: { path: 'K', equals: kind }, canonical: { path: 'kind', equals: kind } },
    });
    const template = defineTemplate({
      ...base,
      fields: [{ vendor: 'K', canonical: 'kind' }, conditional('A', 'a'), conditional('B', 'b')],
    });
    const changed = extendTemplate(template, {
      id: 'x',
      version: 1,
      override: { name: { note: 'both' }, 'vendor:B': { codec: { kind: 'text', maxLength: 1 } } },
    });
    expect(changed.fields.slice(1)).toMatchObject([
      { vendor: 'A', note: 'both' },
      { vendor: 'B', note: 'both', codec: { maxLength: 1 } },
    ]);
    expect(changed.fields[1]).not.toHaveProperty('codec');
    const without = extendTemplate(template, { id: 'x', version: 1, remove: ['vendor:A'] });
    expect(without.fields).toHaveLength(2);
  });

  it('changes a list and its fields at once, conditions and customer fields of the list included', () => {
    const extended = extend({
      override: {
        lines: { custom: { prefix: 'ZZ_' }, note: 'ours' },
        'lines[].description': {
          when: {
            vendor: { path: '^.PurchaseOrder', present: true },
            canonical: { path: '^.orderNumber', present: true },
          },
        },
      },
      add: [{ vendor: 'to_Item[].B', canonical: 'lines[].b' }],
    });
    const item = { Text: 't', ZZ_A: 1, B: 'b' };
    expect(compileTemplate(extended).decode({ PurchaseOrder: '1', to_Item: [item] })).toEqual({
      orderNumber: '1',
      lines: [{ description: 't', b: 'b', custom: { ZZ_A: 1 } }],
    });
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
      'add[0].canonical',
      /writes as well/,
    ],
    [
      'an option that the codec does not have',
      { override: { 'lines[].unitPrice': { codec: { scal: 1 } } } },
      'override.lines[].unitPrice.codec.scal',
      /Did you mean "scale"/,
    ],
    [
      'a field in a list that is there already',
      { add: [{ vendor: 'to_Item[].X', canonical: 'lines[].unitPrice' }] },
      'add[0].canonical',
      /writes as well/,
    ],
    [
      'a wrong field in an added list',
      {
        add: [
          { vendor: 'N', canonical: 'n' },
          {
            vendor: 'L',
            canonical: 'l',
            each: [{ vendor: 'A', canonical: 'a', codec: { kind: 'x' } as never }],
          },
        ],
      },
      'add[1].each[0].codec.kind',
      /must be one of/,
    ],
    [
      'a change of a field that it removes',
      { override: { paymentTerms: { note: 'x' } }, remove: ['paymentTerms'] },
      'override.paymentTerms',
      /`remove` takes away/,
    ],
    [
      'a change in a list that it removes',
      { override: { 'lines[].unitPrice': { note: 'x' } }, remove: ['lines'] },
      'override.lines[].unitPrice',
      /`remove` takes away/,
    ],
    [
      'the removal of what another field needs',
      { override: { 'lines[].unitPrice': { codec: { scale: { currencyField: '^.currency' } } } } },
      'override.lines[].unitPrice.codec',
      /"\^.currency", which the template does not map/,
    ],
    [
      'a base of another version',
      { base: { id: 'sap.purchaseOrder', version: 1 } },
      'base',
      /version 1 of sap.purchaseOrder, and this is version 2; .*migrateExtension/,
    ],
    [
      'another base',
      { base: { id: 'sap.product', version: 2 } },
      'base',
      /"sap.product", and this is "sap.purchaseOrder"/,
    ],
    ['a list where one name is', { remove: 'lines' as never }, 'remove', /must be a list/],
    ['a path that is no text', { add: [{ vendor: 5 } as never] }, 'add[0].vendor', /a text/],
    ['a change that is none', { override: { lines: 'x' as never } }, 'override.lines', /a record/],
    ['a misspelt part', { overrides: {} } as never, 'overrides', /Did you mean "override"/],
  ])('refuses %s', (_name, extension, path, message) => {
    const problem = problemOf(() => extend(extension));
    expect(problem).toMatchObject({ code: 'ERR_INVALID_TEMPLATE', path });
    expect(problem.message).toMatch(message);
  });
});

describe('parseExtension', () => {
  const stored = { id: 'x', version: 1, remove: ['paymentTerms'] };

  it('reads JSON text and parsed JSON', () => {
    expect(parseExtension(JSON.stringify(stored))).toEqual(stored);
    expect(parseExtension(stored)).toBe(stored);
  });

  it('refuses what is none', () => {
    expect(problemOf(() => parseExtension('{'))).toMatchObject({
      code: 'ERR_INVALID_TEMPLATE',
      message: 'A template extension is not valid JSON; check commas, quotes and brackets.',
    });
    expect(problemOf(() => parseExtension(null)).code).toBe('ERR_INVALID_TEMPLATE');
    expect(problemOf(() => parseExtension({ ...stored, version: 0 })).path).toBe('version');
  });
});
