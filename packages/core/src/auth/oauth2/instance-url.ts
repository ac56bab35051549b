import { invalidSetting } from '../invalid-setting.ts';

/** For vendors that tell with the token where the API is. */
export interface InstanceUrlOptions {
  /** Field of the token response, for example `instance_url`. */
  readonly field: string;
  /**
   * Hosts that may be told, for example `['*.my.salesforce.com']`; the star stands for one or more
   * labels. Others get no token.
   */
  readonly hosts: readonly string[];
}

/**
 * The address out of a token response, checked against the hosts that are allowed.
 *
 * @returns an absolute URL; `undefined` when the response had none
 * @throws ConnectorError `ERR_CONFIGURATION` when it is not HTTPS or of another host
 */
export function readInstanceUrl(
  extra: Readonly<Record<string, string>> | undefined,
  options: InstanceUrlOptions & { readonly tokenUrl: string },
): string | undefined {
  const { field, hosts, tokenUrl } = options;
  const text = extra?.[field];
  if (text === undefined || text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Plain HTTP only where sign-in is plain too: on a loopback sandbox.
  const isSafe = url?.protocol === 'https:' || url?.protocol === new URL(tokenUrl).protocol;
  if (
    url === undefined ||
    !isSafe ||
    url.username !== '' ||
    !hosts.some((host) => covers(host, url))
  ) {
    throw invalidSetting(
      'instanceUrl.hosts',
      `The sign-in names ${url === undefined ? 'something that is no URL' : url.origin} as the address of the API (${field}). Allowed are HTTPS addresses of ${hosts.join(', ')}. If it is yours, add its host to the allowed ones.`,
    );
  }
  return text;
}

function covers(host: string, { hostname }: URL): boolean {
  const allowed = host.toLowerCase();
  if (!allowed.startsWith('*.')) return hostname === allowed;
  const suffix = allowed.slice(1);
  return hostname.length > suffix.length && hostname.endsWith(suffix);
}
