import { describe, expect, it } from 'vitest';
import { equalBytes, hmacSha256 } from './hmac.ts';

describe('hmacSha256', () => {
  it('agrees with RFC 4231, test case 2', () => {
    expect(hmacSha256('Jefe', 'what do ya want for nothing?').toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('takes a message in parts', () => {
    expect(hmacSha256('key', 'a', Buffer.from('b'))).toEqual(hmacSha256('key', 'ab'));
  });
});

describe('equalBytes', () => {
  it.each([
    ['a', 'a', true],
    ['a', 'b', false],
    ['a', 'aa', false],
    ['', '', true],
  ])('%j and %j: %s', (left, right, same) => {
    expect(equalBytes(left, right)).toBe(same);
    expect(equalBytes(Buffer.from(left), right)).toBe(same);
  });
});
