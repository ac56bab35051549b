import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../compile-template.ts';
import { defineTemplate } from '../define-template.ts';
import { createReferenceTable } from '../reference-resolver.ts';
import { checkTemplateLaws } from '../template-laws.ts';
import type { ListCodecOptions } from './list-codec.ts';

const templateOf = (options: Omit<ListCodecOptions, 'kind'>) =>
  defineTemplate({
    id: 'test',
    version: 1,
    vendor: { entity: 'v' },
    canonical: { entity: 'c' },
    fields: [{ vendor: 'v', canonical: 'c', codec: { kind: 'list', ...options } }],
  });
const tags = templateOf({ of: { kind: 'enum', values: { A: 'urgent', B: 'blocked' } } });
const picklist = templateOf({
  of: { kind: 'enum', values: { A: 'urgent', B: 'blocked' } },
  separator: ';',
});

describe('a list of values', () => {
  it('is converted value by value', () => {
    const mapping = compileTemplate(tags);
    expect(mapping.decode({ v: ['A', 'B'] })).toEqual({ c: ['urgent', 'blocked'] });
    expect(mapping.encode({ c: ['blocked'] })).toEqual({ v: ['B'] });
    expect(mapping.decode({ v: [] })).toEqual({ c: [] });
    expect(mapping.encode({ c: null })).toEqual({ v: [] });
    expect(mapping.explain({ v: ['A'] }, 'decode').fields[0]?.done).toBe('list, value by value');
  });

  it('is one text at vendors that separate the values', () => {
    const mapping = compileTemplate(picklist);
    expect(mapping.decode({ v: 'A;B' })).toEqual({ c: ['urgent', 'blocked'] });
    expect(mapping.decode({ v: '' })).toEqual({});
    expect(mapping.encode({ c: ['blocked', 'urgent'] })).toEqual({ v: 'B;A' });
    expect(mapping.encode({ c: null })).toEqual({ v: '' });
    expect(mapping.explain({ v: 'A' }, 'decode').fields[0]?.done).toBe('list with ; between');
  });

  it.each([
    [tags, { v: 'A' }, /expected a list/],
    [tags, { v: ['A', 'Z'] }, /value 2 of the list: expected one of the codes A, B/],
    [tags, { v: ['A', null] }, /value 2 of the list: is empty/],
    [picklist, { v: ['A'] }, /one text, with ; between/],
    [picklist, { v: 'A;;B' }, /value 2 of the list: is empty/],
  ])('refuses to read what is none', (template, record, message) => {
    expect(() => compileTemplate(template).decode(record)).toThrow(message);
  });

  it('refuses to write a value that holds the separator, or is no text', () => {
    const text = compileTemplate(templateOf({ of: { kind: 'text' }, separator: ';' }));
    expect(() => text.encode({ c: ['a;b'] })).toThrow(/must not hold ;/);
    const numbers = compileTemplate(templateOf({ of: { kind: 'integer' }, separator: ';' }));
    expect(() => numbers.encode({ c: [1] })).toThrow(/written as text/);
  });

  it('of references asks for each of them', () => {
    const template = templateOf({ of: { kind: 'reference', entity: 'plant' } });
    const mapping = compileTemplate(template, {
      references: createReferenceTable([{ entity: 'plant', vendor: '1', canonical: 'one' }]),
    });
    expect(mapping.collectReferences([{ v: ['1', '2'] }], 'decode')).toEqual([
      { entity: 'plant', key: '1' },
      { entity: 'plant', key: '2' },
    ]);
    expect(mapping.decode({ v: ['1'] })).toEqual({ c: ['one'] });
    expect(() => mapping.decode({ v: ['1', '2'] })).toThrow(
      expect.objectContaining({ retryable: true, path: 'c' }),
    );
  });

  it.each([
    ['enums', tags],
    ['a picklist', picklist],
    ['texts with a separator', templateOf({ of: { kind: 'text', maxLength: 5 }, separator: '-' })],
    ['decimals', templateOf({ of: { kind: 'decimal', scale: 2 } })],
    ['references', templateOf({ of: { kind: 'reference', entity: 'x' } })],
  ])('keeps the laws: %s', (_name, template) => {
    expect(checkTemplateLaws(template, { records: 500 })).toEqual([]);
  });

  it.each([
    ['a list in it', { kind: 'list', of: { kind: 'text' } }, 'fields[0].codec.of'],
    ['an amount in it', { kind: 'decimal', scale: { currencyField: 'c' } }, 'fields[0].codec.of'],
    ['a misspelt codec in it', { kind: 'txt' }, 'fields[0].codec.of.kind'],
  ])('is refused with %s', (_name, of, path) => {
    expect(() => templateOf({ of: of as never })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_TEMPLATE', path }),
    );
  });

  it('is told which table is missing', () => {
    const template = templateOf({ of: { kind: 'lookup', table: 'x' } });
    expect(() => compileTemplate(template)).toThrow(
      expect.objectContaining({ path: 'fields[0].codec.of.table' }),
    );
  });
});
