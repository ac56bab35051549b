import type { KeyObject } from 'node:crypto';
import { ConnectorError } from '../errors/connector-error.ts';
import { isCompactJose } from './compact-jose.ts';

/** The one content encryption that is written and read. */
const contentEncryption = 'A256GCM';

/**
 * Encrypts bytes as a compact JWE (RFC 7516): A256GCM under a key of its own, that by the key given.
 *
 * @param options.key - 32 bytes for both sides, or the recipient's public RSA, EC or X25519 key
 * @param options.type - `typ` of the header
 */
export async function encryptJwe(options: {
  readonly plaintext: Uint8Array;
  readonly key: KeyObject;
  readonly type: string;
}): Promise<string> {
  const { CompactEncrypt } = await import('jose');
  return new CompactEncrypt(options.plaintext)
    .setProtectedHeader({
      alg: keyManagementOf(options.key),
      enc: contentEncryption,
      typ: options.type,
    })
    .encrypt(options.key);
}

/**
 * Decrypts a compact JWE. The key decides which algorithm is right, never the header.
 *
 * @returns `undefined` when it does not open
 */
export async function decryptJwe(options: {
  readonly text: string;
  readonly key: KeyObject;
}): Promise<{ readonly plaintext: Uint8Array; readonly type: string | undefined } | undefined> {
  const algorithm = keyManagementOf(options.key);
  if (!isCompactJose(options.text)) return undefined;
  const { compactDecrypt, errors } = await import('jose');
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(options.text, options.key, {
      keyManagementAlgorithms: [algorithm],
      contentEncryptionAlgorithms: [contentEncryption],
    });
    return { plaintext, type: protectedHeader.typ };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function keyManagementOf(key: KeyObject): string {
  if (key.type === 'secret' && key.symmetricKeySize === 32) return 'A256KW';
  if (key.asymmetricKeyType === 'rsa') return 'RSA-OAEP-256';
  if (key.asymmetricKeyType === 'ec' || key.asymmetricKeyType === 'x25519') {
    return 'ECDH-ES+A256KW';
  }
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message:
      'This key cannot carry a secret. Take 32 random bytes (createSecretKey), or an RSA, EC or X25519 key pair.',
  });
}
