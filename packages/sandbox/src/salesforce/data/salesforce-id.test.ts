import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeId, readId } from './salesforce-id.ts';

describe('an id', () => {
  it('has three letters that keep it apart where case gets lost', () => {
    // The pair that the vendor's documentation shows.
    expect(readId('001A0000006Vm9r')).toBe('001A0000006Vm9rIAC');
    expect(readId('001A0000006Vm9rIAC')).toBe('001A0000006Vm9rIAC');
    expect(readId('001A0000006Vm9riac')).toBe('001A0000006Vm9rIAC');
    expect(readId('001A0000006Vm9rAAA')).toBeUndefined();
    for (const text of ['', '001', '001A0000006Vm9rIA', '001A0000006Vm9-', 5, null]) {
      expect(readId(text)).toBeUndefined();
    }
  });

  it('sorts as it was given, and is read back from 15 characters', () => {
    const number = fc.nat(62 ** 5);
    fc.assert(
      fc.property(number, number, (one, other) => {
        const [left, right] = [makeId('001', one), makeId('001', other)];
        expect(left < right).toBe(one < other);
        expect(readId(left.slice(0, 15))).toBe(left);
      }),
    );
  });
});
