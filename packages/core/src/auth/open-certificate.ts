import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';

/** A certificate with its private key, as they are stored: PEM, or PKCS#12 as bytes. */
export type CertificateFiles = (
  | { readonly cert: string; readonly key: string; readonly pfx?: undefined }
  | { readonly pfx: Uint8Array }
) & { readonly passphrase?: string | undefined };

/** What is wrong with a certificate, and what to do; shows nothing of it. */
export interface CertificateProblem {
  readonly path: 'cert' | 'key' | 'pfx' | 'passphrase';
  readonly problem: string;
}

/** Milliseconds since the epoch. */
export interface OpenedCertificate {
  readonly validFrom: number;
  readonly validTo: number;
}

/** Opens a certificate and its key: whether they are whole, and belong together. */
export function openCertificate(files: CertificateFiles): OpenedCertificate | CertificateProblem {
  const opened =
    files.pfx === undefined
      ? openPem(files.cert, files.key, files.passphrase)
      : openPkcs12(files.pfx, files.passphrase);
  if ('problem' in opened) return opened;
  return { validFrom: Date.parse(opened.validFrom), validTo: Date.parse(opened.validTo) };
}

/** What is wrong with the time; `undefined` when it is valid. */
export function certificateTimeProblem(
  { validFrom, validTo }: OpenedCertificate,
  now: number,
): string | undefined {
  if (now < validFrom) {
    return `is not valid before ${instant(validFrom)}. Wait, or check the clock of this machine`;
  }
  if (now < validTo) return undefined;
  return `expired on ${instant(validTo)}. Get a new one from its issuer, have it registered at the vendor, and set it here`;
}

function openPem(
  cert: string,
  key: string,
  passphrase: string | undefined,
): X509Certificate | CertificateProblem {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
  } catch {
    const problem = 'must be a certificate in PEM: the text of the file, with its line breaks';
    return { path: 'cert', problem };
  }
  const privateKey = openPrivateKey(key, passphrase);
  if ('problem' in privateKey) return privateKey;
  if (certificate.checkPrivateKey(privateKey)) return certificate;
  return { path: 'key', problem: 'must be the private key that belongs to the certificate' };
}

/** Opens a private key in PEM. */
export function openPrivateKey(
  key: string,
  passphrase: string | undefined,
): KeyObject | CertificateProblem {
  try {
    return createPrivateKey({ key, format: 'pem', ...(passphrase && { passphrase }) });
  } catch {
    // No cause: what the decoder says may quote its input.
    if (key.includes('ENCRYPTED')) return wrongPassphrase(passphrase);
    const problem = 'must be a private key in PEM: the text of the file, with its line breaks';
    return { path: 'key', problem };
  }
}

function openPkcs12(
  pfx: Uint8Array,
  passphrase: string | undefined,
): X509Certificate | CertificateProblem {
  let socket: TLSSocket | undefined;
  try {
    const secureContext = createSecureContext({ pfx: Buffer.from(pfx), passphrase });
    // Node opens PKCS#12 for sockets only; this one goes nowhere.
    socket = new TLSSocket(new Duplex({ read() {} }) as never, { secureContext });
    const certificate = socket.getX509Certificate();
    if (certificate !== undefined) return certificate;
    return { path: 'pfx', problem: 'must have a certificate with its private key in it' };
  } catch (error) {
    const text = error instanceof Error ? error.message : '';
    if (/mac verify failure/i.test(text)) return wrongPassphrase(passphrase);
    const problem = /unsupported/i.test(text)
      ? 'must be encrypted by a method that is not outdated: export it again with AES-256, for example with openssl pkcs12 -export'
      : 'must be a whole PKCS#12 file (.p12, .pfx)';
    return { path: 'pfx', problem };
  } finally {
    socket?.destroy();
  }
}

function wrongPassphrase(passphrase: string | undefined): CertificateProblem {
  const problem = passphrase
    ? 'must be the one that the private key is encrypted with'
    : 'is missing: the private key is encrypted';
  return { path: 'passphrase', problem };
}

function instant(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
