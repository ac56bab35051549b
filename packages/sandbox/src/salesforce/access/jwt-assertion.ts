import { verify } from 'node:crypto';
import { OAuthError } from './oauth-error.ts';

export interface JwtClaims {
  readonly iss?: unknown;
  readonly sub?: unknown;
  readonly aud?: unknown;
  readonly exp?: unknown;
}

const maximumLifeSeconds = 3 * 60;

function readPart(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    throw new OAuthError('invalid_grant', 'invalid assertion');
  }
}

/** Checks an assertion of the JWT bearer flow. @throws OAuthError */
export function verifyAssertion(
  assertion: string,
  options: {
    readonly publicKeys: readonly string[];
    readonly audiences: readonly string[];
    readonly clientId: string;
    readonly nowMs: number;
  },
): JwtClaims {
  const [header = '', payload = '', signature = ''] = assertion.split('.');
  const { alg } = readPart(header);
  const claims: JwtClaims = readPart(payload);
  if (claims.iss !== options.clientId) {
    throw new OAuthError('invalid_client_id', 'client identifier invalid');
  }
  const signed = Buffer.from(`${header}.${payload}`);
  const bytes = Buffer.from(signature, 'base64url');
  const isSigned =
    alg === 'RS256' && options.publicKeys.some((key) => verify('sha256', signed, key, bytes));
  if (!isSigned) throw new OAuthError('invalid_grant', 'invalid assertion');
  if (!options.audiences.includes(String(claims.aud).replace(/\/$/, ''))) {
    throw new OAuthError('invalid_grant', 'audience is invalid');
  }
  const now = options.nowMs / 1_000;
  // Seconds: a time in milliseconds lies far more than three minutes ahead.
  const { exp } = claims;
  if (typeof exp !== 'number' || exp <= now || exp > now + maximumLifeSeconds) {
    throw new OAuthError('invalid_grant', 'expired authorization code');
  }
  return claims;
}
