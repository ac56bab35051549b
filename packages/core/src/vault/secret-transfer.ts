import type { KeyObject } from 'node:crypto';
import type { JsonValue } from '../contract/json.ts';
import { decryptJwe, encryptJwe } from '../crypto/jwe.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { SecretName } from './vault.ts';

/** A secret on its way from one vault to another. */
export interface TransferredSecret extends SecretName {
  readonly value: JsonValue;
}

const type = 'common-secret';

/**
 * Encrypts a secret for another vault, as a compact JWE (RFC 7516, A256GCM): rows do not open
 * anywhere but in their own vault.
 *
 * @param options.key - 32 bytes that both sides have (`createSecretKey`), or the public RSA, EC or
 *   X25519 key of the other side
 * @throws ConnectorError `ERR_CONFIGURATION` for any other key
 */
export async function exportSecret(
  secret: TransferredSecret,
  options: { readonly key: KeyObject },
): Promise<string> {
  const { connection, name, value } = secret;
  const plaintext = Buffer.from(JSON.stringify({ connection, name, value }), 'utf8');
  try {
    return await encryptJwe({ plaintext, key: options.key, type });
  } finally {
    plaintext.fill(0);
  }
}

/**
 * Decrypts what `exportSecret` made. A JWE by a public key can come from anybody: look at where it
 * came from before you store it.
 *
 * @throws ConnectorError `ERR_VAULT_TAMPERED` when it does not open
 */
export async function importSecret(
  text: string,
  options: { readonly key: KeyObject },
): Promise<TransferredSecret> {
  const opened = await decryptJwe({ text: text.trim(), key: options.key });
  const secret = opened?.type === type ? parse(opened.plaintext) : undefined;
  if (secret !== undefined) return secret;
  throw new ConnectorError({
    code: 'ERR_VAULT_TAMPERED',
    category: 'configuration',
    message:
      'The exported secret does not open: it is for another key, is no export of a secret, or was changed. Export it again for this key.',
  });
}

function parse(plaintext: Uint8Array): TransferredSecret | undefined {
  try {
    const { connection, name, value } = JSON.parse(Buffer.from(plaintext).toString('utf8'));
    const isWhole =
      typeof connection === 'string' && typeof name === 'string' && value !== undefined;
    return isWhole ? { connection, name, value } : undefined;
  } catch {
    return undefined;
  }
}
