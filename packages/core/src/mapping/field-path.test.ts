import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FieldPath, parsePath } from './field-path.ts';

const path = (text: string): FieldPath => {
  const parsed = parsePath(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
};

describe('a path', () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    ['a', { a: 1 }, 1],
    ['a.b.c', { a: { b: { c: 1 } } }, 1],
    ["'@odata.etag'", { '@odata.etag': 'W/"1"' }, 'W/"1"'],
    ["a.'it''s'", { a: { "it's": 1 } }, 1],
    ['a[0]', { a: [1] }, 1],
    ['a[0].b', { a: [{ b: 1 }] }, 1],
    ['a[only].b', { a: [{ b: 1 }] }, 1],
    ['a[kind=billing].b', { a: [{ kind: 'billing', b: 1 }] }, 1],
    ['a[kind=billing].b[main=true].c', { a: [{ kind: 'billing', b: [{ main: true, c: 1 }] }] }, 1],
    ['a[id=10].b', { a: [{ id: 10, b: 1 }] }, 1],
    ["a[id='10'].b", { a: [{ id: '10', b: 1 }] }, 1],
    ['a[id=010].b', { a: [{ id: '010', b: 1 }] }, 1],
  ])('%s reads and writes the same place of %j', (text, record, value) => {
    expect(path(text).read(record)).toBe(value);
    const written = {};
    path(text).write(written, value);
    expect(written).toStrictEqual(record);
  });

  it('reads nothing where a part is absent', () => {
    for (const record of [{}, { a: null }, { a: [] }, { a: [{ kind: 'x' }] }]) {
      expect(path('a[kind=billing].b').read(record)).toBeUndefined();
    }
    expect(path('a.b.c').read({ a: {} })).toBeUndefined();
  });

  it('writes into an element that is there already', () => {
    const record = {};
    path('a[kind=billing].b').write(record, 1);
    path('a[kind=shipping].b').write(record, 2);
    path('a[kind=billing].c').write(record, 3);
    expect(record).toEqual({
      a: [
        { kind: 'billing', b: 1, c: 3 },
        { kind: 'shipping', b: 2 },
      ],
    });
  });

  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    'a[',
    'a]',
    'a[]',
    'a[1]',
    'a[x]',
    'a[0]b',
    "'a",
    'a[k=v]',
  ])('refuses %j', (text) => {
    expect(parsePath(text)).toHaveProperty('problem');
  });

  it.each([
    '__proto__.x',
    'a.constructor',
    'prototype',
    'a[__proto__=1].x',
    'toString.call',
    'a.hasOwnProperty.call',
    'valueOf[0]',
  ])('refuses %s, which would reach what all objects share', (text) => {
    expect(parsePath(text)).toHaveProperty('problem');
  });

  it('reads back what it wrote, whatever its names are, and reaches nothing else', () => {
    const shared = Object.getOwnPropertyNames(Object.prototype);
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 4 }),
      fc.constantFrom('a', "it's", 'a.b', '[0]', '@odata.etag', 'call', ...shared),
    );
    const selector = fc.oneof(
      fc.constant(''),
      fc.constantFrom('[0]', '[only]'),
      fc.stringMatching(/^[a-z]{1,3}$/).map((kind) => `[kind='${kind}']`),
    );
    const step = fc.tuple(name, selector);
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 3 }), fc.integer(), (steps, value) => {
        const text = [
          ...steps.map(([one, chosen]) => `'${one.replaceAll("'", "''")}'${chosen}`),
          'z',
        ].join('.');
        const parsed = parsePath(text);
        const isShared = steps.some(([one]) => shared.includes(one));
        expect('problem' in parsed).toBe(isShared);
        if ('problem' in parsed) return;
        const record: Record<string, unknown> = {};
        expect(parsed.read(record)).toBeUndefined();
        parsed.write(record, value);
        expect(parsed.read(record)).toBe(value);
        expect(JSON.parse(JSON.stringify(record))).toEqual(record);
        expect(Object.keys(record)).toEqual([steps[0]?.[0]]);
      }),
    );
  });
});
