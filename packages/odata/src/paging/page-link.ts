import { ConnectorError } from '@common/connector-core';

/**
 * Resolves a link of a page (`__next`, `@odata.nextLink`, delta links). The link is text to be kept as
 * it is: a URL parser would re-encode its token.
 */
export function resolveLink(input: {
  readonly link: string;
  /** Base of the HTTP client, for example `https://host:44300`. */
  readonly baseUrl: string;
  readonly servicePath: string;
  /** Keeps path and query, and takes the configured origin instead of the link's. */
  readonly rebase: boolean;
}): string {
  const { baseUrl } = input;
  const origin = originOf(baseUrl);
  const absolute = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)(.*)$/is.exec(input.link);
  if (absolute !== null) return input.rebase ? origin + absolute[2] : input.link;
  if (input.link.startsWith('//')) return `${origin.slice(0, origin.indexOf('//'))}${input.link}`;
  if (input.link.startsWith('/')) return origin + input.link;
  const root = `${baseUrl.replace(/\/+$/, '')}/${input.servicePath.replace(/^\/+|\/+$/g, '')}`;
  return `${root}/${input.link}`;
}

function originOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? '';
}

/**
 * Remembers the links of one read.
 *
 * @returns a function that throws `ERR_PAGINATION_LOOP` for a link it has seen
 */
export function createLoopGuard(entity: string): (link: string) => void {
  const seen = new Set<string>();
  return (link) => {
    if (seen.has(link)) {
      throw new ConnectorError({
        code: 'ERR_PAGINATION_LOOP',
        category: 'transient',
        retryable: false,
        message: `The service sent a link to a page of ${entity} that was read before; the read was stopped, because it would never end.`,
        entity,
      });
    }
    seen.add(link);
  };
}
