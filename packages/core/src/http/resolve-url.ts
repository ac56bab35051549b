import { ConnectorError } from '../errors/connector-error.ts';

/** An address that relative URLs hang on. */
export interface BaseUrl {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly origin: string;
}

/**
 * Reads a base URL.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when it is none, or holds credentials, a query or a hash
 */
export function readBaseUrl(text: string): BaseUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const problem =
    url === undefined
      ? 'is not an absolute URL'
      : url.protocol !== 'https:' && url.protocol !== 'http:'
        ? 'is neither https nor http'
        : url.username !== '' || url.password !== ''
          ? 'has a user or a password in it; give them to the auth strategy instead'
          : url.search !== '' || url.hash !== ''
            ? 'has a query or a fragment'
            : undefined;
  if (url === undefined || problem !== undefined) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The base URL ${problem}. It has to look like https://erp.example.com/path.`,
    });
  }
  return { baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, origin: url.origin };
}

/**
 * Makes a request URL absolute. A relative one is appended to the base, whether it begins with a
 * slash or not; an absolute one has to be of the same origin.
 *
 * @throws ConnectorError `ERR_CROSS_ORIGIN` for another host, port or protocol, or user information
 */
export function resolveUrl(url: string, base: BaseUrl): string {
  if (url.startsWith('//') || url.startsWith('\\')) throw crossOrigin(url, base.origin);
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) {
    if (url === '' || url.startsWith('/') || url.startsWith('?')) return base.baseUrl + url;
    return `${base.baseUrl}/${url}`;
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isSame =
    parsed !== undefined &&
    parsed.origin === base.origin &&
    parsed.username === '' &&
    parsed.password === '';
  if (!isSame) throw crossOrigin(url, base.origin);
  return parsed.href;
}

/** Names the other origin only: the rest of a foreign link is not ours to repeat. */
export function crossOrigin(url: string, origin: string): ConnectorError {
  const other = URL.canParse(url, origin) ? new URL(url, origin) : undefined;
  const target =
    other === undefined
      ? 'an address that is no URL'
      : other.origin === origin
        ? 'an address with a user in it'
        : other.origin === 'null'
          ? `a ${other.protocol} address`
          : other.origin;
  return new ConnectorError({
    code: 'ERR_CROSS_ORIGIN',
    category: 'configuration',
    message: `Refused to send credentials of ${origin} to ${target}. If that is where the system really is, give its address in the settings of the connection (baseUrl or instanceUrl).`,
    notExecuted: true,
  });
}
