import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64url, encodeBase64url } from './base64url.ts';

describe('base64url', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('has one text for any bytes: what is read is what would be written', () => {
    const characters = fc.constantFrom(...'abAB01-_+/= \n.é');
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 6 }), (text) => {
        const bytes = decodeBase64url(text);
        if (bytes !== undefined) expect(encodeBase64url(bytes)).toBe(text);
      }),
      { numRuns: 5_000 },
    );
    for (const text of ['AB', 'AA==', 'A', 'A A', '+/']) {
      expect(decodeBase64url(text)).toBeUndefined();
    }
  });
});
