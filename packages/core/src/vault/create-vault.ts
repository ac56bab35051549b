import { randomInt } from 'node:crypto';
import type { JsonValue } from '../contract/json.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { checkAborted } from './abort.ts';
import { checkAddress } from './check-address.ts';
import { openSecret, sealSecret } from './envelope.ts';
import type { KeyProvider } from './key-provider.ts';
import { createKeyring, type Keyring } from './keyring.ts';
import { rotateKeys } from './rotate-keys.ts';
import type { SealedSecret, SecretStore } from './secret-store.ts';
import type { SecretName, TenantVault, Vault } from './vault.ts';
import { invalidSecret, keyInUse, keyUnknown, secretConflict } from './vault-error.ts';

/** What a vault is made of. */
export interface VaultOptions {
  /** Where the rows are. */
  readonly secrets: SecretStore;
  /** Who wraps data keys. Of several, the first wraps what is written, all of them open. */
  readonly keys: KeyProvider | readonly KeyProvider[];
}

const pageSize = 200;

/**
 * Makes a vault: secrets encrypted by AES-256-GCM, each write under a data key of its own, which a
 * key-encryption key wraps. A row opens at its own tenant, connection, name and version only.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` without a key provider
 */
export function createVault(options: VaultOptions): Vault {
  const { secrets: store } = options;
  const [writer, ...others] = [options.keys].flat() as readonly KeyProvider[];
  if (writer === undefined) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: 'The vault has no key provider. Give one as keys, for example environmentKeys().',
    });
  }
  const keyring = createKeyring([writer, ...others], store);

  return {
    forTenant: (tenant) => tenantVault({ tenant, store, keyring }),
    async verifyKeys(calls) {
      checkAborted(calls?.signal);
      await keyring.current(calls);
      for (const { keyId } of await store.keysInUse(calls)) {
        if (await keyring.knows(keyId, calls)) {
          await keyring.verify(keyId, calls);
          continue;
        }
        // One of them stands for all: the message needs a place.
        const unreadable = await firstUnder(store, keyId);
        if (unreadable !== undefined) throw keyUnknown(unreadable);
      }
    },
    rotate: (rotation) => rotateKeys({ store, keyring }, rotation),
    keysInUse: (calls) => store.keysInUse(calls),
    async forgetKey(keyId, calls) {
      const uses = await store.keysInUse(calls);
      const use = uses.find((one) => one.keyId === keyId);
      if (use !== undefined) throw keyInUse(use);
      await store.removeKeyCheck(keyId, calls);
    },
    async close() {
      for (const provider of [writer, ...others]) await provider.close?.();
    },
  };
}

function tenantVault({
  tenant,
  store,
  keyring,
}: {
  readonly tenant: string;
  readonly store: SecretStore;
  readonly keyring: Keyring;
}): TenantVault {
  const addressOf = ({ connection, name }: SecretName) => {
    const address = { tenant, connection, name };
    checkAddress(address);
    return address;
  };
  // Isolation is here: whatever asks for rows gets the tenant from nowhere else.
  checkAddress({ tenant, connection: '-', name: '-' });

  return {
    tenant,
    async get(name, calls) {
      checkAborted(calls?.signal);
      const address = addressOf(name);
      // First of all: with a wrong key "there is none" would be a lie.
      await keyring.current(calls);
      const row = await store.read(address, calls);
      if (row === undefined) return undefined;
      // The place that was asked for, not the one that the row claims.
      const text = await openSecret(keyring, { ...row, ...address }, calls);
      return { value: JSON.parse(text) as JsonValue, version: row.version };
    },
    async put(name, value, { expectedVersion, ...calls } = {}) {
      checkAborted(calls.signal);
      const address = addressOf(name);
      const plaintext: string | undefined = JSON.stringify(value);
      if (plaintext === undefined) throw invalidSecret('The value of a secret has to be JSON.');
      await keyring.current(calls);
      for (;;) {
        const before = expectedVersion ?? (await store.read(address, calls))?.version ?? 0;
        const place = { ...address, version: nextVersion(before) };
        const row = await sealSecret(keyring, { plaintext, place }, calls);
        if (await store.write(row, before, calls)) return row.version;
        if (expectedVersion !== undefined) throw secretConflict(address);
      }
    },
    async remove(name, calls = {}) {
      checkAborted(calls.signal);
      const address = addressOf(name);
      await keyring.current(calls);
      const isRemoved = await store.remove(address, calls);
      if (isRemoved || calls.expectedVersion === undefined) return isRemoved;
      if ((await store.read(address, calls)) === undefined) return false;
      throw secretConflict(address);
    },
    async *list({ connection, ...calls } = {}) {
      let after: SealedSecret | undefined;
      do {
        checkAborted(calls.signal);
        const page = await store.list({ tenant, connection, after, limit: pageSize }, calls);
        for (const { connection: of, name, version, keyId } of page) {
          yield { connection: of, name, version, keyId };
        }
        after = page.length < pageSize ? undefined : page.at(-1);
      } while (after !== undefined);
    },
    async withLease(name, work, lease) {
      return store.withLease(addressOf(name), work, lease);
    },
  };
}

// A secret that is removed and stored anew must not meet a version that somebody still remembers:
// the first one is drawn, so that writing over it needs having read it.
function nextVersion(before: number): number {
  return before === 0 ? randomInt(1, 2 ** 47) : before + 1;
}

async function firstUnder(store: SecretStore, keyId: string): Promise<SealedSecret | undefined> {
  let after: SealedSecret | undefined;
  for (;;) {
    const page = await store.list({ after, limit: pageSize });
    const found = page.find((row) => row.keyId === keyId);
    after = page.at(-1);
    if (found !== undefined || after === undefined) return found;
  }
}
