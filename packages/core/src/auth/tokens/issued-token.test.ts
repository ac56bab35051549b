import { describe, expect, it } from 'vitest';
import { stampToken } from './issued-token.ts';

const previous = {
  accessToken: 'a0',
  refreshToken: 'r0',
  refreshExpiresAt: 500,
  expiresAt: 90,
  obtainedAt: 0,
  extra: { instance_url: 'u' },
};

describe('what the answer left out', () => {
  it('stays as it was, but for the end of the access token', () => {
    expect(stampToken({ accessToken: 'a1' }, { requestedAt: 100, previous })).toEqual({
      accessToken: 'a1',
      refreshToken: 'r0',
      refreshExpiresAt: 500,
      expiresAt: undefined,
      obtainedAt: 100,
      extra: { instance_url: 'u' },
    });
  });

  it('is not taken for known of a new refresh token: it does not end with the old one', () => {
    const issued = { accessToken: 'a1', refreshToken: 'r1' };
    expect(stampToken(issued, { requestedAt: 100, previous }).refreshExpiresAt).toBeUndefined();
  });

  it('never is the mark of the refresh, nor the end of the grant', () => {
    const marked = {
      ...previous,
      refreshing: { startedAt: 1 },
      ended: { at: 1, reason: 'revoked' as const },
    };
    const token = stampToken({ accessToken: 'a1' }, { requestedAt: 100, previous: marked });
    expect([token.accessToken, 'refreshing' in token, 'ended' in token]).toEqual([
      'a1',
      false,
      false,
    ]);
  });
});
