import type { TokenStore, VersionedToken } from './token-store.ts';

/** Keeps tokens in this process only. */
export function memoryTokenStore(): TokenStore {
  const tokens = new Map<string, VersionedToken>();
  return {
    read: async (connection) => tokens.get(connection),
    async write(connection, token, expectedVersion) {
      const current = tokens.get(connection)?.version ?? 0;
      if (current !== expectedVersion) return undefined;
      tokens.set(connection, { token, version: current + 1 });
      return current + 1;
    },
    async remove(connection) {
      tokens.delete(connection);
    },
  };
}
