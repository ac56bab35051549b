import { describe, expect, it } from 'vitest';
import { type CompileOptions, compileTemplate } from '../compile-template.ts';
import { defineTemplate } from '../define-template.ts';
import type { FieldMapping, MappingTemplate } from '../mapping-template.ts';
import { checkTemplateLaws } from '../template-laws.ts';
import type { QuantityCodecOptions } from './quantity-codec.ts';

const templateOf = (fields: readonly FieldMapping[], more: Partial<MappingTemplate> = {}) =>
  defineTemplate({
    id: 'test',
    version: 1,
    vendor: { entity: 'v' },
    canonical: { entity: 'c' },
    fields,
    ...more,
  });
const weight = (codec: Partial<QuantityCodecOptions>): FieldMapping => ({
  vendor: 'Weight',
  canonical: 'weight',
  codec: { kind: 'quantity', canonicalUnit: 'KGM', vendorUnit: 'GRM', scale: 3, ...codec },
});
const weightOf = (codec: Partial<QuantityCodecOptions>) => templateOf([weight(codec)]);

describe('a quantity in another unit', () => {
  it('is converted exactly, both ways', () => {
    const mapping = compileTemplate(weightOf({ vendorScale: 0 }));
    expect(mapping.decode({ Weight: '1234' })).toEqual({ weight: '1.234' });
    expect(mapping.encode({ weight: '-1.234' })).toEqual({ Weight: '-1234' });
    expect(mapping.decode({ Weight: '' })).toEqual({});
    expect(mapping.explain({ Weight: '500' }, 'decode').fields[0]).toMatchObject({
      codec: 'quantity',
      output: '0.500',
      done: 'converted to the other unit',
    });
  });

  it('is refused when it does not come out even, and rounded only where that is declared', () => {
    const pounds = { vendorUnit: 'LBR', vendorScale: 2 };
    const exact = compileTemplate(weightOf(pounds));
    expect(() => exact.encode({ weight: '1.000' })).toThrow(
      expect.objectContaining({ code: 'ERR_MAPPING', path: 'weight' }),
    );
    expect(exact.encode({ weight: '45359237.000' })).toEqual({ Weight: '100000000.00' });
    const rounded = compileTemplate(weightOf({ ...pounds, rounding: 'half-even' }));
    expect(rounded.encode({ weight: '1.000' })).toEqual({ Weight: '2.20' });
    expect(rounded.decode({ Weight: '2.2' })).toEqual({ weight: '0.998' });
  });

  it('never goes through a double', () => {
    const mapping = compileTemplate(weightOf({ vendorScale: 0 }));
    expect(mapping.decode({ Weight: '12345678901234567890123' })).toEqual({
      weight: '12345678901234567890.123',
    });
  });

  it('keeps to the vendor’s form: numbers, digits, minus behind', () => {
    const numbers = compileTemplate(
      weightOf({ vendorScale: 0, vendorType: 'number', precision: 5 }),
    );
    expect(numbers.encode({ weight: '1.5' })).toEqual({ Weight: 1500 });
    expect(numbers.decode({ Weight: 1500 })).toEqual({ weight: '1.500' });
    expect(() => numbers.encode({ weight: '100.000' })).toThrow(/more than 5 digits/);
    const behind = compileTemplate(weightOf({ vendorScale: 0, trailingMinus: true }));
    expect(behind.encode({ weight: '-1.5' })).toEqual({ Weight: '1500-' });
  });

  it.each([
    ['even both ways', { vendorScale: 0 }],
    ['fewer places than the unit needs', { vendorScale: 0, scale: 4 }],
    ['rounded, with places enough', { vendorUnit: 'LBR', vendorScale: 4, rounding: 'half-even' }],
    ['rarely even', { vendorUnit: 'ONZ', vendorScale: 2 }],
  ] as const)('keeps the laws: %s', (_name, codec) => {
    expect(checkTemplateLaws(weightOf(codec))).toEqual([]);
  });

  it('breaks the law where a rounding loses what was written', () => {
    const lossy = weightOf({ vendorUnit: 'TNE', vendorScale: 0, rounding: 'half-even' });
    // Samples come out even by themselves; a record that does not shows the loss.
    expect(
      compileTemplate(lossy).decode(compileTemplate(lossy).encode({ weight: '1499.000' })),
    ).toEqual({ weight: '1000.000' });
  });

  it('may take its unit from the canonical record', () => {
    const template = templateOf([
      {
        vendor: 'BaseQty',
        canonical: 'quantity',
        codec: {
          kind: 'quantity',
          canonicalUnit: { field: 'unit' },
          vendorUnit: 'C62',
          scale: 3,
          vendorScale: 3,
        },
      },
      {
        vendor: 'Unit',
        canonical: 'unit',
        codec: { kind: 'unit', units: { DZ: 'DZN', PC: 'C62' } },
      },
    ]);
    const mapping = compileTemplate(template);
    const dozen = { quantity: '1.500', unit: { code: 'DZN', vendorCode: 'DZ' } };
    expect(mapping.encode(dozen)).toEqual({ BaseQty: '18.000', Unit: 'DZ' });
    expect(mapping.decode({ BaseQty: '18.000', Unit: 'DZ' })).toEqual(dozen);
    expect(() => mapping.encode({ quantity: '1.000' })).toThrow(/its unit is missing/);
    expect(checkTemplateLaws(template)).toEqual([]);
  });

  it('may take the unit of the vendor from its record, to be read', () => {
    const mapping = compileTemplate(
      templateOf([
        {
          ...weight({ vendorUnit: { field: 'Uom', units: { KG: 'KGM', G: 'GRM' } } }),
          direction: 'decode',
        } as FieldMapping,
        { ...weight({ vendorUnit: 'GRM', vendorScale: 0 }), direction: 'encode' } as FieldMapping,
        { vendor: 'Uom', constant: 'G' },
      ]),
    );
    expect(mapping.decode({ Weight: '2', Uom: 'KG' })).toEqual({ weight: '2.000' });
    expect(mapping.decode({ Weight: '2', Uom: 'G' })).toEqual({ weight: '0.002' });
    expect(mapping.encode({ weight: '0.002' })).toEqual({ Weight: '2', Uom: 'G' });
    expect(() => mapping.decode({ Weight: '2', Uom: 'LB' })).toThrow(/not in the codec’s `units`/);
    expect(() => mapping.decode({ Weight: '2' })).toThrow(/its unit is missing/);
  });
});

