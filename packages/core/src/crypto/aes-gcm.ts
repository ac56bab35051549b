import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

/** Of the data and of the key: AES-256, the IV of NIST SP 800-38D, the whole tag. */
export const aesGcmSizes = { key: 32, iv: 12, tag: 16 } as const;

const algorithm = 'aes-256-gcm';

interface Common {
  /** 32 bytes. */
  readonly key: Uint8Array | KeyObject;
  /** What is bound to the text without being in it. */
  readonly associatedData: Uint8Array;
}

/**
 * Encrypts with AES-256-GCM. An IV must never be used twice with one key: use `sealAesGcm`, which
 * draws it.
 *
 * @returns the ciphertext with its tag behind it
 */
export function encryptAesGcm(
  options: Common & { readonly iv: Uint8Array; readonly plaintext: Uint8Array },
): Buffer {
  const { key, iv, plaintext, associatedData } = options;
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: aesGcmSizes.tag });
  cipher.setAAD(associatedData);
  const ciphertext = cipher.update(plaintext);
  return Buffer.concat([ciphertext, cipher.final(), cipher.getAuthTag()]);
}

/**
 * Decrypts what `encryptAesGcm` made.
 *
 * @returns `undefined` when it is not authentic: another key, IV or associated data, or changed
 */
export function decryptAesGcm(
  options: Common & { readonly iv: Uint8Array; readonly ciphertext: Uint8Array },
): Buffer | undefined {
  const { key, iv, ciphertext, associatedData } = options;
  const end = ciphertext.length - aesGcmSizes.tag;
  if (end < 0 || iv.length !== aesGcmSizes.iv) return undefined;
  // Without a length Node takes a tag of 4 bytes as well.
  const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: aesGcmSizes.tag });
  decipher.setAAD(associatedData);
  decipher.setAuthTag(ciphertext.subarray(end));
  const plaintext = decipher.update(ciphertext.subarray(0, end));
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    return undefined;
  }
}

/** Encrypts with an IV of its own, which comes first in the answer. */
export function sealAesGcm(options: Common & { readonly plaintext: Uint8Array }): Buffer {
  const iv = randomBytes(aesGcmSizes.iv);
  return Buffer.concat([iv, encryptAesGcm({ ...options, iv })]);
}

/** Decrypts what `sealAesGcm` made; `undefined` when it is not authentic. */
export function openAesGcm(options: Common & { readonly sealed: Uint8Array }): Buffer | undefined {
  const { sealed, ...common } = options;
  const iv = sealed.subarray(0, aesGcmSizes.iv);
  return decryptAesGcm({ ...common, iv, ciphertext: sealed.subarray(aesGcmSizes.iv) });
}
