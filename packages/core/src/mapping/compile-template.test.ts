import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../errors/connector-error.ts';
import { compileTemplate } from './compile-template.ts';
import { defineTemplate } from './define-template.ts';
import type { MappingTemplate } from './mapping-template.ts';
import { createReferenceTable } from './reference-resolver.ts';

const templateOf = (parts: Pick<MappingTemplate, 'fields'> & Partial<MappingTemplate>) =>
  defineTemplate({
    id: 'sap.purchaseOrder',
    version: 3,
    vendor: { system: 'sap', entity: 'A_PurchaseOrder' },
    canonical: { entity: 'order' },
    ...parts,
  });
const mappingOf = (parts: Parameters<typeof templateOf>[0]) => compileTemplate(templateOf(parts));

const errorOf = (action: () => unknown): ConnectorError => {
  try {
    action();
  } catch (error) {
    if (ConnectorError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('expected an error');
};

const orderWithLines = templateOf({
  fields: [
    { vendor: 'PurchaseOrder', canonical: 'orderNumber', required: true },
    {
      vendor: 'to_Item.results',
      canonical: 'lines',
      required: true,
      each: [
        { vendor: 'Item', canonical: 'lineNumber', codec: { kind: 'text', stripZeros: true } },
        { vendor: 'Quantity', canonical: 'quantity', codec: { kind: 'decimal', scale: 3 } },
        {
          vendor: 'to_Schedule',
          canonical: 'scheduleLines',
          each: [{ vendor: 'Date', canonical: 'deliveryDate', codec: { kind: 'date' } }],
        },
      ],
      custom: { prefix: 'YY1_' },
    },
  ],
  custom: { prefix: ['YY1_', 'ZZ1_'] },
});

describe('a mapping', () => {
  it('maps nested lists in both directions', () => {
    const vendor = {
      PurchaseOrder: '4500000001',
      to_Item: {
        results: [
          { Item: '10', Quantity: '5.000', to_Schedule: [{ Date: '2026-01-31' }], YY1_A: 1 },
          { Item: '20', Quantity: '1.500', to_Schedule: [] },
        ],
      },
      ZZ1_B: 'b',
    };
    const canonical = {
      orderNumber: '4500000001',
      lines: [
        {
          lineNumber: '10',
          quantity: '5.000',
          scheduleLines: [{ deliveryDate: '2026-01-31' }],
          custom: { YY1_A: 1 },
        },
        { lineNumber: '20', quantity: '1.500', scheduleLines: [] },
      ],
      custom: { ZZ1_B: 'b' },
    };
    const mapping = compileTemplate(orderWithLines);
    expect(mapping.decode(vendor)).toStrictEqual(canonical);
    expect(mapping.encode(canonical)).toStrictEqual(vendor);
  });

  it('leaves its input alone and ignores fields that it does not know', () => {
    const vendor = Object.freeze({ A: '1', Unknown: 'x', __metadata: { uri: 'u' } });
    const mapping = mappingOf({ fields: [{ vendor: 'A', canonical: 'a.b.c' }] });
    expect(mapping.decode(vendor)).toStrictEqual({ a: { b: { c: '1' } } });
  });

  it('leaves out what has no value, and never writes undefined', () => {
    const mapping = mappingOf({
      fields: [
        { vendor: 'A', canonical: 'a' },
        { vendor: 'B', canonical: 'deep.b', codec: { kind: 'date' } },
        { vendor: 'C', canonical: 'c', each: [{ vendor: 'D', canonical: 'd' }] },
      ],
    });
    for (const nothing of [{}, { A: null, B: null, C: null }, { A: '', B: '' }, { A: undefined }]) {
      expect(mapping.decode(nothing)).toStrictEqual({});
    }
    expect(mapping.encode({})).toStrictEqual({});
  });

  it('clears a field of the vendor for a canonical null', () => {
    const mapping = mappingOf({
      fields: [
        { vendor: 'A', canonical: 'a' },
        { vendor: 'B', canonical: 'b', empty: '' },
        { vendor: 'C', canonical: 'c.d', codec: { kind: 'date', format: 'YYYYMMDD' } },
      ],
    });
    expect(mapping.encode({ a: null, b: null, c: { d: null } })).toStrictEqual({
      A: null,
      B: '',
      C: '00000000',
    });
  });

  it('encodes a patch: what is absent is neither required nor given a default', () => {
    const mapping = mappingOf({
      fields: [
        { vendor: 'A', canonical: 'a', required: true },
        { vendor: 'B', canonical: 'b', vendorDefault: 'X' },
        { vendor: 'C', canonical: 'c' },
        {
          vendor: 'L',
          canonical: 'l',
          required: true,
          each: [{ vendor: 'M', canonical: 'm', required: true }],
        },
      ],
    });
    expect(mapping.encodePatch({})).toStrictEqual({});
    expect(mapping.encodePatch({ c: null })).toStrictEqual({ C: null });
    expect(mapping.encodePatch({ a: '1', l: [{ m: '2' }] })).toStrictEqual({
      A: '1',
      L: [{ M: '2' }],
    });
    expect(() => mapping.encodePatch({ a: null })).toThrow('got null, a value is required');
    expect(() => mapping.encodePatch({ l: [{}] })).toThrow('l[0].m');
    expect(() => mapping.encodePatch({ l: null })).toThrow('null does not clear a list');
  });

  it('maps a field in one direction only when told so', () => {
    const mapping = mappingOf({
      fields: [
        { vendor: 'Changed', canonical: 'changedAt', direction: 'decode' },
        { vendor: 'Text', canonical: 'text', direction: 'encode' },
      ],
    });
    expect(mapping.decode({ Changed: 'x', Text: 'y' })).toStrictEqual({ changedAt: 'x' });
    expect(mapping.encode({ changedAt: 'x', text: 'y' })).toStrictEqual({ Text: 'y' });
  });

  it('can be called apart from its object', () => {
    const { decode } = mappingOf({ fields: [{ vendor: 'A', canonical: 'a' }] });
    expect([{ A: '1' }].map((record) => decode(record))).toEqual([{ a: '1' }]);
  });
});

describe('defaults', () => {
  const mapping = mappingOf({
    fields: [
      { vendor: 'Per', canonical: 'priceQuantity', codec: { kind: 'decimal' }, default: '1' },
      { vendor: 'Type', canonical: 'orderType', vendorDefault: 'NB' },
      { vendor: 'Tags', canonical: 'tags', codec: { kind: 'json' }, default: [] },
    ],
  });

  it('are used for what is absent, null or empty, in their own direction', () => {
    const expected = { priceQuantity: '1', tags: [] };
    for (const vendor of [{}, { Per: null }, { Per: '' }]) {
      expect(mapping.decode(vendor)).toStrictEqual(expected);
    }
    expect(mapping.encode({})).toStrictEqual({ Type: 'NB' });
    expect(mapping.encode({ orderType: null })).toStrictEqual({ Type: 'NB' });
  });

  it('are not used for what is there', () => {
    expect(mapping.decode({ Per: '100', Tags: ['x'] })).toEqual({
      priceQuantity: '100',
      tags: ['x'],
    });
    expect(mapping.encode({ orderType: 'FO' })).toEqual({ Type: 'FO' });
  });

  it('are not shared between records', () => {
    const first = mapping.decode({});
    (first.tags as string[]).push('changed');
    expect(mapping.decode({}).tags).toEqual([]);
  });
});

describe('constants', () => {
  const mapping = mappingOf({
    fields: [
      { vendor: 'Category', constant: '2' },
      { canonical: 'kind', constant: 'organization' },
      { vendor: 'Name', canonical: 'name' },
    ],
  });

  it('are written to their side and not read from the vendor', () => {
    expect(mapping.decode({ Category: '1', Name: 'A' })).toStrictEqual({
      kind: 'organization',
      name: 'A',
    });
    expect(mapping.encode({ name: 'A' })).toStrictEqual({ Category: '2', Name: 'A' });
  });

  it('of the canonical side refuse a record that says otherwise: it would be lost', () => {
    expect(mapping.encode({ kind: 'organization' })).toStrictEqual({ Category: '2' });
    expect(() => mapping.encode({ kind: 'person' })).toThrow(/always "organization"/);
  });
});

describe('conditions', () => {
  const isPerson = {
    vendor: { path: 'Category', equals: '1' },
    canonical: { path: 'kind', equals: 'person' },
  } as const;
  const isOther = {
    vendor: { path: 'Category', notEquals: '1' },
    canonical: { path: 'kind', notEquals: 'person' },
  } as const;
  const mapping = mappingOf({
    fields: [
      {
        vendor: 'Category',
        canonical: 'kind',
        codec: { kind: 'enum', values: { '1': 'person', '2': 'organization' } },
      },
      { vendor: 'LastName', canonical: 'name', required: true, when: isPerson },
      { vendor: 'OrganizationName', canonical: 'name', required: true, when: isOther },
    ],
  });

  it.each([
    [
      { Category: '1', LastName: 'Doe' },
      { kind: 'person', name: 'Doe' },
    ],
    [
      { Category: '2', OrganizationName: 'Acme' },
      { kind: 'organization', name: 'Acme' },
    ],
  ])('choose the field: %j', (vendor, canonical) => {
    expect(mapping.decode(vendor)).toStrictEqual(canonical);
    expect(mapping.encode(canonical)).toStrictEqual(vendor);
  });

  it('make a field required only where they hold', () => {
    expect(errorOf(() => mapping.decode({ Category: '1', OrganizationName: 'A' })).path).toBe(
      'name',
    );
  });

  it.each([
    [{ path: 'A', in: ['x', 1] }, { A: 1 }, true],
    [{ path: 'A', in: ['x', 1] }, { A: '1' }, false],
    [{ path: 'A', notIn: ['x'] }, { A: 'x' }, false],
    [{ path: 'A', notIn: ['x'] }, {}, true],
    [{ path: 'A.B', present: true }, { A: { B: 0 } }, true],
    [{ path: 'A.B', present: true }, { A: { B: '' } }, false],
    [{ path: 'A', present: false }, { A: null }, true],
    [
      [
        { path: 'A', equals: 1 },
        { path: 'B', equals: 2 },
      ],
      { A: 1, B: 3 },
      false,
    ],
    [
      [
        { path: 'A', equals: 1 },
        { path: 'B', equals: 2 },
      ],
      { A: 1, B: 2 },
      true,
    ],
  ])('%j of %j is %s', (vendor, record, holds) => {
    const { decode } = mappingOf({
      fields: [{ vendor: 'V', canonical: 'v', direction: 'decode', when: { vendor } }],
    });
    expect(decode({ ...record, V: 'yes' })).toEqual(holds ? { v: 'yes' } : {});
  });
});

describe('the customer’s own fields', () => {
  it('pass by prefix, suffix or name, but not when a field maps them, and not when null', () => {
    const mapping = mappingOf({
      fields: [{ vendor: 'Size__c', canonical: 'size' }],
      custom: { suffix: '__c', prefix: 'YY1_', names: ['Extra'] },
    });
    const vendor = {
      Size__c: 'L',
      Color__c: 'red',
      YY1_X: 1,
      Extra: true,
      Other: 1,
      Gone__c: null,
    };
    const canonical = { size: 'L', custom: { Color__c: 'red', YY1_X: 1, Extra: true } };
    expect(mapping.decode(vendor)).toStrictEqual(canonical);
    expect(mapping.encode(canonical)).toStrictEqual({
      Size__c: 'L',
      Color__c: 'red',
      YY1_X: 1,
      Extra: true,
    });
  });

  it('of another vendor stay behind; null clears', () => {
    const mapping = mappingOf({ fields: [], custom: { prefix: 'YY1_' } });
    expect(mapping.encode({ custom: { Color__c: 'red', YY1_X: null } })).toEqual({ YY1_X: null });
  });

  it('join a mapped field that stands in custom as well', () => {
    const mapping = mappingOf({
      fields: [{ vendor: 'Batch', canonical: 'custom.batch' }],
      custom: { prefix: 'YY1_' },
    });
    const custom = { batch: 'b', YY1_X: 1 };
    expect(mapping.decode({ Batch: 'b', YY1_X: 1 })).toEqual({ custom });
    expect(mapping.encode({ custom })).toEqual({ Batch: 'b', YY1_X: 1 });
  });

  it('cannot reach a prototype', () => {
    const mapping = mappingOf({ fields: [], custom: { prefix: '__' } });
    const decoded = mapping.decode(JSON.parse('{"__proto__":{"admin":true},"__ok":1}'));
    expect(decoded).toStrictEqual({ custom: { __ok: 1 } });
    expect((decoded.custom as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('a bad value', () => {
  const mapping = compileTemplate(orderWithLines);

  it('is one error with code, category, path, type and rule', () => {
    const items = [{ Item: '10' }, { Item: '20' }, { Item: '30', Quantity: 'secret 1,5' }];
    const error = errorOf(() =>
      mapping.decode({ PurchaseOrder: '1', to_Item: { results: items } }),
    );
    expect(error).toMatchObject({
      code: 'ERR_MAPPING',
      category: 'mapping',
      retryable: false,
      system: 'sap',
      entity: 'order',
      path: 'lines[2].quantity',
    });
    expect(error.message).toContain('sap.purchaseOrder version 3 cannot decode');
    expect(error.message).toContain('(vendor field to_Item.results[2].Quantity)');
    expect(error.message).toContain('got text of 10 characters');
    expect(error.message).not.toContain('secret');
  });

  it('names the canonical path when writing too', () => {
    const order = { orderNumber: '1', lines: [{ quantity: 5 }] };
    const error = errorOf(() => mapping.encode(order));
    expect(error.path).toBe('lines[0].quantity');
    expect(error.message).toMatch(/cannot encode .*got number/);
  });

  it('does not hide the others: all are counted, five are told', () => {
    const results = Array.from({ length: 8 }, () => ({ Quantity: 'x' }));
    const { message } = errorOf(() => mapping.decode({ to_Item: { results } }));
    expect(message).toMatch(/orderNumber .*a value is required; lines\[0\].*lines\[3\]/);
    expect(message).toContain('and 4 more');
  });

  it.each([
    [
      'a list that is none',
      { PurchaseOrder: '1', to_Item: { results: {} } },
      'lines',
      /expected a list/,
    ],
    [
      'an empty list that is required',
      { PurchaseOrder: '1', to_Item: { results: [] } },
      'lines',
      /at least one/,
    ],
    ['an absent list that is required', { PurchaseOrder: '1' }, 'lines', /required/],
    [
      'an element that is no record',
      { PurchaseOrder: '1', to_Item: { results: [5] } },
      'lines[0]',
      /expected a record/,
    ],
    [
      'something else around a field',
      { PurchaseOrder: '1', to_Item: 'x' },
      'lines',
      /expected a record around results/,
    ],
  ])('%s', (_name, record, path, message) => {
    const error = errorOf(() => mapping.decode(record));
    expect(error.path).toBe(path);
    expect(error.message).toMatch(message);
  });

  it.each([[null], [undefined], ['x'], [[]]])('the record itself: %j', (record) => {
    expect(() => mapping.decode(record as never)).toThrow(/expected a record, got/);
  });
});

describe('a mapping between two canonical forms', () => {
  // One order of the hub is one line of an ERP order.
  const mapping = compileTemplate(
    templateOf({
      fields: [
        { vendor: 'po_number', canonical: 'orderNumber' },
        {
          vendor: 'seller_company_id',
          canonical: 'supplier',
          codec: { kind: 'reference', entity: 'supplier' },
        },
        {
          vendor: 'product_id',
          canonical: 'lines[only].product',
          codec: { kind: 'reference', entity: 'product' },
        },
        {
          vendor: 'quantity',
          canonical: 'lines[only].quantity',
          codec: { kind: 'decimal', scale: 3 },
        },
      ],
    }),
  );
  const hub = { po_number: '1/10', seller_company_id: 'u-1', product_id: 'u-2', quantity: '5.000' };
  const order = {
    orderNumber: '1/10',
    supplier: '1730',
    lines: [{ product: 'MZ', quantity: '5.000' }],
  };
  const references = createReferenceTable([
    { entity: 'supplier', vendor: 'u-1', canonical: '1730' },
    { entity: 'product', vendor: 'u-2', canonical: 'MZ' },
  ]);

  it('translates keys and folds the one line, both ways', () => {
    expect(mapping.decode(hub, { references })).toStrictEqual(order);
    expect(mapping.encode(order, { references })).toStrictEqual(hub);
  });

  it('refuses an order of several lines rather than losing one', () => {
    const two = { ...order, lines: [...order.lines, ...order.lines] };
    expect(() => mapping.encode(two, { references })).toThrow(/one element in lines, not several/);
  });

  it('tells before which keys a page needs, each once, whatever else is wrong with it', () => {
    expect(mapping.collectReferences([hub, { ...hub, quantity: 'bad' }], 'decode')).toEqual([
      { entity: 'supplier', key: 'u-1' },
      { entity: 'product', key: 'u-2' },
    ]);
    expect(mapping.collectReferences([order], 'encode')).toEqual([
      { entity: 'supplier', key: '1730' },
      { entity: 'product', key: 'MZ' },
    ]);
  });
});

describe('compiling', () => {
  it.each<[string, MappingTemplate['fields'], RegExp, string]>([
    [
      'a table',
      [{ vendor: 'a', canonical: 'b', codec: { kind: 'lookup', table: 'term' } }],
      /Did you mean "terms"/,
      'fields[0].codec.table',
    ],
    [
      'an own codec',
      [
        {
          vendor: 'x',
          canonical: 'l',
          each: [{ vendor: 'a', canonical: 'b', codec: { kind: 'own', name: 'mine' } }],
        },
      ],
      /option `codecs`/,
      'fields[0].each[0].codec.name',
    ],
  ])('says which part is not given: %s', (_name, fields, message, path) => {
    const template = templateOf({ fields });
    const error = errorOf(() => compileTemplate(template, { lookups: { terms: [] } }));
    expect(error).toMatchObject({ code: 'ERR_INVALID_TEMPLATE', path });
    expect(error.message).toMatch(message);
  });
});
