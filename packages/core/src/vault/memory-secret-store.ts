import { checkAborted, untilAborted } from './abort.ts';
import type { SealedSecret, SecretAddress, SecretStore } from './secret-store.ts';

const nameOf = ({ tenant, connection, name }: SecretAddress): string =>
  JSON.stringify([tenant, connection, name]);

/** Rows in the memory of this process: for tests and for trying things out. */
export function memorySecretStore(): SecretStore {
  const rows = new Map<string, SealedSecret>();
  const checks = new Map<string, string>();
  const leases = new Map<string, Promise<unknown>>();

  return {
    durable: false,
    async read(address) {
      return rows.get(nameOf(address));
    },
    async write(secret, expectedVersion) {
      const name = nameOf(secret);
      if ((rows.get(name)?.version ?? 0) !== expectedVersion) return false;
      rows.set(name, { ...secret });
      return true;
    },
    async remove(address, { expectedVersion } = {}) {
      const name = nameOf(address);
      const row = rows.get(name);
      if (row === undefined || (expectedVersion ?? row.version) !== row.version) return false;
      return rows.delete(name);
    },
    async list({ tenant, connection, exceptKeyId, after, limit }) {
      const from = after === undefined ? '' : nameOf(after);
      return [...rows.entries()]
        .filter(
          ([name, row]) =>
            name > from &&
            (tenant === undefined || row.tenant === tenant) &&
            (connection === undefined || row.connection === connection) &&
            row.keyId !== exceptKeyId,
        )
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .slice(0, limit)
        .map(([, row]) => row);
    },
    async rewrap(changes) {
      return changes.map(({ before, keyId, sealed }) => {
        const name = nameOf(before);
        const row = rows.get(name);
        if (row?.version !== before.version || row.sealed !== before.sealed) return false;
        rows.set(name, { ...row, keyId, sealed });
        return true;
      });
    },
    async keysInUse() {
      const counts = new Map<string, number>();
      for (const { keyId } of rows.values()) counts.set(keyId, (counts.get(keyId) ?? 0) + 1);
      return [...counts].map(([keyId, secrets]) => ({ keyId, secrets }));
    },
    readKeyCheck: async (keyId) => checks.get(keyId),
    async addKeyCheck(keyId, check) {
      const known = checks.get(keyId);
      if (known === undefined) checks.set(keyId, check);
      return known ?? check;
    },
    async removeKeyCheck(keyId) {
      checks.delete(keyId);
    },
    async withLease(address, work, { signal } = {}) {
      checkAborted(signal);
      const name = nameOf(address);
      const turn = leases.get(name) ?? Promise.resolve();
      let end = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        end = resolve;
      });
      const tail = turn.then(() => held);
      leases.set(name, tail);
      // Not when this one ends: one that gives up waiting is not the last to hold it.
      void tail.then(() => leases.get(name) === tail && leases.delete(name));
      try {
        await untilAborted(turn, signal);
        return await work({ signal: new AbortController().signal });
      } finally {
        end();
      }
    },
    close: async () => undefined,
  };
}
