import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { ConnectorError } from '../errors/connector-error.ts';
import { addressForms } from './address-forms.ts';
import { type AddressList, addressList, readRange } from './address-list.ts';
import { plainName, readHostPatterns } from './host-patterns.ts';
import { blockedAddress, unusablePolicy } from './network-error.ts';
import type { NetworkPolicy } from './network-policy.ts';
import { metadataAddresses, metadataNames, privateAddresses } from './reserved-addresses.ts';

/** Answers what a name stands for. */
export type ResolveHost = (host: string) => Promise<readonly LookupAddress[]>;

/** Decides where connections may lead. */
export interface AddressGuard {
  /**
   * Before a connection opens: by what can be seen in the host of the URL.
   *
   * @param resolvedElsewhere - by a proxy, so that no address will be seen
   * @returns why not, `undefined` where nothing speaks against it
   */
  refuse(host: string, resolvedElsewhere?: boolean): ConnectorError | undefined;
  /** Gives a socket only addresses that it may connect to, so what was checked is what is used. */
  readonly lookup: LookupFunction;
}

/**
 * @param resolveHost - default: the resolver of the machine
 * @throws ConnectorError `ERR_CONFIGURATION` for an entry that cannot be read
 */
export function createAddressGuard(
  { addresses = {}, hosts }: Pick<NetworkPolicy, 'addresses' | 'hosts'>,
  resolveHost?: ResolveHost,
): AddressGuard {
  const { deny = 'metadata', allow = [] } = addresses;
  if (deny !== 'metadata' && deny !== 'private') {
    throw unusablePolicy('The setting network.addresses.deny is neither "metadata" nor "private".');
  }
  const metadata = addressList(metadataAddresses);
  const denied = deny === 'private' ? addressList(privateAddresses) : undefined;
  const allowed = addressList(allow, 'setting network.addresses.allow');
  // A range is meant for the systems in it, never for what hands out the machine's credentials.
  const allowedExactly = addressList(allow.filter(isSingle));
  const reachable = hosts === undefined ? undefined : readHostPatterns(hosts);

  const faultOf = (address: string, isNamed: boolean): Fault | undefined => {
    if (addressForms(address) === undefined) return 'unreadable';
    if (metadata.includes(address) && !allowedExactly.includes(address)) return 'metadata';
    if (denied?.includes(address) && !allowed.includes(address)) return 'private';
    return isNamed || reachable === undefined || reachable.ranges.includes(address)
      ? undefined
      : 'unlisted';
  };

  const openOnes = (host: string, found: readonly LookupAddress[]): readonly LookupAddress[] => {
    const isNamed = reachable?.matchesName(host) ?? true;
    const open = found.filter(({ address }) => faultOf(address, isNamed) === undefined);
    if (open.length > 0) return open;
    throw blockedName(host, found, faultOf(found[0]?.address ?? '', isNamed) ?? 'unreadable');
  };

  const lookup: LookupFunction = (host, { all, order, family, hints }, callback) => {
    const answer = (error: Error | null, found: readonly LookupAddress[] = []): void => {
      try {
        if (error !== null) throw error;
        const open = openOnes(host, found);
        if (all) callback(null, [...open]);
        else callback(null, open[0]!.address, open[0]!.family);
      } catch (refused) {
        callback(refused as Error, []);
      }
    };
    if (resolveHost === undefined) {
      const { lookup: resolve } = process.getBuiltinModule('node:dns');
      resolve(host, { all: true, order, family, hints }, answer);
    } else {
      resolveHost(host).then((found) => answer(null, found), answer);
    }
  };

  return {
    lookup,
    refuse(host, resolvedElsewhere = false) {
      if (addressForms(host) !== undefined) {
        const fault = faultOf(host, reachable?.matchesName(host) ?? true);
        return fault && blockedAddress(`${host} is not reached: ${advice[fault]}`);
      }
      const name = plainName(host);
      const isNamed = reachable?.matchesName(name) ?? true;
      if (!isNamed && (resolvedElsewhere || reachable?.hasRanges === false)) {
        return blockedAddress(`${host} is not reached: ${advice.unlisted}`);
      }
      if (!resolvedElsewhere) return undefined;
      const fault = metadataNames.has(name)
        ? 'metadata'
        : denied !== undefined && /(?:^|\.)localhost$/.test(name) && !allowsLoopback(allowed)
          ? 'private'
          : undefined;
      return fault && blockedAddress(`${host} is not reached: ${advice[fault]}`);
    },
  };
}

type Fault = 'metadata' | 'private' | 'unlisted' | 'unreadable';

const advice: Readonly<Record<Fault, string>> = {
  metadata:
    'it is a link-local address or a metadata service, which hands out credentials of the machine. Check the address of the system. If it is right, add that very address to network.addresses.allow.',
  private:
    'it is not a public address, and network.addresses.deny is "private". Check the address of the system. If it is to be reached, add the address or its range to network.addresses.allow.',
  unlisted:
    'it is not among network.hosts. Check the address of the system. If it is right, add the host there.',
  unreadable: 'its name led to no address. Check the address of the system.',
};

/** The address is in the cause only: a tenant who types in names learns nothing of the network. */
function blockedName(host: string, found: readonly LookupAddress[], fault: Fault): ConnectorError {
  const addresses = found.map(({ address }) => address).join(', ');
  return blockedAddress(
    `${host} is not reached: ${advice[fault]} The cause of this error has the address.`,
    new Error(`${host} stands for ${addresses === '' ? 'nothing' : addresses}`),
  );
}

function isSingle(entry: string): boolean {
  const range = readRange(entry);
  return range !== undefined && range.prefix === (range.family === 'ipv4' ? 32 : 128);
}

function allowsLoopback(allowed: AddressList): boolean {
  return allowed.includes('127.0.0.1') || allowed.includes('::1');
}
