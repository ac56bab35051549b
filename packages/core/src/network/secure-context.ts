import type { SecureContext, SecureContextOptions } from 'node:tls';
import type { TlsIdentity } from '../auth/auth-strategy.ts';
import { pemText } from '../auth/pem-text.ts';
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
    throw unusable(
      'The client certificate that the auth gave cannot be used. Check that certificate and key are PEM, or both in one PKCS#12 file, that they belong together, and that the passphrase is theirs.',
      error,
    );
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
    pemText(typeof pem === 'string' ? pem : Buffer.from(pem).toString('utf8')),
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
      `The setting ${name} holds no readable certificate. Give PEM: its first line says BEGIN CERTIFICATE. From DER make it with "openssl x509 -inform der".`,
    );
  });
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
