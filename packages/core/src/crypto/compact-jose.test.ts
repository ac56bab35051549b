import { CompactSign } from 'jose';
import { describe, expect, it } from 'vitest';
import { isCompactJose } from './compact-jose.ts';

describe('the compact form of a JWS', () => {
  it('is one text only', async () => {
    const text = await new CompactSign(Buffer.from('{"a":1}'))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.alloc(32, 1));
    expect(isCompactJose(text)).toBe(true);
    expect(isCompactJose(text.replace('.', ' .'))).toBe(false);
    expect(isCompactJose(text.replace('.', '\n.'))).toBe(false);
    expect(isCompactJose(`${text}=`)).toBe(false);
    // 32 bytes leave two bits of the last character over.
    const last = text.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const next = alphabet[alphabet.indexOf(last) + 1] ?? '';
    expect(isCompactJose(text.slice(0, -1) + next)).toBe(false);
  });
});
