import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFields, keyData, secretData } from './associated-data.ts';

const text = fc.string({ unit: 'binary', maxLength: 8 }).filter((value) => value.isWellFormed());
// Few letters, so that shifting a border between two fields happens often.
const tricky = fc.string({
  unit: fc.constantFrom('a', 'b', '\u0000', '\u0001', 'ä'),
  maxLength: 4,
});
const field = fc.oneof(text, tricky);
const place = fc.record({
  tenant: field,
  connection: field,
  name: field,
  version: fc.nat(),
  keyId: field,
});

describe('associated data', () => {
  it('is the same for the same fields only', () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 4 }), fc.array(field, { maxLength: 4 }), (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(encodeFields(a).equals(encodeFields(b))).toBe(isSame);
      }),
      { numRuns: 5_000 },
    );
  });

  it('tells apart what joined fields would not', () => {
    expect(encodeFields(['ab', 'c'])).not.toEqual(encodeFields(['a', 'bc']));
    expect(encodeFields(['a', ''])).not.toEqual(encodeFields(['', 'a']));
    expect(encodeFields([])).not.toEqual(encodeFields(['']));
  });

  it('of a secret changes with each part of its place, of its key with the key id as well', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        const parts = ['tenant', 'connection', 'name', 'version'] as const;
        const isSamePlace = parts.every((part) => a[part] === b[part]);
        expect(secretData(a).equals(secretData(b))).toBe(isSamePlace);
        expect(keyData(a).equals(keyData(b))).toBe(isSamePlace && a.keyId === b.keyId);
        expect(secretData(a).equals(keyData(a))).toBe(false);
      }),
    );
  });

  it('is written as the format says, since rows outlive programs', () => {
    const where = { tenant: 't', connection: 'ä', name: '', version: 7, keyId: 'k' };
    const hex = (value: string) => Buffer.from(value).toString('hex');
    expect(keyData(where).toString('hex')).toBe(
      `00000013${hex('common-vault v1 key')}00000001${hex('t')}00000002${hex('ä')}00000000` +
        `00000001${hex('7')}00000001${hex('k')}`,
    );
  });
});
