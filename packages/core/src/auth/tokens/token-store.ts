import type { CallOptions } from '../../contract/call-options.ts';

/** What a token endpoint gave. */
export interface StoredToken {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  /** Milliseconds since the epoch; absent when the server did not tell. */
  readonly expiresAt?: number | undefined;
  /** When the refresh token ends, milliseconds since the epoch; absent when the server did not tell. */
  readonly refreshExpiresAt?: number | undefined;
  /** When it was obtained, milliseconds since the epoch. */
  readonly obtainedAt: number;
  /** More of the token response, for example `instance_url`. */
  readonly extra?: Readonly<Record<string, string>> | undefined;
  /**
   * The refresh token was sent and its answer is not stored: the refresh is under way, or was cut
   * off. Written before the request, so that it outlives the process that sent it.
   */
  readonly refreshing?: { readonly startedAt: number } | undefined;
  /** The server refused the refresh token for good. It is not sent again. */
  readonly ended?: GrantEnd | undefined;
}

/** Why a refresh token is of no use any more. */
export interface GrantEnd {
  readonly at: number;
  /**
   * `revoked`: taken back by a person or the server. `interrupted`: it had been sent before by a
   * refresh whose answer was never stored, so it may well be used up.
   */
  readonly reason: 'revoked' | 'interrupted';
}

/** A token together with its version, which no other token of the connection ever has. */
export interface VersionedToken {
  readonly token: StoredToken;
  readonly version: number;
}

/**
 * Where tokens live. A store keeps a token whole, members that it does not know included. The
 * default keeps them in memory; a durable one lets several processes share a rotating refresh token.
 * `tokenStoreConformance` proves one.
 */
export interface TokenStore {
  read(connection: string, options?: CallOptions): Promise<VersionedToken | undefined>;
  /**
   * Compare-and-set. Durable when it resolves.
   *
   * @param expectedVersion - the version that was read, or 0 when there was none
   * @returns the stored version, or `undefined` when another writer was first: read again
   */
  write(
    connection: string,
    token: StoredToken,
    expectedVersion: number,
    options?: CallOptions,
  ): Promise<number | undefined>;
  /** Forgets the token, for example when the user disconnects. */
  remove(connection: string, options?: CallOptions): Promise<void>;
  /**
   * Runs `work` while nobody else runs work for the same connection, in this process or another, and
   * answers as it does. A holder that lives keeps the lease until its work ends; the lease of a dead
   * one ends by itself. Absent: the store belongs to one strategy in one process.
   *
   * @param options - its signal ends the waiting, never `work`
   */
  withLease?<T>(connection: string, work: () => Promise<T>, options?: CallOptions): Promise<T>;
}
