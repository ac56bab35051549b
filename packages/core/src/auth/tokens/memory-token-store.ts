import { abortable } from '../../clock/abortable.ts';
import type { TokenStore, VersionedToken } from './token-store.ts';

/** Keeps tokens in this process only. */
export function memoryTokenStore(): TokenStore {
  const tokens = new Map<string, VersionedToken>();
  let writes = 0;
  /** The end of the queue of each connection. Settles, never rejects. */
  const queues = new Map<string, Promise<void>>();
  return {
    read: async (connection) => tokens.get(connection),
    async write(connection, token, expectedVersion) {
      const current = tokens.get(connection)?.version ?? 0;
      if (current !== expectedVersion) return undefined;
      // Counted over all writes: a version never comes again, also after a removal.
      writes += 1;
      tokens.set(connection, { token, version: writes });
      return writes;
    },
    async remove(connection) {
      tokens.delete(connection);
    },
    async withLease(connection, work, options) {
      const before = queues.get(connection) ?? Promise.resolve();
      let release = (): void => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const tail = before.then(() => held);
      queues.set(connection, tail);
      try {
        await abortable(before, options?.signal);
        return await work();
      } finally {
        release();
        if (queues.get(connection) === tail) queues.delete(connection);
      }
    },
  };
}
