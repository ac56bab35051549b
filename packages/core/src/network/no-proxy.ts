import { addressForms } from './address-forms.ts';
import { addressList, readRange } from './address-list.ts';
import { plainName } from './host-patterns.ts';

/** Where a connection is to lead. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads a list of the form of `NO_PROXY`, as curl and Go understand it: `example.com` and
 * `.example.com` stand for the host and all below it, `*.example.com` as well, `host:8443` for one
 * port, addresses and ranges for literal addresses, `*` for all. What cannot be read matches nothing:
 * such a list was mostly not written for us.
 *
 * @returns whether a target is reached without the proxy
 */
export function readNoProxy(entries: readonly string[]): (target: Target) => boolean {
  const rules = entries
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(readRule);
  return (target) => rules.some((rule) => rule(target));
}

function readRule(entry: string): (target: Target) => boolean {
  if (entry === '*') return () => true;
  if (readRange(entry) !== undefined) {
    const range = addressList([entry]);
    return ({ host }) => range.includes(host);
  }
  const [, name = '', digits] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const isPort = ({ port }: Target): boolean => digits === undefined || port === Number(digits);
  if (addressForms(name) !== undefined) {
    const address = addressList([name.replace(/^\[(.*)\]$/, '$1')]);
    return (target) => isPort(target) && address.includes(target.host);
  }
  const domain = plainName(name).replace(/^\*?\./, '');
  return (target) => {
    const host = plainName(target.host);
    return domain !== '' && isPort(target) && (host === domain || host.endsWith(`.${domain}`));
  };
}
