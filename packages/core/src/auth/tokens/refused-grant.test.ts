import { describe, expect, it } from 'vitest';
import { ConnectorError, type ConnectorErrorInit } from '../../errors/connector-error.ts';
import { classifyRefreshFailure, type RefreshFailure } from './refused-grant.ts';

const authentication = { code: 'ERR_AUTHENTICATION_FAILED', category: 'authentication' } as const;
const cases: readonly [RefreshFailure, Partial<ConnectorErrorInit>][] = [
  ['refused', { ...authentication, httpStatus: 400, vendorCode: 'invalid_grant' }],
  ['refused', { ...authentication, httpStatus: 400, vendorCode: 'interaction_required' }],
  ['refused', { ...authentication, code: 'ERR_REAUTHORIZATION_REQUIRED' }],
  ['unused', { ...authentication, httpStatus: 401, vendorCode: 'invalid_client' }],
  ['unused', { ...authentication, httpStatus: 403 }],
  ['unused', { code: 'ERR_RATE_LIMITED', category: 'rate-limit', httpStatus: 429 }],
  ['unused', { code: 'ERR_CONFIGURATION', category: 'configuration', httpStatus: 404 }],
  ['unused', { code: 'ERR_TLS', category: 'configuration' }],
  // The server answered, but not with what we understand: it may have rotated.
  ['uncertain', { code: 'ERR_UNEXPECTED_CONTENT', category: 'configuration', httpStatus: 200 }],
  ['uncertain', authentication],
  ['uncertain', { httpStatus: 500 }],
  ['uncertain', { httpStatus: 408 }],
  // Some servers say "temporarily_unavailable" by a 400.
  ['uncertain', { httpStatus: 400, vendorCode: 'temporarily_unavailable' }],
  ['uncertain', { code: 'ERR_NETWORK' }],
  ['uncertain', { code: 'ERR_INTERNAL', category: 'internal', httpStatus: 501 }],
];

describe('the refresh token, after a failure', () => {
  it.each(cases)('is %s: %o', (verdict, init) => {
    const error = new ConnectorError({
      code: 'ERR_TRANSIENT',
      category: 'transient',
      message: 'test',
      ...init,
    });
    expect(classifyRefreshFailure(error)).toBe(verdict);
  });

  it('is uncertain where nobody knows what failed', () => {
    expect(classifyRefreshFailure(new Error('invalid_grant'))).toBe('uncertain');
    expect(classifyRefreshFailure(undefined)).toBe('uncertain');
  });
});
