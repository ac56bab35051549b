import type { HttpResponse } from '@common/connector-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePage } from './parse-page.ts';

const response = (text: string): HttpResponse => ({
  status: 200,
  headers: {},
  url: '',
  bytes: new TextEncoder().encode(text),
  text: () => text,
  json: () => JSON.parse(text),
});
const meta = { id: "https://x/A('{1}')", uri: "https://x/A('1')", type: 'X.A' };

describe('a V2 page is parsed without what nobody reads', () => {
  test.each([
    ['first in the record', [{ __metadata: meta, A: '1' }], [{ A: '1' }]],
    ['alone', [{ __metadata: meta }], [{}]],
    [
      'in expanded records',
      [{ __metadata: meta, to_B: { results: [{ __metadata: meta, B: 1 }] } }],
      [{ to_B: { results: [{ B: 1 }] } }],
    ],
    [
      'with links in place of navigations',
      [
        {
          __metadata: meta,
          A: '1',
          to_B: { __deferred: { uri: 'https://{x}' } },
          to_C: { __deferred: { uri: 'y' } },
        },
      ],
      [{ A: '1' }],
    ],
    ['and only links', [{ __metadata: meta, to_B: { __deferred: { uri: 'x' } } }], [{}]],
  ])('metadata %s', (_, results, kept) => {
    expect(parsePage(response(JSON.stringify({ d: { results } })), 'v2')).toEqual({
      d: { results: kept },
    });
  });

  test.each([
    ['an ETag', [{ __metadata: { ...meta, etag: 'W/"1"' }, A: 1 }]],
    ['metadata at the end', [{ A: 1, __metadata: meta }]],
    [
      'metadata with objects in it',
      [{ __metadata: { ...meta, properties: { A: { x: 1 } } }, A: 1 }],
    ],
    ['no metadata', [{ A: 1 }]],
  ])('with %s it is parsed as it is', (_, results) => {
    expect(parsePage(response(JSON.stringify({ d: { results } })), 'v2')).toEqual({
      d: { results },
    });
  });

  test('records keep the metadata that has an ETag', () => {
    const tagged = { ...meta, etag: 'W/"1"' };
    const results = [
      { __metadata: meta, A: '1' },
      { __metadata: tagged, A: '2' },
    ];
    expect(parsePage(response(JSON.stringify({ d: { results } })), 'v2')).toEqual({
      d: { results: [{ A: '1' }, { __metadata: tagged, A: '2' }] },
    });
  });

  test('a V4 page is left alone', () => {
    const body = { value: [{ __metadata: meta }] };
    expect(parsePage(response(JSON.stringify(body)), 'v4')).toEqual(body);
  });

  test('texts that look like metadata stay', () => {
    const evil = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '{"__metadata":{"a":"b"},',
        ',"to_X":{"__deferred":{"uri":"y"}}',
        '\\"__metadata":{}',
        '\\',
        ',',
      ),
    );
    fc.assert(
      fc.property(fc.array(evil, { minLength: 1 }), (values) => {
        const fields = Object.fromEntries(values.map((value, index) => [`F${index}`, value]));
        const text = JSON.stringify({ d: { results: [{ __metadata: meta, ...fields }] } });
        expect(parsePage(response(text), 'v2')).toEqual({ d: { results: [fields] } });
      }),
    );
  });
});
