import { type KeyObject, randomBytes, scrypt } from 'node:crypto';
import type { Secret } from '../../auth/auth-strategy.ts';
import { readSecret } from '../../auth/read-secret.ts';
import { openAesGcm, sealAesGcm } from '../../crypto/aes-gcm.ts';
import { decodeBase64url, encodeBase64url } from '../../crypto/base64url.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import { keyData } from '../associated-data.ts';
import type { KeyProvider } from '../key-provider.ts';
import { keyObjectOf } from './local-keys.ts';

/** Options of `passphraseKeys`. */
export interface PassphraseKeysOptions {
  /**
   * Tells passphrases apart: a new passphrase needs a new id.
   * @default 'passphrase'
   */
  readonly id?: string | undefined;
  /** At least 12 characters. */
  readonly passphrase: Secret;
}

// N = 2^17, r = 8, p = 1: 128 MiB and a third of a second (OWASP Password Storage Cheat Sheet).
const logCost = 17;
const cost = { N: 2 ** logCost, r: 8, p: 1, maxmem: 2 ** 28 };
const saltBytes = 16;
const shortest = 12;
/** Salts whose keys are kept; a vault has one, or a few that began at once. */
const mostKeys = 16;

const wrappedText = new RegExp(`^scrypt-${logCost}:([\\w-]{22}):([\\w-]+)$`);

/**
 * A key that is derived from a passphrase by scrypt. The salt is random and stands with each wrapped
 * key; all processes of a vault use the one that they find, so that each derives the key once.
 *
 * A passphrase is the weakest of the providers: whoever has a copy of the rows can try passphrases at
 * leisure, a third of a second each.
 */
export function passphraseKeys(options: PassphraseKeysOptions): KeyProvider {
  const { id = 'passphrase' } = options;
  const keys = new Map<string, Promise<KeyObject>>();
  let usualSalt: string | undefined;

  const keyOf = (salt: string): Promise<KeyObject> => {
    let key = keys.get(salt);
    if (key === undefined) {
      key = derive(options.passphrase, Buffer.from(salt, 'base64url'));
      keys.set(salt, key);
      key.catch(() => keys.delete(salt));
      const [oldest] = keys.keys();
      if (keys.size > mostKeys && oldest !== undefined) keys.delete(oldest);
    }
    return key;
  };

  return {
    kind: 'passphrase',
    currentKeyId: async () => id,
    knows: async (keyId) => keyId === id,
    async wrap(dataKey, context) {
      usualSalt ??= encodeBase64url(randomBytes(saltBytes));
      const salt = usualSalt;
      const key = await keyOf(salt);
      const wrapped = sealAesGcm({ key, plaintext: dataKey, associatedData: keyData(context) });
      return `scrypt-${logCost}:${salt}:${encodeBase64url(wrapped)}`;
    },
    async unwrap(wrapped, context) {
      const [, salt, text = ''] = wrappedText.exec(wrapped) ?? [];
      const sealed = decodeBase64url(text);
      if (salt === undefined || sealed === undefined) return undefined;
      // Of 22 characters the last has bits to spare; only one form of a salt is read.
      if (decodeBase64url(salt) === undefined) return undefined;
      const key = await keyOf(salt);
      const dataKey = openAesGcm({ key, sealed, associatedData: keyData(context) });
      if (dataKey !== undefined) usualSalt ??= salt;
      return dataKey;
    },
  };
}

async function derive(secret: Secret, salt: Buffer): Promise<KeyObject> {
  // The same characters, however a keyboard composes them.
  const passphrase = (await readSecret(secret, 'passphrase')).normalize('NFC');
  if (passphrase.length < shortest) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The passphrase of the vault is shorter than ${shortest} characters. Take a longer one, for example six random words.`,
    });
  }
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    scrypt(passphrase, salt, 32, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
  return keyObjectOf(bytes);
}
