import { describe, expect, it } from 'vitest';
import type { ConnectorError } from '../errors/connector-error.ts';
import { defineTemplate, parseTemplate } from './define-template.ts';
import type { FieldMapping } from './mapping-template.ts';

const base = {
  id: 't',
  version: 1,
  vendor: { entity: 'v' },
  canonical: { entity: 'c' },
};
const field = { vendor: 'a', canonical: 'b' };

const problemOf = (template: unknown): Pick<ConnectorError, 'code' | 'path' | 'message'> => {
  try {
    parseTemplate(template);
  } catch (error) {
    return error as ConnectorError;
  }
  throw new Error('expected the template to be refused');
};

describe('parseTemplate', () => {
  it('reads JSON text and gives what was written', () => {
    const template = defineTemplate({ ...base, fields: [{ ...field, note: 'the key' }] });
    expect(parseTemplate(JSON.stringify(template))).toEqual(template);
  });

  it('refuses broken JSON', () => {
    expect(problemOf('{')).toMatchObject({ code: 'ERR_INVALID_TEMPLATE' });
  });

  it.each<[string, unknown, string, RegExp]>([
    ['no record', 5, '', /it must be a record/],
    ['no fields', base, 'fields', /is missing/],
    ['a misspelt property', { ...base, fields: [], custm: {} }, 'custm', /Did you mean "custom"/],
    [
      'a misspelt property of a field',
      { ...base, fields: [{ vendor: 'a', canonicl: 'b' }] },
      'fields[0].canonicl',
      /Did you mean "canonical"/,
    ],
    [
      'an empty path',
      { ...base, fields: [{ ...field, vendor: '' }] },
      'fields[0].vendor',
      /text that is not empty/,
    ],
    [
      'a path that is none',
      { ...base, fields: [{ ...field, vendor: 'a..b' }] },
      'fields[0].vendor',
      /is no path/,
    ],
    ['version 0', { ...base, version: 0, fields: [] }, 'version', /whole number/],
    [
      'an unknown direction',
      { ...base, fields: [{ ...field, direction: 'decod' }] },
      'fields[0].direction',
      /Did you mean "decode"/,
    ],
    [
      'a condition without a test',
      { ...base, fields: [{ ...field, when: { vendor: { path: 'x' } } }] },
      'fields[0].when.vendor',
      /exactly one of/,
    ],
    [
      'a condition with two tests',
      { ...base, fields: [{ ...field, when: { vendor: [{ path: 'x', equals: 1, in: [1] }] } }] },
      'fields[0].when.vendor[0]',
      /exactly one of/,
    ],
    [
      'a constant for both sides',
      { ...base, fields: [{ ...field, constant: 1 }] },
      'fields[0]',
      /either `vendor` or `canonical`/,
    ],
    [
      'a constant for no side',
      { ...base, fields: [{ constant: 1 }] },
      'fields[0]',
      /either `vendor` or `canonical`/,
    ],
    [
      'a default that is no JSON',
      { ...base, fields: [{ ...field, default: () => 1 }] },
      'fields[0].default',
      /JSON/,
    ],
    [
      'a table with a short row',
      { ...base, fields: [], tables: { t: [['a']] } },
      'tables.t[0]',
      /two texts/,
    ],
    [
      'a table with a vendor value twice',
      {
        ...base,
        fields: [],
        tables: {
          t: [
            ['a', 'x'],
            ['a', 'y'],
          ],
        },
      },
      'tables.t[1]',
      /second time/,
    ],
    [
      'a deep problem',
      {
        ...base,
        fields: [{ ...field, each: [field, { ...field, codec: { kind: 'decimal', scale: -1 } }] }],
      },
      'fields[0].each[1].codec.scale',
      /whole number from 0/,
    ],
  ])('refuses %s and says where', (_name, template, path, message) => {
    const problem = problemOf(template);
    expect(problem.code).toBe('ERR_INVALID_TEMPLATE');
    expect(problem.path ?? '').toBe(path);
    expect(problem.message).toMatch(message);
  });

  it.each<[string, unknown, string, RegExp]>([
    ['a misspelt kind', { kind: 'decmal' }, 'kind', /Did you mean "decimal"/],
    ['no kind', {}, 'kind', /is missing/],
    ['a kind of another type', { kind: 5 }, 'kind', /must be one of/],
    ['no record', 'decimal', 'kind', /is missing/],
    ['an option of another codec', { kind: 'date', scale: 2 }, 'scale', /is no known property/],
    ['a misspelt option', { kind: 'decimal', scal: 2 }, 'scal', /Did you mean "scale"/],
    [
      'an unknown rounding',
      { kind: 'decimal', rounding: 'half-evn' },
      'rounding',
      /Did you mean "half-even"/,
    ],
    ['a required option missing', { kind: 'reference' }, 'entity', /is missing/],
    [
      'an enum that is not one to one',
      { kind: 'enum', values: { A: 'x', B: 'x' } },
      'values.B',
      /move one of them to aliases/,
    ],
    ['an empty enum', { kind: 'enum', values: {} }, 'values', /must not be empty/],
    [
      'an alias of no value',
      { kind: 'enum', values: { A: 'open' }, aliases: { B: 'opn' } },
      'aliases.B',
      /Did you mean "open"/,
    ],
    [
      'an otherwise that is no value',
      { kind: 'enum', values: { A: 'x' }, otherwise: 'yyy' },
      'otherwise',
      /value of `values`/,
    ],
  ])('refuses a codec with %s', (_name, codec, path, message) => {
    const problem = problemOf({ ...base, fields: [{ ...field, codec }] });
    expect(problem.path).toBe(`fields[0].codec.${path}`);
    expect(problem.message).toMatch(message);
  });

  it('tells all problems at once', () => {
    const { message } = problemOf({ ...base, fields: [{ vendor: 'a' }, { canonical: 'b' }] });
    expect(message).toContain('fields[0].canonical is missing.');
    expect(message).toContain('fields[1].vendor is missing.');
  });
});

