import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSecret } from './secret-forms.ts';

const secret = fc.string({ minLength: 8, maxLength: 30, unit: 'grapheme-ascii' });

describe('findSecret', () => {
  it.each([
    ['as it is', (value: string) => `token ${value}!`],
    ['in a URL', (value: string) => `https://host/?key=${encodeURIComponent(value)}`],
    ['in JSON', (value: string) => JSON.stringify({ key: value })],
    ['in JSON in JSON', (value: string) => JSON.stringify({ body: JSON.stringify({ value }) })],
    ['in a URL in a URL', (value: string) => encodeURIComponent(encodeURIComponent(value))],
    ['in hexadecimal', (value: string) => `0x${Buffer.from(value).toString('hex')}ff`],
    [
      'in base64 of base64',
      (value: string) => {
        const once = Buffer.from(value).toString('base64');
        return Buffer.from(`key=${once};`).toString('base64');
      },
    ],
  ])('finds a secret %s', (_where, wrap) => {
    fc.assert(fc.property(secret, (value) => findSecret(wrap(value), [value]) === value));
  });

  it('finds a secret in the base64 of a longer text, wherever it begins', () => {
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        const text = Buffer.from(before + value + after).toString('base64');
        return findSecret(text, [value]) === value;
      }),
    );
  });

  it('finds nothing where nothing is', () => {
    expect(findSecret('sign-in failed for user anna', ['s3cret-canary'])).toBeUndefined();
  });
});
