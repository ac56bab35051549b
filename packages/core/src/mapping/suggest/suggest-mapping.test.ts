import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntityDescription, FieldDescription } from '../../contract/entity-description.ts';
import { suggestMapping } from './suggest-mapping.ts';

const field = (name: string, facts: Partial<FieldDescription> = {}): FieldDescription => ({
  name,
  type: 'string',
  nullable: true,
  creatable: true,
  updatable: true,
  custom: false,
  ...facts,
});

const entity = (...fields: readonly FieldDescription[]): EntityDescription => ({
  entity: 'any',
  nativeName: 'Any',
  key: [],
  fields,
});

const order = entity(
  field('DocNo'),
  field('VendorNo'),
  field('DocDate', { type: 'date' }),
  field('CurrencyCode', { maxLength: 3 }),
  field('Lines[].LineNo', { type: 'integer' }),
  field('Lines[].ItemNo'),
  field('Lines[].Qty', { type: 'decimal', precision: 15, scale: 3 }),
  field('Lines[].UnitPrice', { type: 'decimal', precision: 15, scale: 2 }),
);
const pairs = (options: Parameters<typeof suggestMapping>[0]) =>
  Object.fromEntries(
    suggestMapping(options).suggestions.map(({ vendor, canonical }) => [vendor, canonical]),
  );

/** The codec that is proposed for the one field of a vendor. */
const codecOf = (
  path: string,
  one: FieldDescription,
  values: readonly unknown[] = [],
  canonical: 'purchaseOrder' | 'product' = 'product',
) =>
  suggestMapping({
    vendor: entity(one),
    canonical,
    samples: values.map((value) => ({ [one.name]: value })),
    threshold: 0,
  }).candidates[path]?.[0]?.codec;

