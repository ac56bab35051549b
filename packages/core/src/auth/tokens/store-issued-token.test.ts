import { describe, expect, it } from 'vitest';
import { manualClock } from '../../clock/manual-clock.ts';
import { memoryTokenStore } from './memory-token-store.ts';
import { storeIssuedToken } from './store-issued-token.ts';
import type { TokenStore } from './token-store.ts';

const issued = {
  accessToken: 'a1',
  refreshToken: 'r1',
  expiresInMs: 1_000,
  refreshExpiresInMs: 9_000,
};

describe('a token from outside', () => {
  it('is stored with its ends as instants', async () => {
    const tokens = memoryTokenStore();
    const clock = manualClock(50_000);
    await storeIssuedToken({ tokens, connection: 'c', issued, clock });
    expect((await tokens.read('c'))?.token).toMatchObject({
      accessToken: 'a1',
      refreshToken: 'r1',
      obtainedAt: 50_000,
      expiresAt: 51_000,
      refreshExpiresAt: 59_000,
    });
  });

  it('lives from when it was asked for', async () => {
    const tokens = memoryTokenStore();
    const options = { tokens, connection: 'c', issued, clock: manualClock(50_000) };
    const { token } = await storeIssuedToken({ ...options, requestedAt: 40_000 });
    expect(token).toMatchObject({ obtainedAt: 40_000, expiresAt: 41_000 });
  });

  it('takes the place of another one and inherits nothing from it', async () => {
    const tokens = memoryTokenStore();
    const clock = manualClock(0);
    await storeIssuedToken({ tokens, connection: 'c', issued, clock });
    const bare = { accessToken: 'a2' };
    expect(await storeIssuedToken({ tokens, connection: 'c', issued: bare, clock })).toEqual({
      token: { accessToken: 'a2', obtainedAt: 0 },
      version: 2,
    });
  });

  it('wins over a writer that comes between its reading and its writing', async () => {
    const tokens = memoryTokenStore();
    let isFirst = true;
    const contended: TokenStore = {
      ...tokens,
      async write(connection, token, expectedVersion) {
        if (isFirst) {
          isFirst = false;
          await tokens.write(connection, { accessToken: 'renewed', obtainedAt: 0 }, 0);
        }
        return tokens.write(connection, token, expectedVersion);
      },
    };
    await storeIssuedToken({ tokens: contended, connection: 'c', issued, clock: manualClock(0) });
    expect(await tokens.read('c')).toMatchObject({ token: { accessToken: 'a1' }, version: 2 });
  });
});
