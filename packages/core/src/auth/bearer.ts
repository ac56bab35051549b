import type { AuthStrategy, Secret } from './auth-strategy.ts';
import { readSecret } from './read-secret.ts';

/** Sends a token that somebody else obtains and renews (RFC 6750). Give a function if it changes. */
export function bearer(options: { readonly token: Secret }): AuthStrategy {
  const { token } = options;
  return {
    kind: 'bearer',
    async authorize(draft) {
      draft.headers.authorization = `Bearer ${await readSecret(token, 'token')}`;
    },
  };
}
