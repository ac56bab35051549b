import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { compileTemplate } from './compile-template.ts';
import { defineTemplate } from './define-template.ts';
import { createLookupCache, type LookupCacheOptions, type LookupSource } from './lookup-cache.ts';
import type { LookupTable } from './mapping-template.ts';
import type { MappedLookup } from './reference-resolver.ts';

const rows: LookupTable = [
  ['1000', 'berlin'],
  ['2000', 'paris'],
  ['2001', 'paris'],
];

/** A source over rows that remembers what it was asked. */
function recorded(table: LookupTable = rows) {
  const calls: (readonly string[])[] = [];
  const source: LookupSource = async ({ direction, values }) => {
    calls.push(values);
    const column = direction === 'decode' ? 0 : 1;
    return table.filter((row) => values.includes(row[column]));
  };
  return { calls, source };
}

function cacheOf(options: Omit<LookupCacheOptions, 'sources'> = {}) {
  const plants = recorded();
  const clock = manualClock();
  const cache = createLookupCache({ sources: { plants: plants.source }, clock, ...options });
  return { cache, clock, calls: plants.calls };
}

const decode = (...values: readonly string[]): readonly MappedLookup[] =>
  values.map((value) => ({ table: 'plants', direction: 'decode', value }));

describe('the cache of supplied tables', () => {
  it('asks for a whole page at once, and again only for what is new', async () => {
    const { cache, calls } = cacheOf();
    const first = await cache.resolve(decode('1000', '2000'));
    expect(['1000', '2000', '9'].map((value) => first.toCanonical('plants', value))).toEqual([
      'berlin',
      'paris',
      undefined,
    ]);
    await cache.resolve(decode('2000', '2001'));
    expect(calls).toEqual([['1000', '2000'], ['2001']]);
  });

  it('keeps the directions apart; of several rows for a value the first counts', async () => {
    const { cache, calls } = cacheOf();
    const lookups = [
      ...decode('1000'),
      { table: 'plants', direction: 'encode', value: 'paris' } as const,
    ];
    const resolver = await cache.resolve(lookups);
    expect(resolver.toCanonical('plants', '1000')).toBe('berlin');
    expect(resolver.toVendor('plants', 'paris')).toBe('2000');
    expect(resolver.toVendor('plants', 'berlin')).toBeUndefined();
    expect(calls).toEqual([['1000'], ['paris']]);
  });

  it('believes a row for its time, and for a shorter one that there is none', async () => {
    const { cache, clock, calls } = cacheOf({ ttlMs: 1000, unknownTtlMs: 100 });
    await cache.resolve(decode('1000', 'none'));
    await clock.advance(99);
    await cache.resolve(decode('1000', 'none'));
    await clock.advance(1);
    await cache.resolve(decode('1000', 'none'));
    await clock.advance(899);
    await cache.resolve(decode('1000'));
    expect(calls).toEqual([['1000', 'none'], ['none']]);
    await clock.advance(1);
    await cache.resolve(decode('1000'));
    expect(calls.at(-1)).toEqual(['1000']);
  });

  it('does not ask twice for what is being asked for', async () => {
    const { cache, calls } = cacheOf();
    const both = await Promise.all([cache.resolve(decode('1000')), cache.resolve(decode('1000'))]);
    expect(both.map((resolver) => resolver.toCanonical('plants', '1000'))).toEqual([
      'berlin',
      'berlin',
    ]);
    expect(calls).toEqual([['1000']]);
  });

  it('forgets the longest unused beyond its bound, but serves the page that it was asked for', async () => {
    const { cache, calls } = cacheOf({ maxEntries: 2 });
    const resolver = await cache.resolve(decode('1000', '2000', '2001'));
    expect(resolver.toCanonical('plants', '1000')).toBe('berlin');
    await cache.resolve(decode('2000'));
    expect(calls).toHaveLength(1);
    await cache.resolve(decode('1000'));
    await cache.resolve(decode('2000'));
    // 2001 was unused for longer than 2000.
    await cache.resolve(decode('2001'));
    expect(calls.slice(1)).toEqual([['1000'], ['2001']]);
  });

  it('asks in batches', async () => {
    const { cache, calls } = cacheOf({ batchSize: 2 });
    await cache.resolve(decode('1', '2', '3'));
    expect(calls).toEqual([['1', '2'], ['3']]);
  });

  it('does not remember a failure', async () => {
    let isDown = true;
    const source: LookupSource = async () => {
      if (isDown) throw new Error('down');
      return rows;
    };
    const cache = createLookupCache({ sources: { plants: source } });
    await expect(cache.resolve(decode('1000'))).rejects.toThrow('down');
    isDown = false;
    const resolver = await cache.resolve(decode('1000'));
    expect(resolver.toCanonical('plants', '1000')).toBe('berlin');
  });

  it('stops waiting when the caller gives up, and the answer still serves the next one', async () => {
    const { promise, resolve } = Promise.withResolvers<LookupTable>();
    let calls = 0;
    const source: LookupSource = () => {
      calls += 1;
      return promise;
    };
    const cache = createLookupCache({ sources: { plants: source } });
    const given = new AbortController();
    const waiting = cache.resolve(decode('1000'), { signal: given.signal });
    given.abort(new Error('gave up'));
    await expect(waiting).rejects.toThrow('gave up');
    resolve(rows);
    const resolver = await cache.resolve(decode('1000'));
    expect(resolver.toCanonical('plants', '1000')).toBe('berlin');
    expect(calls).toBe(1);
    await expect(cache.resolve([], { signal: given.signal })).rejects.toThrow('gave up');
  });

  it('can be told to forget a table, or all', async () => {
    const { cache, calls } = cacheOf();
    await cache.resolve(decode('1000'));
    cache.clear('others');
    await cache.resolve(decode('1000'));
    expect(calls).toHaveLength(1);
    cache.clear('plants');
    await cache.resolve(decode('1000'));
    cache.clear();
    await cache.resolve(decode('1000'));
    expect(calls).toHaveLength(3);
  });

  it('says which table has no source', async () => {
    const { cache } = cacheOf();
    const asked = [{ table: 'plant', direction: 'decode', value: 'x' }] as const;
    await expect(cache.resolve(asked)).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('Did you mean "plants"?'),
    });
  });
});

