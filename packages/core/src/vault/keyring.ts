import { randomBytes } from 'node:crypto';
import type { CallOptions } from '../contract/call-options.ts';
import { aesGcmSizes } from '../crypto/aes-gcm.ts';
import { untilAborted } from './abort.ts';
import type { KeyContext, KeyProvider } from './key-provider.ts';
import type { SecretAddress, SecretStore } from './secret-store.ts';
import { keyUnknown, keyWrong, tampered, vaultOfOtherKeys } from './vault-error.ts';

type Place = SecretAddress & { readonly version: number };

/** The key providers of a vault as one, each key checked before it is used. */
export interface Keyring {
  /** Id of the key that new secrets get. */
  current(options?: CallOptions): Promise<string>;
  wrap(
    dataKey: Uint8Array,
    place: Place,
    options?: CallOptions,
  ): Promise<{ readonly keyId: string; readonly wrapped: string }>;
  unwrap(wrapped: string, context: KeyContext, options?: CallOptions): Promise<Uint8Array>;
  /** Whether any provider has the key. */
  knows(keyId: string, options?: CallOptions): Promise<boolean>;
  /** Checks a key against what the vault knows of it. */
  verify(keyId: string, options?: CallOptions): Promise<void>;
}

/** No secret can have this place: no part of an address is empty. */
const checkPlace: Place = { tenant: '', connection: '', name: '', version: 0 };

export function createKeyring(
  providers: readonly [KeyProvider, ...KeyProvider[]],
  store: SecretStore,
): Keyring {
  const [writer] = providers;
  const verified = new Map<string, Promise<void>>();

  async function knows(keyId: string, options?: CallOptions): Promise<boolean> {
    for (const provider of providers) if (await provider.knows(keyId, options)) return true;
    return false;
  }

  async function tryUnwrap(
    wrapped: string,
    context: KeyContext,
    options?: CallOptions,
  ): Promise<Uint8Array | undefined> {
    for (const provider of providers) {
      if (!(await provider.knows(context.keyId, options))) continue;
      const dataKey = await provider.unwrap(wrapped, context, options);
      if (dataKey?.length === aesGcmSizes.key) return dataKey;
    }
    return undefined;
  }

  /** A key that the vault has not seen: remembered, unless it can only be a mistake. */
  async function introduce(keyId: string, options?: CallOptions): Promise<string> {
    const uses = await store.keysInUse(options);
    const isReadable = await Promise.all(uses.map((use) => knows(use.keyId, options)));
    if (uses.length > 0 && !isReadable.includes(true)) throw vaultOfOtherKeys(uses, keyId);
    const probe = randomBytes(aesGcmSizes.key);
    const check = await writer.wrap(probe, { ...checkPlace, keyId }, options);
    // Another process may be first; then its check is the one to pass.
    return store.addKeyCheck(keyId, check, options);
  }

  async function check(keyId: string, options?: CallOptions): Promise<void> {
    let known = await store.readKeyCheck(keyId, options);
    if (known === undefined) {
      if (keyId !== (await writer.currentKeyId(options))) return;
      known = await introduce(keyId, options);
    }
    const probe = await tryUnwrap(known, { ...checkPlace, keyId }, options);
    if (probe === undefined) throw keyWrong(keyId);
    probe.fill(0);
  }

  async function verify(keyId: string, options?: CallOptions): Promise<void> {
    let running = verified.get(keyId);
    if (running === undefined) {
      // Shared by all who wait for it: no caller's signal reaches it.
      running = check(keyId);
      verified.set(keyId, running);
      // What was in the way may be gone the next time.
      running.catch(() => verified.delete(keyId));
    }
    return untilAborted(running, options?.signal);
  }

  async function current(options?: CallOptions): Promise<string> {
    const keyId = await writer.currentKeyId(options);
    await verify(keyId, options);
    return keyId;
  }

  return {
    current,
    knows,
    verify,
    async wrap(dataKey, place, options) {
      const keyId = await current(options);
      return { keyId, wrapped: await writer.wrap(dataKey, { ...place, keyId }, options) };
    },
    async unwrap(wrapped, context, options) {
      if (!(await knows(context.keyId, options))) throw keyUnknown(context);
      await verify(context.keyId, options);
      const dataKey = await tryUnwrap(wrapped, context, options);
      if (dataKey === undefined) throw tampered(context);
      return dataKey;
    },
  };
}
