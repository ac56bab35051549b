import type { KeyObject } from 'node:crypto';
import type { Secret } from '../auth-strategy.ts';
import { invalidSetting } from '../invalid-setting.ts';
import { pemText } from '../pem-text.ts';
import { readSecret } from '../read-secret.ts';

/** A certificate, in the forms that assertions refer to it. */
export interface SigningCertificate {
  /** SHA-1 of the DER, base64url (RFC 7515, 4.1.7). */
  readonly x5t: string;
  /** SHA-256 of the DER, base64url (RFC 7515, 4.1.8). */
  readonly x5tS256: string;
  /** DER in base64. */
  readonly base64: string;
}

/**
 * Reads a certificate and checks that it is valid now and belongs to the key. Of a chain the first
 * counts.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` that says what to do
 */
export async function readSigningCertificate(options: {
  readonly certificate: Secret;
  readonly key: KeyObject;
  /** Milliseconds since the epoch. */
  readonly now: number;
}): Promise<SigningCertificate> {
  const pem = pemText(await readSecret(options.certificate, 'certificate'));
  const { X509Certificate, createHash } = await import('node:crypto');
  let certificate: InstanceType<typeof X509Certificate>;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    throw invalid(
      'is not a PEM certificate. Give the content of the file: its first line says BEGIN CERTIFICATE.',
    );
  }
  const { validFromDate, validToDate, raw } = certificate;
  if (validToDate.getTime() <= options.now) {
    throw invalid(
      `ended on ${day(validToDate)}. Make a new one, upload it at the vendor and set it here together with its key.`,
    );
  }
  if (validFromDate.getTime() > options.now) {
    throw invalid(
      `begins on ${day(validFromDate)}. Check the clock of this machine, or wait until then.`,
    );
  }
  if (!certificate.checkPrivateKey(options.key)) {
    throw invalid(
      'does not belong to the private key. Set the two that were made together; in a chain the own certificate comes first.',
    );
  }
  return {
    x5t: createHash('sha1').update(raw).digest('base64url'),
    x5tS256: createHash('sha256').update(raw).digest('base64url'),
    base64: raw.toString('base64'),
  };
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function invalid(what: string): Error {
  return invalidSetting('certificate', `The certificate to sign with ${what}`);
}
