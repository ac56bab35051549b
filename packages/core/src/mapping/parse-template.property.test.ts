import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  commonAmendmentTemplate,
  commonBusinessRelationshipTemplate,
  commonCompanyTemplate,
  commonPurchaseOrderTemplate,
} from '../common/templates/index.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { compileTemplate } from './compile-template.ts';
import { parseTemplate } from './define-template.ts';
import { extendTemplate } from './extend-template.ts';
import { parseExtension } from './parse-extension.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A template with about every property that there is. */
const everything = {
  id: 'fuzz',
  version: 3,
  description: 'all of it',
  vendor: { system: 'x', entity: 'v' },
  canonical: { entity: 'thing' },
  extends: { id: 'base', version: 2 },
  custom: { prefix: ['A_', 'B_'], suffix: '__c', names: ['Own'] },
  tables: {
    terms: [
      ['A', 'x'],
      ['B', 'y'],
    ],
    packs: [['P BX', '12 C62']],
  },
  fields: [
    {
      vendor: 'Cur',
      canonical: 'currency',
      codec: { kind: 'currency', exceptions: { RMB: 'CNY' } },
    },
    {
      vendor: 'Unit',
      canonical: 'unit',
      codec: { kind: 'unit', units: { PC: 'C62' }, unknown: 'keep' },
    },
    { vendor: 'Item', canonical: 'product', required: 'encode', note: 'n' },
    {
      vendor: 'Amount',
      canonical: 'amount',
      codec: { kind: 'decimal', scale: { currencyField: 'currency' }, vendorAmount: 'minor' },
    },
    {
      vendor: 'to_L[K=1].X',
      canonical: 'x',
      codec: { kind: 'lookup', table: 'terms', unknown: 'omit' },
      default: 'x',
      vendorDefault: 'A',
      empty: '',
    },
    {
      vendor: 'Tags',
      canonical: 'tags',
      codec: {
        kind: 'list',
        of: { kind: 'enum', values: { A: 'a' }, otherwise: 'a' },
        separator: ';',
      },
    },
    {
      vendor: 'Plants',
      canonical: 'plants',
      codec: { kind: 'list', of: { kind: 'lookup', table: 'terms' } },
    },
    { vendor: 'Type', constant: { deep: [1, null] } },
    { canonical: 'kind', constant: true },
    {
      vendor: 'Items',
      canonical: 'lines',
      required: true,
      custom: { prefix: 'Z' },
      each: [
        {
          vendor: 'Qty',
          canonical: 'quantity',
          codec: {
            kind: 'quantity',
            scale: 3,
            canonicalUnit: { field: '^.unit' },
            vendorUnit: 'KGM',
            packs: { table: 'packs', item: '^.product' },
            rounding: 'half-up',
          },
          when: {
            vendor: {
              any: [{ path: '^.Cur', in: ['EUR'] }, { not: { path: 'A', present: true } }],
            },
            canonical: [
              { path: '^.currency', notIn: ['USD'] },
              { path: 'b', notEquals: 1 },
            ],
          },
        },
        {
          vendor: 'D',
          canonical: 'd',
          direction: 'decode',
          codec: { kind: 'date', format: 'YYYYMMDD' },
        },
        {
          vendor: 'I',
          canonical: 'i',
          codec: { kind: 'integer', vendorType: 'text', zeroPad: 5, max: 99 },
        },
        {
          vendor: 'R',
          canonical: 'r',
          codec: { kind: 'reference', entity: 'plant', unknown: 'keep' },
        },
      ],
    },
  ],
};
const templates: readonly Json[] = [
  everything,
  commonPurchaseOrderTemplate('EUR'),
  commonAmendmentTemplate,
  commonCompanyTemplate,
  commonBusinessRelationshipTemplate,
].map((template) => JSON.parse(JSON.stringify(template)) as Json);

/** All places of a JSON value. */
function placesOf(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([name, item]) => placesOf(item, [...path, name]));
  return [path, ...inner];
}