describe('suggestions', () => {
  it('pair the fields of records and of their lists', () => {
    const found = suggestMapping({ vendor: order, canonical: 'purchaseOrder' });
    expect(pairs({ vendor: order, canonical: 'purchaseOrder' })).toEqual({
      DocNo: 'orderNumber',
      VendorNo: 'supplier',
      DocDate: 'orderDate',
      CurrencyCode: 'currency',
      'Lines[].LineNo': 'lines[].lineNumber',
      'Lines[].ItemNo': 'lines[].product',
      'Lines[].Qty': 'lines[].quantity',
      'Lines[].UnitPrice': 'lines[].unitPrice',
    });
    expect(found.lists).toEqual([{ vendor: 'Lines', canonical: 'lines' }]);
  });

  it('take a list that the system describes as an entity of its own', () => {
    const header = { ...order, fields: order.fields.filter(({ name }) => !name.includes('[]')) };
    const lines = entity(
      ...order.fields
        .filter(({ name }) => name.includes('[]'))
        .map((each) => ({ ...each, name: each.name.replace('Lines[].', '') })),
    );
    expect(pairs({ vendor: header, lists: { Lines: lines }, canonical: 'purchaseOrder' })).toEqual(
      pairs({ vendor: order, canonical: 'purchaseOrder' }),
    );
  });

  it('say of each pair how sure it is and why', () => {
    const { suggestions } = suggestMapping({
      vendor: entity(field('Waehrung', { label: 'Belegwährung' })),
      canonical: 'purchaseOrder',
      samples: [{ Waehrung: 'EUR' }, { Waehrung: 'CHF' }],
    });
    expect(suggestions).toHaveLength(1);
    expect(suggestions[0]).toMatchObject({
      vendor: 'Waehrung',
      canonical: 'currency',
      reasons: [
        'the name means "currency"',
        'the label is "Belegwährung"',
        'reads all 2 sample values',
      ],
    });
    expect(suggestions[0]?.confidence).toBeGreaterThan(0.95);
    expect(JSON.stringify(suggestions)).not.toContain('CHF');
  });

  it('list what is left on both sides', () => {
    const { unmapped } = suggestMapping({
      vendor: entity(field('DocNo'), field('Wobble')),
      canonical: 'purchaseOrder',
    });
    expect(unmapped.vendor).toEqual(['Wobble']);
    expect(unmapped.canonical).toContain('supplier');
    expect(unmapped.canonical).toContain('lines[].quantity');
    expect(unmapped.canonical).not.toContain('orderNumber');
  });

  it('are one to one, and the best as a whole', () => {
    const vendor = entity(field('ItemNo'), field('LineNo'), field('Item'));
    const { suggestions } = suggestMapping({
      vendor: entity(...vendor.fields.map((each) => ({ ...each, name: `Lines[].${each.name}` }))),
      canonical: 'purchaseOrder',
      threshold: 0,
    });
    expect(new Set(suggestions.map((each) => each.vendor)).size).toBe(suggestions.length);
    expect(new Set(suggestions.map((each) => each.canonical)).size).toBe(suggestions.length);
  });

  it('are the same in whatever order the fields and records come', () => {
    const samples = [
      { DocDate: '2026-01-31', CurrencyCode: 'EUR', Lines: [{ UoM: 'KG' }, { UoM: 'ST' }] },
      { DocDate: '2026-02-01', CurrencyCode: 'CHF', Lines: [{ UoM: 'EA' }] },
    ];
    const all = [...order.fields, field('Lines[].UoM')];
    const vendor = { ...order, fields: all };
    const expected = JSON.stringify(
      suggestMapping({ vendor, canonical: 'purchaseOrder', samples }),
    );
    fc.assert(
      fc.property(
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.shuffledSubarray(samples, { minLength: 2 }),
        (fields, records) => {
          const found = suggestMapping({
            vendor: { ...order, fields },
            canonical: 'purchaseOrder',
            samples: records,
          });
          expect(JSON.stringify(found)).toBe(expected);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('follow equal values where names say nothing', () => {
    const samples = ['4711', '4712', '4713', '4714'].map((number) => ({ ZORG: number }));
    const canonicalSamples = ['4714', '4713', '4712', '4711'].map((number) => ({
      orderNumber: number,
      supplier: `S${number}`,
    }));
    const found = (more: object) =>
      suggestMapping({
        vendor: entity(field('ZORG')),
        canonical: 'purchaseOrder',
        threshold: 0,
        ...more,
      });
    expect(found({ samples }).suggestions).toEqual([]);
    const [suggestion] = found({ samples, canonicalSamples }).suggestions;
    expect(suggestion).toMatchObject({ vendor: 'ZORG', canonical: 'orderNumber' });
    expect(suggestion?.reasons).toContain('the canonical samples have the same values');
  });

  it('are surer where names and values agree', () => {
    const samples = ['4711', '4712', '4713'].map((number) => ({ DocRef: number }));
    const canonicalSamples = ['4713', '4712', '4711'].map((orderNumber) => ({ orderNumber }));
    const scoreOf = (more: object) =>
      suggestMapping({
        vendor: entity(field('DocRef')),
        canonical: 'purchaseOrder',
        samples,
        ...more,
      }).candidates.orderNumber?.[0]?.measures.score ?? 0;
    expect(scoreOf({})).toBeGreaterThan(0.5);
    expect(scoreOf({ canonicalSamples })).toBeGreaterThan(scoreOf({}) + 0.02);
    expect(scoreOf({ canonicalSamples })).toBeGreaterThan(0.8);
  });

  it('keep the record’s own key apart from its number', () => {
    expect(
      pairs({
        vendor: entity(field('id', { type: 'guid' }), field('number')),
        canonical: 'purchaseOrder',
      }),
    ).toEqual({ number: 'orderNumber' });
  });

  it('leave the customer’s own fields to `custom`, unless the name leaves no doubt', () => {
    const found = suggestMapping({
      vendor: entity(
        field('Order_Date__c', { type: 'date', custom: true }),
        field('Order_Mood__c', { custom: true }),
        field('ZZTYPE_OF_SHIP'),
        field('ATTRIBUTE7'),
      ),
      canonical: 'purchaseOrder',
    });
    expect(found.suggestions.map(({ canonical }) => canonical)).toEqual(['orderDate']);
    expect(found.custom).toEqual(['ATTRIBUTE7', 'Order_Mood__c', 'ZZTYPE_OF_SHIP']);
    expect(found.unmapped.vendor).toEqual([]);
  });

  it('do not even consider a customer’s own field whose name is only near', () => {
    const near = (custom: boolean) =>
      suggestMapping({
        vendor: entity(field('Order_Date_Planned', { type: 'date', custom })),
        canonical: 'purchaseOrder',
      }).candidates;
    expect(near(false)).toHaveProperty('orderDate');
    expect(near(true)).toEqual({});
  });

  it('do not take the name of a thing for the thing', () => {
    const vendor = entity(field('VendorName'));
    expect(pairs({ vendor, canonical: 'purchaseOrder' })).toEqual({});
  });

  it('trust little what the samples contradict', () => {
    const { suggestions, candidates } = suggestMapping({
      vendor: entity(field('CreationDate')),
      canonical: 'product',
      samples: [{ CreationDate: '2026-01-31' }, { CreationDate: 'tomorrow' }],
    });
    expect(suggestions).toEqual([]);
    expect(candidates.createdOn?.[0]?.confidence).toBeLessThan(0.1);
    expect(candidates.createdOn?.[0]?.reasons).toContain('reads 1 of 2 sample values');
  });

  it('put flat addresses under their kind', () => {
    const vendor = entity(field('BillingCity'), field('ShippingCity'), field('AddressBook'));
    expect(pairs({ vendor, canonical: 'customer' })).toEqual({
      BillingCity: 'addresses[kind=billing].city',
      ShippingCity: 'addresses[kind=shipping].city',
    });
    expect(pairs({ vendor: entity(field('City')), canonical: 'customer' })).toEqual({
      City: 'addresses[only].city',
    });
  });

  it('see a record that is its own single line', () => {
    const vendor = entity(
      field('po_number'),
      field('product_id'),
      field('quantity', { type: 'decimal' }),
      field('unit_price', { type: 'decimal' }),
    );
    expect(pairs({ vendor, canonical: 'purchaseOrder' })).toEqual({
      po_number: 'orderNumber',
      product_id: 'lines[only].product',
      quantity: 'lines[only].quantity',
      unit_price: 'lines[only].unitPrice',
    });
  });

  it('refuse an entity that there is not, and one without fields', () => {
    const attempt = (vendor: EntityDescription, canonical: string) => () =>
      suggestMapping({ vendor, canonical: canonical as 'product' });
    expect(attempt(order, 'purchaseOrdr')).toThrow(
      expect.objectContaining({
        code: 'ERR_UNKNOWN_ENTITY',
        message: 'There is no canonical entity "purchaseOrdr". Did you mean "purchaseOrder"?',
      }),
    );
    expect(attempt(entity(), 'product')).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIGURATION',
        message: expect.stringContaining('describe()'),
      }),
    );
  });

  it('take 200 fields in well under 100 ms', () => {
    const vendor = entity(
      ...Array.from({ length: 25 }, (_, at) =>
        order.fields.map((each) => ({
          ...each,
          name: `${each.name.replace('Lines[].', '')}Word${at}`,
        })),
      ).flat(),
    );
    expect(vendor.fields).toHaveLength(200);
    const run = () => {
      const before = process.cpuUsage();
      suggestMapping({ vendor, canonical: 'purchaseOrder' });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    const times = Array.from({ length: 8 }, run);
    process.stdout.write(`200 fields: ${Math.min(...times).toFixed(0)} ms of CPU\n`);
    expect(Math.min(...times)).toBeLessThan(100);
  });
});

describe('the proposed codec', () => {
  const date = (values: readonly string[], type = 'string') =>
    codecOf('createdOn', field('CreationDate', { type }), values);

  it.each([
    [['2026-01-31'], { kind: 'date' }],
    [['20260131', '00000000'], { kind: 'date', format: 'YYYYMMDD' }],
    [['/Date(1769817600000)/'], { kind: 'date', format: '/Date(ms)/' }],
    [['31.01.2026'], { kind: 'date', format: 'DD.MM.YYYY' }],
    [['01/31/2026'], { kind: 'date', format: 'MM/DD/YYYY' }],
    [['2026-01-31T00:00:00'], { kind: 'date', format: 'YYYY-MM-DDTHH:mm:ss' }],
  ])('reads dates as %j show them', (values, codec) => {
    expect(date(values)).toEqual(codec);
  });

  it('does not guess whether 03/04 is in March or in April', () => {
    const { suggestions } = suggestMapping({
      vendor: entity(field('CreationDate')),
      canonical: 'product',
      samples: [{ CreationDate: '03/04/2026' }],
    });
    expect(suggestions).toEqual([]);
  });

  it('takes no point in time for a date, which would lose the time of day', () => {
    const { suggestions } = suggestMapping({
      vendor: entity(field('CreationDate', { type: 'datetime' })),
      canonical: 'product',
      samples: [{ CreationDate: '2026-01-31T13:30:00Z' }],
    });
    expect(suggestions).toEqual([]);
  });

  it('reads ABAP’s dates by their type', () => {
    expect(date([], 'DATS')).toEqual({ kind: 'date', format: 'YYYYMMDD' });
  });

  it('has the places of the vendor’s decimals and rounds nothing', () => {
    const weight = field('NetWeight', { type: 'Edm.Decimal', precision: 15, scale: 5 });
    expect(codecOf('netWeight', weight)).toEqual({
      kind: 'decimal',
      scale: 3,
      vendorScale: 5,
      precision: 15,
    });
    expect(codecOf('netWeight', field('NetWeight', { type: 'decimal' }), [1.5])).toEqual({
      kind: 'decimal',
      scale: 3,
      vendorType: 'number',
    });
    expect(codecOf('netWeight', field('NTGEW'), ['1.500-'])).toMatchObject({ trailingMinus: true });
  });

  it.each([
    [[true, false], { kind: 'boolean' }],
    [['X', ''], { kind: 'flag' }],
    [['L', ''], { kind: 'flag', true: 'L', false: '' }],
    [['Y', 'N'], { kind: 'flag', true: 'Y', false: 'N' }],
    [['N'], { kind: 'flag', true: 'Y', false: 'N' }],
  ])('reads flags as %j show them', (values, codec) => {
    expect(codecOf('isMarkedForDeletion', field('Deleted'), values)).toEqual(codec);
  });

  it('has the units and states that were seen', () => {
    expect(codecOf('baseUnit', field('BaseUnit'), ['ST', 'KG', 'WOB'])).toEqual({
      kind: 'unit',
      units: { KG: 'KGM', ST: 'C62' },
      unknown: 'keep',
    });
    const status = field('Status', { type: 'picklist' });
    expect(
      codecOf('status', status, ['Draft', 'Canceled', 'Confirmed', 'Approved'], 'purchaseOrder'),
    ).toEqual({
      kind: 'enum',
      values: { Confirmed: 'confirmed', Draft: 'draft', Canceled: 'cancelled' },
      aliases: { Approved: 'confirmed' },
    });
  });

  it('has the vendor’s length of a text and cuts nothing', () => {
    expect(codecOf('productNumber', field('ProductNumber', { maxLength: 40 }))).toEqual({
      kind: 'text',
      maxLength: 40,
    });
    expect(codecOf('productNumber', field('ProductNumber', { type: 'Edm.Int64' }))).toEqual({
      kind: 'text',
      vendorType: 'integer',
    });
  });
});
