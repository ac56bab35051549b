import type { StoredToken } from './token-store.ts';

/** A token as a token endpoint issues it. */
export interface IssuedToken {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  /** Absent when the server does not tell: then it is used until it is refused. */
  readonly expiresInMs?: number | undefined;
  /** How long the refresh token lives, for example Intuit's `x_refresh_token_expires_in`. */
  readonly refreshExpiresInMs?: number | undefined;
  readonly extra?: Readonly<Record<string, string>> | undefined;
}

/**
 * The token to store: spans become instants, and what the answer left out stays as it was.
 *
 * @param requestedAt - when it was asked for, so that a slow answer never lengthens a life
 */
export function stampToken(
  issued: IssuedToken,
  { requestedAt, previous }: { requestedAt: number; previous?: StoredToken | undefined },
): StoredToken {
  const { accessToken, expiresInMs, refreshExpiresInMs } = issued;
  const refreshToken = issued.refreshToken ?? previous?.refreshToken;
  // A new refresh token of unknown life must not end with the old one.
  const isSame = refreshToken === previous?.refreshToken;
  return {
    accessToken,
    refreshToken,
    expiresAt: expiresInMs === undefined ? undefined : requestedAt + expiresInMs,
    refreshExpiresAt:
      refreshExpiresInMs === undefined
        ? isSame
          ? previous?.refreshExpiresAt
          : undefined
        : requestedAt + refreshExpiresInMs,
    obtainedAt: requestedAt,
    extra: issued.extra ?? previous?.extra,
  };
}
