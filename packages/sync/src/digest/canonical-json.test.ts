import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCanonicalJson } from './canonical-json.ts';

const json = fc.jsonValue({ maxDepth: 4 });

/** The same value with the members of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, member]) => [key, shuffled(member)]));
}

describe('canonical JSON', () => {
  it('is JSON of the same value', () => {
    const canonicalJson = createCanonicalJson();
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('does not depend on the order of the members', () => {
    const canonicalJson = createCanonicalJson();
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('differs when the values differ, whatever was written before', () => {
    const canonicalJson = createCanonicalJson();
    fc.assert(
      fc.property(json, json, (a, b) => {
        const isEqual = canonicalJson(a) === canonicalJson(b);
        expect(isEqual).toBe(createCanonicalJson()(a) === createCanonicalJson()(b));
        if (isEqual) expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)));
      }),
    );
  });

  it('remembers no more than a few shapes, and writes the others as well', () => {
    const canonicalJson = createCanonicalJson();
    for (let round = 0; round < 2; round += 1) {
      for (let number = 0; number < 100; number += 1) {
        expect(canonicalJson({ z: 1, [`m${number}`]: 2 })).toBe(`{"m${number}":2,"z":1}`);
      }
    }
  });

  it.each([
    [{ b: 1, a: undefined }, '{"b":1}'],
    [{ a: undefined }, '{}'],
    [[undefined, 1], '[null,1]'],
    [Number.NaN, 'null'],
    [-0, '0'],
    ['"\u2028\ud800', '"\\"\u2028\\ud800"'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [JSON.parse('{"__proto__":1,"a":2}'), '{"__proto__":1,"a":2}'],
  ])('writes %j as %s', (value, text) => {
    expect(createCanonicalJson()(value)).toBe(text);
  });

  it('leaves members of the outermost object out', () => {
    const omit = new Set(['source']);
    expect(createCanonicalJson()({ source: 1, a: { source: 2 } }, omit)).toBe('{"a":{"source":2}}');
  });
});