/** The value with another one at a place; `undefined` takes it away. */
function withChange(
  value: Json,
  [name, ...rest]: readonly string[],
  change: (old: Json) => Json | undefined,
): Json | undefined {
  if (name === undefined) return change(value);
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string,
    Json
  >;
  const changed = withChange(copy[name] as Json, rest, change);
  if (changed === undefined) delete copy[name];
  else copy[name] = changed;
  return (
    Array.isArray(value) ? (copy as unknown as Json[]).filter((item) => item !== undefined) : copy
  ) as Json;
}

const junk: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(
    '',
    '^.',
    '^.^.^.x',
    'a..b',
    "'",
    '[',
    'a[',
    'a[b=c]',
    '__proto__',
    '\0',
    'constructor.x',
    -1,
    1e99,
    {},
    [],
    [[]],
    null,
    'decode',
    '[]',
  ),
);
const mutated = fc
  .constantFrom(...templates)
  .chain((template) =>
    fc.record({
      template: fc.constant(template),
      place: fc.constantFrom(...placesOf(template)),
      how: fc.oneof(
        fc.record({ kind: fc.constant('replace' as const), by: junk }),
        fc.record({ kind: fc.constant('remove' as const) }),
        fc.record({
          kind: fc.constant('add' as const),
          by: junk,
          name: fc.oneof(
            fc.string({ maxLength: 6 }),
            fc.constantFrom('kind', 'each', 'codec', 'scale', '__proto__', 'toString'),
          ),
        }),
      ),
    }),
  )
  .map(({ template, place, how }) => ({
    place,
    value: withChange(template, place, (old) => {
      if (how.kind === 'remove') return undefined;
      if (how.kind === 'replace') return how.by;
      if (typeof old !== 'object' || old === null || Array.isArray(old)) return how.by;
      return { ...old, [how.name]: how.by };
    }),
  }));

/** What a template of bad form or sense gives: nothing, or a clear error. */
function outcomeOf(action: () => unknown): 'accepted' | ConnectorError {
  try {
    action();
    return 'accepted';
  } catch (error) {
    if (ConnectorError.isInstance(error)) return error;
    throw error;
  }
}