describe('a template with supplied tables', () => {
  const template = defineTemplate({
    id: 'test',
    version: 1,
    vendor: { entity: 'v' },
    canonical: { entity: 'c' },
    fields: [
      { vendor: 'Name', canonical: 'name' },
      {
        vendor: 'Items',
        canonical: 'lines',
        each: [{ vendor: 'Plant', canonical: 'plant', codec: { kind: 'lookup', table: 'plants' } }],
      },
    ],
  });
  const mapping = compileTemplate(template, { lookups: { plants: 'supplied' } });
  const page = [
    { Items: [{ Plant: '1000' }, { Plant: '' }, {}] },
    { Items: [{ Plant: '2001' }, { Plant: '1000' }] },
    { Name: 5, Items: 'broken' },
  ];

  it('tells what a page needs, each value once, and is mapped with the answer, both ways', async () => {
    const { cache, calls } = cacheOf();
    const { lookups, references } = mapping.collectNeeds(page, 'decode');
    expect(references).toEqual([]);
    const context = { lookups: await cache.resolve(lookups) };
    const [first, second] = page;
    expect(mapping.decode(first!, context)).toEqual({ lines: [{ plant: 'berlin' }, {}, {}] });
    const decoded = mapping.decode(second!, context);
    expect(decoded).toEqual({ lines: [{ plant: 'paris' }, { plant: 'berlin' }] });
    expect(calls).toEqual([['1000', '2001']]);

    const back = {
      lookups: await cache.resolve(mapping.collectNeeds([decoded], 'encode').lookups),
    };
    expect(mapping.encode(decoded, back)).toEqual({
      Items: [{ Plant: '2000' }, { Plant: '1000' }],
    });
  });

  it('refuses what the source does not know, and a call without the tables', async () => {
    const record = { Items: [{ Plant: '9999' }] };
    const { cache } = cacheOf();
    const lookups = await cache.resolve(mapping.collectNeeds([record], 'decode').lookups);
    const refused = (context: object) =>
      expect(() => mapping.decode(record, context)).toThrow(
        expect.objectContaining({ code: 'ERR_MAPPING', path: 'lines[0].plant' }),
      );
    refused({ lookups });
    refused({});
    expect(() => mapping.decode(record, {})).toThrow(/pass `lookups`/);
  });

  it('leaves out what is unknown where that is wanted, and cannot keep it', () => {
    const withUnknown = (unknown: 'omit' | 'keep') =>
      compileTemplate(
        {
          ...template,
          fields: [
            { vendor: 'P', canonical: 'p', codec: { kind: 'lookup', table: 'plants', unknown } },
          ],
        },
        { lookups: { plants: 'supplied' } },
      );
    const nobody = { toCanonical: () => undefined, toVendor: () => undefined };
    expect(withUnknown('omit').decode({ P: '1' }, { lookups: nobody })).toEqual({});
    expect(() => withUnknown('keep')).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_TEMPLATE', path: 'fields[0].codec.unknown' }),
    );
  });

  it('must be told that a table is supplied', () => {
    expect(() => compileTemplate(template)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_TEMPLATE' }),
    );
  });
});
