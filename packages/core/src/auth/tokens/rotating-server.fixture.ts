import { ConnectorError } from '../../errors/connector-error.ts';
import type { IssuedToken } from './issued-token.ts';
import type { RefreshableToken } from './token-renewal.ts';

/** What the server does with the next refresh, in place of answering well. */
type RefreshFault =
  | { readonly before: ConnectorError }
  /** Rotated, and the answer is lost. */
  | { readonly after: ConnectorError };

/** A server that rotates refresh tokens, and revokes the family when one comes a second time. */
export interface RotatingServer {
  readonly refresh: (previous: RefreshableToken) => Promise<IssuedToken>;
  /** A person signs in: a new family. */
  readonly grant: () => IssuedToken;
  /** The refresh tokens as they came in. */
  readonly seen: readonly string[];
  readonly revocations: () => number;
  readonly revoke: () => void;
  readonly fail: (...faults: RefreshFault[]) => void;
}

/** @param expiresInMs - of the access tokens */
export function rotatingServer(expiresInMs = 3_600_000): RotatingServer {
  const seen: string[] = [];
  const faults: RefreshFault[] = [];
  let issued = 0;
  let valid: string | undefined;
  let revocations = 0;
  const next = (): IssuedToken => {
    issued += 1;
    valid = `r${issued}`;
    return { accessToken: `a${issued}`, refreshToken: valid, expiresInMs };
  };
  return {
    seen,
    grant: next,
    revocations: () => revocations,
    revoke: () => {
      valid = undefined;
    },
    fail: (...more) => void faults.push(...more),
    async refresh({ refreshToken }) {
      seen.push(refreshToken);
      await Promise.resolve();
      const fault = faults.shift();
      if (fault !== undefined && 'before' in fault) throw fault.before;
      if (refreshToken !== valid) {
        if (valid !== undefined) revocations += 1;
        valid = undefined;
        throw invalidGrant();
      }
      const token = next();
      if (fault !== undefined) throw fault.after;
      return token;
    },
  };
}

function invalidGrant(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_AUTHENTICATION_FAILED',
    category: 'authentication',
    message: 'refused',
    vendorCode: 'invalid_grant',
    httpStatus: 400,
  });
}
