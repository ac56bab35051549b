import { createSecretKey, type KeyObject } from 'node:crypto';
import { openAesGcm, sealAesGcm } from '../../crypto/aes-gcm.ts';
import { decodeBase64url, encodeBase64url } from '../../crypto/base64url.ts';
import { keyData } from '../associated-data.ts';
import type { KeyProvider } from '../key-provider.ts';
import { keyWrong } from '../vault-error.ts';

/** Keys by their ids; the first is the current one. */
export type KeySet = ReadonlyMap<string, KeyObject>;

/**
 * Key-encryption keys in the memory of this process. Data keys are wrapped by AES-256-GCM.
 *
 * @param read - the keys as they are now; asked again for a key that is not among them
 */
export function localKeys(kind: string, read: () => Promise<KeySet>): KeyProvider {
  let keys: Promise<KeySet> | undefined;

  async function refresh(before: Promise<KeySet> | undefined): Promise<KeySet> {
    const known = await before;
    const fresh = await read();
    for (const [id, key] of fresh) {
      // Written under by now: another one would make two kinds of secrets of one id.
      if (known?.get(id)?.equals(key) === false) throw keyWrong(id);
    }
    return fresh;
  }

  const load = (): Promise<KeySet> => {
    const before = keys;
    const loading = refresh(before);
    keys = loading;
    loading.catch(() => {
      if (keys === loading) keys = before;
    });
    return loading;
  };

  /** A key may have been added since, by whoever changes keys. */
  async function find(keyId: string): Promise<KeyObject | undefined> {
    return (await (keys ?? load())).get(keyId) ?? (await load()).get(keyId);
  }

  return {
    kind,
    async currentKeyId() {
      const [first] = (await (keys ?? load())).keys();
      return first ?? '';
    },
    knows: async (keyId) => (await find(keyId)) !== undefined,
    async wrap(dataKey, context) {
      const key = await find(context.keyId);
      return encodeBase64url(wrapBy(key as KeyObject, dataKey, keyData(context)));
    },
    async unwrap(wrapped, context) {
      const key = await find(context.keyId);
      const sealed = decodeBase64url(wrapped);
      if (key === undefined || sealed === undefined) return undefined;
      return openAesGcm({ key, sealed, associatedData: keyData(context) });
    },
  };
}

const wrapBy = (key: KeyObject, plaintext: Uint8Array, associatedData: Uint8Array): Buffer =>
  sealAesGcm({ key, plaintext, associatedData });

export const keyObjectOf = (bytes: Buffer): KeyObject => {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
};
