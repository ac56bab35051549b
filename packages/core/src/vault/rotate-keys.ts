import { ConnectorError } from '../errors/connector-error.ts';
import { checkAborted } from './abort.ts';
import { rewrapSecret } from './envelope.ts';
import type { Keyring } from './keyring.ts';
import type { RewrappedSecret, SealedSecret, SecretStore } from './secret-store.ts';
import type { RotateOptions, RotationFailure, RotationReport } from './vault.ts';

/** What a single row cannot help; anything else ends the rotation. */
const rowFailures = new Set(['ERR_VAULT_KEY_UNKNOWN', 'ERR_VAULT_KEY_WRONG', 'ERR_VAULT_TAMPERED']);

/** Requests to a key service at a time. */
const concurrency = 16;

/** Brings every row under the current key. */
export async function rotateKeys(
  { store, keyring }: { readonly store: SecretStore; readonly keyring: Keyring },
  options: RotateOptions = {},
): Promise<RotationReport> {
  const { signal, onProgress, pageSize = 200 } = options;
  const calls = { signal };
  const keyId = await keyring.current(calls);
  const uses = await store.keysInUse(calls);
  const old = uses.filter((use) => use.keyId !== keyId);
  const already = uses.find((use) => use.keyId === keyId)?.secrets ?? 0;
  const total = old.reduce((sum, { secrets }) => sum + secrets, 0);
  const failures = new Map<string, RotationFailure>();
  let rewrapped = 0;

  async function rewrap(before: SealedSecret): Promise<readonly RewrappedSecret[]> {
    try {
      return [{ before, ...(await rewrapSecret(keyring, before, calls)) }];
    } catch (error) {
      if (!ConnectorError.isInstance(error) || !rowFailures.has(error.code)) throw error;
      const { tenant, connection, name } = before;
      const place = JSON.stringify([tenant, connection, name]);
      failures.set(place, { tenant, connection, name, code: error.code });
      return [];
    }
  }

  /** @returns whether a row was changed by others meanwhile */
  async function pass(): Promise<boolean> {
    let hasRaced = false;
    let after: SealedSecret | undefined;
    for (;;) {
      checkAborted(signal);
      const page = await store.list({ exceptKeyId: keyId, after, limit: pageSize }, calls);
      after = page.at(-1);
      if (after === undefined) return hasRaced;
      const changes: RewrappedSecret[] = [];
      for (let from = 0; from < page.length; from += concurrency) {
        const some = await Promise.all(page.slice(from, from + concurrency).map(rewrap));
        changes.push(...some.flat());
      }
      for (const isDone of await store.rewrap(changes, calls)) {
        if (isDone) rewrapped += 1;
        else hasRaced = true;
      }
      onProgress?.({ rewrapped, failed: failures.size, total });
    }
  }

  // A writer that has not heard of the new key yet may be ahead of every pass: not for ever.
  for (let passes = 0; passes < 5; passes += 1) {
    failures.clear();
    if (!(await pass())) break;
  }
  const inUse = new Set((await store.keysInUse(calls)).map((use) => use.keyId));
  return {
    keyId,
    rewrapped,
    already,
    failed: [...failures.values()],
    unusedKeyIds: old.map((use) => use.keyId).filter((id) => !inUse.has(id)),
  };
}
