import { type AddressGuard, createAddressGuard, type ResolveHost } from './address-guard.ts';
import { checkPolicy } from './check-policy.ts';
import { unusablePolicy } from './network-error.ts';
import type { NetworkPolicy, TlsPolicy } from './network-policy.ts';
import { createProxyRoute, type ProxyRoute } from './proxy-route.ts';
import { type CheckPin, readHost, readPins } from './public-key-pins.ts';

/** A policy, read: what a connection passes when it opens. */
export interface NetworkGate {
  readonly tls: TlsPolicy;
  readonly guard: AddressGuard;
  readonly routeOf: ProxyRoute;
  /** Absent where nothing is pinned. */
  readonly checkPin: CheckPin | undefined;
  readonly servernames: ReadonlyMap<string, string>;
}

/**
 * Reads a policy.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for what cannot be read
 */
export function createNetworkGate(policy: NetworkPolicy, resolveHost?: ResolveHost): NetworkGate {
  checkPolicy(policy);
  const { tls = {}, proxy } = policy;
  const { pins, servernames = {}, caMode } = tls;
  if (caMode !== undefined && caMode !== 'add' && caMode !== 'replace') {
    throw unusablePolicy('The setting network.tls.caMode is neither "add" nor "replace".');
  }
  if (caMode === 'replace' && tls.ca === undefined) {
    throw unusablePolicy('network.tls.caMode is "replace", but network.tls.ca is missing.');
  }
  return {
    tls,
    guard: createAddressGuard(policy, resolveHost),
    routeOf: createProxyRoute(proxy),
    checkPin: pins === undefined ? undefined : readPins(pins),
    servernames: new Map(
      Object.entries(servernames).map(([host, name]) => [
        readHost(host, 'servernames'),
        readServername(name),
      ]),
    ),
  };
}

function readServername(name: string): string {
  const host = readHost(name, 'servernames');
  if (process.getBuiltinModule('node:net').isIP(host) === 0) return host;
  throw unusablePolicy(
    'network.tls.servernames has an IP address where the name in the certificate is expected.',
  );
}
