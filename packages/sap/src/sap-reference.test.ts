import { describe, expect, it } from 'vitest';
import { referenceOf } from './sap-reference.ts';

describe('referenceOf', () => {
  it('is the same for the same key, 12 characters that every SAP field keeps as they are', () => {
    expect(referenceOf('order 1')).toBe(referenceOf('order 1'));
    expect(referenceOf('order 1')).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
  });

  it('tells 100,000 keys apart', () => {
    const references = new Set(
      Array.from({ length: 100_000 }, (_, index) => referenceOf(`${index}`)),
    );
    expect(references.size).toBe(100_000);
  });
});
