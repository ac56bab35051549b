import { describe, expect, it } from 'vitest';
import { defineTemplate } from './define-template.ts';
import type { FieldMapping, MappingTemplate } from './mapping-template.ts';
import { checkTemplateLaws, sampleCanonical } from './template-laws.ts';

const templateOf = (fields: readonly FieldMapping[], more: Partial<MappingTemplate> = {}) =>
  defineTemplate({
    id: 't',
    version: 1,
    vendor: { entity: 'v' },
    canonical: { entity: 'c' },
    fields,
    ...more,
  });

/** Every codec, every feature. */
const everything = templateOf(
  [
    { vendor: 'Text', canonical: 'text', codec: { kind: 'text', maxLength: 8, trim: true } },
    {
      vendor: 'Alpha',
      canonical: 'alpha',
      codec: { kind: 'text', zeroPad: 10, vendorCase: 'upper' },
    },
    {
      vendor: 'Lang',
      canonical: 'lang',
      codec: { kind: 'text', case: 'lower', vendorCase: 'upper' },
    },
    { vendor: 'Id', canonical: 'id', codec: { kind: 'text', vendorType: 'integer' } },
    {
      vendor: 'Price',
      canonical: 'price',
      codec: { kind: 'decimal', precision: 12, scale: 2, vendorScale: 3 },
    },
    { vendor: 'Net', canonical: 'net', codec: { kind: 'decimal', minScale: 2, vendorScale: 3 } },
    { vendor: 'R1', canonical: 'r1', required: 'decode' },
    { vendor: 'R2', canonical: 'r2', required: 'encode' },
    { vendor: 'Any', canonical: 'any', codec: { kind: 'decimal', trailingMinus: true } },
    { vendor: 'Num', canonical: 'num', codec: { kind: 'decimal', scale: 8, vendorType: 'number' } },
    { vendor: 'Small', canonical: 'small', codec: { kind: 'decimal', precision: 2, scale: 2 } },
    {
      vendor: 'Count',
      canonical: 'count',
      codec: { kind: 'integer', vendorType: 'text', zeroPad: 5 },
    },
    { vendor: 'Level', canonical: 'level', codec: { kind: 'integer', min: -3, max: 3 } },
    { vendor: 'Bool', canonical: 'bool', codec: { kind: 'boolean' } },
    { vendor: 'Flag', canonical: 'flag', codec: { kind: 'flag' } },
    { vendor: 'D1', canonical: 'd1', codec: { kind: 'date', format: '/Date(ms)/' } },
    {
      vendor: 'D2',
      canonical: 'd2',
      codec: { kind: 'date', format: 'YYYYMMDD' },
      default: '9999-12-31',
    },
    { vendor: 'T', canonical: 't', codec: { kind: 'time', format: 'PTnHnMnS' } },
    { vendor: 'I1', canonical: 'i1', codec: { kind: 'instant', fractionDigits: 7 } },
    { vendor: 'I2', canonical: 'i2', codec: { kind: 'instant', format: '/Date(ms)/' } },
    { vendor: 'I3', canonical: 'i3', codec: { kind: 'instant', format: 'YYYYMMDDHHmmss' } },
    {
      vendor: 'E',
      canonical: 'e',
      codec: { kind: 'enum', values: { '1': 'person', '2': 'company' } },
      required: true,
    },
    { vendor: 'L', canonical: 'l', codec: { kind: 'lookup', table: 'terms' }, vendorDefault: 'A' },
    { vendor: 'Cur', canonical: 'cur', codec: { kind: 'currency', exceptions: { RMB: 'CNY' } } },
    { vendor: 'Unit', canonical: 'unit', codec: { kind: 'unit', units: { PC: 'C62', ST: 'C62' } } },
    { vendor: 'Ref', canonical: 'ref', codec: { kind: 'reference', entity: 'supplier' } },
    { vendor: 'Json', canonical: 'json', codec: { kind: 'json' } },
    { vendor: 'Const', constant: { a: [1] } },
    { canonical: 'const', constant: true },
    {
      vendor: 'First',
      canonical: 'name',
      when: { vendor: { path: 'E', equals: '1' }, canonical: { path: 'e', equals: 'person' } },
    },
    {
      vendor: 'Org',
      canonical: 'name',
      when: { vendor: { path: 'E', notEquals: '1' }, canonical: { path: 'e', in: ['company'] } },
    },
    { vendor: 'ReadOnly', canonical: 'readOnly', direction: 'decode', default: 'x' },
    { vendor: 'to_Text[Language=EN].Text', canonical: 'descriptions[language=en].text' },
    { vendor: 'to_Text[Language=DE].Text', canonical: 'descriptions[language=de].text' },
    { vendor: 'to_Address[0].City', canonical: 'address.city' },
    {
      vendor: 'to_Item.results',
      canonical: 'lines',
      each: [
        { vendor: 'Qty', canonical: 'quantity', codec: { kind: 'decimal', scale: 3 } },
        {
          vendor: 'S',
          canonical: 's',
          each: [{ vendor: 'D', canonical: 'd', codec: { kind: 'date' } }],
        },
      ],
      custom: { suffix: '__c' },
    },
  ],
  {
    tables: {
      terms: [
        ['A', 'x'],
        ['B', 'x'],
        ['C', 'y'],
      ],
    },
    custom: { prefix: 'YY1_', names: ['Own'] },
  },
);

