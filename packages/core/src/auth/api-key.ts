import type { AuthStrategy, Secret } from './auth-strategy.ts';
import { readSecret } from './read-secret.ts';

/** Where a key goes. Prefer a header: URLs end up in the logs of others. */
export type ApiKeyOptions =
  | { readonly header: string; readonly value: Secret }
  | { readonly query: string; readonly value: Secret };

/** Signs in by a fixed key in a header or a query parameter. */
export function apiKey(options: ApiKeyOptions): AuthStrategy {
  const { value } = options;
  const header = 'header' in options ? options.header.toLowerCase() : undefined;
  const query = 'query' in options ? options.query : undefined;
  return {
    kind: 'api-key',
    async authorize(draft) {
      const key = await readSecret(value, 'value of the API key');
      if (header !== undefined) draft.headers[header] = key;
      if (query !== undefined) {
        const url = new URL(draft.url);
        url.searchParams.set(query, key);
        draft.url = url.href;
      }
    },
  };
}
