import { ConnectorError } from '../errors/connector-error.ts';
import { addressForms } from './address-forms.ts';

/** A set of IP addresses. */
export interface AddressList {
  /** Of any form: IPv4, IPv6 with or without brackets and zone, IPv4 inside IPv6. */
  includes(address: string): boolean;
}

/**
 * Reads addresses (`10.1.2.3`, `2001:db8::1`) and ranges (`10.1.0.0/16`, `fd00::/8`).
 *
 * @param name - of the setting, for the message
 * @throws ConnectorError `ERR_CONFIGURATION` for an entry that is neither
 */
export function addressList(entries: readonly string[], name = 'address list'): AddressList {
  const { BlockList } = process.getBuiltinModule('node:net');
  // One list per family: an IPv4 address would be found in wide IPv6 ranges, as `::ffff:0:0/96`.
  const ipv4 = new BlockList();
  const ipv6 = new BlockList();
  for (const entry of entries) {
    const range = readRange(entry);
    if (range === undefined) throw notARange(entry, name);
    (range.family === 'ipv4' ? ipv4 : ipv6).addSubnet(range.address, range.prefix, range.family);
  }
  return {
    includes(address) {
      const forms = addressForms(address);
      return (
        (forms?.ipv4 !== undefined && ipv4.check(forms.ipv4, 'ipv4')) ||
        (forms?.ipv6 !== undefined && ipv6.check(forms.ipv6, 'ipv6'))
      );
    },
  };
}

/**
 * Whether a caller may come in, for example to a webhook: `isAllowedAddress(socket.remoteAddress,
 * ['203.0.113.0/24'])`. Behind a reverse proxy give the address that the proxy vouches for. Whoever
 * asks often keeps an `addressList`.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for an entry that is neither an address nor a range
 */
export function isAllowedAddress(address: string | undefined, list: readonly string[]): boolean {
  return addressList(list).includes(address ?? '');
}

interface AddressRange {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** @returns `undefined` for what is neither an address nor a range */
export function readRange(entry: string): AddressRange | undefined {
  const [, text = '', digits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry.trim()) ?? [];
  const forms = addressForms(text);
  if (forms === undefined) return undefined;
  const isWritten4 = !text.includes(':');
  const prefix = digits === undefined ? (isWritten4 ? 32 : 128) : Number(digits);
  if (prefix > (isWritten4 ? 32 : 128)) return undefined;
  if (forms.ipv6 !== undefined) return { address: forms.ipv6, prefix, family: 'ipv6' };
  // `::ffff:10.0.0.0/104` is `10.0.0.0/8`; what is wider than that form holds no IPv4 range.
  const prefix4 = isWritten4 ? prefix : prefix - 96;
  return prefix4 < 0 ? undefined : { address: forms.ipv4!, prefix: prefix4, family: 'ipv4' };
}

function notARange(entry: string, name: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The ${name} has the entry "${entry}", which is neither an IP address nor a range. Write it like 10.1.2.3, 10.1.0.0/16 or fd00::/8.`,
  });
}