describe('defineTemplate refuses what would lose data', () => {
  const define = (fields: readonly FieldMapping[]) => problemOf({ ...base, fields });

  it.each<[string, readonly FieldMapping[], string]>([
    [
      'two fields for one canonical path',
      [field, { ...field, vendor: 'x' }],
      'fields[1].canonical',
    ],
    ['two fields for one vendor path', [field, { ...field, canonical: 'x' }], 'fields[1].vendor'],
    ['a field inside another', [field, { vendor: 'x', canonical: 'b.c' }], 'fields[1].canonical'],
    [
      'a field inside a list',
      [
        { vendor: 'l', canonical: 'm', each: [] },
        { vendor: 'x', canonical: 'm[0].y' },
      ],
      'fields[1].canonical',
    ],
    [
      'the first element and a chosen one',
      [
        { vendor: 'x', canonical: 'm[0].y' },
        { vendor: 'z', canonical: 'm[k=v].y' },
      ],
      'fields[1].canonical',
    ],
    [
      'a collision inside a list',
      [{ vendor: 'l', canonical: 'm', each: [field, field] }],
      'fields[0].each[1].canonical',
    ],
  ])('%s', (_name, fields, path) => {
    const problem = define(fields);
    expect(problem.message).toMatch(/writes as well/);
    expect(problem.path).toBe(path);
  });

  it.each<[string, readonly FieldMapping[]]>([
    [
      'one field for each direction',
      [
        { ...field, direction: 'decode' },
        { ...field, direction: 'encode' },
      ],
    ],
    [
      'elements chosen by different values',
      [
        { vendor: 'x', canonical: 'm[k=1].y' },
        { vendor: 'z', canonical: 'm[k=2].y' },
      ],
    ],
    [
      'fields side by side',
      [
        { vendor: 'x', canonical: 'm[0].y' },
        { vendor: 'z', canonical: 'm[0].z' },
      ],
    ],
    [
      'names that only begin alike',
      [
        { vendor: 'x', canonical: 'unit' },
        { vendor: 'z', canonical: 'unitPrice' },
      ],
    ],
  ])('but accepts %s', (_name, fields) => {
    expect(defineTemplate({ ...base, fields }).fields).toEqual(fields);
  });

  it('a third field beside two that share a path by their conditions', () => {
    const when = {
      vendor: { path: 'x', equals: 1 },
      canonical: { path: 'x', equals: 1 },
    };
    const fields = [
      { vendor: 'a', canonical: 'b' },
      { vendor: 'c', canonical: 'd', when },
      { vendor: 'e', canonical: 'd', when },
      { vendor: 'f', canonical: 'd' },
    ];
    expect(defineTemplate({ ...base, fields: fields.slice(0, 3) }).fields).toHaveLength(3);
    const { message } = define(fields);
    expect(message).toContain('which fields[1] writes as well');
    expect(message).toContain('which fields[2] writes as well');
  });

  it('a condition for one direction of a field that is mapped both ways', () => {
    const problem = define([{ ...field, when: { vendor: { path: 'x', equals: 1 } } }]);
    expect(problem.path).toBe('fields[0].when');
    expect(problem.message).toMatch(/needs both/);
  });

  it('a default that the codec could not have read', () => {
    const problem = define([{ ...field, codec: { kind: 'decimal', scale: 2 }, default: '1' }]);
    expect(problem.path).toBe('fields[0].default');
    const enumField = { ...field, codec: { kind: 'enum', values: { A: 'x' } } } as const;
    expect(define([{ ...enumField, default: 'y' }]).path).toBe('fields[0].default');
    expect(define([{ ...enumField, vendorDefault: 'x' }]).path).toBe('fields[0].vendorDefault');
    expect(
      defineTemplate({ ...base, fields: [{ ...enumField, default: 'x' }] }).fields,
    ).toHaveLength(1);
  });
});
