import { randomBytes } from 'node:crypto';
import type { CallOptions } from '../contract/call-options.ts';
import { aesGcmSizes, openAesGcm, sealAesGcm } from '../crypto/aes-gcm.ts';
import { decodeBase64url, encodeBase64url } from '../crypto/base64url.ts';
import { envelopeFormat, secretData } from './associated-data.ts';
import type { Keyring } from './keyring.ts';
import type { SealedSecret, SecretAddress } from './secret-store.ts';
import { tampered } from './vault-error.ts';

/** `v1.<wrapped data key>.<IV, ciphertext and tag>` */
const envelope = new RegExp(`^${envelopeFormat}\\.([!-\\-/-~]+)\\.([\\w-]+)$`);

type Place = SecretAddress & { readonly version: number };

/** Encrypts a text under a data key of its own, and that under the current key. */
export async function sealSecret(
  keyring: Keyring,
  { plaintext, place }: { readonly plaintext: string; readonly place: Place },
  options?: CallOptions,
): Promise<SealedSecret> {
  const dataKey = randomBytes(aesGcmSizes.key);
  const bytes = Buffer.from(plaintext, 'utf8');
  try {
    const { keyId, wrapped } = await keyring.wrap(dataKey, place, options);
    const sealed = sealAesGcm({
      key: dataKey,
      plaintext: bytes,
      associatedData: secretData(place),
    });
    const { tenant, connection, name, version } = place;
    return { tenant, connection, name, version, keyId, sealed: join(wrapped, sealed) };
  } finally {
    dataKey.fill(0);
    bytes.fill(0);
  }
}

/**
 * Decrypts a row.
 *
 * @throws ConnectorError `ERR_VAULT_KEY_UNKNOWN`, `ERR_VAULT_KEY_WRONG`, `ERR_VAULT_TAMPERED`
 */
export async function openSecret(
  keyring: Keyring,
  secret: SealedSecret,
  options?: CallOptions,
): Promise<string> {
  const { wrapped, payload } = parse(secret);
  const dataKey = await keyring.unwrap(wrapped, secret, options);
  try {
    const sealed = decodeBase64url(payload);
    const bytes =
      sealed && openAesGcm({ key: dataKey, sealed, associatedData: secretData(secret) });
    if (bytes === undefined) throw tampered(secret);
    const text = bytes.toString('utf8');
    bytes.fill(0);
    return text;
  } finally {
    dataKey.fill(0);
  }
}

/** Wraps the data key of a row by the current key. The text itself is neither read nor changed. */
export async function rewrapSecret(
  keyring: Keyring,
  secret: SealedSecret,
  options?: CallOptions,
): Promise<{ readonly keyId: string; readonly sealed: string }> {
  const parts = parse(secret);
  const dataKey = await keyring.unwrap(parts.wrapped, secret, options);
  try {
    const { keyId, wrapped } = await keyring.wrap(dataKey, secret, options);
    return { keyId, sealed: `${envelopeFormat}.${wrapped}.${parts.payload}` };
  } finally {
    dataKey.fill(0);
  }
}

const join = (wrapped: string, sealed: Uint8Array): string =>
  `${envelopeFormat}.${wrapped}.${encodeBase64url(sealed)}`;

function parse(secret: SealedSecret): { readonly wrapped: string; readonly payload: string } {
  const [, wrapped, payload] = envelope.exec(secret.sealed) ?? [];
  if (wrapped === undefined || payload === undefined) throw tampered(secret);
  return { wrapped, payload };
}
