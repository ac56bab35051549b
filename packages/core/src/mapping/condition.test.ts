import { describe, expect, it } from 'vitest';
import { compileTemplate } from './compile-template.ts';
import { defineTemplate } from './define-template.ts';
import type { Condition, FieldMapping } from './mapping-template.ts';
import { checkTemplateLaws } from './template-laws.ts';

const templateOf = (fields: readonly FieldMapping[]) =>
  defineTemplate({
    id: 'test',
    version: 1,
    vendor: { entity: 'v' },
    canonical: { entity: 'c' },
    fields,
  });

/** Whether a field with the condition is mapped. */
function holds(vendor: Condition | readonly Condition[], record: object): boolean {
  const field = { vendor: 'V', canonical: 'c', direction: 'decode', when: { vendor } } as const;
  return 'c' in compileTemplate(templateOf([field])).decode({ V: 'x', ...record });
}

const isA: Condition = { path: 'a', equals: 1 };
const isB: Condition = { path: 'b', equals: 1 };

describe('conditions', () => {
  it.each<[string, Condition | readonly Condition[], readonly string[]]>([
    ['equals', { path: 'a', equals: 1 }, ['a', 'ab']],
    ['notEquals', { path: 'a', notEquals: 1 }, ['', 'b']],
    ['in', { path: 'a', in: [1, 2] }, ['a', 'ab']],
    ['notIn', { path: 'a', notIn: [1, 2] }, ['', 'b']],
    ['present', { path: 'a', present: true }, ['a', 'ab']],
    ['absent', { path: 'a', present: false }, ['', 'b']],
    ['a list', [isA, isB], ['ab']],
    ['all', { all: [isA, isB] }, ['ab']],
    ['any', { any: [isA, isB] }, ['a', 'b', 'ab']],
    ['not', { not: isA }, ['', 'b']],
    ['not any', { not: { any: [isA, isB] } }, ['']],
    [
      'any of all',
      { any: [{ all: [isA, { not: isB }] }, { all: [isB, { not: isA }] }] },
      ['a', 'b'],
    ],
  ])('%s', (_name, condition, expected) => {
    const records = { '': {}, a: { a: 1 }, b: { b: 1 }, ab: { a: 1, b: 1 } };
    const met = Object.entries(records).flatMap(([name, record]) =>
      holds(condition, record) ? [name] : [],
    );
    expect(met).toEqual(expected);
  });

  it('an empty text and null are not present', () => {
    expect(
      [{ a: '' }, { a: null }, { a: 0 }, { a: false }].map((record) =>
        holds({ path: 'a', present: true }, record),
      ),
    ).toEqual([false, false, true, true]);
  });

  const document = templateOf([
    {
      vendor: 'Items',
      canonical: 'lines',
      each: [
        {
          vendor: 'Parts',
          canonical: 'parts',
          each: [
            {
              vendor: 'Batch',
              canonical: 'batch',
              when: {
                vendor: [
                  { path: '^.^.Type', equals: 'Z' },
                  { path: '^.Kind', equals: 'K' },
                ],
                canonical: [
                  { path: '^.^.type', equals: 'special' },
                  { path: '^.kind', equals: 'K' },
                ],
              },
            },
          ],
        },
        { vendor: 'Kind', canonical: 'kind', codec: { kind: 'enum', values: { K: 'K', L: 'L' } } },
      ],
    },
    {
      vendor: 'Type',
      canonical: 'type',
      codec: { kind: 'enum', values: { Z: 'special', N: 'normal' } },
      required: true,
    },
  ]);

  it('in lists in lists ask for fields of the records around', () => {
    const mapping = compileTemplate(document);
    const vendor = (Type: string, Kind: string) => ({
      Type,
      Items: [{ Kind, Parts: [{ Batch: 'B' }] }],
    });
    const parts = (Type: string, Kind: string) =>
      (mapping.decode(vendor(Type, Kind)).lines as { parts: unknown }[])[0]?.parts;
    expect([parts('Z', 'K'), parts('Z', 'L'), parts('N', 'K')]).toEqual([
      [{ batch: 'B' }],
      [{}],
      [{}],
    ]);
    const decoded = mapping.decode(vendor('Z', 'K'));
    expect(mapping.encode(decoded)).toEqual(vendor('Z', 'K'));
    expect(mapping.explain(vendor('N', 'K'), 'decode').fields[0]).toMatchObject({
      vendor: 'Items[0].Parts[0].Batch',
      done: 'left alone: the condition does not hold',
    });
    expect(checkTemplateLaws(document)).toEqual([]);
  });

  const field = { vendor: 'V', canonical: 'c', direction: 'decode' } as const;
  it.each<[string, unknown, string, RegExp]>([
    ['out of no list', { path: '^.x', equals: 1 }, 'fields[0].when.vendor', /no list around/],
    ['an empty any', { any: [] }, 'fields[0].when.vendor.any', /not empty/],
    ['a wrong part', { any: [{ path: 'x' }] }, 'fields[0].when.vendor.any[0]', /exactly one/],
    ['two joins', { any: [isA], not: isB }, 'fields[0].when.vendor.not', /no known property/],
    ['nothing to negate', { not: null }, 'fields[0].when.vendor.not', /must be a record/],
    ['no path', { not: { path: '', equals: 1 } }, 'fields[0].when.vendor.not.path', /not empty/],
  ])('refuse %s', (_name, vendor, path, message) => {
    const wrong = { ...field, when: { vendor } } as FieldMapping;
    expect(() => templateOf([wrong])).toThrow(
      expect.objectContaining({ path, message: expect.stringMatching(message) }),
    );
  });

  it('refuse to look further out than the lists reach', () => {
    const inner = { ...field, when: { vendor: { path: '^.^.x', present: true } } } as FieldMapping;
    expect(() => templateOf([{ vendor: 'l', canonical: 'l', each: [inner] }])).toThrow(
      expect.objectContaining({
        path: 'fields[0].each[0].when.vendor',
        message: expect.stringContaining('which are 1'),
      }),
    );
  });
});
