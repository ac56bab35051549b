import { type StoreSuiteOptions, storeTests } from '../../store-suite/store-suite.ts';
import type { StoredToken, TokenStore } from './token-store.ts';

/** What the suite needs of a test runner and of the store. */
export type TokenStoreConformanceOptions = StoreSuiteOptions<TokenStore>;

const token = (accessToken: string): StoredToken => ({ accessToken, obtainedAt: 1 });

/** The behaviour that sign-ins by token rely on, as tests. Every store must pass all of them. */
export function tokenStoreConformance(options: TokenStoreConformanceOptions): void {
  const { describe, expect } = options;

  const test = storeTests(options);

  describe('tokens', () => {
    test('are written only on top of the version that was read', async (store) => {
      expect(await store.read('a')).toEqual(undefined);
      const first = await store.write('a', token('one'), 0);
      expect(await store.write('a', token('late'), 0)).toEqual(undefined);
      const second = await store.write('a', token('two'), first ?? -1);
      expect(await store.write('a', token('late'), first ?? -1)).toEqual(undefined);
      const read = await store.read('a');
      expect([read?.token.accessToken, read?.version]).toEqual(['two', second]);
      expect(await store.read('b')).toEqual(undefined);
    });

    test('are written by one of many who try at once', async (store, open) => {
      const other = await open();
      const version = (await store.write('a', token('old'), 0)) ?? -1;
      const versions = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? store : other).write('a', token(`new ${index}`), version),
        ),
      );
      expect(versions.filter((written) => written !== undefined).length).toEqual(1);
    });

    test('that are removed are gone, and their versions do not come again', async (store) => {
      const version = (await store.write('a', token('one'), 0)) ?? -1;
      await store.remove('a');
      expect(await store.read('a')).toEqual(undefined);
      await store.write('a', token('of another user'), 0);
      // Else who read the first one would write over the second.
      expect(await store.write('a', token('renewed'), version)).toEqual(undefined);
    });

    test('are kept whole, with members that the store does not know', async (store, open) => {
      const whole = {
        ...token('a'),
        refreshToken: 'r',
        expiresAt: 2,
        refreshExpiresAt: 3,
        extra: { instance_url: 'https://a.example' },
        refreshing: { startedAt: 4 },
        later: { list: [1, 'two'] },
      };
      await store.write('a', whole, 0);
      expect((await (await open()).read('a'))?.token).toEqual(whole);
    });
  });

  const leaseOf = (store: TokenStore): NonNullable<TokenStore['withLease']> => {
    if (store.withLease === undefined) throw new Error('The store has no withLease.');
    return store.withLease.bind(store);
  };

  describe('the lease of a connection', () => {
    test('is held by one at a time', async (store, open) => {
      const other = await open();
      let inside = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        inside += 1;
        most = Math.max(most, inside);
        for (let turn = 0; turn < 5; turn += 1) await store.read('a');
        inside -= 1;
      };
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          leaseOf(index % 2 === 0 ? store : other)('a', work),
        ),
      );
      expect([most, inside]).toEqual([1, 0]);
    });

    test('is not that of another connection', async (store) => {
      const lease = leaseOf(store);
      expect(await lease('a', () => lease('b', async () => 'both'))).toEqual('both');
    });

    test('answers as the work does, and is free after work that failed', async (store) => {
      const lease = leaseOf(store);
      const failure = new Error('test');
      const caught = await lease('a', () => Promise.reject(failure)).catch((error) => error);
      expect(caught === failure).toEqual(true);
      expect(await lease('a', async () => 'next')).toEqual('next');
    });

    test('is waited for no longer than the waiter wants', async (store) => {
      const lease = leaseOf(store);
      const leaving = new AbortController();
      let ran = false;
      const outcome = await lease('a', async () => {
        const waiting = lease(
          'a',
          async () => {
            ran = true;
          },
          { signal: leaving.signal },
        );
        leaving.abort(new Error('left'));
        return waiting.then(
          () => 'got it',
          () => 'left',
        );
      });
      expect([outcome, ran]).toEqual(['left', false]);
      expect(await lease('a', async () => 'next')).toEqual('next');
    });
  });
}
