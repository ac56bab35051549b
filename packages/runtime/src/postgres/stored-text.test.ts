import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storedText, textOf } from './stored-text.ts';

const text = fc.string({ unit: fc.constantFrom('\0', '\uFDD0', '0', '1', 'a', 'Ä') });

describe('text in PostgreSQL', () => {
  it('comes back as it was, and has no U+0000 in between', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(textOf(storedText(value))).toBe(value);
        expect(storedText(value)).not.toContain('\0');
      }),
    );
  });

  it('is another for another text', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(storedText(one) === storedText(other)).toBe(one === other);
      }),
    );
  });

  it('is the text itself nearly always', () => {
    expect(storedText('4500000001/10')).toBe('4500000001/10');
  });
});
