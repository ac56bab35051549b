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
}

/** A token together with its version in the store. */
export interface VersionedToken {
  readonly token: StoredToken;
  readonly version: number;
}

/**
 * Where tokens live. A store keeps a token whole, members that it does not know included. The default keeps them in memory; a durable one lets several processes share a
 * rotating refresh token.
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
   * Runs `work` while no other process refreshes the same connection. Absent: one process.
   */
  withLease?<T>(connection: string, work: () => Promise<T>, options?: CallOptions): Promise<T>;
}
