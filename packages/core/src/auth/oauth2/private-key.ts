import type { KeyObject } from 'node:crypto';
import type { Secret } from '../auth-strategy.ts';
import { invalidSetting } from '../invalid-setting.ts';
import { pemText } from '../pem-text.ts';
import { readSecret } from '../read-secret.ts';

/** A private key to sign with. */
export interface PrivateKeyOptions {
  /** PEM: PKCS#8 (also encrypted), PKCS#1 or SEC1. Line ends may be written as `\n`, as environment variables have them. */
  readonly privateKey: Secret;
  /** Of an encrypted key. */
  readonly passphrase?: Secret | undefined;
}

/**
 * Reads the key. The message of a failure shows nothing of it.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when it is no private key, or the passphrase is wrong
 */
export async function readPrivateKey(options: PrivateKeyOptions): Promise<KeyObject> {
  const pem = pemText(await readSecret(options.privateKey, 'privateKey'));
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) throw invalid(whatItIs(pem));
  if (pem.includes('BEGIN OPENSSH PRIVATE KEY')) {
    throw invalid('is in the format of OpenSSH. Convert it: ssh-keygen -p -m PKCS8 -f <file>.');
  }
  const isEncrypted = pem.includes('ENCRYPTED');
  if (isEncrypted && options.passphrase === undefined) {
    throw invalid('is encrypted. Set passphrase too.');
  }
  const passphrase = isEncrypted
    ? await readSecret(options.passphrase ?? '', 'passphrase')
    : undefined;
  const { createPrivateKey } = await import('node:crypto');
  try {
    return createPrivateKey({ key: pem, format: 'pem', ...(isEncrypted ? { passphrase } : {}) });
  } catch {
    // No cause: what the decoder says may quote its input.
    throw invalid(
      isEncrypted
        ? 'cannot be decrypted. Check the passphrase, and that the key was copied whole.'
        : 'cannot be read. Check that it was copied whole, first and last line included.',
    );
  }
}

function whatItIs(pem: string): string {
  if (pem.includes('-----BEGIN CERTIFICATE-----')) {
    return 'is a certificate. Give the private key that belongs to it.';
  }
  if (pem.includes('PUBLIC KEY-----')) return 'is a public key. Give the private one.';
  return 'is not PEM. Give the content of the file, not its name: its first line says BEGIN PRIVATE KEY.';
}

function invalid(what: string): Error {
  return invalidSetting('privateKey', `The setting privateKey ${what}`);
}
