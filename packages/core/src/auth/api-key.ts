import { ConnectorError } from '../errors/connector-error.ts';
import type { AuthStrategy, RequestDraft, Secret } from './auth-strategy.ts';
import { readSecret } from './read-secret.ts';

/**
 * One key, or the two that are valid while a key is changed: as a list in the order in which they are
 * tried, or by name.
 */
export type ApiKeyValue =
  | Secret
  | readonly [Secret, Secret]
  | { readonly current: Secret; readonly next: Secret }
  | { readonly current: Secret; readonly previous: Secret };

/** Where a key goes. Prefer a header: URLs end up in the logs of others. */
export type ApiKeyOptions =
  | { readonly header: string; readonly value: ApiKeyValue }
  | { readonly query: string; readonly value: ApiKeyValue };

const memoryMs = 5 * 60_000;

/**
 * Signs in by a fixed key in a header or a query parameter. Of two keys the first is used until it is
 * refused, then the other one, and so it stays: a refused key is not tried again for five minutes.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when `header` cannot be the name of one
 */
export function apiKey(options: ApiKeyOptions): AuthStrategy {
  const keys = keysOf(options.value);
  const header = 'header' in options ? options.header.toLowerCase() : undefined;
  const query = 'query' in options ? options.query : undefined;
  if (header !== undefined && !/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(header)) throw invalidHeader();
  let inUse = 0;
  const refusedAt = new Map<string, number>();
  const used = new WeakMap<RequestDraft, string>();

  const strategy: AuthStrategy = {
    kind: 'api-key',
    async authorize(draft) {
      const key = await readKey(keys, inUse);
      used.set(draft, key);
      if (header !== undefined) draft.headers[header] = key;
      if (query !== undefined) {
        const url = new URL(draft.url);
        url.searchParams.set(query, key);
        draft.url = url.href;
      }
    },
  };
  if (keys.length === 1) return strategy;
  return {
    ...strategy,
    async recover({ draft, status }, { clock }) {
      const refused = draft === undefined ? undefined : used.get(draft);
      const now = clock.now();
      for (const [key, at] of refusedAt) if (at + memoryMs <= now) refusedAt.delete(key);
      if (refused !== undefined) refusedAt.set(refused, now);
      // By value, not by place: a key that was exchanged in its place is a new one.
      for (const [index] of keys.entries()) {
        if (refusedAt.has(await readKey(keys, index))) continue;
        inUse = index;
        return 'retry';
      }
      throw bothRefused(status);
    },
  };
}

function keysOf(value: ApiKeyValue): readonly Secret[] {
  if (typeof value === 'string' || typeof value === 'function') return [value];
  if ('current' in value) return [value.current, 'next' in value ? value.next : value.previous];
  return value;
}

function readKey(keys: readonly Secret[], index: number): Promise<string> {
  const place = keys.length === 1 ? '' : `${index === 0 ? 'first' : 'second'} `;
  return readSecret(keys[index] ?? '', `value of the ${place}API key`);
}

function invalidHeader(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message:
      'The header of the API key is no name of a header. Give the name alone, such as x-api-key; the key goes into value.',
    path: 'header',
    notExecuted: true,
  });
}

function bothRefused(httpStatus: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_AUTHENTICATION_FAILED',
    category: 'authentication',
    message: `The server refused both API keys (HTTP ${httpStatus}). Create a new key at the vendor and set it here; check that it is active and allowed from this address.`,
    httpStatus,
    notExecuted: true,
  });
}
