import type { AuthStrategy } from '../auth/auth-strategy.ts';
import { withClientCertificate } from '../auth/mutual-tls.ts';
import { clientCertificateOf, type StoredCertificate } from './client-certificate-fields.ts';

/** The strategy, over a connection with a client certificate when there is one. */
export function overTls(
  strategy: AuthStrategy,
  credentials: { readonly clientCertificate?: StoredCertificate | undefined },
): AuthStrategy {
  const { clientCertificate: stored } = credentials;
  return stored === undefined
    ? strategy
    : withClientCertificate(strategy, clientCertificateOf(stored));
}
