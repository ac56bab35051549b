/** What one IP address can be read as. */
export interface AddressForms {
  readonly ipv4?: string | undefined;
  readonly ipv6?: string | undefined;
}

/**
 * The address in plain form, without brackets and zone. An IPv4 address inside an IPv6 one counts:
 * alone where it is the same place (`::ffff:10.0.0.1`), beside the other where a translator decides
 * (NAT64 `64:ff9b::/96` and, as far as it is used alike, `64:ff9b:1::/48`; 6to4 `2002::/16`,
 * `::10.0.0.1`).
 *
 * @returns `undefined` for what is no IP address
 */
export function addressForms(text: string): AddressForms | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  // Loaded here, not with the module: the core is imported where no connection ever opens.
  const family = process.getBuiltinModule('node:net').isIP(bare);
  if (family === 0) return undefined;
  if (family === 4) return { ipv4: bare };
  const groups = groupsOf(bare);
  const prefix = groups.slice(0, 6).join(' ');
  const ipv4 = [groups[6]!, groups[7]!].flatMap(bytesOf).join('.');
  if (prefix === '0 0 0 0 0 65535') return { ipv4 };
  // RFC 6052 and, for networks of one's own, RFC 8215.
  const isNat64 = prefix === '100 65435 0 0 0 0' || prefix.startsWith('100 65435 1 ');
  if (isNat64 || prefix === '0 0 0 0 65535 0') return { ipv4, ipv6: bare };
  if (prefix === '0 0 0 0 0 0') return { ipv4, ipv6: bare };
  if (groups[0] === 0x2002) {
    return { ipv4: [groups[1]!, groups[2]!].flatMap(bytesOf).join('.'), ipv6: bare };
  }
  return { ipv6: bare };
}

const bytesOf = (group: number): number[] => [group >> 8, group & 255];

/** The eight groups; a URL writes all of them in hexadecimal, whatever they were given as. */
function groupsOf(ipv6: string): number[] {
  const [head = '', tail = ''] = new URL(`http://[${ipv6}]`).hostname.slice(1, -1).split('::');
  const [before, after] = [head, tail].map((part) => (part === '' ? [] : part.split(':')));
  const zeros = Array<string>(8 - before!.length - after!.length).fill('0');
  return [...before!, ...zeros, ...after!].map((group) => Number.parseInt(group, 16));
}
