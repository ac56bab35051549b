import { describe, expect, it } from 'vitest';
import type { CodecOptions } from './codec-options.ts';
import { compileTemplate } from './compile-template.ts';
import { defineTemplate } from './define-template.ts';
import type { FieldMapping, MappingTemplate } from './mapping-template.ts';

const mappingOf = (fields: readonly FieldMapping[], more: Partial<MappingTemplate> = {}) =>
  compileTemplate(
    defineTemplate({
      id: 'sap.order',
      version: 4,
      vendor: { entity: 'v' },
      canonical: { entity: 'c' },
      fields,
      ...more,
    }),
  );
const only = (codec: CodecOptions, v: unknown) =>
  mappingOf([{ vendor: 'V', canonical: 'c', codec }]).explain({ V: v }, 'decode').fields[0];

describe('explain', () => {
  it('tells for a field where the value came from and what was done to it', () => {
    const mapping = mappingOf([
      {
        vendor: 'to_Item',
        canonical: 'lines',
        each: [
          {
            vendor: 'Price',
            canonical: 'unitPrice',
            codec: { kind: 'decimal', scale: 2, rounding: 'half-even' },
          },
        ],
      },
    ]);
    const explanation = mapping.explain({ to_Item: [{}, { Price: '10.005' }] }, 'decode');
    expect(explanation).toMatchObject({ template: 'sap.order', version: 4, direction: 'decode' });
    expect(explanation.fields[1]).toEqual({
      canonical: 'lines[1].unitPrice',
      vendor: 'to_Item[1].Price',
      codec: 'decimal',
      inputType: 'text of 6 characters',
      input: '10.005',
      output: '10.00',
      done: 'rounded half-even to 2 places',
    });
    expect(explanation.fields[0]).toMatchObject({
      canonical: 'lines[0].unitPrice',
      done: 'no value',
    });
  });

  it.each<[CodecOptions, unknown, string]>([
    [{ kind: 'text' }, 'a', 'as it is'],
    [{ kind: 'text', trim: true }, ' a ', 'trimmed'],
    [{ kind: 'text', zeroPad: 10 }, '0000017300', 'leading zeros taken off'],
    [{ kind: 'text', vendorCase: 'upper', case: 'lower' }, 'EN', 'in lower case'],
    [{ kind: 'decimal', scale: 3 }, '5', 'written with 3 places'],
    [{ kind: 'decimal', scale: 1, trailingMinus: true }, ' 5.0- ', 'written with 1 places'],
    [{ kind: 'date', format: 'YYYYMMDD' }, '20260131', 'read from YYYYMMDD'],
    [{ kind: 'instant' }, '2026-01-31T12:00:00+01:00', 'read from iso, in UTC'],
    [{ kind: 'enum', values: { A: 'open' } }, 'A', 'code translated'],
    [
      { kind: 'enum', values: { A: 'open' }, otherwise: 'open' },
      'Z',
      'unknown code, read as the value for all others',
    ],
    [{ kind: 'currency', exceptions: { RMB: 'CNY' } }, 'RMB', 'currency code translated'],
    [{ kind: 'unit', units: { PC: 'C62' } }, 'PC', 'read as UN/ECE unit'],
    [{ kind: 'flag' }, 'X', 'flag read as true or false'],
    [{ kind: 'integer' }, '0010', 'written as number'],
    [{ kind: 'text' }, '', 'no value'],
  ])('says of %j and %j: %s', (codec, value, done) => {
    expect(only(codec, value)?.done).toBe(done);
  });

  it('lets an own codec say what it did, or names it', () => {
    const done = (describe?: () => string) => {
      const codec = {
        decode: () => 'x',
        encode: () => 'y',
        sample: () => 'x',
        ...(describe ? { describe } : {}),
      };
      const fields = [
        { vendor: 'V', canonical: 'c', codec: { kind: 'own', name: 'mine' } },
      ] as const;
      const template = { id: 't', version: 1, vendor: { entity: 'v' }, canonical: { entity: 'c' } };
      const mapping = compileTemplate({ ...template, fields }, { codecs: { mine: () => codec } });
      return mapping.explain({ V: 'v' }, 'decode').fields[0]?.done;
    };
    expect(done(() => 'turned round')).toBe('turned round');
    expect(done()).toBe('converted by mine');
  });

  it('says where defaults, constants, conditions and clearing were at work', () => {
    const mapping = mappingOf([
      { vendor: 'A', canonical: 'a', default: 'x' },
      { vendor: 'B', canonical: 'b', vendorDefault: 'y' },
      { vendor: 'C', constant: 'NB' },
      { canonical: 'd', constant: 'order' },
      {
        vendor: 'E',
        canonical: 'e',
        direction: 'decode',
        when: { vendor: { path: 'F', equals: 1 } },
      },
      { vendor: 'G', canonical: 'g', empty: '' },
    ]);
    const done = (direction: 'decode' | 'encode', record: object) =>
      mapping
        .explain(record as Record<string, unknown>, direction)
        .fields.map((field) => [field.vendor ?? field.canonical, field.done]);
    expect(done('decode', { A: '', E: 'skipped' })).toEqual([
      ['A', 'empty, default used'],
      ['B', 'no value'],
      ['d', 'constant'],
      ['E', 'left alone: the condition does not hold'],
      ['G', 'no value'],
    ]);
    expect(done('encode', { d: 'order', g: null })).toEqual([
      ['A', 'no value'],
      ['B', 'default used'],
      ['C', 'constant'],
      ['d', 'constant checked'],
      ['G', 'cleared'],
    ]);
  });

  it('tells a problem instead of throwing', () => {
    expect(only({ kind: 'decimal' }, '1,5')).toMatchObject({
      done: 'refused',
      problem: expect.stringMatching(/is not a decimal/),
      output: undefined,
    });
  });

  it('lists what nobody maps, so that nothing is lost unseen', () => {
    const mapping = mappingOf([{ vendor: 'A.B', canonical: 'a' }], { custom: { prefix: 'YY1_' } });
    const vendor = { A: { B: '1' }, Forgotten: 1, YY1_X: 2 };
    expect(mapping.explain(vendor, 'decode').unmapped).toEqual(['Forgotten']);
    const canonical = { a: '1', custom: {}, source: {}, extra: 1 };
    expect(mapping.explain(canonical, 'encode').unmapped).toEqual(['extra']);
  });
});
