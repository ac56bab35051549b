import { type AddressList, addressList, readRange } from './address-list.ts';
import { unusablePolicy } from './network-error.ts';

/** The hosts that may be reached. */
export interface HostPatterns {
  matchesName(host: string): boolean;
  readonly hasRanges: boolean;
  readonly ranges: AddressList;
}

/**
 * Reads `erp.example.com`, `*.example.com`, addresses and ranges.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for an entry of another form
 */
export function readHostPatterns(entries: readonly string[]): HostPatterns {
  const ranges = entries.filter((entry) => readRange(entry) !== undefined);
  const names = entries.filter((entry) => !ranges.includes(entry)).map(readName);
  const exact = new Set(names.filter((name) => !name.startsWith('*.')));
  const suffixes = names.filter((name) => name.startsWith('*.')).map((name) => name.slice(1));
  return {
    matchesName(host) {
      const name = plainName(host);
      return exact.has(name) || suffixes.some((suffix) => name.endsWith(suffix));
    },
    hasRanges: ranges.length > 0,
    ranges: addressList(ranges),
  };
}

function readName(entry: string): string {
  const name = plainName(entry.trim());
  if (/^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(name) && !/^[\d.]+$/.test(name)) return name;
  throw unusablePolicy(
    `The setting network.hosts has the entry "${entry}". Write a host name (erp.example.com), all hosts below a domain (*.example.com), an address or a range (10.1.0.0/16), without protocol, port and path.`,
  );
}

/** A dot at the end says that a name is complete; it is the same name. */
export function plainName(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