describe('checkTemplateLaws', () => {
  it('holds for every codec and feature together, on 2,000 records', () => {
    expect(checkTemplateLaws(everything, { records: 2000 })).toEqual([]);
  });

  it('holds for vendor samples that are normalised when read', () => {
    const vendorSamples = [
      {
        E: '1',
        R1: 'x',
        R2: 'y',
        Text: ' a ',
        Alpha: '00017',
        Price: '5',
        L: 'B',
        Cur: 'CNY',
        Unit: 'ST',
        First: 'Ann',
      },
      {
        E: '2',
        R1: 'x',
        R2: 'y',
        L: 'C',
        D2: '00000000',
        I1: '2026-01-31T12:00:00+01:00',
        to_Item: { results: [] },
      },
    ];
    expect(checkTemplateLaws(everything, { records: 0, vendorSamples })).toEqual([]);
  });

  const lossy = {
    decode: (value: unknown) => String(value).slice(0, 3),
    encode: (value: unknown) => value,
    sample: () => 'abcdef',
  };

  it('finds a codec that loses something, and where', () => {
    const template = templateOf([
      {
        vendor: 'A',
        canonical: 'list',
        each: [{ vendor: 'B', canonical: 'b', codec: { kind: 'own', name: 'lossy' } }],
        required: true,
      },
    ]);
    const found = checkTemplateLaws(template, { codecs: { lossy: () => lossy }, records: 50 });
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(10);
    expect(found[0]).toMatchObject({
      law: 'decode(encode(x)) = x',
      path: expect.stringMatching(/^list\[\d\]\.b$/),
    });
  });

  it('finds conditions that do not fit together', () => {
    const template = templateOf([
      {
        vendor: 'Kind',
        canonical: 'kind',
        codec: { kind: 'enum', values: { '1': 'a', '2': 'b' } },
        required: true,
      },
      {
        vendor: 'Name',
        canonical: 'name',
        when: { vendor: { path: 'Kind', equals: '2' }, canonical: { path: 'kind', equals: 'a' } },
      },
    ]);
    expect(checkTemplateLaws(template)[0]).toMatchObject({ path: 'name' });
  });

  it('draws a field with a condition only, and indeed, where it holds', () => {
    const template = templateOf([
      {
        vendor: 'Kind',
        canonical: 'kind',
        codec: { kind: 'enum', values: { '1': 'a', '2': 'b' } },
        required: true,
      },
      {
        vendor: 'Name',
        canonical: 'name',
        when: { vendor: { path: 'Kind', equals: '1' }, canonical: { path: 'kind', equals: 'a' } },
      },
    ]);
    expect(checkTemplateLaws(template)).toEqual([]);
    const drawn = Array.from({ length: 50 }, (_, seed) => sampleCanonical(template, { seed }));
    const named = drawn.filter((record) => 'name' in record);
    expect(new Set(named.map((record) => record.kind))).toEqual(new Set(['a']));
  });

  it('reports a sample that cannot be read at all', () => {
    const template = templateOf([{ vendor: 'A', canonical: 'a', codec: { kind: 'decimal' } }]);
    const found = checkTemplateLaws(template, {
      records: 0,
      vendorSamples: [{ A: '1' }, { A: 'x' }],
    });
    expect(found).toEqual([expect.objectContaining({ record: 1, path: 'a' })]);
  });
});

describe('sampleCanonical', () => {
  it('gives the same record for the same seed, and others for others', () => {
    const sample = (seed: number) => JSON.stringify(sampleCanonical(everything, { seed }));
    expect(sample(7)).toBe(sample(7));
    expect(new Set([1, 2, 3, 4, 5].map(sample)).size).toBe(5);
  });

  it('always has what is required or has a default, and nothing that is only read', () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const record = sampleCanonical(everything, { seed });
      expect(record).toHaveProperty('e');
      expect(record).toHaveProperty('d2');
      expect(record).toHaveProperty('l');
      expect(record).not.toHaveProperty('readOnly');
    }
  });
});