describe('templates out of anybody’s hands', () => {
  it('as they were shipped are taken', () => {
    for (const template of templates)
      expect(parseTemplate(JSON.stringify(template))).toEqual(template);
  });

  it('give a clear error with a path for everything that is wrong, and never break', () => {
    fc.assert(
      fc.property(mutated, ({ value }) => {
        const outcome = outcomeOf(() => compileTemplate(parseTemplate(JSON.stringify(value))));
        if (outcome === 'accepted') return;
        expect(outcome.code).toBe('ERR_INVALID_TEMPLATE');
        const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
        // Of what is no record at all, there is no path to tell.
        if (isRecord) expect(outcome.path).toMatch(/./);
        expect(outcome.message).not.toMatch(/undefined|\[object/);
      }),
      { numRuns: 1500 },
    );
  });

  it('that were accepted hold nothing that is not meant to be there', () => {
    fc.assert(
      fc.property(mutated, ({ value }) => {
        if (outcomeOf(() => parseTemplate(value)) !== 'accepted') return;
        const mapping = outcomeOf(() => compileTemplate(value as never));
        if (mapping !== 'accepted') return;
        // Whatever record comes: a record, or a clear error.
        const compiled = compileTemplate(value as never);
        for (const record of [{}, { lines: [{}], Items: [{}] }, { amount: '1', currency: 'EUR' }]) {
          for (const direction of ['decode', 'encode'] as const) {
            const outcome = outcomeOf(() => compiled[direction](record));
            if (outcome !== 'accepted') expect(outcome.code).toBe('ERR_MAPPING');
            compiled.explain(record, direction);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each(['description', 'note', 'x', '$schema', 'Fields'])(
    'with a property that nobody knows are refused anywhere: %s',
    (name) => {
      const records = placesOf(everything as Json).filter((place) => {
        const last = place.at(-1) ?? '';
        // In these any name may stand.
        const isOpen = ['values', 'units', 'exceptions', 'tables', 'constant', 'deep'].includes(
          last,
        );
        return !isOpen && !place.includes('constant');
      });
      let checked = 0;
      for (const place of records) {
        let isRecord = false;
        const value = withChange(everything as Json, place, (old) => {
          isRecord =
            typeof old === 'object' && old !== null && !Array.isArray(old) && !(name in old);
          return isRecord ? { ...(old as object), [name]: { never: 'known' } } : old;
        });
        if (!isRecord) continue;
        checked += 1;
        const outcome = outcomeOf(() => parseTemplate(value));
        expect(outcome, place.join('.')).toMatchObject({ code: 'ERR_INVALID_TEMPLATE' });
        expect((outcome as ConnectorError).path, place.join('.')).toContain(name);
      }
      expect(checked).toBeGreaterThan(30);
    },
  );

  it.each(['__proto__', 'constructor', 'toString'])(
    'that name the table and the codec "%s" mean no other',
    (name) => {
      const of = (codec: object) => ({
        ...everything,
        fields: [{ vendor: 'a', canonical: 'b', codec }],
      });
      for (const [codec, path] of [
        [{ kind: 'lookup', table: name }, 'codec.table'],
        [{ kind: 'own', name }, 'codec.name'],
        [{ kind: 'list', of: { kind: 'own', name } }, 'codec.of.name'],
      ] as const) {
        expect(outcomeOf(() => compileTemplate(parseTemplate(of(codec))))).toMatchObject({
          code: 'ERR_INVALID_TEMPLATE',
          path: `fields[0].${path}`,
        });
      }
    },
  );

  it('of any depth, or without end, do not exhaust the stack', () => {
    const endless: Record<string, unknown> = { ...everything };
    endless.tables = endless;
    expect(outcomeOf(() => parseTemplate(endless))).toMatchObject({ code: 'ERR_INVALID_TEMPLATE' });
    let deep: Json = [];
    for (let level = 0; level < 50_000; level += 1) deep = [deep];
    const field = { vendor: 'a', canonical: 'b', default: deep };
    expect(outcomeOf(() => parseTemplate({ ...everything, fields: [field] }))).toMatchObject({
      code: 'ERR_INVALID_TEMPLATE',
    });
    let nested: Json = { vendor: 'a', canonical: 'b' };
    for (let level = 0; level < 5000; level += 1) {
      nested = { vendor: 'a', canonical: 'b', each: [nested] };
    }
    expect(outcomeOf(() => parseTemplate({ ...everything, fields: [nested] }))).toMatchObject({
      code: 'ERR_INVALID_TEMPLATE',
    });
  });
});

describe('extensions out of anybody’s hands', () => {
  const extension: Json = {
    id: 'ours',
    version: 1,
    base: { id: 'fuzz', version: 3 },
    override: { amount: { codec: { vendorAmount: null } }, 'lines[].i': { required: true } },
    add: [
      { vendor: 'Items[].N', canonical: 'lines[].n' },
      { vendor: 'N', constant: 1 },
    ],
    remove: ['lines[].r', 'vendor:Type'],
    tables: { more: [['a', 'b']] },
  };
  const mutatedExtension = fc
    .record({
      place: fc.constantFrom(...placesOf(extension)),
      by: fc.option(junk, { nil: undefined }),
    })
    .map(({ place, by }) => withChange(extension, place, () => by));

  it('are taken or give a clear error with a path', () => {
    const base = parseTemplate(everything);
    expect(outcomeOf(() => extendTemplate(base, parseExtension(extension)))).toBe('accepted');
    fc.assert(
      fc.property(mutatedExtension, (value) => {
        const outcome = outcomeOf(() => extendTemplate(base, parseExtension(value)));
        if (outcome === 'accepted') return;
        expect(outcome.code).toBe('ERR_INVALID_TEMPLATE');
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
          expect(outcome.path).toMatch(/./);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
