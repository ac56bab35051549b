import { randomBytes } from 'node:crypto';
import type { Clock, Logger } from '@common/connector-core';
import type { Vault } from '@common/connector-core/vault';
import type { StateStore } from '@common/connector-sync';
import type { JsonObject } from './connection.ts';
import { isObject } from './json-values.ts';
import { unusable } from './registry-error.ts';
import { type SecretPlace, secretStates } from './secret-states.ts';

/** Longer than a writer or a refresh that is under way may take. */
const graceMs = 60 * 60_000;

/** The secrets of the connections of one tenant, in the vault. */
export interface ConnectionSecrets {
  /** A name that no secret has had. */
  newName(of: 'credentials' | 'token'): string;
  /** @throws ConnectorError `ERR_CONFIGURATION` when there are none, and as the vault */
  read(place: SecretPlace): Promise<JsonObject>;
  write(place: SecretPlace, credentials: JsonObject): Promise<void>;
  /** Announces the secrets that `work` writes, and removes them when it fails. */
  during<Result>(places: readonly SecretPlace[], work: () => Promise<Result>): Promise<Result>;
  /** Removes what was dropped. What fails, and what comes late, `tidy` removes. */
  remove(places: readonly SecretPlace[]): Promise<void>;
  /** Removes what died processes have left. @returns how many */
  tidy(): Promise<number>;
}

export function connectionSecrets(options: {
  readonly store: StateStore;
  readonly vault: Vault;
  readonly tenant: string;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}): ConnectionSecrets {
  const { store, tenant, clock, logger } = options;
  const vault = options.vault.forTenant(tenant);
  type States = ReturnType<typeof secretStates>;
  const within = <Result>(work: (states: States) => Promise<Result>): Promise<Result> =>
    store.transaction((state) => work(secretStates(state, tenant)));

  const remove: ConnectionSecrets['remove'] = async (places) => {
    for (const place of places) {
      await vault.remove(place).catch(({ message }: Error) => {
        logger?.warn('A secret that is not needed any more is still there; tidy() removes it.', {
          ...place,
          reason: message,
        });
      });
    }
  };

  return {
    remove,
    newName: (of) => `${of}.${randomBytes(12).toString('base64url')}`,
    async read(place) {
      const secret = await vault.get(place);
      if (secret !== undefined && isObject(secret.value)) return secret.value;
      throw unusable(
        'credentials',
        `those of ${place.connection} are not in the vault. Give them anew by update(), or restore the vault from the backup that belongs to this state.`,
      );
    },
    async write(place, credentials) {
      await vault.put(place, credentials, { expectedVersion: 0 });
    },
    async during(places, work) {
      if (places.length === 0) return work();
      await within((states) => states.announce(places, clock.now()));
      try {
        return await work();
      } catch (error) {
        // Whatever is not removed here is found by tidy.
        const left = await within((states) => states.abandon(places, clock.now())).catch(() => []);
        await remove(left);
        throw error;
      }
    },
    async tidy() {
      const now = clock.now();
      const places = await within((states) => states.toRemove({ before: now - graceMs, now }));
      for (const place of places) {
        await vault.remove(place);
        await within((states) => states.forget(place));
      }
      return places.length;
    },
  };
}
