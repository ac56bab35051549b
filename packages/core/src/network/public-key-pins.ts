import type { PeerCertificate } from 'node:tls';
import { ConnectorError } from '../errors/connector-error.ts';
import { plainName } from './host-patterns.ts';
import { unusablePolicy } from './network-error.ts';
import type { TlsPolicy } from './network-policy.ts';

/** @returns why the server is not the expected one, `undefined` when it is, or nothing is expected */
export type CheckPin = (host: string, certificate: PeerCertificate) => Error | undefined;

/**
 * Reads pins by host. `sha256//<base64>` as curl writes them is taken, too.
 *
 * Only the server's own key is compared: a chain as it was sent may hold certificates that had no
 * part in the verification. Whoever wants to bind a server to an issuer replaces the trusted issuers.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for a pin or a host that cannot be one
 */
export function readPins(pins: NonNullable<TlsPolicy['pins']>): CheckPin {
  const byHost = new Map(
    Object.entries(pins).map(([host, list]) => [
      readHost(host, 'pins'),
      new Set(list.map((pin) => readPin(pin, host))),
    ]),
  );
  for (const [host, list] of byHost) {
    if (list.size === 0) throw unusablePolicy(`network.tls.pins has no pin for ${host}.`);
  }
  return (host, certificate) => {
    const expected = byHost.get(plainName(host));
    if (expected === undefined) return undefined;
    const found = pinOf(certificate.raw);
    return expected.has(found) ? undefined : mismatch(host, found);
  };
}

/** The host of a setting, which has neither protocol nor port. */
export function readHost(text: string, setting: string): string {
  const host = plainName(text.trim());
  const plain = host.replace(/^\[(.*)\]$/, '$1');
  if (/^[a-z0-9_.-]+$/.test(host) || process.getBuiltinModule('node:net').isIPv6(plain))
    return plain;
  throw unusablePolicy(
    `network.tls.${setting} has "${text}" where a host is expected. Write it like erp.example.com, without protocol, port and path.`,
  );
}

function readPin(pin: string, host: string): string {
  const [, digest = ''] = /^sha256\/{1,2}([A-Za-z0-9+/]{43}=)$/.exec(pin.trim()) ?? [];
  if (digest !== '') return `sha256/${digest}`;
  throw unusablePolicy(
    `A pin of ${host} in network.tls.pins is not readable. Write it like sha256/ followed by the 44 characters in base64 of the SHA-256 of the public key (SubjectPublicKeyInfo).`,
  );
}

function pinOf(certificate: Uint8Array): string {
  const { X509Certificate, createHash } = process.getBuiltinModule('node:crypto');
  const { publicKey } = new X509Certificate(certificate);
  const key = publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(key).digest('base64')}`;
}

function mismatch(host: string, found: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_TLS',
    category: 'configuration',
    message: `The public key of ${host} is none of those pinned: it is ${found}. Compare it with what the operator of the server says. If the key was changed on purpose, add this pin to network.tls.pins; if not, somebody stands in between.`,
    notExecuted: true,
  });
}
