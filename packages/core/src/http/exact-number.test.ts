import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactNumber } from './exact-number.ts';

describe('an exact number', () => {
  it.each(['12345678901234567.10', '-0', '1e400', '0.1000'])('%s is written as it is', (digits) => {
    expect(JSON.stringify([exactNumber(digits)])).toBe(`[${digits}]`);
  });

  it.each(['', '007', '+1', '1,5', '1.', '.5', 'NaN', ' 1', '1 ', '1\n', '0x1', 'true', '"1"'])(
    '%j is none',
    (text) => {
      expect(exactNumber(text)).toBeUndefined();
    },
  );

  it('is what JSON.parse takes for one', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0123456789-+.eE \n'), maxLength: 8 }),
      fc.double().map(String),
    );
    fc.assert(
      fc.property(text, (digits) => {
        let isNumber = digits.trim() === digits;
        try {
          isNumber &&= typeof JSON.parse(digits) === 'number';
        } catch {
          isNumber = false;
        }
        expect(exactNumber(digits) !== undefined).toBe(isNumber);
      }),
    );
  });
});
