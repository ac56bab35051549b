import type { StoredToken, TokenStore } from '../auth/tokens/token-store.ts';
import type { JsonValue } from '../contract/json.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { Vault } from './vault.ts';

/** Options of `vaultTokenStore`. */
export interface VaultTokenStoreOptions {
  readonly vault: Vault;
  readonly tenant: string;
  /**
   * Name of the secret in its connection.
   * @default 'token'
   */
  readonly name?: string | undefined;
  /**
   * How long a process that was killed during a refresh keeps others waiting, where it cannot be told
   * that it is dead.
   * @default 30_000
   */
  readonly leaseMs?: number | undefined;
}

/**
 * Tokens in the vault: encrypted, durable as its store is, with one refresh at a time over all
 * processes that share it.
 */
export function vaultTokenStore(options: VaultTokenStoreOptions): TokenStore {
  const { name = 'token', leaseMs } = options;
  const vault = options.vault.forTenant(options.tenant);
  return {
    async read(connection, calls) {
      const secret = await vault.get({ connection, name }, calls);
      return secret && { token: secret.value as unknown as StoredToken, version: secret.version };
    },
    async write(connection, token, expectedVersion, calls) {
      try {
        // A token is JSON but for members that are undefined, which JSON leaves out.
        const value = token as unknown as JsonValue;
        return await vault.put({ connection, name }, value, { ...calls, expectedVersion });
      } catch (error) {
        if (ConnectorError.isInstance(error) && error.code === 'ERR_CONFLICT') return undefined;
        throw error;
      }
    },
    async remove(connection, calls) {
      await vault.remove({ connection, name }, calls);
    },
    // The work is not told that its lease was lost: a renewal that is cut off in half loses the token that
    // is on its way. Whoever stood still for too long is refused by the write of its mark, before it sends.
    withLease: (connection, work, calls) =>
      vault.withLease({ connection, name }, () => work(), { ...calls, ttlMs: leaseMs }),
  };
}
