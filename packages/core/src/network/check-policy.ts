import { unusablePolicy } from './network-error.ts';
import type { AddressPolicy, NetworkPolicy, ProxyOptions, TlsPolicy } from './network-policy.ts';

type Names<T> = Readonly<Record<keyof T, 'any' | 'list'>>;

// Records, so that the compiler asks for a setting that a policy has gained.
const ofNetwork: Names<NetworkPolicy> = {
  tls: 'any',
  proxy: 'any',
  addresses: 'any',
  hosts: 'list',
};
const ofTls: Names<TlsPolicy> = { ca: 'any', caMode: 'any', pins: 'any', servernames: 'any' };
const ofAddresses: Names<AddressPolicy> = { deny: 'any', allow: 'list' };
const ofProxy: Names<ProxyOptions> = {
  url: 'any',
  username: 'any',
  password: 'any',
  noProxy: 'list',
};

/**
 * Policies come out of configuration files, too. A misspelt gate would stay open without a word.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for a setting that does not exist or is no list
 */
export function checkPolicy(policy: NetworkPolicy): void {
  check(policy, ofNetwork, 'network');
  if (policy.tls !== undefined) {
    check(policy.tls, ofTls, 'network.tls');
    for (const list of Object.values(policy.tls.pins ?? {})) checkList(list, 'network.tls.pins');
  }
  if (policy.addresses !== undefined) check(policy.addresses, ofAddresses, 'network.addresses');
  if (policy.proxy === undefined || policy.proxy === 'none' || policy.proxy === 'environment') {
    return;
  }
  check(policy.proxy, ofProxy, 'network.proxy');
}

function check(value: object, names: Readonly<Record<string, 'any' | 'list'>>, setting: string) {
  const known = Object.keys(names);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unusablePolicy(`The setting ${setting} has to be an object of ${known.join(', ')}.`);
  }
  for (const [name, entry] of Object.entries(value)) {
    if (!Object.hasOwn(names, name)) {
      throw unusablePolicy(
        `There is no setting ${setting}.${name}. Those that exist are ${known.join(', ')}.`,
      );
    }
    if (names[name] === 'list' && entry !== undefined) checkList(entry, `${setting}.${name}`);
  }
}

function checkList(value: unknown, setting: string): void {
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return;
  throw unusablePolicy(`The setting ${setting} has to be a list of texts, in square brackets.`);
}
