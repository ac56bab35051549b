import type { AuthStrategy, Secret } from './auth-strategy.ts';
import { readSecret } from './read-secret.ts';

/** Signs in by HTTP Basic (RFC 7617), in UTF-8. */
export function basic(options: {
  readonly username: Secret;
  readonly password: Secret;
}): AuthStrategy {
  // Destructured into the closure: the strategy itself has nothing to print.
  const { username, password } = options;
  return {
    kind: 'basic',
    async authorize(draft) {
      const user = await readSecret(username, 'username');
      const secret = await readSecret(password, 'password');
      draft.headers.authorization = `Basic ${Buffer.from(`${user}:${secret}`, 'utf8').toString('base64')}`;
    },
  };
}
