import { z } from 'zod';
import type { ClientCertificate } from '../auth/mutual-tls.ts';
import { type CertificateFiles, openCertificate } from '../auth/open-certificate.ts';
import { pemText } from '../auth/pem-text.ts';
import { secretField } from './credential-kind.ts';

/** PEM of a certificate. */
export function certificateField(description: string) {
  return z
    .string()
    .refine((text) => text.includes('BEGIN CERTIFICATE'), 'must be a certificate in PEM')
    .meta({ description });
}

/** PEM of a private key. */
export function privateKeyField(description: string) {
  return z
    .string()
    .refine((text) => text.includes('PRIVATE KEY'), 'must be a private key in PEM')
    .meta({ description, writeOnly: true });
}

const base64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/** Certificate and private key as they are stored. */
export const clientCertificateFields = {
  cert: certificateField('Client certificate, PEM; with its chain, if there is one').optional(),
  key: privateKeyField('Private key of the certificate, PEM').optional(),
  pfx: z
    .string()
    .regex(base64, 'must be a PKCS#12 file in Base64')
    .meta({
      description: 'PKCS#12 in Base64, in place of cert and key',
      writeOnly: true,
      contentEncoding: 'base64',
    })
    .optional(),
  passphrase: secretField('Passphrase of the private key or of the PKCS#12 file').optional(),
  ca: certificateField('Issuers to trust, PEM; without it those that Node trusts').optional(),
};

/** What those fields hold. */
export type StoredCertificate = {
  readonly [Name in keyof typeof clientCertificateFields]?: string | undefined;
};

/** A client certificate beside other credentials. */
export const clientCertificateField = z
  .strictObject(clientCertificateFields)
  .superRefine(checkCertificate)
  .meta({ description: 'Client certificate that the connection is made with' })
  .optional();

/** The files, when they are all there. */
export function certificateFiles(stored: StoredCertificate): CertificateFiles | undefined {
  const { cert, key, pfx, passphrase } = stored;
  if (pfx !== undefined) return { pfx: Buffer.from(pfx, 'base64'), passphrase };
  if (cert === undefined || key === undefined) return undefined;
  return { cert: pemText(cert), key: pemText(key), passphrase };
}

/** For `mutualTls` and `withClientCertificate`. */
export function clientCertificateOf(stored: StoredCertificate): ClientCertificate {
  const { cert = '', key = '', pfx, passphrase, ca } = stored;
  return { ...(pfx === undefined ? { cert, key } : { pfx }), passphrase, ca };
}

/** Whether everything is there, whole, and belongs together. */
export function checkCertificate(stored: StoredCertificate, context: z.RefinementCtx): void {
  const { cert, key, pfx } = stored;
  const report = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  if (pfx !== undefined && (cert !== undefined || key !== undefined)) {
    report('pfx', 'must not be given together with cert and key');
    return;
  }
  const files = certificateFiles(stored);
  if (files === undefined) {
    for (const [name, value] of Object.entries({ cert, key })) {
      if (value === undefined) report(name, 'is missing; give cert and key, or pfx');
    }
    return;
  }
  const opened = openCertificate(files);
  if ('problem' in opened) report(opened.path, opened.problem);
}
