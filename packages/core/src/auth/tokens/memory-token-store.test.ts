import { describe, expect, it } from 'vitest';
import { memoryTokenStore } from './memory-token-store.ts';

const token = (accessToken: string) => ({ accessToken, obtainedAt: 0 });

describe('the token store in memory', () => {
  it('writes only on top of the version that was read', async () => {
    const store = memoryTokenStore();
    expect(await store.read('a')).toBeUndefined();
    expect(await store.write('a', token('one'), 0)).toBe(1);
    expect(await store.write('a', token('late'), 0)).toBeUndefined();
    expect(await store.write('a', token('two'), 1)).toBe(2);
    expect(await store.read('a')).toEqual({ token: token('two'), version: 2 });
    expect(await store.read('b')).toBeUndefined();
  });

  it('forgets', async () => {
    const store = memoryTokenStore();
    await store.write('a', token('one'), 0);
    await store.remove('a');
    expect(await store.read('a')).toBeUndefined();
    expect(await store.write('a', token('two'), 0)).toBe(1);
  });
});
