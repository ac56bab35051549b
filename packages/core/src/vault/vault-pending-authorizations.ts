import type {
  PendingAuthorization,
  PendingAuthorizationStore,
} from '../auth/oauth2/pending-authorization-store.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { Clock } from '../contract/clock.ts';
import type { JsonValue } from '../contract/json.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { Vault } from './vault.ts';

/** Under this name, beside the connections of the tenant. */
const connection = 'pending-authorizations';
/** Old ones looked at when a new one begins: more than begin, and no more work than that. */
const mostLooked = 20;
/** No state of ours is longer; who calls back may send anything. */
const longestState = 256;

/**
 * Sign-ins that wait for their callback, in the vault: the callback may reach another process, or
 * this one after a restart. Those that nobody came back from are removed when the next one begins.
 */
export function vaultPendingAuthorizations(options: {
  readonly vault: Vault;
  readonly tenant: string;
  readonly clock?: Clock | undefined;
}): PendingAuthorizationStore {
  const { clock = systemClock } = options;
  const vault = options.vault.forTenant(options.tenant);
  const read = async (state: string) => {
    const secret = await vault.get({ connection, name: state });
    return (
      secret && {
        pending: secret.value as unknown as PendingAuthorization,
        version: secret.version,
      }
    );
  };
  /** @returns whether it was there, in that version */
  const remove = async (state: string, expectedVersion: number): Promise<boolean> => {
    try {
      return await vault.remove({ connection, name: state }, { expectedVersion });
    } catch (error) {
      if (ConnectorError.isInstance(error) && error.code === 'ERR_CONFLICT') return false;
      throw error;
    }
  };
  return {
    async put(state, pending) {
      let looked = 0;
      for await (const { name } of vault.list({ connection })) {
        // One that cannot be read, of a key that is gone, must not end all sign-ins.
        const old = await read(name).catch(() => undefined);
        if (old !== undefined && old.pending.expiresAt <= clock.now()) {
          await remove(name, old.version);
        }
        looked += 1;
        if (looked >= mostLooked) break;
      }
      await vault.put({ connection, name: state }, pending as unknown as JsonValue);
    },
    async take(state) {
      if (state.length > longestState || !/^[!-~]+$/.test(state)) return undefined;
      const found = await read(state);
      // Of two who read it, one removes it.
      return found !== undefined && (await remove(state, found.version))
        ? found.pending
        : undefined;
    },
  };
}
