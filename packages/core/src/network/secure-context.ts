import type { SecureContext, SecureContextOptions } from 'node:tls';
import type { TlsIdentity } from '../auth/auth-strategy.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { TlsPolicy } from './network-policy.ts';

type Pem = NonNullable<TlsPolicy['ca']>;

/**
 * Keys and trust of the sockets of a transport, read once.
 *
 * @throws ConnectorError `ERR_TLS` for what cannot be read
 */
export async function openSecureContext(
  identity: TlsIdentity,
  policy: TlsPolicy,
): Promise<SecureContext> {
  const tls = await import('node:tls');
  const { cert, key, pfx, passphrase } = identity;
  const ca = trusted(identity.ca, policy, defaultIssuers(tls));
  try {
    return tls.createSecureContext({
      minVersion: 'TLSv1.2',
      ca,
      cert,
      key,
      pfx,
      passphrase,
    } as SecureContextOptions);
  } catch (error) {
    throw unreadableIdentity(error, identity);
  }
}

/** What Node trusts, with what its own flags and variables added; the function came with 22.15. */
function defaultIssuers(tls: typeof import('node:tls')): () => readonly string[] {
  return () =>
    typeof tls.getCACertificates === 'function'
      ? tls.getCACertificates('default')
      : tls.rootCertificates;
}

/** @returns `undefined` for the default of Node */
function trusted(
  own: TlsIdentity['ca'],
  { ca, caMode = 'add' }: TlsPolicy,
  defaults: () => readonly string[],
): string[] | undefined {
  if (ca === undefined) return own === undefined ? undefined : readIssuers(own, 'ca of the auth');
  const base =
    own !== undefined ? readIssuers(own, 'ca of the auth') : caMode === 'add' ? defaults() : [];
  return [...base, ...readIssuers(ca, 'network.tls.ca')];
}

/** Node ignores what it cannot read among the issuers, and later trusts nobody. */
function readIssuers(ca: Pem, name: string): string[] {
  const texts = (typeof ca === 'string' || ca instanceof Uint8Array ? [ca] : ca).map((pem) =>
    typeof pem === 'string' ? pem : Buffer.from(pem).toString('utf8'),
  );
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  return texts.flatMap((text) => {
    const found = text.match(
      /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END [^-]+-----/g,
    );
    try {
      for (const pem of found ?? []) new X509Certificate(pem);
      if (found !== null) return found;
    } catch {
      // Said below.
    }
    throw unusable(
      `The setting ${name} holds no readable certificate. Give PEM: it begins with -----BEGIN CERTIFICATE-----. From DER make it with "openssl x509 -inform der".`,
    );
  });
}

/** Codes and texts of OpenSSL 3, as Node 22 to 26 pass them on. */
function unreadableIdentity(error: unknown, identity: TlsIdentity): ConnectorError {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const what =
    identity.pfx === undefined ? 'The client certificate or its key' : 'The PKCS#12 file';
  const is = (pattern: RegExp): boolean => pattern.test(`${code} ${message}`);
  const advice = is(/mac verify failure|BAD_DECRYPT|bad decrypt/i)
    ? 'the passphrase is wrong'
    : is(/INTERRUPTED_OR_CANCELLED|interrupted or cancelled|BAD_PASSWORD_READ|bad password read/i)
      ? 'the key is encrypted, and no passphrase was given'
      : is(/KEY_VALUES_MISMATCH|KEY_TYPE_MISMATCH|key (?:values|type) mismatch/i)
        ? 'certificate and key do not belong together. Give the key that the certificate was issued for'
        : is(/UNSUPPORTED|unsupported/)
          ? 'it is encrypted in a way that is not supported any more, such as RC2. Export it again with AES-256, for example with "openssl pkcs12 -export -keypbe AES-256-CBC -certpbe AES-256-CBC"'
          : identity.pfx === undefined
            ? 'it is not PEM. The certificate begins with -----BEGIN CERTIFICATE-----, the key with -----BEGIN PRIVATE KEY-----'
            : 'it is not PKCS#12, or it is damaged. Such files mostly end in .p12 or .pfx';
  return unusable(`${what} cannot be used: ${advice}.`, error);
}

function unusable(message: string, cause?: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_TLS',
    category: 'configuration',
    message,
    notExecuted: true,
    cause,
  });
}