describe('conversions of single items', () => {
  const fields: readonly FieldMapping[] = [
    {
      vendor: 'Items',
      canonical: 'lines',
      each: [
        { vendor: 'Material', canonical: 'product' },
        { vendor: 'Unit', canonical: 'unit', codec: { kind: 'unit' } },
        {
          vendor: 'BaseQty',
          canonical: 'quantity',
          codec: {
            kind: 'quantity',
            canonicalUnit: { field: 'unit' },
            vendorUnit: 'C62',
            packs: { table: 'packs', item: 'product' },
            scale: 3,
          },
        },
      ],
    },
  ];
  const packs = [
    ['MZ-1 BX', '12 C62'],
    ['MZ-1 PF', '40 BX'],
    ['MZ-2 BX', '1/3 DZN'],
    ['MZ-3 BX', 'twelve'],
    ['MZ-4 C62', '0.25 KGM'],
  ] as const;
  const line = (product: string, unit: string, quantity: string) => ({
    lines: [{ product, unit: { code: unit }, quantity }],
  });
  const written = (record: object, options: CompileOptions = { lookups: { packs } }) => {
    const encoded = compileTemplate(templateOf(fields), options).encode(record as never);
    return (encoded.Items as { BaseQty: string }[])[0]?.BaseQty;
  };

  it('come from a table by item and unit', () => {
    expect(written(line('MZ-1', 'BX', '2.000'))).toBe('24.000');
    expect(written(line('MZ-2', 'BX', '1.000'))).toBe('4.000');
    expect(written(line('MZ-1', 'DZN', '1.000'))).toBe('12.000');
    // What an item's piece weighs makes pieces of a weight.
    expect(written(line('MZ-4', 'KGM', '1.000'))).toBe('4.000');
  });

  it('are refused where there is no row, a wrong one, or no item', () => {
    expect(() => written(line('MZ-9', 'BX', '1.000'))).toThrow(
      expect.objectContaining({
        path: 'lines[0].quantity',
        message: expect.stringContaining('no known conversion from BX to C62'),
      }),
    );
    expect(() => written(line('MZ-3', 'BX', '1.000'))).toThrow(/not like "12 C62"/);
    expect(() => written({ lines: [{ unit: { code: 'BX' }, quantity: '1' }] })).toThrow(
      /BX to C62/,
    );
  });

  it('are asked for in bulk when the table is supplied', () => {
    const mapping = compileTemplate(templateOf(fields), { lookups: { packs: 'supplied' } });
    const record = line('MZ-1', 'BX', '2.000');
    const { lookups } = mapping.collectNeeds([record, line('MZ-1', 'C62', '1.000')], 'encode');
    expect(lookups).toEqual([
      { table: 'packs', direction: 'decode', value: 'MZ-1 BX' },
      { table: 'packs', direction: 'decode', value: 'MZ-1 C62' },
    ]);
    const resolver = {
      toCanonical: (_table: string, key: string) => new Map<string, string>(packs).get(key),
      toVendor: () => undefined,
    };
    expect(mapping.encode(record, { lookups: resolver })).toMatchObject({
      Items: [{ BaseQty: '24.000' }],
    });
  });

  it('need their table', () => {
    expect(() => compileTemplate(templateOf(fields))).toThrow(
      expect.objectContaining({ path: 'fields[0].each[2].codec.packs.table' }),
    );
  });
});

describe('a template refuses a quantity', () => {
  it.each<[string, Partial<QuantityCodecOptions>, string, RegExp]>([
    [
      'between different things',
      { vendorUnit: 'LTR' },
      'fields[0].codec.vendorUnit',
      /cannot be converted to KGM/,
    ],
    ['of an unknown unit', { vendorUnit: 'KG' }, 'fields[0].codec.vendorUnit', /no known size/],
    ['without places', { scale: undefined } as never, 'fields[0].codec.scale', /is missing/],
    [
      'of an unmapped unit',
      { canonicalUnit: { field: 'unit' } },
      'fields[0].codec',
      /does not map/,
    ],
    [
      'of an unmapped item',
      { packs: { table: 't', item: 'itm' } },
      'fields[0].codec',
      /"itm", which the template does not map/,
    ],
    [
      'that is written in the unit of a field',
      { vendorUnit: { field: 'Uom' } },
      'fields[0].codec',
      /give direction "decode"/,
    ],
  ])('%s', (_name, codec, path, message) => {
    expect(() => weightOf(codec)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_TEMPLATE',
        path,
        message: expect.stringMatching(message),
      }),
    );
  });
});
