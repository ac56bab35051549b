import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { ConnectorError } from '../errors/connector-error.ts';

/** A certificate with its private key, as they are stored: PEM, or PKCS#12 as bytes. */
export type CertificateFiles = (
  | { readonly cert: string; readonly key: string; readonly pfx?: undefined }
  | { readonly pfx: Uint8Array }
) & { readonly passphrase?: string | undefined };

/**
 * Opens a certificate and its key.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` with the `path` of what cannot be read: a broken file, a wrong
 *   passphrase, a key that is not the certificate's
 */
export function openCertificate(files: CertificateFiles): X509Certificate {
  if (files.pfx !== undefined) return openPkcs12(files.pfx, files.passphrase);
  const certificate = openPem(files.cert);
  if (!certificate.checkPrivateKey(openKey(files.key, files.passphrase))) {
    throw unusable('key', 'the private key does not belong to the certificate. Give the pair.');
  }
  return certificate;
}

function openPem(cert: string): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch (cause) {
    const hint = 'Give PEM, which begins with -----BEGIN CERTIFICATE----- and has line breaks.';
    throw unusable('cert', `the certificate cannot be read. ${hint}`, cause);
  }
}

function openKey(key: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key, format: 'pem', ...(passphrase && { passphrase }) });
  } catch (cause) {
    if (/ENCRYPTED/.test(key)) throw unusable('passphrase', aboutPassphrase(passphrase), cause);
    const hint = 'Give PEM, which begins with -----BEGIN PRIVATE KEY----- and has line breaks.';
    throw unusable('key', `the private key cannot be read. ${hint}`, cause);
  }
}

function openPkcs12(pfx: Uint8Array, passphrase: string | undefined): X509Certificate {
  let socket: TLSSocket | undefined;
  try {
    const secureContext = createSecureContext({ pfx: Buffer.from(pfx), passphrase });
    // Node opens PKCS#12 for sockets only; this one goes nowhere.
    socket = new TLSSocket(new Duplex({ read() {} }) as never, { secureContext });
    const certificate = socket.getX509Certificate();
    if (certificate !== undefined) return certificate;
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : '';
    if (/mac verify failure/i.test(text)) {
      throw unusable('passphrase', aboutPassphrase(passphrase), cause);
    }
    if (/unsupported/i.test(text)) {
      const hint = 'Export it again with AES-256, for example with openssl pkcs12 -export.';
      throw unusable('pfx', `the PKCS#12 file is encrypted by an outdated method. ${hint}`, cause);
    }
    throw unusable('pfx', 'the file cannot be read. Give PKCS#12 (.p12, .pfx).', cause);
  } finally {
    socket?.destroy();
  }
  throw unusable('pfx', 'the PKCS#12 file has no certificate with a private key.');
}

function aboutPassphrase(passphrase: string | undefined): string {
  return passphrase
    ? 'it does not open the private key. Correct it.'
    : 'the private key is encrypted. Set the passphrase.';
}

function unusable(path: string, problem: string, cause?: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The client certificate cannot be used. ${path}: ${problem}`,
    path,
    notExecuted: true,
    cause,
  });
}
